import { ZeroHash } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { parseDelimiter } from "../../sdk/csv.ts";
import { badInput } from "../../sdk/errors.ts";
import { type InvestorRow, investorIdOf, readInvestorFile } from "../../sdk/investor-file.ts";
import { decodeRevert } from "../../sdk/revert.ts";
import { formatTime } from "../../sdk/time.ts";
import { chunk } from "../lib/chunk.ts";
import { describeRun, describeSteps } from "../lib/describe-steps.ts";
import type { RunArguments, WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Work } from "../lib/run-book.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";

interface OnboardArguments extends WritingArguments, RunArguments {
  readonly file: string;
  readonly delimiter: string;
  readonly batchSize: number;
}

interface Line {
  readonly line: number;
  readonly row: InvestorRow;
}

export interface OnboardOptions {
  readonly salt: string;
  readonly batchSize: number;
  readonly warn: (text: string) => void;
}

export interface Onboarding {
  readonly registered: number;
  /** References that were registered before. */
  readonly skipped: readonly string[];
  readonly steps: readonly StepReport[];
}

/** What one page of `profilesOf` asks for. */
const READ_PAGE = 500;

/** Registers who is not registered yet. Whoever is already, is left as he is; differences are said. */
export async function onboardInvestors(
  suite: Suite,
  sender: Sender,
  lines: readonly Line[],
  { salt, batchSize, warn }: OnboardOptions,
): Promise<Onboarding> {
  const known = await readProfiles(suite, lines);
  const taken = lines.filter(
    (each, place) => known[place]?.investor !== ZeroHash && known[place]?.investor !== idOf(each, salt),
  );
  if (taken.length > 0) {
    throw badInput(
      `${taken.length} ${taken.length === 1 ? "wallet belongs" : "wallets belong"} to somebody else already`,
      {
        details: taken.map(({ line, row }) => `line ${line}, address: ${row.address}`),
        notDone: "nothing was sent",
      },
    );
  }

  const isNew = (_each: Line, place: number): boolean => known[place]?.investor === ZeroHash;
  const skipped = lines.filter((each, place) => !isNew(each, place));
  for (const [place, each] of lines.entries()) warnOfDifferences(each, known[place], warn);
  const pages = chunk(lines.filter(isNew), batchSize);

  const steps = await sender
    .run(
      pages.map((page) => register(suite, page, salt)),
      await workOf(suite, lines, salt),
    )
    .catch((error: unknown) => {
      throw nameInvestor(suite, lines, salt, error);
    });
  return { registered: lines.length - skipped.length, skipped: skipped.map(({ row }) => row.reference), steps };
}

export default runAction<OnboardArguments>("investor.onboard", async (context, { file, delimiter, batchSize }) => {
  if (batchSize < 1) throw badInput("a batch has to have at least one investor", { where: "--batch-size" });
  const { rows, notes } = await readInvestorFile(file, parseDelimiter(delimiter));
  for (const note of notes) context.warn(note);
  const { suite } = await context.suite();

  const warn = (text: string) => context.warn(text);
  const sender = await context.sender();
  const result = await onboardInvestors(suite, sender, rows, {
    salt: await context.investorSalt(),
    batchSize,
    warn,
  });
  const did = context.dryRun ? "would be registered" : "registered";
  const said = `${result.registered} investors ${did}, ${result.skipped.length} were registered before.`;
  const text = `${describeSteps(result.steps, "Nothing to do.")}\n${said}${describeRun(sender)}`;
  return { data: { runId: sender.runId, ...result }, text };
});

async function readProfiles({ investorRegistry }: Suite, lines: readonly Line[]) {
  const pages = chunk(lines, READ_PAGE).map((page) => investorRegistry.profilesOf(page.map(({ row }) => row.address)));
  return (await Promise.all(pages)).flat();
}

function register({ investorRegistry }: Suite, page: readonly Line[], salt: string): Step {
  const profiles = page.map((each) => ({
    investor: idOf(each, salt),
    country: each.row.country,
    classes: each.row.class,
    flags: 0,
    verifiedUntil: each.row.verifiedUntil,
  }));
  const wallets = page.map(({ row }) => row.address);
  const rows = page.map(({ line, row }) => ({ row: `line ${line}`, account: row.address }));
  return {
    rows,
    title: `register ${page.length} investors, lines ${page[0]?.line} to ${page.at(-1)?.line}`,
    transaction: () => investorRegistry.registerMany.populateTransaction(profiles, wallets),
  };
}

/** The same investors are the same work, in whatever order. Their references stay out: on the chain, too, there are only ids. */
async function workOf({ investorRegistry }: Suite, lines: readonly Line[], salt: string): Promise<Work> {
  const investors = lines.map((each) => ({
    investor: idOf(each, salt),
    account: each.row.address,
    country: each.row.country,
    classes: each.row.class,
    verifiedUntil: each.row.verifiedUntil,
  }));
  return {
    task: "investor.onboard",
    input: { investors: investors.toSorted((one, other) => (one.account < other.account ? -1 : 1)) },
    contracts: [await investorRegistry.getAddress()],
  };
}

type Profile = Awaited<ReturnType<typeof readProfiles>>[number];

function warnOfDifferences({ line, row }: Line, profile: Profile | undefined, warn: (text: string) => void): void {
  if (profile === undefined || profile.investor === ZeroHash) return;
  const differences = [
    ...(profile.country === BigInt(row.country) ? [] : [`country ${profile.country}`]),
    ...(profile.classes === BigInt(row.class) ? [] : [`classes ${profile.classes}`]),
    ...(profile.verifiedUntil === row.verifiedUntil ? [] : [`verified until ${formatTime(profile.verifiedUntil)}`]),
  ];
  if (differences.length > 0)
    warn(`line ${line}: ${row.reference} stays as registered, with ${differences.join(", ")}`);
}

/** The chain knows ids only; the operator knows references and lines. */
function nameInvestor({ investorRegistry }: Suite, lines: readonly Line[], salt: string, error: unknown): unknown {
  const revert = decodeRevert(error instanceof Error ? (error.cause ?? error) : error, [investorRegistry.interface]);
  if (revert?.name !== "InvestorRegistryInvestorExists") return error;

  const found = lines.find((each) => idOf(each, salt) === revert.args["investor"]);
  if (found === undefined) return error;
  return badInput(`${found.row.reference} is registered already, with another wallet`, {
    where: `line ${found.line}, reference`,
    todo: "give a known investor another wallet by `addWallet`, not by registering him again",
    notDone: "nothing of this page was sent",
  });
}

function idOf({ row }: Line, salt: string): string {
  return investorIdOf(row.reference, salt);
}
