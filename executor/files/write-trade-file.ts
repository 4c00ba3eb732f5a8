import { requireInput } from "../errors.ts";
import type { BulkSignature } from "../formats/bulk.ts";
import type { InstructionInput } from "../formats/instruction-record.ts";
import type { SignedMessage } from "../formats/message-record.ts";
import { BUY, OPTION, type SignedOrder } from "../formats/order-record.ts";
import { encodeInstructionFile } from "./binary-instructions.ts";
import { encodeTradeFile } from "./binary-trades.ts";
import { plainTradesOf } from "./plain-trades.ts";
import type { Reject, TradeFile, TradeFormat } from "./trade-file.ts";
import { COLUMNS, MORE_COLUMNS } from "./trade-line.ts";

/** The canonical bytes of a file: messages first, in their order, then bulks and instructions; addresses in lower case, amounts in digits. */
export function writeTradeFile(file: TradeFile, format: TradeFormat): Uint8Array {
  if (format === "binary") {
    const plain = plainTradesOf(file);
    return plain === undefined ? encodeInstructionFile(file) : encodeTradeFile(plain);
  }

  const { orders, trades, bulks = [] } = file;
  const bulkOf = placesOfBulks(bulks);
  const lines = [
    ...orders.map((order, place) => ({ ...messageFields(order, place), ...signatureFields(order, bulkOf.get(place)) })),
    ...bulks.map(({ height, signature }, place) => ({
      ...{ type: "bulk", ref: bulkRef(place), height },
      signature: signature.toLowerCase(),
    })),
    ...trades.map((trade) => instructionFields(trade)),
  ];
  return Buffer.from(format === "csv" ? toCsv(lines) : lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

/** What was not taken, for a spreadsheet. */
export function writeRejects(rejects: readonly Reject[]): string {
  const rows = rejects.map(({ line, field, reason, text }) => [String(line), field, reason, text]);
  return [["line", "field", "reason", "text"], ...rows].map((row) => `${row.map(toCell).join(",")}\n`).join("");
}

type Fields = Readonly<Record<string, string | number | boolean>>;

/** By place of an order, the bulk that it was signed in. */
function placesOfBulks(bulks: readonly BulkSignature[]): ReadonlyMap<number, number> {
  return new Map(
    bulks.flatMap(({ firstOrder, count }, bulk) =>
      Array.from({ length: count }, (_, member) => [firstOrder + member, bulk] as const),
    ),
  );
}

function signatureFields({ signature }: SignedOrder | SignedMessage, bulk: number | undefined): Fields {
  return bulk === undefined ? { signature: signature.toLowerCase() } : { bulk: bulkRef(bulk) };
}

/** Messages are named by their place, because references of the venue mean nothing outside of its file. */
function messageFields(message: SignedOrder | SignedMessage, place: number): Fields {
  const ref = refOf(place);
  if (!("type" in message)) return orderFields(message, ref);

  const currency = message.currency === undefined ? {} : { currency: message.currency.toLowerCase() };
  switch (message.type) {
    case "transfer": {
      const { type, from, to } = message;
      return { type, ref, from: from.toLowerCase(), to: to.toLowerCase(), ...sharesOf(message), ...currency };
    }
    case "hold": {
      const { type, holder, beneficiary, agent, until } = message;
      const parties = {
        holder: holder.toLowerCase(),
        beneficiary: beneficiary.toLowerCase(),
        agent: agent.toLowerCase(),
      };
      return { type, ref, ...parties, until: `${until}`, ...sharesOf(message), ...currency };
    }
    case "holdDecision": {
      const { type, agent, hold, quantity, expiry } = message;
      const isOne = message.decision === OPTION.post || message.decision === OPTION.void;
      requireInput(isOne, `${ref} decides nothing: ${message.decision}`);
      const decision = message.decision === OPTION.post ? "post" : "void";
      const terms = { hold: hold.toLowerCase(), decision, quantity: `${quantity}`, expiry: `${expiry}` };
      return { type, ref, agent: agent.toLowerCase(), ...terms, ...currency };
    }
    case "freeze": {
      const { type, officer, account, asset, quantity, frozen, expiry, salt } = message;
      const terms = { asset: `${asset}`, quantity: `${quantity}`, frozen, expiry: `${expiry}`, salt: `${salt}` };
      return { type, ref, officer: officer.toLowerCase(), account: account.toLowerCase(), ...terms };
    }
    case "cancel": {
      const { type, trader, order, expiry } = message;
      return { type, ref, trader: trader.toLowerCase(), order: order.toLowerCase(), expiry: `${expiry}` };
    }
  }
}

function orderFields(order: SignedOrder, ref: string): Fields {
  return {
    type: "order",
    ref,
    trader: order.trader.toLowerCase(),
    side: order.side === BUY ? "buy" : "sell",
    asset: `${order.asset}`,
    currency: order.currency.toLowerCase(),
    quantity: `${order.quantity}`,
    limitPrice: `${order.limitPrice}`,
    expiry: `${order.expiry}`,
    priority: order.priority,
    salt: `${order.salt}`,
  };
}

/** What transfers and holds say of the shares that they are about. */
function sharesOf({
  asset,
  quantity,
  expiry,
  priority,
  salt,
}: Pick<SignedOrder, "asset" | "quantity" | "expiry" | "priority" | "salt">): Fields {
  return { asset: `${asset}`, quantity: `${quantity}`, expiry: `${expiry}`, priority, salt: `${salt}` };
}

function instructionFields(input: InstructionInput): Fields {
  const flags = {
    ...(input.linked && { linked: true }),
    ...("partial" in input && input.partial && { partial: true }),
  };
  if (!("kind" in input)) {
    const { buyOrder, sellOrder } = input;
    return { type: "trade", buy: refOf(buyOrder), sell: refOf(sellOrder), ...termsOf(input), ...flags };
  }
  switch (input.kind) {
    case "subscription":
      return {
        type: input.kind,
        buy: refOf(input.buyOrder),
        offering: `${input.offering}`,
        ...termsOf(input),
        ...flags,
      };
    case "claim":
      return { type: input.kind, entitlement: `${input.place}`, ...numberOf(input.number), ...flags };
    case "expire":
      return { type: input.kind, opened: `${input.place}`, ...numberOf(input.number), ...flags };
    default: {
      const { kind, message, quantity } = input;
      return { type: "instruction", kind, message: refOf(message), quantity: `${quantity}`, ...flags };
    }
  }
}

interface Terms {
  readonly quantity: bigint;
  readonly price: bigint;
  readonly matchNumber: bigint;
}

const termsOf = ({ quantity, price, matchNumber }: Terms): Fields => {
  return { quantity: `${quantity}`, price: `${price}`, matchNumber: `${matchNumber}` };
};

const numberOf = (number: bigint | undefined): Fields => (number === undefined ? {} : { matchNumber: `${number}` });

const refOf = (place: number): string => `order ${place + 1}`;

const bulkRef = (place: number): string => `bulk ${place + 1}`;

/** The columns of plain trades always, the others where they are needed. */
function toCsv(lines: readonly Fields[]): string {
  const columns = [...COLUMNS, ...MORE_COLUMNS.filter((name) => lines.some((line) => line[name] !== undefined))];
  const rows = lines.map((line) => columns.map((name) => toCell(String(line[name] ?? ""))));
  return [columns, ...rows].map((row) => `${row.join(",")}\n`).join("");
}

/** Quoted where it has to be. */
function toCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
