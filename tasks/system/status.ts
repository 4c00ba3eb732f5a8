import { keccak256, type Provider, ZeroAddress } from "ethers";
import { ROLES } from "../../ignition/roles.ts";
import { roleNames } from "../../ignition/selectors.ts";
import type { AddressBook } from "../../sdk/addresses.ts";
import type { Suite } from "../../sdk/connect.ts";
import { ExitCode } from "../../sdk/errors.ts";
import { readImplementation } from "../../sdk/implementation.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

interface Check {
  readonly name: string;
  readonly address: string;
  readonly problem: string | null;
}

/** Compares the chain with the address book and lists who has which role. */
export async function inspectSystem(suite: Suite, book: AddressBook, provider: Provider) {
  const checks = await Promise.all(Object.keys(book.contracts).map((name) => checkContract(name, book, provider)));
  const roles = await listRoles(suite, book, provider);

  return { paused: await suite.shareToken.paused(), checks, roles };
}

export default runAction<CommonArguments>("system.status", async (context) => {
  const { connection } = await context.connect();
  const { suite, book } = await context.suite();

  return report(await inspectSystem(suite, book, connection.ethers.provider));
});

function report(status: Awaited<ReturnType<typeof inspectSystem>>): Outcome {
  const wrong = status.checks.filter((check) => check.problem !== null);
  const text = [
    table(
      ["Contract", "Address", "Code"],
      status.checks.map(({ name, address, problem }) => [name, address, problem ?? "as deployed"]),
    ),
    table(
      ["Role", "Account", "Delay"],
      status.roles.map(({ role, account, delaySeconds }) => [role, account, `${delaySeconds} s`]),
    ),
    `The register is ${status.paused ? "paused" : "not paused"}.`,
  ].join("\n");
  if (wrong.length === 0) return { data: status, text };

  const details = wrong.map(({ name, address, problem }) => `${name} at ${address}: ${problem}`);
  const exitCode = ExitCode.checkFailed;
  return { data: status, text, exitCode, error: { what: "the chain is not as it was deployed", details, exitCode } };
}

/** Whether the contract at an address is the one that was deployed there. */
export async function checkContract(name: string, book: AddressBook, provider: Provider): Promise<Check> {
  const entry = book.contracts[name];
  if (entry === undefined) throw new RangeError(`${name} is not in the book`);
  const { address, runtimeCodeHash } = entry;

  const code = await provider.getCode(address);
  if (code === "0x") return { name, address, problem: "there is no code" };
  if (keccak256(code) !== runtimeCodeHash) return { name, address, problem: "the code is another" };

  const expected = book.contracts[`${name}Code`]?.address;
  if (expected === undefined) return { name, address, problem: null };
  const actual = (await readImplementation(provider, address)) ?? ZeroAddress;
  return {
    name,
    address,
    problem: actual === expected ? null : `it runs the code at ${actual}, not that at ${expected}`,
  };
}

/** Members of every role, from the manager's events and confirmed by its state. */
export async function listRoles({ accessManager }: Suite, book: AddressBook, provider: Provider) {
  const granted = await accessManager.queryFilter(accessManager.filters.RoleGranted(), book.deployedAtBlock);
  const members = new Set(granted.map(({ args }) => `${args.roleId}/${args.account}`));
  const { timestamp } = (await provider.getBlock("latest")) ?? { timestamp: 0 };

  const rows = await Promise.all(
    [...members].map(async (member) => {
      const [roleId = "", account = ""] = member.split("/");
      const { since, currentDelay } = await accessManager.getAccess(roleId, account);
      const role = roleNames().find((name) => ROLES[name] === BigInt(roleId)) ?? roleId;
      const active = since !== 0n && since <= BigInt(timestamp);
      return since === 0n ? [] : [{ role, account, delaySeconds: currentDelay, active }];
    }),
  );
  return rows.flat();
}
