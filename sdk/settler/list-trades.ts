import type { Provider } from "ethers";
import { explainCode } from "../../executor/index.ts";

import type { SettlementDesk, SignedTradeStruct } from "../../typechain-types/contracts/settlement/SettlementDesk.ts";
import { SettlementDesk__factory } from "../../typechain-types/index.ts";
import { badInput } from "../errors.ts";
import type { SettlementFile } from "../settlement-file.ts";
import { readSettlementRefusal } from "../settlement-refusal.ts";
import { signedAlone } from "../signed-trade.ts";

/** A trade of a file as the desk takes it. */
export interface ListedTrade {
  readonly id: string;
  readonly buyer: string;
  readonly buyOrder: string;
  readonly signed: SignedTradeStruct;
  readonly isSettled: boolean;
}

/** A trade that a list did not settle. */
export interface TradeRefusal {
  readonly trade: string;
  readonly error: string;
  readonly code: number | null;
  readonly sentence: string;
}

/** The trades of a file with their ids, and whether the desk has settled them already. */
export async function listTrades(desk: SettlementDesk, { orders, trades }: SettlementFile): Promise<ListedTrade[]> {
  const list: ListedTrade[] = [];
  for (const [place, { buyOrder, sellOrder, quantity, price, matchNumber }] of trades.entries()) {
    const [buy, sell] = [orders[buyOrder], orders[sellOrder]];
    if (buy === undefined || sell === undefined) throw badInput(`trade ${place + 1} names an order that is not there`);
    const [bought, sold] = await Promise.all([desk.hashOrder(buy), desk.hashOrder(sell)]);
    const terms = { quantity, price, matchNumber };
    const ids = { buyOrder: bought, sellOrder: sold, ...terms };
    list.push({
      id: await desk.hashTrade(ids),
      buyer: buy.trader,
      buyOrder: bought,
      signed: { buy: signedAlone(buy, buy.signature), sell: signedAlone(sell, sell.signature), ...terms },
      isSettled: await desk.isTradeSettled(ids),
    });
  }
  return list;
}

/** What these transactions refused, in the words of the contract that did and of the table of reasons. */
export async function readRefusals(
  provider: Provider,
  hashes: readonly string[],
  trades: readonly ListedTrade[],
): Promise<TradeRefusal[]> {
  const desk = SettlementDesk__factory.createInterface();
  const known = new Map(trades.map((trade) => [trade.id, trade]));
  const refusals: TradeRefusal[] = [];

  for (const hash of hashes) {
    const receipt = await provider.getTransactionReceipt(hash);
    for (const log of receipt?.logs ?? []) {
      const event = desk.parseLog(log);
      if (event?.name !== "TradeRefused") continue;
      const trade = known.get(String(event.args["trade"]));
      if (trade === undefined) continue;
      const { error, code } = readSettlementRefusal(String(event.args["reason"]), trade);
      const sentence = code === undefined ? "" : explainCode(code).sentence;
      refusals.push({
        trade: trade.id,
        error: error === "0x" ? "no reason given" : error,
        code: code ?? null,
        sentence,
      });
    }
  }
  return refusals;
}
