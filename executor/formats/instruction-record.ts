import { toHex } from "./hex.ts";
import { amountOrMark, isZero, MAX_AMOUNT, requireBits, toEngineUnits, viewOf } from "./integers.ts";
import { MESSAGE, OPTION } from "./order-record.ts";

/** A match of two orders of the batch, as the venue reports it. */
export interface TradeInput {
  /** Places of the two orders in the batch's list of orders. */
  readonly buyOrder: number;
  readonly sellOrder: number;
  readonly quantity: bigint;
  /** Base units of the currency per share. */
  readonly price: bigint;
  readonly matchNumber: bigint;
  /** 0 or left out the first time, one more each time the trade is recycled. */
  readonly attempt?: number;
  /** Settles or fails together with the next instruction. */
  readonly linked?: boolean;
  /** Settles what orders, shares and cash allow, up to the quantity. */
  readonly partial?: boolean;
}

/** What every instruction that is no trade may say. */
interface AnyInput {
  readonly attempt?: number;
  readonly linked?: boolean;
}

/** An instruction that does what a message of the batch says; `message` is its place among the orders and messages. */
export interface MessageInput extends AnyInput {
  readonly kind: "transfer" | "hold" | "post" | "void" | "freeze" | "unfreeze" | "cancel";
  readonly message: number;
  /** The message's quantity. */
  readonly quantity: bigint;
  /** Of a transfer: settles what shares there are, up to the quantity. */
  readonly partial?: boolean;
}

/** A buying order takes shares of an offering. */
export interface SubscriptionInput extends AnyInput {
  readonly kind: "subscription";
  readonly buyOrder: number;
  /** Place in the snapshot's offerings. */
  readonly offering: number;
  readonly quantity: bigint;
  /** The offering's price, base units of the currency per share. */
  readonly price: bigint;
  readonly matchNumber: bigint;
}

/** Pays an entitlement out, or releases a hold whose time is over. Anybody may ask for either. */
export interface PublicInput extends AnyInput {
  readonly kind: "claim" | "expire";
  /** Place in the snapshot's entitlements, or in its holds. */
  readonly place: number;
  /** Makes another try another instruction. */
  readonly number?: bigint;
}

export type InstructionInput = TradeInput | MessageInput | SubscriptionInput | PublicInput;

/** An instruction as its record holds it; price in engine units. */
export interface InstructionRecord {
  readonly kind: number;
  readonly class: number;
  readonly priority: number;
  readonly attempt: number;
  readonly sequence: number;
  /** Of a trade the buying order; else the message, or the place of what is claimed or expires. */
  readonly buyOrder: number;
  /** Of a trade the selling order, of a subscription the place of its offering; else none. */
  readonly sellOrder: number;
  readonly quantity: bigint;
  readonly price: bigint;
  readonly matchNumber: bigint;
  /** Sum of {@link FLAG}s. */
  readonly flags: number;
  readonly id: string;
}

export const INSTRUCTION_BYTES = 80;
export const KIND_TRADE = 1;
export const KIND = {
  trade: KIND_TRADE,
  transfer: 2,
  subscription: 3,
  claim: 4,
  hold: 5,
  post: 6,
  void: 7,
  expire: 8,
  freeze: 9,
  unfreeze: 10,
  cancel: 11,
} as const;

/** Freezes and cancels go before everything else. */
export const CLASS_FIRST = 0;
export const CLASS_ORDINARY = 1;

/** What an instruction may ask for besides. */
export const FLAG = { linked: 1, partial: 2 } as const;

/** In place of an order or a message that there is none of. */
export const NO_MESSAGE = 0xffffffff;

/** Longest chain of linked instructions. */
export const MAX_CHAIN = 64;

/** Where the fields of an instruction record begin. */
export const INSTRUCTION_AT = {
  kind: 0,
  class: 1,
  priority: 2,
  attempt: 3,
  sequence: 4,
  buyOrder: 8,
  sellOrder: 12,
  quantity: 16,
  price: 24,
  matchNumber: 32,
  flags: 40,
  zeros: 41,
  id: 48,
} as const;

/**
 * Writes `trade` as a record at `offset`. Priority and id are left zero: they follow from the orders, and the executor
 * fills them in. A price that is not a whole number of engine units becomes a mark that is refused as malformed.
 */
export function encodeTrade(
  view: DataView,
  offset: number,
  trade: TradeInput,
  sequence: number,
  engineUnit: bigint,
): void {
  requireBits(trade.buyOrder, 32, "buyOrder");
  requireBits(trade.sellOrder, 32, "sellOrder");
  requireBits(trade.matchNumber, 64, "matchNumber");
  requireBits(trade.attempt ?? 0, 8, "attempt");
  requireBits(sequence, 32, "sequence");

  new Uint8Array(view.buffer, view.byteOffset + offset, INSTRUCTION_BYTES).fill(0);
  view.setUint8(offset + INSTRUCTION_AT.kind, KIND_TRADE);
  view.setUint8(offset + INSTRUCTION_AT.class, CLASS_ORDINARY);
  view.setUint8(offset + INSTRUCTION_AT.attempt, trade.attempt ?? 0);
  view.setUint32(offset + INSTRUCTION_AT.sequence, sequence);
  view.setUint32(offset + INSTRUCTION_AT.buyOrder, trade.buyOrder);
  view.setUint32(offset + INSTRUCTION_AT.sellOrder, trade.sellOrder);
  view.setBigUint64(offset + INSTRUCTION_AT.quantity, amountOrMark(trade.quantity));
  view.setBigUint64(offset + INSTRUCTION_AT.price, toEngineUnits(trade.price, engineUnit));
  view.setBigUint64(offset + INSTRUCTION_AT.matchNumber, trade.matchNumber);
  view.setUint8(offset + INSTRUCTION_AT.flags, flagsOf(trade));
}

/** Writes any instruction as a record at `offset`, as {@link encodeTrade} does a trade. */
export function encodeInstruction(
  view: DataView,
  offset: number,
  input: InstructionInput,
  sequence: number,
  engineUnit: bigint,
): void {
  if (!("kind" in input)) {
    encodeTrade(view, offset, input, sequence, engineUnit);
    return;
  }

  const kind = KIND[input.kind];
  const attempt = input.attempt === undefined ? {} : { attempt: input.attempt };
  const linked = input.linked === undefined ? {} : { linked: input.linked };
  encodeTrade(view, offset, { ...placesOf(input), ...attempt, ...linked }, sequence, engineUnit);
  view.setUint8(offset + INSTRUCTION_AT.kind, kind);
  view.setUint8(offset + INSTRUCTION_AT.class, classOf(kind));
}

function placesOf(input: Exclude<InstructionInput, TradeInput>): TradeInput {
  const nothing = { sellOrder: NO_MESSAGE, quantity: 0n, price: 0n, matchNumber: 0n };
  switch (input.kind) {
    case "subscription":
      return { ...input, sellOrder: input.offering };
    case "claim":
    case "expire":
      return { ...nothing, buyOrder: input.place, matchNumber: input.number ?? 0n };
    default:
      return { ...nothing, buyOrder: input.message, quantity: input.quantity, partial: input.partial ?? false };
  }
}

function flagsOf({ linked = false, partial = false }: TradeInput): number {
  return Number(linked) * FLAG.linked + Number(partial) * FLAG.partial;
}

/** The class that instructions of a kind have. */
export function classOf(kind: number): number {
  return kind >= KIND.freeze ? CLASS_FIRST : CLASS_ORDINARY;
}

/** Whether `kind` is one that there is, and no trade. */
export function isMessageKind(kind: number): boolean {
  return kind > KIND_TRADE && kind <= KIND.cancel;
}

/** Whether one of the records is of one of `kinds`. */
export function hasKind(instructions: Uint8Array, kinds: readonly number[]): boolean {
  for (let at = INSTRUCTION_AT.kind; at < instructions.length; at += INSTRUCTION_BYTES) {
    if (kinds.includes(instructions[at] ?? 0)) return true;
  }
  return false;
}

/** The type of message that a kind takes, and the option that it has to have; none if it takes no message of its own. */
export function messageTypeOf(kind: number): { readonly type: number; readonly option?: number } | undefined {
  switch (kind) {
    case KIND.transfer:
      return { type: MESSAGE.transfer };
    case KIND.hold:
      return { type: MESSAGE.hold };
    case KIND.post:
      return { type: MESSAGE.holdDecision, option: OPTION.post };
    case KIND.void:
      return { type: MESSAGE.holdDecision, option: OPTION.void };
    case KIND.freeze:
      return { type: MESSAGE.freeze, option: OPTION.freeze };
    case KIND.unfreeze:
      return { type: MESSAGE.freeze, option: OPTION.unfreeze };
    case KIND.cancel:
      return { type: MESSAGE.cancel };
    default:
      return undefined;
  }
}

/** Reads the record at `offset`. */
export function decodeInstruction(bytes: Uint8Array, offset: number): InstructionRecord {
  const view = viewOf(bytes);

  return {
    kind: view.getUint8(offset + INSTRUCTION_AT.kind),
    class: view.getUint8(offset + INSTRUCTION_AT.class),
    priority: view.getUint8(offset + INSTRUCTION_AT.priority),
    attempt: view.getUint8(offset + INSTRUCTION_AT.attempt),
    sequence: view.getUint32(offset + INSTRUCTION_AT.sequence),
    buyOrder: view.getUint32(offset + INSTRUCTION_AT.buyOrder),
    sellOrder: view.getUint32(offset + INSTRUCTION_AT.sellOrder),
    quantity: view.getBigUint64(offset + INSTRUCTION_AT.quantity),
    price: view.getBigUint64(offset + INSTRUCTION_AT.price),
    matchNumber: view.getBigUint64(offset + INSTRUCTION_AT.matchNumber),
    flags: view.getUint8(offset + INSTRUCTION_AT.flags),
    id: toHex(bytes, offset + INSTRUCTION_AT.id, 32),
  };
}

/** Flags that a kind may have. */
function flagsAllowed(kind: number): number {
  return kind === KIND.trade || kind === KIND.transfer ? FLAG.linked | FLAG.partial : FLAG.linked;
}

/**
 * Whether the record at `offset` is of a kind that there is, in its class, with flags that it may have and zeros where it
 * says nothing, and its quantity, price and their product are amounts.
 */
export function isInstructionWellFormed(bytes: Uint8Array, view: DataView, offset: number): boolean {
  const kind = view.getUint8(offset + INSTRUCTION_AT.kind);
  const quantity = view.getBigUint64(offset + INSTRUCTION_AT.quantity);
  const price = view.getBigUint64(offset + INSTRUCTION_AT.price);

  return (
    kind >= KIND.trade &&
    kind <= KIND.cancel &&
    view.getUint8(offset + INSTRUCTION_AT.class) === classOf(kind) &&
    (view.getUint8(offset + INSTRUCTION_AT.flags) & ~flagsAllowed(kind)) === 0 &&
    isZero(bytes, offset + INSTRUCTION_AT.zeros, 7) &&
    quantity <= MAX_AMOUNT &&
    price <= MAX_AMOUNT &&
    quantity * price <= MAX_AMOUNT &&
    (kind === KIND.trade || kind === KIND.subscription || isPlain(view, offset, kind))
  );
}

/** Whether a record of a kind without price and second order has neither, and numbers only what needs one. */
function isPlain(view: DataView, offset: number, kind: number): boolean {
  const isPublic = kind === KIND.claim || kind === KIND.expire;

  return (
    view.getUint32(offset + INSTRUCTION_AT.sellOrder) === NO_MESSAGE &&
    view.getBigUint64(offset + INSTRUCTION_AT.price) === 0n &&
    (isPublic
      ? view.getBigUint64(offset + INSTRUCTION_AT.quantity)
      : view.getBigUint64(offset + INSTRUCTION_AT.matchNumber)) === 0n
  );
}
