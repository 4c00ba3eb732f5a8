import { expect } from "chai";
import { concat, toBeHex, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { encodeCountries } from "../../../sdk/rules/country-set.ts";
import { CLASS, deployBooks, FRANCE, listAsset, onboard, STATE, USA } from "../../helpers/books.ts";
import { settingsOf, TRAIT } from "../../helpers/rules.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const REIT = 1n;
const HOUR = 3_600;
const COMPOSITE = 64n;
const RULE_FAILED = 90n;
/** As the enum of MockComposite. */
const MOOD = { answers: 0n, reverts: 1n, burnsGas: 2n, answersHugely: 3n, answersHalf: 4n } as const;
const MAX = (1n << 256n) - 1n;

const AMERICA = encodeCountries({ allow: [Number(USA)] });
/** Americans, accredited, at most two holders with at most 100 shares each, locked up for an hour. */
const ALL_FIVE = concat([
  "0x1f",
  AMERICA,
  toBeHex(CLASS.accredited, 2),
  toBeHex(2, 4),
  concat([toBeHex(100, 8), toBeHex(0, 2)]),
  toBeHex(HOUR, 4),
]);

/** Alice and bob may hold the asset, dora (French and retail) may not. Alice has a hundred shares, and no rule is bound yet. */
async function oneHolder() {
  const books = await deployBooks(connection);
  const [alice, bob, dora] = books.others;
  if (!alice || !bob || !dora) throw new Error("four accounts are needed");
  await listAsset(connection, books, REIT);
  await books.shares.setAssetState(REIT, STATE.active);
  await onboard(connection, books, alice);
  await onboard(connection, books, bob);
  await onboard(connection, books, dora, { country: FRANCE, classes: CLASS.retail });
  await books.shares.mint(alice, REIT, 100n, "0x");
  const common = await ethers.deployContract("CommonRules");
  const lockUp = await ethers.deployContract("LockUpRule");
  const mock = await ethers.deployContract("MockComposite", [1n << 45n]);
  const bind = (...settings: readonly { rule: { getAddress(): Promise<string> }; parameters: string }[]) =>
    books.rules.setRules(REIT, [...settings]);
  const codesOf = async (from: { address: string }, to: { address: string }, value: bigint) =>
    (await books.rules.explain(from.address, to.address, REIT, value)).map(({ code }) => code);
  return { ...books, alice, bob, dora, common, lockUp, mock, bind, codesOf };
}

/** All five are bound, and alice's shares counted as acquired long ago. */
async function underCommonRules() {
  const world = await oneHolder();
  await world.bind({ rule: world.common, parameters: ALL_FIVE });
  await world.rules.countHolders(REIT, [world.alice.address], 0n);
  return world;
}

/** Nothing but the mock is bound. */
async function underMock() {
  const world = await oneHolder();
  await world.bind({ rule: world.mock, parameters: "0x" });
  return world;
}

describe("CommonRules on the token", () => {
  it("lists every reason in the words of the single rules, and refuses with the first", async () => {
    const { rules, shares, alice, bob, dora, common } = await networkHelpers.loadFixture(underCommonRules);
    await shares.connect(alice).safeTransferFrom(alice, bob, REIT, 10n, "0x");
    await shares.mint(bob, REIT, 95n, "0x").then(
      () => expect.fail("bob would have 105"),
      () => undefined,
    );

    const refusals = await rules.explain(bob, dora, REIT, 10n);
    expect(refusals.map(({ code }) => code)).to.deep.equal([30n, 31n, 36n]);
    const names = ["CountryRule", "InvestorClassRule", "LockUpRule"];
    for (const [place, { rule, code, sentence, nextStep }] of refusals.entries()) {
      const single = await ethers.deployContract(names[place] ?? "");
      expect(rule).to.equal(common.target);
      expect(sentence).to.equal(await single.getFunction("sentence").staticCall());
      expect(nextStep).to.equal(await single.getFunction("nextStep").staticCall());
      expect(await rules.messageForTransferRestriction(REIT, code)).to.equal(sentence);
    }
    expect(await rules.detectTransferRestriction(bob, dora, REIT, 10n)).to.equal(30n);
    expect(await rules.messageForTransferRestriction(REIT, 33n), "not bound").not.to.equal("");
    expect(await shares.canTransfer(bob, dora, REIT, 10n)).to.equal(false);
    await expect(shares.connect(bob).safeTransferFrom(bob, dora, REIT, 10n, "0x"))
      .to.be.revertedWithCustomError(shares, "ERC7943CannotTransfer")
      .withArgs(bob, dora, REIT, 10n);
  });

  it("lets the same transfers through that its five rules let through, before and after", async () => {
    const { shares, rules, alice, bob, codesOf } = await networkHelpers.loadFixture(underCommonRules);

    expect(await codesOf(alice, bob, 40n)).to.deep.equal([]);
    expect(await shares.canTransfer(alice, bob, REIT, 40n)).to.equal(true);
    await shares.connect(alice).safeTransferFrom(alice, bob, REIT, 40n, "0x");
    expect(await rules.holdersOf(REIT)).to.equal(2n);
    expect(await codesOf(bob, alice, 1n), "an hour").to.deep.equal([36n]);
    await networkHelpers.time.increase(HOUR);
    expect(await codesOf(bob, alice, 40n)).to.deep.equal([]);
    await expect(shares.settleNet(REIT, [alice, bob], [-60n, 60n])).not.to.revert(ethers);
    expect([await rules.holdersOf(REIT), (await rules.countOf(REIT)).isStale]).to.deep.equal([1n, false]);
  });

  it("refuses a netted chunk with the first code of its end state", async () => {
    const { shares, rules, alice, bob, dora, common } = await networkHelpers.loadFixture(underCommonRules);

    await expect(shares.settleNet(REIT, [alice, bob, dora], [-20n, 10n, 10n]))
      .to.be.revertedWithCustomError(rules, "TransferRulesNetRefused")
      .withArgs(REIT, common, 30n);
    expect(await rules.isNettable(REIT)).to.equal(true);
  });

  it("stops a live asset until its holders are counted, when a rule inside needs it, and again for a longer lock-up", async () => {
    const { shares, rules, alice, bob, common, bind, codesOf } = await networkHelpers.loadFixture(oneHolder);
    await bind({ rule: common, parameters: concat(["0x03", AMERICA, "0x0004"]) });
    expect([await rules.countsOf(REIT), (await rules.countOf(REIT)).isStale]).to.deep.equal([0n, false]);

    await bind({ rule: common, parameters: ALL_FIVE });
    expect(await rules.countsOf(REIT)).to.equal(TRAIT.holders | TRAIT.totals | TRAIT.lots);
    expect(await codesOf(alice, bob, 1n)).to.include(91n);
    await rules.countHolders(REIT, [alice.address], 0n);
    expect(await rules.holdersOf(REIT)).to.equal(1n);
    expect(await codesOf(alice, bob, 1n)).to.deep.equal([]);
    await shares.connect(alice).safeTransferFrom(alice, bob, REIT, 1n, "0x");

    await bind({ rule: common, parameters: `${ALL_FIVE.slice(0, -8)}${toBeHex(HOUR - 1, 4).slice(2)}` });
    expect((await rules.countOf(REIT)).isStale, "shorter").to.equal(false);
    await bind({ rule: common, parameters: ALL_FIVE });
    expect((await rules.countOf(REIT)).isStale, "longer").to.equal(true);
  });

  it("keeps its counts when single rules take its place, and the other way round", async () => {
    const { rules, alice, bob, common, lockUp, bind, codesOf, ...books } =
      await networkHelpers.loadFixture(underCommonRules);
    const single = settingsOf({ rules, ...books }, { countries: [USA], classes: 4n, holders: 2n });

    await rules.setRules(REIT, [...single, { rule: lockUp, parameters: toBeHex(HOUR, 4) }]);
    expect((await rules.countOf(REIT)).isStale).to.equal(false);
    expect(await codesOf(alice, bob, 1n)).to.deep.equal([]);
    await bind({ rule: common, parameters: ALL_FIVE });
    expect((await rules.countOf(REIT)).isStale).to.equal(false);
    expect(await codesOf(alice, bob, 1n)).to.deep.equal([]);
  });

  it("is not bound beside a single rule of one of its codes, nor twice", async () => {
    const { rules, country, common, lockUp, bind } = await networkHelpers.loadFixture(oneHolder);
    const five = { rule: common, parameters: ALL_FIVE };
    const lock = { rule: lockUp, parameters: toBeHex(HOUR, 4) };

    await expect(bind(five, lock))
      .to.be.revertedWithCustomError(rules, "TransferRulesDuplicate")
      .withArgs(REIT, lockUp, 36n);
    await expect(bind(lock, { rule: country, parameters: AMERICA }, five))
      .to.be.revertedWithCustomError(rules, "TransferRulesDuplicate")
      .withArgs(REIT, common, 30n);
    await expect(bind(five, { rule: common, parameters: "0x020004" }))
      .to.be.revertedWithCustomError(rules, "TransferRulesDuplicate")
      .withArgs(REIT, common, 31n);
    await bind({ rule: common, parameters: concat(["0x01", AMERICA]) }, { rule: common, parameters: "0x020004" }, lock);
    expect(await rules.rulesOf(REIT)).to.have.lengthOf(3);
    await expect(bind({ rule: common, parameters: "0x00" }))
      .to.be.revertedWithCustomError(common, "TransferRuleInvalidParameters")
      .withArgs(0n, "0x00");
  });
});

describe("A composite that misbehaves", () => {
  it("fails, whatever it says that is no code of a rule, and whatever else it does", async () => {
    const { rules, shares, alice, bob, mock, codesOf } = await networkHelpers.loadFixture(underMock);
    const answers: readonly (readonly [first: bigint, mood: bigint])[] = [
      ...[1n, 2n, 29n, 90n, 91n, 255n, 256n, 256n + 45n, 1n << 255n, MAX].map((code) => [code, MOOD.answers] as const),
      [0n, MOOD.reverts],
      [0n, MOOD.burnsGas],
      [0n, MOOD.answersHalf],
    ];

    for (const [first, mood] of answers) {
      await mock.setAnswers(first, 0n, mood);
      expect(await codesOf(alice, bob, 1n), `${first}, ${mood}`).to.deep.equal([RULE_FAILED]);
      expect(await shares.canTransfer(alice, bob, REIT, 1n)).to.equal(false);
      await expect(shares.connect(alice).safeTransferFrom(alice, bob, REIT, 1n, "0x")).to.be.revertedWithCustomError(
        shares,
        "ERC7943CannotTransfer",
      );
      await expect(shares.settleNet(REIT, [alice, bob], [-1n, 1n]))
        .to.be.revertedWithCustomError(rules, "TransferRulesNetRefused")
        .withArgs(REIT, mock, RULE_FAILED);
    }
    const [refusal] = await rules.explain(alice, bob, REIT, 1n);
    expect(refusal?.rule).to.equal(mock.target);
    expect(refusal?.sentence, "it is not trusted with words either").not.to.equal("The composite refuses.");
  });

  it("fails when it says other codes altogether than at first, and never turns them into a yes", async () => {
    const { shares, alice, bob, mock, codesOf } = await networkHelpers.loadFixture(underMock);

    for (const all of [0n, 1n << 44n, 1n << 0n, (1n << 45n) | 1n, (1n << 45n) | (1n << 90n), MAX]) {
      await mock.setAnswers(45n, all, MOOD.answers);
      expect(await codesOf(alice, bob, 1n), String(all)).to.deep.equal([RULE_FAILED]);
      expect(await shares.canTransfer(alice, bob, REIT, 1n)).to.equal(false);
    }
  });

  it("is believed a code from 30 to 89, and a huge answer that begins with one", async () => {
    const { rules, shares, alice, bob, mock, codesOf } = await networkHelpers.loadFixture(underMock);

    for (const code of [30n, 45n, 89n]) {
      for (const mood of [MOOD.answers, MOOD.answersHugely]) {
        await mock.setAnswers(code, 1n << code, mood);
        expect(await codesOf(alice, bob, 1n)).to.deep.equal([code]);
      }
    }
    const [refusal] = await rules.explain(alice, bob, REIT, 1n);
    expect([refusal?.sentence, refusal?.nextStep]).to.deep.equal(["The composite refuses.", "Cheer it up."]);
    expect(await rules.messageForTransferRestriction(REIT, 45n)).to.equal("The composite refuses.");
    await mock.setAnswers(0n, MAX, MOOD.answers);
    expect(await codesOf(alice, bob, 1n), "all is asked only after a first").to.deep.equal([]);
    await shares.connect(alice).safeTransferFrom(alice, bob, REIT, 1n, "0x");
  });

  it("does not take the list of reasons down by saying more codes than there are, many times over", async () => {
    const { alice, bob, mock, bind, codesOf } = await networkHelpers.loadFixture(oneHolder);
    const every = (1n << 90n) - (1n << 30n);
    const others = await Promise.all(
      [46n, 47n].map(async (code) => ethers.deployContract("MockComposite", [1n << code])),
    );
    for (const one of [mock, ...others]) await one.setAnswers(45n, every, MOOD.answers);
    await bind(...[mock, ...others].map((rule) => ({ rule, parameters: "0x" })));

    const codes = Array.from({ length: 60 }, (_, place) => BigInt(30 + place));
    expect(await codesOf(alice, bob, 1n)).to.deep.equal(codes);
    expect(await codesOf({ address: ZeroAddress }, bob, 1n)).to.deep.equal(codes);
  });

  it("is bound with any traits that go together, and makes stale what they want counted", async () => {
    const { rules, mock, bind } = await networkHelpers.loadFixture(oneHolder);
    await rules.setRules(REIT, []);
    const before = await rules.countsOf(REIT);
    expect(before).to.equal(0n);

    for (let traits = 0n; traits < 64n; traits++) {
      const has = (trait: bigint) => (traits & trait) !== 0n;
      const isConsistent =
        (!has(TRAIT.tracks) || has(TRAIT.grossOnly)) &&
        (!has(TRAIT.lots) || has(TRAIT.totals)) &&
        (!has(TRAIT.kinds) || has(TRAIT.holders));
      const snapshot = await networkHelpers.takeSnapshot();
      await mock.setNature(1n << 45n, COMPOSITE | traits);
      if (isConsistent) {
        await bind({ rule: mock, parameters: "0x0000003c" });
        expect(await rules.countsOf(REIT), String(traits)).to.equal(traits & ~TRAIT.grossOnly);
        expect((await rules.countOf(REIT)).isStale, String(traits)).to.equal((traits & ~TRAIT.grossOnly) !== 0n);
        expect(await rules.isNettable(REIT)).to.equal(!has(TRAIT.grossOnly));
      } else {
        await expect(bind({ rule: mock, parameters: "0x0000003c" }), String(traits))
          .to.be.revertedWithCustomError(rules, "TransferRulesNotARule")
          .withArgs(mock);
      }
      await snapshot.restore();
    }
  });

  it("is not bound with codes that rules cannot have, with none, or with traits that do not go together", async () => {
    const { rules, mock, bind } = await networkHelpers.loadFixture(oneHolder);
    const natures: readonly (readonly [codes: bigint, needs: bigint])[] = [
      [0n, COMPOSITE],
      [1n << 29n, COMPOSITE],
      [(1n << 45n) | 1n, COMPOSITE],
      [(1n << 45n) | (1n << 90n), COMPOSITE],
      [1n << 255n, COMPOSITE],
      [1n << 45n, 0n],
      [1n << 45n, COMPOSITE | TRAIT.lots],
      [1n << 45n, COMPOSITE | TRAIT.kinds],
      [1n << 45n, COMPOSITE | TRAIT.tracks],
    ];

    for (const [codes, needs] of natures) {
      await mock.setNature(codes, needs);
      await expect(bind({ rule: mock, parameters: "0x" }), `${codes}, ${needs}`)
        .to.be.revertedWithCustomError(rules, "TransferRulesNotARule")
        .withArgs(mock);
    }
    await mock.setNature(1n << 45n, COMPOSITE | TRAIT.grossOnly);
    await bind({ rule: mock, parameters: "0x" });
    expect(await rules.isNettable(REIT)).to.equal(false);
  });
});
