import assert from "node:assert/strict";
import { BUY, SELL } from "../../executor/index.ts";
import { HIGHEST_PRICE, LOWEST_PRICE } from "../../executor/load/load-snapshot.ts";
import type { SettlementWorld } from "./settlement-world.ts";

/** What the same shares take without netting. */
export interface OneByOne {
  /** One trade of two orders that nobody filled before: that is how most orders are filled. */
  readonly dvp: number;
  /** The same, where both orders were filled in part before. */
  readonly further: number;
  /** Of a list of such trades in one transaction, each. */
  readonly listed: number;
  /** The register's own transfer, of shares against nothing. */
  readonly plain: number;
}

const PRICE = 1_000_000n;
const QUANTITY = 10n;
const LIST = 10;
/** The two accounts held and hold the asset. */
const SELLER = 0;
const BUYER = 1;

/** Settles trades one by one between two accounts that have traded before, and reads both back. */
export async function settleOneByOne(world: SettlementWorld): Promise<OneByOne> {
  const { desk, shares, operator, gasOf, undoing, passTime } = world;
  const [asset = 0n] = world.assets;
  const [seller, buyer] = [world.holders[SELLER], world.holders[BUYER]];
  assert.ok(seller && buyer, "the world has two accounts");

  const signed = async (side: number, salt: bigint) => {
    const holder = side === BUY ? buyer : seller;
    const order = world.orderOf(holder.address, BigInt(side), {
      asset,
      quantity: 4n * QUANTITY,
      limitPrice: side === BUY ? HIGHEST_PRICE : LOWEST_PRICE,
      salt,
    });
    return { order, signature: await world.sign(holder, order), place: 0n, path: [] };
  };
  const trade = async (salt: bigint, matchNumber = 1n) => {
    const [buy, sell] = [await signed(BUY, salt), await signed(SELL, salt)];
    return { buy, sell, quantity: QUANTITY, price: PRICE, matchNumber };
  };
  const settle = async (salt: bigint, matchNumber = 1n) =>
    gasOf(desk.connect(operator).settleTrade(await trade(salt, matchNumber)));

  return undoing(async () => {
    await settle(1n);
    await passTime();
    const held = await shares.balanceOf(buyer.address, asset);
    const dvp = await settle(2n);
    await passTime();
    const further = await settle(2n, 2n);
    await passTime();
    const list = await Promise.all(Array.from({ length: LIST }, (_, place) => trade(BigInt(10 + place))));
    const listed = (await gasOf(desk.connect(operator).settleTrades(list))) / LIST;
    await passTime();
    const plain = await gasOf(shares.connect(seller).safeTransferFrom(seller, buyer, asset, QUANTITY, "0x"));
    const moved = (await shares.balanceOf(buyer.address, asset)) - held;
    assert.equal(moved, QUANTITY * BigInt(3 + LIST), "all trades and the transfer moved shares");
    return { dvp, further, listed, plain };
  });
}
