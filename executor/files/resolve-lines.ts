import { BULK_MARK_SIGNATURE, type BulkSignature } from "../formats/bulk.ts";
import type { InstructionInput } from "../formats/instruction-record.ts";
import type { SignedMessage } from "../formats/message-record.ts";
import { BUY, OPTION, SELL, type SignedOrder } from "../formats/order-record.ts";
import type { RawLine } from "./raw-lines.ts";
import type { ReadTrades, Reject } from "./trade-file.ts";
import {
  type InstructionLine,
  type LineOf,
  lineSchemas,
  type MessageLine,
  type OrderLine,
  type ReadAddress,
} from "./trade-line.ts";

interface Read<Line> {
  readonly raw: RawLine;
  readonly data: Line;
}

/** An instruction line, or one that was not taken and may have been one. */
interface Step {
  readonly raw: RawLine;
  readonly data: InstructionLine | undefined;
  readonly isLinked: boolean;
}

/** What the lines come to, with what is wrong with them. */
export function resolveLines(lines: readonly RawLine[], readAddress: ReadAddress): ReadTrades {
  const schema = lineSchemas(readAddress);
  const rejects: Reject[] = [];
  const messages: Read<MessageLine>[] = [];
  const bulks: Read<LineOf<"bulk">>[] = [];
  const steps: Step[] = [];
  /** Bulks with an order that was not taken, and the line of that. */
  const torn = new Map<string, number>();

  for (const raw of lines) {
    const parsed = schema.safeParse(raw.value);
    if (!parsed.success) {
      for (const { path, message } of parsed.error.issues) {
        rejects.push(rejectOf(raw, path.join(".") || "line", message));
      }
      const { type, bulk, linked } = claimsOf(raw);
      if (bulk !== undefined && !torn.has(bulk)) torn.set(bulk, raw.line);
      if (!MESSAGE_TYPES.includes(type)) steps.push({ raw, data: undefined, isLinked: linked });
      continue;
    }
    const { data } = parsed;
    if (isInstruction(data)) steps.push({ raw, data, isLinked: data.linked === true });
    else if (data.type === "bulk") bulks.push({ raw, data });
    else messages.push({ raw, data });
  }

  const named = keepFirst(messages, "order", rejects);
  const whole = keepWhole(named, keepFirst(bulks, "bulk", rejects), torn, rejects);
  const places = new Map(whole.messages.map(({ data }, place) => [data.ref, place]));
  const orders = whole.messages.map(({ data }) => toMessage(data));
  const trades = keepChains(steps, (step) => toInstruction(step, places, orders, rejects), rejects);
  rejects.sort((one, other) => one.line - other.line);
  return { orders, trades, bulks: whole.bulks, rejects };
}

const MESSAGE_TYPES: readonly string[] = ["order", "bulk", "transfer", "hold", "holdDecision", "freeze", "cancel"];

const rejectOf = ({ line, text }: RawLine, field: string, reason: string): Reject => ({ line, field, reason, text });

function isInstruction(data: Read<MessageLine | InstructionLine | LineOf<"bulk">>["data"]): data is InstructionLine {
  return !MESSAGE_TYPES.includes(data.type);
}

/** What a line that was not taken says of others, as far as it can be read: what is linked with it must not go without it. */
function claimsOf({ value, text }: RawLine): { type: string; bulk: string | undefined; linked: boolean } {
  if (typeof value !== "object" || value === null) {
    return { type: "", bulk: undefined, linked: /"linked"\s*:\s*true|\btrue\b/.test(text) };
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const [type, bulk] = [fields.get("type"), fields.get("bulk")];
  const linked = fields.get("linked") ?? false;
  return {
    type: typeof type === "string" ? type : "",
    bulk: typeof bulk === "string" ? bulk : undefined,
    linked: linked !== false,
  };
}

/** Lines by their references; a second one of a name is not taken, because nobody can say which was meant. */
function keepFirst<Line extends { readonly ref: string }>(
  lines: readonly Read<Line>[],
  name: string,
  rejects: Reject[],
): Read<Line>[] {
  const seen = new Set<string>();
  return lines.filter(({ raw, data: { ref } }) => {
    const isFirst = !seen.has(ref);
    seen.add(ref);
    if (!isFirst)
      rejects.push(rejectOf(raw, "ref", `an ${name} "${ref}" is there already`.replace("an bulk", "a bulk")));
    return isFirst;
  });
}

/** Messages with the orders of a bulk together, in their order, where the first of them stands. A bulk counts whole or not at all. */
function keepWhole(
  lines: readonly Read<MessageLine>[],
  bulkLines: readonly Read<LineOf<"bulk">>[],
  torn: Map<string, number>,
  rejects: Reject[],
): { readonly messages: readonly Read<MessageLine>[]; readonly bulks: readonly BulkSignature[] } {
  const signed = lines.filter((line) => isSigned(line, torn, rejects));
  const members = new Map<string, Read<MessageLine>[]>();
  for (const line of signed) {
    const bulk = bulkOf(line.data);
    if (bulk === undefined) continue;
    const others = members.get(bulk) ?? [];
    others.push(line);
    members.set(bulk, others);
  }

  const known = new Map(bulkLines.map((line) => [line.data.ref, line]));
  const reasons = new Map<string, string>();
  for (const [bulk, orders] of members) {
    const reason = whyNot(bulk, orders.length, known.get(bulk), torn.get(bulk));
    if (reason === undefined) continue;
    reasons.set(bulk, reason);
    for (const { raw } of orders) rejects.push(rejectOf(raw, "bulk", reason));
  }
  for (const { raw, data } of bulkLines) {
    const reason = members.has(data.ref) ? reasons.get(data.ref) : "no order of the file names it";
    if (reason !== undefined) rejects.push(rejectOf(raw, "ref", reason));
  }

  const messages: Read<MessageLine>[] = [];
  const bulks: BulkSignature[] = [];
  for (const line of signed) {
    const bulk = bulkOf(line.data);
    const orders = bulk === undefined ? [line] : (members.get(bulk) ?? []);
    if (orders[0] !== line || (bulk !== undefined && reasons.has(bulk))) continue;
    const signature = known.get(bulk ?? "")?.data;
    if (bulk !== undefined && signature !== undefined) {
      const { height, signature: bytes } = signature;
      bulks.push({ firstOrder: messages.length, count: orders.length, height, signature: bytes });
    }
    messages.push(...orders);
  }
  return { messages, bulks };
}

const bulkOf = (data: MessageLine): string | undefined => (data.type === "order" ? data.bulk : undefined);

/** Whether an order has a signature or a bulk, and not both. */
function isSigned({ raw, data }: Read<MessageLine>, torn: Map<string, number>, rejects: Reject[]): boolean {
  if (data.type !== "order" || (data.signature === undefined) !== (data.bulk === undefined)) return true;

  const reason = data.bulk === undefined ? "is missing, and no bulk is named" : "stands beside a bulk: leave one out";
  rejects.push(rejectOf(raw, "signature", reason));
  if (data.bulk !== undefined && !torn.has(data.bulk)) torn.set(data.bulk, raw.line);
  return false;
}

/** Why the orders of a bulk cannot be taken, if they cannot. */
function whyNot(bulk: string, count: number, line: Read<LineOf<"bulk">> | undefined, torn: number | undefined) {
  if (line === undefined) return `the file has no bulk "${bulk}"`;
  if (torn !== undefined) return `line ${torn} of bulk "${bulk}" was not taken, and a bulk counts whole`;
  const { height } = line.data;
  return count > 2 ** height
    ? `${count} orders name bulk "${bulk}", and a tree of height ${height} has fewer places`
    : undefined;
}

function toMessage(line: MessageLine): SignedOrder | SignedMessage {
  if (line.type === "order") return toOrder(line);
  const { ref: _ref, ...message } = line;
  switch (message.type) {
    case "transfer":
    case "hold": {
      const { currency, ...rest } = message;
      return { ...rest, ...(currency !== undefined && { currency }) };
    }
    case "holdDecision": {
      const { currency, decision, ...rest } = message;
      return { ...rest, decision: OPTION[decision], ...(currency !== undefined && { currency }) };
    }
    default:
      return message;
  }
}

function toOrder({
  type: _type,
  ref: _ref,
  bulk: _bulk,
  side,
  signature = BULK_MARK_SIGNATURE,
  ...order
}: OrderLine): SignedOrder {
  return { ...order, side: side === "buy" ? BUY : SELL, signature };
}

/**
 * The instructions that can be taken. Those that are linked go together: where one cannot be taken, nor can the others, because
 * together is all that was asked for.
 */
function keepChains(
  steps: readonly Step[],
  toInput: (step: Step) => InstructionInput | undefined,
  rejects: Reject[],
): InstructionInput[] {
  const inputs: InstructionInput[] = [];
  for (let first = 0, end = 0; first < steps.length; first = end) {
    do end += 1;
    while (end < steps.length && steps[end - 1]?.isLinked);

    const chain = steps.slice(first, end).map((step) => ({ step, input: toInput(step) }));
    const missing = chain.find(({ input }) => input === undefined)?.step;
    for (const { step, input } of chain) {
      if (input === undefined) continue;
      if (missing === undefined) inputs.push(input);
      else
        rejects.push(rejectOf(step.raw, "linked", `it is linked with line ${missing.raw.line}, which was not taken`));
    }
  }
  return inputs;
}

function toInstruction(
  { raw, data }: Step,
  places: ReadonlyMap<string, number>,
  messages: readonly (SignedOrder | SignedMessage)[],
  rejects: Reject[],
): InstructionInput | undefined {
  if (data === undefined) return undefined;
  const placeOf = (field: string, ref: string): number | undefined => {
    const place = places.get(ref);
    const name = field === "message" ? "message" : "order";
    if (place === undefined) rejects.push(rejectOf(raw, field, `the file has no ${name} "${ref}"`));
    return place;
  };
  const flags = {
    ...(data.linked !== undefined && { linked: data.linked }),
    ...("partial" in data && data.partial !== undefined && { partial: data.partial }),
  };

  switch (data.type) {
    case "trade": {
      const { quantity, price, matchNumber } = data;
      const [buyOrder, sellOrder] = [placeOf("buy", data.buy), placeOf("sell", data.sell)];
      if (buyOrder === undefined || sellOrder === undefined) return undefined;
      return { buyOrder, sellOrder, quantity, price, matchNumber, ...flags };
    }
    case "subscription": {
      const { offering, quantity, price, matchNumber } = data;
      const buyOrder = placeOf("buy", data.buy);
      return buyOrder === undefined
        ? undefined
        : { kind: "subscription", buyOrder, offering, quantity, price, matchNumber, ...flags };
    }
    case "instruction": {
      const message = placeOf("message", data.message);
      if (message === undefined) return undefined;
      const { kind, quantity = quantityOf(messages[message]) } = data;
      return { kind, message, quantity, ...flags };
    }
    default: {
      const place = data.type === "claim" ? data.entitlement : data.opened;
      const number = data.matchNumber === undefined ? {} : { number: data.matchNumber };
      return { kind: data.type, place, ...number, ...flags };
    }
  }
}

function quantityOf(message: SignedOrder | SignedMessage | undefined): bigint {
  return message !== undefined && "quantity" in message ? message.quantity : 0n;
}
