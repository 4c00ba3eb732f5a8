import type { Provider } from "ethers";
import { ROLES, type RoleName, UPGRADE_DELAY } from "../../ignition/roles.ts";
import { DESK_ROLES } from "../../sdk/access/find-paths.ts";
import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import type { WritingArguments } from "../lib/flags.ts";
import type { Actor, GovernedCall } from "../lib/governed-call.ts";
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

interface GrantArguments extends WritingArguments {
  readonly role: string;
  readonly account: string;
  readonly delay: string;
  readonly for: string;
}

export interface Grant {
  readonly role: RoleName;
  readonly account: string;
  /** The role's own default, if not given. */
  readonly delaySeconds?: bigint | undefined;
}

/** Roles that reach new code, and therefore have to announce what they do (D8). */
const ANNOUNCING: ReadonlySet<RoleName> = new Set<RoleName>(["ADMIN", "UPGRADER"]);
const DESKS: ReadonlySet<RoleName> = new Set<RoleName>(DESK_ROLES);

/** Gives a role, with what goes with it. Whoever has it already with this delay is left alone. */
export async function grantRole(suite: Suite, provider: Provider, actor: Actor, grant: Grant): Promise<RoleChange> {
  const { role, account } = grant;
  const delay = grant.delaySeconds ?? (ANNOUNCING.has(role) ? UPGRADE_DELAY : 0n);
  if (ANNOUNCING.has(role) && delay < UPGRADE_DELAY) {
    throw badInput(`${role} with a delay of ${delay} seconds could put new code in place without two days' notice`, {
      todo: `leave --delay out, or give at least ${UPGRADE_DELAY}`,
      notDone: "nothing was sent",
    });
  }
  if (DESKS.has(role) && (await provider.getCode(account)) === "0x") {
    throw badInput(`${role} is for a contract, and there is no code at ${account}`, { notDone: "nothing was sent" });
  }

  const calls = await Promise.all(withCompanions(role).map((each) => callFor(suite, each, account, delay)));
  return changeRole(
    suite,
    actor,
    calls.filter((call) => call !== undefined),
  );
}

export default runAction<GrantArguments>("role.grant", async (context, args) => {
  const actor = await actorOf(context, args.for);
  const grant = {
    role: parseRole(args.role),
    account: parseAddress(args.account, "account"),
    delaySeconds: args.delay === "" ? undefined : parseSeconds(args.delay),
  };
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  return report(context, actor, await grantRole(suite, connection.ethers.provider, actor, grant));
});

async function callFor(
  suite: Suite,
  role: RoleName,
  account: string,
  delay: bigint,
): Promise<GovernedCall | undefined> {
  const { since, currentDelay, pendingDelay, effect } = await suite.accessManager.getAccess(ROLES[role], account);
  const isThere = since !== 0n && (effect === 0n ? currentDelay : pendingDelay) === delay;
  if (isThere) return undefined;

  const data = suite.accessManager.interface.encodeFunctionData("grantRole", [ROLES[role], account, delay]);
  const after = delay === 0n ? "" : ` with a delay of ${delay} seconds`;
  return callOfRoleAdmin(suite, role, `give ${role} to ${account}${after}`, data);
}

/** The AccessManager counts in 32 bits. */
function parseSeconds(text: string): bigint {
  if (/^[0-9]{1,9}$/.test(text)) return BigInt(text);
  throw badInput(`"${text}" is not a number of seconds`, { where: "--delay", todo: "write two days as 172800" });
}
