import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { formatEther, type Provider } from "ethers";
import { MATRIX, OFFICES, UPGRADE_DELAY } from "../../../ignition/roles.ts";
import { describeCall } from "../../../sdk/access/describe-call.ts";
import { findPaths, type Path } from "../../../sdk/access/find-paths.ts";
import { readAccess } from "../../../sdk/access/read-access.ts";
import type { AddressBook } from "../../../sdk/addresses.ts";
import type { Suite } from "../../../sdk/connect.ts";
import { LOCAL_CHAIN_ID } from "../../../sdk/local-chain.ts";
import { formatTime } from "../../../sdk/time.ts";
import { placeOf } from "../../lib/access-place.ts";
import { listRoles } from "../status.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** What a day of work may need: a hundred transactions of 200,000 gas. */
const DAYS_GAS = 20_000_000n;

interface Place {
  readonly suite: Suite;
  readonly book: AddressBook;
  readonly provider: Provider;
  readonly signers: readonly HardhatEthersSigner[];
}

/** Whether those who have to act can: roles, delays, pauses, and ether for gas. */
export async function checkAccounts({ suite, book, provider, signers }: Place): Promise<Finding[]> {
  const roles = await listRoles(suite, book, provider);
  const holders = new Set(roles.map(({ account }) => account));
  // Others of the network's accounts are not expected to send anything.
  const senders = signers.filter(({ address }, place) => place === 0 || holders.has(address));

  return [
    ...checkRoles(roles, book),
    ...(await checkWays(suite, book, provider)),
    ...(await checkDisputes(suite)),
    ...(await checkPauses(suite, book)),
    ...(await checkBalances(
      senders.map(({ address }) => address),
      provider,
    )),
  ];
}

type Role = Awaited<ReturnType<typeof listRoles>>[number];

function checkRoles(roles: readonly Role[], { chainId, deployer }: AddressBook): Finding[] {
  const active = roles.filter((role) => role.active);
  const vacant = OFFICES.filter((office) => !active.some(({ role }) => role === office)).map((office) =>
    warning("Roles", `nobody is ${office}`, "let the admin grant it (`AccessManager.grantRole`)"),
  );
  const hasty = active
    .filter(({ role, delaySeconds }) => role === "UPGRADER" && delaySeconds < UPGRADE_DELAY)
    .map(({ account }) =>
      problem("Roles", `${account} may put new code in place without two days' notice`, "let the admin take it back"),
    );
  const stays = BigInt(chainId) !== LOCAL_CHAIN_ID && active.some(({ role, account }) => isAdmin(role, account));
  const todo = "let it grant ADMIN to a multisig and renounce (docs/guides/deploy.md)";
  const found = [...vacant, ...hasty, ...(stays ? [warning("Roles", "the deployer is still the admin", todo)] : [])];
  return found.length > 0 ? found : [ok("Roles", "every office has somebody, and new code takes two days")];

  function isAdmin(role: string, account: string): boolean {
    return role === "ADMIN" && account === deployer;
  }
}

/** How soon any key reaches new code or the power of a desk. On a local chain nobody waits for anything, on purpose. */
async function checkWays({ accessManager }: Suite, book: AddressBook, provider: Provider): Promise<Finding[]> {
  const state = await readAccess(placeOf(accessManager, book, provider));
  const announced = state.announced.map(({ data, caller, readyAt }) => {
    const todo = "make sure that it is wanted, or call it off before (`AccessManager.cancel`)";
    return warning("Announced", `${describeCall(data)} by ${caller}, to be done from ${formatTime(readyAt)} on`, todo);
  });
  if (BigInt(book.chainId) === LOCAL_CHAIN_ID) return announced;
  return [...announced, judgeWay(findPaths(state)[0])];
}

/** The shortest way of all. */
export function judgeWay(path: Path | undefined): Finding {
  if (path === undefined) return ok("Ways to power", "no key leads to new code or to the power of a desk");
  const { key, goal, seconds, steps } = path;
  const way = steps.map(({ title }) => title).join(", then ") || "it has it";
  const said = `the shortest takes ${seconds} s: ${key} gets ${goal} (${way})`;
  if (seconds >= UPGRADE_DELAY) return ok("Ways to power", said);
  return problem(
    "Ways to power",
    said,
    "let the admin take back what makes it so short (`role list`, docs/security.md)",
  );
}

/** Whether a proof against a chunk stops the desk at once, as everybody who trades there counts on. */
async function checkDisputes({ accessManager, settlementDesk, settlementDisputes }: Suite): Promise<Finding[]> {
  const [judge, desk, judged] = await Promise.all([
    settlementDisputes.getAddress(),
    settlementDesk.getAddress(),
    settlementDisputes.desk(),
  ]);
  const { selector } = settlementDesk.getFunction("pause").fragment;
  const { immediate } = await accessManager.canCall(judge, desk, selector);
  const another = problem(
    "Disputes",
    `SettlementDisputes judges another desk, ${judged}: no proof stops this one`,
    "deploy one for this desk, and let the admin make it a guardian (docs/security.md)",
  );
  const powerless = problem(
    "Disputes",
    "SettlementDisputes may not pause the settlement desk at once: whoever proves a chunk wrong stops nothing",
    "let the admin make it a guardian again, without delay (`role grant`)",
  );
  const found = [...(judged === desk ? [] : [another]), ...(immediate ? [] : [powerless])];
  return found.length > 0 ? found : [ok("Disputes", "a proof against a chunk pauses the settlement desk at once")];
}

async function checkPauses(
  { shareToken, settlementDesk, accessManager }: Suite,
  book: AddressBook,
): Promise<Finding[]> {
  const paused = (await shareToken.paused())
    ? [
        warning(
          "Pauses",
          "the register is paused: no share moves",
          "let the guardian unpause it once the cause is gone",
        ),
      ]
    : [];
  const closed = await Promise.all(
    Object.keys(MATRIX).map(async (name) => {
      const address = book.contracts[name]?.address;
      const isClosed = address !== undefined && (await accessManager.isTargetClosed(address));
      return isClosed ? [warning("Pauses", `${name} is closed to every role`, "let the admin open it again")] : [];
    }),
  );
  const stopped = (await settlementDesk.isPaused())
    ? [
        warning(
          "Pauses",
          "the settlement desk is paused: nothing settles there",
          "find out why (`settle verify --on-chain`), and let the admin resume it once the cause is gone",
        ),
      ]
    : [];
  const found = [...paused, ...stopped, ...closed.flat()];
  return found.length > 0 ? found : [ok("Pauses", "nothing is paused or closed")];
}

async function checkBalances(senders: readonly string[], provider: Provider): Promise<Finding[]> {
  if (senders.length === 0) {
    return [warning("Balances", "this network has no account to send with", "set DEPLOYER_KEY in the keystore")];
  }
  const { maxFeePerGas, gasPrice } = await provider.getFeeData();
  const needed = DAYS_GAS * (maxFeePerGas ?? gasPrice ?? 0n);

  const found = await Promise.all(
    senders.map(async (sender) => {
      const balance = await provider.getBalance(sender);
      if (balance >= needed && balance > 0n) return [];
      const said = `${sender} has ${formatEther(balance)} ether`;
      const todo = `send it ether: a hundred transactions may take ${formatEther(needed)}`;
      return [balance === 0n ? problem("Balances", said, todo) : warning("Balances", said, todo)];
    }),
  );
  const low = found.flat();
  return low.length > 0 ? low : [ok("Balances", `enough for a day's transactions: ${senders.join(", ")}`)];
}
