// The types, domains and keys of the vectors, and what signs with ethers alone.
import { id, keccak256, SigningKey, TypedDataEncoder, type TypedDataField } from "ethers";

export const DESK = "0x5E771E0000000000000000000000000000000001";
const CUSTODY = "0xC057000000000000000000000000000000000002";
const VERIFIER = "0xC1A1000000000000000000000000000000000003";
export const USDC = "0x0000000000000000000000000000000000A11CE5";
export const chainId = 31337n;

export const settlement = {
  name: "Moiety SettlementDesk",
  version: "1",
  chainId,
  verifyingContract: DESK.toLowerCase(),
};
export const custody = { name: "Moiety CustodyDesk", version: "1", chainId, verifyingContract: CUSTODY.toLowerCase() };
export const verifier = {
  name: "Moiety SignedClaimVerifier",
  version: "1",
  chainId,
  verifyingContract: VERIFIER.toLowerCase(),
};

export const buyer = new SigningKey(id("moiety vector: buyer"));
export const seller = new SigningKey(id("moiety vector: seller"));
export const attester = new SigningKey(id("moiety vector: attester"));
export const attestor = new SigningKey(id("moiety vector: attestor"));
export const addressOf = (key: SigningKey) => `0x${keccak256(`0x${key.publicKey.slice(4)}`).slice(26)}`;

/** `"uint8 side,uint64 expiry"` to the fields that ethers takes. */
export const fields = (text: string): TypedDataField[] =>
  text.split(",").map((field) => {
    const [type = "", name = ""] = field.split(" ");
    return { type, name };
  });

export const ORDER =
  "address trader,uint8 side,uint256 asset,address currency,uint64 quantity,uint128 limitPrice,uint64 expiry,uint8 priority,uint256 salt";
const TRADE = "bytes32 buyOrder,bytes32 sellOrder,uint64 quantity,uint128 price,uint64 matchNumber";
const MANDATE =
  "address account,address currency,uint128 maxCashOut,uint128 lossAllowance,uint128 feeCap,uint64 expiry,uint64 nonce,AssetLimit[] limits";
const LIMIT = "uint256 asset,uint64 maxIn,uint64 maxOut,uint128 maxBuyPrice,uint128 minSellPrice";
const ATTESTATION =
  "bytes32 subjectId,uint8 kind,address attester,bytes32 evidenceHash,uint256 amount,bytes32 unit,uint64 asOf,uint64 expiresAt,uint256 nonce";
export const INVESTOR_CLAIM =
  "address attestor,address wallet,bytes32 investor,uint16 country,uint16 classes,uint48 verifiedUntil,uint64 deadline,uint256 nonce";

const TRANSFER = "address from,address to,uint256 asset,uint64 quantity,uint64 expiry,uint8 priority,uint256 salt";
const HOLD =
  "address holder,address beneficiary,address agent,uint256 asset,uint64 quantity,uint64 until,uint64 expiry,uint8 priority,uint256 salt";
const HOLD_DECISION = "address agent,bytes32 hold,uint8 decision,uint64 quantity,uint64 expiry";
const FREEZE = "address officer,address account,uint256 asset,uint64 quantity,bool frozen,uint64 expiry,uint256 salt";
const CANCEL = "address trader,bytes32 order,uint64 expiry";
const PURCHASE = "bytes32 order,uint256 offering,uint64 quantity,uint64 matchNumber";
const ENTITLEMENT_CLAIM = "uint256 distribution,address holder,uint64 number";
const HOLD_EXPIRY = "bytes32 hold,uint64 number";

export const types: Record<string, { encodeType: string; types: Record<string, TypedDataField[]> }> = {
  order: { encodeType: `Order(${ORDER})`, types: { Order: fields(ORDER) } },
  trade: { encodeType: `Trade(${TRADE})`, types: { Trade: fields(TRADE) } },
  mandate: {
    encodeType: `Mandate(${MANDATE})AssetLimit(${LIMIT})`,
    types: { Mandate: fields(MANDATE), AssetLimit: fields(LIMIT) },
  },
  investorClaim: { encodeType: `InvestorClaim(${INVESTOR_CLAIM})`, types: { InvestorClaim: fields(INVESTOR_CLAIM) } },
  transfer: { encodeType: `Transfer(${TRANSFER})`, types: { Transfer: fields(TRANSFER) } },
  hold: { encodeType: `Hold(${HOLD})`, types: { Hold: fields(HOLD) } },
  holdDecision: { encodeType: `HoldDecision(${HOLD_DECISION})`, types: { HoldDecision: fields(HOLD_DECISION) } },
  freeze: { encodeType: `Freeze(${FREEZE})`, types: { Freeze: fields(FREEZE) } },
  cancel: { encodeType: `Cancel(${CANCEL})`, types: { Cancel: fields(CANCEL) } },
  offeringPurchase: { encodeType: `OfferingPurchase(${PURCHASE})`, types: { OfferingPurchase: fields(PURCHASE) } },
  entitlementClaim: {
    encodeType: `EntitlementClaim(${ENTITLEMENT_CLAIM})`,
    types: { EntitlementClaim: fields(ENTITLEMENT_CLAIM) },
  },
  holdExpiry: { encodeType: `HoldExpiry(${HOLD_EXPIRY})`, types: { HoldExpiry: fields(HOLD_EXPIRY) } },
  attestation: { encodeType: `Attestation(${ATTESTATION})`, types: { Attestation: fields(ATTESTATION) } },
};

export function signed(
  kind: string,
  domain: typeof settlement,
  value: Record<string, unknown>,
  key: SigningKey | null,
) {
  const type = types[kind];
  if (type === undefined) throw new Error(`no type ${kind}`);
  const encoder = TypedDataEncoder.from(type.types);
  const digest = TypedDataEncoder.hash(domain, type.types, value);
  return {
    encodeType: type.encodeType,
    typeHash: keccak256(Buffer.from(type.encodeType)),
    value,
    structHash: encoder.hash(value),
    digest,
    ...(key === null ? {} : { signer: addressOf(key), signature: key.sign(digest).serialized }),
  };
}
