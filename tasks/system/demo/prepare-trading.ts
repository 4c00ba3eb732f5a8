import { signMandate } from "../../../sdk/mandate.ts";
import { signPermit } from "../../../sdk/permit.ts";
import type { Progress } from "../../lib/progress.ts";
import type { DemoInvestor } from "./investors.ts";
import { chainTime, type DemoWorld, mined } from "./world.ts";

/** Cash that every holder brings to the settlement desk, in base units: USD 2,000. */
export const TRADING_CASH = 2_000_000_000n;

/** What every holder lets netted settlement do to him over the day. Prices in base units per share. */
const TRADING_LIMITS = {
  maxIn: 50_000n,
  maxOut: 50_000n,
  maxBuyPrice: 1_100_000n,
  minSellPrice: 900_000n,
  maxCashOut: 50_000_000_000n,
  lossAllowance: 500_000_000n,
  feeCap: 0n,
} as const;

/** Holders deposit cash by permit and sign a mandate, which the operator brings to the desk. */
export async function prepareTrading(
  world: DemoWorld,
  id: bigint,
  holders: readonly DemoInvestor[],
  progress: Progress,
): Promise<void> {
  const { suite, chainId } = world;
  const { settlementDesk, testDollar } = suite;
  const [desk, currency] = [await settlementDesk.getAddress(), await testDollar.getAddress()];
  const deadline = (await chainTime(world)) + 30n * 86_400n;
  const { maxCashOut, lossAllowance, feeCap, ...limit } = TRADING_LIMITS;
  if ((await settlementDesk.engineUnit(currency)) === 0n) await mined(settlementDesk.allowCurrency(currency, 1n));

  for (const [place, { wallet }] of holders.entries()) {
    await mined(testDollar.mint(wallet.address, TRADING_CASH));
    const { v, r, s } = await signPermit(testDollar, wallet, desk, TRADING_CASH, deadline);
    await mined(settlementDesk.connect(wallet).depositWithPermit(currency, TRADING_CASH, deadline, v, r, s));

    const mandate = {
      account: wallet.address,
      currency,
      maxCashOut,
      lossAllowance,
      feeCap,
      expiry: deadline,
      nonce: (await settlementDesk.mandateNonce(wallet.address, currency)) + 1n,
      limits: [{ asset: id, ...limit }],
    };
    await mined(settlementDesk.registerMandate(mandate, await signMandate(wallet, { chainId, desk }, mandate)));
    progress.update(place + 1, holders.length);
  }
}
