import type { Order, Snapshot } from "../../../executor/index.ts";
import type { ProvedOrder } from "./draw-batch.ts";

/** A group of checks: engine and chain go through the same groups, each in an order of its own. */
export type Stage =
  | "malformed"
  | "pair"
  | "stranger"
  | "signature"
  | "repeated"
  | "terms"
  | "band"
  | "fill"
  | "unit"
  | "cash"
  | "asset"
  | "seller"
  | "sellerRule"
  | "shares"
  | "buyer"
  | "buyerRule"
  | "holdings";

export interface Reason {
  readonly stage: Stage;
  readonly code: number;
}

/** docs/formats.md, section 5. */
const ENGINE_ORDER: readonly Stage[] = [
  "malformed",
  "unit",
  "pair",
  "stranger",
  "signature",
  "repeated",
  "terms",
  "band",
  "fill",
  "asset",
  "seller",
  "sellerRule",
  "buyer",
  "buyerRule",
  "holdings",
  "shares",
  "cash",
];

/** `settleTrade`: money comes before shares, and there what a wallet lacks before what the rules say. */
const CHAIN_ORDER: readonly Stage[] = [
  "pair",
  "signature",
  "repeated",
  "terms",
  "band",
  "fill",
  "unit",
  "cash",
  "asset",
  "seller",
  "buyer",
  "shares",
];

/** A trade with its two orders. */
export interface AskedTrade {
  readonly id: string;
  readonly buy: ProvedOrder;
  readonly sell: ProvedOrder;
  readonly buyId: string;
  readonly sellId: string;
  readonly quantity: bigint;
  /** Base units. */
  readonly price: bigint;
  readonly matchNumber: bigint;
  /** Whether the engine may settle less than `quantity`. */
  readonly isPartial: boolean;
}

export interface Band {
  readonly code: number;
  readonly low: bigint;
  readonly high: bigint;
}

const key = (...parts: readonly (string | bigint | number)[]) => parts.join("/").toLowerCase();

/** The plainest books there can be, that can tell every reason against a trade and not only the first. */
export class PlainWorld {
  readonly #snapshot: Snapshot;
  readonly #time: bigint;
  readonly #bandOf: (asset: bigint, currency: string) => Band;
  readonly #ruleOrder: ReadonlyMap<bigint, readonly number[]>;
  readonly #cash = new Map<string, bigint>();
  readonly #spendable = new Map<string, bigint>();
  readonly #held = new Map<string, bigint>();
  readonly #filled = new Map<string, bigint>();
  /** What the chain has settled, by all that makes a trade's id there; and ids that the engine has seen. */
  readonly #settled = new Set<string>();
  readonly #seen = new Set<string>();

  constructor(
    snapshot: Snapshot,
    time: bigint,
    ruleOrder: ReadonlyMap<bigint, readonly number[]>,
    bandOf: (asset: bigint, currency: string) => Band,
    early: readonly AskedTrade[],
  ) {
    this.#snapshot = snapshot;
    this.#time = time;
    this.#ruleOrder = ruleOrder;
    this.#bandOf = bandOf;
    for (const trade of early) {
      for (const order of [trade.buyId, trade.sellId]) add(this.#filled, order, trade.quantity);
      this.#seen.add(trade.id);
      this.#settled.add(chainId(trade));
    }
    for (const { account, currency, deposited } of snapshot.cash) {
      this.#cash.set(this.#cashKey(account, snapshot.currencies[currency]?.address ?? ""), deposited);
    }
    for (const { account, asset, spendable, balance } of snapshot.shares) {
      const unit = snapshot.assets[asset]?.id ?? 0n;
      const { address = "", investor = "" } = snapshot.accounts[account] ?? {};
      this.#spendable.set(key(address, unit), spendable);
      if (investor !== "") this.#held.set(key(investor, unit), (this.#held.get(key(investor, unit)) ?? 0n) + balance);
    }
  }

  /** Why the engine should refuse it: the first reason by its order. Mandates and chunks aside. */
  engineReason(trade: AskedTrade): number {
    return first(this.reasonsOf(trade, this.#seen.has(trade.id)), (reason) => ENGINE_ORDER.indexOf(reason.stage));
  }

  /** Why the chain should refuse it, which knows only what was settled. */
  chainReason(trade: AskedTrade): number {
    const rules = this.#ruleOrder.get(trade.buy.order.asset) ?? [];
    return first(this.reasonsOf(trade, this.#settled.has(chainId(trade))), ({ stage, code }) => {
      const place = CHAIN_ORDER.indexOf(stage);
      // Rules that fail or lack counts are noticed where rules are asked.
      if (code === 90 || code === 91) return CHAIN_ORDER.length - 0.5;
      if (place >= 0) return place;
      return rules.includes(code) ? CHAIN_ORDER.length + rules.indexOf(code) : -1;
    });
  }

  /** Books what was accepted. */
  settle(trade: AskedTrade): void {
    const { buy, sell, quantity, price, buyId, sellId } = trade;
    const { asset, currency } = buy.order;
    const cash = (quantity * price) / this.#unitOf(currency);
    add(this.#cash, key(buy.order.trader, currency), -cash);
    add(this.#cash, key(sell.order.trader, currency), cash);
    add(this.#spendable, key(sell.order.trader, asset), -quantity);
    add(this.#spendable, key(buy.order.trader, asset), quantity);
    const [from, to] = [this.#investorOf(sell.order), this.#investorOf(buy.order)];
    if (from !== "") add(this.#held, key(from, asset), -quantity);
    if (to !== "") add(this.#held, key(to, asset), quantity);
    add(this.#filled, buyId, quantity);
    add(this.#filled, sellId, quantity);
    this.#settled.add(chainId(trade));
  }

  /** Remembers that it was asked for. */
  see({ id }: AskedTrade): void {
    this.#seen.add(id);
  }

  /** By how much the buyer's deposit is too small. */
  missingCash({ buy, quantity, price }: AskedTrade): bigint {
    const { currency, trader } = buy.order;
    return (quantity * price) / this.#unitOf(currency) - (this.#cash.get(key(trader, currency)) ?? 0n);
  }

  /** What the engine settles of it, if anything: up to the quantity, what orders, shares and cash bear; one share is judged where they bear none. */
  boundOf(trade: AskedTrade): bigint {
    const { buy, sell, quantity, price, isPartial, buyId, sellId } = trade;
    if (!isPartial || quantity === 0n) return quantity;
    const { trader, currency, asset } = buy.order;
    const cash = (this.#cash.get(key(trader, currency)) ?? 0n) * this.#unitOf(currency);
    const bounds = [
      buy.order.quantity - (this.#filled.get(buyId) ?? 0n),
      sell.order.quantity - (this.#filled.get(sellId) ?? 0n),
      this.#spendable.get(key(sell.order.trader, asset)) ?? 0n,
      cash / price,
    ];
    const least = bounds.reduce((one, other) => (one < other ? one : other), quantity);
    return least > 1n ? least : 1n;
  }

  reasonsOf(trade: AskedTrade, isRepeated = false): Reason[] {
    const { buy, sell, quantity, price, buyId, sellId } = trade;
    const [bought, sold] = [buy.order, sell.order];
    const reasons: Reason[] = [];
    const note = (stage: Stage, code: number, isSo: boolean) => {
      if (isSo && code !== 0) reasons.push({ stage, code });
    };
    const { asset, currency } = bought;
    const unit = this.#unitOf(currency);
    const assetPlace = this.#snapshot.assets.findIndex((each) => each.id === asset);
    const state = this.#snapshot.assets[assetPlace];

    note("malformed", 100, this.#isMalformed(bought) || this.#isMalformed(sold));
    note("pair", 102, bought.side !== 0 || sold.side !== 1);
    note("pair", 103, asset !== sold.asset);
    note("pair", 104, currency !== sold.currency);
    note("pair", 105, quantity === 0n);
    note("pair", 106, bought.trader === sold.trader);
    note("stranger", 107, this.#placeOf(bought) < 0 || this.#placeOf(sold) < 0);
    note("signature", 108, !buy.isSigned);
    note("signature", 109, !sell.isSigned);
    note("repeated", 110, isRepeated);
    note("terms", 111, this.#time > bought.expiry);
    note("terms", 112, this.#time > sold.expiry);
    note("terms", 113, price > bought.limitPrice);
    note("terms", 114, price < sold.limitPrice);
    const band = this.#bandOf(asset, currency);
    note("band", 118, band.code !== 0 || price < band.low || price > band.high);
    note("fill", 115, (this.#filled.get(buyId) ?? 0n) + quantity > bought.quantity);
    note("fill", 116, (this.#filled.get(sellId) ?? 0n) + quantity > sold.quantity);
    note("unit", 100, price % unit !== 0n);
    note("cash", 117, this.missingCash(trade) > 0n);
    note("asset", state?.state ?? 1, true);
    const sending = this.#position(sold, assetPlace)?.sendCode ?? 10;
    const receiving = this.#position(bought, assetPlace)?.receiveCode ?? 12;
    note(sending < 30 ? "seller" : "sellerRule", sending, true);
    note("shares", 20, quantity > (this.#spendable.get(key(sold.trader, asset)) ?? 0n));
    note(receiving < 30 ? "buyer" : "buyerRule", receiving, true);
    for (const code of this.#brokenLimits(trade, state)) note("holdings", code, true);
    return reasons;
  }

  /** 32 to 35. */
  #brokenLimits({ buy, sell, quantity }: AskedTrade, asset: Snapshot["assets"][number] | undefined): number[] {
    const [from, to] = [this.#investorOf(sell.order), this.#investorOf(buy.order)];
    if (asset === undefined || from === to) return [];
    const heldBy = (investor: string) => this.#held.get(key(investor, asset.id)) ?? 0n;
    const before = this.#holdersOf(asset.id);
    const rest = heldBy(from) - quantity;
    const total = heldBy(to) + quantity;
    const comes = to !== "" && heldBy(to) === 0n ? 1 : 0;
    const leaves = from !== "" && rest === 0n ? 1 : 0;
    const after = before + comes - leaves;
    const { holderLimit, minimumHolders = 0, balanceCap = 0n, minimumHolding = 0n } = asset;

    const isTooSmall = (shares: bigint) => shares > 0n && shares < minimumHolding;
    return [
      ...(holderLimit > 0 && after > holderLimit && after > before ? [32] : []),
      ...(after < minimumHolders && after < before ? [33] : []),
      ...(balanceCap > 0n && to !== "" && total > balanceCap ? [34] : []),
      ...((from !== "" && isTooSmall(rest)) || (to !== "" && isTooSmall(total)) ? [35] : []),
    ];
  }

  #holdersOf(asset: bigint): number {
    return [...this.#held].filter(([holding, held]) => holding.endsWith(`/${asset}`) && held > 0n).length;
  }

  #isMalformed({ asset, currency, limitPrice }: Order): boolean {
    const isKnown = this.#snapshot.assets.some((each) => each.id === asset);
    return !isKnown || limitPrice % this.#unitOf(currency) !== 0n;
  }

  #unitOf(currency: string): bigint {
    return this.#snapshot.currencies.find(({ address }) => address === currency)?.engineUnit ?? 1n;
  }

  #placeOf({ trader }: Order): number {
    return this.#snapshot.accounts.findIndex(({ address }) => address.toLowerCase() === trader.toLowerCase());
  }

  #investorOf(order: Order): string {
    return this.#snapshot.accounts[this.#placeOf(order)]?.investor ?? "";
  }

  #position(order: Order, asset: number) {
    const account = this.#placeOf(order);
    return this.#snapshot.shares.find((each) => each.account === account && each.asset === asset);
  }

  #cashKey(account: number, currency: string): string {
    return key(this.#snapshot.accounts[account]?.address ?? "", currency);
  }
}

/** What makes a trade another one on chain, where what settled of it is part of its id. */
function chainId({ buyId, sellId, quantity, price, matchNumber }: AskedTrade): string {
  return key(buyId, sellId, quantity, price, matchNumber);
}

/** The code of the reason that stands first; 0 if there is none. Reasons at -1 are not asked at all. */
function first(reasons: readonly Reason[], placeOf: (reason: Reason) => number): number {
  const asked = reasons.map((reason) => ({ reason, place: placeOf(reason) })).filter(({ place }) => place >= 0);
  const [least] = asked.sort((one, other) => one.place - other.place || one.reason.code - other.reason.code);
  return least?.reason.code ?? 0;
}

function add(amounts: Map<string, bigint>, name: string, delta: bigint): void {
  amounts.set(name, (amounts.get(name) ?? 0n) + delta);
}
