import { AbiCoder, keccak256, type Signer, TypedDataEncoder } from "ethers";

/** What a buyer signs (docs/formats.md, section 1). */
export interface Subscription {
  readonly offeringId: bigint;
  readonly buyer: string;
  readonly shares: bigint;
  readonly minShares: bigint;
  readonly maxCost: bigint;
  readonly referrer: string;
  readonly nonce: bigint;
  readonly deadline: bigint;
}

const TYPES = {
  Subscription: [
    { name: "offeringId", type: "uint256" },
    { name: "buyer", type: "address" },
    { name: "shares", type: "uint64" },
    { name: "minShares", type: "uint64" },
    { name: "maxCost", type: "uint256" },
    { name: "referrer", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint64" },
  ],
};

export interface SubscriptionPlace {
  readonly chainId: bigint;
  readonly offeringDesk: string;
}

export function signSubscription(buyer: Signer, place: SubscriptionPlace, subscription: Subscription): Promise<string> {
  return buyer.signTypedData(domainOf(place), TYPES, subscription);
}

export function subscriptionDigest(place: SubscriptionPlace, subscription: Subscription): string {
  return TypedDataEncoder.hash(domainOf(place), TYPES, subscription);
}

/**
 * A nonce that the same subscription has again: asked for twice, it is the same word of the buyer, which counts once. `order` tells
 * apart what is meant twice.
 */
export function nonceOf(subscription: Omit<Subscription, "nonce">, order: string): bigint {
  const { offeringId, buyer, shares, minShares, maxCost, referrer, deadline } = subscription;
  const types = ["string", "uint256", "address", "uint64", "uint64", "uint256", "address", "uint64", "string"];
  const values = ["moiety.subscription/1", offeringId, buyer, shares, minShares, maxCost, referrer, deadline, order];
  return BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(types, values)));
}

function domainOf({ chainId, offeringDesk }: SubscriptionPlace) {
  return { name: "Moiety OfferingDesk", version: "1", chainId, verifyingContract: offeringDesk };
}
