import type { Suite } from "../connect.ts";
import { badInput } from "../errors.ts";
import { inPages } from "../in-pages.ts";
import { FLAG, type Party, unpackParty } from "../party.ts";
import type { EscrowShare, ExcludedAccount } from "./account-files.ts";
import type { RecordHolder } from "./record-holders.ts";

/** Rows of a file with their lines. */
export type Lines<Row> = readonly { readonly line: number; readonly row: Row }[];

export interface NamedAccounts {
  readonly excluded: Lines<ExcludedAccount>;
  readonly lookThrough: Lines<EscrowShare>;
}

/** Wallets per question. */
const PAGE = 500;

/** Who is behind each wallet now. */
export async function readParties(
  { investorRegistry }: Suite,
  wallets: readonly string[],
): Promise<Map<string, Party>> {
  const firsts = Array.from({ length: Math.ceil(wallets.length / PAGE) }, (_, page) => page * PAGE);
  const pages = await inPages(firsts, 4, (first) => investorRegistry.partiesOf(wallets.slice(first, first + PAGE)));
  const words = pages.flatMap((page) => [...page]);
  return new Map(wallets.map((wallet, place) => [wallet, unpackParty(words[place] ?? 0n)]));
}

/** Refuses accounts of the files that the registry does not know: nobody pays an unknown investor, and nobody excludes one. */
export async function requireKnownAccounts(suite: Suite, { excluded, lookThrough }: NamedAccounts): Promise<void> {
  const named = [
    ...excluded.map(({ line, row }) => ({ line, column: "account", file: "--exclude", wallet: row.account })),
    ...lookThrough.flatMap(({ line, row }) => [
      { line, column: "escrow", file: "--look-through", wallet: row.escrow },
      { line, column: "owner", file: "--look-through", wallet: row.owner },
    ]),
  ];
  const parties = await readParties(suite, [...new Set(named.map(({ wallet }) => wallet))]);
  const unknown = named.filter(({ wallet }) => (parties.get(wallet)?.number ?? 0) === 0);
  refuse(
    unknown.map(({ line, column, file, wallet }) => `${file} line ${line}, ${column}: ${wallet} is no investor`),
    "are not known to the registry",
  );
}

/** Refuses rows that do not fit what was held at the record, all of them at once. */
export function requireFittingAccounts(
  holders: readonly RecordHolder[],
  { excluded, lookThrough }: NamedAccounts,
): void {
  const held = new Map(holders.map(({ wallet, shares }) => [wallet, shares]));
  const escrows = new Map<string, { line: number; shares: bigint }>();
  for (const { line, row } of lookThrough) {
    const before = escrows.get(row.escrow) ?? { line, shares: 0n };
    escrows.set(row.escrow, { line: before.line, shares: before.shares + row.shares });
  }
  const excludedLines = new Map(excluded.map(({ line, row }) => [row.account, line]));

  refuse(
    [
      ...excluded
        .filter(({ row }) => !held.has(row.account))
        .map(({ line, row }) => `--exclude line ${line}, account: ${row.account} held nothing at the record`),
      ...[...escrows]
        .filter(([escrow, { shares }]) => (held.get(escrow) ?? 0n) !== shares)
        .map(
          ([escrow, { line, shares }]) =>
            `--look-through line ${line}, escrow: ${escrow} held ${held.get(escrow) ?? 0n} shares, and its rows sum to ${shares}`,
        ),
      ...lookThrough
        .filter(({ row }) => escrows.has(row.owner))
        .map(({ line, row }) => `--look-through line ${line}, owner: ${row.owner} is an escrow itself`),
      ...lookThrough
        .filter(({ row }) => excludedLines.has(row.escrow))
        .map(({ line, row }) => `--look-through line ${line}, escrow: ${row.escrow} is excluded, too`),
    ],
    "do not fit the record",
  );
}

/** Refuses to pay the suite's own addresses: they could not pass it on, and nobody else would get it (P63). */
export function requirePeople(paid: ReadonlyMap<string, Party>): void {
  const own = [...paid].filter(([, { flags }]) => (flags & FLAG.protocol) !== 0).map(([wallet]) => wallet);
  if (own.length === 0) return;
  throw badInput("addresses of the suite itself held shares, and would keep the income of others", {
    details: own,
    todo: "say for whom they hold with --look-through, or leave them out with --exclude",
    notDone: "nothing was written",
  });
}

function refuse(details: readonly string[], what: string): void {
  if (details.length === 0) return;
  throw badInput(`${details.length} ${details.length === 1 ? "row" : "rows"} ${what}`, {
    details,
    todo: "correct the file",
    notDone: "nothing was written",
  });
}
