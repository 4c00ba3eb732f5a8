import { type BatchResult, type ChunkResult, instructionsOf, receiptsOf } from "../batch-result.ts";
import { toHex } from "../formats/hex.ts";
import { KIND } from "../formats/instruction-record.ts";
import { unpackNetVector } from "../formats/net-vector.ts";
import { decodeOrder, ORDER_BYTES, type OrderRecord } from "../formats/order-record.ts";
import { isAccepted } from "../formats/reason-codes.ts";
import type { HoldState, Snapshot } from "../snapshot.ts";
import { insist } from "./insist.ts";
import { settlePlainly } from "./settle-plainly.ts";
import type { FileContents } from "./settled-trades.ts";

/** A snapshot after a chunk of a batch has settled: what its net moves, and what its instructions did that is on no net. */
export function settleChunk(
  before: Snapshot,
  result: BatchResult,
  { index: chunk, net }: ChunkResult,
  { orders, holds }: FileContents,
): Snapshot {
  return settlePlainly(before, unpackNetVector(net), net.currency, (moved) => {
    const instructions = instructionsOf(result);
    let after = moved;
    for (const receipt of receiptsOf(result)) {
      const instruction = instructions[receipt.index];
      if (receipt.chunk !== chunk || !isAccepted(receipt.code) || instruction === undefined) continue;
      const { kind, buyOrder: place, sellOrder } = instruction;
      if (kind === KIND.subscription) after = sell(after, sellOrder, receipt.quantity);
      if (kind === KIND.claim) after = payOut(after, place);
      if (kind === KIND.expire) after = release(after, holds[place]?.id ?? `at place ${place}`, receipt.quantity);
      if (kind <= KIND.claim || kind === KIND.expire) continue;
      const message = decodeOrder(orders, place * ORDER_BYTES);
      after = apply(after, kind, receipt.quantity, message, toHex(result.orderIds, place * 32, 32));
    }
    return after;
  });
}

function sell(before: Snapshot, place: number, quantity: bigint): Snapshot {
  const offerings = before.offerings ?? [];
  insist((offerings[place]?.left ?? 0n) >= quantity, `offering ${place} sells ${quantity} that are not left`);
  return {
    ...before,
    offerings: offerings.map((each, at) => (at === place ? { ...each, left: each.left - quantity } : each)),
  };
}

/** Ends a hold that nobody decided in time. */
function release(before: Snapshot, id: string, quantity: bigint): Snapshot {
  const { holds = [] } = before;
  const hold = holds.find((each) => each.id === id);
  insist(hold?.quantity === quantity, `hold ${id} expires with ${quantity}, and not with ${hold?.quantity}`);
  const freed = change(before, hold.holder, hold.asset, quantity, 0n);
  return { ...freed, holds: holds.filter((each) => each !== hold) };
}

function payOut(before: Snapshot, place: number): Snapshot {
  const entitlements = before.entitlements ?? [];
  insist((entitlements[place]?.amount ?? 0n) > 0n, `entitlement ${place} is paid out twice`);
  return { ...before, entitlements: entitlements.map((each, at) => (at === place ? { ...each, amount: 0n } : each)) };
}

/** What a message did with holds, frozen shares or withdrawn orders. */
function apply(before: Snapshot, kind: number, quantity: bigint, message: OrderRecord, id: string): Snapshot {
  const { holds = [], cancelled = [], officers = [], accounts } = before;
  const { asset, counterparty, secondAccount: agent, trader } = message;
  const signer = accounts.findIndex(({ address }) => address.toLowerCase() === trader);
  const word = `0x${message.salt.toString(16).padStart(64, "0")}`;

  if (kind === KIND.hold) {
    insist(quantity > 0n && holds.every((hold) => hold.id !== id), `hold ${id} is there already`);
    const hold: HoldState = {
      id,
      holder: signer,
      beneficiary: counterparty,
      agent,
      asset,
      quantity,
      until: message.limitPrice,
    };
    return { ...change(before, signer, asset, -quantity, 0n), holds: [...holds, hold] };
  }
  if (kind === KIND.post || kind === KIND.void) {
    const hold = holds.find((each) => each.id === word);
    insist(hold !== undefined, `hold ${word} is ended and not there`);
    insist(hold.agent === signer, `hold ${word} is ended by account ${signer}`);
    const isInBounds = kind === KIND.post ? quantity <= hold.quantity : quantity === hold.quantity;
    insist(isInBounds, `of hold ${word} ${quantity} are handed over or released`);
    const freed = change(before, hold.holder, hold.asset, hold.quantity, 0n);
    return { ...freed, holds: holds.filter((each) => each !== hold) };
  }
  if (kind === KIND.freeze || kind === KIND.unfreeze) {
    insist(officers.includes(signer), `account ${signer} freezes and is no officer`);
    const frozen = kind === KIND.freeze ? quantity : -quantity;
    return change(before, counterparty, asset, -frozen, frozen);
  }
  insist(kind === KIND.cancel, `nothing is known of kind ${kind}`);
  const isKnown = cancelled.some((each) => each.order === word && each.trader === trader);
  return isKnown ? before : { ...before, cancelled: [...cancelled, { order: word, trader }] };
}

function change(before: Snapshot, account: number, asset: number, spendable: bigint, frozen: bigint): Snapshot {
  return {
    ...before,
    shares: before.shares.map((position) => {
      if (position.account !== account || position.asset !== asset) return position;
      const changed = { ...position, spendable: position.spendable + spendable };
      return frozen === 0n ? changed : { ...changed, frozen: (position.frozen ?? 0n) + frozen };
    }),
  };
}
