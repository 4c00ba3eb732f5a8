import { ROLES, type RoleName } from "../../ignition/roles.ts";
import type { AccessState } from "../../sdk/access/access-state.ts";
import { readAccess } from "../../sdk/access/read-access.ts";
import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { accessPlace } from "../lib/access-place.ts";
import type { WritingArguments } from "../lib/flags.ts";
import type { Actor } from "../lib/governed-call.ts";
import { runAction } from "../lib/run-action.ts";
import {
  actorOf,
  callOfRoleAdmin,
  changeRole,
  parseRole,
  type RoleChange,
  report,
  withCompanions,
} from "./change-role.ts";

interface RevokeArguments extends WritingArguments {
  readonly role: string;
  readonly account: string;
  readonly for: string;
}

export interface Revocation {
  readonly role: RoleName;
  readonly account: string;
}

/** Takes a role, with what goes with it. The last admin stays: nobody could appoint another one. */
export async function revokeRole(
  suite: Suite,
  state: AccessState,
  actor: Actor,
  { role, account }: Revocation,
): Promise<RoleChange> {
  const membersOf = (name: RoleName) => state.members.filter((each) => each.role === ROLES[name]);
  const others = membersOf(role).filter((each) => each.account !== account && each.since <= state.readAt);
  if (role === "ADMIN" && others.length === 0) {
    throw badInput("the last admin cannot be dismissed: nobody could ever give or take a role again", {
      todo: "grant ADMIN to somebody else first",
      notDone: "nothing was sent",
    });
  }

  const held = withCompanions(role).filter((name) => membersOf(name).some((each) => each.account === account));
  const calls = held.map((name) => {
    const data = suite.accessManager.interface.encodeFunctionData("revokeRole", [ROLES[name], account]);
    return callOfRoleAdmin(suite, name, `take ${name} from ${account}`, data);
  });
  return changeRole(suite, actor, await Promise.all(calls));
}

export default runAction<RevokeArguments>("role.revoke", async (context, args) => {
  const actor = await actorOf(context, args.for);
  const revocation = { role: parseRole(args.role), account: parseAddress(args.account, "account") };
  const { suite } = await context.suite();
  const state = await readAccess(await accessPlace(context));
  return report(context, actor, await revokeRole(suite, state, actor, revocation));
});
