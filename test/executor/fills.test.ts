import { expect } from "chai";
import { CODE, receiptsOf } from "../../executor/index.ts";
import { ALICE, buys, codes, idOf, NOW, sells, settle, trade, withCash } from "./worlds/trading-world.ts";

describe("Fills and duplicates", () => {
  const buy = buys("alice");
  const orders = [buy, sells("bob", { quantity: 1_000n }), sells("carol", { quantity: 1_000n })];

  it("fill an order by several trades, to its last share and not beyond", async () => {
    const trades = [
      trade({ quantity: 60n }),
      trade({ quantity: 41n, sellOrder: 2 }),
      trade({ quantity: 40n, sellOrder: 2 }),
      trade({ quantity: 1n }),
    ];

    expect(await codes({ orders, trades })).to.deep.equal([0, CODE.buyOrderOverfilled, 0, CODE.buyOrderOverfilled]);
  });

  it("count what earlier batches filled", async () => {
    const filled = new Map([[idOf(buy), 91n]]);

    expect(await codes({ orders, filled })).to.deep.equal([CODE.buyOrderOverfilled]);
    expect(await codes({ orders, filled: new Map([[idOf(buy), 90n]]) })).to.deep.equal([0]);
  });

  it("count one order that is listed twice once", async () => {
    const twice = [buy, ...orders.slice(1), buy];
    const trades = [
      trade({ quantity: 60n }),
      trade({ quantity: 41n, buyOrder: 3 }),
      trade({ quantity: 40n, buyOrder: 3 }),
    ];

    expect(await codes({ orders: twice, trades })).to.deep.equal([0, CODE.buyOrderOverfilled, 0]);
  });

  it("do not count a refused trade", async () => {
    const trades = [trade({ quantity: 50n }), trade({ quantity: 60n }), trade({ quantity: 50n, matchNumber: 2n })];

    expect(await codes({ orders, trades })).to.deep.equal([0, CODE.buyOrderOverfilled, 0]);
  });

  it("refuse a trade that comes twice, unless its match number differs", async () => {
    const trades = [trade(), trade(), trade({ matchNumber: 2n })];

    expect(await codes({ orders, trades })).to.deep.equal([0, CODE.duplicate, 0]);
  });

  it("burn the id of a refused trade: a retry cannot turn the outcome", async () => {
    const trades = [trade({ quantity: 10n }), trade({ quantity: 10n })];

    expect(await codes({ ...withCash(ALICE, 999n), trades })).to.deep.equal([CODE.cashTooSmall, CODE.duplicate]);
    const forged = [{ ...buy, signature: orders[1]?.signature ?? "" }, ...orders.slice(1)];
    expect(await codes({ orders: forged, trades })).to.deep.equal([CODE.buySignatureInvalid, CODE.buySignatureInvalid]);
  });

  it("refuse what was final before, however its id is written", async () => {
    const [receipt] = receiptsOf(await settle({ orders }));
    const shouted = `0x${receipt?.id.slice(2).toUpperCase()}`;

    expect(await codes({ orders, alreadyFinal: new Set([shouted]) })).to.deep.equal([CODE.duplicate]);
    expect(await codes({ orders, alreadyFinal: new Set([`0x${"11".repeat(32)}`]) })).to.deep.equal([0]);
  });

  it("let proceeds be spent and purchases be sold later in the same batch", async () => {
    const chain = [
      buys("carol", { quantity: 10n }),
      sells("bob"),
      buys("alice", { quantity: 10n, expiry: NOW }),
      sells("carol", { quantity: 10n }),
    ];
    const trades = [trade(), trade({ buyOrder: 2, sellOrder: 3 })];
    const penniless = (deposited: bigint) => withCash(ALICE, deposited);

    expect(await codes({ ...penniless(1_000n), orders: chain, trades })).to.deep.equal([0, 0]);
    expect(await codes({ ...penniless(999n), orders: chain, trades })).to.deep.equal([0, CODE.cashTooSmall]);
  });
});
