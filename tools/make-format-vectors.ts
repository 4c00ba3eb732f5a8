// Writes test/vectors/formats.json from docs/formats.md with ethers alone: none of our encoders is used, so that the
// vectors judge them. Run it again only when the formats change:
// node tools/make-format-vectors.ts && npx biome check --write test/vectors
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  AbiCoder,
  concat,
  dataLength,
  dataSlice,
  encodeBytes32String,
  id,
  keccak256,
  SigningKey,
  solidityPacked,
  TypedDataEncoder,
  type TypedDataField,
  toBeHex,
  ZeroHash,
  zeroPadBytes,
} from "ethers";
import { bulkOrderVectors } from "./bulk-vectors.ts";
import { incomeListVectors } from "./income-list-vectors.ts";

const DESK = "0x5E771E0000000000000000000000000000000001";
const CUSTODY = "0xC057000000000000000000000000000000000002";
const VERIFIER = "0xC1A1000000000000000000000000000000000003";
const USDC = "0x0000000000000000000000000000000000A11CE5";
const chainId = 31337n;

const settlement = { name: "Moiety SettlementDesk", version: "1", chainId, verifyingContract: DESK.toLowerCase() };
const custody = { name: "Moiety CustodyDesk", version: "1", chainId, verifyingContract: CUSTODY.toLowerCase() };
const verifier = {
  name: "Moiety SignedClaimVerifier",
  version: "1",
  chainId,
  verifyingContract: VERIFIER.toLowerCase(),
};

const buyer = new SigningKey(id("moiety vector: buyer"));
const seller = new SigningKey(id("moiety vector: seller"));
const attester = new SigningKey(id("moiety vector: attester"));
const attestor = new SigningKey(id("moiety vector: attestor"));
const addressOf = (key: SigningKey) => `0x${keccak256(`0x${key.publicKey.slice(4)}`).slice(26)}`;

/** `"uint8 side,uint64 expiry"` to the fields that ethers takes. */
const fields = (text: string): TypedDataField[] =>
  text.split(",").map((field) => {
    const [type = "", name = ""] = field.split(" ");
    return { type, name };
  });

const ORDER =
  "address trader,uint8 side,uint256 asset,address currency,uint64 quantity,uint128 limitPrice,uint64 expiry,uint8 priority,uint256 salt";
const TRADE = "bytes32 buyOrder,bytes32 sellOrder,uint64 quantity,uint128 price,uint64 matchNumber";
const MANDATE =
  "address account,address currency,uint128 maxCashOut,uint128 lossAllowance,uint128 feeCap,uint64 expiry,uint64 nonce,AssetLimit[] limits";
const LIMIT = "uint256 asset,uint64 maxIn,uint64 maxOut,uint128 maxBuyPrice,uint128 minSellPrice";
const ATTESTATION =
  "bytes32 subjectId,uint8 kind,address attester,bytes32 evidenceHash,uint256 amount,bytes32 unit,uint64 asOf,uint64 expiresAt,uint256 nonce";
const INVESTOR_CLAIM =
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

const types: Record<string, { encodeType: string; types: Record<string, TypedDataField[]> }> = {
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

function signed(kind: string, domain: typeof settlement, value: Record<string, unknown>, key: SigningKey | null) {
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

const expiry = 1_800_000_000n;
const asset = 7n;
const buyOrder = {
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
const sellOrder = {
  ...buyOrder,
  trader: addressOf(seller),
  side: 1,
  quantity: 400n,
  limitPrice: 990_000n,
  priority: 2,
  salt: 1n,
};
const buy = signed("order", settlement, buyOrder, buyer);
const sell = signed("order", settlement, sellOrder, seller);

const trade = signed(
  "trade",
  settlement,
  { buyOrder: buy.digest, sellOrder: sell.digest, quantity: 400n, price: 1_000_000n, matchNumber: 17n },
  null,
);
const mandate = signed(
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
const transfer = signed(
  "transfer",
  settlement,
  { from: addressOf(seller), to: addressOf(buyer), asset, quantity: 12n, expiry, priority: 2, salt: 5n },
  seller,
);
const hold = signed(
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
const holdDecision = signed(
  "holdDecision",
  settlement,
  { agent: addressOf(attestor), hold: hold.digest, decision: 1, quantity: 20n, expiry },
  attestor,
);
const freeze = signed(
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
const cancel = signed("cancel", settlement, { trader: addressOf(buyer), order: buy.digest, expiry }, buyer);
const offeringPurchase = signed(
  "offeringPurchase",
  settlement,
  { order: buy.digest, offering: 21n, quantity: 3n, matchNumber: 4n },
  null,
);
const entitlementClaim = signed(
  "entitlementClaim",
  settlement,
  { distribution: 31n, holder: addressOf(seller), number: 1n },
  null,
);
const holdExpiry = signed("holdExpiry", settlement, { hold: hold.digest, number: 2n }, null);

const investorClaim = signed(
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
const investorClaimBytes = AbiCoder.defaultAbiCoder().encode(
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

const attestation = signed(
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

const leafOf = (bytes: string) => keccak256(concat(["0x00", bytes]));
const zeros = (count: number) => `0x${"00".repeat(count)}`;
const sized = (bytes: string, length: number) => {
  if (dataLength(bytes) !== length) throw new Error(`${dataLength(bytes)} bytes, wanted ${length}`);
  return bytes;
};

// Indices 1 and 0 into the tables of assets and currencies; the engine unit is 10 base units, to show the difference.
const engineUnit = 10n;
const orderRecord = {
  order: "buy",
  assetIndex: 1,
  currencyIndex: 0,
  engineUnit,
  bytes: sized(
    concat([
      solidityPacked(
        ["address", "uint8", "uint8", "uint16", "uint16", "bytes6"],
        [buyOrder.trader, buyOrder.side, buyOrder.priority, 1, 0, zeros(6)],
      ),
      solidityPacked(
        ["uint64", "uint64", "uint64", "uint256"],
        [buyOrder.quantity, buyOrder.limitPrice / engineUnit, buyOrder.expiry, buyOrder.salt],
      ),
      buy.signature ?? "0x",
      zeros(7),
    ]),
    160,
  ),
};

// Of messages, too, the asset stands at place 1 and the currency at 0; the accounts are the buyer, the seller and the agent.
const messageAccounts = [addressOf(buyer), addressOf(seller), addressOf(attestor)];
const messageRecord = (
  signer: string,
  [type, priority, assetIndex, counterparty]: readonly [number, number, number, number],
  [quantity, limit, word]: readonly [bigint, bigint, bigint | string],
  { signature }: { signature?: string },
  [second, option]: readonly [number, number],
) =>
  sized(
    concat([
      solidityPacked(
        ["address", "uint8", "uint8", "uint16", "uint16", "uint32", "bytes2"],
        [signer, type, priority, assetIndex, 0, counterparty, zeros(2)],
      ),
      solidityPacked(["uint64", "uint64", "uint64", "uint256"], [quantity, limit, expiry, word]),
      signature ?? "0x",
      solidityPacked(["uint32", "uint8", "bytes2"], [second, option, zeros(2)]),
    ]),
    160,
  );
const messageRecords = {
  accounts: messageAccounts,
  transfer: messageRecord(addressOf(seller), [2, 2, 1, 0], [12n, 0n, 5n], transfer, [0, 0]),
  hold: messageRecord(addressOf(seller), [3, 1, 1, 0], [30n, expiry + 60n, 6n], hold, [2, 0]),
  holdDecision: messageRecord(addressOf(attestor), [4, 0, 0, 0], [20n, 0n, hold.digest], holdDecision, [0, 1]),
  freeze: messageRecord(addressOf(attestor), [5, 0, 1, 1], [9n, 0n, 7n], freeze, [0, 1]),
  cancel: messageRecord(addressOf(buyer), [6, 0, 0, 0], [0n, 0n, buy.digest], cancel, [0, 0]),
};

const instructionFields = {
  kind: 1,
  class: 1,
  priority: 1,
  attempt: 0,
  sequence: 9,
  buyOrder: 0,
  sellOrder: 1,
  quantity: 400n,
  price: 100_000n,
  matchNumber: 17n,
  flags: 0,
  id: trade.digest,
};
const instructionBytes = sized(
  solidityPacked(
    [
      "uint8",
      "uint8",
      "uint8",
      "uint8",
      "uint32",
      "uint32",
      "uint32",
      "uint64",
      "uint64",
      "uint64",
      "uint64",
      "bytes32",
    ],
    [1, 1, 1, 0, 9, 0, 1, 400, 100_000, 17, 0, trade.digest],
  ),
  80,
);
const receiptFields = {
  id: trade.digest,
  index: 2,
  code: 0,
  attempt: 0,
  quantity: 400n,
  cash: 40_000_000n,
  chunk: 1,
};
const receiptBytes = sized(
  solidityPacked(
    ["bytes32", "uint32", "uint16", "uint16", "uint64", "uint64", "uint32", "uint32"],
    [trade.digest, 2, 0, 0, 400, 40_000_000, 1, 0],
  ),
  64,
);

/** The root and the proof of leaf `index`: zero words up to a power of two, level by level. */
function tree(leaves: string[], index: number) {
  const width = leaves.length === 0 ? 0 : 2 ** Math.ceil(Math.log2(leaves.length));
  let level = [...leaves, ...Array<string>(width - leaves.length).fill(ZeroHash)];
  const proof: string[] = [];
  for (let place = index; level.length > 1; place >>= 1) {
    proof.push(level[place ^ 1] ?? ZeroHash);
    level = Array.from({ length: level.length / 2 }, (_, i) => keccak256(concat(level.slice(2 * i, 2 * i + 2))));
  }
  return { leaves, root: level[0] ?? ZeroHash, index, leaf: leaves[index] ?? ZeroHash, proof };
}
const leaves = [1, 2, 3, 4, 5].map((n) => leafOf(toBeHex(n)));
const merkle = {
  none: { leaves: [], root: ZeroHash },
  one: tree(leaves.slice(0, 1), 0),
  three: tree(leaves.slice(0, 3), 2),
  five: tree(leaves, 4),
};

// Two positions of shares and one of cash: the shares' tree on the left, that of cash on the right.
const positionFields = [
  { kind: 1, account: addressOf(buyer), unit: asset, balance: 1_400n, spendable: 1_150n },
  { kind: 1, account: addressOf(seller), unit: asset, balance: 600n, spendable: 600n },
  { kind: 2, account: addressOf(seller), unit: BigInt(USDC), balance: 40_000_000n, spendable: 40_000_000n },
];
const positions = positionFields.map((fields) => {
  const types = ["uint24", "address", "uint256", "uint64", "uint64"];
  const bytes = sized(solidityPacked(types, Object.values(fields)), 71);
  return { fields, bytes, leaf: leafOf(bytes) };
});
const [sharesRoot, cashRoot] = [positions.slice(0, 2), positions.slice(2)].map(
  (half) =>
    tree(
      half.map(({ leaf }) => leaf),
      0,
    ).root,
);
const positionsRoot = keccak256(concat([sharesRoot ?? ZeroHash, cashRoot ?? ZeroHash]));

// Three accounts; the first sells asset 7 to the other two, the third sells asset 9 to the first; cash the other way.
const accounts = [
  { address: "0x1000000000000000000000000000000000000001", cash: 700n },
  { address: "0x2000000000000000000000000000000000000002", cash: -1_000n },
  { address: "0x3000000000000000000000000000000000000003", cash: 300n },
];
const movements = [
  { asset: 0, account: 0, delta: -30n },
  { asset: 0, account: 1, delta: 20n },
  { asset: 0, account: 2, delta: 10n },
  { asset: 1, account: 2, delta: -5n },
  { asset: 1, account: 0, delta: 5n },
];
const netVector = {
  currency: USDC.toLowerCase(),
  assets: [7n, 9n],
  accounts: accounts.map(({ address, cash }) =>
    solidityPacked(["address", "int64", "bytes4"], [address, cash, zeros(4)]),
  ),
  shares: movements.map(({ asset, account, delta }) =>
    solidityPacked(["uint16", "uint16", "int64", "bytes20"], [asset, account, delta, zeros(20)]),
  ),
};
const encodedNet = AbiCoder.defaultAbiCoder().encode(
  ["address", "uint256[]", "uint256[]", "uint256[]"],
  [netVector.currency, netVector.assets, netVector.accounts, netVector.shares],
);
const emptyNet = { currency: USDC.toLowerCase(), assets: [], accounts: [], shares: [] };
const encodedEmpty = AbiCoder.defaultAbiCoder().encode(
  ["address", "uint256[]", "uint256[]", "uint256[]"],
  [emptyNet.currency, [], [], []],
);

// What instruction 2 and 4 move of the buyer's shares, and the first of them of the seller's cash; a sale's delta is negative.
const movementFields = [
  { kind: 1, account: addressOf(buyer), unit: asset, instruction: 2, delta: 400n, total: 400n },
  { kind: 1, account: addressOf(buyer), unit: asset, instruction: 4, delta: -150n, total: 250n },
  { kind: 2, account: addressOf(seller), unit: BigInt(USDC), instruction: 2, delta: 40_000_000n, total: 40_000_000n },
];
const movementList = movementFields.map((fields) => {
  const types = ["uint24", "address", "uint256", "uint32", "int64", "int64"];
  const bytes = sized(solidityPacked(types, Object.values(fields)), 75);
  return { fields, bytes, leaf: leafOf(bytes) };
});
const movementsRoot = tree(
  movementList.map(({ leaf }) => leaf),
  0,
).root;

const chunkFields = {
  index: 1,
  firstInstruction: 2,
  instructionCount: 3,
  movementCount: movementList.length,
  instructionsRoot: merkle.three.root,
  receiptsRoot: merkle.five.root,
  movementsRoot,
  netHash: keccak256(encodedNet),
};
const chunkBytes = sized(
  solidityPacked(
    ["uint32", "uint32", "uint32", "uint32", "bytes32", "bytes32", "bytes32", "bytes32"],
    Object.values(chunkFields),
  ),
  144,
);

const header = {
  number: 1n,
  mode: 0,
  time: 1_795_000_000n,
  openingBlock: 123n,
  instructionCount: 5,
  chunkCount: 2,
  chunksRoot: tree([leaves[0] ?? "", leafOf(chunkBytes)], 1).root,
  positionsRoot,
  fileHash: id("a batch file"),
};
const encodedHeader = AbiCoder.defaultAbiCoder().encode(
  ["uint256", "address", "uint64", "uint8", "uint64", "uint64", "uint32", "uint32", "bytes32", "bytes32", "bytes32"],
  [chainId, DESK.toLowerCase(), ...Object.values(header)],
);

const vectors = {
  settlementDomain: { ...settlement, separator: TypedDataEncoder.hashDomain(settlement) },
  custodyDomain: { ...custody, separator: TypedDataEncoder.hashDomain(custody) },
  verifierDomain: { ...verifier, separator: TypedDataEncoder.hashDomain(verifier) },
  buyOrder: buy,
  sellOrder: sell,
  trade,
  mandate,
  attestation,
  transfer,
  hold,
  holdDecision,
  freeze,
  cancel,
  offeringPurchase,
  entitlementClaim,
  holdExpiry,
  messageRecords,
  investorClaim: { ...investorClaim, bytes: investorClaimBytes },
  orderRecord,
  instruction: { fields: instructionFields, bytes: instructionBytes, leaf: leafOf(instructionBytes) },
  receipt: { fields: receiptFields, bytes: receiptBytes, leaf: leafOf(receiptBytes) },
  chunk: { fields: chunkFields, bytes: chunkBytes, leaf: leafOf(chunkBytes) },
  merkle,
  movements: { list: movementList, root: movementsRoot },
  positions: { list: positions, root: positionsRoot },
  netVector: {
    movements: { accounts, shares: movements },
    ...netVector,
    encoded: encodedNet,
    netHash: keccak256(encodedNet),
  },
  emptyNetVector: { ...emptyNet, encoded: encodedEmpty, netHash: keccak256(encodedEmpty) },
  batch: {
    chainId,
    desk: DESK.toLowerCase(),
    header,
    encoded: encodedHeader,
    batchHash: keccak256(encodedHeader),
  },
  incomeList: incomeListVectors(chainId),
  bulkOrders: bulkOrderVectors(settlement, buy.value, fields(ORDER), buyer),
};

const path = fileURLToPath(new URL("../test/vectors/formats.json", import.meta.url));
const text = (_: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value);
writeFileSync(path, `${JSON.stringify(vectors, text, 2)}\n`);
console.log(`Wrote ${path}`);
