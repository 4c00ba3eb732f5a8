import { encodeChunk } from "../../executor/formats/chunk-leaf.ts";
import type { BatchHeader } from "../../executor/formats/header.ts";
import { fromHex, toHex } from "../../executor/formats/hex.ts";
import { INSTRUCTION_BYTES, KIND } from "../../executor/formats/instruction-record.ts";
import { loadKeccak } from "../../executor/formats/keccak.ts";
import { leafHash } from "../../executor/formats/merkle.ts";
import type { Movement } from "../../executor/formats/movement-leaf.ts";
import { type NetVector, netHash, packNetVector } from "../../executor/formats/net-vector.ts";
import { POSITION_KIND } from "../../executor/formats/position-leaf.ts";
import { RECEIPT_AT, RECEIPT_BYTES } from "../../executor/formats/receipt.ts";
import { type PublishedBatch, type PublishedChunk, type Random, randomInteger } from "../../executor/index.ts";
import { comparePositions, DecidedRecords, isSamePosition } from "../../executor/movements/decided-records.ts";
import { listMovements, movementTree } from "../../executor/movements/movement-tree.ts";
import { treeOfLeaves, treeOfRecords } from "../../executor/tree/whole-tree.ts";

const keccak = await loadKeccak();
const ACCOMPLICE = `0x${"ac".repeat(20)}`;

/** What an operator may change before he commits. */
export interface Draft {
  readonly records: DecidedRecords;
  /** Those of the batch; they may be written over. */
  readonly receipts: Uint8Array;
  readonly first: number;
  readonly count: number;
  net: NetVector;
  movements: Movement[];
}

/** What an operator does to one chunk; false if the chunk offers no occasion. */
export type Fraud = (draft: Draft, random: Random) => boolean;

/** Every way of cheating that can be proved, by name. */
export const FRAUDS: Readonly<Record<string, { readonly fraud: Fraud; readonly kinds: readonly string[] }>> = {
  "shares go to another account on net": { fraud: divertShares, kinds: ["net"] },
  "cash goes to another account on net": { fraud: divertCash, kinds: ["net"] },
  "an account is left out of the net": { fraud: leaveOutOfNet, kinds: ["net"] },
  "somebody who did nothing is paid on net": { fraud: payAccomplice, kinds: ["net"] },
  "a movement is left out": { fraud: leaveOutMovement, kinds: ["trade", "transfer"] },
  "a movement goes to another account": { fraud: divertMovement, kinds: ["trade", "transfer"] },
  "a movement has another delta": { fraud: changeDelta, kinds: ["trade", "transfer"] },
  "a refused instruction moves something": { fraud: moveRefused, kinds: ["receipt"] },
  "two movements change places": { fraud: swapMovements, kinds: ["order"] },
  "a movement stands there twice": { fraud: doubleMovement, kinds: ["order"] },
  "a running total is wrong": { fraud: changeTotal, kinds: ["order"] },
  "a movement of nothing stands there": { fraud: moveNothing, kinds: ["order"] },
  "a receipt is that of another instruction": { fraud: swapReceipts, kinds: ["receipt"] },
  "a trade settles more than was asked for": { fraud: settleMore, kinds: ["trade"] },
};

/** Commits to a batch with `fraud` in chunk `index`; undefined if that offers no occasion. */
export function forgeBatch(
  honest: PublishedBatch,
  index: number,
  fraud: Fraud,
  random: Random,
): PublishedBatch | undefined {
  const receipts = Uint8Array.from(honest.records.receipts);
  const chunk = honest.chunks[index];
  if (chunk === undefined) return undefined;
  const { firstInstruction: first, instructionCount: count } = chunk.fields;
  const records = new DecidedRecords({ ...honest.records, receipts });
  const draft = { records, receipts, first, count, net: chunk.net, movements: [...chunk.movements] };
  if (!fraud(draft, random)) return undefined;

  const chunks = honest.chunks.map((each) => {
    const { net, movements } = each === chunk ? draft : each;
    return hashChunk({ ...each, net, movements }, honest.records.instructions, receipts);
  });
  return commitTo(honest.header, chunks, { ...honest.records, receipts });
}

/**
 * Commits to a batch in which one instruction of a chunk stands, and is accepted, in place of another, too; everything else agrees
 * with that.
 */
export function repeatInstruction(honest: PublishedBatch, index: number, from: number, to: number): PublishedBatch {
  const { instructions, receipts } = {
    instructions: Uint8Array.from(honest.records.instructions),
    receipts: Uint8Array.from(honest.records.receipts),
  };
  instructions.copyWithin(to * INSTRUCTION_BYTES, from * INSTRUCTION_BYTES, (from + 1) * INSTRUCTION_BYTES);
  receipts.copyWithin(to * RECEIPT_BYTES, from * RECEIPT_BYTES, (from + 1) * RECEIPT_BYTES);
  new DataView(receipts.buffer).setUint32(to * RECEIPT_BYTES + RECEIPT_AT.index, to);
  const bytes = { ...honest.records, instructions, receipts };
  const records = new DecidedRecords(bytes);

  const chunks = honest.chunks.map((each, place) => {
    if (place !== index) return each;
    const { firstInstruction: first, instructionCount: count } = each.fields;
    const draft: Draft = { records, receipts, first, count, net: each.net, movements: [] };
    tidy(draft, listMovements(records, each.fields));
    return hashChunk({ ...each, net: draft.net, movements: draft.movements }, instructions, receipts);
  });
  return commitTo(honest.header, chunks, bytes);
}

function hashChunk(chunk: PublishedChunk, instructions: Uint8Array, receipts: Uint8Array): PublishedChunk {
  const { firstInstruction: first, instructionCount: count } = chunk.fields;
  const rootOf = (records: Uint8Array, size: number) => toHex(treeOfRecords({ records, size, first, count }).root());
  return {
    ...chunk,
    fields: {
      ...chunk.fields,
      movementCount: chunk.movements.length,
      instructionsRoot: rootOf(instructions, INSTRUCTION_BYTES),
      receiptsRoot: rootOf(receipts, RECEIPT_BYTES),
      movementsRoot: toHex(movementTree(keccak, chunk.movements).root()),
      netHash: toHex(netHash(keccak, chunk.net)),
    },
  };
}

function commitTo(
  header: BatchHeader,
  chunks: readonly PublishedChunk[],
  records: PublishedBatch["records"],
): PublishedBatch {
  const hash = (text: string) => fromHex(text, 32);
  const leaves = chunks.map(({ fields }) =>
    leafHash(
      keccak,
      encodeChunk({
        ...fields,
        instructionsRoot: hash(fields.instructionsRoot),
        receiptsRoot: hash(fields.receiptsRoot),
        movementsRoot: hash(fields.movementsRoot),
        netHash: hash(fields.netHash),
      }),
    ),
  );
  const tree = treeOfLeaves(Buffer.concat(leaves));
  return {
    header: { ...header, chunksRoot: toHex(tree.root()) },
    records,
    chunks: chunks.map((chunk, place) => ({ ...chunk, chunkProof: tree.proof(place) })),
  };
}

/** Totals in order, and the net that the movements add up to: a forger who takes care that everything else agrees. */
function tidy(draft: Draft, movements: readonly Omit<Movement, "total">[]): void {
  const sorted = [...movements].sort((a, b) => comparePositions(a, b) || a.instruction - b.instruction);
  draft.movements = [];
  for (const movement of sorted) {
    const last = draft.movements.at(-1);
    const before = last !== undefined && isSamePosition(last, movement) ? last.total : 0n;
    draft.movements.push({ ...movement, total: before + movement.delta });
  }
  const ends = draft.movements.filter((movement, place) => {
    const next = draft.movements[place + 1];
    return next === undefined || !isSamePosition(movement, next);
  });
  const of = (kind: number) =>
    ends
      .filter((each) => each.kind === kind)
      .map(({ account, unit, total }) => ({ account, asset: unit, delta: total }));
  draft.net = packNetVector(draft.net.currency, of(POSITION_KIND.cash), of(POSITION_KIND.shares));
}

const pick = <T>(random: Random, items: readonly T[]): T | undefined =>
  items[randomInteger(random, 0, items.length - 1)];
const MASK = (1n << 64n) - 1n;

/** Adds to the 64 bits of a word that end `shift` bits from its end. */
function addTo(word: bigint, shift: bigint, delta: bigint): bigint {
  const sum = BigInt.asUintN(64, ((word >> shift) & MASK) + delta);
  return (word & ~(MASK << shift)) | (sum << shift);
}

function divertShares(draft: Draft): boolean {
  const { shares } = draft.net;
  const other = shares.findIndex((word, place) => place > 0 && word >> 240n === (shares[0] ?? 0n) >> 240n);
  if (other < 0) return false;
  draft.net = {
    ...draft.net,
    shares: shares.map((word, place) =>
      place === 0 ? addTo(word, 160n, 1n) : place === other ? addTo(word, 160n, -1n) : word,
    ),
  };
  return true;
}

function divertCash(draft: Draft): boolean {
  const { accounts } = draft.net;
  if (accounts.length < 2) return false;
  const [one, other] = [0, accounts.length - 1];
  draft.net = {
    ...draft.net,
    accounts: accounts.map((word, place) =>
      place === one ? addTo(word, 32n, 5n) : place === other ? addTo(word, 32n, -5n) : word,
    ),
  };
  return true;
}

function leaveOutOfNet(draft: Draft): boolean {
  if (draft.net.shares.length === 0) return false;
  draft.net = { ...draft.net, shares: draft.net.shares.slice(1) };
  return true;
}

function payAccomplice(draft: Draft): boolean {
  const { accounts } = draft.net;
  if (accounts.length === 0) return false;
  const paid = (BigInt(ACCOMPLICE) << 96n) | (7n << 32n);
  draft.net = { ...draft.net, accounts: [...accounts, paid] };
  return true;
}

/** Places of what trades and transfers moved. */
function provable({ records, movements }: Draft): number[] {
  return [...movements.keys()].filter((place) => {
    const kind = records.instruction(movements[place]?.instruction ?? 0).kind;
    return kind === KIND.trade || kind === KIND.transfer;
  });
}

function leaveOutMovement(draft: Draft, random: Random): boolean {
  const place = pick(random, provable(draft));
  if (place === undefined) return false;
  tidy(draft, draft.movements.toSpliced(place, 1));
  return true;
}

function divertMovement(draft: Draft, random: Random): boolean {
  const place = pick(random, provable(draft));
  const movement = draft.movements[place ?? -1];
  if (place === undefined || movement === undefined) return false;
  tidy(draft, draft.movements.with(place, { ...movement, account: ACCOMPLICE }));
  return true;
}

function changeDelta(draft: Draft, random: Random): boolean {
  const place = pick(random, provable(draft));
  const movement = draft.movements[place ?? -1];
  if (place === undefined || movement === undefined) return false;
  const delta = movement.delta === -1n ? 1n : movement.delta + 1n;
  tidy(draft, draft.movements.with(place, { ...movement, delta }));
  return true;
}

function moveRefused(draft: Draft, random: Random): boolean {
  const { records, first, count } = draft;
  const refused = Array.from({ length: count }, (_, place) => first + place).filter(
    (index) => records.receipt(index).code !== 0,
  );
  const instruction = pick(random, refused);
  if (instruction === undefined) return false;
  const position = { kind: POSITION_KIND.shares, unit: records.batch.snapshot.assets[0]?.id ?? 0n, instruction };
  tidy(draft, [
    ...draft.movements,
    { ...position, account: records.addressOf(0), delta: -3n },
    { ...position, account: ACCOMPLICE, delta: 3n },
  ]);
  return true;
}

function swapMovements(draft: Draft, random: Random): boolean {
  const place = randomInteger(random, 0, draft.movements.length - 2);
  const [one, other] = [draft.movements[place], draft.movements[place + 1]];
  if (one === undefined || other === undefined) return false;
  draft.movements = draft.movements.with(place, other).with(place + 1, one);
  return true;
}

function doubleMovement(draft: Draft, random: Random): boolean {
  const place = randomInteger(random, 0, draft.movements.length - 1);
  const movement = draft.movements[place];
  if (movement === undefined) return false;
  draft.movements = draft.movements.toSpliced(place, 0, movement);
  return true;
}

function changeTotal(draft: Draft, random: Random): boolean {
  const place = randomInteger(random, 0, draft.movements.length - 1);
  const movement = draft.movements[place];
  if (movement === undefined) return false;
  draft.movements = draft.movements.with(place, { ...movement, total: movement.total - 1n });
  return true;
}

function moveNothing(draft: Draft): boolean {
  const [movement] = draft.movements;
  if (movement === undefined) return false;
  tidy(draft, [...draft.movements, { ...movement, account: ACCOMPLICE, delta: 0n }]);
  return true;
}

function swapReceipts(draft: Draft): boolean {
  const { receipts, first, count } = draft;
  if (count < 2) return false;
  const at = first * RECEIPT_BYTES;
  const one = receipts.slice(at, at + RECEIPT_BYTES);
  receipts.copyWithin(at, at + RECEIPT_BYTES, at + 2 * RECEIPT_BYTES);
  receipts.set(one, at + RECEIPT_BYTES);
  return true;
}

/** Receipt, movements and net agree, but nobody asked for so much. */
function settleMore(draft: Draft, random: Random): boolean {
  const { records, receipts } = draft;
  const trades = provable(draft)
    .map((place) => draft.movements[place]?.instruction ?? 0)
    .filter((index) => records.instruction(index).kind === KIND.trade);
  const index = pick(random, trades);
  if (index === undefined) return false;
  const { quantity, cash } = records.receipt(index);
  const price = records.instruction(index).price;
  const view = new DataView(receipts.buffer, receipts.byteOffset + index * RECEIPT_BYTES, RECEIPT_BYTES);
  view.setBigUint64(RECEIPT_AT.quantity, quantity + 100_000n);
  view.setBigUint64(RECEIPT_AT.cash, cash + 100_000n * price);
  const others = draft.movements.filter(({ instruction }) => instruction !== index);
  tidy(draft, [...others, ...records.changesBy(index).map((change) => ({ ...change, instruction: index }))]);
  return true;
}
