import { CODE } from "../formats/reason-codes.ts";
import type { MandateState, Snapshot } from "../snapshot.ts";
import { add, saveMap } from "./plain-ledger.ts";
import type { PlainMovement } from "./plain-movement.ts";

/** What the running chunk moves on net, and whether the mandates bear it. */
export class PlainMandates {
  /** Index of the currency of the chunk's accepted trades. */
  currency: number | undefined;
  /** Net cash by account. */
  readonly cash = new Map<number, bigint>();
  /** Net shares by "account/asset". */
  readonly shares = new Map<string, bigint>();
  readonly #time: bigint;
  readonly #mandates: Map<string, MandateState>;

  /** Nobody is asked for a mandate. */
  readonly #isWithout: boolean;

  constructor(snapshot: Pick<Snapshot, "mandates" | "withoutMandates">, time: bigint) {
    this.#time = time;
    this.#isWithout = snapshot.withoutMandates === true;
    this.#mandates = new Map(snapshot.mandates.map((mandate) => [`${mandate.account}/${mandate.currency}`, mandate]));
  }

  /** 120 and 121: whether both accounts have a live mandate that names the asset, if shares move. */
  checkLive({ buyer, seller, asset, currency }: PlainMovement): number {
    const isLive = (account: number) => {
      const mandate = this.#mandates.get(`${account}/${currency}`);
      return (
        mandate !== undefined &&
        this.#time <= mandate.expiry &&
        (asset === undefined || mandate.limits.some((limit) => limit.asset === asset))
      );
    };

    if (this.#isWithout) return CODE.accepted;
    if (!isLive(buyer)) return CODE.buyMandateMissing;
    if (!isLive(seller)) return CODE.sellMandateMissing;
    return CODE.accepted;
  }

  /** Whether `movements`, which are in one currency, may join the chunk together. */
  hasRoomFor(movements: readonly PlainMovement[], maxPositions: number): boolean {
    if (this.currency === undefined) return true;
    const isSame = movements.every(({ currency }) => currency === this.currency);
    return isSame && this.touchedWith(movements) <= maxPositions;
  }

  /** How many positions the chunk touches with `movements` in it. */
  touchedWith(movements: readonly PlainMovement[]): number {
    const positions = new Set(this.shares.keys());
    const accounts = new Set(this.cash.keys());
    for (const { buyer, seller, asset } of movements) {
      if (asset !== undefined) positions.add(`${buyer}/${asset}`).add(`${seller}/${asset}`);
      accounts.add(buyer).add(seller);
    }
    return positions.size + accounts.size;
  }

  /** 122 and 123: whether both mandates bear the chunk with `trade` in it. */
  checkLeft({ buyer, seller, asset, currency, quantity, cash }: PlainMovement): number {
    if (this.#isWithout) return CODE.accepted;
    if (!this.#bears(buyer, currency, asset, quantity, -cash)) return CODE.buyMandateExhausted;
    if (!this.#bears(seller, currency, asset, -quantity, cash)) return CODE.sellMandateExhausted;
    return CODE.accepted;
  }

  /** Accounts whose mandates do not bear the chunk with all of `movements` in it. */
  accountsBeyond(movements: readonly PlainMovement[]): Set<number> {
    if (this.#isWithout) return new Set();
    const together = new PlainMandates({ mandates: [...this.#mandates.values()] }, this.#time);
    for (const [account, cash] of this.cash) together.cash.set(account, cash);
    for (const [position, shares] of this.shares) together.shares.set(position, shares);
    for (const movement of movements) together.move(movement);

    const accounts = movements.flatMap(({ buyer, seller, asset, currency }) =>
      [buyer, seller].filter((account) => !together.#bears(account, currency, asset, 0n, 0n)),
    );
    return new Set(accounts);
  }

  /** Adds an accepted trade to the chunk. */
  move({ buyer, seller, asset, currency, quantity, cash }: PlainMovement): void {
    this.currency = currency;
    if (asset !== undefined) {
      add(this.shares, `${seller}/${asset}`, -quantity);
      add(this.shares, `${buyer}/${asset}`, quantity);
    }
    add(this.cash, buyer, -cash);
    add(this.cash, seller, cash);
  }

  /** A way back to how things stand now. */
  save(): () => void {
    const { currency } = this;
    const restore = [saveMap(this.cash), saveMap(this.shares), saveMap(this.#mandates)];
    return () => {
      for (const each of restore) each();
      this.currency = currency;
    };
  }

  /** Takes the chunk's net from the mandates and begins a new chunk. */
  consume(): void {
    for (const [account, cash] of this.cash) {
      const key = `${account}/${this.currency}`;
      const mandate = this.#mandates.get(key);
      if (mandate === undefined) continue;
      const shares = this.#netOf(account);
      const short = shortfall(mandate, shares, cash);
      const fees = short < mandate.feeLeft ? short : mandate.feeLeft;
      this.#mandates.set(key, {
        ...mandate,
        cashOutLeft: mandate.cashOutLeft - positive(-cash),
        feeLeft: mandate.feeLeft - fees,
        lossLeft: mandate.lossLeft - (short - fees),
        limits: mandate.limits.map((limit) => ({
          ...limit,
          inLeft: limit.inLeft - positive(shares.get(limit.asset) ?? 0n),
          outLeft: limit.outLeft - positive(-(shares.get(limit.asset) ?? 0n)),
        })),
      });
    }
    this.cash.clear();
    this.shares.clear();
    this.currency = undefined;
  }

  #bears(account: number, currency: number, asset: number | undefined, quantity: bigint, cash: bigint): boolean {
    const mandate = this.#mandates.get(`${account}/${currency}`);
    if (mandate === undefined) return false;

    const shares = this.#netOf(account);
    if (asset !== undefined) add(shares, asset, quantity);
    const netCash = (this.cash.get(account) ?? 0n) + cash;
    return (
      mandate.limits.every((limit) => {
        const net = shares.get(limit.asset) ?? 0n;
        return net <= limit.inLeft && -net <= limit.outLeft;
      }) &&
      -netCash <= mandate.cashOutLeft &&
      shortfall(mandate, shares, netCash) <= mandate.feeLeft + mandate.lossLeft
    );
  }

  /** Net shares of one account by asset. */
  #netOf(account: number): Map<number, bigint> {
    const own = [...this.shares].filter(([key]) => key.startsWith(`${account}/`));
    return new Map(own.map(([key, net]) => [Number(key.split("/")[1]), net]));
  }
}

const positive = (value: bigint): bigint => (value > 0n ? value : 0n);

/** By how much `cash` falls short of what the net `shares` have to bring at the mandate's prices. */
function shortfall({ limits }: MandateState, shares: ReadonlyMap<number, bigint>, cash: bigint): bigint {
  let required = 0n;
  for (const { asset, maxBuyPrice, minSellPrice } of limits) {
    const net = shares.get(asset) ?? 0n;
    required += positive(-net) * minSellPrice - positive(net) * maxBuyPrice;
  }
  return positive(required - cash);
}
