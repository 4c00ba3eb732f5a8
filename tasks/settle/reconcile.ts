import type { Provider } from "ethers";
import { runBatch } from "../../executor/index.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput, ExitCode } from "../../sdk/errors.ts";
import { readLogs } from "../../sdk/read-logs.ts";
import { reconcile } from "../../sdk/reconcile.ts";
import { readProgress, readSettled } from "../../sdk/settler/batch-progress.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";
import { readBatchAt } from "./read-batch.ts";

interface ReconcileArguments extends CommonArguments {
  readonly batch: string;
}

export default runAction<ReconcileArguments>("settle.reconcile", async (context, { batch }) => {
  const { connection } = await context.connect();
  const { suite, book } = await context.suite();
  return reconcileBatch(suite, connection.ethers.provider, batch, book.deployedAtBlock);
});

/**
 * Holds every account's shares and cash against what opening positions and receipts of a batch come to, at the end of the block in
 * which the batch was closed.
 */
export async function reconcileBatch(
  suite: Suite,
  provider: Provider,
  place: string,
  fromBlock: number,
): Promise<Outcome> {
  const { path, input } = await readBatchAt(place);
  const result = await runBatch(input);
  const { number } = result.header;
  const progress = await readProgress(suite, result);
  if (progress.state !== "closed") {
    const state = progress.state === "foreign" ? "another one" : progress.state;
    throw badInput(`batch ${number} is ${state} on the chain`, {
      where: path,
      todo: "`settle post` brings a decided batch to its end",
    });
  }

  const block = await closedIn(suite, provider, number, fromBlock);
  const settled = await readSettled(suite, result);
  const mismatches = await reconcile(suite, provider, result, (chunk) => settled.has(chunk), block);
  const { accounts, shares, cash } = input.snapshot;
  const positions = shares.length + cash.length;
  const data = {
    path,
    batch: number,
    block,
    chunks: result.chunks.length,
    settledChunks: settled.size,
    positions,
    mismatches,
  };
  const text = `Batch ${number}, ${settled.size} of ${result.chunks.length} chunks settled: ${positions} positions of ${accounts.length} accounts looked at in block ${block}.`;
  if (mismatches.length === 0) return { data, text: `${text}\nAll are what the receipts come to.` };

  const rows = mismatches.map(({ account, asset, currency, expected, actual }) => [
    account,
    asset === null ? `cash in ${currency}` : `asset ${asset}`,
    `${expected}`,
    `${actual}`,
  ]);
  const exitCode = ExitCode.checkFailed;
  const what = `${mismatches.length} positions are not what the receipts come to`;
  const why = "something else has moved them between the batch's opening block and its closing, or the batch is wrong";
  return {
    data,
    text: `${text}\n${table(["Account", "Position", "Expected", "On chain"], rows)}`,
    exitCode,
    error: { what, where: path, why, exitCode },
  };
}

async function closedIn({ settlementDesk }: Suite, provider: Provider, number: bigint, fromBlock: number) {
  const closed = await readLogs(
    (from, to) => settlementDesk.queryFilter(settlementDesk.filters.BatchClosed(number), from, to),
    fromBlock,
    await provider.getBlockNumber(),
  );
  const block = closed.at(-1)?.blockNumber;
  if (block === undefined) throw badInput(`the node does not find the closing of batch ${number}`);
  return block;
}
