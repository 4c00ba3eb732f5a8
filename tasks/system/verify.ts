import { type VerifyContractArgs, verifyContract } from "@nomicfoundation/hardhat-verify/verify";
import { getVerificationInformation } from "@nomicfoundation/ignition-core";
import type { AddressBook } from "../../sdk/addresses.ts";
import { badInput, ExitCode } from "../../sdk/errors.ts";
import { LOCAL_CHAIN_ID } from "../../sdk/local-chain.ts";
import type { CommonArguments } from "../lib/flags.ts";
import { journalFolder } from "../lib/journal.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

const EXPLORERS = ["etherscan", "blockscout", "sourcify"] as const;
type Explorer = (typeof EXPLORERS)[number];

/** What became of one contract on one explorer. */
export interface Verified {
  readonly name: string;
  readonly address: string;
  readonly explorer: Explorer | null;
  readonly isVerified: boolean;
  readonly said: string;
}

/** Sends one contract's sources to one explorer and throws if that does not take them. */
export type Publish = (request: VerifyContractArgs) => Promise<unknown>;

/**
 * Publishes the sources of every contract of the address book. How each was constructed, Ignition's journal knows: a proxy, for
 * example, from its implementation and the initialising call. One that fails does not keep the others from being tried.
 */
export async function verifyDeployment(
  book: AddressBook,
  journal: string,
  explorers: readonly Explorer[],
  publish: Publish,
): Promise<Verified[]> {
  const made = await readMade(journal);
  const verified: Verified[] = [];

  for (const [name, { address }] of Object.entries(book.contracts)) {
    const request = made.get(address.toLowerCase());
    if (request === undefined) {
      verified.push({
        name,
        address,
        explorer: null,
        isVerified: false,
        said: `${journal} does not say how it was made`,
      });
      continue;
    }
    for (const explorer of explorers) {
      const failure = await publish({ ...request, provider: explorer }).then(() => undefined, messageOf);
      verified.push({ name, address, explorer, isVerified: failure === undefined, said: failure ?? "verified" });
    }
  }
  return verified;
}

export default runAction<CommonArguments>("system.verify", async (context) => {
  const { hre } = context;
  const { chainId } = await context.connect();
  if (chainId === LOCAL_CHAIN_ID)
    throw badInput(`there is no explorer for chain ${chainId}`, { todo: "name a testnet" });
  const { book } = await context.suite();
  const explorers = EXPLORERS.filter((explorer) => hre.config.verify[explorer].enabled);
  if (explorers.length === 0) throw badInput("no explorer is enabled", { where: "hardhat.config.ts, verify" });

  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const publish = (request: VerifyContractArgs) =>
    speakingTo(
      (text) => context.note(text),
      () => verifyContract(request, hre),
    );
  return report(await verifyDeployment(book, journalFolder(hre, chainId), explorers, publish));
});

/** What Ignition made, by address. */
async function readMade(journal: string): Promise<Map<string, VerifyContractArgs>> {
  const made = new Map<string, VerifyContractArgs>();
  for await (const info of getVerificationInformation(journal)) {
    if (typeof info !== "string") made.set(info.address.toLowerCase(), toRequest(info));
  }
  return made;
}

type Info = Exclude<
  Awaited<ReturnType<ReturnType<typeof getVerificationInformation>["next"]>>["value"],
  string | undefined
>;

function toRequest({ address, contract, constructorArgs, libraries, creationTxHash }: Info): VerifyContractArgs {
  return { address, contract, constructorArgs, libraries, ...(creationTxHash === undefined ? {} : { creationTxHash }) };
}

/** The plugin speaks to the console only, and stdout belongs to our one result. */
async function speakingTo<T>(note: (text: string) => void, work: () => Promise<T>): Promise<T> {
  const { log } = console;
  console.log = (text: unknown) => note(String(text));
  try {
    return await work();
  } finally {
    console.log = log;
  }
}

function report(verified: readonly Verified[]): Outcome {
  const failed = verified.filter(({ isVerified }) => !isVerified);
  const rows = verified.map(({ name, address, explorer, said }) => [name, address, explorer ?? "", said]);
  const outcome = { data: { verified }, text: table(["Contract", "Address", "Explorer", "Result"], rows) };
  if (failed.length === 0) return outcome;

  const what = `${failed.length} of ${verified.length} verifications failed`;
  const exitCode = ExitCode.partly;
  return { ...outcome, exitCode, error: { what, todo: "run it again: what is verified is left alone", exitCode } };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replaceAll(/\s+/g, " ") : String(error);
}
