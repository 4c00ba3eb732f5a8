import type { WordTables } from "../formats/batch-tables.ts";
import type { Keccak } from "../formats/keccak.ts";
import { ORDER_AT, ORDER_BYTES } from "../formats/order-record.ts";
import { createBulkRuns } from "./bulk-runs.ts";
import { createMessageBlock } from "./message-block.ts";
import { ORDER_STATUS } from "./message-status.ts";
import { isAnsweredYes, type PackedAnswers } from "./packed-answers.ts";
import { createSignerRecovery } from "./recover-signers.ts";
import { createBulkVerifier } from "./verify-bulk.ts";

/** What the verify stage reads, and where it writes. All begin at places that are multiples of four. */
export interface MessagesToVerify {
  readonly tables: WordTables;
  readonly orders: Uint8Array;
  /** Bulk records, by first order, if there are any. */
  readonly bulks?: Uint8Array | undefined;
  /** What contract accounts said, if any was asked. */
  readonly contracts?: PackedAnswers | undefined;
  /** 32 bytes per message: its id, zero if it is malformed. */
  readonly ids: Uint8Array;
  /** A byte per message, one of {@link ORDER_STATUS}. */
  readonly status: Uint8Array;
}

/**
 * Verifies the messages from `from` up to `to`, and those behind that belong to a bulk which begins there: id and status of
 * each. Nothing is allocated per message.
 */
export function verifyMessages(keccak: Keccak, job: MessagesToVerify): (from: number, to: number) => void {
  const { orders, status, bulks, contracts } = job;
  const block = createMessageBlock(keccak, job);
  const recovery = createSignerRecovery(orders, block.digests);

  const tell = (message: number, isSigned: boolean) => {
    status[message] = isSigned ? ORDER_STATUS.valid : ORDER_STATUS.signatureInvalid;
  };

  function verifyBlock(from: number, to: number): void {
    const count = block.read(from, to);
    for (let place = 0; place < count; place++) {
      const message = block.messages[place] ?? 0;
      const offset = message * ORDER_BYTES;
      if (contracts?.isContract[message] === 1) {
        tell(message, isAnsweredYes(contracts, message, block.digests, 32 * place));
        continue;
      }
      recovery.add(message, place, offset + ORDER_AT.signature, offset + ORDER_AT.trader);
    }
    recovery.finish(tell);
  }

  function verifySingles(from: number, to: number): void {
    for (let at = from; at < to; at += block.capacity) verifyBlock(at, Math.min(at + block.capacity, to));
  }

  if (bulks === undefined || bulks.length === 0) return verifySingles;
  return createBulkRuns(bulks, verifySingles, createBulkVerifier(keccak, { ...job, bulks }, block));
}
