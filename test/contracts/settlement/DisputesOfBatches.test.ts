import { expect } from "chai";
import { hexlify } from "ethers";
import { network } from "hardhat";
import {
  type BatchInput,
  createRandom,
  decodeInstruction,
  INSTRUCTION_BYTES,
  type Random,
  RECEIPT_BYTES,
  randomInteger,
  runBatch,
} from "../../../executor/index.ts";
import type { Dispute } from "../../../executor/movements/dispute.ts";
import { findDisputes } from "../../../executor/movements/find-disputes.ts";
import type { PlacedMovement } from "../../../executor/movements/neighbours.ts";
import { type PublishedBatch, type PublishedChunk, publishBatch } from "../../../executor/movements/published-batch.ts";
import { ROLES } from "../../../ignition/roles.ts";
import { decodeRevert } from "../../../sdk/revert.ts";
import { randomKinds } from "../../executor/worlds/random-kinds.ts";
import { ADDRESS, CROWN, CROWN_UNIT, DESK, DOLLAR, entry, HOUSE, YACHT } from "../../executor/worlds/trading-world.ts";
import { chunkLeaf, merkleProof, merkleRoot } from "../../helpers/batch.ts";
import { leafOf, movementLeaf, ORDER_FIELDS, vectorOf, withTotals } from "../../helpers/dispute-world.ts";
import { netHash } from "../../helpers/net-vector.ts";
import { seededRandom } from "../../helpers/seeded-random.ts";
import { deploySettlementSuite, OPERATOR_ROLE } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
/** Batches that are tried, and how often each. */
const BATCHES = Number(process.env["FUZZ_RUNS"] ?? 12);
const TRIES = 40;
/** However many batches there are and however busy the machine is. */
const PATIENCE = 120_000 + 30_000 * BATCHES;
const [TRADE, TRANSFER] = [1, 2];

/** The desk of the executor's random worlds, at the address that they give it, with their currencies. */
async function deskOfWorlds() {
  const { authority, desk, dollar, operator } = await deploySettlementSuite(connection);
  await networkHelpers.setCode(DESK, await ethers.provider.getCode(desk.target));
  await networkHelpers.setStorageAt(DESK, 0, await ethers.provider.getStorage(desk.target, 0));
  const worlds = await ethers.getContractAt("SettlementDesk", DESK);
  for (const [currency, unit] of [
    [DOLLAR, 1n],
    [CROWN, CROWN_UNIT],
  ] as const) {
    await networkHelpers.setCode(currency, await ethers.provider.getCode(dollar.target));
    await worlds.allowCurrency(currency, unit);
  }
  const disputes = await ethers.deployContract("SettlementDisputes", [DESK]);
  const selectorOf = (name: "openBatch" | "closeBatch" | "pause") => worlds.interface.getFunction(name).selector;
  await authority.setTargetFunctionRole(DESK, [selectorOf("openBatch"), selectorOf("closeBatch")], OPERATOR_ROLE);
  await authority.setTargetFunctionRole(DESK, [selectorOf("pause")], ROLES.GUARDIAN);
  await authority.grantRole(ROLES.GUARDIAN, disputes.target, 0n);
  return { disputes, desk: worlds, operator };
}

type World = Awaited<ReturnType<typeof deskOfWorlds>>;

/** Opens the batch on chain and returns its number there. */
async function open({ desk, operator }: World, published: PublishedBatch): Promise<bigint> {
  const number = (await desk.lastBatch()) + 1n;
  await desk.connect(operator).openBatch({ ...published.header, number, mode: 0 });
  return number;
}

async function close({ desk, operator }: World): Promise<void> {
  await desk.connect(operator).closeBatch();
  if (await desk.isPaused()) await desk.resume();
}

const pick = <T>(random: Random, items: readonly T[]): T => entry(items[randomInteger(random, 0, items.length - 1)]);
const oneIn = (random: Random, odds: number) => random() * odds < 1;

const bytesAt = (bytes: Uint8Array, index: number, size: number) =>
  hexlify(bytes.subarray(index * size, (index + 1) * size));
const recordsOf = (bytes: Uint8Array, size: number, { fields }: PublishedChunk) =>
  Array.from({ length: fields.instructionCount }, (_, place) => bytesAt(bytes, fields.firstInstruction + place, size));

/** What somebody brings who takes anything of a batch for anything else. */
function anything(random: Random, published: PublishedBatch, input: BatchInput, number: bigint) {
  const { records, chunks } = published;
  const chunk = pick(random, chunks);
  const other = oneIn(random, 8) ? pick(random, chunks) : chunk;
  const leaves = other.movements.map((movement) => movementLeaf(big(movement)));
  const placeAt = (place: number): PlacedMovement[] => {
    const movement = other.movements[place];
    return movement === undefined ? [] : [{ movement, place, proof: merkleProof(leaves, place) }];
  };
  const at = randomInteger(random, 0, Math.max(0, other.movements.length - 1));
  const instruction = chunk.fields.firstInstruction + randomInteger(random, 0, chunk.fields.instructionCount - 1);
  const account = pick(random, Object.values(ADDRESS));
  const unit = pick(random, [HOUSE, YACHT, BigInt(DOLLAR), BigInt(CROWN)]);
  const near = other.movements[at];
  const position =
    near !== undefined && oneIn(random, 2)
      ? { kind: near.kind, account: near.account, unit: near.unit }
      : { kind: pick(random, [1, 2, 3]), account, unit };
  const around = [[at], [at, at + 1], [at - 1, at], [], [0], [other.movements.length - 1]];
  const [asks, gots] = [
    recordsOf(records.instructions, INSTRUCTION_BYTES, chunk),
    recordsOf(records.receipts, RECEIPT_BYTES, chunk),
  ];
  const messages = input.orders instanceof Uint8Array ? [] : input.orders;
  const place = instruction - chunk.fields.firstInstruction;
  const asked = decodeInstruction(records.instructions, instruction * INSTRUCTION_BYTES);
  return {
    exhibit: { number, chunk: chunk.fields, chunkProof: [...chunk.chunkProof] },
    vector: oneIn(random, 10) ? other.net : chunk.net,
    position,
    neighbours: pick(random, around).flatMap(placeAt).map(plain),
    kind: asked.kind,
    records: {
      index: instruction,
      instruction: entry(asks[place]),
      instructionProof: merkleProof(asks.map(leafOf), place),
      receipt: entry(gots[place]),
      receiptProof: merkleProof(gots.map(leafOf), place),
    },
    others: published.chunks.flatMap((each) => repeatsOf(published, each, asked.id, number)),
    first: messages[asked.buyOrder],
    second: messages[asked.sellOrder],
  };
}

const big = ({ kind, account, unit, instruction, delta, total }: PlacedMovement["movement"]) => ({
  ...{ kind: BigInt(kind), account, unit, instruction: BigInt(instruction), delta, total },
});
const plain = ({ movement, place, proof }: PlacedMovement) => ({ movement, place, proof: [...proof] });

/** Every record of a chunk with this id: where somebody may say that it was accepted again. */
function repeatsOf({ records }: PublishedBatch, chunk: PublishedChunk, id: string, number: bigint) {
  const asks = recordsOf(records.instructions, INSTRUCTION_BYTES, chunk);
  const gots = recordsOf(records.receipts, RECEIPT_BYTES, chunk);
  const exhibit = { number, chunk: chunk.fields, chunkProof: [...chunk.chunkProof] };
  return asks.flatMap((instruction, place) => {
    if (!instruction.endsWith(id.slice(2))) return [];
    const [instructionProof, receiptProof] = [
      merkleProof(asks.map(leafOf), place),
      merkleProof(gots.map(leafOf), place),
    ];
    const index = chunk.fields.firstInstruction + place;
    return [{ exhibit, records: { index, instruction, instructionProof, receipt: entry(gots[place]), receiptProof } }];
  });
}

/** The attempts that one choice of evidence allows; each has to be refused if the batch is honest. */
function attemptsWith({ disputes }: World, brought: ReturnType<typeof anything>): (() => Promise<unknown>)[] {
  const { exhibit, vector, position, neighbours, records, kind, first, second } = brought;
  const net = { ...vector, assets: [...vector.assets], accounts: [...vector.accounts], shares: [...vector.shares] };
  const attempts: (() => Promise<unknown>)[] = [
    () => disputes.disputeOrder.staticCall(exhibit, neighbours),
    () => disputes.disputeNet.staticCall(exhibit, net, position, neighbours),
    () => disputes.disputeReceipt.staticCall(exhibit, records, neighbours.slice(0, 1)),
  ];
  for (const other of brought.others) {
    attempts.push(() => disputes.disputeRepeat.staticCall(exhibit, records, other.exhibit, other.records));
  }
  if (kind === TRADE && first !== undefined && "side" in first && second !== undefined && "side" in second) {
    attempts.push(() => disputes.disputeTrade.staticCall(exhibit, records, first, second, position, neighbours));
  }
  if (kind === TRANSFER && first !== undefined && "type" in first && first.type === "transfer") {
    attempts.push(() => disputes.disputeTransfer.staticCall(exhibit, records, first, position, neighbours));
  }
  return attempts;
}

/** Whether an order or transfer can be written as what its signer signed: orders with numbers out of range cannot. */
function isWritable(message: object | undefined): boolean {
  if (message === undefined || !("side" in message)) return true;
  return ORDER_FIELDS.every(([name, bits]) => {
    const value = BigInt(Reflect.get(message, name));
    return value >= 0n && value < 2n ** bits;
  });
}

/** Brings a dispute before the desk. */
function bring({ disputes }: World, number: bigint, dispute: Dispute) {
  if (dispute.kind === "repeat") throw new Error("nothing was accepted twice here");
  const { chunk, chunkProof } = dispute.exhibit;
  const exhibit = { number, chunk, chunkProof: [...chunkProof] };
  const around = dispute.kind === "receipt" ? dispute.moved.map(plain) : dispute.neighbours.map(plain);
  const recordsIn = (records: Extract<Dispute, { kind: "receipt" }>["records"]) => ({
    ...records,
    instructionProof: [...records.instructionProof],
    receiptProof: [...records.receiptProof],
  });
  switch (dispute.kind) {
    case "order":
      return disputes.disputeOrder(exhibit, around);
    case "net": {
      const { currency, assets, accounts, shares } = dispute.vector;
      const vector = { currency, assets: [...assets], accounts: [...accounts], shares: [...shares] };
      return disputes.disputeNet(exhibit, vector, dispute.position, around);
    }
    case "receipt":
      return disputes.disputeReceipt(exhibit, recordsIn(dispute.records), around);
    case "trade":
      return disputes.disputeTrade(
        ...([exhibit, recordsIn(dispute.records), dispute.buy, dispute.sell, dispute.position, around] as const),
      );
    default:
      return disputes.disputeTransfer(
        ...([exhibit, recordsIn(dispute.records), dispute.transfer, dispute.position, around] as const),
      );
  }
}

/** What a chunk says of movements, net vector or receipts, changed, with roots and header that commit to it. */
function commit(published: PublishedBatch, changed: PublishedChunk, receipts: Uint8Array): PublishedBatch {
  const { index } = changed.fields;
  const fields = {
    ...changed.fields,
    movementCount: changed.movements.length,
    movementsRoot: merkleRoot(changed.movements.map((movement) => movementLeaf(big(movement)))),
    receiptsRoot: merkleRoot(recordsOf(receipts, RECEIPT_BYTES, changed).map(leafOf)),
    netHash: netHash({
      ...changed.net,
      ...{ assets: [...changed.net.assets], accounts: [...changed.net.accounts], shares: [...changed.net.shares] },
    }),
  };
  const all = published.chunks.with(index, { ...changed, fields });
  const leaves = all.map((chunk) => leafOfFields(chunk.fields));
  const chunks = all.map((chunk, place) => ({ ...chunk, chunkProof: merkleProof(leaves, place) }));
  const header = { ...published.header, chunksRoot: merkleRoot(leaves) };
  return { ...published, header, records: { ...published.records, receipts }, chunks };
}

function leafOfFields(fields: PublishedChunk["fields"]): string {
  const { index, firstInstruction, instructionCount, movementCount } = fields;
  return chunkLeaf({
    ...fields,
    ...{ index: BigInt(index), firstInstruction: BigInt(firstInstruction) },
    ...{ instructionCount: BigInt(instructionCount), movementCount: BigInt(movementCount) },
  });
}

/** One movement of a trade or transfer, changed in one of the ways of a cheat who covers his tracks more or less. */
function cheat(random: Random, published: PublishedBatch): PublishedBatch | undefined {
  const { instructions, receipts } = published.records;
  const isJudged = (instruction: number) =>
    instructions[instruction * INSTRUCTION_BYTES] !== undefined &&
    [TRADE, TRANSFER].includes(instructions[instruction * INSTRUCTION_BYTES] ?? 0);
  const candidates = published.chunks.flatMap((chunk) =>
    chunk.movements.flatMap(({ instruction }, place) => (isJudged(instruction) ? [{ chunk, place, instruction }] : [])),
  );
  if (candidates.length === 0) return undefined;
  const { chunk, place, instruction } = pick(random, candidates);
  const by = pick(random, [1n, -1n, 7n]);
  const shifted = chunk.movements.map((each, i) => (i === place ? { ...each, delta: each.delta + by } : each));
  const summed = (movements: readonly PlacedMovement["movement"][]) => {
    const totals = withTotals(movements.map(big));
    return movements.map((movement, i) => ({ ...movement, total: entry(totals[i]).total }));
  };
  const netOf = (movements: readonly PlacedMovement["movement"][]) => ({
    ...chunk.net,
    ...vectorOf(movements.map(big), chunk.net.currency),
  });
  const receipt = receipts.slice();
  switch (randomInteger(random, 0, 5)) {
    case 0: // and lets the totals stand
      return commit(published, { ...chunk, movements: shifted }, receipts);
    case 1: // and sums up anew, but settles the same
      return commit(published, { ...chunk, movements: summed(shifted) }, receipts);
    case 2: // and sums up anew, and settles that
      return commit(published, { ...chunk, movements: summed(shifted), net: netOf(summed(shifted)) }, receipts);
    case 3: {
      const fewer = summed(chunk.movements.toSpliced(place, 1));
      return commit(published, { ...chunk, movements: fewer, net: netOf(fewer) }, receipts);
    }
    case 4: // another quantity in the receipt
      receipt[instruction * RECEIPT_BYTES + 47] = (receipt[instruction * RECEIPT_BYTES + 47] ?? 0) ^ 1;
      return commit(published, chunk, receipt);
    default: // another id in the receipt
      receipt[instruction * RECEIPT_BYTES] = (receipt[instruction * RECEIPT_BYTES] ?? 0) ^ 1;
      return commit(published, chunk, receipt);
  }
}

/** A batch of instructions of every kind, strict or optimised. */
function randomInput(seed: number): BatchInput {
  return { ...randomKinds(seed), mode: seed % 2 === 0 ? "strict" : "optimised" };
}

describe("SettlementDisputes: batches of the executor", () => {
  it("L-8: stop the desk never, whatever is brought against batches of every kind", async () => {
    const world = await networkHelpers.loadFixture(deskOfWorlds);
    const random = seededRandom("honest batches");
    const errors = new Set<string>();

    for (let batch = 0; batch < BATCHES; ++batch) {
      const seed = random.below(2 ** 31);
      const input = randomInput(seed);
      const published = await publishBatch(await runBatch(input, { workers: 0 }));
      const number = await open(world, published);
      const draw = createRandom(seed);

      for (let attempt = 0; attempt < TRIES && published.chunks.length > 0; ++attempt) {
        const brought = anything(draw, published, input, number);
        if (!isWritable(brought.first) || !isWritable(brought.second)) continue;
        for (const dispute of attemptsWith(world, brought)) {
          const name = await dispute().then(
            () => "went through",
            (error: unknown) => decodeRevert(error, [world.disputes.interface])?.name ?? String(error),
          );
          expect(name, `L-8 ${random.seed}, batch ${batch}: ${JSON.stringify(brought, text)}`).to.match(
            /^SettlementDisputes/,
          );
          errors.add(name);
        }
      }
      await close(world);
    }
    expect(await world.desk.isPaused()).to.equal(false);
    expect([...errors]).to.include.members(["SettlementDisputesNotNeighbours", "SettlementDisputesReceiptIsRight"]);
  }).timeout(PATIENCE);

  it("have every net delta proved that they settle", async () => {
    const world = await networkHelpers.loadFixture(deskOfWorlds);
    const random = seededRandom("nets of honest batches");

    for (let batch = 0; batch < BATCHES; ++batch) {
      const published = await publishBatch(await runBatch(randomInput(random.below(2 ** 31)), { workers: 0 }));
      const number = await open(world, published);
      for (const { fields, chunkProof, movements } of published.chunks) {
        const leaves = movements.map((movement) => movementLeaf(big(movement)));
        const exhibit = { number, chunk: fields, chunkProof: [...chunkProof] };
        for (const [place, movement] of movements.entries()) {
          const { kind, account, unit } = movement;
          const next = movements[place + 1];
          const isLast = next === undefined || next.kind !== kind || next.account !== account || next.unit !== unit;
          if (!isLast) continue;
          const brought = [place, place + 1].flatMap((at) => {
            const each = movements[at];
            return each === undefined ? [] : [{ movement: each, place: at, proof: merkleProof(leaves, at) }];
          });
          const position = { kind, account, unit };
          expect(await world.disputes.isNetProved(exhibit, position, movement.total, brought)).to.equal(true);
          expect(await world.disputes.isNetProved(exhibit, position, movement.total + 1n, brought)).to.equal(false);
        }
      }
      await close(world);
    }
  }).timeout(PATIENCE);

  it("L-8: stop the desk for whatever was changed in what a batch published", async () => {
    const world = await networkHelpers.loadFixture(deskOfWorlds);
    const random = seededRandom("batches that were changed");
    let cheats = 0;

    for (let batch = 0; batch < 3 * BATCHES; ++batch) {
      const seed = random.below(2 ** 31);
      const honest = await publishBatch(await runBatch(randomInput(seed), { workers: 0 }));
      const changed = cheat(createRandom(seed), honest);
      if (changed === undefined) continue;
      const number = await open(world, changed);

      const { disputes } = await findDisputes(changed);
      expect(disputes, `L-8 ${random.seed}, batch ${batch}`).to.have.lengthOf(1);
      await expect(bring(world, number, entry(disputes[0])), `L-8 ${random.seed}, batch ${batch}`)
        .to.emit(world.disputes, "WrongChunkProved")
        .and.to.emit(world.desk, "SettlementPaused");

      cheats += 1;
      await close(world);
    }
    console.log(`      ${cheats} batches were changed, and each stopped the desk`);
  }).timeout(PATIENCE);
});

function text(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
