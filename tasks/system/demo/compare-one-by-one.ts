import { type BatchResult, instructionsOf, isAccepted, type Receipt, receiptsOf } from "../../../executor/index.ts";
import { signedAlone } from "../../../sdk/signed-trade.ts";
import type { Progress } from "../../lib/progress.ts";
import type { Trading } from "./make-trades.ts";
import { type DemoWorld, mined } from "./world.ts";

export interface OneByOne {
  readonly trades: number;
  readonly gas: bigint;
}

/**
 * Posts accepted trades one by one, as two signed orders each, to see what that costs; then takes it all back, because the same
 * trades settle net afterwards.
 */
export async function compareOneByOne(
  world: DemoWorld,
  { orders, trades }: Trading,
  result: BatchResult,
  count: number,
  progress: Progress,
): Promise<OneByOne> {
  const { suite, connection } = world;
  const instructions = instructionsOf(result);
  const accepted = receiptsOf(result)
    .filter((receipt: Receipt) => isAccepted(receipt.code))
    .slice(0, count);
  const snapshot: unknown = await connection.provider.request({ method: "evm_snapshot" });
  let gas = 0n;

  for (const [place, { index }] of accepted.entries()) {
    const trade = trades[instructions[index]?.sequence ?? -1];
    const [buy, sell] = [orders[trade?.buyOrder ?? -1], orders[trade?.sellOrder ?? -1]];
    if (trade === undefined || buy === undefined || sell === undefined)
      throw new RangeError(`receipt ${index} has no trade`);
    const { quantity, price, matchNumber } = trade;
    const [bought, sold] = [signedAlone(buy, buy.signature), signedAlone(sell, sell.signature)];
    const receipt = await mined(
      suite.settlementDesk.settleTrade({ buy: bought, sell: sold, quantity, price, matchNumber }),
    );
    gas += receipt.gasUsed;
    progress.update(place + 1, accepted.length);
  }

  await connection.provider.request({ method: "evm_revert", params: [snapshot] });
  return { trades: accepted.length, gas };
}
