import { createHash } from "node:crypto";
import { expect } from "chai";
import {
  createPackedAccounts,
  createPackedCash,
  createPackedShares,
  createRandom,
  randomInteger,
  snapshotOf,
} from "../../executor/index.ts";
import { IdTable } from "../../executor/ledger/id-table.ts";
import { KeyTable } from "../../executor/ledger/key-table.ts";
import { PairTable } from "../../executor/ledger/pair-table.ts";
import { PlaceSorter } from "../../executor/ledger/place-sorter.ts";
import { AMOUNT, packHead, ROW, ROW_AMOUNTS, ROW_BYTES, ROW_WORDS, rowsOver } from "../../executor/ledger/rows.ts";
import { estimateResidue, shouldSplit } from "../../executor/ledger/split/choose-split.ts";
import { loadState } from "../../executor/ledger/state.ts";
import { DESK, DOLLAR } from "./worlds/trading-world.ts";

const { SEED } = process.env;
const seed = Number(SEED ?? Math.floor(Math.random() * 2 ** 31));

describe("Tables of the ledger", () => {
  it(`number keys in the order in which they come, however many more than they were made for (SEED=${seed})`, () => {
    const random = createRandom(seed);
    const table = new KeyTable(3, 2);
    const known = new Map<string, number>();

    for (let round = 0; round < 5_000; round++) {
      const key = Int32Array.from({ length: 4 }, () => randomInteger(random, 0, 12)); // few, so that many come again
      const name = key.subarray(1).join();
      expect(table.find(key, 1), `SEED=${seed}`).to.equal(known.get(name) ?? -1);
      const number = known.get(name) ?? known.size;
      known.set(name, number);
      expect(table.add(key, 1), `SEED=${seed}`).to.equal(number);
    }
    expect(table.size).to.equal(known.size);
  });

  it(`find and number many keys together as one by one, whether they repeat or not (SEED=${seed})`, () => {
    const random = createRandom(seed);
    const [together, inTurn] = [new KeyTable(3, 2), new KeyTable(3, 2)];

    for (const count of [0, 1, 255, 256, 257, 1_000]) {
      const keys = Int32Array.from({ length: 2 + 5 * count }, () => randomInteger(random, 0, 12));
      const places = Array.from({ length: count }, (_, key) => 2 + 5 * key);
      const numbers = new Int32Array(1 + count).fill(-2);

      together.findAll(keys, 2, 5, count, numbers, 1);
      expect([...numbers], `SEED=${seed}`).to.deep.equal([-2, ...places.map((at) => inTurn.find(keys, at))]);
      together.addAll(keys, 2, 5, count, numbers, 1);
      expect([...numbers], `SEED=${seed}`).to.deep.equal([-2, ...places.map((at) => inTurn.add(keys, at))]);
      expect(together.size, `SEED=${seed}`).to.equal(inTurn.size);
    }
  });

  it(`number ids batch by batch as a map does, whether their memory is taken over or copied (SEED=${seed})`, () => {
    const random = createRandom(seed);
    const table = new IdTable(1);
    const known = new Map<string, number>();
    const used: string[] = [];

    for (let batch = 0; batch < 8; batch++) {
      const again = batch % 4 === 0 ? 0 : random(); // of every fourth nothing was there before
      const count = randomInteger(random, 1, 6_000);
      const names = Array.from({ length: count }, (_, id) =>
        random() < again && used.length > 0
          ? (used[randomInteger(random, 0, used.length - 1)] ?? "")
          : `${batch}/${id}`,
      );
      const numbers = new Int32Array(count);
      table.addAll(idsOf(names), numbers);
      for (const [id, name] of names.entries()) {
        const number = numbers[id] ?? -1;
        expect(known.get(name) ?? number, `SEED=${seed}`).to.equal(number);
        expect(number, `SEED=${seed}`).to.be.within(0, table.end - 1);
        if (!known.has(name)) used.push(name);
        known.set(name, number);
      }
      const single = `${batch}/alone`;
      known.set(single, table.add(idsOf([single]), 0));
    }

    expect(table.size, `SEED=${seed}`).to.equal(known.size);
    expect(new Set(known.values()).size, "no two have one number").to.equal(known.size);
    for (const [name, number] of known) expect(table.find(idsOf([name]), 0), `SEED=${seed}`).to.equal(number);
    expect(table.find(idsOf(["nobody's"]), 0)).to.equal(-1);
  });

  it("take over the memory of ids only where they are new, and alone in it", () => {
    const table = new IdTable(0);
    const ids = idsOf(Array.from({ length: 5_000 }, (_, id) => `${id}`));
    const numbers = new Int32Array(5_000);
    const [changed] = idsOf(["changed"]);

    table.addAll(ids, numbers);
    table.addAll(ids.slice(), numbers); // known, so these may change
    const padded = new Int32Array(ids.length + 8);
    padded.set(idsOf(Array.from({ length: 5_000 }, (_, id) => `padded ${id}`)));
    const inPadded = padded.subarray(0, ids.length);
    const before = inPadded.slice();
    table.addAll(inPadded, new Int32Array(5_000));
    padded.fill(changed ?? 0);

    expect(table.size).to.equal(10_000);
    for (let id = 0; id < 5_000; id++) {
      expect(table.find(ids, 8 * id)).to.equal(numbers[id]);
      expect(table.find(before, 8 * id)).to.be.at.least(5_000);
    }
    ids[0] = changed ?? 0;
    expect(table.find(idsOf(["0"]), 0), "the table reads what the caller has changed").to.equal(-1);
  });

  it(`find pairs, and no others (SEED=${seed})`, () => {
    const random = createRandom(seed);
    const table = new PairTable(1_000);
    const known = new Map<string, number>();

    while (table.size < 1_000) {
      const [first, second] = [randomInteger(random, 0, 200), randomInteger(random, 0, 20)];
      const name = `${first}/${second}`;
      expect(table.find(first, second), `SEED=${seed}`).to.equal(known.get(name) ?? -1);
      if (!known.has(name)) known.set(name, table.add(first, second));
    }
    expect([...known.values()]).to.deep.equal([...known.keys()].map((_, number) => number));
  });
});

/** Ids of 32 bytes, made of names. */
function idsOf(names: readonly string[]): Int32Array {
  const words = new Int32Array(8 * names.length);
  for (const [id, name] of names.entries()) {
    words.set(new Int32Array(Uint8Array.from(createHash("sha256").update(name).digest()).buffer), 8 * id);
  }
  return words;
}

describe("Places sorted by their keys", () => {
  it(`are in the order of the keys, equal ones as they were (SEED=${seed})`, () => {
    const random = createRandom(seed);
    const sorter = new PlaceSorter();

    for (const count of [0, 1, 2, 255, 256, 257, 1_000]) {
      for (const most of [0, 1, 255, 256, 2 ** 16, 2 ** 25, 2 ** 31 - 1]) {
        const keys = Int32Array.from({ length: 2 * count }, () => randomInteger(random, 0, most));
        const places = Int32Array.from({ length: count + 1 }, (_, i) => (7 * i) % (2 * count || 1));
        const sorted = [...places.subarray(0, count)].sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
        const behind = places[count];
        sorter.sort(places, count, keys);
        expect([...places], `SEED=${seed}, ${count} keys up to ${most}`).to.deep.equal([...sorted, behind]);
      }
    }
  });
});

describe("Choice of the parallel ledger", () => {
  const COUNT = 40_000;

  it("takes it for many threads, and only where the sample says that few have to wait", () => {
    const apart = transfers((index) => index);
    const together = transfers(() => 0);

    expect(estimateResidue(apart)).to.equal(0);
    expect(estimateResidue(together)).to.equal(1);
    expect(shouldSplit(apart, 8)).to.equal(true);
    expect(shouldSplit(apart, 7)).to.equal(false);
    expect(shouldSplit(together, 64)).to.equal(false);
    expect(shouldSplit({ ...apart, count: 1_000 }, 64)).to.equal(false);
  });

  it("finds out an account that many pay from, though no few of them overdraw it", () => {
    const dealer = transfers((index) => (index % 4 === 0 ? 0 : index));

    expect(estimateResidue(dealer)).to.be.within(0.15, 0.35);
  });

  /** Transfers of 10 shares to the last account, from accounts that have 1,000 each. */
  function transfers(giver: (index: number) => number) {
    const accounts = createPackedAccounts(COUNT + 1);
    const shares = createPackedShares(COUNT + 1);
    for (let account = 0; account <= COUNT; account++) {
      accounts.addresses[20 * account] = account & 0xff;
      accounts.addresses[20 * account + 1] = account >> 8;
      shares.account[account] = account;
      shares.spendable[account] = 1_000n;
      shares.balance[account] = 1_000n;
    }
    const tables = {
      chainId: 1n,
      desk: DESK,
      openingBlock: 1n,
      assets: [{ id: 1n, state: 0, holderLimit: 0 }],
      currencies: [{ address: DOLLAR, engineUnit: 1n }],
      mandates: [],
    };
    const state = loadState(snapshotOf({ ...tables, accounts, shares, cash: createPackedCash(0) }));
    const rows = rowsOver(new SharedArrayBuffer(ROW_BYTES * COUNT));
    rows.words.fill(-1);
    for (let index = 0; index < COUNT; index++) {
      rows.words[index * ROW_WORDS + ROW.head] = packHead(2, 0, 0);
      rows.words[index * ROW_WORDS + ROW.asset] = 0;
      rows.words[index * ROW_WORDS + ROW.from] = giver(index);
      rows.words[index * ROW_WORDS + ROW.to] = COUNT;
      rows.amounts[index * ROW_AMOUNTS + AMOUNT.quantity] = 10n;
      rows.amounts[index * ROW_AMOUNTS + AMOUNT.cash] = 0n;
    }
    return { count: COUNT, rows, state };
  }
});
