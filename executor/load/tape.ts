import { parse } from "csv-parse/sync";
import { z } from "zod";
import { requireInput } from "../errors.ts";
import { createFlows, FLOW_TRANSFER, type Flows } from "./flows.ts";

/** The transfers of one block in their order, and what everybody had before. Amounts are scaled until they fit 63 bits. */
export interface TapeBlock {
  readonly block: string;
  readonly flows: Flows;
  /** Addresses, by account number. */
  readonly accounts: readonly string[];
  /** A token, or a token and the id of a unique thing, by asset number. */
  readonly assets: readonly string[];
  /** Base units per unit of the flows, a power of ten per asset; what does not fill one is cut off. */
  readonly scales: readonly bigint[];
  /** What `account` holds of `asset` at `asset × accounts + account`. */
  readonly opening: BigInt64Array;
}

const amount = z.string().regex(/^[0-9]+$/, "is not a whole number");
const name = z.string().min(1);
const transferSchema = z.object({ block: name, token: name, token_id: z.string(), from: name, to: name, amount });
const balanceSchema = z.object({ block: name, token: name, account: name, opening_balance: amount });

type Transfer = z.output<typeof transferSchema>;
type Balance = z.output<typeof balanceSchema>;

/** All of an asset together stay below this. */
const MOST_UNITS = 2n ** 62n;

/**
 * Reads a tape of transfers (`block,tx_index,sender,kind,token,token_id,from,to,amount`) with opening balances
 * (`block,token,account,opening_balance`), block by block. A balance of a token with ids counts for each of its ids.
 */
export function readTape(transfers: string, openingBalances: string): TapeBlock[] {
  const rows = readRows(transfers, transferSchema, "transfer");
  const balances = readRows(openingBalances, balanceSchema, "opening balance");
  const blocks = [...new Set(rows.map(({ block }) => block))];

  return blocks.map((block) => {
    const own = rows.filter((row) => row.block === block);
    return readBlock(
      block,
      own,
      balances.filter((row) => row.block === block),
    );
  });
}

function readRows<T>(text: string, schema: z.ZodType<T>, what: string): T[] {
  const rows: unknown[] = parse(text, { columns: true, skip_empty_lines: true });
  return rows.map((row, place) => {
    const read = schema.safeParse(row);
    const issue = read.error?.issues[0];
    requireInput(read.success, `${what} ${place + 1}: ${issue?.path.join(".")} ${issue?.message}`);
    return read.data;
  });
}

function readBlock(block: string, transfers: readonly Transfer[], balances: readonly Balance[]): TapeBlock {
  const assetNames = transfers.map(assetOf);
  const assets = [...new Set(assetNames)];
  const accounts = [...new Set(transfers.flatMap(({ from, to }) => [from.toLowerCase(), to.toLowerCase()]))];
  const accountOf = new Map(accounts.map((each, place) => [each, place]));
  const flows = createFlows(transfers.length, accounts.length, assets.length);

  const held = new Map<string, bigint>();
  for (const { token, account, opening_balance: balance } of balances) {
    held.set(`${token.toLowerCase()} ${account.toLowerCase()}`, BigInt(balance));
  }
  const heldOf = (asset: string, account: string) => held.get(`${asset.split("/")[0]} ${account}`) ?? 0n;
  const scales = assets.map((asset) => {
    const opening = accounts.reduce((sum, account) => sum + heldOf(asset, account), 0n);
    const moved = transfers.filter((_row, place) => assetNames[place] === asset);
    return scaleFor(moved.reduce((sum, row) => sum + BigInt(row.amount), opening));
  });

  const opening = new BigInt64Array(accounts.length * assets.length);
  for (const [asset, assetName] of assets.entries()) {
    for (const [account, address] of accounts.entries()) {
      opening[asset * accounts.length + account] = heldOf(assetName, address) / (scales[asset] ?? 1n);
    }
  }
  for (const [place, row] of transfers.entries()) {
    const asset = assets.indexOf(assetNames[place] ?? "");
    flows.kind[place] = FLOW_TRANSFER;
    flows.from[place] = accountOf.get(row.from.toLowerCase()) ?? 0;
    flows.to[place] = accountOf.get(row.to.toLowerCase()) ?? 0;
    flows.asset[place] = asset;
    flows.quantity[place] = BigInt(row.amount) / (scales[asset] ?? 1n);
  }
  return { block, flows, accounts, assets, scales, opening };
}

function assetOf({ token, token_id: id }: Transfer): string {
  return id === "" ? token.toLowerCase() : `${token.toLowerCase()}/${id}`;
}

function scaleFor(all: bigint): bigint {
  let scale = 1n;
  while (all / scale >= MOST_UNITS) scale *= 10n;
  return scale;
}
