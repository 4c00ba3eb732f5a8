import {
  createMessageSigner,
  type InstructionInput,
  type Message,
  type MessageInput,
  type SignedMessage,
  type Snapshot,
} from "../../../executor/index.ts";
import {
  ADDRESS,
  BOB,
  batch,
  CAROL,
  CHAIN_ID,
  DESK,
  type Draft,
  everyoneMayTrade,
  HOUSE,
  keyOf,
  type Name,
  NOW,
  PRICE,
  PROTOCOL,
} from "./trading-world.ts";

const signer = await createMessageSigner(CHAIN_ID, DESK);

/** The officer, the paying agent's pot and who decides holds. */
export const OFFICER = CAROL;

type Lists = "offerings" | "distributions" | "entitlements" | "holds" | "officers" | "cancelled";

/** A draft in which every list is there. */
export type KindsDraft = Draft<Omit<Snapshot, Lists>> & { [List in Lists]: Draft<NonNullable<Snapshot[List]>> };

/**
 * Everyone may do everything: the desk sells 500 houses at {@link PRICE}, alice may claim 70 dollars and bob 30 of carol's
 * pot, carol is the officer, and every position says that nothing of it is frozen.
 */
export function everyoneMayDoAll(edit: (draft: KindsDraft) => void = () => undefined): KindsDraft {
  const draft: KindsDraft = {
    ...everyoneMayTrade(),
    offerings: [{ id: 55n, asset: 0, currency: 0, account: PROTOCOL, price: PRICE, left: 500n }],
    distributions: [{ id: 66n, currency: 0, account: CAROL }],
    entitlements: [
      { distribution: 0, account: 0, amount: 70n },
      { distribution: 0, account: BOB, amount: 30n },
    ],
    holds: [],
    officers: [OFFICER],
    cancelled: [],
  };
  for (const position of draft.shares) position.frozen = 0n;
  edit(draft);
  return draft;
}

/** Without the time of its type. */
type Terms<Type extends Message["type"]> = Partial<Extract<Message, { readonly type: Type }>>;

let salt = 0n;
const nextSalt = () => {
  salt += 1n;
  return salt;
};

export const messageId = (message: Message): string => signer.messageId(message);

export function sign(name: Name, message: Message, currency?: string): SignedMessage {
  return signer.sign(message, keyOf(name), currency);
}

/** `from` gives ten houses to `to`, unless `terms` say otherwise. */
export function gives(from: Name, to: Name, terms: Terms<"transfer"> = {}, currency?: string): SignedMessage {
  const asked = { asset: HOUSE, quantity: 10n, expiry: NOW, priority: 0, salt: nextSalt(), ...terms };
  return sign(from, { type: "transfer", from: ADDRESS[from], to: ADDRESS[to], ...asked }, currency);
}

/** `holder` sets ten houses aside for `beneficiary`; carol decides until a minute from now. */
export function holds(holder: Name, beneficiary: Name, terms: Terms<"hold"> = {}): SignedMessage {
  const asked = { asset: HOUSE, quantity: 10n, until: NOW + 60n, expiry: NOW, priority: 0, salt: nextSalt(), ...terms };
  const parties = { holder: ADDRESS[holder], beneficiary: ADDRESS[beneficiary], agent: ADDRESS.carol };
  return sign(holder, { type: "hold", ...parties, ...asked });
}

/** `agent` posts ten of the held houses, or voids the hold. */
export function decides(agent: Name, hold: string, terms: Terms<"holdDecision"> = {}): SignedMessage {
  const decision = terms.decision ?? 1;
  const asked = { decision, quantity: decision === 1 ? 10n : 0n, expiry: NOW, ...terms };
  return sign(agent, { type: "holdDecision", agent: ADDRESS[agent], hold, ...asked });
}

/** `officer` freezes ten houses of `account`, or frees them. */
export function freezes(officer: Name, account: Name, terms: Terms<"freeze"> = {}): SignedMessage {
  const asked = { asset: HOUSE, quantity: 10n, frozen: true, expiry: NOW, salt: nextSalt(), ...terms };
  return sign(officer, { type: "freeze", officer: ADDRESS[officer], account: ADDRESS[account], ...asked });
}

export function cancels(trader: Name, order: string, terms: Terms<"cancel"> = {}): SignedMessage {
  return sign(trader, { type: "cancel", trader: ADDRESS[trader], order, expiry: NOW, ...terms });
}

/** The instruction that does what the message at `place` says. */
export function does(message: SignedMessage, place = 0, more: Partial<MessageInput> = {}): MessageInput {
  return { kind: kindOf(message), message: place, quantity: "quantity" in message ? message.quantity : 0n, ...more };
}

function kindOf(message: SignedMessage): MessageInput["kind"] {
  if (message.type === "holdDecision") return message.decision === 1 ? "post" : "void";
  if (message.type === "freeze") return message.frozen ? "freeze" : "unfreeze";
  return message.type;
}

/** Messages with the instructions that do what they say, in their order. */
export function doing(...messages: readonly SignedMessage[]): { orders: SignedMessage[]; trades: InstructionInput[] } {
  return { orders: [...messages], trades: messages.map((message, place) => does(message, place)) };
}

/** A batch in which everyone may do everything. */
export const kindsBatch = (parts: Parameters<typeof batch>[0] = {}) =>
  batch({ snapshot: everyoneMayDoAll(), ...parts });

/** A world that differs in one edit. */
export const whereAll = (edit: (draft: KindsDraft) => void) => ({ snapshot: everyoneMayDoAll(edit) });
