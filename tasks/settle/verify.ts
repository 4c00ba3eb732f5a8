import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type BatchResult,
  compareResults,
  DecidedRecords,
  type Dispute,
  type Findings,
  findDisputes,
  isAccepted,
  listMovements,
  type PublishedBatch,
  receiptsOf,
  runBatch,
  runSequential,
} from "../../executor/index.ts";
import type { Suite } from "../../sdk/connect.ts";
import { disputeCall } from "../../sdk/dispute-call.ts";
import { badInput, ExitCode } from "../../sdk/errors.ts";
import { type PostedBatch, type PostedChunk, readPostedBatch } from "../../sdk/posted-batch.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";
import { table } from "../lib/table.ts";
import { checkProof } from "./check-proof.ts";
import { readBatchAt } from "./read-batch.ts";
import { RECEIPTS_FILE, receiptsCsv } from "./run-folder.ts";

interface VerifyArguments extends WritingArguments {
  readonly batch: string;
  readonly onChain: boolean;
  readonly dispute: boolean;
  readonly earlier: string;
}

/** One thing that was looked at. */
interface Check {
  readonly name: string;
  /** Undefined if all is well. */
  readonly difference: string | undefined;
}

/** The hash under which a desk knows a batch; zero if it does not. */
export type AskDesk = (number: bigint, desk: string, chainId: bigint) => Promise<string>;

/** What was sent to the desk of a batch; undefined if that cannot be read. */
export type AskPosted = (number: bigint) => Promise<PostedBatch | undefined>;

/** What the chain is asked of a batch, and what is done about a chunk that is wrong. */
export interface ChainSide {
  readonly hash: AskDesk;
  readonly posted: AskPosted;
  /** Files of earlier batches, or their runs' folders: what has settled of them may not settle again. */
  readonly earlier?: readonly string[];
  /** Left out, nothing is sent. */
  readonly dispute?: (found: readonly Dispute[]) => Promise<readonly StepReport[]>;
}

export default runAction<VerifyArguments>("settle.verify", async (context, { batch, onChain, dispute, earlier }) => {
  const isAsked = onChain || dispute || earlier !== "";
  if (!isAsked) return batch.endsWith(".json") ? checkProof(batch) : verifyBatch(batch);

  const { connection } = await context.connect();
  const { suite, book } = await context.suite();
  if (batch.endsWith(".json")) return checkProof(batch, suite);
  const sender = dispute ? await context.sender() : undefined;
  return verifyBatch(batch, {
    hash: async (number) => (await suite.settlementDesk.batchOf(number)).batchHash,
    posted: (number) => readPostedBatch(suite, connection.ethers.provider, number, book.deployedAtBlock),
    earlier: earlier === "" ? [] : earlier.split(",").map((each) => each.trim()),
    ...(sender && { dispute: (found: readonly Dispute[]) => sendDisputes(suite, sender, found) }),
  });
});

/** Proves wrong what was found wrong, one chunk after another, as far as nobody has done so before. */
export async function sendDisputes(
  { settlementDisputes }: Pick<Suite, "settlementDisputes">,
  sender: Sender,
  found: readonly Dispute[],
): Promise<StepReport[]> {
  const isNew = await Promise.all(
    found.map(async ({ exhibit: { number, chunk } }) => !(await settlementDisputes.isDisputed(number, chunk.index))),
  );
  const steps = found
    .filter((_, place) => isNew[place])
    .map((dispute): Step => {
      const { number, chunk } = dispute.exhibit;
      return {
        title: `prove chunk ${chunk.index} of batch ${number} wrong, which pauses the desk: ${dispute.why}`,
        transaction: () => disputeCall(settlementDisputes, dispute),
      };
    });
  return sender.run(steps);
}

/**
 * Runs a batch again from its file, by the fast executor and by the plain one, and holds against each other what they say, what
 * stands in the run's folder, and, if asked, what the chain knows: the hash, and whether every chunk that was posted moved what its
 * instructions add up to.
 */
export async function verifyBatch(place: string, chain?: ChainSide): Promise<Outcome> {
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
    ...(chain === undefined
      ? []
      : [checkHash(batchHash, await chain.hash(header.number, input.snapshot.desk, input.snapshot.chainId))]),
  ];
  const posted = await chain?.posted(header.number);
  if (posted !== undefined && posted.header === undefined) checks.push(UNREADABLE);
  const published = posted === undefined ? undefined : publishedOf(plain, posted);
  const findings =
    published === undefined || chain === undefined
      ? undefined
      : await findDisputes(published, await readEarlier(chain, header.number));
  if (posted !== undefined && findings !== undefined) checks.push(...checkPosted(posted, findings));
  const disputes = findings?.disputes ?? [];
  const steps = disputes.length > 0 ? await chain?.dispute?.(disputes) : undefined;

  const accepted = receiptsOf(plain).filter(({ code }) => isAccepted(code)).length;
  const data = {
    path,
    ...header,
    batchHash,
    accepted,
    checks,
    disputes: disputes.map(({ kind, exhibit, why }) => ({ kind, chunk: exhibit.chunk.index, why })),
    ...(steps && { steps }),
  };
  const text = [
    `Batch ${header.number}: ${accepted} of ${header.instructionCount} instructions accepted in ${header.chunkCount} chunks.`,
    `Batch hash  ${batchHash}`,
    `Chunks root ${header.chunksRoot}`,
    `File hash   ${header.fileHash}`,
    table(
      ["Check", "Outcome"],
      checks.map(({ name, difference }) => [name, difference ?? "yes"]),
    ),
    ...(steps === undefined ? [] : [describeSteps(steps, "Every wrong chunk was proved wrong before.")]),
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

const UNREADABLE: Check = {
  name: "what was posted can be read",
  difference:
    "the batch was opened by a call that a contract put together itself: what was posted of it cannot be looked at",
};

/** Earlier batches as they were posted: with the chunks that have settled. */
async function readEarlier({ posted, earlier = [] }: ChainSide, number: bigint): Promise<PublishedBatch[]> {
  const batches: PublishedBatch[] = [];
  for (const place of earlier) {
    const { input, path } = await readBatchAt(place);
    const known = input.number < number ? await posted(input.number) : undefined;
    const published = known && publishedOf(await runBatch(input), known);
    if (published === undefined) {
      throw badInput(`batch ${input.number} cannot be read from the chain as one before batch ${number}`, {
        where: path,
        todo: "leave it out of --earlier",
      });
    }
    batches.push(published);
  }
  return batches;
}

/** What was posted, beside the records that the file comes to; undefined if its header cannot be read. */
function publishedOf(own: BatchResult, { header, chunks }: PostedBatch): PublishedBatch | undefined {
  if (header === undefined) return undefined;
  const records = new DecidedRecords(own);
  const isThere = ({ firstInstruction: first, instructionCount: count }: PostedChunk["fields"]) =>
    first + count <= own.header.instructionCount;
  return {
    header,
    records: own,
    chunks: chunks.map((chunk) => ({
      ...chunk,
      movements: isThere(chunk.fields) ? listMovements(records, chunk.fields) : [],
    })),
  };
}

/** A line for all chunks that are as they should be, and one for each that is not. */
function checkPosted({ chunks, unreadable }: PostedBatch, { disputes, unproved }: Findings): Check[] {
  const wrong = [
    ...disputes.map(({ exhibit, why }) => ({ chunk: exhibit.chunk.index, what: `${why}; --dispute proves it` })),
    ...unproved.map(({ chunk, what }) => ({ chunk, what: `${what}; the chain cannot be shown that` })),
    ...unreadable.map((chunk) => ({
      chunk,
      what: "it was posted by a call that a contract put together itself, of which the chain keeps nothing",
    })),
  ];
  const isRight =
    wrong.length === 0 ? undefined : `not chunk ${[...new Set(wrong.map(({ chunk }) => chunk))].join(", ")}`;
  return [
    { name: `${chunks.length} posted chunks moved what their instructions add up to`, difference: isRight },
    ...wrong.map(({ chunk, what }) => ({ name: `chunk ${chunk}`, difference: what })),
  ];
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
