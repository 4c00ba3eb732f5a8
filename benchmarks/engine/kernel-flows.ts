import { wordsOf } from "../../executor/formats/integers.ts";
import { createPackedAccounts, createPackedCash, createPackedShares, snapshotOf } from "../../executor/index.ts";
import { FillBook } from "../../executor/ledger/fill-book.ts";
import { Kernel } from "../../executor/ledger/kernel.ts";
import { ReceiptWriter } from "../../executor/ledger/receipts.ts";
import {
  AMOUNT,
  MOVED_WORDS,
  packHead,
  ROW,
  ROW_AMOUNTS,
  ROW_BYTES,
  ROW_WORDS,
  type Rows,
  rowsOver,
} from "../../executor/ledger/rows.ts";
import { decideUnposted } from "../../executor/ledger/run-ledger.ts";
import { type LedgerState, loadState } from "../../executor/ledger/state.ts";
import { drawFlows } from "../../executor/load/draw-flows.ts";
import { createRandom } from "../../executor/load/random.ts";
import { parseShape } from "../../executor/load/shape.ts";
import { sharedBytes } from "../../executor/workers/shared-bytes.ts";

const TRADE_PART = 0.6;
const TRADE = 1;
const TRANSFER = 2;
const NONE = -1;
const SHARES = 1_000_000n;
const CASH = 10n ** 13n;
const RECORD_WORDS = 20;
const ID_WORD = 12;

/** What all ledgers of a measurement share: where they read ids and write receipts. */
export interface Records {
  readonly instructions: Uint8Array;
  readonly receipts: Uint8Array;
}

/** Records of `count` instructions with random ids. */
export function createRecords(count: number, seed: number): Records {
  const random = createRandom(seed);
  const instructions = sharedBytes(4 * RECORD_WORDS * count);
  const words = wordsOf(instructions);
  for (let index = 0; index < count; index++) {
    for (let word = ID_WORD; word < RECORD_WORDS; word++) words[index * RECORD_WORDS + word] = random() * 2 ** 32;
  }
  return { instructions, receipts: sharedBytes(64 * count) };
}

/** A ledger with the rows that it is to decide, and what it opens with. */
export interface KernelFlows {
  readonly count: number;
  readonly state: LedgerState;
  readonly rows: Rows;
  readonly moved: Int32Array;
  readonly fills: FillBook;
  readonly opening: BigInt64Array;
}

/** Accounts that each have shares of the one asset, if `shares` says so, and cash. */
export function openLedgerOf(accounts: number, sharesOf: (account: number) => bigint = () => SHARES): LedgerState {
  const packed = {
    accounts: createPackedAccounts(accounts),
    shares: createPackedShares(accounts),
    cash: createPackedCash(accounts),
  };
  const addresses = wordsOf(packed.accounts.addresses);
  for (let account = 0; account < accounts; account++) {
    addresses[5 * account] = account + 1;
    packed.accounts.investors[account] = account + 1;
    packed.shares.account[account] = account;
    packed.shares.spendable[account] = sharesOf(account);
    packed.shares.balance[account] = sharesOf(account);
    packed.cash.account[account] = account;
    packed.cash.deposited[account] = CASH;
  }
  const desk = `0x${"00".repeat(20)}`;
  return loadState(
    snapshotOf({
      chainId: 1n,
      desk,
      openingBlock: 1n,
      assets: [{ id: 1n, state: 0, holderLimit: 0 }],
      currencies: [{ address: desk, engineUnit: 1n }],
      mandates: [],
      ...packed,
    }),
  );
}

/** Flows of a shape as rows: `tradePart` of them trades of two orders each, the others transfers. */
export function lowerFlows(
  state: LedgerState,
  shape: string,
  count: number,
  seed: number,
  tradePart = TRADE_PART,
): KernelFlows {
  const accounts = state.cashAt;
  const flows = drawFlows({ seed, count, accounts, assets: 1, shape: parseShape(shape) });
  const random = createRandom(seed + 1);
  const rows = rowsOver(new SharedArrayBuffer(ROW_BYTES * count));
  const moved = new Int32Array(new SharedArrayBuffer(4 * MOVED_WORDS * count));
  const fills = new FillBook(2 * count);
  const id = new Int32Array(8);

  for (let index = 0; index < count; index++) {
    const isTrade = random() < tradePart;
    const row = index * ROW_WORDS;
    const [from, to] = [flows.from[index] ?? 0, flows.to[index] ?? 0];
    const quantity = flows.quantity[index] ?? 0n;
    rows.words.fill(NONE, row, row + ROW_WORDS);
    rows.words[row + ROW.head] = packHead(isTrade ? TRADE : TRANSFER, 0, 0);
    rows.words[row + ROW.asset] = 0;
    rows.words[row + ROW.from] = from;
    rows.words[row + ROW.to] = to;
    rows.amounts[index * ROW_AMOUNTS + AMOUNT.quantity] = quantity;
    rows.amounts[index * ROW_AMOUNTS + AMOUNT.cash] = isTrade ? quantity * (flows.price[index] ?? 0n) : 0n;
    if (!isTrade) continue;

    rows.words[row + ROW.pay] = state.cashAt + to;
    rows.words[row + ROW.receive] = state.cashAt + from;
    for (const fill of [ROW.buyFill, ROW.sellFill]) {
      id[0] = (id[0] ?? 0) + 1;
      rows.words[row + fill] = fills.add(id, 0, quantity);
    }
  }
  return { count, state, rows, moved, fills, opening: state.cells.slice() };
}

/** Everything as it was before the first row. */
export function reset({ state, fills, opening }: KernelFlows): void {
  state.cells.set(opening);
  for (let fill = 1; fill < 2 * fills.end; fill += 2) fills.amounts[fill] = 0n;
}

/** Decides the rows in one pass, with receipts; how long it took. */
export function runKernel(flows: KernelFlows, { instructions, receipts }: Records): number {
  reset(flows);
  const { count, state, rows, moved, fills } = flows;
  const kernel = new Kernel(state, rows, fills);
  const writer = new ReceiptWriter(instructions, rows, receipts, moved);
  const started = performance.now();
  decideUnposted(count, kernel, writer);
  return performance.now() - started;
}
