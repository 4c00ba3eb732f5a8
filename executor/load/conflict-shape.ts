import { FLOW_TRADE, type Flows } from "./flows.ts";

/** How much of a workload could run at once, whatever the machine. Computed from who touches what, never measured. */
export interface ConflictShape {
  /** The busiest account's part of the flows. */
  readonly topShare: number;
  /** Part of the flows that touch a position which another one touches, too. */
  readonly conflictingPart: number;
  /** Longest run of flows each of which has to wait for the one before. */
  readonly criticalPath: number;
  /** Flows over critical path: with any number of cores it gets no faster than this. */
  readonly parallelism: number;
  /** The same if credits commute, so that a debit alone waits for what was done to its position before. */
  readonly criticalPathCommuting: number;
  readonly parallelismCommuting: number;
}

/** The conflict shape of `flows`. A position is an account's shares of one asset or its cash. */
export function conflictShapeOf(flows: Flows): ConflictShape {
  const { count, accounts, assets, kind, from, to, asset } = flows;
  const touched = new Uint32Array(accounts * (assets + 1));
  const ofAccount = new Uint32Array(accounts);
  const waits = new Uint32Array(touched.length);
  const debited = new Uint32Array(touched.length);
  const cashFrom = accounts * assets;
  let criticalPath = 0;
  let criticalPathCommuting = 0;

  for (let flow = 0; flow < count; flow++) {
    const [giver, taker] = [from[flow] ?? 0, to[flow] ?? 0];
    const given = (asset[flow] ?? 0) * accounts + giver;
    const taken = (asset[flow] ?? 0) * accounts + taker;
    const [paid, earned] = kind[flow] === FLOW_TRADE ? [cashFrom + taker, cashFrom + giver] : [given, taken];

    for (const account of giver === taker ? [giver] : [giver, taker])
      ofAccount[account] = (ofAccount[account] ?? 0) + 1;
    const positions = [...new Set([given, taken, paid, earned])];
    for (const position of positions) touched[position] = (touched[position] ?? 0) + 1;

    const level = 1 + Math.max(...positions.map((position) => waits[position] ?? 0));
    for (const position of positions) waits[position] = level;
    criticalPath = Math.max(criticalPath, level);

    // What a debit sees are all changes before it; a credit only has to be there before the next debit.
    const commuting = 1 + Math.max(debited[given] ?? 0, debited[paid] ?? 0);
    for (const position of positions) debited[position] = Math.max(debited[position] ?? 0, commuting);
    criticalPathCommuting = Math.max(criticalPathCommuting, commuting);
  }

  return {
    topShare: ofAccount.reduce((most, each) => Math.max(most, each), 0) / count,
    conflictingPart: countConflicting(flows, touched) / count,
    criticalPath,
    parallelism: count / criticalPath,
    criticalPathCommuting,
    parallelismCommuting: count / criticalPathCommuting,
  };
}

function countConflicting({ count, accounts, assets, kind, from, to, asset }: Flows, touched: Uint32Array): number {
  let conflicting = 0;
  for (let flow = 0; flow < count; flow++) {
    const parties = [from[flow] ?? 0, to[flow] ?? 0];
    const columns = kind[flow] === FLOW_TRADE ? [asset[flow] ?? 0, assets] : [asset[flow] ?? 0];
    const isShared = columns.some((column) => parties.some((party) => (touched[column * accounts + party] ?? 0) > 1));
    conflicting += Number(isShared);
  }
  return conflicting;
}
