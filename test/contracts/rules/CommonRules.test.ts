import { expect } from "chai";
import { concat, toBeHex, ZeroAddress } from "ethers";
import fc from "fast-check";
import { network } from "hardhat";
import { encodeCountries } from "../../../sdk/rules/country-set.ts";
import { fuzz } from "../../helpers/fuzz.ts";
import {
  A_DESK,
  A_FRENCHMAN,
  ALICE,
  AN_AMERICAN,
  ANOTHER_AMERICAN,
  BOB,
  FLAG,
  FRANCE,
  movement,
  NOBODY,
  packParty,
  TRAIT,
  USA,
} from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const COMPOSITE = 64n;
const CODES = [30n, 31n, 32n, 34n, 36n] as const;
const AMERICA = encodeCountries({ allow: [USA] });
/** Parameters of the five by themselves, in their order. */
const FITTING = [AMERICA, "0x0004", "0x00000002", "0x00000000000000640000", "0x0000003c"] as const;

/** The five by themselves, and all in one. */
async function bothWays() {
  const single = [
    await ethers.deployContract("CountryRule"),
    await ethers.deployContract("InvestorClassRule"),
    await ethers.deployContract("HolderCountRule"),
    await ethers.deployContract("BalanceCapRule"),
    await ethers.deployContract("LockUpRule"),
  ] as const;
  return { single, common: await ethers.deployContract("CommonRules") };
}

const isBound = (mask: number, place: number) => (mask & (1 << place)) !== 0;

/** Parameters of CommonRules: which of the five, and theirs. */
function bindingOf(mask: number, parameters: readonly string[] = FITTING): string {
  return concat([toBeHex(mask, 1), ...parameters.filter((_each, place) => isBound(mask, place))]);
}

const setOf = (codes: readonly bigint[]) => codes.reduce((set, code) => set | (1n << code), 0n);

const anyMask = fc.integer({ min: 1, max: 31 });
const anyParameters = fc
  .tuple(
    fc.subarray([1, FRANCE, USA, 999], { minLength: 1 }),
    fc.integer({ min: 1, max: 15 }),
    fc.integer({ min: 1, max: 5 }),
    fc.oneof(
      fc.record({ shares: fc.integer({ min: 1, max: 250 }), bps: fc.integer({ min: 0, max: 10_000 }) }),
      fc.record({ shares: fc.constant(0), bps: fc.integer({ min: 1, max: 10_000 }) }),
    ),
    fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  )
  .map(([countries, classes, holders, { shares, bps }, lockUp]) => [
    encodeCountries({ allow: countries }),
    toBeHex(classes, 2),
    toBeHex(holders, 4),
    concat([toBeHex(shares, 8), toBeHex(bps, 2)]),
    toBeHex(lockUp, 4),
  ]);
const anyParty = fc
  .record({
    number: fc.integer({ min: 1, max: 3 }),
    country: fc.constantFrom(0, 1, FRANCE, USA, 999, 1_000, 65_535),
    classes: fc.integer({ min: 0, max: 15 }),
    flags: fc.constantFrom(0, 0, 0, FLAG.liquidateOnly, FLAG.protocol),
  })
  .map(packParty);
const anyAmount = fc.bigInt({ min: 0n, max: 200n });
const anyValue = fc.oneof(
  { weight: 6, arbitrary: anyAmount },
  fc.constantFrom(0n, (1n << 64n) - 1n, 1n << 64n, (1n << 256n) - 1n),
);
const anyCount = fc.bigInt({ min: 0n, max: 6n });
const anyMovement = fc
  .record({
    from: fc.constantFrom(ZeroAddress, ALICE, ALICE, ALICE),
    to: fc.constantFrom(ZeroAddress, BOB, BOB, BOB, ALICE),
    value: anyValue,
    fromBalance: anyAmount,
    toBalance: anyAmount,
    fromTotal: anyAmount,
    toTotal: anyAmount,
    fromYoung: anyAmount,
    holdersBefore: anyCount,
    holdersAfter: anyCount,
    supply: anyAmount,
  })
  .map(movement);
const anyPosition = fc.record({
  account: fc.constantFrom(ALICE, BOB),
  balanceBefore: anyAmount,
  balanceAfter: anyAmount,
  totalBefore: anyAmount,
  totalAfter: anyAmount,
  young: anyAmount,
});

describe("CommonRules", () => {
  it("says of every movement what the five say one after the other", async () => {
    const { single, common } = await networkHelpers.loadFixture(bothWays);

    await fuzz(
      "movements",
      fc.asyncProperty(
        anyMask,
        anyParameters,
        anyMovement,
        anyParty,
        anyParty,
        async (mask, parameters, asked, one, other) => {
          const from = asked.from === ZeroAddress ? NOBODY : one;
          const to = asked.to === ZeroAddress ? NOBODY : other;
          const answers = await Promise.all(
            single.map((rule, place) => rule.allows(parameters[place] ?? "0x", asked, from, to)),
          );
          const refusing = CODES.filter((_code, place) => isBound(mask, place) && answers[place] === false);
          const bound = bindingOf(mask, parameters);

          expect(await common.refusalOf(bound, asked, from, to)).to.equal(refusing[0] ?? 0n);
          expect(await common.refusalsOf(bound, asked, from, to)).to.equal(setOf(refusing));
        },
      ),
      150,
    );
  });

  it("says of every netted chunk what the five say one after the other", async () => {
    const { single, common } = await networkHelpers.loadFixture(bothWays);
    const anyChunk = fc.array(fc.tuple(anyPosition, anyParty), { maxLength: 4 });
    const anyContext = fc.record({
      id: fc.constant(1n),
      holdersBefore: anyCount,
      holdersAfter: anyCount,
      supply: anyAmount,
    });

    await fuzz(
      "chunks",
      fc.asyncProperty(anyMask, anyParameters, anyContext, anyChunk, async (mask, parameters, context, chunk) => {
        const positions = chunk.map(([position]) => position);
        const parties = chunk.map(([, party]) => party);
        const answers = await Promise.all(
          single.map((rule, place) => rule.allowsNet(parameters[place] ?? "0x", context, positions, parties)),
        );
        const refusing = CODES.filter((_code, place) => isBound(mask, place) && answers[place] === false);
        const bound = bindingOf(mask, parameters);

        expect(await common.refusalOfNet(bound, context, positions, parties)).to.equal(refusing[0] ?? 0n);
      }),
      100,
    );
  });

  it("takes what the five take, and refuses what one of them refuses", async () => {
    const { single, common } = await networkHelpers.loadFixture(bothWays);
    const odd: readonly (readonly string[])[] = [
      [encodeCountries({ allow: [1] }), encodeCountries({ allow: [999] }), encodeCountries({ deny: [1] })],
      ["0x0001", "0xffff"],
      ["0x00000001", "0xffffffff"],
      ["0x00000000000000010000", "0x00000000000000000001", "0x00000000000000002710", "0xffffffffffffffff2710"],
      ["0x00000001", "0xffffffff"],
    ];
    const wrong: readonly (readonly string[])[] = [
      [`0x${"00".repeat(125)}`, `0x80${"00".repeat(124)}`, `0x${"ff".repeat(125)}`],
      ["0x0000"],
      ["0x00000000"],
      ["0x00000000000000000000", "0x00000000000000012711", "0x00000000000000012712", "0x0000000000000001ffff"],
      ["0x00000000"],
    ];

    for (const [place, rule] of single.entries()) {
      for (const mask of [1 << place, 31]) {
        const replaced = (by: string) =>
          bindingOf(
            mask,
            FITTING.map((own, at) => (at === place ? by : own)),
          );
        for (const fit of odd[place] ?? []) {
          await rule.validate(1n, fit);
          await common.validate(1n, replaced(fit));
        }
        for (const unfit of wrong[place] ?? []) {
          await expect(rule.validate(1n, unfit)).to.be.revertedWithCustomError(rule, "TransferRuleInvalidParameters");
          await expect(common.validate(1n, replaced(unfit)), replaced(unfit))
            .to.be.revertedWithCustomError(common, "TransferRuleInvalidParameters")
            .withArgs(0n, replaced(unfit));
        }
      }
    }
  });

  it("refuses parameters of no rule, of rules that it does not have, and of another length", async () => {
    const { common } = await networkHelpers.loadFixture(bothWays);

    for (let mask = 1; mask <= 31; ++mask) {
      const bound = bindingOf(mask);
      await common.validate(1n, bound);
      for (const wrong of [`${bound}00`, bound.slice(0, -2)]) {
        await expect(common.validate(1n, wrong), wrong)
          .to.be.revertedWithCustomError(common, "TransferRuleInvalidParameters")
          .withArgs(0n, wrong);
      }
    }
    const all = bindingOf(31).slice(4);
    for (const wrong of ["0x", "0x00", `0x00${all}`, `0x20${all}`, `0x3f${all}`, `0xff${all}`]) {
      await expect(common.validate(1n, wrong), wrong)
        .to.be.revertedWithCustomError(common, "TransferRuleInvalidParameters")
        .withArgs(0n, wrong);
    }
  });

  it("has the codes, needs and windows of those that are bound", async () => {
    const { single, common } = await networkHelpers.loadFixture(bothWays);
    const needs = await Promise.all(single.map((rule) => rule.traits()));
    expect(needs).to.deep.equal([0n, 0n, TRAIT.holders, TRAIT.totals, TRAIT.totals | TRAIT.lots]);
    expect(await common.traits()).to.equal(COMPOSITE);

    for (let mask = 1; mask <= 31; ++mask) {
      const bound = bindingOf(mask);
      const ofBound = needs.filter((_each, place) => isBound(mask, place));
      expect(await common.codesOf(bound)).to.equal(setOf(CODES.filter((_code, place) => isBound(mask, place))));
      expect(await common.traitsOf(bound)).to.equal(ofBound.reduce((all, each) => all | each, COMPOSITE));
      expect(await common.window(bound)).to.equal(isBound(mask, 4) ? 60n : 0n);
    }
  });

  it("speaks in the words of the five, and of no others", async () => {
    const { single, common } = await networkHelpers.loadFixture(bothWays);

    for (const [place, rule] of single.entries()) {
      const code = CODES[place] ?? 0n;
      expect(await rule.code()).to.equal(code);
      expect([...(await common.textOf(code))]).to.deep.equal([await rule.sentence(), await rule.nextStep()]);
    }
    for (const other of [0n, 33n, 35n, 90n]) expect([...(await common.textOf(other))]).to.deep.equal(["", ""]);
  });

  it("tells all refusals of a movement that breaks all five", async () => {
    const { common } = await networkHelpers.loadFixture(bothWays);
    const all = bindingOf(31);
    const asked = movement({ value: 101n, fromTotal: 200n, fromYoung: 100n, holdersBefore: 2n, holdersAfter: 3n });

    expect(await common.refusalsOf(all, asked, AN_AMERICAN, A_FRENCHMAN)).to.equal(setOf(CODES));
    expect(await common.refusalOf(all, asked, AN_AMERICAN, A_FRENCHMAN)).to.equal(30n);
    expect(await common.refusalOf(bindingOf(24), asked, AN_AMERICAN, A_FRENCHMAN)).to.equal(34n);
    expect(await common.refusalOf(bindingOf(16), asked, AN_AMERICAN, A_FRENCHMAN)).to.equal(36n);
    expect(await common.refusalsOf(all, asked, AN_AMERICAN, A_DESK)).to.equal(setOf([32n, 36n]));
    const fine = movement({ value: 100n, fromTotal: 200n, fromYoung: 100n });
    expect(await common.refusalsOf(all, fine, AN_AMERICAN, ANOTHER_AMERICAN)).to.equal(0n);
  });
});
