import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Provider } from "ethers";
import { type Allocation, allocate, buildIncomeList, ExecutorInputError, packHolders } from "../../executor/index.ts";
import type { Suite } from "../connect.ts";
import { badInput } from "../errors.ts";
import { hashFile } from "../hash-file.ts";
import { PLAN_FILE } from "../journal/run-folder.ts";
import { writeWhole } from "../journal/write-whole.ts";
import type { Party } from "../party.ts";
import type { EscrowShare, ExcludedAccount } from "./account-files.ts";
import { requireAllowedCurrency } from "./distributions.ts";
import {
  formatIncomePlan,
  INCOME_PLAN_SCHEMA,
  type IncomePlace,
  type IncomeTerms,
  planIdOf,
  saltOf,
} from "./income-plan.ts";
import {
  type Lines,
  readParties,
  requireFittingAccounts,
  requireKnownAccounts,
  requirePeople,
} from "./judge-accounts.ts";
import {
  HOLDERS_FILE,
  PART_FILE,
  PROOFS_FILE,
  readIncomePlan,
  requireWholePlan,
  type WrittenPlan,
} from "./plan-folder.ts";
import { type HolderSource, type RecordReading, readRecordHolders } from "./record-holders.ts";
import { isExpired, rateBpsOf } from "./withholding.ts";
import { writeHolders } from "./write-holders.ts";

export interface PlanQuestion {
  readonly place: IncomePlace;
  readonly terms: Omit<IncomeTerms, "excluded" | "lookThrough">;
  readonly excluded: Lines<ExcludedAccount>;
  readonly lookThrough: Lines<EscrowShare>;
  readonly decimals: number;
  readonly deployedAtBlock: number;
  readonly source: HolderSource;
  /** Folder in which plans and runs have their folders. */
  readonly runsFolder: string;
  /** Threads for the tree; 0 for this one. */
  readonly workers: number;
  readonly warn: (text: string) => void;
  readonly onProgress: (what: string, done: number, total: number) => void;
}

/** How many people with an expired verification a warning names. */
const NAMED = 10;

/**
 * Works out who is due what of a deposit, and writes plan, list and proofs. Asked again, it finds the plan that is there; killed, it
 * goes on with the holders that were read. The plan itself is written last: a folder with a plan is whole.
 */
export async function makeIncomePlan(suite: Suite, provider: Provider, question: PlanQuestion): Promise<WrittenPlan> {
  const { place, runsFolder } = question;
  const terms: IncomeTerms = {
    ...question.terms,
    excluded: byAccount(question.excluded.map(({ row }) => row)),
    lookThrough: byOwner(question.lookThrough.map(({ row }) => row)),
  };
  requireAmount(terms);
  const id = planIdOf(terms, place);
  const folder = join(runsFolder, id);
  const known = await readIncomePlan(folder);
  if (known !== undefined) {
    await requireWholePlan(known);
    return known;
  }
  await requireAllowedCurrency(suite, terms.currency);
  await requireKnownAccounts(suite, question);

  await mkdir(folder, { recursive: true });
  const partFile = join(folder, PART_FILE);
  const reading = await readRecordHolders(suite, provider, {
    ...{ asset: terms.asset, record: terms.record, source: question.source, partFile },
    deployedAtBlock: question.deployedAtBlock,
    chain: `${place.chainId} ${place.instance ?? ""}`,
    onProgress: (done, total) => question.onProgress("holders read", done, total),
  });
  requireFittingAccounts(reading.holders, question);
  const allocation = await allocateTo(suite, provider, reading, terms, question);

  const salt = saltOf(terms);
  const listKey = await suite.incomeDesk.listKeyOf(terms.asset, terms.record, terms.currency, salt);
  const files = { holders: join(folder, HOLDERS_FILE), proofs: join(folder, PROOFS_FILE) };
  const list = await buildIncomeList(
    { listKey, rows: allocation.rows, path: files.proofs },
    { workers: question.workers, onProgress: question.onProgress },
  );
  const holders = await writeHolders(files.holders, HOLDERS_FILE, allocation, question.decimals);
  const plan = {
    schema: INCOME_PLAN_SCHEMA,
    id,
    ...place,
    shares: await suite.shareToken.getAddress(),
    decimals: question.decimals,
    terms,
    instant: reading.instant,
    supply: reading.supply,
    excludedShares: allocation.excludedShares,
    totalShares: allocation.totalShares,
    tooSmall: allocation.tooSmall,
    salt,
    listKey,
    root: list.root,
    count: list.count,
    gross: allocation.totalGross,
    withheld: allocation.totalWithheld,
    remainder: allocation.remainder,
    files: { holders, proofs: { name: PROOFS_FILE, ...(await hashFile(files.proofs)) } },
  } as const;
  await writeWhole(join(folder, PLAN_FILE), formatIncomePlan(plan));
  await rm(partFile, { force: true });

  const written = await readIncomePlan(folder);
  if (written === undefined) throw new Error(`the plan in ${folder} has vanished`);
  return written;
}

async function allocateTo(
  suite: Suite,
  provider: Provider,
  { holders }: RecordReading,
  terms: IncomeTerms,
  { warn, workers }: PlanQuestion,
): Promise<Allocation> {
  const escrows = new Set(terms.lookThrough.map(({ escrow }) => escrow));
  const excluded = new Set(terms.excluded.map(({ account }) => account));
  const owners = terms.lookThrough.map(({ owner }) => owner);
  const wallets = [...new Set([...holders.map(({ wallet }) => wallet), ...owners])];
  const paid = wallets.filter((wallet) => !escrows.has(wallet) && !excluded.has(wallet));
  const parties = await readParties(suite, paid);
  requirePeople(parties);

  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  const bpsOf = (wallet: string) => {
    const party = parties.get(wallet);
    return party === undefined ? 0 : rateBpsOf(terms.withholding, party, now);
  };
  warnOfExpired(parties, now, terms, warn);
  try {
    const table = packHolders(
      holders.map(({ wallet, shares }) => ({ holder: wallet, shares, withholdingBps: bpsOf(wallet) })),
    );
    const question = {
      deposit: terms.amount,
      rounding: terms.rounding,
      excluded: [...excluded],
      lookThrough: terms.lookThrough.map((row) => ({ ...row, withholdingBps: bpsOf(row.owner) })),
    };
    const allocation = await allocate(table, question, { workers });
    requireSomebody(allocation);
    return allocation;
  } catch (error) {
    if (!(error instanceof ExecutorInputError)) throw error;
    throw badInput("the amount cannot be divided", { why: error.message, notDone: "nothing was written" });
  }
}

function warnOfExpired(
  parties: ReadonlyMap<string, Party>,
  now: bigint,
  { withholding }: IncomeTerms,
  warn: (text: string) => void,
): void {
  if (withholding.rows.length === 0) return;
  const expired = [...parties].filter(([, party]) => isExpired(party, now)).map(([wallet]) => wallet);
  if (expired.length === 0) return;
  const more = expired.length > NAMED ? `, and ${expired.length - NAMED} more` : "";
  const rate = `${withholding.fallbackBps / 100} %`;
  warn(
    `nobody vouches for ${expired.length} holders now, from whom ${rate} are withheld: ${expired.slice(0, NAMED).join(", ")}${more}`,
  );
}

function requireAmount({ amount }: IncomeTerms): void {
  if (amount > 0n) return;
  throw badInput("the amount is zero", { where: "--amount", notDone: "nothing was written" });
}

function requireSomebody({ rows, totalShares }: Allocation): void {
  if (rows.count > 0) return;
  throw badInput("nobody would get a single unit", {
    why: `there are ${totalShares} shares, and less than one base unit for each`,
    todo: "plan more, or use --rounding largest-remainder",
    notDone: "nothing was written",
  });
}

/** The order of a file's lines does not change what is asked for. */
function byAccount(rows: readonly ExcludedAccount[]): ExcludedAccount[] {
  return rows.toSorted((one, other) => (one.account < other.account ? -1 : 1));
}

function byOwner(rows: readonly EscrowShare[]): EscrowShare[] {
  const key = ({ escrow, owner }: EscrowShare) => `${escrow} ${owner}`;
  return rows.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
}
