import { POSITION_KIND, type Position } from "../formats/position-leaf.ts";
import { CODE } from "../formats/reason-codes.ts";
import type { SharePosition, Snapshot } from "../snapshot.ts";
import type { PlainTrade } from "./plain-trade.ts";

/** Shares and cash in maps, keyed by "account/asset" and "account/currency". */
export class PlainLedger {
  readonly #snapshot: Snapshot;
  readonly #positions: Map<string, SharePosition>;
  readonly #spendable: Map<string, bigint>;
  readonly #cash: Map<string, bigint>;
  /** Shares over all wallets, by "asset/investor". */
  readonly #holdings = new Map<string, bigint>();
  /** Investors that hold an asset. */
  readonly #holders = new Map<number, Set<string>>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
    this.#positions = new Map(snapshot.shares.map((position) => [`${position.account}/${position.asset}`, position]));
    this.#spendable = new Map(
      snapshot.shares.map(({ account, asset, spendable }) => [`${account}/${asset}`, spendable]),
    );
    this.#cash = new Map(
      snapshot.cash.map(({ account, currency, deposited }) => [`${account}/${currency}`, deposited]),
    );
    for (const { account, asset, balance } of snapshot.shares) this.#hold(account, asset, balance);
  }

  /** 1 to 3, 10 to 32, 20, 117: whether the register and the deposits allow `trade`. */
  check({ buyer, seller, asset, currency, quantity, cash }: PlainTrade): number {
    const state = this.#snapshot.assets[asset]?.state ?? 1;
    const sendCode = this.#positions.get(`${seller}/${asset}`)?.sendCode ?? CODE.senderUnknown;
    const receiveCode = this.#positions.get(`${buyer}/${asset}`)?.receiveCode ?? CODE.receiverUnknown;

    if (state !== 0) return state;
    if (sendCode !== 0) return sendCode;
    if (receiveCode !== 0) return receiveCode;
    if (this.#exceedsLimit(seller, buyer, asset, quantity)) return CODE.holderLimitReached;
    if (quantity > (this.#spendable.get(`${seller}/${asset}`) ?? 0n)) return CODE.balanceTooSmall;
    if (cash > (this.#cash.get(`${buyer}/${currency}`) ?? 0n)) return CODE.cashTooSmall;
    return CODE.accepted;
  }

  /** What an account may spend of its shares of an asset. */
  spendableOf(account: number, asset: number): bigint {
    return this.#spendable.get(`${account}/${asset}`) ?? 0n;
  }

  /** What an account has deposited in a currency. */
  cashOf(account: number, currency: number): bigint {
    return this.#cash.get(`${account}/${currency}`) ?? 0n;
  }

  /** Trades that bring new investors into an asset that would have too many once all of `trades` have settled. */
  crowding(trades: readonly PlainTrade[]): PlainTrade[] {
    const after = new Map(this.#holdings);
    for (const { buyer, seller, asset, quantity } of trades) {
      add(after, `${asset}/${this.#investorOf(seller)}`, -quantity);
      add(after, `${asset}/${this.#investorOf(buyer)}`, quantity);
    }
    const isNew = (investor: string, asset: number) =>
      investor !== "" && !this.#holders.get(asset)?.has(investor) && (after.get(`${asset}/${investor}`) ?? 0n) > 0n;
    const countAfter = (asset: number) => {
      const touched = trades.flatMap(({ buyer, seller }) => [this.#investorOf(buyer), this.#investorOf(seller)]);
      const investors = new Set([...(this.#holders.get(asset) ?? []), ...touched.filter((each) => each !== "")]);
      return [...investors].filter((investor) => (after.get(`${asset}/${investor}`) ?? 0n) > 0n).length;
    };

    return trades.filter(({ buyer, asset }) => {
      const limit = this.#snapshot.assets[asset]?.holderLimit ?? 0;
      return limit !== 0 && isNew(this.#investorOf(buyer), asset) && countAfter(asset) > limit;
    });
  }

  /** Every position as it is now: those of the snapshot in its order, then cash of who had none listed. */
  positions(): { readonly shares: Position[]; readonly cash: Position[] } {
    const { accounts, assets, currencies, shares, cash } = this.#snapshot;
    const listed = cash.map(({ account, currency }) => `${account}/${currency}`);
    const added = accounts.flatMap((_, account) => currencies.map((__, currency) => `${account}/${currency}`));
    const paid = added.filter((key) => !listed.includes(key) && (this.#cash.get(key) ?? 0n) !== 0n);

    return {
      shares: shares.map(({ account, asset, balance, spendable: opening }) => {
        const spendable = this.#spendable.get(`${account}/${asset}`) ?? 0n;
        return {
          kind: POSITION_KIND.shares,
          account: accounts[account]?.address ?? "",
          unit: assets[asset]?.id ?? 0n,
          balance: balance + spendable - opening,
          spendable,
        };
      }),
      cash: [...listed, ...paid].map((key) => {
        const [account = 0, currency = 0] = key.split("/").map(Number);
        const amount = this.#cash.get(key) ?? 0n;
        return {
          kind: POSITION_KIND.cash,
          account: accounts[account]?.address ?? "",
          unit: BigInt(currencies[currency]?.address ?? 0),
          balance: amount,
          spendable: amount,
        };
      }),
    };
  }

  /** Moves what {@link check} allowed. */
  move({ buyer, seller, asset, currency, quantity, cash }: PlainTrade): void {
    add(this.#spendable, `${seller}/${asset}`, -quantity);
    add(this.#spendable, `${buyer}/${asset}`, quantity);
    this.#hold(seller, asset, -quantity);
    this.#hold(buyer, asset, quantity);
    add(this.#cash, `${buyer}/${currency}`, -cash);
    add(this.#cash, `${seller}/${currency}`, cash);
  }

  /** Whether the buyer is one investor too many, after the seller has left or stayed. */
  #exceedsLimit(seller: number, buyer: number, asset: number, quantity: bigint): boolean {
    const limit = this.#snapshot.assets[asset]?.holderLimit ?? 0;
    const from = this.#investorOf(seller);
    const to = this.#investorOf(buyer);
    if (limit === 0 || to === "" || to === from) return false;

    const after = new Set(this.#holders.get(asset));
    if (after.has(to)) return false;
    if (this.#holdings.get(`${asset}/${from}`) === quantity) after.delete(from);
    return after.add(to).size > limit;
  }

  /** Adds to what an investor holds over all wallets; a protocol account is nobody's. */
  #hold(account: number, asset: number, delta: bigint): void {
    const investor = this.#investorOf(account);
    if (investor === "") return;

    const holders = this.#holders.get(asset) ?? new Set<string>();
    this.#holders.set(asset, holders);
    add(this.#holdings, `${asset}/${investor}`, delta);
    if ((this.#holdings.get(`${asset}/${investor}`) ?? 0n) > 0n) holders.add(investor);
    else holders.delete(investor);
  }

  #investorOf(account: number): string {
    return this.#snapshot.accounts[account]?.investor ?? "";
  }
}

/** Adds `delta` to the amount under `key`. */
export function add<Key>(amounts: Map<Key, bigint>, key: Key, delta: bigint): void {
  amounts.set(key, (amounts.get(key) ?? 0n) + delta);
}
