import { expect } from "chai";
import { encodeTrade, INSTRUCTION_BYTES } from "../../executor/formats/instruction-record.ts";
import { viewOf } from "../../executor/formats/integers.ts";
import { compareResults, instructionsOf, runBatch, runSequential } from "../../executor/index.ts";
import { ALICE, batch, buys, codes, sells, settle, trade, withCash } from "./worlds/trading-world.ts";

describe("Canonical order", () => {
  it("puts the higher priority first, and equal priorities in the order in which they came", async () => {
    const orders = [0, 2, 1, 2, 3, 0].flatMap((priority) => [buys("alice", { priority }), sells("bob", { priority })]);
    const trades = [0, 1, 2, 3, 4, 5].map((i) => trade({ buyOrder: 2 * i, sellOrder: 2 * i + 1 }));

    const result = await settle({ orders, trades });
    expect(instructionsOf(result).map(({ sequence }) => sequence)).to.deep.equal([4, 1, 3, 2, 0, 5]);
    expect(instructionsOf(result).map(({ priority }) => priority)).to.deep.equal([3, 2, 2, 1, 0, 0]);
  });

  it("gives a trade the lower priority of its two orders", async () => {
    const orders = [buys("alice", { priority: 3 }), sells("bob", { priority: 0 }), sells("carol", { priority: 1 })];
    const trades = [trade({ matchNumber: 1n }), trade({ sellOrder: 2, matchNumber: 2n })];

    const result = await settle({ orders, trades });
    expect(instructionsOf(result).map(({ matchNumber }) => matchNumber)).to.deep.equal([2n, 1n]);
  });

  it("decides who gets what does not suffice for all", async () => {
    const enoughForOne = withCash(ALICE, 1_000n);
    const trades = [trade({ matchNumber: 1n }), trade({ buyOrder: 2, sellOrder: 3 })];
    const orders = (priority: number) => [
      buys("alice"),
      sells("bob"),
      buys("alice", { priority }),
      sells("carol", { priority }),
    ];

    const first = await settle({ ...enoughForOne, orders: orders(0), trades });
    expect(instructionsOf(first)[0]?.sellOrder).to.equal(1);
    const second = await settle({ ...enoughForOne, orders: orders(1), trades });
    expect(instructionsOf(second)[0]?.sellOrder).to.equal(3);
    expect(await codes({ ...enoughForOne, orders: orders(1), trades })).to.deep.equal([0, 117]);
  });

  it("counts orders that are unknown or malformed as normal", async () => {
    const orders = [buys("alice", { priority: 1 }), sells("bob", { priority: 1 }), { ...buys("alice"), priority: 9 }];
    const trades = [trade({ buyOrder: 2 }), trade({ buyOrder: 7 }), trade()];

    expect(await codes({ orders, trades })).to.deep.equal([0, 100, 101]);
  });

  it("sorts records where they are only if they were given away", async () => {
    const orders = [0, 2, 1].flatMap((priority) => [buys("alice", { priority }), sells("bob", { priority })]);
    const asked = [0, 1, 2].map((i) => trade({ buyOrder: 2 * i, sellOrder: 2 * i + 1 }));
    const records = new Uint8Array(new SharedArrayBuffer(INSTRUCTION_BYTES * asked.length));
    for (const [place, each] of asked.entries()) {
      encodeTrade(viewOf(records), INSTRUCTION_BYTES * place, each, place, 1n);
    }
    const before = records.slice();
    const expected = await runSequential(batch({ orders, trades: asked }));

    const lent = await runBatch(batch({ orders, trades: records }));
    expect(compareResults(lent, expected)).to.equal(undefined);
    expect(records).to.deep.equal(before);

    const given = await runBatch(batch({ orders, trades: records, givesTrades: true }));
    expect(compareResults(given, expected)).to.equal(undefined);
    expect(given.instructions).to.equal(records);
    // What was given away is in order now, and gives the same once more.
    expect(compareResults(await runBatch(batch({ orders, trades: records })), expected)).to.equal(undefined);
  });
});
