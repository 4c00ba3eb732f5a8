/**
 * EIP-712 digests of the messages that are no orders, and of the structs whose digests are the ids of instructions without
 * a message. Which field of the record stands in which word is a table; ethers' encoder is the judge in the tests.
 */
import type { WordTables } from "./batch-tables.ts";
import { INSTRUCTION_AT, KIND, messageTypeOf } from "./instruction-record.ts";
import { copyBytes } from "./integers.ts";
import type { Keccak } from "./keccak.ts";
import { MESSAGE, ORDER_AT, ORDER_BYTES } from "./order-record.ts";

/** A word of a struct, and the field of the record that it is. */
type Word =
  | "signer"
  | "asset"
  | "counterparty"
  | "second"
  | "quantity"
  | "limit"
  | "expiry"
  | "priority"
  | "salt"
  | "option";

const LAYOUTS: ReadonlyMap<number, readonly [type: string, words: readonly Word[]]> = new Map([
  [
    MESSAGE.transfer,
    [
      "Transfer(address from,address to,uint256 asset,uint64 quantity,uint64 expiry,uint8 priority,uint256 salt)",
      ["signer", "counterparty", "asset", "quantity", "expiry", "priority", "salt"],
    ],
  ],
  [
    MESSAGE.hold,
    [
      "Hold(address holder,address beneficiary,address agent,uint256 asset,uint64 quantity,uint64 until,uint64 expiry,uint8 priority,uint256 salt)",
      ["signer", "counterparty", "second", "asset", "quantity", "limit", "expiry", "priority", "salt"],
    ],
  ],
  [
    MESSAGE.holdDecision,
    [
      "HoldDecision(address agent,bytes32 hold,uint8 decision,uint64 quantity,uint64 expiry)",
      ["signer", "salt", "option", "quantity", "expiry"],
    ],
  ],
  [
    MESSAGE.freeze,
    [
      "Freeze(address officer,address account,uint256 asset,uint64 quantity,bool frozen,uint64 expiry,uint256 salt)",
      ["signer", "counterparty", "asset", "quantity", "option", "expiry", "salt"],
    ],
  ],
  [MESSAGE.cancel, ["Cancel(address trader,bytes32 order,uint64 expiry)", ["signer", "salt", "expiry"]]],
]);

/** Where the other fields stand in a record, and how long they are. */
const FIELDS = {
  signer: [ORDER_AT.trader, 20],
  quantity: [ORDER_AT.quantity, 8],
  limit: [ORDER_AT.limitPrice, 8],
  expiry: [ORDER_AT.expiry, 8],
  priority: [ORDER_AT.priority, 1],
  option: [ORDER_AT.option, 1],
  salt: [ORDER_AT.salt, 32],
} as const;

const PURCHASE_TYPE = "OfferingPurchase(bytes32 order,uint256 offering,uint64 quantity,uint64 matchNumber)";
const CLAIM_TYPE = "EntitlementClaim(uint256 distribution,address holder,uint64 number)";
const EXPIRY_TYPE = "HoldExpiry(bytes32 hold,uint64 number)";

/** Writes the digest of a struct to `target`. */
type Seal = (struct: Uint8Array, target: Uint8Array, offset: number) => void;

/** Makes ids of messages and of instructions that are no trades. */
export interface MessageDigester {
  /** Writes the id of the well-formed message at `offset` of `records`. */
  messageId(records: Uint8Array, view: DataView, offset: number, ids: Uint8Array, idOffset: number): void;
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

/** A digester that seals structs with `seal`. */
export function createMessageDigester(keccak: Keccak, tables: WordTables, seal: Seal): MessageDigester {
  const structs = new Map(
    [...LAYOUTS].map(([type, [name, words]]) => [type, { words, struct: structOf(name, words.length) }]),
  );
  const purchase = structOf(PURCHASE_TYPE, 4);
  const claim = structOf(CLAIM_TYPE, 3);
  const expiry = structOf(EXPIRY_TYPE, 2);

  function structOf(type: string, words: number): Uint8Array {
    const struct = new Uint8Array(32 * (1 + words));
    struct.set(keccak(Buffer.from(type)));
    return struct;
  }

  function writeField(
    word: Word,
    records: Uint8Array,
    view: DataView,
    offset: number,
    to: Uint8Array,
    at: number,
  ): void {
    switch (word) {
      case "counterparty":
        copyBytes(tables.accounts, 20 * view.getUint32(offset + ORDER_AT.counterparty), to, at + 12, 20);
        break;
      case "second":
        copyBytes(tables.accounts, 20 * view.getUint32(offset + ORDER_AT.secondAccount), to, at + 12, 20);
        break;
      case "asset":
        copyBytes(tables.assets, 32 * view.getUint16(offset + ORDER_AT.asset), to, at, 32);
        break;
      default: {
        const [from, length] = FIELDS[word];
        copyBytes(records, offset + from, to, at + 32 - length, length);
      }
    }
  }

  function messageId(records: Uint8Array, view: DataView, offset: number, ids: Uint8Array, idOffset: number): void {
    const layout = structs.get(view.getUint8(offset + ORDER_AT.side));
    if (layout === undefined) return;

    const { words, struct } = layout;
    for (const [index, word] of words.entries()) writeField(word, records, view, offset, struct, 32 * (1 + index));
    seal(struct, ids, idOffset);
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
        seal(purchase, instructions, idAt);
        break;
      case KIND.claim:
        copyBytes(tables.entitlements, 64 * first, claim, 32, 64);
        copyBytes(instructions, offset + INSTRUCTION_AT.matchNumber, claim, 96 + 24, 8);
        seal(claim, instructions, idAt);
        break;
      case KIND.expire:
        copyBytes(tables.holds, 32 * first, expiry, 32, 32);
        copyBytes(instructions, offset + INSTRUCTION_AT.matchNumber, expiry, 64 + 24, 8);
        seal(expiry, instructions, idAt);
        break;
      default:
        if (isFitting(view, offset, first, messages)) copyBytes(messages.ids, 32 * first, instructions, idAt, 32);
        else instructions.fill(0, idAt, idAt + 32);
    }
  }

  return { messageId, instructionId };
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
