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
}

export interface AssetState {
  readonly id: bigint;
  /** 0 if shares may move, else a register code (1 to 3, 90, 91). */
  readonly state: number;
  /** Most investors that may hold it; 0 for no limit. */
  readonly holderLimit: number;
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
  /** What may move: balance − frozen − locked by others. */
  readonly spendable: bigint;
  readonly balance: bigint;
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
