import { ROLES, type RoleName } from "../../ignition/roles.ts";
import { listGrants } from "../../ignition/selectors.ts";
import type { AccessState, TargetRights } from "./access-state.ts";
import type { Moment, PathStep } from "./path.ts";

export type { PathStep } from "./path.ts";

import { type Attack, type Key, Reach } from "./shortest-path.ts";

/** The roles whose functions trust their caller, because he is one of our contracts. */
export const DESK_ROLES = [
  "OFFERING_DESK",
  "SETTLEMENT_DESK",
  "INCOME_DESK",
  "REDEMPTION_DESK",
] as const satisfies readonly RoleName[];

/** A way from one key to a power that nobody is to have without two days' notice. */
export interface Path {
  readonly key: string;
  /** "new code behind ShareToken", "the power of SETTLEMENT_DESK". */
  readonly goal: string;
  /** Unix time at which the first step may be taken. */
  readonly begins: bigint;
  readonly seconds: bigint;
  readonly steps: readonly PathStep[];
}

const SECOND_ACCOUNT = "0x000000000000000000000000000000000000dEaD";

/** Somebody without any role, and every account with one, except our own contracts. */
export function keysOf({ members, targets }: AccessState): Key[] {
  const ours = new Set(targets.map(({ address }) => address));
  const accounts = new Set(members.map(({ account }) => account).filter((account) => !ours.has(account)));
  const keys = [...accounts].map((account) => ({
    account,
    memberships: members.filter((each) => each.account === account),
  }));
  return [{ account: SECOND_ACCOUNT, memberships: [] }, ...keys];
}

/** The shortest ways of each key, the shortest of all first. */
export function findPaths(state: AccessState, keys = keysOf(state), attack: Partial<Attack> = {}): Path[] {
  const { now = state.readAt, accomplice = SECOND_ACCOUNT, code = SECOND_ACCOUNT } = attack;

  const paths = keys.flatMap((key) => {
    const reach = new Reach(state, key, { now, accomplice, code });
    const path = (goal: string, moment: Moment | undefined): Path[] =>
      moment === undefined
        ? []
        : [{ key: key.account, goal, begins: now, seconds: moment.time - now, steps: moment.steps }];
    const codes = state.targets
      .filter(({ isBook }) => isBook)
      .flatMap((target) => path(`new code behind ${target.name}`, reach.code(target)));
    const desks = DESK_ROLES.flatMap((role) => [
      ...path(`the power of ${role}`, reach.role(ROLES[role])),
      ...functionsOf(state, role).flatMap(({ target, name, selector }) => {
        const call = { title: `${target.name}.${name}`, target: target.address, data: selector };
        return path(`${target.name}.${name}, a function of ${role}`, reach.call(target, selector, call));
      }),
    ]);
    return [...codes, ...desks];
  });
  return paths.toSorted((one, other) => Number(one.seconds - other.seconds));
}

/** As they ought to be: one that was opened to others must not drop out of sight. */
function functionsOf(
  { targets }: AccessState,
  desk: RoleName,
): { target: TargetRights; name: string; selector: string }[] {
  return listGrants()
    .filter(({ role }) => role === desk)
    .flatMap(({ contract, functions, selectors }) => {
      const target = targets.find(({ name }) => name === contract);
      if (target === undefined) return [];
      return functions.map((name, place) => ({ target, name, selector: selectors[place] ?? "" }));
    });
}
