/** What the chain says at the end of one block, as far as a batch depends on it. Part of the batch file. */
export interface Snapshot {
  readonly chainId: bigint;
  /** Address of the settlement desk. */
  readonly desk: string;
  readonly openingBlock: bigint;
  readonly assets: readonly AssetState[];
  readonly currencies: readonly CurrencyState[];
  readonly accounts: readonly AccountState[];
  readonly shares: readonly SharePosition[];
  readonly cash: readonly CashPosition[];
  readonly mandates: readonly MandateState[];
  /** What follows may be left out: then there is none of it, and the batch file does not mention it. */
  readonly bands?: readonly PriceBand[] | undefined;
  readonly offerings?: readonly OfferingState[] | undefined;
  readonly distributions?: readonly DistributionState[] | undefined;
  readonly entitlements?: readonly EntitlementState[] | undefined;
  /** Holds that are neither decided nor expired. */
  readonly holds?: readonly HoldState[] | undefined;
  /** Places in `accounts` of those who may freeze shares. */
  readonly officers?: readonly number[] | undefined;
  /** Orders that their traders have withdrawn. */
  readonly cancelled?: readonly CancelledOrder[] | undefined;
  /** True for a ledger that is not posted by nets: no mandate is asked (codes 120 to 123). */
  readonly withoutMandates?: boolean | undefined;
}

export interface AssetState {
  readonly id: bigint;
  /** 0 if shares may move, else a register code (1 to 3, 90, 91). */
  readonly state: number;
  /** Most investors that may hold it; 0 for no limit. */
  readonly holderLimit: number;
  /** Fewest investors that have to hold it (33); 0 or left out for no limit. */
  readonly minimumHolders?: number | undefined;
  /** Most shares that one investor may hold (34); 0 or left out for no limit. */
  readonly balanceCap?: bigint | undefined;
  /** Fewest shares that an investor who holds any may hold (35); 0 or left out for no limit. */
  readonly minimumHolding?: bigint | undefined;
}

/** Between which prices an asset's trades have to be in a currency: engine units, both ends included. None fits if `low` is higher. */
export interface PriceBand {
  /** Place in `assets`. */
  readonly asset: number;
  /** Place in `currencies`. */
  readonly currency: number;
  readonly low: bigint;
  readonly high: bigint;
}

export interface CurrencyState {
  readonly address: string;
  /** Base units per engine unit, a power of ten. */
  readonly engineUnit: bigint;
}

export interface AccountState {
  readonly address: string;
  /** Groups the wallets of one investor. Empty for a protocol account, which holder limits do not count. */
  readonly investor: string;
}

/**
 * One account's shares of one asset. A pair that is not listed holds nothing and may neither send (10) nor receive (12):
 * whoever writes the snapshot has to ask the chain about every pair that is to trade.
 */
export interface SharePosition {
  /** Place in `accounts`. */
  readonly account: number;
  /** Place in `assets`. */
  readonly asset: number;
  /** What may move: balance − frozen − locked by others. Below zero, as many have to arrive before any moves. */
  readonly spendable: bigint;
  readonly balance: bigint;
  /** What is frozen, which may be more than there is. Where it is left out, shares that lack are code 20, else 20, 21 or 22. */
  readonly frozen?: bigint | undefined;
  /** 0, or why the account may not send this asset (10, 11). */
  readonly sendCode: number;
  /** 0, or why it may not receive it (12–15, 30, 31). */
  readonly receiveCode: number;
}

export interface CashPosition {
  readonly account: number;
  /** Place in `currencies`. */
  readonly currency: number;
  /** Engine units. */
  readonly deposited: bigint;
}

/** What is left of a registered mandate. Amounts and prices are engine units. */
export interface MandateState {
  readonly account: number;
  readonly currency: number;
  /** Mandate id. */
  readonly id: string;
  /** Last second in which it counts. */
  readonly expiry: bigint;
  readonly cashOutLeft: bigint;
  readonly lossLeft: bigint;
  readonly feeLeft: bigint;
  readonly limits: readonly MandateLimit[];
}

export interface MandateLimit {
  /** Place in `assets`. */
  readonly asset: number;
  readonly inLeft: bigint;
  readonly outLeft: bigint;
  readonly maxBuyPrice: bigint;
  readonly minSellPrice: bigint;
}

/** Shares of an issue that are still to be had, at a fixed price, out of an account's holding. */
export interface OfferingState {
  readonly id: bigint;
  readonly asset: number;
  readonly currency: number;
  /** Place in `accounts` of who holds the shares and gets the cash. */
  readonly account: number;
  /** Engine units per share. */
  readonly price: bigint;
  readonly left: bigint;
}

/** Income that waits in an account's cash to be claimed. */
export interface DistributionState {
  readonly id: bigint;
  readonly currency: number;
  /** Place in `accounts` of the pot. */
  readonly account: number;
}

/** What a holder may claim of a distribution. */
export interface EntitlementState {
  /** Place in `distributions`. */
  readonly distribution: number;
  /** Place in `accounts`. */
  readonly account: number;
  /** Engine units; 0 once it is paid out. */
  readonly amount: bigint;
}

/** Shares that are set aside; they are part of the holder's balance, and not spendable. */
export interface HoldState {
  /** Digest of the signed hold. */
  readonly id: string;
  readonly holder: number;
  readonly beneficiary: number;
  readonly agent: number;
  readonly asset: number;
  readonly quantity: bigint;
  /** Last second in which the agent may decide. */
  readonly until: bigint;
}

export interface CancelledOrder {
  /** Order id. */
  readonly order: string;
  /** Address of who has withdrawn it. Of an order of somebody else it means nothing. */
  readonly trader: string;
}
