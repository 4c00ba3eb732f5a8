import { toHex } from "../formats/hex.ts";
import type { Keccak } from "../formats/keccak.ts";
import type { Movement } from "../formats/movement-leaf.ts";
import { type NetVector, netHash, unpackNetVector } from "../formats/net-vector.ts";
import { POSITION_KIND } from "../formats/position-leaf.ts";
import { comparePositions, isSamePosition, type PositionKey } from "./decided-records.ts";
import type { Dispute } from "./dispute.ts";
import type { Evidence, Tell } from "./evidence.ts";
import { neighboursOf, placeAll } from "./neighbours.ts";

/** Whether a movement stands where it should not, or with a total that is not its position's. */
export function judgeOrder({ movements: proved, chunk: { fields }, exhibit }: Evidence): Dispute | undefined {
  if (proved === undefined) return undefined;
  const { firstInstruction: first, instructionCount: count } = fields;
  const isWrong = (movement: Movement, before: Movement | undefined) => {
    const isOf = before !== undefined && isSamePosition(before, movement);
    const rank = before === undefined ? -1 : comparePositions(before, movement);
    const isBehind = rank < 0 || (rank === 0 && (before?.instruction ?? 0) < movement.instruction);
    const isWithin = movement.instruction >= first && movement.instruction < first + count;
    const total = (isOf ? before.total : 0n) + movement.delta;
    return !isBehind || !isWithin || movement.delta === 0n || movement.total !== total;
  };
  const place = proved.movements.findIndex((movement, at) => isWrong(movement, proved.movements[at - 1]));
  if (place < 0) return undefined;
  const why = `movement ${place} is out of place, is none, or has a wrong total`;
  return { kind: "order", exhibit, why, neighbours: placeAll(proved, place === 0 ? [0] : [place - 1, place]) };
}

/** Whether the net vector says of a position what its movements add up to. */
export function judgeNet(
  keccak: Keccak,
  { movements: proved, chunk: { net, fields }, exhibit }: Evidence,
  tell: Tell,
): Dispute | undefined {
  if (toHex(netHash(keccak, net)) !== fields.netHash) {
    tell("the net vector to which it committed is not the one that was published");
    return undefined;
  }
  if (proved === undefined) return undefined;

  const totals = proved.movements.filter((movement, place) => {
    const next = proved.movements[place + 1];
    return next === undefined || !isSamePosition(movement, next);
  });
  const nets = netsOf(net);
  const sumOf = (position: PositionKey) =>
    nets.filter((each) => isSamePosition(each, position)).reduce((sum, { delta }) => sum + delta, 0n);
  const totalOf = (position: PositionKey) => totals.find((each) => isSamePosition(each, position))?.total ?? 0n;
  const wrong = [...totals, ...nets].find((position) => sumOf(position) !== totalOf(position));
  if (wrong === undefined) return undefined;

  const { kind, account, unit } = wrong;
  const position = { kind, account, unit };
  const why = `it moves ${sumOf(position)} of ${nameOf(position)} on net, but its movements add up to ${totalOf(position)}`;
  return { kind: "net", exhibit, why, vector: net, position, neighbours: neighboursOf(proved, position) };
}

function netsOf(net: NetVector): (PositionKey & { readonly delta: bigint })[] {
  const { cash, shares } = unpackNetVector(net);
  return [
    ...shares.map(({ asset, account, delta }) => ({ kind: POSITION_KIND.shares, account, unit: asset, delta })),
    ...cash.map(({ account, delta }) => ({ kind: POSITION_KIND.cash, account, unit: BigInt(net.currency), delta })),
  ];
}

function nameOf({ kind, account, unit }: PositionKey): string {
  return kind === POSITION_KIND.shares ? `${account}'s shares of asset ${unit}` : `${account}'s cash`;
}
