import { POSITION_KIND, type Position } from "../formats/position-leaf.ts";
import { CODE } from "../formats/reason-codes.ts";
import type { SharePosition, Snapshot } from "../snapshot.ts";
import type { PlainMovement } from "./plain-movement.ts";

/** Shares and cash in maps, keyed by "account/asset" and "account/currency". */
export class PlainLedger {
  readonly #snapshot: Snapshot;
  readonly #positions: Map<string, SharePosition>;
  readonly #balance: Map<string, bigint>;
  /** Frozen, locked and set aside: it may be more than there is. */
  readonly #held: Map<string, bigint>;
  readonly #frozen: Map<string, bigint>;
  readonly #cash: Map<string, bigint>;
  /** Shares over all wallets, by "asset/investor". */
  readonly #holdings = new Map<string, bigint>();
  /** Investors that hold an asset. */
  readonly #holders = new Map<number, Set<string>>();

  constructor(snapshot: Snapshot) {
    const amounts = (of: (position: SharePosition) => bigint) =>
      new Map(snapshot.shares.map((position) => [`${position.account}/${position.asset}`, of(position)]));

    this.#snapshot = snapshot;
    this.#positions = new Map(snapshot.shares.map((position) => [`${position.account}/${position.asset}`, position]));
    this.#balance = amounts(({ balance }) => balance);
    this.#held = amounts(({ balance, spendable }) => balance - spendable);
    this.#frozen = amounts(({ frozen }) => frozen ?? 0n);
    this.#cash = new Map(
      snapshot.cash.map(({ account, currency, deposited }) => [`${account}/${currency}`, deposited]),
    );
    for (const { account, asset, balance } of snapshot.shares) this.#hold(account, asset, balance);
  }

  /** 1 to 3, 10 to 35, 20 to 22, 117: whether the register, the rules and the deposits allow `movement`. */
  check(movement: PlainMovement): number {
    const { buyer, seller, asset, currency, quantity, cash, released = 0n } = movement;
    if (asset !== undefined) {
      const code = this.checkSender(seller, asset) || this.#checkReceiver(buyer, asset) || this.#checkRules(movement);
      if (code !== CODE.accepted) return code;
      if (quantity > this.freeOf(seller, asset) + released) return this.shortageCode(seller, asset, quantity);
    }
    return cash > this.cashOf(buyer, currency) ? CODE.cashTooSmall : CODE.accepted;
  }

  /** 1 to 19 for who gives: whether the asset may move and the account may send it. */
  checkSender(account: number, asset: number): number {
    const state = this.#snapshot.assets[asset]?.state ?? 1;
    return state === 0 ? (this.#positions.get(`${account}/${asset}`)?.sendCode ?? CODE.senderUnknown) : state;
  }

  /** 20, 21 or 22: why `quantity` shares are too many. A position that says nothing of frozen shares, and has none, tells 20. */
  shortageCode(account: number, asset: number, quantity: bigint): number {
    const key = `${account}/${asset}`;
    const balance = this.#balance.get(key) ?? 0n;

    const frozen = this.frozenOf(account, asset);
    const isStated = frozen !== 0n || this.#positions.get(key)?.frozen !== undefined;

    if (!isStated || quantity > balance) return CODE.balanceTooSmall;
    return quantity > balance - frozen ? CODE.balanceFrozen : CODE.balanceLocked;
  }

  spendableOf(account: number, asset: number): bigint {
    const free = this.freeOf(account, asset);
    return free > 0n ? free : 0n;
  }

  /** Shares that are not held back; below zero, as many have to arrive before any moves. */
  freeOf(account: number, asset: number): bigint {
    const key = `${account}/${asset}`;
    return (this.#balance.get(key) ?? 0n) - (this.#held.get(key) ?? 0n);
  }

  frozenOf(account: number, asset: number): bigint {
    return this.#frozen.get(`${account}/${asset}`) ?? 0n;
  }

  cashOf(account: number, currency: number): bigint {
    return this.#cash.get(`${account}/${currency}`) ?? 0n;
  }

  /**
   * Of each asset whose rules would be broken once all of `movements` have settled, the last one to blame: who brings in a new
   * holder beyond the limit, takes from one who leaves too few, pays into too large a holding, or touches too small a one.
   */
  breaking(movements: readonly PlainMovement[]): Set<PlainMovement> {
    const assets = new Set(movements.flatMap(({ asset }) => (asset === undefined ? [] : [asset])));
    return new Set(
      [...assets].flatMap((asset) =>
        this.#breakingOf(
          asset,
          movements.filter((movement) => movement.asset === asset),
        ),
      ),
    );
  }

  #breakingOf(asset: number, movements: readonly PlainMovement[]): PlainMovement[] {
    const {
      holderLimit = 0,
      minimumHolders = 0,
      balanceCap = 0n,
      minimumHolding = 0n,
    } = this.#snapshot.assets[asset] ?? {};
    const from = (movement: PlainMovement) => this.#investorOf(movement.seller);
    const to = (movement: PlainMovement) => this.#investorOf(movement.buyer);
    const net = new Map<string, bigint>();
    for (const movement of movements) {
      add(net, from(movement), -movement.quantity);
      add(net, to(movement), movement.quantity);
    }
    net.delete("");

    const before = (investor: string) => this.#holdings.get(`${asset}/${investor}`) ?? 0n;
    const after = (investor: string) => before(investor) + (net.get(investor) ?? 0n);
    const isNew = (investor: string) => net.has(investor) && before(investor) === 0n && after(investor) > 0n;
    const isGone = (investor: string) => net.has(investor) && before(investor) > 0n && after(investor) === 0n;
    const isTooLarge = (investor: string) =>
      balanceCap !== 0n && (net.get(investor) ?? 0n) > 0n && after(investor) > balanceCap;
    const isTooSmall = (investor: string) =>
      (net.get(investor) ?? 0n) !== 0n && after(investor) > 0n && after(investor) < minimumHolding;

    const opening = this.#holders.get(asset)?.size ?? 0;
    const newcomers = [...net.keys()].filter(isNew).length;
    const closing = opening + newcomers - [...net.keys()].filter(isGone).length;
    const blamed =
      (holderLimit !== 0 && closing > opening && closing > holderLimit
        ? movements.findLast((each) => isNew(to(each)))
        : undefined) ??
      (closing < opening && closing < minimumHolders ? movements.findLast((each) => isGone(from(each))) : undefined) ??
      movements.findLast((each) => isTooLarge(to(each))) ??
      movements.findLast((each) => isTooSmall(from(each)) || isTooSmall(to(each)));
    return blamed === undefined ? [] : [blamed];
  }

  /** Every position as it is now: those of the snapshot in its order, then cash of who had none listed. */
  positions(): { readonly shares: Position[]; readonly cash: Position[] } {
    const { accounts, assets, currencies, shares, cash } = this.#snapshot;
    const listed = cash.map(({ account, currency }) => `${account}/${currency}`);
    const added = accounts.flatMap((_, account) => currencies.map((__, currency) => `${account}/${currency}`));
    const paid = added.filter((key) => !listed.includes(key) && (this.#cash.get(key) ?? 0n) !== 0n);

    return {
      shares: shares.map(({ account, asset }) => ({
        kind: POSITION_KIND.shares,
        account: accounts[account]?.address ?? "",
        unit: assets[asset]?.id ?? 0n,
        balance: this.#balance.get(`${account}/${asset}`) ?? 0n,
        spendable: this.spendableOf(account, asset),
      })),
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
  move({ buyer, seller, asset, currency, quantity, cash }: PlainMovement): void {
    if (asset !== undefined) {
      add(this.#balance, `${seller}/${asset}`, -quantity);
      add(this.#balance, `${buyer}/${asset}`, quantity);
      this.#hold(seller, asset, -quantity);
      this.#hold(buyer, asset, quantity);
    }
    add(this.#cash, `${buyer}/${currency}`, -cash);
    add(this.#cash, `${seller}/${currency}`, cash);
  }

  /** Sets spendable shares of a position aside; a negative quantity gives them back. */
  setAside(account: number, asset: number, quantity: bigint): void {
    add(this.#held, `${account}/${asset}`, quantity);
  }

  /** Freezes spendable shares of a position; a negative quantity frees them. */
  freeze(account: number, asset: number, quantity: bigint): void {
    add(this.#held, `${account}/${asset}`, quantity);
    add(this.#frozen, `${account}/${asset}`, quantity);
  }

  /** A way back to how things stand now. */
  save(): () => void {
    const maps = [this.#balance, this.#held, this.#frozen, this.#cash];
    const restore = [...maps.map(saveMap), saveMap(this.#holdings)];
    const holders = new Map([...this.#holders].map(([asset, investors]) => [asset, new Set(investors)]));

    return () => {
      for (const each of restore) each();
      this.#holders.clear();
      for (const [asset, investors] of holders) this.#holders.set(asset, investors);
    };
  }

  #checkReceiver(account: number, asset: number): number {
    return this.#positions.get(`${account}/${asset}`)?.receiveCode ?? CODE.receiverUnknown;
  }

  /** 32 to 35: what the movement makes of the numbers of holders and of what each of the two investors holds. */
  #checkRules({ buyer, seller, asset = 0, quantity }: PlainMovement): number {
    const rules = this.#snapshot.assets[asset];
    const from = this.#investorOf(seller);
    const to = this.#investorOf(buyer);
    if (rules === undefined || from === to) return CODE.accepted;

    const rest = (this.#holdings.get(`${asset}/${from}`) ?? 0n) - quantity;
    const total = (this.#holdings.get(`${asset}/${to}`) ?? 0n) + quantity;
    const before = this.#holders.get(asset) ?? new Set<string>();
    const after = new Set(before);
    if (from !== "" && rest === 0n) after.delete(from);
    if (to !== "") after.add(to);
    const { holderLimit, minimumHolders = 0, balanceCap = 0n, minimumHolding = 0n } = rules;
    const isTooSmall = (left: bigint) => left > 0n && left < minimumHolding;

    if (holderLimit !== 0 && after.size > before.size && after.size > holderLimit) return CODE.holderLimitReached;
    if (after.size < before.size && after.size < minimumHolders) return CODE.tooFewHolders;
    if (balanceCap !== 0n && to !== "" && total > balanceCap) return CODE.balanceCapExceeded;
    if ((from !== "" && isTooSmall(rest)) || (to !== "" && isTooSmall(total))) return CODE.holdingTooSmall;
    return CODE.accepted;
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

/** A way back to what `map` holds now. */
export function saveMap<Key, Value>(map: Map<Key, Value>): () => void {
  const saved = [...map];
  return () => {
    map.clear();
    for (const [key, value] of saved) map.set(key, value);
  };
}
