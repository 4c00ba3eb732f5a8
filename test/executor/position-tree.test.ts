import { expect } from "chai";
import { toHex } from "../../executor/formats/hex.ts";
import { encodePosition, POSITION_KIND } from "../../executor/formats/position-leaf.ts";
import { createRandom, loadKeccak, randomInteger, verifyProof, WorkerPool } from "../../executor/index.ts";
import { plainRoot } from "../../executor/sequential/plain-merkle.ts";
import { amountColumn, type PositionTable, placeColumn, positionAt } from "../../executor/tree/position-table.ts";
import { PositionalTree } from "../../executor/tree/positional-tree.ts";
import { updatePositions } from "../../executor/tree/update-positions.ts";
import { sharedBytes } from "../../executor/workers/shared-bytes.ts";

const { SEED } = process.env;
const keccak = await loadKeccak();

/** A table with room for `room` positions, of which none counts yet, filled from `seed`. */
function randomTable(seed: number, room: number, kind: PositionTable["kind"] = POSITION_KIND.shares) {
  const random = createRandom(seed);
  const [accounts, units] = [1 + Math.floor(room / 3), 5];
  const fill = (bytes: Uint8Array) => bytes.map(() => randomInteger(random, 0, 255));
  const amount = () => BigInt(randomInteger(random, 0, 2 ** 31)) << BigInt(randomInteger(random, 0, 32));
  const table = {
    kind,
    count: 0,
    addresses: sharedBytes(20 * accounts),
    units: sharedBytes(32 * units),
    account: placeColumn(room),
    unit: placeColumn(room),
    spendable: amountColumn(room),
    locked: amountColumn(room),
    frozen: amountColumn(room),
  };
  table.addresses.set(fill(table.addresses));
  table.units.set(fill(table.units));
  for (let place = 0; place < room; place++) {
    table.account[place] = randomInteger(random, 0, accounts - 1);
    table.unit[place] = randomInteger(random, 0, units - 1);
  }
  const change = (place: number) => {
    for (const column of [table.spendable, table.locked, table.frozen]) column[place] = amount() / 4n;
    if (place % 5 === 0) table.spendable[place] = -(table.frozen[place] ?? 0n); // more is held back than is there
  };
  return { table, change, random };
}

const leafAt = (table: PositionTable, place: number) =>
  keccak(Buffer.concat([Uint8Array.of(0), encodePosition(positionAt(table, place))]));

/** The root, rebuilt by the book. */
const rebuiltRoot = (table: PositionTable) =>
  toHex(
    plainRoot(
      keccak,
      Array.from({ length: table.count }, (_, place) => leafAt(table, place)),
    ),
  );

describe("The tree of positions", function () {
  this.timeout(120_000);
  const firstSeed = Number(SEED ?? Math.floor(Math.random() * 2 ** 31));

  for (const workers of [0, 1, 2, 4]) {
    it(`has the root of a rebuilt one after every change, with ${workers} workers (SEED=${firstSeed})`, async () => {
      const pool = await WorkerPool.open(workers);

      for (let seed = firstSeed; seed < firstSeed + 4; seed++) {
        const { table, change, random } = randomTable(seed, 6_000);
        const tree = new PositionalTree(seed % 2 === 0 ? 1 : randomInteger(random, 1, 6_000));
        for (const size of [0, 1, 2, 3, 5, 64, 65, 1_000, 1_000, 3_000, 6_000, 6_000]) {
          const touched = Uint32Array.from({ length: size }, () => randomInteger(random, 0, Math.max(0, size - 1)));
          for (const place of touched) change(place);
          for (let place = table.count; place < size; place++) change(place);
          table.count = size;
          await updatePositions(tree, table, touched, pool);

          expect(toHex(tree.root()), `SEED=${seed}, ${size} leaves`).to.equal(rebuiltRoot(table));
        }
      }
      await pool.close();
    });
  }

  it("hashes what is above several touched leaves once", async () => {
    const pool = await WorkerPool.open(0);
    const { table } = randomTable(firstSeed, 1_024);
    table.count = 1_024;
    const tree = new PositionalTree();

    expect(await updatePositions(tree, table, new Uint32Array(), pool)).to.equal(2 * 1_024 - 1);
    expect(await updatePositions(tree, table, Uint32Array.of(7), pool)).to.equal(11);
    expect(await updatePositions(tree, table, Uint32Array.of(6, 7, 6), pool)).to.equal(12);
    expect(await updatePositions(tree, table, Uint32Array.of(0, 1_023), pool)).to.equal(21);
    expect(await updatePositions(tree, table, new Uint32Array(), pool)).to.equal(0);
  });

  it("proves each position at its place and nowhere else, whatever room the tree has", async () => {
    const pool = await WorkerPool.open(0);

    for (const count of [1, 2, 3, 7, 8, 9]) {
      const { table, change } = randomTable(firstSeed, count);
      for (let place = 0; place < count; place++) change(place);
      table.count = count;
      const tree = new PositionalTree(count + 20);
      await updatePositions(tree, table, new Uint32Array(), pool);

      for (let place = 0; place < count; place++) {
        const bytes = toHex(encodePosition(positionAt(table, place)));
        const root = toHex(tree.root());
        expect(await verifyProof(bytes, place, tree.proof(place), root), `${place} of ${count}`).to.equal(true);
        expect(await verifyProof(bytes, place ^ 1, tree.proof(place), root)).to.equal(false);
      }
      expect(() => tree.proof(count)).to.throw(`a tree of ${count} leaves has no leaf ${count}`);
    }
  });

  it("refuses a place that does not exist, and to shrink", async () => {
    const pool = await WorkerPool.open(0);
    const { table } = randomTable(firstSeed, 8);
    const tree = new PositionalTree();
    table.count = 8;
    await updatePositions(tree, table, new Uint32Array(), pool);

    let reason: unknown;
    await updatePositions(tree, table, Uint32Array.of(8), pool).catch((error: unknown) => {
      reason = error;
    });
    expect(reason).to.be.instanceOf(RangeError);
    expect(() => tree.growTo(7)).to.throw("a tree of 8 leaves does not shrink to 7");
  });
});
