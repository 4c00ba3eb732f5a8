import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import { type BytesLike, keccak256, type Provider } from "ethers";
import type { Artifact } from "hardhat/types/artifacts";
import { type AccessState, roleName } from "../../sdk/access/access-state.ts";
import { readAccess } from "../../sdk/access/read-access.ts";
import { parseAddress } from "../../sdk/address.ts";
import { type AddressBook, writeAddressBook } from "../../sdk/addresses.ts";
import type { Suite } from "../../sdk/connect.ts";
import { FACTORIES } from "../../sdk/contracts.ts";
import { badInput, ExitCode, MoietyError } from "../../sdk/errors.ts";
import { readImplementation } from "../../sdk/implementation.ts";
import { placeOf } from "../lib/access-place.ts";
import { type ReadArtifact, readLinks, runsCodeOf } from "../lib/compiled-code.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
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
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";
import { actorOf } from "../role/change-role.ts";
import { type CheckLayout, cannotTell } from "./upgrade/check-layout.ts";
import { planDeployment } from "./upgrade/plan-deployment.ts";

interface UpgradeArguments extends WritingArguments {
  readonly book: string;
  readonly implementation: string;
  readonly call: string;
  readonly for: string;
}

const BOOK = FACTORIES.ShareToken.createInterface();

export interface UpgradeTools {
  readonly suite: Suite;
  readonly book: AddressBook;
  readonly ethers: HardhatEthers;
  readonly state: AccessState;
  /** Deploys code, whoever announces it. */
  readonly sender: Sender;
  readonly actor: Actor;
  readonly checkLayout: CheckLayout;
  readonly readArtifact: ReadArtifact;
  readonly warn: (text: string) => void;
}

export interface UpgradeRequest {
  /** Name of the book. */
  readonly name: string;
  /** The code that is to run. */
  readonly artifact: Artifact;
  /** Where it is deployed already, if it is. */
  readonly implementation?: string | undefined;
  /** Called on the book with the new code, in the same transaction. */
  readonly call?: BytesLike | undefined;
}

export interface Upgrade {
  readonly standing: Standing;
  readonly implementation: string;
  /** Addresses of the libraries that the new code is linked to, by name. */
  readonly libraries: Readonly<Record<string, string>>;
  readonly steps: readonly StepReport[];
  /** Whether the new code runs now. */
  readonly isDone: boolean;
}

/**
 * Takes the next step towards new code behind a book: deploys and announces it, or, once that is due, does it. In between it says
 * from when on. What was announced is found again on the chain, so that nothing has to be remembered here.
 */
export async function upgradeBook(tools: UpgradeTools, request: UpgradeRequest): Promise<Upgrade> {
  const { suite, sender, actor, ethers } = tools;
  const proxy = proxyOf(tools.book, request.name);
  await refuseSameCode(tools, request, proxy);
  await refuseOtherLayout(tools, request.name);

  const by = await accountOf(actor);
  const deployed = (await announcedCode(tools, request, proxy, by)) ?? request.implementation;
  if (deployed !== undefined) await requireCode(tools, request, deployed);
  const deployment = deployed === undefined ? await planDeployment(tools, request) : undefined;
  const implementation = deployed ?? deployment?.address ?? "";
  const libraries = deployment?.libraries ?? readLinks(request.artifact, await ethers.provider.getCode(implementation));

  const standing = await standingOf(suite.accessManager, by, await callFor(suite, request, proxy, implementation));
  const steps = [
    ...(deployment?.steps ?? []),
    ...("by" in actor ? [] : stepsOf(standing).map((step) => ({ ...step, needsEarlier: deployment !== undefined }))),
  ];
  const reports = await sender.run(steps);
  const isDone = !sender.dryRun && (await readImplementation(ethers.provider, proxy)) === implementation;
  return { standing, implementation, libraries, steps: reports, isDone };
}

export default runAction<UpgradeArguments>("system.upgrade", async (context, args) => {
  const { hre } = context;
  const { connection } = await context.connect();
  const { suite, book } = await context.suite();
  proxyOf(book, args.book);
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const { ethers } = connection;

  const actor = await actorOf(context, args.for);
  const tools: UpgradeTools = {
    suite,
    book,
    ethers,
    actor,
    state: await readAccess(placeOf(suite.accessManager, book, ethers.provider)),
    sender: "by" in actor ? await context.sender() : actor.sender,
    checkLayout: cannotTell,
    readArtifact: (name) => hre.artifacts.readArtifact(name),
    warn: (text) => context.warn(text),
  };
  const upgrade = await upgradeBook(tools, {
    name: args.book,
    artifact: await hre.artifacts.readArtifact(args.book),
    implementation: args.implementation === "" ? undefined : parseAddress(args.implementation, "--implementation"),
    call: args.call,
  });
  if (upgrade.isDone) await recordUpgrade(book, args.book, upgrade, ethers.provider);
  return report(upgrade, "by" in actor ? "for another" : context.dryRun ? "simulated" : "sent");
});

/** The address book follows, so that `system status` knows what ought to run. */
export async function recordUpgrade(
  book: AddressBook,
  name: string,
  { implementation, libraries, steps }: Upgrade,
  provider: Provider,
  folder?: string,
): Promise<AddressBook> {
  const deployedAtBlock = steps.at(-1)?.block ?? (await provider.getBlockNumber());
  const fresh = Object.entries({ ...libraries, [`${name}Code`]: implementation }).filter(
    ([each, address]) => book.contracts[each]?.address !== address,
  );
  const entries = fresh.map(async ([each, address]) => {
    const runtimeCodeHash = keccak256(await provider.getCode(address));
    return [each, { address, deployedAtBlock, runtimeCodeHash }] as const;
  });
  const after = { ...book, contracts: { ...book.contracts, ...Object.fromEntries(await Promise.all(entries)) } };
  await writeAddressBook(after, folder);
  return after;
}

function report(
  { standing, implementation, libraries, steps, isDone }: Upgrade,
  how: "sent" | "simulated" | "for another",
): Outcome {
  const where = `The new code is at ${implementation}${how === "simulated" ? ", or would be" : ""}.`;
  const text = [...(steps.length === 0 ? [] : [describeSteps(steps)]), where, describeStanding(standing, how)].join(
    "\n",
  );
  return { data: { ...standing, implementation, libraries, steps, isDone }, text };
}

/** Books are those contracts whose code stands in the address book by itself. */
function proxyOf({ contracts }: AddressBook, name: string): string {
  const entry = contracts[name];
  if (entry !== undefined && contracts[`${name}Code`] !== undefined) return entry.address;

  const books = Object.keys(contracts)
    .filter((each) => contracts[`${each}Code`] !== undefined)
    .toSorted();
  throw badInput(`${name} is no book`, {
    why: "only books can be upgraded; a desk is replaced by granting its role to a new one",
    todo: `use one of ${books.join(", ")}`,
  });
}

async function refuseSameCode(tools: UpgradeTools, { name, artifact }: UpgradeRequest, proxy: string): Promise<void> {
  const { provider } = tools.ethers;
  const current = await readImplementation(provider, proxy);
  if (current === undefined || !(await runsCodeOf(artifact, current, provider, tools.readArtifact))) return;
  throw badInput(`${name} runs this code already`, {
    where: current,
    todo: "check out the version that is to run",
    notDone: "nothing was sent",
  });
}

async function refuseOtherLayout({ checkLayout, warn }: UpgradeTools, name: string): Promise<void> {
  const details = await checkLayout(name);
  if (details === undefined) {
    warn(
      `nobody compared the storage of the new ${name} with that of the old: see to the layout snapshots first (I-16)`,
    );
  } else if (details.length > 0) {
    throw new MoietyError({
      what: `the new ${name} would read the old one's storage wrongly (I-16)`,
      details,
      notDone: "nothing was sent",
      exitCode: ExitCode.checkFailed,
    });
  }
}

/** The code that this account announced for the book; it has to be the one that is asked for. */
async function announcedCode(
  { state, ethers, readArtifact }: UpgradeTools,
  { artifact, name }: UpgradeRequest,
  proxy: string,
  by: string,
): Promise<string | undefined> {
  const { selector } = BOOK.getFunction("upgradeToAndCall");
  const codes = state.announced
    .filter(({ caller, target, data }) => caller === by && target === proxy && data.startsWith(selector))
    .map(({ data }) => String(BOOK.decodeFunctionData("upgradeToAndCall", data)[0]));
  for (const code of codes) if (await runsCodeOf(artifact, code, ethers.provider, readArtifact)) return code;

  if (codes.length === 0) return undefined;
  throw badInput(`another upgrade of ${name} is announced, to the code at ${codes.join(", ")}`, {
    todo: "check out its version to go on with it, or let the guardian call it off (`AccessManager.cancel`)",
    notDone: "nothing was sent",
  });
}

async function requireCode(
  { ethers, readArtifact }: UpgradeTools,
  { artifact, name }: UpgradeRequest,
  implementation: string,
): Promise<void> {
  if (await runsCodeOf(artifact, implementation, ethers.provider, readArtifact)) return;
  throw badInput(`the code at ${implementation} is not that of ${name} as compiled here`, {
    notDone: "nothing was sent",
  });
}

async function callFor(
  { accessManager }: Suite,
  { name, call = "0x" }: UpgradeRequest,
  proxy: string,
  implementation: string,
): Promise<GovernedCall> {
  const { selector } = BOOK.getFunction("upgradeToAndCall");
  const role = await accessManager.getTargetFunctionRole(proxy, selector);
  const data = BOOK.encodeFunctionData("upgradeToAndCall", [implementation, call]);
  const title = `put the code at ${implementation} behind ${name}`;
  return { title, target: proxy, data, role, roleName: roleName(role) };
}
