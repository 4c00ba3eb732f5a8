import type { Provider } from "ethers";
import { ZeroAddress } from "ethers";
import { findBlockAt } from "../block-at.ts";
import type { Suite } from "../connect.ts";
import { badInput, ExitCode, MoietyError } from "../errors.ts";
import { LOG_SPAN } from "../read-logs.ts";
import { readSpans } from "../read-spans.ts";
import { formatTime } from "../time.ts";
import { PartFile, type Piece } from "./part-file.ts";

/** What a wallet held at a record. */
export interface RecordHolder {
  readonly wallet: string;
  readonly shares: bigint;
}

/** Where holders are read: the register's own list, or its transfers, which needs nothing but logs and is slower. */
export type HolderSource = "register" | "transfers";

export interface RecordQuestion {
  readonly asset: bigint;
  readonly record: bigint;
  readonly source: HolderSource;
  /** The register's first block. */
  readonly deployedAtBlock: number;
  /** Which chain, and which life of it, so that a reading begun on another one is not taken up. */
  readonly chain: string;
  /** Where the reading is written down as it goes; left out, it is not. */
  readonly partFile?: string | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface RecordReading {
  /** All who held shares, ascending by address: the same whatever the source. */
  readonly holders: readonly RecordHolder[];
  readonly supply: bigint;
  readonly instant: bigint;
}

/** Accounts per question; ten thousand gas each, of the tens of millions that nodes give a question. */
const PAGE = 1_000;

/** Reads who held how much at a record, goes on where an earlier start was killed, and refuses unless balances sum to the supply. */
export async function readRecordHolders(
  suite: Suite,
  provider: Provider,
  question: RecordQuestion,
): Promise<RecordReading> {
  const instant = await requireReadable(suite, provider, question);
  const { asset, record, source } = question;
  const supply = await suite.shareToken.supplyAt(asset, record);
  if (supply === 0n)
    throw badInput(`nobody held asset ${asset} at record ${record}`, { notDone: "nothing was written" });

  const reading =
    source === "register" ? await ofRegister(suite, question) : await ofTransfers(suite, provider, question, instant);
  const balances = await collect(reading, question);
  const holders = ascending([...balances].flatMap(([wallet, shares]) => (shares === 0n ? [] : [{ wallet, shares }])));
  requireWhole(holders, supply, question);
  return { holders, supply, instant };
}

interface Reading {
  readonly first: number;
  readonly last: number;
  readonly longest: number;
  readonly ask: (first: number, last: number) => Promise<Piece["entries"]>;
}

/** A record never changes once it can be read, so that pages of different blocks fit together; who came later held nothing. */
async function ofRegister({ shareToken }: Suite, { asset, record }: RecordQuestion): Promise<Reading> {
  const count = Number(await shareToken.everHeldCount(asset));
  const ask = async (first: number, last: number) => {
    const { accounts, balances } = await shareToken.holdersPageAt(asset, record, first, last - first + 1);
    return accounts.flatMap((account, place) => {
      const balance = balances[place] ?? 0n;
      return balance === 0n ? [] : [[account, balance.toString()] as const];
    });
  };
  return { first: 0, last: count - 1, longest: PAGE, ask };
}

async function ofTransfers(
  { shareToken }: Suite,
  provider: Provider,
  { asset, deployedAtBlock }: RecordQuestion,
  instant: bigint,
): Promise<Reading> {
  const last = (await findBlockAt(provider, instant, await provider.getBlockNumber())) ?? 0;
  const { TransferSingle, TransferBatch } = shareToken.filters;
  const ask = async (first: number, to: number) => {
    const [singles, batches] = await Promise.all([
      shareToken.queryFilter(TransferSingle(), first, to),
      shareToken.queryFilter(TransferBatch(), first, to),
    ]);
    const moves = new Map<string, bigint>();
    const move = (account: string, shares: bigint) => moves.set(account, (moves.get(account) ?? 0n) + shares);
    for (const { args } of singles) if (args.id === asset) moveBetween(move, args.from, args.to, args.value);
    for (const { args } of batches) {
      // `values` is also a method of every array.
      for (const [place, id] of args.ids.entries())
        if (id === asset) moveBetween(move, args.from, args.to, args[4][place] ?? 0n);
    }
    return [...moves].map(([account, shares]) => [account, shares.toString()] as const);
  };
  return { first: deployedAtBlock, last, longest: LOG_SPAN, ask };
}

function moveBetween(move: (account: string, shares: bigint) => void, from: string, to: string, shares: bigint): void {
  if (from !== ZeroAddress) move(from, -shares);
  if (to !== ZeroAddress) move(to, shares);
}

async function collect({ first, last, longest, ask }: Reading, question: RecordQuestion) {
  const { asset, record, source, chain, partFile, onProgress } = question;
  // Not `last`: the register's list grows, and what was read of it stays as it is.
  const about = { schema: "moiety.record-reading/1", chain, asset, record, source, first };
  const part = partFile === undefined ? undefined : await PartFile.open(partFile, about);
  const balances = new Map<string, bigint>();
  const add = (entries: Piece["entries"]) => {
    for (const [account, amount] of entries) balances.set(account, (balances.get(account) ?? 0n) + BigInt(amount));
  };
  for (const { entries } of part?.pieces ?? []) add(entries);

  const next = (part?.pieces.at(-1)?.last ?? first - 1) + 1;
  for await (const span of readSpans(ask, next, last, longest)) {
    await part?.append({ last: span.last, entries: span.answer });
    add(span.answer);
    onProgress?.(span.last - first + 1, last - first + 1);
  }
  return balances;
}

async function requireReadable({ shareToken }: Suite, provider: Provider, { asset, record }: RecordQuestion) {
  const notDone = "nothing was written";
  if (!(await shareToken.exists(asset))) throw badInput(`there is no asset ${asset}`, { where: "--asset", notDone });
  const count = await shareToken.recordCount(asset);
  if (record >= count) {
    const why = count === 0n ? "it has none" : `its records are 0 to ${count - 1n}`;
    throw badInput(`asset ${asset} has no record ${record}`, { where: "--record", why, notDone });
  }

  const { instant, cancelled } = await shareToken.recordAt(asset, record);
  if (cancelled) throw badInput(`record ${record} of asset ${asset} was cancelled`, { where: "--record", notDone });
  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  if (now > instant) return instant;
  throw badInput(`record ${record} of asset ${asset} lies in the future`, {
    where: "--record",
    why: `its instant is ${formatTime(instant)}, the newest block's ${formatTime(now)}`,
    todo: "plan once the instant has passed",
    notDone,
  });
}

/** By the address as a number; its capitals are a checksum and no part of it. */
function ascending(holders: readonly RecordHolder[]): RecordHolder[] {
  return holders
    .map((holder) => ({ holder, key: holder.wallet.toLowerCase() }))
    .toSorted((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ holder }) => holder);
}

/** A list with somebody missing would pay the others too much. */
function requireWhole(
  holders: readonly RecordHolder[],
  supply: bigint,
  { asset, record, source }: RecordQuestion,
): void {
  const sum = holders.reduce((total, { shares }) => total + shares, 0n);
  const negative = holders.filter(({ shares }) => shares < 0n);
  if (sum === supply && negative.length === 0) return;

  throw new MoietyError({
    what: `the holders of asset ${asset} at record ${record} are not all there`,
    why: `their balances sum to ${sum}, and the supply is ${supply}: ${describeGap(supply - sum)}`,
    details: negative.map(({ wallet, shares }) => `${wallet} has given ${-shares} shares that it never got`),
    todo:
      source === "transfers"
        ? "ask a node that keeps all logs since the deployment, or read the register's list (--holders register)"
        : "ask another node, or read the transfers (--holders transfers)",
    notDone: "nothing was written",
    exitCode: ExitCode.checkFailed,
  });
}

function describeGap(gap: bigint): string {
  if (gap === 0n) return "some have less than nothing";
  return gap > 0n ? `${gap} shares are missing` : `${-gap} shares are too many`;
}
