import { loadKeccak } from "../formats/keccak.ts";
import { isChunkCommitted } from "../prove.ts";
import { DecidedRecords } from "./decided-records.ts";
import type { Dispute } from "./dispute.ts";
import { gatherEvidence } from "./evidence.ts";
import { RepeatFinder } from "./find-repeats.ts";
import { judgeNet, judgeOrder } from "./judge-movements.ts";
import { RecordJudge } from "./judge-records.ts";
import type { PublishedBatch } from "./published-batch.ts";

/** What was found in a batch that its operator published. */
export interface Findings {
  /** One for each chunk that can be proved wrong: a chunk stops the desk once. */
  readonly disputes: readonly Dispute[];
  /** What is amiss, or withheld, and cannot be proved on chain. */
  readonly unproved: readonly { readonly chunk: number; readonly what: string }[];
}

/**
 * Holds a published batch against itself: whether each chunk's instructions, receipts, movements and net vector agree, as far as
 * the settlement desk's disputes can be told of it; and against `earlier` batches of the desk, of which those chunks are given that
 * have settled, whether it accepted anything twice. In a batch by the rules there is nothing to find. Whether the rules themselves were kept
 * (priorities, funds, eligibility) is for whoever runs the batch again.
 */
export async function findDisputes(
  published: PublishedBatch,
  earlier: readonly PublishedBatch[] = [],
): Promise<Findings> {
  const keccak = await loadKeccak();
  const records = new DecidedRecords(published.records, published.openingAfter);
  const repeats = await RepeatFinder.of(keccak, earlier);
  const disputes: Dispute[] = [];
  const unproved: { chunk: number; what: string }[] = [];

  for (const chunk of published.chunks) {
    const { index } = chunk.fields;
    const tell = (what: string) => void unproved.push({ chunk: index, what });
    if (!(await isChunkCommitted(published.header, chunk.fields, chunk.chunkProof))) {
      tell("the batch did not commit to it as it was published");
      continue;
    }
    const evidence = gatherEvidence(keccak, published, chunk, tell);
    const repeat = repeats.judge(published, evidence);
    const dispute =
      judgeOrder(evidence) ??
      judgeNet(keccak, evidence, tell) ??
      new RecordJudge(keccak, published, records, evidence, tell).judge() ??
      repeat;
    if (dispute !== undefined) disputes.push(dispute);
  }
  return { disputes, unproved };
}
