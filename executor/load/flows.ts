/**
 * What moves, before anyone has signed it: in each flow shares of one asset go from one account to another, and, if it is a
 * trade, their price goes back. Columns of typed arrays, so that a quarter of a million of them are a few megabytes.
 */
export interface Flows {
  readonly count: number;
  /** Accounts and assets are numbered from 0 up to these. */
  readonly accounts: number;
  readonly assets: number;
  /** {@link FLOW_TRADE} or {@link FLOW_TRANSFER}. */
  readonly kind: Uint8Array;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly asset: Uint16Array;
  readonly quantity: BigInt64Array;
  /** Engine units per share; 0 in a transfer. */
  readonly price: BigInt64Array;
}

export const FLOW_TRADE = 0;
export const FLOW_TRANSFER = 1;

/** Flows to be filled in: all between account 0 and itself, of nothing. */
export function createFlows(count: number, accounts: number, assets: number): Flows {
  return {
    count,
    accounts,
    assets,
    kind: new Uint8Array(count),
    from: new Uint32Array(count),
    to: new Uint32Array(count),
    asset: new Uint16Array(count),
    quantity: new BigInt64Array(count),
    price: new BigInt64Array(count),
  };
}

/** The flows from `first` on, `count` of them, in the same memory. */
export function partOfFlows(flows: Flows, first: number, count: number): Flows {
  const end = first + count;
  return {
    ...flows,
    count,
    kind: flows.kind.subarray(first, end),
    from: flows.from.subarray(first, end),
    to: flows.to.subarray(first, end),
    asset: flows.asset.subarray(first, end),
    quantity: flows.quantity.subarray(first, end),
    price: flows.price.subarray(first, end),
  };
}
