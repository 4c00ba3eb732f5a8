import { ROLES } from "../../ignition/roles.ts";
import { roleNames } from "../../ignition/selectors.ts";

/** A delay of the AccessManager: `current` until `effect`, `pending` from then on. In seconds. */
export interface Delay {
  readonly current: bigint;
  readonly pending: bigint;
  readonly effect: bigint;
}

export const NO_DELAY: Delay = { current: 0n, pending: 0n, effect: 0n };

/** A role that everybody has without delay. */
export const PUBLIC_ROLE = 2n ** 64n - 1n;

export interface Membership {
  readonly role: bigint;
  readonly account: string;
  /** The grant takes effect then. */
  readonly since: bigint;
  /** How long it has to be announced beforehand what is done with the role. */
  readonly delay: Delay;
}

export interface RoleRights {
  readonly id: bigint;
  /** Grants and revokes it. */
  readonly admin: bigint;
  /** May call off what was announced with it. */
  readonly guardian: bigint;
  /** From the grant until it takes effect. */
  readonly grantDelay: Delay;
}

export interface TargetRights {
  readonly name: string;
  readonly address: string;
  /** Whom it asks. The AccessManager, if all is well. */
  readonly authority: string;
  readonly isClosed: boolean;
  /** For whatever changes the rights over this contract. */
  readonly adminDelay: Delay;
  /** Its code can be exchanged. */
  readonly isBook: boolean;
  readonly functions: readonly { readonly name: string; readonly selector: string; readonly role: bigint }[];
}

/** Something that was announced and neither done nor called off. */
export interface Announcement {
  readonly operation: string;
  readonly caller: string;
  readonly target: string;
  readonly data: string;
  /** From then on, for a week. */
  readonly readyAt: bigint;
}

/** Everything an AccessManager knows about who may do what, and when. */
export interface AccessState {
  readonly manager: string;
  /** Time of the block that was read. */
  readonly readAt: bigint;
  /** The least time before a shorter grant delay or target delay takes effect. */
  readonly minSetback: bigint;
  readonly members: readonly Membership[];
  readonly roles: readonly RoleRights[];
  readonly targets: readonly TargetRights[];
  readonly announced: readonly Announcement[];
}

export function delayAt({ current, pending, effect }: Delay, time: bigint): bigint {
  return time < effect ? current : pending;
}

/** A role in words. */
export function roleName(role: bigint): string {
  if (role === PUBLIC_ROLE) return "PUBLIC";
  return roleNames().find((name) => ROLES[name] === role) ?? `role ${role}`;
}
