import { readFileSync } from "node:fs";
import { expect } from "chai";
import { TypedDataEncoder } from "ethers";
import { createWordTables } from "../../executor/formats/batch-tables.ts";
import { createDigester } from "../../executor/formats/digest.ts";
import { fromHex, toHex } from "../../executor/formats/hex.ts";
import { isOrderWellFormed } from "../../executor/formats/order-record.ts";
import {
  CANCEL_TYPES,
  createBatchTables,
  decodeInstruction,
  decodeOrder,
  encodeInstruction,
  encodeMessage,
  FREEZE_TYPES,
  HOLD_DECISION_TYPES,
  HOLD_TYPES,
  INSTRUCTION_TYPES,
  type InstructionInput,
  loadKeccak,
  ORDER_BYTES,
  type SignedMessage,
  settlementDomain,
  TRANSFER_TYPES,
} from "../../executor/index.ts";

const vectors = JSON.parse(readFileSync(new URL("../vectors/formats.json", import.meta.url), "utf8"));
const keccak = await loadKeccak();
const { chainId, verifyingContract: desk } = vectors.settlementDomain;
const records = vectors.messageRecords;

const tables = createBatchTables({
  chainId: BigInt(chainId),
  desk,
  assets: [{ id: 3n }, { id: 7n }],
  currencies: [{ address: vectors.buyOrder.value.currency, engineUnit: 10n }],
  accounts: records.accounts.map((address: string) => ({ address })),
  offerings: [{ id: 20n }, { id: 21n }],
  distributions: [{ id: 31n }],
  entitlements: [
    { distribution: 0, account: 0 },
    { distribution: 0, account: 1 },
  ],
  holds: [{ id: vectors.hold.digest }],
});
const digester = createDigester(keccak, createWordTables(tables));

/** The vectors' integers are text. */
const big = ({ asset, quantity, until, expiry, salt }: Record<string, string>) => ({
  ...(asset === undefined ? {} : { asset: BigInt(asset) }),
  ...(quantity === undefined ? {} : { quantity: BigInt(quantity) }),
  ...(until === undefined ? {} : { until: BigInt(until) }),
  ...(salt === undefined ? {} : { salt: BigInt(salt) }),
  expiry: BigInt(expiry ?? 0),
});

const TYPES = ["transfer", "hold", "holdDecision", "freeze", "cancel"] as const;

function encoded(type: (typeof TYPES)[number], change: Partial<SignedMessage> = {}): Uint8Array {
  const { value, signature } = vectors[type];
  const record = new Uint8Array(ORDER_BYTES).fill(0xff);
  const message: SignedMessage = { ...value, ...big(value), type, signature, ...change };
  encodeMessage(new DataView(record.buffer), 0, message, tables);
  return record;
}

const isWellFormed = (record: Uint8Array) => isOrderWellFormed(record, new DataView(record.buffer), 0, 2, 1, 3);

describe("Formats of messages", () => {
  const domain = settlementDomain(BigInt(chainId), desk);

  for (const [name, types] of [
    ["transfer", TRANSFER_TYPES],
    ["hold", HOLD_TYPES],
    ["holdDecision", HOLD_DECISION_TYPES],
    ["freeze", FREEZE_TYPES],
    ["cancel", CANCEL_TYPES],
    ["offeringPurchase", INSTRUCTION_TYPES.OfferingPurchase],
    ["entitlementClaim", INSTRUCTION_TYPES.EntitlementClaim],
    ["holdExpiry", INSTRUCTION_TYPES.HoldExpiry],
  ] as const) {
    it(`give the digest of the ${name} of the vectors`, () => {
      const { value, digest, encodeType } = vectors[name];

      expect(TypedDataEncoder.from(types).encodeType(encodeType.split("(")[0])).to.equal(encodeType);
      expect(TypedDataEncoder.hash(domain, types, value)).to.equal(digest);
    });
  }

  for (const type of TYPES) {
    it(`hold a ${type} byte by byte, and hash to its digest without decoding`, () => {
      const record = encoded(type);
      const id = new Uint8Array(32);
      digester.orderId(record, new DataView(record.buffer), 0, id, 0);

      expect(toHex(record)).to.equal(records[type]);
      expect(toHex(id)).to.equal(vectors[type].digest);
      expect(isWellFormed(record)).to.equal(true);
      expect(decodeOrder(record, 0).trader).to.equal(vectors[type].signer);
    });

    it(`refuse a ${type} with anything where its type says nothing`, () => {
      const spoilt = [30, 31, 158, 159];
      if (type !== "hold" && type !== "transfer") spoilt.push(21);
      if (type !== "hold") spoilt.push(40, 47, 153, 156);
      if (type === "cancel") spoilt.push(32, 39);
      if (type === "cancel" || type === "holdDecision") spoilt.push(23, 26, 29);
      if (type === "cancel" || type === "freeze") spoilt.push(25);
      if (type === "transfer" || type === "hold" || type === "cancel") spoilt.push(157);

      for (const place of spoilt) {
        const record = encoded(type);
        record[place] = 1;
        expect(isWellFormed(record), `byte ${place}`).to.equal(false);
      }
    });
  }

  it("mark what a record cannot hold, so that it is refused", () => {
    const nobody = `0x${"99".repeat(20)}`;

    expect(isWellFormed(encoded("transfer", { to: nobody }))).to.equal(false);
    expect(isWellFormed(encoded("transfer", { asset: 8n }))).to.equal(false);
    expect(isWellFormed(encoded("transfer", { quantity: 2n ** 63n }))).to.equal(false);
    expect(isWellFormed(encoded("transfer", { currency: nobody }))).to.equal(false);
    expect(isWellFormed(encoded("transfer", { priority: 4 }))).to.equal(false);
    expect(isWellFormed(encoded("hold", { agent: nobody }))).to.equal(false);
    expect(isWellFormed(encoded("hold", { beneficiary: nobody }))).to.equal(false);
    expect(isWellFormed(encoded("holdDecision", { decision: 0 }))).to.equal(false);
    expect(isWellFormed(encoded("holdDecision", { decision: 3 }))).to.equal(false);
    expect(isWellFormed(encoded("freeze", { account: nobody }))).to.equal(false);
    expect(isWellFormed(encoded("hold", { until: 2n ** 64n - 1n }))).to.equal(true);
  });

  describe("of instructions", () => {
    const ids = fromHex(vectors.buyOrder.digest, 32);
    const buy = new Uint8Array(ORDER_BYTES);

    function idOf(input: InstructionInput, messages: Uint8Array = buy, known = ids): string {
      const record = new Uint8Array(80);
      const view = new DataView(record.buffer);
      encodeInstruction(view, 0, input, 0, 10n);
      digester.tradeId(record, view, 0, { records: new DataView(messages.buffer), count: 1, ids: known });
      return decodeInstruction(record, 0).id;
    }

    it("without a message are the digests of what they say", () => {
      const purchase = { buyOrder: 0, offering: 1, quantity: 3n, price: 10n, matchNumber: 4n };

      expect(idOf({ kind: "subscription", ...purchase })).to.equal(vectors.offeringPurchase.digest);
      expect(idOf({ kind: "claim", place: 1, number: 1n })).to.equal(vectors.entitlementClaim.digest);
      expect(idOf({ kind: "expire", place: 0, number: 2n })).to.equal(vectors.holdExpiry.digest);
    });

    it("with a message have its id, unless it is of another type", () => {
      const none = `0x${"00".repeat(32)}`;
      const post = encoded("holdDecision");
      const id = fromHex(vectors.holdDecision.digest, 32);

      expect(idOf({ kind: "post", message: 0, quantity: 20n }, post, id)).to.equal(vectors.holdDecision.digest);
      expect(idOf({ kind: "void", message: 0, quantity: 20n }, post, id)).to.equal(none);
      expect(idOf({ kind: "cancel", message: 0, quantity: 20n }, post, id)).to.equal(none);
      expect(idOf({ kind: "post", message: 1, quantity: 20n }, post, id)).to.equal(none);
    });
  });
});
