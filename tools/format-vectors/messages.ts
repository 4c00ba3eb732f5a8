// Signed messages of every kind.
import { AbiCoder, dataSlice, encodeBytes32String, id, zeroPadBytes } from "ethers";
import {
  addressOf,
  attester,
  attestor,
  buyer,
  custody,
  fields,
  INVESTOR_CLAIM,
  seller,
  settlement,
  signed,
  USDC,
  verifier,
} from "./typed-data.ts";

export const expiry = 1_800_000_000n;
export const asset = 7n;
export const buyOrder = {
  trader: addressOf(buyer),
  side: 0,
  asset,
  currency: USDC.toLowerCase(),
  quantity: 1_000n,
  limitPrice: 1_050_000n,
  expiry,
  priority: 1,
  salt: BigInt(id("salt of the buy order")),
};
export const sellOrder = {
  ...buyOrder,
  trader: addressOf(seller),
  side: 1,
  quantity: 400n,
  limitPrice: 990_000n,
  priority: 2,
  salt: 1n,
};
export const buy = signed("order", settlement, buyOrder, buyer);
export const sell = signed("order", settlement, sellOrder, seller);

export const trade = signed(
  "trade",
  settlement,
  { buyOrder: buy.digest, sellOrder: sell.digest, quantity: 400n, price: 1_000_000n, matchNumber: 17n },
  null,
);
export const mandate = signed(
  "mandate",
  settlement,
  {
    account: addressOf(buyer),
    currency: USDC.toLowerCase(),
    maxCashOut: 5_000_000_000n,
    lossAllowance: 10_000_000n,
    feeCap: 25_000_000n,
    expiry,
    nonce: 3n,
    limits: [
      { asset, maxIn: 2_000n, maxOut: 0n, maxBuyPrice: 1_100_000n, minSellPrice: 0n },
      { asset: 8n, maxIn: 0n, maxOut: 500n, maxBuyPrice: 0n, minSellPrice: 2_000_000n },
    ],
  },
  buyer,
);
export const transfer = signed(
  "transfer",
  settlement,
  { from: addressOf(seller), to: addressOf(buyer), asset, quantity: 12n, expiry, priority: 2, salt: 5n },
  seller,
);
export const hold = signed(
  "hold",
  settlement,
  {
    holder: addressOf(seller),
    beneficiary: addressOf(buyer),
    agent: addressOf(attestor),
    asset,
    quantity: 30n,
    until: expiry + 60n,
    expiry,
    priority: 1,
    salt: 6n,
  },
  seller,
);
export const holdDecision = signed(
  "holdDecision",
  settlement,
  { agent: addressOf(attestor), hold: hold.digest, decision: 1, quantity: 20n, expiry },
  attestor,
);
export const freeze = signed(
  "freeze",
  settlement,
  {
    officer: addressOf(attestor),
    account: addressOf(seller),
    asset,
    quantity: 9n,
    frozen: true,
    expiry,
    salt: 7n,
  },
  attestor,
);
export const cancel = signed("cancel", settlement, { trader: addressOf(buyer), order: buy.digest, expiry }, buyer);
export const offeringPurchase = signed(
  "offeringPurchase",
  settlement,
  { order: buy.digest, offering: 21n, quantity: 3n, matchNumber: 4n },
  null,
);
export const entitlementClaim = signed(
  "entitlementClaim",
  settlement,
  { distribution: 31n, holder: addressOf(seller), number: 1n },
  null,
);
export const holdExpiry = signed("holdExpiry", settlement, { hold: hold.digest, number: 2n }, null);

export const investorClaim = signed(
  "investorClaim",
  verifier,
  {
    attestor: addressOf(attestor),
    wallet: addressOf(buyer),
    investor: id("the buyer"),
    country: 840,
    classes: 4,
    verifiedUntil: expiry,
    deadline: 1_790_000_000n,
    nonce: 7n,
  },
  attestor,
);
export const investorClaimBytes = AbiCoder.defaultAbiCoder().encode(
  [...fields(INVESTOR_CLAIM).map(({ type }) => type), "uint256", "uint256", "bytes32", "bytes32", "bytes32"],
  [
    ...Object.values(investorClaim.value),
    9 * 32,
    65,
    dataSlice(investorClaim.signature ?? "0x", 0, 32),
    dataSlice(investorClaim.signature ?? "0x", 32, 64),
    zeroPadBytes(dataSlice(investorClaim.signature ?? "0x", 64), 32),
  ],
);

export const attestation = signed(
  "attestation",
  custody,
  {
    subjectId: id("anchor of the first asset"),
    kind: 3,
    attester: addressOf(attester),
    evidenceHash: id("policy.pdf"),
    amount: 125_000n,
    unit: encodeBytes32String("USD"),
    asOf: 1_790_000_000n,
    expiresAt: expiry,
    nonce: 42n,
  },
  attester,
);
