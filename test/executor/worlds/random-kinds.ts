import {
  type BatchInput,
  createRandom,
  type InstructionInput,
  type Random,
  randomInteger,
  type SignedMessage,
  type SignedOrder,
} from "../../../executor/index.ts";
import {
  cancels,
  decides,
  does,
  everyoneMayDoAll,
  freezes,
  gives,
  holds,
  type KindsDraft,
  messageId,
} from "./kinds-world.ts";
import { randomBatch } from "./random-world.ts";
import { ADDRESS, CROWN, DOLLAR, HOUSE, idOf, type Name, NOW, PRICE, YACHT } from "./trading-world.ts";

const NAMES: readonly Name[] = ["alice", "bob", "carol", "alice's second wallet", "the desk"];
const OPENING_HOLD = `0x${"a7".repeat(32)}`;
const LATE_HOLD = `0x${"a8".repeat(32)}`;

const oneIn = (random: Random, odds: number) => random() * odds < 1;
const pick = <T>(random: Random, items: readonly T[], otherwise: T): T =>
  items[randomInteger(random, 0, items.length - 1)] ?? otherwise;

/** A batch of instructions of every kind, some linked and some partial, in a world where everything is scarce. */
export function randomKinds(seed: number): BatchInput {
  const random = createRandom(seed ^ 0x5eed);
  const trades = randomBatch(seed);
  const messages = randomMessages(random, trades.orders);
  const orders = [...trades.orders, ...messages];
  const instructions: InstructionInput[] = [
    ...trades.trades.map((trade) => ({ ...trade, partial: oneIn(random, 4) })),
    ...messages.flatMap((message, place) => instructionsFor(random, message, trades.orders.length + place)),
    ...Array.from({ length: randomInteger(random, 0, 8) }, () => withoutMessage(random, trades.orders)),
  ];
  const shuffled = instructions
    .map((instruction) => ({ instruction, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ instruction }) => ({ ...instruction, linked: oneIn(random, 6) }));

  return {
    ...trades,
    snapshot: randomSnapshot(random, trades.snapshot),
    orders,
    trades: shuffled,
    maxChunkInstructions: randomInteger(random, 2, 14),
  };
}

function randomMessages(random: Random, orders: readonly SignedOrder[]): SignedMessage[] {
  const messages: SignedMessage[] = [];
  const count = randomInteger(random, 4, 24);

  while (messages.length < count) {
    const [one, other] = [pick(random, NAMES, "alice"), pick(random, NAMES, "bob")];
    const terms = {
      asset: oneIn(random, 4) ? YACHT : HOUSE,
      quantity: BigInt(randomInteger(random, oneIn(random, 10) ? 0 : 1, oneIn(random, 3) ? 300 : 40)),
      expiry: oneIn(random, 25) ? NOW - 1n : NOW,
    };
    const priority = randomInteger(random, 0, 3);
    const held = messages.flatMap((message) => (message.type === "hold" ? [messageId(message)] : []));
    const hold = pick(random, [...held, OPENING_HOLD, OPENING_HOLD, LATE_HOLD], OPENING_HOLD);

    switch (randomInteger(random, 0, 6)) {
      case 0:
      case 1:
        messages.push(gives(one, other, { ...terms, priority }, oneIn(random, 6) ? CROWN : DOLLAR));
        break;
      case 2:
        messages.push(holds(one, other, { ...terms, priority, until: oneIn(random, 10) ? NOW - 1n : NOW }));
        break;
      case 3:
        messages.push(
          decides(oneIn(random, 8) ? "bob" : "carol", hold, { expiry: terms.expiry, quantity: terms.quantity }),
        );
        break;
      case 4:
        messages.push(decides("carol", hold, { decision: 2, quantity: oneIn(random, 8) ? 1n : 0n }));
        break;
      case 5:
        messages.push(freezes(oneIn(random, 8) ? "bob" : "carol", other, { ...terms, frozen: !oneIn(random, 3) }));
        break;
      default:
        messages.push(...randomCancel(random, orders, one, terms.expiry));
    }
  }
  return messages.map((message) => (oneIn(random, 30) ? { ...message, signature: `0x${"11".repeat(65)}` } : message));
}

function randomCancel(random: Random, orders: readonly SignedOrder[], someone: Name, expiry: bigint): SignedMessage[] {
  const order = orders[randomInteger(random, 0, 3 * orders.length)];
  if (order === undefined) return [];
  const trader = NAMES.find((name) => ADDRESS[name] === order.trader) ?? someone;
  try {
    return [cancels(oneIn(random, 6) ? someone : trader, idOf(order), { expiry })];
  } catch {
    return []; // an order that nobody can sign has no id
  }
}

function instructionsFor(random: Random, message: SignedMessage, place: number): InstructionInput[] {
  const instruction = does(message, place);
  if (oneIn(random, 25)) return [{ ...instruction, message: place + randomInteger(random, 1, 40) }];
  if (oneIn(random, 25)) return [{ ...instruction, quantity: instruction.quantity + 1n }];
  if (message.type === "transfer" && oneIn(random, 3)) return [{ ...instruction, partial: true }];
  return oneIn(random, 10) ? [instruction, instruction] : [instruction];
}

function withoutMessage(random: Random, orders: readonly SignedOrder[]): InstructionInput {
  const number = BigInt(randomInteger(random, 0, 2 ** 40));
  if (oneIn(random, 4)) return { kind: "expire", place: randomInteger(random, 0, 2), number };
  if (oneIn(random, 2)) return { kind: "claim", place: randomInteger(random, 0, 3), number };
  return {
    kind: "subscription",
    buyOrder: randomInteger(random, 0, orders.length),
    offering: randomInteger(random, 0, oneIn(random, 4) ? 1 : 0),
    quantity: BigInt(randomInteger(random, 0, 30)),
    price: PRICE + (oneIn(random, 15) ? 1n : 0n),
    matchNumber: number,
  };
}

function randomSnapshot(random: Random, base: BatchInput["snapshot"]): KindsDraft {
  const amount = (most: number) => BigInt(randomInteger(random, 0, most));
  const statesFrozen = oneIn(random, 2);

  return everyoneMayDoAll((draft) => {
    Object.assign(draft, { ...structuredClone(base), offerings: draft.offerings });
    for (const asset of draft.assets) {
      asset.minimumHolders = oneIn(random, 3) ? 3 : 0;
      asset.balanceCap = oneIn(random, 4) ? 600n : 0n;
      asset.minimumHolding = oneIn(random, 4) ? 20n : 0n;
    }
    for (const position of draft.shares) {
      const held = position.balance - position.spendable;
      if (statesFrozen) position.frozen = oneIn(random, 3) ? 0n : held / 2n;
    }
    for (const offering of draft.offerings) offering.left = amount(60);
    for (const entitlement of draft.entitlements) entitlement.amount = oneIn(random, 5) ? 0n : amount(900);
    draft.officers = oneIn(random, 12) ? [] : draft.officers;
    if (oneIn(random, 4)) Object.assign(draft, { withoutMandates: true, mandates: [] });
    addHold(draft, OPENING_HOLD, 0, NOW);
    addHold(draft, LATE_HOLD, 1, NOW - 1n);
    for (const position of draft.shares) {
      if (!oneIn(random, 6)) continue;
      const more = amount(60);
      position.spendable -= more;
      if (statesFrozen) position.frozen = (position.frozen ?? 0n) + more;
    }
  });
}

/** A hold of up to ten shares, out of what the position has set aside; of what is spendable, if nothing is. */
function addHold(draft: KindsDraft, id: string, holder: number, until: bigint): void {
  const position = draft.shares.find(({ account, asset }) => account === holder && asset === 0);
  if (position === undefined || position.spendable < 10n) return;

  position.spendable -= 10n;
  draft.holds.push({ id, holder, beneficiary: 2, agent: 2, asset: 0, quantity: 10n, until });
}
