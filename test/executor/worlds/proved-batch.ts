import type { BatchResult } from "../../../executor/index.ts";
import { BOB, buys, CROWN, CROWN_UNIT, everyoneMayTrade, sells, settle, trade } from "./trading-world.ts";

/**
 * A batch of 11 instructions in chunks of 4, 4 and 3, so that no tree but two has all its leaves: trades in dollars, one of
 * them refused. Bob had no dollars listed, and gets some.
 */
export function provedBatch(): Promise<BatchResult> {
  const snapshot = everyoneMayTrade((draft) => {
    draft.cash = draft.cash.filter(({ account, currency }) => account !== BOB || currency !== 0);
  });
  const crowns = { currency: CROWN, limitPrice: CROWN_UNIT };
  const orders = [buys("alice"), sells("bob"), buys("carol"), sells("the desk"), buys("alice", crowns)];
  const trades = Array.from({ length: 11 }, (_, match) =>
    trade({
      ...(match % 2 === 0 ? {} : { buyOrder: 2, sellOrder: 3 }),
      quantity: match === 5 ? 0n : BigInt(match + 1),
      matchNumber: BigInt(match),
    }),
  );
  return settle({ snapshot, orders, trades, maxChunkInstructions: 4 });
}
