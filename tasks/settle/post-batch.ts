import { type BatchResult, chunksToSettle } from "../../executor/index.ts";
import type { Suite } from "../../sdk/connect.ts";
import type { Step } from "../lib/sender.ts";

/** The transactions that open a decided batch and settle its chunks; of one that is open already, those that are left. */
export async function planSettlement(
  { settlementDesk }: Suite,
  result: BatchResult,
  isOpened: boolean,
): Promise<Step[]> {
  const { header } = result;
  const open: Step = {
    title: `open batch ${header.number}`,
    transaction: () => settlementDesk.openBatch.populateTransaction(header),
  };
  const batch = await settlementDesk.batchOf(header.number);
  if (isOpened && !batch.open) return [];

  const chunks = (await chunksToSettle(result)).filter(
    ({ chunk }) => !isOpened || BigInt(chunk.index) >= batch.nextChunk,
  );
  const settle = chunks.map(({ chunk, proof }, place): Step => {
    const { net, leaf: _leaf, ...chunkHeader } = chunk;
    const vector = { ...net, assets: [...net.assets], accounts: [...net.accounts], shares: [...net.shares] };
    return {
      title: `settle chunk ${chunk.index} of batch ${header.number} (${chunk.instructionCount} trades, ${net.accounts.length} accounts)`,
      transaction: () => settlementDesk.settleChunk.populateTransaction(chunkHeader, [...proof], vector, []),
      needsEarlier: !isOpened || place > 0,
    };
  });
  return [...(isOpened ? [] : [open]), ...settle];
}

/** The chunks of the batch that have settled. */
export async function readSettled({ settlementDesk }: Suite, { header, chunks }: BatchResult): Promise<Set<number>> {
  const flags = await Promise.all(chunks.map(({ index }) => settlementDesk.isChunkSettled(header.number, index)));
  return new Set(chunks.filter((_chunk, place) => flags[place] === true).map(({ index }) => index));
}
