import { expect } from "chai";
import { BUY } from "../../executor/index.ts";
import {
  ALICE,
  BOB,
  type batch,
  buys,
  cashOf,
  codes,
  everyoneMayTrade,
  limitOf,
  mandateOf,
  NOW,
  order,
  PRICE,
  sells,
  sharesOf,
  trade,
  YACHT,
} from "./worlds/trading-world.ts";

describe("Precedence of refusals", () => {
  const foreign = buys("carol").signature;
  const late = { expiry: NOW - 1n, limitPrice: PRICE - 1n, quantity: 1n };
  const forged = (name: "alice" | "a stranger") => ({ ...buys(name, late), signature: foreign });

  it("tells what the trade and its orders say by themselves, in the documented order", async () => {
    const told: number[] = [];
    const tell = async (parts: Parameters<typeof batch>[0]) => told.push(...(await codes(parts)));

    await tell({ orders: [forged("alice")], trades: [trade({ quantity: 2n ** 63n })] });
    await tell({ orders: [forged("alice")], trades: [trade({ quantity: 0n })] });
    await tell({ orders: [forged("alice"), order("bob", BUY, { asset: YACHT })], trades: [trade({ quantity: 0n })] });
    await tell({ orders: [forged("alice"), sells("bob", { asset: YACHT })], trades: [trade({ quantity: 0n })] });
    await tell({ orders: [forged("a stranger"), sells("a stranger")], trades: [trade({ quantity: 0n })] });
    await tell({ orders: [forged("a stranger"), sells("a stranger")] });
    await tell({ orders: [forged("a stranger"), { ...sells("bob"), signature: foreign }] });
    await tell({ orders: [forged("alice"), { ...sells("bob"), signature: foreign }] });
    await tell({ orders: [buys("alice", late), { ...sells("bob"), signature: foreign }] });

    expect(told).to.deep.equal([100, 101, 102, 103, 105, 106, 107, 108, 109]);
  });

  it("then whether it is a duplicate, then what the orders allow", async () => {
    const told: number[][] = [];
    const strict = { limitPrice: PRICE + 1n, quantity: 1n };
    const twice = [trade(), trade()];

    told.push(await codes({ orders: [buys("alice", late), sells("bob", { expiry: 0n })], trades: twice }));
    told.push(
      await codes({ orders: [buys("alice", { ...late, expiry: NOW }), sells("bob", { ...strict, expiry: 0n })] }),
    );
    told.push(await codes({ orders: [buys("alice", { ...late, expiry: NOW }), sells("bob", strict)] }));
    told.push(await codes({ orders: [buys("alice", { quantity: 1n }), sells("bob", strict)], snapshot: noPrice() }));
    told.push(await codes({ orders: [buys("alice", { quantity: 1n }), sells("bob")], snapshot: noPrice() }));
    told.push(await codes({ orders: [buys("alice", { quantity: 1n }), sells("bob", { quantity: 1n })] }));
    told.push(await codes({ orders: [buys("alice"), sells("bob", { quantity: 1n })], snapshot: nothingGoes() }));

    expect(told).to.deep.equal([[111, 110], [112], [113], [114], [118], [115], [116]]);
  });

  it("then register, rules, shares, cash and mandates", async () => {
    const world = nothingGoes();
    const told: number[] = [];

    for (const repair of [
      () => Object.assign(world.assets[0] ?? {}, { state: 0 }),
      () => Object.assign(sharesOf(world, BOB), { sendCode: 0 }),
      () => Object.assign(sharesOf(world, ALICE), { receiveCode: 0 }),
      () => Object.assign(world.assets[0] ?? {}, { holderLimit: 0 }),
      () => Object.assign(sharesOf(world, BOB), { spendable: 10n }),
      () => Object.assign(cashOf(world, ALICE), { deposited: 1_000n }),
      () => world.mandates.push({ ...mandateOf(everyoneMayTrade(), ALICE), cashOutLeft: 0n }),
      () =>
        world.mandates.push(
          mandateOf(
            everyoneMayTrade((draft) => Object.assign(limitOf(draft, BOB), { outLeft: 0n })),
            BOB,
          ),
        ),
      () => Object.assign(mandateOf(world, ALICE), { cashOutLeft: 1_000n }),
      () => Object.assign(limitOf(world, BOB), { outLeft: 10n }),
    ]) {
      told.push(...(await codes({ snapshot: world })));
      repair();
    }

    expect(told).to.deep.equal([3, 10, 14, 32, 20, 117, 120, 121, 122, 123]);
    expect(await codes({ snapshot: world })).to.deep.equal([0]);
  });

  /** A world in which nothing goes and no price is usable. */
  function noPrice() {
    const world = nothingGoes();
    world.bands = [{ asset: 0, currency: 0, low: 1n, high: 0n }];
    return world;
  }

  /** A world in which everything stands against alice buying houses from bob. */
  function nothingGoes() {
    return everyoneMayTrade((draft) => {
      for (const asset of draft.assets) Object.assign(asset, { state: 3, holderLimit: 1 });
      for (const account of [ALICE, 3]) Object.assign(sharesOf(draft, account), { balance: 0n, spendable: 0n });
      sharesOf(draft, ALICE).receiveCode = 14;
      Object.assign(sharesOf(draft, BOB), { sendCode: 10, spendable: 0n });
      cashOf(draft, ALICE).deposited = 0n;
      draft.mandates = [];
    });
  }
});
