import type { NetVector } from "../formats/net-vector.ts";
import { CODE } from "../formats/reason-codes.ts";
import type { Receipt } from "../formats/receipt.ts";
import type { PreparedBatch } from "../prepare-batch.ts";
import { PlainLedger } from "./plain-ledger.ts";
import { PlainMandates } from "./plain-mandates.ts";
import { plainNetVector } from "./plain-net-vector.ts";
import type { PlainInstruction, PlainOrder, PlainTrade } from "./plain-trade.ts";

const MAX = 2n ** 63n - 1n;

/** A chunk and what moves in it. */
export interface PlainChunk {
  readonly first: number;
  readonly count: number;
  readonly net: NetVector;
  readonly netHash: string;
}

/** Decides each trade in turn. Read this beside section 5 of `docs/formats.md`. */
export function decideTrades(
  batch: PreparedBatch,
  orders: readonly PlainOrder[],
  instructions: readonly PlainInstruction[],
): { instructions: readonly PlainInstruction[]; receipts: Receipt[]; chunks: PlainChunk[]; ledger: PlainLedger } {
  const ledger = new PlainLedger(batch.snapshot);
  const mandates = new PlainMandates(batch.snapshot, batch.time);
  const filled = new Map(batch.filled);
  const used = new Set(batch.alreadyFinal);
  const accountOf = new Map(batch.snapshot.accounts.map(({ address }, index) => [address, index]));
  const receipts: Receipt[] = [];
  const chunks: PlainChunk[] = [];
  let first = 0;

  function closeChunk(next: number): void {
    const { net, netHash } = plainNetVector(batch.snapshot, mandates.currency, mandates.cash, mandates.shares);
    chunks.push({ first, count: next - first, net, netHash });
    mandates.consume();
    first = next;
  }

  /** The code of `instruction`, whose turn it is; if it is accepted, everything has moved. */
  function decide(instruction: PlainInstruction, index: number): { code: number; cash: bigint } {
    const refuse = (code: number) => ({ code, cash: 0n });
    const isRepeated = used.has(instruction.id);
    used.add(instruction.id);

    const trade = readTrade(instruction, orders, accountOf);
    if (typeof trade === "number") return refuse(trade);
    if (isRepeated) return refuse(CODE.duplicate);

    const { buy, sell, quantity, price, cash } = trade;
    if (batch.time > buy.expiry) return refuse(CODE.buyOrderExpired);
    if (batch.time > sell.expiry) return refuse(CODE.sellOrderExpired);
    if (price > buy.limitPrice) return refuse(CODE.priceAboveBuyLimit);
    if (price < sell.limitPrice) return refuse(CODE.priceBelowSellLimit);
    if ((filled.get(buy.id) ?? 0n) + quantity > buy.quantity) return refuse(CODE.buyOrderOverfilled);
    if ((filled.get(sell.id) ?? 0n) + quantity > sell.quantity) return refuse(CODE.sellOrderOverfilled);

    const code = ledger.check(trade) || mandates.checkLive(trade);
    if (code !== CODE.accepted) return refuse(code);
    if (!mandates.hasRoomFor([trade], batch.maxChunkPositions)) closeChunk(index);
    const mandateCode = mandates.checkLeft(trade);
    if (mandateCode !== CODE.accepted) return refuse(mandateCode);

    ledger.move(trade);
    mandates.move(trade);
    filled.set(buy.id, (filled.get(buy.id) ?? 0n) + quantity);
    filled.set(sell.id, (filled.get(sell.id) ?? 0n) + quantity);
    return { code: CODE.accepted, cash };
  }

  for (const [index, instruction] of instructions.entries()) {
    if (index - first === batch.maxChunkInstructions) closeChunk(index);
    const { code, cash } = decide(instruction, index);
    receipts.push({
      id: instruction.id,
      index,
      code,
      attempt: instruction.attempt,
      quantity: code === CODE.accepted ? instruction.quantity : 0n,
      cash,
      chunk: chunks.length,
    });
  }
  if (first < instructions.length) closeChunk(instructions.length);

  return { instructions, receipts, chunks, ledger };
}

/** 100 to 109: the trade, or why it is none. */
export function readTrade(
  instruction: PlainInstruction,
  orders: readonly PlainOrder[],
  accountOf: ReadonlyMap<string, number>,
): PlainTrade | number {
  const { kind, quantity, price, bytes } = instruction;
  const buy = orders[instruction.buyOrder];
  const sell = orders[instruction.sellOrder];
  const isOdd = kind !== 1 || instruction.class !== 1 || bytes.subarray(40, 48).some((byte) => byte !== 0);

  if (isOdd || quantity > MAX || price > MAX || quantity * price > MAX) return CODE.malformed;
  if (buy?.status === 1 || sell?.status === 1) return CODE.malformed;
  if (buy === undefined || sell === undefined) return CODE.orderUnknown;
  if (buy.side !== 0 || sell.side !== 1) return CODE.sidesDoNotMatch;
  if (buy.asset !== sell.asset) return CODE.assetsDiffer;
  if (buy.currency !== sell.currency) return CODE.currenciesDiffer;
  if (quantity === 0n) return CODE.quantityZero;
  if (buy.trader === sell.trader) return CODE.selfTrade;
  const buyer = accountOf.get(buy.trader);
  const seller = accountOf.get(sell.trader);
  if (buyer === undefined || seller === undefined) return CODE.accountUnknown;
  if (buy.status !== 0) return CODE.buySignatureInvalid;
  if (sell.status !== 0) return CODE.sellSignatureInvalid;

  const { asset, currency } = buy;
  return { buy, sell, buyer, seller, asset, currency, quantity, price, cash: quantity * price };
}
