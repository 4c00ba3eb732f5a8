import type { NetworkConnection } from "hardhat/types/network";
import { DOLLAR, deployFourHolders } from "./settlement-suite.ts";
import type { Order } from "./settlement-types.ts";

type Trader = Awaited<ReturnType<typeof deployFourHolders>>["alice"];

export interface ListedTerms {
  readonly buyer?: Trader;
  readonly seller?: Trader;
  readonly signer?: Trader;
  readonly buy?: Partial<Order>;
  readonly sell?: Partial<Order>;
  readonly quantity?: bigint;
  readonly price?: bigint;
  readonly matchNumber?: bigint;
}

/** Four holders who trade with one another; without terms alice buys ten shares from bob, at ten dollars. */
export async function deployTradeList(connection: NetworkConnection) {
  const suite = await deployFourHolders(connection);
  const { desk, operator, alice, bob, orderOf, signedTrade } = suite;
  let salt = 0n;

  /** A trade of orders of its own; `signer` signs for the seller. */
  async function tradeOf(terms: ListedTerms = {}) {
    const { buyer = alice, seller = bob, quantity = 10n, price = 10n * DOLLAR, matchNumber = 1n } = terms;
    salt += 1n;
    const buy = orderOf(buyer.address, 0n, { salt, ...terms.buy });
    const sell = orderOf(seller.address, 1n, { salt, ...terms.sell });
    const signed = { order: sell, signer: terms.signer ?? seller };
    return signedTrade({ order: buy, signer: buyer }, signed, { quantity, price, matchNumber });
  }

  type SignedTrade = Awaited<ReturnType<typeof tradeOf>>;

  async function plain({ buy, sell, quantity, price, matchNumber }: SignedTrade) {
    const [buyOrder, sellOrder] = await Promise.all([desk.hashOrder(buy.order), desk.hashOrder(sell.order)]);
    return { buyOrder, sellOrder, quantity, price, matchNumber };
  }

  const idOf = async (trade: SignedTrade) => desk.hashTrade(await plain(trade));
  const isSettled = async (trade: SignedTrade) => desk.isTradeSettled(await plain(trade));

  const settle = (trades: readonly SignedTrade[], overrides = {}) =>
    desk.connect(operator).settleTrades([...trades], overrides);

  return { ...suite, tradeOf, idOf, isSettled, settle };
}
