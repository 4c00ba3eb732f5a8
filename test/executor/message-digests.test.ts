import { expect } from "chai";
import { TypedDataEncoder, type TypedDataField } from "ethers";
import { createBatchTables, createWordTables } from "../../executor/formats/batch-tables.ts";
import { createDigester } from "../../executor/formats/digest.ts";
import { toHex } from "../../executor/formats/hex.ts";
import { readWord } from "../../executor/formats/integers.ts";
import { MESSAGE_LAYOUTS } from "../../executor/formats/message-layouts.ts";
import { createRandom, loadKeccak, ORDER_BYTES, randomInteger, settlementDomain } from "../../executor/index.ts";
import { createMessageDigests } from "../../executor/verify/message-digests.ts";
import { sharedBytes } from "../../executor/workers/shared-bytes.ts";

const keccak = await loadKeccak();
const CHAIN_ID = 31337n;
const DESK = `0x${"de".repeat(20)}`;
const MAX_UNIT = 10n ** 18n;
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 32);
const address = (last: number) => `0x${last.toString(16).padStart(40, "a")}`;

const world = {
  chainId: CHAIN_ID,
  desk: DESK,
  assets: [{ id: 7n }, { id: 2n ** 256n - 1n }],
  currencies: [1n, 10n ** 12n, MAX_UNIT].map((engineUnit, place) => ({ address: address(0xc0 + place), engineUnit })),
  accounts: Array.from({ length: 300 }, (_, place) => ({ address: address(place + 1) })),
};
const tables = createWordTables(createBatchTables(world));

/** ethers' types of what `encodeType` gives. */
function fieldsOf(type: string): { name: string; fields: TypedDataField[] } {
  const [name = "", list = ""] = type.slice(0, -1).split("(");
  return {
    name,
    fields: list.split(",").map((field) => {
      const [fieldType = "", fieldName = ""] = field.split(" ");
      return { type: fieldType, name: fieldName };
    }),
  };
}

/** A record of `kind` with anything in it that a well-formed one can have. */
function writeRecord(records: Uint8Array, offset: number, kind: number, random: () => number): void {
  const view = new DataView(records.buffer, offset, ORDER_BYTES);
  for (let i = 0; i < ORDER_BYTES; i++) records[offset + i] = randomInteger(random, 0, 255);
  view.setUint8(20, kind);
  view.setUint8(21, randomInteger(random, 0, 3));
  view.setUint16(22, randomInteger(random, 0, 1));
  view.setUint16(24, randomInteger(random, 0, 2));
  view.setUint32(26, randomInteger(random, 0, 299));
  for (const at of [32, 40]) view.setUint8(at, randomInteger(random, 0, 127));
  view.setUint32(153, randomInteger(random, 0, 299));
  view.setUint8(157, randomInteger(random, 0, 1));
}

/** The message of a record as ethers takes it, field by field as `docs/formats.md` tells them. */
function messageOf(records: Uint8Array, offset: number): Record<string, unknown> {
  const view = new DataView(records.buffer, offset, ORDER_BYTES);
  const signer = toHex(records, offset, 20);
  const currency = world.currencies[view.getUint16(24)];
  const counterparty = world.accounts[view.getUint32(26)]?.address;
  const reference = toHex(records, offset + 56, 32);
  return {
    ...{ trader: signer, from: signer, holder: signer, officer: signer },
    ...{ to: counterparty, beneficiary: counterparty, account: counterparty },
    agent: view.getUint8(20) === 3 ? world.accounts[view.getUint32(153)]?.address : signer,
    ...{ side: view.getUint8(20), priority: view.getUint8(21), asset: world.assets[view.getUint16(22)]?.id },
    ...{ currency: currency?.address, limitPrice: view.getBigUint64(40) * (currency?.engineUnit ?? 1n) },
    ...{ quantity: view.getBigUint64(32), until: view.getBigUint64(40), expiry: view.getBigUint64(48) },
    ...{ salt: readWord(view, 56), hold: reference, order: reference },
    ...{ decision: view.getUint8(157), frozen: view.getUint8(157) === 1 },
  };
}

describe("Digests of messages", () => {
  it(`are ethers' for every type, one by one and many at once (SEED=${seed})`, () => {
    const random = createRandom(seed);
    const count = 64;
    const records = sharedBytes(count * ORDER_BYTES);
    const view = new DataView(records.buffer);
    const plain = createDigester(keccak, tables);
    const fast = createMessageDigests(keccak, records, tables);

    for (const size of [count, 1, 17, count, 2]) {
      for (let place = 0; place < size; place++) {
        const kind = randomInteger(random, 0, MESSAGE_LAYOUTS.length - 1);
        writeRecord(records, place * ORDER_BYTES, kind, random);
        fast.add(place * ORDER_BYTES);
      }
      fast.finish();

      for (let place = 0; place < size; place++) {
        const offset = place * ORDER_BYTES;
        const { type } = MESSAGE_LAYOUTS[view.getUint8(offset + 20)] ?? { type: "" };
        const { name, fields } = fieldsOf(type);
        const message = messageOf(records, offset);
        const expected = TypedDataEncoder.hash(settlementDomain(CHAIN_ID, DESK), { [name]: fields }, message);
        const id = new Uint8Array(32);
        plain.orderId(records, view, offset, id, 0);

        expect(toHex(id), name).to.equal(expected);
        expect(toHex(fast.digests, 32 * place, 32), name).to.equal(expected);
        const struct = new Uint8Array(fast.structHashes.buffer, 32 * place, 32);
        expect(toHex(struct), name).to.equal(TypedDataEncoder.hashStruct(name, { [name]: fields }, message));
      }
    }
  });

  it("of two desks may be made by turns", () => {
    const records = sharedBytes(ORDER_BYTES);
    const view = new DataView(records.buffer);
    const desks = [DESK, address(1)].map((desk) => createWordTables(createBatchTables({ ...world, desk })));
    const turns = desks.map((words) => ({
      plain: createDigester(keccak, words),
      fast: createMessageDigests(keccak, records, words),
    }));
    writeRecord(records, 0, 0, createRandom(1));

    for (const { plain, fast } of [...turns, ...turns]) {
      const id = new Uint8Array(32);
      plain.orderId(records, view, 0, id, 0);
      fast.add(0);
      fast.finish();
      expect(toHex(fast.digests, 0, 32)).to.equal(toHex(id));
    }
  });
});
