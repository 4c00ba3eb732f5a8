import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { id as hashOf, Wallet } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { deployBooks, listAsset, onboard, STATE } from "../../test/helpers/books.ts";

/** How many holders a netted chunk moves at most. */
export const MANY = 100;
/** Seconds; everybody holds his shares for longer. */
export const LOCK_UP = 3_600;
const SHARES_EACH = 1_000n;

/** Assets by the number of their rules. Of those for batches there are ten each, from the named one on. */
export const ASSETS = { noRules: 1n, oneRule: 51n, fiveRules: 101n, tenRules: 151n } as const;
export const IN_BATCH = 10n;

/**
 * The books behind their proxies, with everybody a holder of every asset already: what a movement finds on an ordinary day.
 * `giveRules` binds as many rules as it is asked for to an asset without shares.
 */
export async function makeWorld(
  connection: NetworkConnection,
  giveRules: (
    connection: NetworkConnection,
    books: Awaited<ReturnType<typeof deployBooks>>,
    id: bigint,
    count: number,
  ) => Promise<void>,
) {
  const books = await deployBooks(connection);
  const [alice, bob] = books.others;
  if (alice === undefined || bob === undefined) throw new Error("the chain has too few accounts");
  const holders = Array.from({ length: MANY }, (_, place) => new Wallet(hashOf(`holder ${place}`)).address);
  for (const wallet of [alice.address, bob.address, ...holders]) await onboard(connection, books, wallet);

  const ranges = [
    { first: ASSETS.noRules, rules: 0, count: IN_BATCH },
    { first: ASSETS.oneRule, rules: 1, count: 1n },
    { first: ASSETS.fiveRules, rules: 5, count: IN_BATCH },
    { first: ASSETS.tenRules, rules: 10, count: 1n },
  ];
  for (const { first, rules, count } of ranges) {
    for (let asset = first; asset < first + count; ++asset) {
      await listAsset(connection, books, asset);
      await giveRules(connection, books, asset, rules);
      await books.shares.setAssetState(asset, STATE.active);
      for (const wallet of [alice.address, bob.address]) await books.shares.mint(wallet, asset, SHARES_EACH, "0x");
    }
  }
  for (const asset of [ASSETS.noRules, ASSETS.fiveRules]) {
    for (const wallet of holders) await books.shares.mint(wallet, asset, SHARES_EACH, "0x");
  }
  await connection.networkHelpers.time.increase(2 * LOCK_UP);
  return { ...books, connection, alice, bob, holders };
}

export type World = Awaited<ReturnType<typeof makeWorld>>;
export type Account = HardhatEthersSigner;
