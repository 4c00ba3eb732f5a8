import { viewOf } from "../../executor/formats/integers.ts";
import { RECEIPT_AT, RECEIPT_BYTES } from "../../executor/formats/receipt.ts";
import { AMOUNT, ROW, ROW_AMOUNTS, ROW_WORDS } from "../../executor/ledger/rows.ts";
import { type KernelFlows, type Records, reset } from "./kernel-flows.ts";

const CODE = { accepted: 0, shares: 20, cash: 117 } as const;

/** Rows as columns of exactly what the bare loop reads. */
export interface Columns {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly pay: Int32Array;
  readonly receive: Int32Array;
  readonly quantity: BigInt64Array;
  readonly cash: BigInt64Array;
}

export function columnsOf({ count, rows: { words, amounts } }: KernelFlows): Columns {
  const column = (place: number) =>
    Int32Array.from({ length: count }, (_, index) => words[index * ROW_WORDS + place] ?? 0);
  const amount = (place: number) =>
    BigInt64Array.from({ length: count }, (_, index) => amounts[index * ROW_AMOUNTS + place] ?? 0n);
  return {
    from: column(ROW.from),
    to: column(ROW.to),
    pay: column(ROW.pay),
    receive: column(ROW.receive),
    quantity: amount(AMOUNT.quantity),
    cash: amount(AMOUNT.cash),
  };
}

/** The least that a ledger can do: check two cells, change four. No codes, no receipts, no fills. */
export function runBareLoop(flows: KernelFlows, columns: Columns): number {
  reset(flows);
  const started = performance.now();
  checkAndUpdate(flows.state.cells, columns, flows.count);
  return performance.now() - started;
}

function checkAndUpdate(cells: BigInt64Array, columns: Columns, count: number): void {
  const { from, to, pay, receive, quantity, cash } = columns;
  for (let index = 0; index < count; index++) {
    const giver = from[index] ?? 0;
    const payer = pay[index] ?? 0;
    const shares = quantity[index] ?? 0n;
    if (shares > (cells[giver] ?? 0n)) continue;
    if (payer >= 0) {
      const price = cash[index] ?? 0n;
      const payee = receive[index] ?? 0;
      if (price > (cells[payer] ?? 0n)) continue;
      cells[payer] = BigInt.asIntN(64, (cells[payer] ?? 0n) - price);
      cells[payee] = BigInt.asIntN(64, (cells[payee] ?? 0n) + price);
    }
    const taker = to[index] ?? 0;
    cells[giver] = BigInt.asIntN(64, (cells[giver] ?? 0n) - shares);
    cells[taker] = BigInt.asIntN(64, (cells[taker] ?? 0n) + shares);
  }
}

/** What most would write: amounts by text keys in a map. */
export interface MapLedger {
  readonly balances: ReadonlyMap<string, bigint>;
  readonly codes: Uint16Array;
  readonly ms: number;
}

export function runMapLedger({ count, opening, state }: KernelFlows, columns: Columns): MapLedger {
  const balances = new Map<string, bigint>();
  const keyOf = (cell: number) => (cell < state.cashAt ? `${cell}/shares` : `${cell - state.cashAt}/cash`);
  for (let cell = 0; cell < state.lockedAt; cell++) balances.set(keyOf(cell), opening[cell] ?? 0n);
  const codes = new Uint16Array(count);

  const of = (cell: number) => balances.get(keyOf(cell)) ?? 0n;
  const move = (from: number, to: number, amount: bigint) => {
    balances.set(keyOf(from), of(from) - amount);
    balances.set(keyOf(to), of(to) + amount);
  };
  const started = performance.now();
  for (let index = 0; index < count; index++) {
    const [from, pay] = [columns.from[index] ?? 0, columns.pay[index] ?? 0];
    const [shares, cash] = [columns.quantity[index] ?? 0n, columns.cash[index] ?? 0n];
    if (shares > of(from)) codes[index] = CODE.shares;
    else if (pay >= 0 && cash > of(pay)) codes[index] = CODE.cash;
    else {
      move(from, columns.to[index] ?? 0, shares);
      if (pay >= 0) move(pay, columns.receive[index] ?? 0, cash);
    }
  }
  return { balances, codes, ms: performance.now() - started };
}

/** Throws unless cells and receipts are what the ledger on a map came to: no rate is told of a wrong one. */
export function requireSame(flows: KernelFlows, expected: MapLedger, records?: Records): void {
  let cell = 0;
  for (const [key, balance] of expected.balances) {
    if (flows.state.cells[cell] !== balance) throw new Error(`${key} is ${flows.state.cells[cell]} and not ${balance}`);
    cell += 1;
  }
  if (records === undefined) return;

  const view = viewOf(records.receipts);
  for (let index = 0; index < flows.count; index++) {
    const code = view.getUint16(index * RECEIPT_BYTES + RECEIPT_AT.code);
    const quantity = view.getBigUint64(index * RECEIPT_BYTES + RECEIPT_AT.quantity);
    const moved = code === CODE.accepted ? flows.rows.amounts[index * ROW_AMOUNTS + AMOUNT.quantity] : 0n;
    if (code !== expected.codes[index] || quantity !== moved)
      throw new Error(`receipt ${index} says ${code}, ${quantity}`);
  }
}
