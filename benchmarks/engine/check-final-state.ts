import { toHex } from "../../executor/formats/hex.ts";
import { viewOf } from "../../executor/formats/integers.ts";
import { isAccepted } from "../../executor/formats/reason-codes.ts";
import { RECEIPT_AT, RECEIPT_BYTES } from "../../executor/formats/receipt.ts";
import { type BatchResult, type PackedSnapshot, packedOf, type Snapshot, snapshotOf } from "../../executor/index.ts";
import { loadState } from "../../executor/ledger/state.ts";
import type { Flows } from "../../executor/load/flows.ts";
import { closingPositions } from "../../executor/tree/closing-positions.ts";
import { PositionTrees } from "../../executor/tree/position-trees.ts";
import type { WorkerPool } from "../../executor/workers/pool.ts";

/**
 * Throws unless every one of the first `count` flows was accepted and the last result's root of all positions is that of the
 * opening with these flows added up one by one, which is all the arithmetic that such a load takes.
 */
export async function checkFinalState(
  opening: Snapshot,
  flows: Flows,
  count: number,
  results: readonly Pick<BatchResult, "receipts" | "header">[],
  pool: WorkerPool,
): Promise<void> {
  let accepted = 0;
  for (const { receipts } of results) {
    const view = viewOf(receipts);
    for (let at = 0; at < receipts.length; at += RECEIPT_BYTES) {
      if (!isAccepted(view.getUint16(at + RECEIPT_AT.code))) throw new Error("a trade of the load was refused");
      accepted += 1;
    }
  }
  if (accepted !== count) throw new Error(`${accepted} trades were accepted of ${count}`);

  const closing = addUp(opening, flows, count);
  const trees = new PositionTrees();
  await trees.update(closingPositions(closing, loadState(snapshotOf(closing))), pool);
  const expected = toHex(trees.root());
  const found = results.at(-1)?.header.positionsRoot;
  if (found !== expected) throw new Error(`the positions hash to ${found}, but should to ${expected}`);
}

function addUp(opening: Snapshot, flows: Flows, count: number): PackedSnapshot {
  const packed = packedOf(opening);
  if (packed === undefined) throw new Error("the opening is not in columns");
  const { shares, cash, assets } = packed;
  const rowOf = new Map<number, number>();
  for (let row = 0; row < shares.account.length; row++) {
    rowOf.set((shares.account[row] ?? 0) * assets.length + (shares.asset[row] ?? 0), row);
  }
  const [spendable, balance, deposited] = [shares.spendable.slice(), shares.balance.slice(), cash.deposited.slice()];
  const cashRow = new Map(Array.from(cash.account, (account, row) => [account, row]));

  const move = (column: BigInt64Array, row: number | undefined, amount: bigint): void => {
    if (row === undefined) throw new Error("a flow of the load has no position");
    column[row] = (column[row] ?? 0n) + amount;
  };
  for (let flow = 0; flow < count; flow++) {
    const [from, to, asset] = [flows.from[flow] ?? 0, flows.to[flow] ?? 0, flows.asset[flow] ?? 0];
    const quantity = flows.quantity[flow] ?? 0n;
    const paid = quantity * (flows.price[flow] ?? 0n);
    for (const column of [spendable, balance]) {
      move(column, rowOf.get(from * assets.length + asset), -quantity);
      move(column, rowOf.get(to * assets.length + asset), quantity);
    }
    move(deposited, cashRow.get(to), -paid);
    move(deposited, cashRow.get(from), paid);
  }
  return { ...packed, shares: { ...shares, spendable, balance }, cash: { ...cash, deposited } };
}
