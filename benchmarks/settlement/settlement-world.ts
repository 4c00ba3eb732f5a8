import assert from "node:assert/strict";
import { Wallet } from "ethers";
import { network } from "hardhat";
import { toHex } from "../../executor/formats/hex.ts";
import { createLoadAccounts } from "../../executor/load/accounts.ts";
import {
  CASH,
  FIRST_ASSET,
  HIGHEST_PRICE,
  LOAD_TIME,
  LOWEST_PRICE,
  MOST_SHARES,
} from "../../executor/load/load-snapshot.ts";
import { listAsset, STATE } from "../../test/helpers/books.ts";
import { deploySettlementSuite } from "../../test/helpers/settlement-suite.ts";
import { giveRules } from "../../tools/gas/scenarios.ts";
import { LOCK_UP } from "../../tools/gas/world.ts";

export const ACCOUNTS = 32;
export const ASSETS = 5;
/** Shares of each asset that everybody opens with: enough for all flows, and below the balance cap of the five rules. */
export const SHARES_EACH = 100_000n;
/** An asset that only every other account holds, for what a first use takes. */
export const SPARSE_ASSET = FIRST_ASSET + BigInt(ASSETS);
const ASSET_CAP = 1n << 40n;

/** How many nettable rules the assets have: none; country, class and holder count; balance cap and lock-up as well. */
export type RuleCount = 0 | 3 | 5;

export type SettlementWorld = Awaited<ReturnType<typeof openSettlementWorld>>;

/**
 * The real register and desk on a chain in this process. The accounts of a load hold shares of each asset, cash and a mandate before
 * anything is measured. Rules are bound as `rules set` binds them.
 */
export async function openSettlementWorld(seed: number, rules: RuleCount) {
  const connection = await network.create({ override: { initialDate: new Date(Number(LOAD_TIME) * 1_000) } });
  const { ethers, networkHelpers } = connection;
  const suite = await deploySettlementSuite(connection);
  const keys = await createLoadAccounts(seed, ACCOUNTS);
  const holders = Array.from(
    { length: ACCOUNTS },
    (_, account) => new Wallet(toHex(keys.keys, 32 * account, 32), ethers.provider),
  );
  const assets = Array.from({ length: ASSETS }, (_, asset) => FIRST_ASSET + BigInt(asset));

  for (const asset of [...assets, SPARSE_ASSET]) {
    await listAsset(connection, suite, asset, ASSET_CAP);
    await giveRules(connection, suite, asset, rules);
    await suite.shares.setAssetState(asset, STATE.active);
  }
  let mandateGas = 0;
  let depositGas = 0;
  for (const [account, holder] of holders.entries()) {
    await networkHelpers.setBalance(holder.address, 10n ** 18n);
    await suite.verify(holder.address);
    const held = account % 2 === 0 ? [...assets, SPARSE_ASSET] : assets;
    for (const asset of held) await suite.giveShares(holder.address, asset, SHARES_EACH);
    await suite.giveCash(holder, CASH);
    depositGas = await lastGas();
    const limits = [...assets, SPARSE_ASSET].map((asset) => ({
      asset,
      maxIn: MOST_SHARES,
      maxOut: MOST_SHARES,
      maxBuyPrice: HIGHEST_PRICE,
      minSellPrice: LOWEST_PRICE,
    }));
    await suite.giveMandate(holder, { maxCashOut: CASH, lossAllowance: CASH, feeCap: CASH, limits });
    mandateGas = await lastGas();
  }
  await passTime();

  /** Nobody's shares are young afterwards, and no account needs more than one slot for its lots. */
  async function passTime(): Promise<void> {
    await networkHelpers.time.increase(2 * LOCK_UP);
  }

  async function lastGas(): Promise<number> {
    const block = await ethers.provider.getBlock("latest");
    const receipt = await ethers.provider.getTransactionReceipt(block?.transactions[0] ?? "");
    assert.ok(receipt, "the last block has a transaction");
    return Number(receipt.gasUsed);
  }

  /** Gas of a transaction that was sent. */
  async function gasOf(sending: Promise<{ wait(): Promise<{ readonly gasUsed: bigint } | null> }>): Promise<number> {
    const receipt = await (await sending).wait();
    assert.ok(receipt, "the transaction was mined");
    return Number(receipt.gasUsed);
  }

  /** What `act` comes to, after which the chain is as it was before. */
  async function undoing<T>(act: () => Promise<T>): Promise<T> {
    const before = await networkHelpers.takeSnapshot();
    const result = await act();
    await before.restore();
    return result;
  }

  return { ...suite, connection, holders, assets, seed, rules, mandateGas, depositGas, passTime, gasOf, undoing };
}
