import { mkdir, writeFile } from "node:fs/promises";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { BUY, ORDER_TYPES, SELL, settlementDomain } from "../../executor/index.ts";
import { signMandate } from "../../sdk/mandate.ts";
import { openLocal } from "./open-local.ts";

// npx hardhat run scripts/first-asset/sign-trades.ts --network localhost
//
// Ana and Ben deposit cash, sign a mandate each and sign one order each: Ana sells 100 shares, Ben buys them. What a venue would
// then hand over, the orders and the trade that matches them, goes to runs/first-asset/trades.ndjson.

const FOLDER = "runs/first-asset";
const DAY = 86_400n;
const ASSET = 1n;
const CASH = 1_000_000_000n; // USD 1,000.00
const SHARES = 100n;

const { suite, ana, ben, chainId, now } = await openLocal();
const { settlementDesk, testDollar } = suite;
const place = { chainId, desk: await settlementDesk.getAddress() };
const currency = await testDollar.getAddress();
if ((await settlementDesk.engineUnit(currency)) === 0n) await (await settlementDesk.allowCurrency(currency, 1n)).wait();

for (const trader of [ana, ben]) {
  await (await testDollar.mint(trader.address, CASH)).wait();
  await (await testDollar.connect(trader).approve(settlementDesk, CASH)).wait();
  await (await settlementDesk.connect(trader).deposit(currency, CASH)).wait();

  const mandate = {
    account: trader.address,
    currency,
    maxCashOut: CASH,
    lossAllowance: 0n,
    feeCap: 0n,
    expiry: now + 30n * DAY,
    nonce: (await settlementDesk.mandateNonce(trader.address, currency)) + 1n,
    limits: [{ asset: ASSET, maxIn: 1_000n, maxOut: 1_000n, maxBuyPrice: 1_100_000n, minSellPrice: 900_000n }],
  };
  await (await settlementDesk.registerMandate(mandate, await signMandate(trader, place, mandate))).wait();
}

const sell = await signOrder("sell-1", ana, SELL, 1_000_000n);
const buy = await signOrder("buy-1", ben, BUY, 1_050_000n);
const trade = { type: "trade", buy: "buy-1", sell: "sell-1", quantity: "100", price: "1020000", matchNumber: "1" };

await mkdir(FOLDER, { recursive: true });
const lines = [sell, buy, trade].map((line) => JSON.stringify(line));
await writeFile(`${FOLDER}/trades.ndjson`, `${lines.join("\n")}\n`);
console.log(`Two orders and a trade are in ${FOLDER}/trades.ndjson.`);

/** A line of the settlement file: the order as its trader signed it, with integers as decimal strings. */
async function signOrder(ref: string, trader: HardhatEthersSigner, side: number, limitPrice: bigint) {
  const order = {
    trader: trader.address,
    side,
    asset: ASSET,
    currency,
    quantity: SHARES,
    limitPrice,
    expiry: now + DAY,
    priority: 0,
    salt: now,
  };
  const signature = await trader.signTypedData(settlementDomain(chainId, place.desk), ORDER_TYPES, order);
  const amounts = Object.entries(order).map(([key, value]) => [key, typeof value === "bigint" ? String(value) : value]);
  return { type: "order", ref, ...Object.fromEntries(amounts), side: side === BUY ? "buy" : "sell", signature };
}
