import { expect } from "chai";
import { type BatchInput, compareResults, runBatch, runSequential, WorkerPool } from "../../executor/index.ts";
import { richerBatch } from "./worlds/random-world.ts";
import {
  ALICE,
  BOB,
  batch,
  buys,
  CAROL,
  everyoneMayTrade,
  PRICE,
  sells,
  sharesOf,
  trade,
  withCash,
  withMandate,
} from "./worlds/trading-world.ts";

const WORLDS = 150;

const { SEED } = process.env;

/** Runs a batch with the parallel ledger and holds it against the judge; how many instructions had to wait their turn. */
async function residueOf(parts: Partial<BatchInput>, workers = 2): Promise<number> {
  const input = batch(parts);
  const result = await runBatch(input, { workers, ledger: "split" });
  expect(compareResults(await runSequential(input), result)).to.equal(undefined);
  return result.run.residue ?? Number.NaN;
}

describe("Parallel ledger", function () {
  this.timeout(300_000);
  const firstSeed = Number(SEED ?? Math.floor(Math.random() * 2 ** 31));

  it(`comes to the result of one pass in random worlds, with 0 to 4 workers (SEED=${firstSeed})`, async () => {
    let residue = 0;
    let total = 0;

    for (let seed = firstSeed; seed < firstSeed + WORLDS; seed++) {
      const input = richerBatch(seed);
      const judge = await runSequential(input);
      for (const workers of [0, 1, 2, 3, 4]) {
        const result = await runBatch(input, { workers, ledger: "split" });
        expect(compareResults(judge, result), `SEED=${seed}, ${workers} workers`).to.equal(undefined);
        residue += result.run.residue ?? Number.NaN;
        total += judge.header.instructionCount;
      }
    }

    // What the worlds are for: rows of both kinds, in numbers.
    expect(residue, `SEED=${firstSeed}`).to.be.within(total / 10, (9 * total) / 10);
  });

  it("comes to it again on the positions that a batch left", async () => {
    const trades = [1n, 2n, 3n].map((matchNumber) => trade({ matchNumber }));
    const { snapshot } = batch({ trades });

    for (const round of [1n, 2n]) expect(await residueOf({ number: round, snapshot, trades })).to.equal(0);
  });

  it("leaves to the serial pass what overdraws its cash or shares when all debits are added up, and not a unit less", async () => {
    const trades = [1n, 2n].map((matchNumber) => trade({ matchNumber }));

    expect(await residueOf({ ...withCash(ALICE, 2_000n), trades })).to.equal(0);
    expect(await residueOf({ ...withCash(ALICE, 1_999n), trades })).to.equal(2);
    for (const [spendable, residue] of [
      [20n, 0],
      [19n, 2],
    ] as const) {
      const snapshot = everyoneMayTrade((draft) => Object.assign(sharesOf(draft, BOB), { spendable }));
      expect(await residueOf({ snapshot, trades })).to.equal(residue);
    }
  });

  it("leaves to it whoever pays into what is overdrawn, but not who trades with others", async () => {
    const orders = [buys("alice"), sells("bob"), buys("carol"), sells("alice"), buys("carol"), sells("the desk")];
    const trades = [
      trade({ matchNumber: 1n }),
      trade({ buyOrder: 2, sellOrder: 3, matchNumber: 2n }),
      trade({ buyOrder: 4, sellOrder: 5, matchNumber: 3n }),
    ];

    expect(await residueOf({ ...withCash(ALICE, 0n), orders, trades })).to.equal(2);
    expect(await residueOf({ ...withCash(CAROL, 2_000n), orders, trades })).to.equal(0);
  });

  it("leaves to it the trades of an order that all of them together overfill", async () => {
    const orders = [buys("alice", { quantity: 25n }), sells("bob"), buys("carol")];
    const trades = [
      trade({ matchNumber: 1n }),
      trade({ matchNumber: 2n }),
      trade({ buyOrder: 2, matchNumber: 3n }),
      trade({ matchNumber: 4n }),
    ];

    expect(await residueOf({ orders, trades })).to.equal(3);
  });

  it("tells of an overfilled order first, as the serial pass does, though the register refuses the trade too", async () => {
    const orders = [buys("alice", { quantity: 15n }), sells("bob")];
    const trades = [trade({ matchNumber: 1n, quantity: 16n }), trade({ matchNumber: 2n, quantity: 15n })];
    const snapshot = everyoneMayTrade((draft) => Object.assign(sharesOf(draft, ALICE), { receiveCode: 14 }));

    expect(await residueOf({ snapshot, orders, trades })).to.equal(2);
  });

  it("leaves to it an asset whose limit a newcomer per trade would pass", async () => {
    const limit = (holderLimit: number) =>
      everyoneMayTrade((draft) => {
        for (const asset of draft.assets) asset.holderLimit = holderLimit;
        Object.assign(sharesOf(draft, ALICE), { balance: 0n, spendable: 0n });
        Object.assign(sharesOf(draft, 3), { balance: 0n, spendable: 0n });
      });

    expect(await residueOf({ snapshot: limit(3) })).to.equal(0);
    expect(await residueOf({ snapshot: limit(2) })).to.equal(1);
  });

  it("applies nothing that a mandate stops, though cash and shares were there", async () => {
    const trades = [1n, 2n].map((matchNumber) => trade({ matchNumber }));

    expect(await residueOf({ ...withMandate(ALICE, { cashOutLeft: 10n * PRICE }), trades })).to.equal(0);
  });

  it("is left alone by default where it would not pay", async () => {
    const pool = await WorkerPool.open(1);

    expect((await runBatch(batch(), { pool })).run.residue).to.equal(undefined);
    await pool.close();
  });
});
