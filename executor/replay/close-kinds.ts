import { type BatchResult, instructionsOf, receiptsOf } from "../batch-result.ts";
import { readBatchFile } from "../formats/batch-file.ts";
import { type InstructionRecord, KIND } from "../formats/instruction-record.ts";
import { decodeOrder, ORDER_BYTES, type OrderRecord } from "../formats/order-record.ts";
import { isAccepted } from "../formats/reason-codes.ts";
import type {
  CancelledOrder,
  EntitlementState,
  HoldState,
  OfferingState,
  SharePosition,
  Snapshot,
} from "../snapshot.ts";

/** What of a decided batch says which holds, freezes, claims … it brought. */
export type DecidedBatch = Pick<BatchResult, "instructions" | "receipts" | "orderIds" | "file">;

/** Lists of a snapshot as they change. */
interface Lists {
  readonly shares: Map<string, SharePosition>;
  readonly offerings: OfferingState[];
  readonly entitlements: EntitlementState[];
  readonly holds: Map<string, HoldState>;
  readonly cancelled: Map<string, CancelledOrder>;
}

/**
 * `positions`, which are `opening` moved by the nets of the settled chunks, with what moves on no net: held and frozen shares,
 * what is left of offerings, income that was paid out, orders that were withdrawn.
 */
export function closeKinds(
  opening: Snapshot,
  positions: Snapshot,
  batch: DecidedBatch,
  settled: ReadonlySet<number>,
): Snapshot {
  const instructions = instructionsOf(batch);
  const accepted = receiptsOf(batch).filter(({ code, chunk }) => isAccepted(code) && settled.has(chunk));
  const isOther = accepted.some(({ index }) => (instructions[index]?.kind ?? KIND.trade) > KIND.transfer);
  if (!isOther) return positions;

  const { orders } = readBatchFile(batch.file, () => ({
    snapshot: opening,
    filled: new Map(),
    alreadyFinal: new Set(),
  }));
  const messages = orders instanceof Uint8Array ? orders : new Uint8Array();
  const lists: Lists = {
    shares: new Map(positions.shares.map((position) => [`${position.account}/${position.asset}`, position])),
    offerings: [...(opening.offerings ?? [])],
    entitlements: [...(opening.entitlements ?? [])],
    holds: new Map((opening.holds ?? []).map((hold) => [hold.id, hold])),
    cancelled: new Map((opening.cancelled ?? []).map((each) => [`${each.order}/${each.trader}`, each])),
  };
  const accounts = new Map(opening.accounts.map(({ address }, place) => [address.toLowerCase(), place]));

  for (const { index, quantity } of accepted) {
    const instruction = instructions[index];
    if (instruction === undefined) continue;
    const at = instruction.buyOrder * ORDER_BYTES;
    const message = at < messages.length ? decodeOrder(messages, at) : undefined;
    apply(lists, instruction, quantity, message, accounts.get(message?.trader ?? "") ?? 0, opening);
  }

  return {
    ...positions,
    shares: [...lists.shares.values()],
    ...(opening.offerings && { offerings: lists.offerings }),
    ...(opening.entitlements && { entitlements: lists.entitlements }),
    holds: [...lists.holds.values()],
    cancelled: [...lists.cancelled.values()],
  };
}

function apply(
  lists: Lists,
  { kind, id, buyOrder, sellOrder }: InstructionRecord,
  quantity: bigint,
  message: OrderRecord | undefined,
  signer: number,
  opening: Snapshot,
): void {
  const { offerings, entitlements, holds } = lists;
  const [offering, entitlement] = [offerings[sellOrder], entitlements[buyOrder]];

  if (kind === KIND.subscription && offering !== undefined) {
    offerings[sellOrder] = { ...offering, left: offering.left - quantity };
  } else if (kind === KIND.claim && entitlement !== undefined) {
    entitlements[buyOrder] = { ...entitlement, amount: 0n };
  } else if (kind === KIND.expire) {
    release(lists, opening.holds?.[buyOrder]?.id ?? "");
  } else if (message === undefined) {
    return;
  } else if (kind === KIND.hold) {
    const { counterparty: beneficiary, secondAccount: agent, asset, limitPrice: until } = message;
    holds.set(id, { id, holder: signer, beneficiary, agent, asset, quantity, until });
    change(lists, signer, asset, -quantity, 0n);
  } else if (kind === KIND.post || kind === KIND.void) {
    release(lists, wordOf(message)); // the net has taken what was handed over from what is spendable
  } else if (kind === KIND.freeze || kind === KIND.unfreeze) {
    const frozen = kind === KIND.freeze ? quantity : -quantity;
    change(lists, message.counterparty, message.asset, -frozen, frozen);
  } else if (kind === KIND.cancel) {
    const order = wordOf(message);
    lists.cancelled.set(`${order}/${message.trader}`, { order, trader: message.trader });
  }
}

/** Ends a hold: its shares are spendable again. */
function release(lists: Lists, id: string): void {
  const hold = lists.holds.get(id);
  if (hold === undefined) return;

  lists.holds.delete(id);
  change(lists, hold.holder, hold.asset, hold.quantity, 0n);
}

/** A position without frozen shares that never said so goes on saying nothing. */
function change({ shares }: Lists, account: number, asset: number, spendable: bigint, frozen: bigint): void {
  const position = shares.get(`${account}/${asset}`);
  if (position === undefined) return;

  const { frozen: before, ...rest } = position;
  const after = (before ?? 0n) + frozen;
  const stated = before === undefined && after === 0n ? {} : { frozen: after };
  shares.set(`${account}/${asset}`, { ...rest, ...stated, spendable: position.spendable + spendable });
}

/** The id in a message's salt. */
function wordOf({ salt }: OrderRecord): string {
  return `0x${salt.toString(16).padStart(64, "0")}`;
}
