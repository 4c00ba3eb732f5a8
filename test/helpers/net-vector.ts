import { AbiCoder, keccak256 } from "ethers";

export interface NetVector {
  currency: string;
  assets: bigint[];
  accounts: bigint[];
  shares: bigint[];
}

export interface Moves {
  /** Engine units by account. */
  readonly cash: readonly (readonly [account: string, delta: bigint])[];
  readonly shares: readonly (readonly [asset: bigint, account: string, delta: bigint])[];
}

export function accountWord(account: string, cash: bigint): bigint {
  return (BigInt(account) << 96n) | (BigInt.asUintN(64, cash) << 32n);
}

export function sharesWord(asset: number, account: number, delta: bigint): bigint {
  return (BigInt(asset) << 240n) | (BigInt(account) << 224n) | (BigInt.asUintN(64, delta) << 160n);
}

/** Puts moves into the order that docs/formats.md asks for. Every account is in it once, with shares, cash or both. */
export function netVector(currency: string, moves: Moves): NetVector {
  const names = [...moves.cash.map(([account]) => account), ...moves.shares.map(([, account]) => account)];
  const accounts = [...new Set(names)].sort((a, b) => compare(BigInt(a), BigInt(b)));
  const assets = [...new Set(moves.shares.map(([asset]) => asset))].sort(compare);
  const cash = new Map(moves.cash);

  const shares = moves.shares
    .map(([asset, account, delta]) => ({ asset: assets.indexOf(asset), account: accounts.indexOf(account), delta }))
    .sort((a, b) => a.asset - b.asset || Number(a.delta > 0n) - Number(b.delta > 0n) || a.account - b.account);

  return {
    currency,
    assets,
    accounts: accounts.map((account) => accountWord(account, cash.get(account) ?? 0n)),
    shares: shares.map(({ asset, account, delta }) => sharesWord(asset, account, delta)),
  };
}

export function netHash(vector: NetVector): string {
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ["address", "uint256[]", "uint256[]", "uint256[]"],
      [vector.currency, vector.assets, vector.accounts, vector.shares],
    ),
  );
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
