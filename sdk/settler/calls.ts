import type { BatchHeader, BatchResult, ChunkToSettle } from "../../executor/index.ts";
import type { Suite } from "../connect.ts";

/** A call of the desk. */
export interface DeskCall {
  readonly title: string;
  readonly to: string;
  readonly data: string;
}

type Desk = Pick<Suite, "settlementDesk">;

/** Commits a batch. */
export async function openCall({ settlementDesk }: Desk, header: BatchHeader): Promise<DeskCall> {
  return {
    title: `open batch ${header.number}`,
    to: await settlementDesk.getAddress(),
    data: settlementDesk.interface.encodeFunctionData("openBatch", [header]),
  };
}

/** Settles one chunk of the open batch; `unlocks` says which of its debtors' locked shares it uses. */
export async function chunkCall(
  { settlementDesk }: Desk,
  { header }: Pick<BatchResult, "header">,
  { chunk, proof }: ChunkToSettle,
  unlocks: readonly bigint[],
): Promise<DeskCall> {
  const { net, leaf: _leaf, ...chunkHeader } = chunk;
  const vector = { ...net, assets: [...net.assets], accounts: [...net.accounts], shares: [...net.shares] };
  return {
    title: `settle chunk ${chunk.index} of batch ${header.number} (${chunk.instructionCount} trades, ${net.accounts.length} accounts)`,
    to: await settlementDesk.getAddress(),
    data: settlementDesk.interface.encodeFunctionData("settleChunk", [chunkHeader, [...proof], vector, [...unlocks]]),
  };
}

/** Ends the open batch without its other chunks. */
export async function closeCall({ settlementDesk }: Desk, number: bigint): Promise<DeskCall> {
  return {
    title: `close batch ${number}`,
    to: await settlementDesk.getAddress(),
    data: settlementDesk.interface.encodeFunctionData("closeBatch"),
  };
}
