import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { formatTime } from "../../sdk/time.ts";
import { formatAmount, parseWhole } from "../../sdk/units.ts";
import { findCurrency } from "../lib/currency.ts";
import type { CommonArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

interface StatusArguments extends CommonArguments {
  readonly account: string;
  readonly currency: string;
  readonly assets: string;
}

/** What the desk knows of one account in one currency; money in base units. */
export interface AccountStatus {
  readonly account: string;
  readonly currency: string;
  readonly deposited: bigint;
  readonly leaving: bigint;
  /** From which second on what is leaving may go; 0 if nothing is. */
  readonly unlocksAt: bigint;
  /** Zero if there is none. */
  readonly mandate: string;
  readonly left: { readonly cashOut: bigint; readonly loss: bigint; readonly fees: bigint; readonly expiry: bigint };
  readonly limits: readonly {
    readonly asset: bigint;
    readonly in: bigint;
    readonly out: bigint;
    readonly maxBuyPrice: bigint;
    readonly minSellPrice: bigint;
  }[];
  /** Of the assets that were asked about, what the account has locked at the desk. */
  readonly locks: readonly {
    readonly asset: bigint;
    readonly locked: bigint;
    readonly leaving: bigint;
    readonly unlocksAt: bigint;
    /** Kept for somebody by holds. */
    readonly held: bigint;
  }[];
}

/** How far the desk's batches have come. */
export interface DeskStatus {
  readonly lastBatch: bigint;
  readonly open: boolean;
  readonly chunks: bigint;
  readonly settledChunks: bigint;
  readonly nextChunk: bigint;
}

/** How far the desk's batches have come, at the end of `block`. */
export async function readDeskStatus(
  { settlementDesk }: Pick<Suite, "settlementDesk">,
  block: number,
): Promise<DeskStatus> {
  const blockTag = block;
  const lastBatch = await settlementDesk.lastBatch({ blockTag });
  const { open, chunkCount, settledChunks, nextChunk } = await settlementDesk.batchOf(lastBatch, { blockTag });
  return { lastBatch, open, chunks: chunkCount, settledChunks, nextChunk };
}

/** Cash and mandate of an account, at the end of `block`. */
export async function readAccountStatus(
  { settlementDesk }: Pick<Suite, "settlementDesk">,
  account: string,
  currency: string,
  assets: readonly bigint[],
  block: number,
): Promise<AccountStatus> {
  const at = { blockTag: block };
  const [unit, cash, mandate, left] = await Promise.all([
    settlementDesk.engineUnit(currency, at),
    settlementDesk.cashOf(account, currency, at),
    settlementDesk.liveMandate(account, currency, at),
    settlementDesk.mandateCash(account, currency, at),
  ]);
  const limits = await Promise.all(
    assets.map(async (asset) => {
      const limit = await settlementDesk.mandateLimit(account, currency, asset, at);
      const { inLeft, outLeft, maxBuyPrice, minSellPrice } = limit;
      return { asset, in: inLeft, out: outLeft, maxBuyPrice: maxBuyPrice * unit, minSellPrice: minSellPrice * unit };
    }),
  );
  const locks = await Promise.all(
    assets.map(async (asset) => {
      const { locked, leaving, unlocksAt, held } = await settlementDesk.locksOf(account, asset, at);
      return { asset, locked, leaving, unlocksAt, held };
    }),
  );
  return {
    account,
    currency,
    deposited: cash.deposited * unit,
    leaving: cash.leaving * unit,
    unlocksAt: cash.unlocksAt,
    mandate,
    left: {
      cashOut: left.cashOutLeft * unit,
      loss: left.lossLeft * unit,
      fees: left.feeLeft * unit,
      expiry: left.expiry,
    },
    limits,
    locks,
  };
}

export default runAction<StatusArguments>("settle.status", async (context, { account, currency, assets }) => {
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  const { provider } = connection.ethers;
  const block = await provider.getBlockNumber();
  const desk = await readDeskStatus(suite, block);
  if (account === "") return { data: { block, desk }, text: describeDesk(desk) };

  const { address, decimals } = await findCurrency(suite, provider, currency);
  const own = await readAccountStatus(suite, parseAddress(account, "--account"), address, parseAssets(assets), block);
  return { data: { block, desk, account: own }, text: `${describeDesk(desk)}\n${describeAccount(own, decimals)}` };
});

const parseAssets = (text: string): bigint[] =>
  text === "" ? [] : text.split(",").map((id) => parseWhole(id.trim(), "asset"));

function describeDesk({ lastBatch, open, chunks, settledChunks, nextChunk }: DeskStatus): string {
  if (lastBatch === 0n) return "No batch was settled yet.";
  const state = open ? `open, chunk ${nextChunk} is next` : "closed";
  return `Batch ${lastBatch} is ${state}: ${settledChunks} of ${chunks} chunks settled.`;
}

function describeAccount(
  { account, deposited, leaving, unlocksAt, mandate, left, limits, locks }: AccountStatus,
  decimals: number,
) {
  const money = (amount: bigint) => formatAmount(amount, decimals);
  const leave = leaving === 0n ? "" : `, ${money(leaving)} on leave until ${formatTime(unlocksAt)}`;
  const cash = `${account}: ${money(deposited)} deposited${leave}.`;
  const held = [cash, ...describeLocks(locks)];
  if (/^0x0+$/.test(mandate)) return [...held, "No mandate."].join("\n");

  const rows = limits.map((limit) => [
    `${limit.asset}`,
    `${limit.in}`,
    `${limit.out}`,
    money(limit.maxBuyPrice),
    money(limit.minSellPrice),
  ]);
  return [
    ...held,
    `Mandate ${mandate}, until ${formatTime(left.expiry)}: ${money(left.cashOut)} cash out, ${money(left.loss)} loss and ${money(left.fees)} fees left.`,
    ...(rows.length === 0 ? [] : [table(["Asset", "In left", "Out left", "Highest buying", "Lowest selling"], rows)]),
  ].join("\n");
}

/** A line for each asset of which anything is locked. */
function describeLocks(locks: AccountStatus["locks"]): string[] {
  return locks
    .filter(({ locked, leaving, held }) => locked + leaving + held > 0n)
    .map(({ asset, locked, leaving, unlocksAt, held }) => {
      const leave = leaving === 0n ? "" : `, ${leaving} on leave until ${formatTime(unlocksAt)}`;
      const kept = held === 0n ? "" : `, ${held} held for others`;
      return `Asset ${asset}: ${locked} shares locked${leave}${kept}.`;
    });
}
