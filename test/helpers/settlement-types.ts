import type { Signer, TypedDataDomain } from "ethers";

export interface Order {
  trader: string;
  side: bigint;
  asset: bigint;
  currency: string;
  quantity: bigint;
  limitPrice: bigint;
  expiry: bigint;
  priority: bigint;
  salt: bigint;
}

export interface AssetLimit {
  asset: bigint;
  maxIn: bigint;
  maxOut: bigint;
  maxBuyPrice: bigint;
  minSellPrice: bigint;
}

export interface Mandate {
  account: string;
  currency: string;
  maxCashOut: bigint;
  lossAllowance: bigint;
  feeCap: bigint;
  expiry: bigint;
  nonce: bigint;
  limits: AssetLimit[];
}

export interface Hold {
  holder: string;
  beneficiary: string;
  agent: string;
  asset: bigint;
  quantity: bigint;
  until: bigint;
  expiry: bigint;
  priority: bigint;
  salt: bigint;
}

/** Written out once more, independently of the contracts, as ethers wants them. */
export const ORDER_TYPES = {
  Order: [
    { name: "trader", type: "address" },
    { name: "side", type: "uint8" },
    { name: "asset", type: "uint256" },
    { name: "currency", type: "address" },
    { name: "quantity", type: "uint64" },
    { name: "limitPrice", type: "uint128" },
    { name: "expiry", type: "uint64" },
    { name: "priority", type: "uint8" },
    { name: "salt", type: "uint256" },
  ],
};

export const TRADE_TYPES = {
  Trade: [
    { name: "buyOrder", type: "bytes32" },
    { name: "sellOrder", type: "bytes32" },
    { name: "quantity", type: "uint64" },
    { name: "price", type: "uint128" },
    { name: "matchNumber", type: "uint64" },
  ],
};

export const MANDATE_TYPES = {
  Mandate: [
    { name: "account", type: "address" },
    { name: "currency", type: "address" },
    { name: "maxCashOut", type: "uint128" },
    { name: "lossAllowance", type: "uint128" },
    { name: "feeCap", type: "uint128" },
    { name: "expiry", type: "uint64" },
    { name: "nonce", type: "uint64" },
    { name: "limits", type: "AssetLimit[]" },
  ],
  AssetLimit: [
    { name: "asset", type: "uint256" },
    { name: "maxIn", type: "uint64" },
    { name: "maxOut", type: "uint64" },
    { name: "maxBuyPrice", type: "uint128" },
    { name: "minSellPrice", type: "uint128" },
  ],
};

export function settlementDomain(verifyingContract: string, chainId = 31337n): TypedDataDomain {
  return { name: "Moiety SettlementDesk", version: "1", chainId, verifyingContract };
}

export function signOrder(signer: Signer, domain: TypedDataDomain, order: Order): Promise<string> {
  return signer.signTypedData(domain, ORDER_TYPES, order);
}

export function signMandate(signer: Signer, domain: TypedDataDomain, mandate: Mandate): Promise<string> {
  return signer.signTypedData(domain, MANDATE_TYPES, mandate);
}
