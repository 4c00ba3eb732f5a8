import type { Keccak } from "../formats/keccak.ts";
import { encodeMovement, type Movement } from "../formats/movement-leaf.ts";
import { POSITION_KIND } from "../formats/position-leaf.ts";
import type { Snapshot } from "../snapshot.ts";
import { plainRoot } from "./plain-merkle.ts";
import type { PlainMovement } from "./plain-movement.ts";

/** What an accepted instruction moved, with its place in the batch. */
export interface PlainMoved {
  readonly instruction: number;
  readonly movement: PlainMovement;
}

type Change = Omit<Movement, "total">;

/** The movements of a chunk in the order of its leaves: all that its instructions gave and took, position by position. */
export function plainMovements(snapshot: Snapshot, moved: readonly PlainMoved[]): Movement[] {
  const changes = moved.flatMap(({ instruction, movement }) => addUp(changesOf(snapshot, instruction, movement)));
  const totals = new Map<string, bigint>();

  return changes.sort(compare).map((change) => {
    const total = (totals.get(positionOf(change)) ?? 0n) + change.delta;
    totals.set(positionOf(change), total);
    return { ...change, total };
  });
}

/** The root over the leaves of `movements`. */
export function plainMovementsRoot(keccak: Keccak, movements: readonly Movement[]): Uint8Array {
  return plainRoot(
    keccak,
    movements.map((movement) => keccak(Buffer.concat([Uint8Array.of(0), encodeMovement(movement)]))),
  );
}

/** Shares from seller to buyer, cash from buyer to seller. */
function changesOf(snapshot: Snapshot, instruction: number, movement: PlainMovement): Change[] {
  const { buyer, seller, asset, currency, quantity, cash } = movement;
  const addressOf = (account: number) => snapshot.accounts[account]?.address.toLowerCase() ?? "";
  const [to, from] = [addressOf(buyer), addressOf(seller)];
  const shares = { kind: POSITION_KIND.shares, unit: snapshot.assets[asset ?? -1]?.id ?? 0n, instruction };
  const money = { kind: POSITION_KIND.cash, unit: BigInt(snapshot.currencies[currency]?.address ?? 0), instruction };

  return [
    ...(asset === undefined
      ? []
      : [
          { ...shares, account: from, delta: -quantity },
          { ...shares, account: to, delta: quantity },
        ]),
    { ...money, account: to, delta: -cash },
    { ...money, account: from, delta: cash },
  ];
}

/** One change per position, none of zero. */
function addUp(changes: readonly Change[]): Change[] {
  const sums = new Map<string, Change>();
  for (const change of changes) {
    const delta = (sums.get(positionOf(change))?.delta ?? 0n) + change.delta;
    sums.set(positionOf(change), { ...change, delta });
  }
  return [...sums.values()].filter(({ delta }) => delta !== 0n);
}

const positionOf = ({ kind, account, unit }: Change): string => `${kind}/${account}/${unit}`;

function compare(a: Change, b: Change): number {
  return (
    a.kind - b.kind ||
    Number(BigInt(a.account) > BigInt(b.account)) - Number(BigInt(a.account) < BigInt(b.account)) ||
    Number(a.unit > b.unit) - Number(a.unit < b.unit) ||
    a.instruction - b.instruction
  );
}
