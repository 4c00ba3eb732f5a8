import { expect } from "chai";
import { unpackNetVector } from "../../executor/formats/net-vector.ts";
import {
  type BatchResult,
  isAccepted,
  POSITION_KIND,
  proveMovement,
  proveNet,
  receiptsOf,
  runBatch,
  verifyMovement,
  verifyNet,
} from "../../executor/index.ts";
import type { PositionKey } from "../../executor/movements/decided-records.ts";
import { movementsOf } from "../../executor/movements/movement-tree.ts";
import type { MovementProof } from "../../executor/movements/prove-movement.ts";
import { gridlockBatch } from "./worlds/gridlock-world.ts";
import { provedBatch } from "./worlds/proved-batch.ts";
import { randomKinds } from "./worlds/random-kinds.ts";
import { randomBatch } from "./worlds/random-world.ts";
import { ADDRESS, DOLLAR, entry, HOUSE } from "./worlds/trading-world.ts";

const WORLDS = 60;
const HASH = `0x${"ab".repeat(32)}`;
const NOBODY = `0x${"ff".repeat(20)}`;
const { SEED } = process.env;

/** Every position that a chunk's net vector names, with its delta. */
function netsOf(result: BatchResult, chunk: number): (PositionKey & { delta: bigint })[] {
  const { net } = entry(result.chunks[chunk]);
  const { cash, shares } = unpackNetVector(net);
  return [
    ...shares.map(({ asset: unit, ...rest }) => ({ kind: POSITION_KIND.shares, unit, ...rest })),
    ...cash.map((moved) => ({ kind: POSITION_KIND.cash, unit: BigInt(net.currency), ...moved })),
  ];
}

describe("Movements", function () {
  this.timeout(300_000);
  const firstSeed = Number(SEED ?? Math.floor(Math.random() * 2 ** 31));

  it(`add up to what every chunk moves on net, in worlds of every kind (SEED=${firstSeed})`, async () => {
    for (let seed = firstSeed; seed < firstSeed + WORLDS; seed++) {
      for (const input of [randomKinds(seed), randomBatch(seed), gridlockBatch(seed)]) {
        const result = await runBatch(input, { workers: 0 });
        for (const { index } of result.chunks) {
          const { movements } = await movementsOf(result, index);
          const sums = new Map<string, bigint>();
          for (const { kind, account, unit, total } of movements) sums.set(`${kind}/${account}/${unit}`, total);
          const moved = [...sums].filter(([, total]) => total !== 0n);
          const nets = netsOf(result, index).filter(({ delta }) => delta !== 0n);

          expect(new Map(moved), `SEED=${seed}, chunk ${index}`).to.deep.equal(
            new Map(nets.map(({ kind, account, unit, delta }) => [`${kind}/${account}/${unit}`, delta])),
          );
        }
      }
    }
  });

  it("prove what every account has moved on net, and that others have moved nothing", async () => {
    const result = await provedBatch();

    for (const { index } of result.chunks) {
      const nets = netsOf(result, index);
      const accounts = [...Object.values(ADDRESS), NOBODY, `0x${"00".repeat(20)}`];
      for (const account of accounts) {
        for (const [kind, unit] of [
          [POSITION_KIND.shares, HOUSE],
          [POSITION_KIND.shares, 0n],
          [POSITION_KIND.cash, BigInt(DOLLAR)],
        ] as const) {
          const of = { kind, account, unit };
          const isOf = (net: PositionKey) =>
            net.kind === kind && net.account === account.toLowerCase() && net.unit === unit;
          const proof = await proveNet(result, index, of);
          expect(await verifyNet(result.header, proof)).to.equal(nets.find(isOf)?.delta ?? 0n);
        }
      }
    }
  });

  it("prove what every instruction has moved, and that it has moved nothing else", async () => {
    const result = await provedBatch();

    for (const { index: instruction, code, chunk } of receiptsOf(result)) {
      const { movements } = await movementsOf(result, chunk);
      const own = movements.filter((movement) => movement.instruction === instruction);
      expect(own.length > 0, `instruction ${instruction}`).to.equal(isAccepted(code));
      for (const movement of movements) {
        const proof = await proveMovement(result, chunk, movement, instruction);
        const delta = await verifyMovement(result.header, proof, instruction);
        const mine = own.find(
          ({ kind, account, unit }) => kind === movement.kind && account === movement.account && unit === movement.unit,
        );
        expect(delta).to.equal(mine?.delta ?? 0n);
      }
    }
  });

  it("prove nothing when any part is another", async () => {
    const result = await provedBatch();
    const { header } = result;
    const [first] = netsOf(result, 1);
    const proof = await proveNet(result, 1, entry(first));
    const { exhibit, neighbours } = proof;
    const [one, two] = [entry(neighbours[0]), entry(neighbours[1])];
    const changed = (movement: Partial<typeof one.movement>) => ({
      ...one,
      movement: { ...one.movement, ...movement },
    });
    expect(await verifyNet(header, proof)).to.equal(entry(first).delta);

    const wrong: [string, Partial<MovementProof>, typeof header?][] = [
      ["header", {}, { ...header, chunksRoot: HASH }],
      ["chunk", { exhibit: { ...exhibit, chunk: { ...exhibit.chunk, movementsRoot: HASH } } }],
      ["count", { exhibit: { ...exhibit, chunk: { ...exhibit.chunk, movementCount: 1 } } }],
      ["chunk's proof", { exhibit: { ...exhibit, chunkProof: exhibit.chunkProof.slice(1) } }],
      ["delta", { neighbours: [changed({ delta: one.movement.delta + 1n }), two] }],
      ["total", { neighbours: [changed({ total: one.movement.total + 1n }), two] }],
      ["instruction", { neighbours: [changed({ instruction: one.movement.instruction + 1 }), two] }],
      ["account", { neighbours: [changed({ account: NOBODY }), two] }],
      ["place", { neighbours: [{ ...one, place: one.place + 1 }, two] }],
      ["siblings", { neighbours: [{ ...one, proof: [...one.proof, HASH] }, two] }],
      ["neighbour left out", { neighbours: [one] }],
      ["neighbours turned round", { neighbours: [two, one] }],
      ["neighbours left out", { neighbours: [] }],
      ["other position", { position: { ...proof.position, account: NOBODY } }],
    ];
    for (const [name, changes, other = header] of wrong) {
      expect(await verifyNet(other, { ...proof, ...changes }), name).to.equal(undefined);
    }
  });

  it("are refused of a chunk that is not there, and of one that committed to others", async () => {
    const result = await provedBatch();
    const position = { kind: POSITION_KIND.shares, account: NOBODY, unit: HOUSE };
    const forged = { ...result, chunks: result.chunks.map((chunk) => ({ ...chunk, movementsRoot: HASH })) };

    const missing = await proveNet(result, 3, position).catch((reason: unknown) => reason);
    expect(missing).to.be.instanceOf(RangeError).with.property("message", "the batch has no chunk 3");
    const other = await proveNet(forged, 0, position).catch((reason: unknown) => reason);
    expect(other).to.be.instanceOf(Error).with.property("message").that.contains("not the chunk's");
  });
});
