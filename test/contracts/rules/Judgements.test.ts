import { expect } from "chai";
import { concat, toBeHex } from "ethers";
import { network } from "hardhat";
import { encodeCountries } from "../../../sdk/rules/country-set.ts";
import { A_DESK, ALICE, FRANCE, packParty, USA } from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

/** Bits of the parameters of CommonRules. */
const BIT = { country: 1, class: 2, holders: 4, cap: 8, lockUp: 16 } as const;

async function bothWays() {
  return {
    country: await ethers.deployContract("CountryRule"),
    class: await ethers.deployContract("InvestorClassRule"),
    holders: await ethers.deployContract("HolderCountRule"),
    cap: await ethers.deployContract("BalanceCapRule"),
    lockUp: await ethers.deployContract("LockUpRule"),
    common: await ethers.deployContract("CommonRules"),
  };
}

interface Chunk {
  readonly balances?: readonly [before: number, after: number];
  readonly totals?: readonly [before: number, after: number];
  readonly holders?: readonly [before: number, after: number];
  readonly young?: number;
  readonly supply?: number;
  readonly party?: bigint;
}

type World = Awaited<ReturnType<typeof bothWays>>;

/** What a rule says of the end state of one wallet in a chunk, by itself and as a part of CommonRules. */
async function judge(world: World, name: keyof typeof BIT, parameters: string, chunk: Chunk): Promise<boolean> {
  const { balances = [1, 1], totals = [1, 1], holders = [1, 1], young = 0, supply = 4, party = packParty() } = chunk;
  const context = { id: 1n, holdersBefore: holders[0], holdersAfter: holders[1], supply };
  const position = {
    account: ALICE,
    balanceBefore: balances[0],
    balanceAfter: balances[1],
    totalBefore: totals[0],
    totalAfter: totals[1],
    young,
  };
  const alone = await world[name].allowsNet(parameters, context, [position], [party]);
  const bound = concat([toBeHex(BIT[name], 1), parameters]);
  const together = await world.common.refusalOfNet(bound, context, [position], [party]);
  expect(together === 0n, "the same as a part of CommonRules").to.equal(alone);
  return alone;
}

/** Pairs of two small numbers. */
const PAIRS = [0, 1, 2, 3, 4].flatMap((before) => [0, 1, 2, 3, 4].map((after) => [before, after] as const));

describe("What the five common rules say of an end state, number by number", () => {
  it("balance cap: nobody ends above the cap who did not begin there, in shares or in parts of the whole", async () => {
    const world = await networkHelpers.loadFixture(bothWays);

    for (const [most, bps] of [
      [2, 0],
      [0, 5_000],
      [3, 5_000],
      [1, 10_000],
    ] as const) {
      const parameters = concat([toBeHex(most, 8), toBeHex(bps, 2)]);
      for (const supply of [0, 3, 4, 5]) {
        for (const [before, after] of PAIRS) {
          const isFit = (most === 0 || after <= most) && (bps === 0 || supply === 0 || after * 10_000 <= bps * supply);
          const said = await judge(world, "cap", parameters, { totals: [before, after], supply });
          expect(said, `${before} to ${after} of ${supply}`).to.equal(after <= before || isFit);
        }
      }
    }
  });

  it("lock-up: who has less than before keeps at least what is young", async () => {
    const world = await networkHelpers.loadFixture(bothWays);

    for (const young of [0, 1, 2, 3, 4]) {
      for (const [before, after] of PAIRS) {
        const said = await judge(world, "lockUp", "0x0000003c", { totals: [before, after], young });
        expect(said, `${before} to ${after}, ${young} young`).to.equal(after >= before || after >= young);
      }
    }
  });

  it("holder count: there are no more than the limit, or no more than before", async () => {
    const world = await networkHelpers.loadFixture(bothWays);

    for (const limit of [1, 2, 3]) {
      for (const holders of PAIRS) {
        const [before, after] = holders;
        const said = await judge(world, "holders", toBeHex(limit, 4), { holders });
        expect(said, `${before} to ${after}, at most ${limit}`).to.equal(after <= limit || after <= before);
      }
    }
  });

  it("country and class: who gets more has to be fit, unless he is the suite", async () => {
    const world = await networkHelpers.loadFixture(bothWays);
    const parties = {
      fit: packParty({ country: USA, classes: 4 }),
      unfit: packParty({ country: FRANCE, classes: 3 }),
      desk: A_DESK,
    };

    for (const [name, party] of Object.entries(parties)) {
      for (const balances of PAIRS) {
        const [before, after] = balances;
        const expected = after <= before || name !== "unfit";
        const country = await judge(world, "country", encodeCountries({ allow: [USA] }), { balances, party });
        const ofClass = await judge(world, "class", "0x0004", { balances, party });
        expect([country, ofClass], `${name}: ${before} to ${after}`).to.deep.equal([expected, expected]);
      }
    }
  });

  it("a desk's totals and young shares are nobody's", async () => {
    const world = await networkHelpers.loadFixture(bothWays);

    expect(await judge(world, "cap", "0x00000000000000020000", { totals: [0, 0], party: A_DESK })).to.equal(true);
    expect(await judge(world, "lockUp", "0x0000003c", { totals: [4, 0], young: 4, party: A_DESK })).to.equal(true);
  });
});
