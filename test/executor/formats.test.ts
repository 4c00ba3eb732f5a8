import { readFileSync } from "node:fs";
import { expect } from "chai";
import { concat, TypedDataEncoder, ZeroHash } from "ethers";
import { createWordTables } from "../../executor/formats/batch-tables.ts";
import { encodeChunk } from "../../executor/formats/chunk-leaf.ts";
import { createDigester } from "../../executor/formats/digest.ts";
import { fromHex, toHex } from "../../executor/formats/hex.ts";
import { leafHash, merkleRoot } from "../../executor/formats/merkle.ts";
import { decodeMovement, encodeMovement, type Movement } from "../../executor/formats/movement-leaf.ts";
import { encodePosition, POSITION_KIND, type Position } from "../../executor/formats/position-leaf.ts";
import {
  ATTESTATION_TYPES,
  batchHash,
  createBatchTables,
  custodyDomain,
  decodeInstruction,
  decodeOrder,
  decodeReceipt,
  encodeOrder,
  encodeReceipt,
  encodeTrade,
  INVESTOR_CLAIM_TYPES,
  investorClaimDomain,
  loadKeccak,
  MANDATE_TYPES,
  netHash,
  ORDER_TYPES,
  packNetVector,
  settlementDomain,
  TRADE_TYPES,
} from "../../executor/index.ts";
import { plainPositionsRoot } from "../../executor/sequential/plain-positions.ts";

const vectors = JSON.parse(readFileSync(new URL("../vectors/formats.json", import.meta.url), "utf8"));
const keccak = await loadKeccak();
const bytesOf = (hex: string) => fromHex(hex, (hex.length - 2) / 2);

describe("Formats", () => {
  const { chainId, verifyingContract: desk } = vectors.settlementDomain;

  /** The vectors' order and trade as records: asset 7 stands at place 1, and the engine unit is 10. */
  function records() {
    const { value, signature } = vectors.buyOrder;
    const tables = createBatchTables({
      chainId: BigInt(chainId),
      desk,
      assets: [{ id: 3n }, { id: BigInt(value.asset) }],
      currencies: [{ address: value.currency, engineUnit: BigInt(vectors.orderRecord.engineUnit) }],
    });
    const order = {
      ...value,
      asset: BigInt(value.asset),
      quantity: BigInt(value.quantity),
      limitPrice: BigInt(value.limitPrice),
      expiry: BigInt(value.expiry),
      salt: BigInt(value.salt),
      signature,
    };
    const orders = new Uint8Array(160);
    encodeOrder(new DataView(orders.buffer), 0, order, tables);

    const { buyOrder, sellOrder, attempt, quantity, matchNumber, sequence } = vectors.instruction.fields;
    const instruction = new Uint8Array(80);
    const match = { buyOrder, sellOrder, attempt, quantity: BigInt(quantity), matchNumber: BigInt(matchNumber) };
    const price = BigInt(vectors.trade.value.price);
    encodeTrade(new DataView(instruction.buffer), 0, { ...match, price }, sequence, 10n);
    return { tables, orders, instruction };
  }

  describe("signed types", () => {
    const settlement = settlementDomain(BigInt(chainId), desk);
    const custody = custodyDomain(BigInt(chainId), vectors.custodyDomain.verifyingContract);
    const verifier = investorClaimDomain(BigInt(chainId), vectors.verifierDomain.verifyingContract);

    for (const [name, domain, types] of [
      ["buyOrder", settlement, ORDER_TYPES],
      ["trade", settlement, TRADE_TYPES],
      ["mandate", settlement, MANDATE_TYPES],
      ["attestation", custody, ATTESTATION_TYPES],
      ["investorClaim", verifier, INVESTOR_CLAIM_TYPES],
    ] as const) {
      it(`give the digest of the ${name} of the vectors`, () => {
        const { value, digest, encodeType } = vectors[name];

        expect(TypedDataEncoder.from(types).encodeType(encodeType.split("(")[0])).to.equal(encodeType);
        expect(TypedDataEncoder.hash(domain, types, value)).to.equal(digest);
      });
    }
  });

  describe("records", () => {
    it("hold an order byte by byte, and give it back", () => {
      const { orders } = records();

      expect(toHex(orders)).to.equal(vectors.orderRecord.bytes);
      expect(decodeOrder(orders, 0)).to.deep.include({
        trader: vectors.buyOrder.signer,
        asset: 1,
        limitPrice: 105_000n,
      });
    });

    it("hash to the order's digest without decoding", () => {
      const { tables, orders } = records();
      const id = new Uint8Array(32);

      createDigester(keccak, createWordTables(tables)).orderId(orders, new DataView(orders.buffer), 0, id, 0);
      expect(toHex(id)).to.equal(vectors.buyOrder.digest);
    });

    it("hold an instruction, whose id is the trade's digest", () => {
      const { tables, orders, instruction } = records();
      const ids = bytesOf(concat([vectors.buyOrder.digest, vectors.sellOrder.digest]));
      const known = { records: new DataView(orders.buffer), count: 1, ids };

      createDigester(keccak, createWordTables(tables)).tradeId(instruction, new DataView(instruction.buffer), 0, known);
      instruction[2] = vectors.instruction.fields.priority;
      expect(decodeInstruction(instruction, 0).id).to.equal(vectors.trade.digest);
      expect(toHex(instruction)).to.equal(vectors.instruction.bytes);
      expect(toHex(leafHash(keccak, instruction))).to.equal(vectors.instruction.leaf);
    });

    it("hold a receipt byte by byte, and give it back", () => {
      const { fields, bytes, leaf } = vectors.receipt;
      const receipt = { ...fields, quantity: BigInt(fields.quantity), cash: BigInt(fields.cash) };
      const record = new Uint8Array(64);

      encodeReceipt(record, 0, receipt);
      expect(toHex(record)).to.equal(bytes);
      expect(toHex(leafHash(keccak, record))).to.equal(leaf);
      expect(decodeReceipt(record, 0)).to.deep.equal(receipt);
    });

    it("pack a chunk's leaf", () => {
      const { fields, bytes, leaf } = vectors.chunk;
      const packed = encodeChunk({
        ...fields,
        instructionsRoot: bytesOf(fields.instructionsRoot),
        receiptsRoot: bytesOf(fields.receiptsRoot),
        movementsRoot: bytesOf(fields.movementsRoot),
        netHash: bytesOf(fields.netHash),
      });

      expect(toHex(packed)).to.equal(bytes);
      expect(toHex(leafHash(keccak, packed))).to.equal(leaf);
    });
  });

  describe("movements", () => {
    it("pack what was moved, and give it back", () => {
      const { list, root } = vectors.movements;
      const movements: Movement[] = list.map(({ fields }: { fields: Record<string, string> }) => ({
        ...fields,
        account: String(fields["account"]).toLowerCase(),
        unit: BigInt(fields["unit"] ?? 0),
        delta: BigInt(fields["delta"] ?? 0),
        total: BigInt(fields["total"] ?? 0),
      }));

      for (const [place, movement] of movements.entries()) {
        const bytes = encodeMovement(movement);
        expect(toHex(bytes)).to.equal(list[place].bytes);
        expect(toHex(leafHash(keccak, bytes))).to.equal(list[place].leaf);
        expect(decodeMovement(bytes)).to.deep.equal(movement);
      }
      const leaves = movements.map((movement) => leafHash(keccak, encodeMovement(movement)));
      expect(toHex(merkleRoot(keccak, Buffer.concat(leaves)))).to.equal(root);
    });
  });

  describe("net vectors and headers", () => {
    it("sort, pack and hash what moved", () => {
      const { netVector } = vectors;
      const { accounts, shares } = netVector.movements;
      const net = packNetVector(
        netVector.currency,
        accounts.map(({ address, cash }: { address: string; cash: string }) => ({
          account: address,
          delta: BigInt(cash),
        })),
        shares
          .map(({ asset, account, delta }: { asset: number; account: number; delta: string }) => ({
            asset: BigInt(netVector.assets[asset]),
            account: accounts[account].address,
            delta: BigInt(delta),
          }))
          .reverse(),
      );

      expect(net.assets.map(String)).to.deep.equal(netVector.assets);
      expect(net.accounts).to.deep.equal(netVector.accounts.map(BigInt));
      expect(net.shares).to.deep.equal(netVector.shares.map(BigInt));
      expect(toHex(netHash(keccak, net))).to.equal(netVector.netHash);
    });

    it("hash a chunk in which nothing moves", () => {
      const { currency, netHash: expected } = vectors.emptyNetVector;

      expect(toHex(netHash(keccak, packNetVector(currency, [], [])))).to.equal(expected);
    });

    it("pack positions, and hash them with shares on the left and cash on the right", () => {
      const { list, root } = vectors.positions;
      const positions: Position[] = list.map(({ fields }: { fields: Record<string, string> }) => ({
        kind: Number(fields["kind"]) === POSITION_KIND.shares ? POSITION_KIND.shares : POSITION_KIND.cash,
        account: fields["account"] ?? "",
        unit: BigInt(fields["unit"] ?? 0),
        balance: BigInt(fields["balance"] ?? 0),
        spendable: BigInt(fields["spendable"] ?? 0),
      }));
      const [shares, cash] = [positions.slice(0, 2), positions.slice(2)];

      for (const [place, position] of positions.entries()) {
        expect(toHex(encodePosition(position))).to.equal(list[place].bytes);
        expect(toHex(leafHash(keccak, encodePosition(position)))).to.equal(list[place].leaf);
      }
      expect(toHex(plainPositionsRoot(keccak, { shares, cash }))).to.equal(root);
      expect(toHex(plainPositionsRoot(keccak, { shares: [], cash: [] }))).to.equal(ZeroHash);
    });

    it("hash a batch header", () => {
      const { header, desk: settlementDesk, batchHash: expected } = vectors.batch;
      const { number, time, openingBlock } = header;
      const wide = { number: BigInt(number), time: BigInt(time), openingBlock: BigInt(openingBlock) };

      expect(batchHash(keccak, BigInt(vectors.batch.chainId), settlementDesk, { ...header, ...wide })).to.equal(
        expected,
      );
    });
  });
});
