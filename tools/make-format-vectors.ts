// Writes test/vectors/formats.json from docs/formats.md with ethers alone: none of our encoders is used, so that the
// vectors judge them. Run it again only when the formats change:
// node tools/make-format-vectors.ts && npx biome check --write test/vectors
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { keccak256, TypedDataEncoder } from "ethers";
import { bulkOrderVectors } from "./bulk-vectors.ts";
import {
  accounts,
  chunkBytes,
  chunkFields,
  emptyNet,
  encodedEmpty,
  encodedHeader,
  encodedNet,
  header,
  merkle,
  movementList,
  movements,
  movementsRoot,
  netVector,
  positions,
  positionsRoot,
} from "./format-vectors/commitments.ts";
import {
  attestation,
  buy,
  cancel,
  entitlementClaim,
  freeze,
  hold,
  holdDecision,
  holdExpiry,
  investorClaim,
  investorClaimBytes,
  mandate,
  offeringPurchase,
  sell,
  trade,
  transfer,
} from "./format-vectors/messages.ts";
import {
  instructionBytes,
  instructionFields,
  leafOf,
  messageRecords,
  orderRecord,
  receiptBytes,
  receiptFields,
} from "./format-vectors/records.ts";
import { buyer, chainId, custody, DESK, fields, ORDER, settlement, verifier } from "./format-vectors/typed-data.ts";
import { incomeListVectors } from "./income-list-vectors.ts";

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
