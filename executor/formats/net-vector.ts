import { fromHex } from "./hex.ts";
import { viewOf, writeWord } from "./integers.ts";
import type { Keccak } from "./keccak.ts";

/** What a chunk moves on chain, as the settlement desk takes it. */
export interface NetVector {
  readonly currency: string;
  /** Token ids, ascending. */
  readonly assets: readonly bigint[];
  /** Packed words: address, int64 cash delta. */
  readonly accounts: readonly bigint[];
  /** Packed words: asset index, account index, int64 delta. */
  readonly shares: readonly bigint[];
}

/** A change of one account's shares of one asset. */
export interface ShareMovement {
  readonly asset: bigint;
  readonly account: string;
  readonly delta: bigint;
}

/** A change of one account's deposited cash. */
export interface CashMovement {
  readonly account: string;
  readonly delta: bigint;
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** An account's word in a net vector. */
export function packAccount(account: string, cash: bigint): bigint {
  return (BigInt(account) << 96n) | (BigInt.asUintN(64, cash) << 32n);
}

/** A share movement's word in a net vector. */
export function packShares(assetIndex: number, accountIndex: number, delta: bigint): bigint {
  return (BigInt(assetIndex) << 240n) | (BigInt(accountIndex) << 224n) | (BigInt.asUintN(64, delta) << 160n);
}

/** What a net vector moves. An account that only gives or gets shares is among those of cash too, with nothing. */
export function unpackNetVector({ assets, accounts, shares }: NetVector): {
  readonly cash: CashMovement[];
  readonly shares: ShareMovement[];
} {
  const cash = accounts.map((word) => ({
    account: `0x${(word >> 96n).toString(16).padStart(40, "0")}`,
    delta: BigInt.asIntN(64, word >> 32n),
  }));
  return {
    cash,
    shares: shares.map((word) => ({
      asset: assets[Number(word >> 240n)] ?? 0n,
      account: cash[Number((word >> 224n) & 0xffffn)]?.account ?? "",
      delta: BigInt.asIntN(64, word >> 160n),
    })),
  };
}

/** Sorts and packs what moved; addresses in lower case, every pair at most once. Zero deltas are left out. */
export function packNetVector(
  currency: string,
  cash: readonly CashMovement[],
  shares: readonly ShareMovement[],
): NetVector {
  const moved = shares.filter(({ delta }) => delta !== 0n);
  const assets = [...new Set(moved.map(({ asset }) => asset))].sort(ascending);
  const cashOf = new Map(cash.filter(({ delta }) => delta !== 0n).map(({ account, delta }) => [account, delta]));
  const accounts = [...new Set([...cashOf.keys(), ...moved.map(({ account }) => account)])].sort(compareText);

  const assetIndex = new Map(assets.map((asset, index) => [asset, index]));
  const accountIndex = new Map(accounts.map((account, index) => [account, index]));
  const placed = moved.map(({ asset, account, delta }) => ({
    asset: assetIndex.get(asset) ?? 0,
    account: accountIndex.get(account) ?? 0,
    delta,
  }));
  placed.sort((a, b) => a.asset - b.asset || Number(a.delta > 0n) - Number(b.delta > 0n) || a.account - b.account);

  return {
    currency,
    assets,
    accounts: accounts.map((account) => packAccount(account, cashOf.get(account) ?? 0n)),
    shares: placed.map(({ asset, account, delta }) => packShares(asset, account, delta)),
  };
}

/** `keccak256(abi.encode(currency, assets, accounts, shares))`. */
export function netHash(keccak: Keccak, net: NetVector): Uint8Array {
  const lists = [net.assets, net.accounts, net.shares];
  const bytes = new Uint8Array(32 * lists.reduce((words, list) => words + 1 + list.length, 1 + lists.length));
  const view = viewOf(bytes);

  bytes.set(fromHex(net.currency, 20), 12);
  let tail = 32 * (1 + lists.length);
  for (const [index, list] of lists.entries()) {
    writeWord(view, 32 * (1 + index), BigInt(tail));
    writeWord(view, tail, BigInt(list.length));
    for (const [place, word] of list.entries()) writeWord(view, tail + 32 * (1 + place), word);
    tail += 32 * (1 + list.length);
  }

  return keccak(bytes);
}
