import type { Suite } from "./connect.ts";
import { badInput } from "./errors.ts";
import { unpackParty } from "./party.ts";

/** Which moment of an asset's register is asked for. */
export interface CapTableRequest {
  readonly asset: bigint;
  /** The number of a record: what everybody held then. */
  readonly record?: number | undefined;
  /** Everything is read as it stands at the end of this block. */
  readonly block: number;
}

/** A wallet with shares, frozen shares or locked ones. */
export interface CapTableRow {
  /** The number of its investor as of the block; 1 is the suite itself, 0 nobody. */
  readonly investor: number;
  readonly wallet: string;
  readonly balance: bigint;
  /** As of the block, and not of a record: records keep balances only. */
  readonly frozen: bigint | null;
  readonly locked: bigint | null;
}

export interface CapTable {
  readonly asset: bigint;
  readonly block: number;
  readonly record: number | null;
  /** The record's instant. */
  readonly instant: bigint | null;
  readonly supply: bigint;
  /** What the rows' balances sum to; as much as the supply, or something is wrong. */
  readonly sum: bigint;
  readonly rows: readonly CapTableRow[];
}

/** How many holders are asked for at a time. */
const PAGE = 250;

/** Reads who held how much, wallet by wallet, in the order in which they first came to hold. All is of one block. */
export async function readCapTable(suite: Suite, request: CapTableRequest): Promise<CapTable> {
  const { shareToken } = suite;
  const { asset, record, block } = request;
  const at = { blockTag: block };
  if (!(await shareToken.exists(asset, at))) throw badInput(`there was no asset ${asset} at block ${block}`);

  const count = Number(await shareToken.everHeldCount(asset, at));
  const rows: CapTableRow[] = [];
  for (let first = 0; first < count; first += PAGE) rows.push(...(await readPage(suite, request, first)));

  const supply = await (record === undefined
    ? shareToken.totalSupply(asset, at)
    : shareToken.supplyAt(asset, record, at));
  const instant = record === undefined ? null : (await shareToken.recordAt(asset, record, at)).instant;
  const sum = rows.reduce((total, { balance }) => total + balance, 0n);
  return { asset, block, record: record ?? null, instant, supply, sum, rows };
}

async function readPage(
  { shareToken, investorRegistry }: Suite,
  { asset, record, block }: CapTableRequest,
  first: number,
): Promise<CapTableRow[]> {
  const at = { blockTag: block };
  const { accounts, balances } = await (record === undefined
    ? shareToken.holdersPage(asset, first, PAGE, at)
    : shareToken.holdersPageAt(asset, record, first, PAGE, at));
  const parties = await investorRegistry.partiesOf([...accounts], at);

  const rows = await Promise.all(
    accounts.map(async (wallet, place): Promise<CapTableRow> => {
      const investor = unpackParty(parties[place] ?? 0n).number;
      const row = { investor, wallet, balance: balances[place] ?? 0n };
      if (record !== undefined) return { ...row, frozen: null, locked: null };
      const [frozen, locked] = await Promise.all([
        shareToken.getFrozenTokens(wallet, asset, at),
        shareToken.lockedOf(wallet, asset, at),
      ]);
      return { ...row, frozen, locked };
    }),
  );
  return rows.filter(({ balance, frozen, locked }) => balance > 0n || (frozen ?? 0n) > 0n || (locked ?? 0n) > 0n);
}

/** The rows as CSV, whole numbers all; what is not known is empty. */
export function capTableCsv({ rows }: CapTable): string {
  const lines = rows.map(({ investor, wallet, balance, frozen, locked }) =>
    [investor, wallet, balance, frozen ?? "", locked ?? ""].join(","),
  );
  return `${["investor,wallet,balance,frozen,locked", ...lines].join("\n")}\n`;
}
