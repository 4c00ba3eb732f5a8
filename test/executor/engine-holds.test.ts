import { expect } from "chai";
import {
  CODE,
  compareResults,
  Engine,
  type EngineInput,
  type InstructionInput,
  instructionsOf,
  openLoggedEngine,
  receiptsOf,
  replayLog,
  type SignedMessage,
  type SignedOrder,
} from "../../executor/index.ts";
import { type EngineWorld, judgeEngineWorld } from "./worlds/engine-world.ts";
import { decides, doing, everyoneMayDoAll, holds, messageId } from "./worlds/kinds-world.ts";
import { IDENTITY, inFolder } from "./worlds/log-world.ts";
import { randomKinds } from "./worlds/random-kinds.ts";
import { NOW } from "./worlds/trading-world.ts";

const WORLDS = 30;
const BATCHES = 5;

const expires = (place: number, number = 0n): InstructionInput => ({ kind: "expire", place, number });

type Parts = Partial<Pick<EngineInput, "orders" | "trades" | "time">>;

/** Batches one after another in a world where everyone may do everything. */
function worldOf(...batches: readonly Parts[]): EngineWorld {
  const sizes = { maxChunkInstructions: 64, maxChunkPositions: 64 };
  return {
    snapshot: everyoneMayDoAll(),
    inputs: batches.map((parts, place) => {
      return { number: BigInt(place + 1), mode: "strict", time: NOW, orders: [], trades: [], ...sizes, ...parts };
    }),
  };
}

/** Batches of all kinds that go on in the world of the first; in the last two, messages are over and holds expire. */
function randomHoldsWorld(seed: number): EngineWorld {
  const drawn = Array.from({ length: BATCHES }, (_, place) => randomKinds(seed + place));
  const [first = randomKinds(seed)] = drawn;
  return {
    snapshot: first.snapshot,
    inputs: drawn.map(({ orders, trades, maxChunkInstructions = 8, maxChunkPositions = 64 }, place) => {
      const more = Array.from({ length: 5 }, (_, hold) => expires(hold, BigInt(place)));
      return {
        number: BigInt(place + 1),
        mode: "strict",
        time: place < BATCHES - 2 ? NOW : NOW + 1n,
        maxChunkInstructions,
        maxChunkPositions,
        orders: orders as readonly (SignedOrder | SignedMessage)[],
        trades: [...(trades as readonly InstructionInput[]), ...more],
      };
    }),
  };
}

describe("Holds in an engine", function () {
  this.timeout(120_000);
  const firstSeed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 30));

  it(`expire as they do batch after batch, in worlds of all kinds (SEED=${firstSeed})`, async () => {
    let expired = 0;
    for (let seed = firstSeed; seed < firstSeed + WORLDS; seed++) {
      const world = randomHoldsWorld(seed);
      const { results } = await judgeEngineWorld(world);
      const engine = await Engine.open(world, { workers: seed % 3, maxBatches: 1 + (seed % 4) });
      const found = await Promise.all(world.inputs.map((input) => engine.submit(input)));
      await engine.close();

      const differences = found.map((result, place) => compareResults(results[place] ?? result, result));
      expect(differences, `SEED=${seed}`).to.deep.equal(Array(BATCHES).fill(undefined));
      for (const result of found) expired += expiredIn(result);
    }
    expect(expired).to.be.greaterThan(0);
  });

  it("are named by their places among those that live when the batch opens, oldest first", async () => {
    const [one, two, three] = [holds("alice", "bob"), holds("bob", "carol"), holds("alice", "carol")];
    const world = worldOf(
      doing(one, two),
      // The first is over now, and the third is behind the second.
      { ...doing(decides("carol", messageId(one), { decision: 2 }), three) },
      { time: NOW + 61n, trades: [expires(1, 1n), expires(2, 2n), expires(0, 3n), expires(0, 4n)] },
      { time: NOW + 61n, trades: [expires(0, 5n)] },
    );
    const { results } = await judgeEngineWorld(world);
    const engine = await Engine.open(world, { maxBatches: 4 });
    const found = await Promise.all(world.inputs.map((input) => engine.submit(input)));
    await engine.close();

    expect(found.map((result, place) => compareResults(results[place] ?? result, result))).to.deep.equal(
      Array(4).fill(undefined),
    );
    expect(found.map((result) => receiptsOf(result).map(({ code }) => code))).to.deep.equal([
      [CODE.accepted, CODE.accepted],
      [CODE.accepted, CODE.accepted],
      [CODE.accepted, CODE.holdUnknown, CODE.accepted, CODE.holdUnknown],
      [CODE.holdUnknown],
    ]);
  });

  it("expire one second after their time and not in it", async () => {
    const world = worldOf(
      doing(holds("alice", "bob", { until: NOW + 5n })),
      { time: NOW + 5n, trades: [expires(0, 1n)] },
      { time: NOW + 6n, trades: [expires(0, 2n)] },
    );
    const engine = await Engine.open(world);
    const found = await Promise.all(world.inputs.map((input) => engine.submit(input)));
    await engine.close();

    expect(found.flatMap((result) => receiptsOf(result).map(({ code }) => code))).to.deep.equal([
      CODE.accepted,
      CODE.holdNotOver,
      CODE.accepted,
    ]);
  });

  it("are not made a second time, neither while they live nor afterwards, also if the opening does not say that their id is used up", async () => {
    const hold = holds("alice", "bob", { until: NOW + 5n });
    const { holds: list = [], ...opening } = everyoneMayDoAll((draft) => {
      const position = draft.shares.find(({ account, asset }) => account === 0 && asset === 0);
      if (position !== undefined) position.spendable -= 10n;
      draft.holds.push({
        id: messageId(hold),
        holder: 0,
        beneficiary: 1,
        agent: 2,
        asset: 0,
        quantity: 10n,
        until: NOW + 5n,
      });
    });
    const drawn = worldOf(doing(hold), doing(decides("carol", messageId(hold), { decision: 2 })), doing(hold), {
      time: NOW + 6n,
      trades: [expires(0)],
    });
    const world = { ...drawn, snapshot: { ...opening, holds: list } };
    const { results } = await judgeEngineWorld(world);
    const engine = await Engine.open(world);
    const codes: number[] = [];
    for (const [place, input] of world.inputs.entries()) {
      const result = await engine.submit(input);
      expect(compareResults(results[place] ?? result, result), `batch ${place + 1}`).to.equal(undefined);
      codes.push(...receiptsOf(result).map(({ code }) => code));
    }
    await engine.close();
    expect(codes).to.deep.equal([CODE.duplicate, CODE.accepted, CODE.duplicate, CODE.holdUnknown]);
  });

  it(`are in its log, which every check replays and every opening goes on from (SEED=${firstSeed})`, () =>
    inFolder(async (folder) => {
      const world = randomHoldsWorld(firstSeed);
      const { results } = await judgeEngineWorld(world);
      const opening = { snapshot: world.snapshot };
      const last = world.inputs.at(-1);
      if (last === undefined) throw new Error("there are batches");
      const engine = await openLoggedEngine(folder, opening);
      await Promise.all(world.inputs.slice(0, -1).map((input) => engine.submit(input)));
      await engine.close();

      for (const check of ["ledger", "roots", "all"] as const) {
        const again = await openLoggedEngine(folder, opening, { check });
        expect(again.nextNumber, check).to.equal(BigInt(BATCHES));
        if (check === "all") {
          const result = await again.submit(last);
          expect(compareResults(results.at(-1) ?? result, result), `SEED=${firstSeed}`).to.equal(undefined);
        }
        await again.close();
      }
      const { state } = await replayLog(folder, IDENTITY, { from: "start", run: "judge" });
      expect(state.lastBatch).to.equal(BigInt(BATCHES));
    }));
});

function expiredIn(result: Parameters<typeof instructionsOf>[0] & Parameters<typeof receiptsOf>[0]): number {
  const instructions = instructionsOf(result);
  return receiptsOf(result).filter(({ index, code }) => code === CODE.accepted && instructions[index]?.kind === 8)
    .length;
}
