import { type Provider, ZeroAddress } from "ethers";
import { ROLES } from "../../ignition/roles.ts";
import { contractNames, INTERFACES, roleNames } from "../../ignition/selectors.ts";
import type { AccessManager } from "../../typechain-types/index.ts";
import { FACTORIES } from "../contracts.ts";
import { readImplementation } from "../implementation.ts";
import { inPages } from "../in-pages.ts";
import { readLogs } from "../read-logs.ts";
import type { AccessState, Announcement, Delay, Membership, RoleRights, TargetRights } from "./access-state.ts";

const PAGE = 20;

export interface AccessPlace {
  readonly accessManager: AccessManager;
  /** Addresses of the contracts by name; those that are not governed are not looked at. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly provider: Provider;
  readonly fromBlock: number;
}

/** Reads who may do what, and when. What the AccessManager does not tell (pending delays, members) its events do. */
export async function readAccess(place: AccessPlace): Promise<AccessState> {
  const { accessManager, provider } = place;
  const latest = await provider.getBlock("latest");
  const history = await readHistory(place, latest?.number ?? 0);

  const known = roleNames().map((name) => ROLES[name]);
  const roleIds = [...new Set([...known, ...history.roles])];
  const names = contractNames().filter((name) => place.addresses[name] !== undefined);
  return {
    manager: await accessManager.getAddress(),
    readAt: BigInt(latest?.timestamp ?? 0),
    minSetback: await accessManager.minSetback(),
    members: (await inPages([...history.members.values()], PAGE, (each) => readMembership(place, each))).flat(),
    roles: await inPages(roleIds, PAGE, (id) => readRole(place, history, id)),
    targets: await inPages(names, PAGE, (name) => readTarget(place, history, name)),
    announced: (await inPages([...history.announced.values()], PAGE, (each) => readAnnouncement(place, each))).flat(),
  };
}

interface Change {
  readonly value: bigint;
  readonly effect: bigint;
}

/** What was ever said; whether it still holds, the state says. */
interface History {
  readonly roles: Set<bigint>;
  readonly members: Map<string, { readonly role: bigint; readonly account: string }>;
  readonly grantDelays: Map<bigint, Change>;
  readonly adminDelays: Map<string, Change>;
  readonly announced: Map<string, Omit<Announcement, "readyAt">>;
}

async function readHistory({ accessManager, provider, fromBlock }: AccessPlace, toBlock: number): Promise<History> {
  const address = await accessManager.getAddress();
  const logs = await readLogs(
    (from, to) => provider.getLogs({ address, fromBlock: from, toBlock: to }),
    fromBlock,
    toBlock,
  );
  const history: History = {
    roles: new Set(),
    members: new Map(),
    grantDelays: new Map(),
    adminDelays: new Map(),
    announced: new Map(),
  };

  const contract = FACTORIES.AccessManager.createInterface();
  for (const log of logs) {
    const event = contract.parseLog(log);
    if (event !== null) note(history, event.name, event.args.toObject());
  }
  return history;
}

function note(history: History, event: string, args: Record<string, unknown>): void {
  const { roleId, account, target, delay, since, operationId, caller, data } = args;
  if (typeof roleId === "bigint") history.roles.add(roleId);

  if (event === "RoleGranted" && typeof roleId === "bigint") {
    history.members.set(`${roleId}/${account}`, { role: roleId, account: String(account) });
  } else if (event === "RoleGrantDelayChanged" && typeof roleId === "bigint") {
    history.grantDelays.set(roleId, { value: BigInt(String(delay)), effect: BigInt(String(since)) });
  } else if (event === "TargetAdminDelayUpdated") {
    history.adminDelays.set(String(target), { value: BigInt(String(delay)), effect: BigInt(String(since)) });
  } else if (event === "OperationScheduled") {
    const operation = String(operationId);
    history.announced.set(operation, { operation, caller: String(caller), target: String(target), data: String(data) });
  }
}

async function readMembership(
  { accessManager }: AccessPlace,
  { role, account }: { readonly role: bigint; readonly account: string },
): Promise<Membership[]> {
  const { since, currentDelay, pendingDelay, effect } = await accessManager.getAccess(role, account);
  if (since === 0n) return [];
  const delay = { current: currentDelay, pending: effect === 0n ? currentDelay : pendingDelay, effect };
  return [{ role, account, since, delay }];
}

async function readRole({ accessManager }: AccessPlace, { grantDelays }: History, id: bigint): Promise<RoleRights> {
  const [admin, guardian, current] = await Promise.all([
    accessManager.getRoleAdmin(id),
    accessManager.getRoleGuardian(id),
    accessManager.getRoleGrantDelay(id),
  ]);
  return { id, admin, guardian, grantDelay: withChange(current, grantDelays.get(id)) };
}

async function readTarget(
  { accessManager, addresses, provider }: AccessPlace,
  { adminDelays }: History,
  name: ReturnType<typeof contractNames>[number],
): Promise<TargetRights> {
  const address = addresses[name] ?? "";
  const contract = FACTORIES[name].connect(address, provider);
  const changing = INTERFACES[name].fragments
    .filter((fragment) => fragment.type === "function")
    .map((fragment) => INTERFACES[name].getFunction(fragment.format()))
    .filter((fragment) => fragment !== null)
    .filter((fragment) => !fragment.constant);

  return {
    name,
    address,
    // A contract without restricted functions obeys nobody.
    authority: "authority" in contract ? await contract.authority() : ZeroAddress,
    isClosed: await accessManager.isTargetClosed(address),
    adminDelay: withChange(await accessManager.getTargetAdminDelay(address), adminDelays.get(address)),
    isBook: (await readImplementation(provider, address)) !== undefined,
    functions: await inPages(changing, PAGE, async (fragment) => ({
      name: fragment.name,
      selector: fragment.selector,
      role: await accessManager.getTargetFunctionRole(address, fragment.selector),
    })),
  };
}

async function readAnnouncement(
  { accessManager }: AccessPlace,
  announced: Omit<Announcement, "readyAt">,
): Promise<Announcement[]> {
  const readyAt = await accessManager.getSchedule(announced.operation);
  return readyAt === 0n ? [] : [{ ...announced, readyAt }];
}

/** The last change is the one that counts: a new one replaces one that has not taken effect. */
function withChange(current: bigint, change: Change | undefined): Delay {
  return { current, pending: change?.value ?? current, effect: change?.effect ?? 0n };
}
