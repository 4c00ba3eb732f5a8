import { readFile } from "node:fs/promises";
import { type BatchResult, isAccepted, receiptsOf } from "../../executor/index.ts";
import { badInput, ExitCode } from "../../sdk/errors.ts";
import type { EndedBatch } from "../../sdk/settler/next-input.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { MultisigArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";
import { countByCode } from "./count-by-code.ts";
import { runOnLedger } from "./run-ledger.ts";
import { type SettledFile, settleFile } from "./settle-file.ts";
import { type SettleArguments, settleTools } from "./settle-tools.ts";

interface RunArguments extends MultisigArguments, SettleArguments {
  readonly file: string;
  readonly ledger: string;
  readonly opening: string;
  readonly time: string;
}

export default runAction<RunArguments>("settle.run", async (context, args) => {
  if (args.ledger !== "") return runOnLedger(args);
  if (args.opening !== "" || args.time !== "") {
    throw badInput("a desk opens with what the chain says", {
      todo: "leave out --opening and --time, or name a --ledger",
    });
  }
  const content = await readFile(args.file).catch((error: NodeJS.ErrnoException) => {
    throw badInput("the file cannot be read", { where: args.file, why: error.code ?? error.message });
  });
  return report(await settleFile(await settleTools(context, args), content, args.file), context.dryRun);
});

/** What became of the trades, and whether the chain agrees. */
export function report(settled: SettledFile, dryRun: boolean): Outcome {
  const { result, ended, steps, settledChunks, mismatches, runId, folder } = settled;
  const { codes, notSettled } = outcomeOf(result, ended);
  const accepted = codes.filter(isAccepted).length;
  const refusals = countByCode(codes.filter((code) => !isAccepted(code)));
  const { number, chunkCount, time, openingBlock } = result.header;
  const batches = ended.map(describeBatch);
  const trades = result.header.instructionCount;
  const data = {
    runId,
    folder: dryRun ? null : folder,
    batch: { number, batchHash: result.batchHash, time, openingBlock, chunks: chunkCount, settledChunks },
    batches,
    trades,
    accepted,
    refusals,
    notSettled,
    signatures: result.run.signatures,
    workers: result.run.workers,
    steps,
    mismatches,
  };

  const rows = refusals.map(({ code, name, count, sentence }) => [String(code), name, String(count), sentence]);
  const chunks = ended.length === 0 ? chunkCount : batches.reduce((sum, each) => sum + each.chunks, 0);
  const text = [
    describeSteps(steps, "Nothing to do: this file was settled before."),
    ...(rows.length === 0 ? [] : [table(["Code", "Refused", "Trades", "Why"], rows)]),
    ...(batches.length < 2 ? [] : batches.map(({ text: line }) => line)),
    `${accepted} of ${trades} trades accepted, ${settledChunks} of ${chunks} chunks settled.`,
    ...(dryRun ? ["Nothing was sent or written."] : [`Batch file and receipts are in ${folder}.`]),
  ].join("\n");
  return { data, text, ...failureOf(settled, notSettled) };
}

/** The codes that stand for good, and of how many trades there is none. In a dry run all of them would. */
function outcomeOf(result: BatchResult, ended: readonly EndedBatch[]) {
  if (ended.length === 0) return { codes: receiptsOf(result).map(({ code }) => code), notSettled: 0 };
  const codes = ended.flatMap((end) =>
    receiptsOf(end.result)
      .filter(({ chunk }) => end.settled.has(chunk))
      .map(({ code }) => code),
  );
  return { codes, notSettled: Math.max(0, result.header.instructionCount - codes.length) };
}

function describeBatch({ result, settled, refusal }: EndedBatch) {
  const { number } = result.header;
  const chunks = result.chunks.length;
  const why = refusal === undefined ? "" : `; chunk ${refusal.chunk} was refused: ${refusal.reason}`;
  const text = `Batch ${number}: ${settled.size} of ${chunks} chunks settled${why}.`;
  return { number, batchHash: result.batchHash, chunks, settledChunks: settled.size, refusal: refusal ?? null, text };
}

function failureOf({ mismatches, ended }: SettledFile, notSettled: number): Partial<Outcome> {
  if (mismatches.length > 0) {
    const exitCode = ExitCode.checkFailed;
    const details = mismatches.map(({ account, asset, currency, expected, actual }) => {
      const position = asset === null ? `cash in ${currency}` : `shares of asset ${asset}`;
      return `${account}, ${position}: ${actual}, expected ${expected}`;
    });
    return { exitCode, error: { what: "positions on the chain are not what the receipts come to", details, exitCode } };
  }
  if (notSettled === 0) return {};

  const exitCode = ExitCode.partly;
  const why = ended.findLast(({ refusal }) => refusal !== undefined)?.refusal?.reason;
  const todo = "they are not used up: send them again in another file once the cause is gone";
  return { exitCode, error: { what: `${notSettled} trades were given up`, why, todo, exitCode } };
}
