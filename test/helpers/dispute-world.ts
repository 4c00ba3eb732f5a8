import assert from "node:assert/strict";
import { id, solidityPacked, solidityPackedKeccak256, type TypedDataDomain, TypedDataEncoder } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { ROLES } from "../../ignition/roles.ts";
import { type BatchHeader, type ChunkHeader, chunkLeaf, merkleProof, merkleRoot, planBatch } from "./batch.ts";
import { type NetVector, netHash, netVector } from "./net-vector.ts";
import { deployFourHolders, TOWER, VILLA } from "./settlement-suite.ts";
import { ORDER_TYPES, type Order, TRADE_TYPES } from "./settlement-types.ts";

// What docs/formats.md says of records, receipts and movements, written out once more with ethers alone: a chunk of any
// content, honest or not, and the evidence that somebody would bring against it.

const NO_SECOND = 0xffffffffn;
export const SHARES = 1n;
export const CASH = 2n;
/** Ways in which a chunk is wrong, as the contract counts them. */
export const WRONG = { order: 0n, net: 1n, receipt: 2n, trade: 3n, transfer: 4n, repeat: 5n };

export interface Transfer {
  from: string;
  to: string;
  asset: bigint;
  quantity: bigint;
  expiry: bigint;
  priority: bigint;
  salt: bigint;
}

export const TRANSFER_TYPES = {
  Transfer: [
    { name: "from", type: "address" },
    { name: "to", type: "address" },
    { name: "asset", type: "uint256" },
    { name: "quantity", type: "uint64" },
    { name: "expiry", type: "uint64" },
    { name: "priority", type: "uint8" },
    { name: "salt", type: "uint256" },
  ],
};

/** The numbers of an order that have a bound, and how many bits each has. */
export const ORDER_FIELDS = [
  ["side", 8n],
  ["asset", 256n],
  ["quantity", 64n],
  ["limitPrice", 128n],
  ["expiry", 64n],
  ["priority", 8n],
  ["salt", 256n],
] as const;

export interface Position {
  kind: bigint;
  account: string;
  unit: bigint;
}

export interface Movement extends Position {
  instruction: bigint;
  delta: bigint;
  total: bigint;
}

export interface PlacedMovement {
  movement: Movement;
  place: bigint;
  proof: string[];
}

/** An instruction and what became of it. Prices and cash in engine units. */
export interface Step {
  kind: bigint;
  id: string;
  quantity: bigint;
  price: bigint;
  number: bigint;
  flags: bigint;
  code: bigint;
  settled: bigint;
  cash: bigint;
  /** What it moves if it is accepted. */
  moves: [position: Position, delta: bigint][];
}

/** What a chunk says, so that any of it can be made wrong before it is hashed. */
export interface Claim {
  index: bigint;
  first: bigint;
  instructions: string[];
  receipts: string[];
  movements: Movement[];
  vector: NetVector;
}

export interface ClaimedChunk extends Claim {
  chunk: ChunkHeader;
}

export const positionOf = (kind: bigint, account: string, unit: bigint): Position => ({ kind, account, unit });

/** A trade that was accepted in whole, unless `changes` say otherwise. `unit` is the currency's engine unit. */
export function tradeStep(
  domain: TypedDataDomain,
  [buy, sell]: readonly [Order, Order],
  changes: Partial<Step> = {},
  unit = 1n,
): Step {
  const { quantity = buy.quantity, price = buy.limitPrice / unit, number = 1n } = changes;
  const settled = changes.settled ?? quantity;
  const cash = changes.cash ?? settled * price;
  const trade = {
    buyOrder: TypedDataEncoder.hash(domain, ORDER_TYPES, buy),
    sellOrder: TypedDataEncoder.hash(domain, ORDER_TYPES, sell),
    quantity,
    price: price * unit,
    matchNumber: number,
  };
  return {
    ...{ kind: 1n, id: TypedDataEncoder.hash(domain, TRADE_TYPES, trade), quantity, price, number, flags: 0n },
    ...{ code: 0n, settled, cash },
    moves: [
      [positionOf(SHARES, buy.trader, buy.asset), settled],
      [positionOf(SHARES, sell.trader, buy.asset), -settled],
      [positionOf(CASH, buy.trader, BigInt(buy.currency)), -cash],
      [positionOf(CASH, sell.trader, BigInt(buy.currency)), cash],
    ],
    ...changes,
  };
}

/** A transfer that was accepted in whole, unless `changes` say otherwise. */
export function transferStep(domain: TypedDataDomain, transfer: Transfer, changes: Partial<Step> = {}): Step {
  const { from, to, asset, quantity } = transfer;
  const settled = changes.settled ?? quantity;
  return {
    ...{ kind: 2n, id: TypedDataEncoder.hash(domain, TRANSFER_TYPES, transfer), quantity, price: 0n, number: 0n },
    ...{ flags: 0n, code: 0n, settled, cash: 0n },
    moves: [
      [positionOf(SHARES, from, asset), -settled],
      [positionOf(SHARES, to, asset), settled],
    ],
    ...changes,
  };
}

/** The same instruction, refused. */
export const refused = (step: Step, code = 20n): Step => ({ ...step, code, settled: 0n, cash: 0n });

/** What an honest executor says of these steps. */
export function honestClaim(steps: readonly Step[], currency: string, index = 0n, first = 0n): Claim {
  const accepted = steps.map((step) => (step.code === 0n ? step : { ...step, moves: [] }));
  const movements = movementsOf(accepted, first);
  return {
    index,
    first,
    instructions: steps.map(instructionRecord),
    receipts: steps.map((step, place) => receiptRecord(step, first + BigInt(place), index)),
    movements,
    vector: vectorOf(movements, currency),
  };
}

export function instructionRecord({ kind, id, quantity, price, number, flags }: Step): string {
  return solidityPacked(
    [..."1111444888".split("").map((size) => `uint${8 * Number(size)}`), "uint8", "uint56", "bytes32"],
    [kind, 1, 0, 0, 0, 0, kind === 1n ? 1n : NO_SECOND, quantity, price, number, flags, 0, id],
  );
}

export function receiptRecord({ id, code, settled, cash }: Step, index: bigint, chunk: bigint): string {
  return solidityPacked(
    ["bytes32", "uint32", "uint16", "uint16", "uint64", "uint64", "uint32", "uint32"],
    [id, index, code, 0, settled, cash, chunk, 0],
  );
}

function movementsOf(steps: readonly Step[], first: bigint): Movement[] {
  const listed = steps.flatMap(({ moves }, place) =>
    moves.map(([position, delta]) => ({ ...position, instruction: first + BigInt(place), delta })),
  );
  const summed: Omit<Movement, "total">[] = [];
  for (const movement of listed.toSorted(byKey)) {
    const last = summed.at(-1);
    if (last !== undefined && byKey(last, movement) === 0) last.delta += movement.delta;
    else summed.push({ ...movement });
  }
  return withTotals(summed.filter(({ delta }) => delta !== 0n));
}

/** Movements with the totals that their deltas make. */
export function withTotals(movements: readonly Omit<Movement, "total">[]): Movement[] {
  let last: Movement | undefined;
  return movements.map((movement) => {
    const before = last !== undefined && byPosition(last, movement) === 0 ? last.total : 0n;
    last = { ...movement, total: before + movement.delta };
    return last;
  });
}

/** The net vector that movements add up to. */
export function vectorOf(movements: readonly Movement[], currency: string): NetVector {
  const last = movements.filter((movement, place) => {
    const next = movements[place + 1];
    return movement.total !== 0n && (next === undefined || byPosition(movement, next) !== 0);
  });
  return netVector(currency, {
    cash: last.filter(({ kind }) => kind === CASH).map(({ account, total }) => [account, total]),
    shares: last.filter(({ kind }) => kind === SHARES).map(({ unit, account, total }) => [unit, account, total]),
  });
}

export function byPosition(one: Position, other: Position): number {
  return (
    compare(one.kind, other.kind) ||
    compare(BigInt(one.account), BigInt(other.account)) ||
    compare(one.unit, other.unit)
  );
}

export function byKey(one: Omit<Movement, "delta" | "total">, other: Omit<Movement, "delta" | "total">): number {
  return byPosition(one, other) || compare(one.instruction, other.instruction);
}

const compare = (one: bigint, other: bigint) => (one < other ? -1 : one > other ? 1 : 0);

/** The leaf of an instruction or a receipt. */
export const leafOf = (record: string) => solidityPackedKeccak256(["uint8", "bytes"], [0, record]);

export function movementLeaf({ kind, account, unit, instruction, delta, total }: Movement): string {
  return solidityPackedKeccak256(
    ["uint8", "uint24", "address", "uint256", "uint32", "int64", "int64"],
    [0, kind, account, unit, instruction, delta, total],
  );
}

/** The header that commits to a claim, as it is. */
export function claimedChunk(claim: Claim): ClaimedChunk {
  const { index, first, instructions, receipts, movements, vector } = claim;
  return {
    ...claim,
    chunk: {
      index,
      firstInstruction: first,
      instructionCount: BigInt(instructions.length),
      movementCount: BigInt(movements.length),
      instructionsRoot: merkleRoot(instructions.map(leafOf)),
      receiptsRoot: merkleRoot(receipts.map(leafOf)),
      movementsRoot: merkleRoot(movements.map(movementLeaf)),
      netHash: netHash(vector),
    },
  };
}

/** The header of a batch of these chunks. */
export function headerOf(chunks: readonly ClaimedChunk[], number = 1n): BatchHeader {
  const { header } = planBatch(number, []);
  const leaves = chunks.map(({ chunk }) => chunkLeaf(chunk));
  const instructionCount = chunks.reduce((sum, { instructions }) => sum + BigInt(instructions.length), 0n);
  return { ...header, instructionCount, chunkCount: BigInt(chunks.length), chunksRoot: merkleRoot(leaves) };
}

/** That batch `number` has this chunk. */
export function exhibitOf(chunks: readonly ClaimedChunk[], index = 0, number = 1n) {
  const chunk = chunks[index];
  assert.ok(chunk, "the batch has this chunk");
  const leaves = chunks.map((each) => chunkLeaf(each.chunk));
  return { number, chunk: chunk.chunk, chunkProof: merkleProof(leaves, index) };
}

/** The movement at `place`, with its proof. */
export function placed({ movements }: Claim, place: number): PlacedMovement {
  const movement = movements[place];
  assert.ok(movement, "the chunk has this movement");
  return { movement, place: BigInt(place), proof: merkleProof(movements.map(movementLeaf), place) };
}

/** What shows what the chunk moves of a position by `instruction`, or on net: the last movement not behind it, and the next. */
export function neighbours(claim: Claim, position: Position, instruction: bigint = 2n ** 32n): PlacedMovement[] {
  const key = { ...position, instruction };
  const behind = claim.movements.findIndex((movement) => byKey(movement, key) > 0);
  const next = behind === -1 ? claim.movements.length : behind;
  return [next - 1, next].filter((place) => claim.movements[place] !== undefined).map((place) => placed(claim, place));
}

/** An instruction and its receipt, with their proofs. */
export function recordsAt({ first, instructions, receipts }: Claim, place: number) {
  return {
    index: first + BigInt(place),
    instruction: instructions[place] ?? "0x",
    instructionProof: merkleProof(instructions.map(leafOf), place),
    receipt: receipts[place] ?? "0x",
    receiptProof: merkleProof(receipts.map(leafOf), place),
  };
}

/** Four holders, a desk and its disputes. Batches are opened as they are claimed. */
export async function deployDisputes(connection: NetworkConnection) {
  const world = await deployFourHolders(connection);
  const { authority, desk, operator, domain } = world;
  const disputes = await connection.ethers.deployContract("SettlementDisputes", [desk.target]);
  await authority.grantRole(ROLES.GUARDIAN, disputes.target, 0n);
  await authority.setTargetFunctionRole(desk.target, [desk.interface.getFunction("pause").selector], ROLES.GUARDIAN);

  /** Opens a batch of these claims. */
  async function claim(...claims: readonly Claim[]): Promise<ClaimedChunk[]> {
    const chunks = claims.map(claimedChunk);
    await desk.connect(operator).openBatch(headerOf(chunks, (await desk.lastBatch()) + 1n));
    return chunks;
  }

  function transferOf(from: string, to: string, asset: bigint, changes: Partial<Transfer> = {}): Transfer {
    return { from, to, asset, quantity: 5n, expiry: 4_000_000_000n, priority: 0n, salt: 1n, ...changes };
  }

  return { ...world, disputes, claim, transferOf, domain };
}

/**
 * An honest day: alice buys 10 tower shares from bob and sells them to carol, dave sells carol 4 villa shares, bob gives dave 5 tower
 * shares, alice's second purchase is refused, and bob's shares are held.
 */
export async function deployDisputedDay(connection: NetworkConnection) {
  const world = await deployDisputes(connection);
  const { alice, bob, carol, dave, currency, domain, orderOf, transferOf } = world;
  const pair = (buyer: string, seller: string, terms: Partial<Order> = {}) =>
    [orderOf(buyer, 0n, terms), orderOf(seller, 1n, terms)] as const;
  const orders = {
    bought: pair(alice.address, bob.address),
    sold: pair(carol.address, alice.address),
    villas: pair(carol.address, dave.address, { asset: VILLA }),
    refused: pair(alice.address, bob.address, { salt: 2n }),
  };
  const gift = transferOf(bob.address, dave.address, TOWER);
  const hold: Step = {
    ...{ kind: 5n, id: id("hold"), quantity: 3n, price: 0n, number: 0n, flags: 0n, code: 0n, settled: 3n, cash: 0n },
    moves: [],
  };
  const steps = [
    tradeStep(domain, orders.bought, { quantity: 10n }),
    tradeStep(domain, orders.sold, { quantity: 10n }),
    tradeStep(domain, orders.villas, { quantity: 4n }),
    transferStep(domain, gift),
    refused(tradeStep(domain, orders.refused, { quantity: 10n })),
    hold,
  ];
  const honest = honestClaim(steps, currency, 0n, 0n);
  return { ...world, orders, gift, steps, honest };
}
