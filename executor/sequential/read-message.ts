import { toHex } from "../formats/hex.ts";
import { KIND, messageTypeOf } from "../formats/instruction-record.ts";
import { CODE } from "../formats/reason-codes.ts";
import type { PlainBooks } from "./plain-books.ts";
import type { Decision, Operation } from "./plain-movement.ts";
import type { PlainInstruction, PlainOrder } from "./plain-trade.ts";
import { atLeastOne } from "./read-trade.ts";

/** A message with the account of its signer. */
interface Signed {
  readonly message: PlainOrder;
  readonly signer: number;
}

/** 100 to 127: an instruction that does what one message says, or why it is none. */
export function readMessage(instruction: PlainInstruction, books: PlainBooks): Operation | number {
  const { kind, quantity } = instruction;
  const message = books.messages[instruction.buyOrder];
  const wanted = messageTypeOf(kind);

  if (message?.status === 1) return CODE.malformed;
  if (message === undefined) return CODE.orderUnknown;
  const isOther = wanted?.type !== message.side || (wanted.option ?? message.option) !== message.option;
  if (isOther) return CODE.messageTypeWrong;
  const isWithoutShares = kind === KIND.void || kind === KIND.cancel;
  if (quantity !== message.quantity || (isWithoutShares && quantity !== 0n)) return CODE.malformed;
  if (!isWithoutShares && quantity === 0n) return CODE.quantityZero;
  const signer = books.accountOf.get(message.trader);
  const isWithin = kind === KIND.transfer || kind === KIND.hold;
  if (isWithin && signer === message.counterparty) return CODE.sameAccount;
  if (signer === undefined) return CODE.accountUnknown;
  if (message.status !== 0) return CODE.signatureInvalid;

  return {
    terms: termsOf(kind, { message, signer }, books),
    run: () => runMessage(instruction, { message, signer }, books),
  };
}

/** 126, 136, 139: what time and office say. */
function termsOf(kind: number, { message, signer }: Signed, { batch }: PlainBooks): number {
  if (batch.time > message.expiry) return CODE.messageExpired;
  if (kind === KIND.hold && batch.time > message.limitPrice) return CODE.holdOver;
  const isFreeze = kind === KIND.freeze || kind === KIND.unfreeze;
  if (isFreeze && !batch.snapshot.officers?.includes(signer)) return CODE.notOfficer;
  return CODE.accepted;
}

function runMessage(instruction: PlainInstruction, signed: Signed, books: PlainBooks): Decision {
  switch (instruction.kind) {
    case KIND.transfer:
      return runTransfer(instruction, signed, books);
    case KIND.hold:
      return runHold(signed, books);
    case KIND.post:
    case KIND.void:
      return runDecision(instruction, signed, books);
    case KIND.freeze:
      return runFreeze(signed, books);
    case KIND.unfreeze:
      return runUnfreeze(signed, books);
    default:
      return runCancel(signed, books);
  }
}

function runTransfer({ isPartial }: PlainInstruction, { message, signer }: Signed, books: PlainBooks): Decision {
  const { asset, currency, counterparty: buyer } = message;
  const bounds = [message.quantity, books.ledger.spendableOf(signer, asset)];
  const quantity = isPartial ? atLeastOne(bounds) : message.quantity;
  const movement = { buyer, seller: signer, asset, currency, quantity, cash: 0n };

  return { code: books.ledger.check(movement), quantity, movement };
}

function runHold({ message, signer }: Signed, books: PlainBooks): Decision {
  const { id, asset, quantity, counterparty: beneficiary, secondAccount: agent, limitPrice: until } = message;
  const { ledger } = books;
  const senderCode = ledger.checkSender(signer, asset);
  if (senderCode !== CODE.accepted) return { code: senderCode, quantity };
  if (quantity > ledger.spendableOf(signer, asset)) {
    return { code: ledger.shortageCode(signer, asset, quantity), quantity };
  }

  return {
    code: CODE.accepted,
    quantity,
    commit() {
      ledger.setAside(signer, asset, quantity);
      books.holds.set(id, { id, holder: signer, beneficiary, agent, asset, quantity, until });
    },
  };
}

function runDecision({ kind, quantity }: PlainInstruction, { message, signer }: Signed, books: PlainBooks): Decision {
  const id = toHex(Buffer.from(message.salt.toString(16).padStart(64, "0"), "hex"));
  const hold = books.holds.get(id);
  if (hold === undefined) return { code: CODE.holdUnknown, quantity };
  if (signer !== hold.agent) return { code: CODE.notHoldAgent, quantity };
  if (books.batch.time > hold.until) return { code: CODE.holdOver, quantity };
  if (quantity > hold.quantity) return { code: CODE.holdExceeded, quantity };

  const { holder, beneficiary: buyer, asset } = hold;
  const commit = () => {
    books.holds.delete(id);
    books.ledger.setAside(holder, asset, -hold.quantity);
  };
  if (kind === KIND.void) return { code: CODE.accepted, quantity: hold.quantity, commit };

  const { currency } = message;
  const movement = { buyer, seller: holder, asset, currency, quantity, cash: 0n, released: hold.quantity };
  return { code: books.ledger.check(movement), quantity, movement, commit };
}

function runFreeze({ message }: Signed, { ledger }: PlainBooks): Decision {
  const { asset, counterparty: account, quantity } = message;
  const isShort = quantity > ledger.spendableOf(account, asset);

  return {
    code: isShort ? ledger.shortageCode(account, asset, quantity) : CODE.accepted,
    quantity,
    commit: () => ledger.freeze(account, asset, quantity),
  };
}

function runUnfreeze({ message }: Signed, { ledger }: PlainBooks): Decision {
  const { asset, counterparty: account, quantity } = message;
  const isShort = quantity > ledger.frozenOf(account, asset);

  return {
    code: isShort ? CODE.frozenTooSmall : CODE.accepted,
    quantity,
    commit: () => ledger.freeze(account, asset, -quantity),
  };
}

function runCancel({ message }: Signed, books: PlainBooks): Decision {
  const order = toHex(Buffer.from(message.salt.toString(16).padStart(64, "0"), "hex"));

  return {
    code: CODE.accepted,
    quantity: 0n,
    commit: () => books.cancelled.set(`${order}/${message.trader}`, true),
  };
}
