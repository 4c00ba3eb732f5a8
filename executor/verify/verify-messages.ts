import type { WordTables } from "../formats/batch-tables.ts";
import type { Keccak } from "../formats/keccak.ts";
import { ORDER_AT, ORDER_BYTES } from "../formats/order-record.ts";
import { isKnown, type KnownMessages, remember } from "./known-messages.ts";
import { createMessageBlock } from "./message-block.ts";
import { createFingerprints } from "./message-fingerprints.ts";
import { ORDER_STATUS } from "./message-status.ts";
import { isAnsweredYes, type PackedAnswers } from "./packed-answers.ts";
import { createSignerRecovery } from "./recover-signers.ts";

/** What the verify stage reads, and where it writes. All begin at places that are multiples of four, ids of eight. */
export interface MessagesToVerify {
  readonly tables: WordTables;
  readonly orders: Uint8Array;
  /** What contract accounts said, if any was asked. */
  readonly contracts?: PackedAnswers | undefined;
  /** 32 bytes per message: its id, zero if it is malformed. */
  readonly ids: Uint8Array;
  /** A byte per message, one of {@link ORDER_STATUS}. */
  readonly status: Uint8Array;
  /** 32 bytes per message for its struct hash, if anybody wants to know it: the leaves of bulk orders. */
  readonly structHashes?: Uint8Array | undefined;
  /** Signatures that were valid before; left out, every one is recovered. */
  readonly known?: KnownMessages | undefined;
  /** What all signatures came to before, a byte per message; left out, they are verified. For replays that trust their log. */
  readonly recorded?: Uint8Array | undefined;
}

/**
 * Verifies the messages from `from` up to `to`: id and status of each. One that was signed in bulk has no signature of its
 * own, and so an invalid one for now. Nothing is allocated per message.
 */
export function verifyMessages(keccak: Keccak, job: MessagesToVerify): (from: number, to: number) => void {
  const { orders, status, contracts, known, recorded } = job;
  const block = createMessageBlock(keccak, job);
  const recovery = createSignerRecovery(orders, block.digests);

  const fingerprintsOf = known && createFingerprints(orders, block);
  let fingerprints: Int32Array = new Int32Array(0);

  const tell = (place: number, isSigned: boolean) => {
    status[block.messages[place] ?? 0] = isSigned ? ORDER_STATUS.valid : ORDER_STATUS.signatureInvalid;
  };
  const tellRecovered = (place: number, isSigned: boolean) => {
    tell(place, isSigned);
    if (isSigned && known !== undefined) remember(known, fingerprints, 8 * place);
  };

  function verifyBlock(from: number, to: number): void {
    const count = block.read(from, to);
    if (fingerprintsOf !== undefined) fingerprints = fingerprintsOf(count);
    for (let place = 0; place < count; place++) {
      const message = block.messages[place] ?? 0;
      const offset = message * ORDER_BYTES;
      if (recorded !== undefined) {
        tell(place, recorded[message] === ORDER_STATUS.valid);
      } else if (contracts?.isContract[message] === 1) {
        tell(place, isAnsweredYes(contracts, message, block.digests, 32 * place));
      } else if (known !== undefined && isKnown(known, fingerprints, 8 * place)) {
        tell(place, true);
      } else {
        recovery.add(place, place, offset + ORDER_AT.signature, offset + ORDER_AT.trader);
      }
    }
    recovery.finish(tellRecovered);
  }

  return (from, to) => {
    for (let at = from; at < to; at += block.capacity) verifyBlock(at, Math.min(at + block.capacity, to));
  };
}
