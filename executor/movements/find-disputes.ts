import { createWordTables } from "../formats/batch-tables.ts";
import { createDigester } from "../formats/digest.ts";
import { toHex } from "../formats/hex.ts";
import { INSTRUCTION_BYTES, type InstructionRecord, KIND } from "../formats/instruction-record.ts";
import { viewOf } from "../formats/integers.ts";
import { type Keccak, loadKeccak } from "../formats/keccak.ts";
import type { Movement } from "../formats/movement-leaf.ts";
import { type NetVector, netHash, unpackNetVector } from "../formats/net-vector.ts";
import { BUY, type Order, ORDER_BYTES, type OrderRecord, SELL } from "../formats/order-record.ts";
import { POSITION_KIND } from "../formats/position-leaf.ts";
import { ACCEPTED } from "../formats/reason-codes.ts";
import { RECEIPT_BYTES, type Receipt } from "../formats/receipt.ts";
import { isChunkCommitted } from "../prove.ts";
import type { PositionalTree } from "../tree/positional-tree.ts";
import { treeOfRecords } from "../tree/whole-tree.ts";
import { comparePositions, DecidedRecords, isSamePosition, type PositionKey } from "./decided-records.ts";
import type { Dispute, PlacedRecords } from "./dispute.ts";
import { type ChunkMovements, movementTree } from "./movement-tree.ts";
import { neighboursOf, placeAll } from "./neighbours.ts";
import type { PublishedBatch, PublishedChunk } from "./published-batch.ts";
import type { Exhibit } from "./prove-movement.ts";

const PARTIAL = 2;

/** Kinds that never move shares or cash between accounts. */
const MOVING_NOTHING: readonly number[] = [
  KIND.hold,
  KIND.void,
  KIND.expire,
  KIND.freeze,
  KIND.unfreeze,
  KIND.cancel,
];

/** What was found in a batch that its operator published. */
export interface Findings {
  /** One for each chunk that can be proved wrong: a chunk stops the desk once. */
  readonly disputes: readonly Dispute[];
  /** What is amiss, or withheld, and cannot be proved on chain. */
  readonly unproved: readonly { readonly chunk: number; readonly what: string }[];
}

/** What a finding is put together from; trees that are not the chunk's own are left out. */
interface Evidence {
  readonly chunk: PublishedChunk;
  readonly exhibit: Exhibit;
  readonly movements: ChunkMovements | undefined;
  readonly trees: { readonly instructions: PositionalTree; readonly receipts: PositionalTree } | undefined;
}

/**
 * Holds a published batch against itself: whether each chunk's instructions, receipts, movements and net vector agree, as far as
 * the settlement desk's disputes can be told of it. In a batch by the rules there is nothing to find. Whether the rules themselves were kept
 * (priorities, funds, eligibility) is for whoever runs the batch again.
 */
export async function findDisputes(published: PublishedBatch): Promise<Findings> {
  const keccak = await loadKeccak();
  const records = new DecidedRecords(published.records, published.openingAfter);
  const disputes: Dispute[] = [];
  const unproved: { chunk: number; what: string }[] = [];

  for (const chunk of published.chunks) {
    const { index } = chunk.fields;
    const tell = (what: string) => void unproved.push({ chunk: index, what });
    if (!(await isChunkCommitted(published.header, chunk.fields, chunk.chunkProof))) {
      tell("the batch did not commit to it as it was published");
      continue;
    }
    const evidence = gather(keccak, published, chunk, tell);
    const dispute =
      judgeOrder(evidence) ??
      judgeNet(keccak, evidence, tell) ??
      new RecordJudge(keccak, published, records, evidence, tell).judge();
    if (dispute !== undefined) disputes.push(dispute);
  }
  return { disputes, unproved };
}

function gather(
  keccak: Keccak,
  { header, records: { instructions, receipts } }: PublishedBatch,
  chunk: PublishedChunk,
  tell: (what: string) => void,
): Evidence {
  const { firstInstruction: first, instructionCount: count, ...fields } = chunk.fields;
  const exhibit = { number: header.number, chunk: chunk.fields, chunkProof: chunk.chunkProof };
  const trees = {
    instructions: treeOfRecords({ records: instructions, size: INSTRUCTION_BYTES, first, count }),
    receipts: treeOfRecords({ records: receipts, size: RECEIPT_BYTES, first, count }),
  };
  const tree = movementTree(keccak, chunk.movements);
  const isSame = (own: PositionalTree, root: string) => toHex(own.root()) === root;
  const hasRecords =
    isSame(trees.instructions, fields.instructionsRoot) && isSame(trees.receipts, fields.receiptsRoot);
  const hasMovements = isSame(tree, fields.movementsRoot) && chunk.movements.length === fields.movementCount;

  if (!hasRecords) tell("the instructions and receipts to which it committed are not those that were published");
  if (!hasMovements) tell("the movements to which it committed are not those that were published");
  const movements = hasMovements ? { movements: chunk.movements, tree } : undefined;
  return { chunk, exhibit, movements, trees: hasRecords ? trees : undefined };
}

/** Whether a movement stands where it should not, or with a total that is not its position's. */
function judgeOrder({ movements: proved, chunk: { fields }, exhibit }: Evidence): Dispute | undefined {
  if (proved === undefined) return undefined;
  const { firstInstruction: first, instructionCount: count } = fields;
  const isWrong = (movement: Movement, before: Movement | undefined) => {
    const isOf = before !== undefined && isSamePosition(before, movement);
    const rank = before === undefined ? -1 : comparePositions(before, movement);
    const isBehind = rank < 0 || (rank === 0 && (before?.instruction ?? 0) < movement.instruction);
    const isWithin = movement.instruction >= first && movement.instruction < first + count;
    const total = (isOf ? before.total : 0n) + movement.delta;
    return !isBehind || !isWithin || movement.delta === 0n || movement.total !== total;
  };
  const place = proved.movements.findIndex((movement, at) => isWrong(movement, proved.movements[at - 1]));
  if (place < 0) return undefined;
  const why = `movement ${place} is out of place, is none, or has a wrong total`;
  return { kind: "order", exhibit, why, neighbours: placeAll(proved, place === 0 ? [0] : [place - 1, place]) };
}

/** Whether the net vector says of a position what its movements add up to. */
function judgeNet(
  keccak: Keccak,
  { movements: proved, chunk: { net, fields }, exhibit }: Evidence,
  tell: (what: string) => void,
): Dispute | undefined {
  if (toHex(netHash(keccak, net)) !== fields.netHash) {
    tell("the net vector to which it committed is not the one that was published");
    return undefined;
  }
  if (proved === undefined) return undefined;

  const totals = proved.movements.filter((movement, place) => {
    const next = proved.movements[place + 1];
    return next === undefined || !isSamePosition(movement, next);
  });
  const nets = netsOf(net);
  const sumOf = (position: PositionKey) =>
    nets.filter((each) => isSamePosition(each, position)).reduce((sum, { delta }) => sum + delta, 0n);
  const totalOf = (position: PositionKey) => totals.find((each) => isSamePosition(each, position))?.total ?? 0n;
  const wrong = [...totals, ...nets].find((position) => sumOf(position) !== totalOf(position));
  if (wrong === undefined) return undefined;

  const { kind, account, unit } = wrong;
  const position = { kind, account, unit };
  const why = `it moves ${sumOf(position)} of ${nameOf(position)} on net, but its movements add up to ${totalOf(position)}`;
  return { kind: "net", exhibit, why, vector: net, position, neighbours: neighboursOf(proved, position) };
}

function netsOf(net: NetVector): (PositionKey & { readonly delta: bigint })[] {
  const { cash, shares } = unpackNetVector(net);
  return [
    ...shares.map(({ asset, account, delta }) => ({ kind: POSITION_KIND.shares, account, unit: asset, delta })),
    ...cash.map(({ account, delta }) => ({ kind: POSITION_KIND.cash, account, unit: BigInt(net.currency), delta })),
  ];
}

function nameOf({ kind, account, unit }: PositionKey): string {
  return kind === POSITION_KIND.shares ? `${account}'s shares of asset ${unit}` : `${account}'s cash`;
}

/** Judges the records of a chunk: by themselves, by what was signed, and by what they moved. */
class RecordJudge {
  readonly #keccak: Keccak;
  readonly #published: PublishedBatch;
  readonly #records: DecidedRecords;
  readonly #evidence: Evidence;
  readonly #tell: (what: string) => void;
  readonly #movedBy = new Map<number, number[]>();

  constructor(
    keccak: Keccak,
    published: PublishedBatch,
    records: DecidedRecords,
    evidence: Evidence,
    tell: (what: string) => void,
  ) {
    this.#keccak = keccak;
    this.#published = published;
    this.#records = records;
    this.#evidence = evidence;
    this.#tell = tell;
    for (const [place, { instruction }] of (evidence.movements?.movements ?? []).entries()) {
      this.#movedBy.set(instruction, [...(this.#movedBy.get(instruction) ?? []), place]);
    }
  }

  /** The first record that proves the chunk wrong. */
  judge(): Dispute | undefined {
    if (this.#evidence.trees === undefined) return undefined;
    const { firstInstruction: first, instructionCount: count } = this.#evidence.chunk.fields;
    for (let index = first; index < first + count; index++) {
      const dispute = this.#judgeOne(index);
      if (dispute !== undefined) return dispute;
    }
    return undefined;
  }

  #judgeOne(index: number): Dispute | undefined {
    const [asked, got] = [this.#records.instruction(index), this.#records.receipt(index)];
    const { exhibit, chunk, movements } = this.#evidence;
    const mayMove = got.code === ACCEPTED && !MOVING_NOTHING.includes(asked.kind);
    const [moved] = this.#movedBy.get(index) ?? [];

    if (got.id !== asked.id || got.index !== index || got.chunk !== chunk.fields.index) {
      const why = `the receipt at ${index} is not that of its instruction`;
      return { kind: "receipt", exhibit, why, records: this.#place(index), moved: [] };
    }
    if (moved !== undefined && !mayMove && movements !== undefined) {
      const why = `instruction ${index} was refused, or is of a kind that moves nothing, and yet moved something`;
      return { kind: "receipt", exhibit, why, records: this.#place(index), moved: placeAll(movements, [moved]) };
    }
    if (asked.kind === KIND.trade) return this.#judgeTrade(index, asked, got);
    if (asked.kind === KIND.transfer) return this.#judgeTransfer(index, asked, got);
    if (this.#wrongPosition(index) !== undefined) {
      this.#tell(`instruction ${index} moved something else than its receipt says, and is neither trade nor transfer`);
    }
    return undefined;
  }

  #judgeTrade(index: number, asked: InstructionRecord, got: Receipt): Dispute | undefined {
    const [buy, sell] = [this.#records.message(asked.buyOrder), this.#records.message(asked.sellOrder)];
    const isAllowed =
      got.code !== ACCEPTED || (buy !== undefined && sell !== undefined && allowsTrade(asked, got, buy, sell));
    const wrong = isAllowed ? this.#wrongPosition(index) : undefined;
    if (isAllowed && wrong === undefined) return undefined;
    if (buy === undefined || sell === undefined || !this.#isNamed(index, [asked.buyOrder, asked.sellOrder])) {
      this.#tell(`trade ${index} is wrong, but its id is not that of the orders that it names`);
      return undefined;
    }
    return {
      kind: "trade",
      exhibit: this.#evidence.exhibit,
      why: isAllowed ? `trade ${index} moved something else than its receipt says` : `its orders do not allow trade ${index}`,
      records: this.#place(index),
      buy: this.#orderOf(buy),
      sell: this.#orderOf(sell),
      ...this.#shown(index, wrong ?? this.#sharesOf(buy)),
    };
  }

  #judgeTransfer(index: number, asked: InstructionRecord, got: Receipt): Dispute | undefined {
    const sent = this.#records.message(asked.buyOrder);
    const isAllowed =
      got.code !== ACCEPTED ||
      (sent !== undefined &&
        sent.trader !== this.#records.addressOf(sent.counterparty) &&
        got.cash === 0n &&
        asked.quantity === sent.quantity &&
        isWithinQuantity(asked, got));
    const wrong = isAllowed ? this.#wrongPosition(index) : undefined;
    if (isAllowed && wrong === undefined) return undefined;
    if (sent === undefined || !this.#isNamed(index, [asked.buyOrder])) {
      this.#tell(`transfer ${index} is wrong, but its id is not that of the message that it names`);
      return undefined;
    }
    const { trader: from, quantity, expiry, priority, salt } = sent;
    const to = this.#records.addressOf(sent.counterparty);
    return {
      kind: "transfer",
      exhibit: this.#evidence.exhibit,
      why: isAllowed
        ? `transfer ${index} moved something else than its receipt says`
        : `what its sender signed does not allow transfer ${index}`,
      records: this.#place(index),
      transfer: { from, to, asset: this.#assetOf(sent), quantity, expiry, priority, salt },
      ...this.#shown(index, wrong ?? this.#sharesOf(sent)),
    };
  }

  /** A position of which an instruction moved something else than its receipt says. */
  #wrongPosition(index: number): PositionKey | undefined {
    const { movements } = this.#evidence;
    if (movements === undefined) return undefined;
    const due = this.#records.changesBy(index);
    const done = (this.#movedBy.get(index) ?? []).flatMap((place) => movements.movements[place] ?? []);
    const deltaIn = (list: readonly (PositionKey & { readonly delta: bigint })[], position: PositionKey) =>
      list.find((each) => isSamePosition(each, position))?.delta ?? 0n;
    return [...due, ...done].find((position) => deltaIn(due, position) !== deltaIn(done, position));
  }

  /** What a dispute shows of a position; nothing, if the movements were withheld and nothing needs to be shown. */
  #shown(index: number, { kind, account, unit }: PositionKey) {
    const { movements } = this.#evidence;
    const position = { kind, account, unit };
    return { position, neighbours: movements === undefined ? [] : neighboursOf(movements, position, index) };
  }

  #place(index: number): PlacedRecords {
    const { instructions, receipts } = this.#published.records;
    const place = index - this.#evidence.chunk.fields.firstInstruction;
    return {
      index,
      instruction: toHex(instructions, index * INSTRUCTION_BYTES, INSTRUCTION_BYTES),
      instructionProof: this.#evidence.trees?.instructions.proof(place) ?? [],
      receipt: toHex(receipts, index * RECEIPT_BYTES, RECEIPT_BYTES),
      receiptProof: this.#evidence.trees?.receipts.proof(place) ?? [],
    };
  }

  /** Whether an instruction's id is the one that the messages at `places` give it. */
  #isNamed(index: number, places: readonly number[]): boolean {
    const { orders, tables, orderCount } = this.#records.batch;
    const digester = createDigester(this.#keccak, createWordTables(tables));
    const ids = new Uint8Array(32 * orderCount);
    const view = viewOf(orders);
    for (const place of places) digester.orderId(orders, view, place * ORDER_BYTES, ids, 32 * place);

    const { instructions } = this.#published.records;
    const record = instructions.slice(index * INSTRUCTION_BYTES, (index + 1) * INSTRUCTION_BYTES);
    digester.tradeId(record, viewOf(record), 0, { records: view, count: orderCount, ids });
    return toHex(record) === toHex(instructions, index * INSTRUCTION_BYTES, INSTRUCTION_BYTES);
  }

  #orderOf(record: OrderRecord): Order {
    const { trader, side, quantity, expiry, priority, salt } = record;
    const { address: currency, engineUnit } = this.#records.batch.snapshot.currencies[record.currency] ?? {
      address: `0x${"00".repeat(20)}`,
      engineUnit: 1n,
    };
    const limitPrice = record.limitPrice * engineUnit;
    return { trader, side, asset: this.#assetOf(record), currency, quantity, limitPrice, expiry, priority, salt };
  }

  #assetOf({ asset }: OrderRecord): bigint {
    return this.#records.batch.snapshot.assets[asset]?.id ?? 0n;
  }

  #sharesOf(record: OrderRecord): PositionKey {
    return { kind: POSITION_KIND.shares, account: record.trader, unit: this.#assetOf(record) };
  }
}

/** Whether two orders by themselves allow what the receipt of an accepted trade says. */
function allowsTrade(asked: InstructionRecord, got: Receipt, buy: OrderRecord, sell: OrderRecord): boolean {
  return (
    buy.side === BUY &&
    sell.side === SELL &&
    buy.trader !== sell.trader &&
    buy.asset === sell.asset &&
    buy.currency === sell.currency &&
    asked.price <= buy.limitPrice &&
    asked.price >= sell.limitPrice &&
    got.quantity <= buy.quantity &&
    got.quantity <= sell.quantity &&
    got.cash === got.quantity * asked.price &&
    isWithinQuantity(asked, got)
  );
}

/** All that was asked for, or, if that may be, some of it. */
function isWithinQuantity({ quantity, flags }: InstructionRecord, got: Receipt): boolean {
  if (got.quantity === 0n) return false;
  return (flags & PARTIAL) === 0 ? got.quantity === quantity : got.quantity <= quantity;
}
