import { expect } from "chai";
import {
  createPackedAccounts,
  createPackedCash,
  createPackedShares,
  createRandom,
  randomInteger,
  snapshotOf,
} from "../../executor/index.ts";
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
