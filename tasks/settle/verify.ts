import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compareResults, isAccepted, receiptsOf, runBatch, runSequential } from "../../executor/index.ts";
import { ExitCode } from "../../sdk/errors.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";
import { readBatchAt } from "./read-batch.ts";
import { RECEIPTS_FILE, receiptsCsv } from "./run-folder.ts";

interface VerifyArguments extends CommonArguments {
  readonly batch: string;
  readonly onChain: boolean;
}

/** One thing that was looked at. */
interface Check {
  readonly name: string;
  /** Undefined if all is well. */
  readonly difference: string | undefined;
}

/** The hash under which a desk knows a batch; zero if it does not. */
export type AskDesk = (number: bigint, desk: string, chainId: bigint) => Promise<string>;

export default runAction<VerifyArguments>("settle.verify", async (context, { batch, onChain }) => {
  const ask: AskDesk = async (number) => (await (await context.suite()).suite.settlementDesk.batchOf(number)).batchHash;
  return verifyBatch(batch, onChain ? ask : undefined);
});

/**
 * Runs a batch again from its file, by the fast executor and by the plain one, and holds against each other what they say, what
 * stands in the run's folder, and, if asked, what the chain knows.
 */
export async function verifyBatch(place: string, ask?: AskDesk): Promise<Outcome> {
  const { path, file, input, folder } = await readBatchAt(place);
  const plain = await runSequential(input);
  const fast = await runBatch(input);
  const { header, batchHash } = plain;

  const checks: Check[] = [
    { name: "fast executor equals plain one", difference: compareResults(plain, fast) },
    {
      name: "file is the canonical one",
      difference: Buffer.compare(plain.file, file) === 0 ? undefined : "other bytes",
    },
    ...(folder === undefined ? [] : [await checkReceipts(folder, receiptsCsv(plain))]),
    ...(ask === undefined
      ? []
      : [checkHash(batchHash, await ask(header.number, input.snapshot.desk, input.snapshot.chainId))]),
  ];

  const accepted = receiptsOf(plain).filter(({ code }) => isAccepted(code)).length;
  const data = { path, ...header, batchHash, accepted, checks };
  const text = [
    `Batch ${header.number}: ${accepted} of ${header.instructionCount} instructions accepted in ${header.chunkCount} chunks.`,
    `Batch hash  ${batchHash}`,
    `Chunks root ${header.chunksRoot}`,
    `File hash   ${header.fileHash}`,
    table(
      ["Check", "Outcome"],
      checks.map(({ name, difference }) => [name, difference ?? "yes"]),
    ),
  ].join("\n");
  if (checks.every(({ difference }) => difference === undefined)) return { data, text };

  const details = checks.flatMap(({ name, difference }) =>
    difference === undefined ? [] : [`${name}: ${difference}`],
  );
  const exitCode = ExitCode.checkFailed;
  return {
    data,
    text,
    exitCode,
    error: { what: "the batch is not what it claims to be", where: path, details, exitCode },
  };
}

async function checkReceipts(folder: string, expected: string): Promise<Check> {
  const name = `${RECEIPTS_FILE} is what the batch comes to`;
  const found = await readFile(join(folder, RECEIPTS_FILE), "utf8").catch(() => undefined);
  if (found === undefined) return { name, difference: "it is missing" };

  const [lines, wanted] = [found.split("\n"), expected.split("\n")];
  const line = Math.max(lines.length, wanted.length);
  const first = Array.from({ length: line }, (_, place) => place).find((place) => lines[place] !== wanted[place]);
  return { name, difference: first === undefined ? undefined : `line ${first + 1} differs` };
}

function checkHash(own: string, known: string): Check {
  const name = "the chain knows it by its hash";
  if (known === own) return { name, difference: undefined };
  return { name, difference: /^0x0+$/.test(known) ? "the desk has no such batch" : `the desk has ${known}` };
}
