import { ROLES, type RoleName } from "../../ignition/roles.ts";
import { roleNames } from "../../ignition/selectors.ts";
import { roleName } from "../../sdk/access/access-state.ts";
import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import type { ActionContext } from "../lib/action-context.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import {
  type Actor,
  accountOf,
  describeStanding,
  type GovernedCall,
  type Standing,
  standingOf,
  stepsOf,
} from "../lib/governed-call.ts";
import type { Outcome } from "../lib/outcome.ts";
import type { StepReport } from "../lib/sender.ts";

/** Roles that come and go with an office: an AccessManager opens a function to one role only. */
const COMPANIONS: Partial<Record<RoleName, readonly RoleName[]>> = {
  ISSUER: ["ASSET_LIFE"],
  REGISTRAR: ["LOCKER"],
};

export interface RoleChange {
  readonly standings: readonly Standing[];
  readonly steps: readonly StepReport[];
}

/** Announces or does what is due of these calls; sends nothing where somebody else has to. */
export async function changeRole(
  { accessManager }: Suite,
  actor: Actor,
  calls: readonly GovernedCall[],
): Promise<RoleChange> {
  const caller = await accountOf(actor);
  const standings: Standing[] = [];
  for (const call of calls) standings.push(await standingOf(accessManager, caller, call));

  return { standings, steps: "by" in actor ? [] : await actor.sender.run(standings.flatMap(stepsOf)) };
}

/** A call to the AccessManager that the role's own admin may make. */
export async function callOfRoleAdmin(
  { accessManager }: Suite,
  role: RoleName,
  title: string,
  data: string,
): Promise<GovernedCall> {
  const admin = await accessManager.getRoleAdmin(ROLES[role]);
  return { title, target: await accessManager.getAddress(), data, role: admin, roleName: roleName(admin) };
}

/** The role and what comes and goes with it. */
export function withCompanions(role: RoleName): RoleName[] {
  return [role, ...(COMPANIONS[role] ?? [])];
}

export function parseRole(text: string): RoleName {
  const role = roleNames().find((name) => name === text.toUpperCase());
  if (role !== undefined) return role;
  throw badInput(`there is no role "${text}"`, { todo: `use one of ${roleNames().join(", ")}` });
}

/** Who acts, by `--for`. */
export async function actorOf(context: ActionContext, forWhom: string): Promise<Actor> {
  return forWhom === "" ? { sender: await context.sender() } : { by: parseAddress(forWhom, "--for") };
}

export function report(context: ActionContext, actor: Actor, { standings, steps }: RoleChange): Outcome {
  if (standings.length === 0) return { data: { calls: [], steps }, text: "Nothing to do: it is as it should be." };

  const how = "by" in actor ? "for another" : context.dryRun ? "simulated" : "sent";
  const said = standings.map((standing) => describeStanding(standing, how));
  return {
    data: { calls: standings, steps },
    text: [...(steps.length === 0 ? [] : [describeSteps(steps)]), ...said].join("\n"),
  };
}
