import { Signature, type Signer, type TypedDataDomain } from "ethers";

const PERMIT_TYPES = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

/** What of an ERC-2612 currency is needed to sign a permit; its domain is asked by ERC-5267. */
export interface PermitCurrency {
  getAddress(): Promise<string>;
  nonces(owner: string): Promise<bigint>;
  eip712Domain(): Promise<{ name: string; version: string; chainId: bigint; verifyingContract: string }>;
}

export interface Permit {
  readonly deadline: bigint;
  readonly v: number;
  readonly r: string;
  readonly s: string;
}

/** Lets `spender` take `value` base units from the signer until `deadline`, by signature instead of a transaction (ERC-2612). */
export async function signPermit(
  currency: PermitCurrency,
  owner: Signer,
  spender: string,
  value: bigint,
  deadline: bigint,
): Promise<Permit> {
  const holder = await owner.getAddress();
  const [domain, nonce] = await Promise.all([readDomain(currency), currency.nonces(holder)]);
  const message = { owner: holder, spender, value, nonce, deadline };

  const { v, r, s } = Signature.from(await owner.signTypedData(domain, PERMIT_TYPES, message));
  return { deadline, v, r, s };
}

async function readDomain(currency: PermitCurrency): Promise<TypedDataDomain> {
  const { name, version, chainId, verifyingContract } = await currency.eip712Domain();
  return { name, version, chainId, verifyingContract };
}
