/** Ids of instructions that are no trades: the id of their message, or the EIP-712 digest of a struct that stands for one. */
import type { WordTables } from "./batch-tables.ts";
import { INSTRUCTION_AT, KIND, messageTypeOf } from "./instruction-record.ts";
import { copyBytes } from "./integers.ts";
import type { Keccak } from "./keccak.ts";
import { ORDER_AT, ORDER_BYTES } from "./order-record.ts";

const PURCHASE_TYPE = "OfferingPurchase(bytes32 order,uint256 offering,uint64 quantity,uint64 matchNumber)";
const CLAIM_TYPE = "EntitlementClaim(uint256 distribution,address holder,uint64 number)";
const EXPIRY_TYPE = "HoldExpiry(bytes32 hold,uint64 number)";

/** The digest of a struct. */
type Seal = (struct: Uint8Array) => Uint8Array;

/** Makes ids of instructions that are no trades. */
export interface InstructionDigester {
  /**
   * Writes the id of the instruction at `offset` into it: the id of its message, or of the struct that stands for it. What
   * the instruction names without there being such a thing counts as zero.
   */
  instructionId(instructions: Uint8Array, view: DataView, offset: number, messages: MessageIds): void;
}

/** Message records with their ids. */
export interface MessageIds {
  readonly records: DataView;
  readonly count: number;
  readonly ids: Uint8Array;
}

/** A digester that makes digests of structs with `seal`. */
export function createInstructionDigester(keccak: Keccak, tables: WordTables, seal: Seal): InstructionDigester {
  const purchase = structOf(PURCHASE_TYPE, 4);
  const claim = structOf(CLAIM_TYPE, 3);
  const expiry = structOf(EXPIRY_TYPE, 2);

  function structOf(type: string, words: number): Uint8Array {
    const struct = new Uint8Array(32 * (1 + words));
    struct.set(keccak(Buffer.from(type)));
    return struct;
  }

  function instructionId(instructions: Uint8Array, view: DataView, offset: number, messages: MessageIds): void {
    const first = view.getUint32(offset + INSTRUCTION_AT.buyOrder);
    const second = view.getUint32(offset + INSTRUCTION_AT.sellOrder);
    const idAt = offset + INSTRUCTION_AT.id;

    switch (view.getUint8(offset + INSTRUCTION_AT.kind)) {
      case KIND.subscription:
        copyBytes(messages.ids, 32 * first, purchase, 32, 32); // beyond the end reads as zeros
        copyBytes(tables.offerings, 32 * second, purchase, 64, 32);
        copyBytes(instructions, offset + INSTRUCTION_AT.quantity, purchase, 96 + 24, 8);
        copyBytes(instructions, offset + INSTRUCTION_AT.matchNumber, purchase, 128 + 24, 8);
        instructions.set(seal(purchase), idAt);
        break;
      case KIND.claim:
        copyBytes(tables.entitlements, 64 * first, claim, 32, 64);
        copyBytes(instructions, offset + INSTRUCTION_AT.matchNumber, claim, 96 + 24, 8);
        instructions.set(seal(claim), idAt);
        break;
      case KIND.expire:
        copyBytes(tables.holds, 32 * first, expiry, 32, 32);
        copyBytes(instructions, offset + INSTRUCTION_AT.matchNumber, expiry, 64 + 24, 8);
        instructions.set(seal(expiry), idAt);
        break;
      default:
        if (isFitting(view, offset, first, messages)) copyBytes(messages.ids, 32 * first, instructions, idAt, 32);
        else instructions.fill(0, idAt, idAt + 32);
    }
  }

  return { instructionId };
}

/** Whether the message that an instruction names is one that its kind takes: otherwise it must not use up the message's id. */
function isFitting(view: DataView, offset: number, message: number, { records, count }: MessageIds): boolean {
  if (message >= count) return false;

  const wanted = messageTypeOf(view.getUint8(offset + INSTRUCTION_AT.kind));
  const at = message * ORDER_BYTES;
  return (
    wanted !== undefined &&
    records.getUint8(at + ORDER_AT.side) === wanted.type &&
    (wanted.option === undefined || records.getUint8(at + ORDER_AT.option) === wanted.option)
  );
}
