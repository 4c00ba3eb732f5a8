import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { explainCode, isAccepted, receiptsOf } from "../../executor/index.ts";
import { workFolder } from "../../sdk/addresses.ts";
import { badInput, ExitCode } from "../../sdk/errors.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";
import { type SettledFile, settleFile } from "./settle-file.ts";

interface RunArguments extends WritingArguments {
  readonly file: string;
  readonly workers: number;
}

export default runAction<RunArguments>("settle.run", async (context, args) => {
  const content = await readFile(args.file).catch((error: NodeJS.ErrnoException) => {
    throw badInput("the file cannot be read", { where: args.file, why: error.code ?? error.message });
  });
  const { connection, chainId } = await context.connect();
  const { suite, book } = await context.suite();
  const tools = {
    suite,
    provider: connection.ethers.provider,
    sender: await context.sender(),
    chainId,
    fromBlock: book.deployedAtBlock,
    runsFolder: join(workFolder(), "runs"),
    logsFolder: join(workFolder(), "settlement"),
    chainInstance: await context.instance(),
    workers: args.workers < 0 ? undefined : args.workers,
    note: (line: string) => context.note(line),
  };

  return report(await settleFile(tools, content, args.file), context.dryRun);
});

/** What became of the trades, and whether the chain agrees. */
export function report(
  { result, steps, settledChunks, mismatches, runId, folder }: SettledFile,
  dryRun: boolean,
): Outcome {
  const receipts = receiptsOf(result);
  const accepted = receipts.filter(({ code }) => isAccepted(code));
  const refusals = countByCode(receipts.map(({ code }) => code).filter((code) => !isAccepted(code)));
  const { number, chunkCount, time, openingBlock } = result.header;
  const data = {
    runId,
    folder: dryRun ? null : folder,
    batch: { number, batchHash: result.batchHash, time, openingBlock, chunks: chunkCount, settledChunks },
    trades: receipts.length,
    accepted: accepted.length,
    refusals,
    signatures: result.run.signatures,
    workers: result.run.workers,
    steps,
    mismatches,
  };

  const rows = refusals.map(({ code, name, count, sentence }) => [String(code), name, String(count), sentence]);
  const text = [
    describeSteps(steps, "Nothing to do: this file was settled before."),
    ...(rows.length === 0 ? [] : [table(["Code", "Refused", "Trades", "Why"], rows)]),
    `${accepted.length} of ${receipts.length} trades accepted, ${settledChunks} of ${chunkCount} chunks settled.`,
    ...(dryRun ? ["Nothing was sent or written."] : [`Batch file and receipts are in ${folder}.`]),
  ].join("\n");
  if (mismatches.length === 0) return { data, text };

  const exitCode = ExitCode.checkFailed;
  const details = mismatches.map(({ account, asset, currency, expected, actual }) => {
    const position = asset === null ? `cash in ${currency}` : `shares of asset ${asset}`;
    return `${account}, ${position}: ${actual}, expected ${expected}`;
  });
  return {
    data,
    text,
    exitCode,
    error: { what: "positions on the chain are not what the receipts come to", details, exitCode },
  };
}

function countByCode(codes: readonly number[]) {
  return [...new Set(codes)]
    .toSorted((one, other) => one - other)
    .map((code) => {
      const { name, sentence } = explainCode(code);
      return { code, name, sentence, count: codes.filter((each) => each === code).length };
    });
}
