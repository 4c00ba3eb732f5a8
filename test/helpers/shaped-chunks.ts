import assert from "node:assert/strict";
import { keccak256, toUtf8Bytes, Wallet } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { giveRules } from "../../tools/gas/scenarios.ts";
import { LOCK_UP } from "../../tools/gas/world.ts";
import { planBatch } from "./batch.ts";
import { listAsset, STATE } from "./books.ts";
import { type NetVector, netVector } from "./net-vector.ts";
import { DOLLAR, deploySettlementSuite } from "./settlement-suite.ts";

export const PEOPLE = 60;
export const SHAPED_ASSETS = [11n, 12n, 13n, 14n, 15n] as const;
/** Only every other one holds it. */
export const SPARSE_ASSET = 16n;
const SHARES = 10_000n;
const CASH = 1_000n * DOLLAR;
const CAP = 1n << 40n;

/** How large a chunk is that nobody traded for: every other account gives what the one behind it gets, of each asset. */
export interface Shape {
  /** An even number. */
  readonly accounts: number;
  readonly assets: number;
  readonly direction?: 1n | -1n;
}

/** Sixty people with shares of five assets, cash and mandates at a desk, on which chunks of any shape can be measured. */
export async function deployShapedChunks(connection: NetworkConnection) {
  const { ethers, networkHelpers } = connection;
  const suite = await deploySettlementSuite(connection);
  const { desk, shares, rules, currency, open, settle } = suite;
  const people = Array.from(
    { length: PEOPLE },
    (_, place) => new Wallet(keccak256(toUtf8Bytes(`shaped ${place}`)), ethers.provider),
  ).sort((one, other) => (BigInt(one.address) < BigInt(other.address) ? -1 : 1));
  const limits = [...SHAPED_ASSETS, SPARSE_ASSET].map((asset) => ({
    ...{ asset, maxIn: 4n * SHARES, maxOut: 4n * SHARES, maxBuyPrice: 1_000n * DOLLAR, minSellPrice: 1n },
  }));

  for (const asset of [...SHAPED_ASSETS, SPARSE_ASSET]) {
    await listAsset(connection, suite, asset, CAP);
    await shares.setAssetState(asset, STATE.active);
  }
  for (const [place, person] of people.entries()) {
    await networkHelpers.setBalance(person.address, 10n ** 18n);
    await suite.verify(person.address);
    const held = place % 2 === 0 ? [...SHAPED_ASSETS, SPARSE_ASSET] : SHAPED_ASSETS;
    for (const asset of held) await suite.giveShares(person.address, asset, SHARES);
    await suite.giveCash(person, CASH);
    await suite.giveMandate(person, { maxCashOut: CASH, lossAllowance: CASH, feeCap: CASH, limits });
  }

  /** Binds so many rules to every asset, and counts its holders. */
  async function bind(count: number): Promise<void> {
    for (const asset of [...SHAPED_ASSETS, SPARSE_ASSET]) {
      await giveRules(connection, suite, asset, count);
      const held = people.filter((_person, place) => asset !== SPARSE_ASSET || place % 2 === 0);
      if (count > 2)
        await rules.countHolders(
          asset,
          held.map(({ address }) => address),
          1n,
        );
    }
    await passTime();
    for (const direction of [1n, -1n] as const) {
      await settleShape({ accounts: PEOPLE, assets: SHAPED_ASSETS.length, direction });
      await passTime();
    }
  }

  /** No shares are young afterwards. */
  const passTime = () => networkHelpers.time.increase(2 * LOCK_UP);

  function vectorOf({ accounts, assets, direction = 1n }: Shape): NetVector {
    const parties = people.slice(0, accounts).map(({ address }, place) => {
      return { address, sign: place % 2 === 0 ? direction : -direction };
    });
    return netVector(currency, {
      cash: parties.map(({ address, sign }) => [address, sign * DOLLAR] as const),
      shares: SHAPED_ASSETS.slice(0, assets).flatMap((asset) =>
        parties.map(({ address, sign }) => [asset, address, -sign] as const),
      ),
    });
  }

  /** Settles a vector as the only chunk of a new batch, and says what both took. */
  async function settleNet(net: NetVector, unlocks: bigint[] = []) {
    const batch = planBatch((await desk.lastBatch()) + 1n, [net]);
    const opened = await (await open(batch)).wait();
    const settled = await (await settle(batch.chunks[0], unlocks)).wait();
    assert.ok(opened && settled, "the chunk settles");
    return { gas: Number(settled.gasUsed), opening: Number(opened.gasUsed), net };
  }

  const settleShape = (shape: Shape) => settleNet(vectorOf(shape));

  /** Every other one of the first gives five shares of one asset to the next; of what he has locked he unlocks so much. */
  function settleMoves(asset: bigint, accounts: number, unlocked = 0n) {
    const shares = people
      .slice(0, accounts)
      .map(({ address }, place) => [asset, address, place % 2 === 0 ? -5n : 5n] as const);
    const net = netVector(currency, { cash: [], shares });
    const debits = net.shares.filter((word) => BigInt.asIntN(64, word >> 160n) < 0n);
    const unlocks = unlocked === 0n ? [] : debits.map((word) => ((word >> 224n) << 224n) | (unlocked << 160n));
    return settleNet(net, unlocks);
  }

  /** Whoever holds the sparse asset locks so many shares of it at the desk. */
  async function lockAll(asset: bigint, quantity: bigint): Promise<void> {
    for (const person of people.filter((_person, place) => place % 2 === 0)) {
      await desk.connect(person).lockShares(asset, quantity);
    }
  }

  /** What `act` comes to, after which the chain is as it was before. */
  async function undoing<T>(act: () => Promise<T>): Promise<T> {
    const before = await networkHelpers.takeSnapshot();
    const result = await act();
    await before.restore();
    return result;
  }

  return { ...suite, people, bind, settleShape, settleMoves, lockAll, undoing };
}
