import { expect } from "chai";
import { CODE, type InstructionInput, instructionsOf, MAX_CHAIN, receiptsOf } from "../../executor/index.ts";
import { does, doing, everyoneMayDoAll, freezes, gives, whereAll } from "./worlds/kinds-world.ts";
import {
  BOB,
  type batch,
  buys,
  CROWN,
  CROWN_UNIT,
  codes,
  sells,
  settle,
  sharesOf,
  trade,
} from "./worlds/trading-world.ts";

type Parts = Parameters<typeof batch>[0] & object;

const told = (parts: Parts) => codes({ snapshot: everyoneMayDoAll(), ...parts });
const linked = <T extends InstructionInput>(instruction: T): T => ({ ...instruction, linked: true });

/** All but the last are linked with the next. */
const chain = (...instructions: readonly InstructionInput[]): InstructionInput[] =>
  instructions.map((instruction, place) => (place < instructions.length - 1 ? linked(instruction) : instruction));
const chunksOf = async (parts: Parts) =>
  receiptsOf(await settle({ snapshot: everyoneMayDoAll(), ...parts })).map(({ chunk }) => chunk);

describe("Chains", () => {
  const [first, second] = [gives("alice", "bob"), gives("bob", "carol", { quantity: 1_010n })];
  const tooMuch = gives("alice", "bob", { quantity: 991n });
  const orders = [first, second, tooMuch];

  it("settle when every member does, each on what those before it left", async () => {
    expect(await told({ orders, trades: [does(second, 1)] })).to.deep.equal([CODE.balanceTooSmall]);
    expect(await told({ orders, trades: chain(does(first), does(second, 1)) })).to.deep.equal([0, 0]);
  });

  it("fail in whole: who failed has the reason, and nothing has moved", async () => {
    const trades = [...chain(does(first), does(tooMuch, 2), does(second, 1)), does(gives("alice", "carol"), 3)];
    const everything = gives("alice", "carol", { quantity: 1_000n });

    expect(
      await told({
        orders: [...orders, everything],
        trades: trades.map((each, place) => (place === 3 ? does(everything, 3) : each)),
      }),
    ).to.deep.equal([CODE.linkedFailed, CODE.balanceTooSmall, CODE.linkedFailed, 0]);
  });

  it("use up the ids of all members when they fail", async () => {
    const trades = [...chain(does(first), does(tooMuch, 2)), does(first)];

    expect(await told({ orders, trades })).to.deep.equal([CODE.linkedFailed, CODE.balanceTooSmall, CODE.duplicate]);
  });

  it("fail when they have no end, or too many members", async () => {
    const many = Array.from({ length: MAX_CHAIN + 1 }, () => gives("bob", "alice", { quantity: 1n }));
    const { orders: messages, trades } = doing(...many);

    expect(await told({ orders, trades: [does(first), linked(does(second, 1))] })).to.deep.equal([0, CODE.linkedOpen]);
    expect(await told({ orders: messages, trades: chain(...trades.slice(1)) })).to.deep.equal(Array(MAX_CHAIN).fill(0));
    expect(await told({ orders: messages, trades: chain(...trades) })).to.deep.equal(
      Array(MAX_CHAIN + 1).fill(CODE.chainTooLong),
    );
  });

  it("stay in one chunk, and so are no longer than a chunk", async () => {
    const { orders: messages, trades } = doing(...[1, 2, 3, 4].map(() => gives("bob", "alice", { quantity: 1n })));
    const [alone = trade(), ...rest] = trades;
    const parts = { orders: messages, trades: [alone, ...chain(...rest)] };

    expect(await chunksOf({ ...parts, maxChunkInstructions: 4 })).to.deep.equal([0, 0, 0, 0]);
    expect(await chunksOf({ ...parts, maxChunkInstructions: 3 })).to.deep.equal([0, 1, 1, 1]);
    expect(await told({ ...parts, maxChunkInstructions: 2 })).to.deep.equal([0, 145, 145, 145]);
  });

  it("begin a chunk when a member finds no room in the running one, and fail when they need more than a chunk", async () => {
    const crowns = { currency: CROWN, limitPrice: CROWN_UNIT };
    const messages = [buys("alice"), sells("bob"), buys("alice", crowns), sells("bob", crowns), gives("bob", "carol")];
    const inDollars = trade();
    const inCrowns = trade({ buyOrder: 2, sellOrder: 3, price: CROWN_UNIT });
    const again = trade({ ...inCrowns, matchNumber: 2n });

    const parts = { orders: messages, trades: [inDollars, ...chain(inCrowns, again)] };
    expect(await told(parts)).to.deep.equal([0, 0, 0]);
    expect(await chunksOf(parts)).to.deep.equal([0, 1, 1]);
    expect(await told({ orders: messages, trades: chain(inDollars, inCrowns) })).to.deep.equal([146, 146]);
    expect(
      await told({ orders: messages, trades: chain(inDollars, does(gives("bob", "carol"), 4)), maxChunkPositions: 5 }),
    ).to.deep.equal([146, 146]);
  });

  it("stand where their lowest priority, highest class and first member put them", async () => {
    const high = gives("alice", "bob", { priority: 3 });
    const low = gives("alice", "bob", { priority: 0 });
    const middle = gives("alice", "bob", { priority: 1 });
    const freeze = freezes("carol", "alice", { quantity: 1n });
    const messages = [high, low, middle, freeze];
    const trades = chain(does(high), does(low, 1));
    const rest = [does(middle, 2), does(freeze, 3)];

    const order = async (list: readonly InstructionInput[]) =>
      instructionsOf(await settle({ snapshot: everyoneMayDoAll(), orders: messages, trades: list })).map(
        ({ sequence }) => sequence,
      );
    expect(await order([...trades, ...rest])).to.deep.equal([3, 2, 0, 1]);
    expect(await order([...chain(...rest.toReversed()), ...trades])).to.deep.equal([0, 1, 2, 3]);
    expect(await order([...trades, ...chain(...rest)])).to.deep.equal([0, 1, 2, 3]);
  });

  it("are refused as input when two instructions have one sequence", async () => {
    const { instructions, orderStatus } = await settle({
      snapshot: everyoneMayDoAll(),
      orders,
      trades: chain(does(first), does(second, 1)),
    });
    expect([...orderStatus]).to.deep.equal([0, 0, 0]);
    const records = new Uint8Array(instructions);
    records[7] = 1;

    const error = await settle({ snapshot: everyoneMayDoAll(), orders, trades: records }).catch(
      (reason: unknown) => reason,
    );
    expect(error)
      .to.be.instanceOf(Error)
      .with.property("message", "two instructions have the sequence 1, in a batch with linked ones");
  });

  it("take back what they froze, held and withdrew", async () => {
    const freeze = freezes("carol", "alice", { quantity: 1_000n });
    const everything = gives("alice", "bob", { quantity: 1_000n });
    const scarce = whereAll((draft) => Object.assign(sharesOf(draft, BOB), { balance: 5n, spendable: 5n }));
    const short = gives("bob", "alice", { quantity: 6n });
    const trades = [...chain(does(freeze, 0), does(short, 1)), does(everything, 2)];

    expect(await told({ ...scarce, orders: [freeze, short, everything], trades })).to.deep.equal([143, 20, 0]);
  });
});
