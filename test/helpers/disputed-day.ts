import { expect } from "chai";
import {
  CASH,
  type Claim,
  claimedChunk,
  type deployDisputedDay,
  exhibitOf,
  type Movement,
  neighbours,
  type PlacedMovement,
  type Position,
  positionOf,
  recordsAt,
  SHARES,
  type Step,
  type Transfer,
  vectorOf,
  withTotals,
} from "./dispute-world.ts";
import { TOWER, VILLA } from "./settlement-suite.ts";
import type { Order } from "./settlement-types.ts";

export type Day = Awaited<ReturnType<typeof deployDisputedDay>>;
export type Pair = readonly [Order, Order];

/** The chunk with other movements, of which totals and net vector are made again: wrong in nothing but these. */
export function moving(
  claim: Claim,
  currency: string,
  change: (movements: Movement[]) => Omit<Movement, "total">[],
): Claim {
  const movements = withTotals(change(claim.movements.map((movement) => ({ ...movement }))));
  return { ...claim, movements, vector: vectorOf(movements, currency) };
}

/** Whether a movement is that instruction's, at that position. */
export const isAt = (
  movement: Omit<Movement, "total" | "delta">,
  { kind, account, unit }: Position,
  instruction: bigint,
) =>
  movement.kind === kind &&
  movement.account === account &&
  movement.unit === unit &&
  movement.instruction === instruction;

/** Brings a trade of the batch's only chunk before the desk. */
export const tryTrade = (
  { disputes }: Pick<Day, "disputes">,
  claim: Claim,
  place: number,
  [buy, sell]: Pair,
  position: Position,
  brought: PlacedMovement[] = neighbours(claim, position, claim.first + BigInt(place)),
) => disputes.disputeTrade(exhibitOf([claimedChunk(claim)]), recordsAt(claim, place), buy, sell, position, brought);

/** Brings a transfer of the batch's only chunk before the desk. */
export const tryTransfer = (
  { disputes }: Pick<Day, "disputes">,
  claim: Claim,
  place: number,
  transfer: Transfer,
  position: Position,
  brought: PlacedMovement[] = neighbours(claim, position, claim.first + BigInt(place)),
) => disputes.disputeTransfer(exhibitOf([claimedChunk(claim)]), recordsAt(claim, place), transfer, position, brought);

/** The attempt proves the first chunk of batch 1 wrong, and the desk stands still. */
export async function expectStopped(attempt: Promise<unknown>, { desk, disputes, admin }: Day, kind: bigint) {
  await expect(attempt).to.emit(disputes, "WrongChunkProved").withArgs(1n, 0n, kind, admin.address);
  expect(await desk.isPaused()).to.equal(true);
}

/** The same claim with other movements, under the same net vector. */
export const withMovements = (claim: Claim, change: (movements: Movement[]) => Movement[]): Claim => ({
  ...claim,
  movements: change(claim.movements.map((movement) => ({ ...movement }))),
});

/** The same claim with one movement changed, under the same net vector. */
export const changed = (claim: Claim, place: number, change: Partial<Movement>): Claim =>
  withMovements(claim, (movements) => movements.map((each, i) => (i === place ? { ...each, ...change } : each)));

/** Where the first movement of a position stands. */
export const firstOf = ({ movements }: Claim, kind: bigint, account: string) =>
  movements.findIndex((each) => each.kind === kind && each.account === account);

/** Every position that somebody could ask for: of every holder, in everything that is known and in nothing. */
export function everyPosition({ alice, bob, carol, dave, currency }: Day): Position[] {
  return [alice, bob, carol, dave].flatMap(({ address }) => [
    positionOf(SHARES, address, TOWER),
    positionOf(SHARES, address, VILLA),
    positionOf(CASH, address, BigInt(currency)),
    positionOf(CASH, address, TOWER),
    positionOf(0n, address, TOWER),
    positionOf(3n, address, BigInt(currency)),
  ]);
}

/** The honest step at `place`. */
export function stepOf({ steps }: Day, place: number): Step {
  const step = steps[place];
  if (step === undefined) throw new Error("the day has this step");
  return step;
}

/** For `JSON.stringify` of what holds bigints. */
export function text(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
