import { expect } from "chai";
import { checkPackedSnapshot } from "../../executor/check-packed-snapshot.ts";
import {
  type BatchInput,
  checkSnapshot,
  compareResults,
  createPackedAccounts,
  createPackedCash,
  createPackedShares,
  ExecutorInputError,
  type PackedSnapshot,
  packedOf,
  packSnapshot,
  readBatchFile,
  runBatch,
  runSequential,
  type Snapshot,
  snapshotOf,
} from "../../executor/index.ts";
import { randomBatch } from "./worlds/random-world.ts";
import { batch, type Draft, everyoneMayTrade, settle } from "./worlds/trading-world.ts";

const WORLDS = 60;

/** The same batch with its snapshot in columns. */
const packed = (input: BatchInput): BatchInput => ({ ...input, snapshot: snapshotOf(packSnapshot(input.snapshot)) });

describe("Packed snapshot", function () {
  this.timeout(120_000);
  const firstSeed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

  it(`decides every batch as one of objects does, either way (SEED=${firstSeed})`, async () => {
    for (let seed = firstSeed; seed < firstSeed + WORLDS; seed++) {
      const input = randomBatch(seed);
      const [objects, columns] = [await runSequential(input), await runSequential(packed(input))];
      const difference = compareResults(columns, await runBatch(packed(input), { workers: 0 }));
      const withFile = compareResults(objects, { ...columns, header: objects.header, ...fileOf(objects) });

      expect([difference, withFile], `SEED=${seed}`).to.deep.equal([undefined, undefined]);
      const again = await runBatch(readBatchFile(columns.file), { workers: 0 });
      expect(compareResults(columns, again), `SEED=${seed}, from its file`).to.equal(undefined);
    }
  });

  const fileOf = ({ file, batchHash }: { file: Uint8Array; batchHash: string }) => ({ file, batchHash });

  it("has all that the objects say; investors are only numbered", () => {
    const objects = checkSnapshot(everyoneMayTrade());
    const columns = packSnapshot(objects);
    const back = snapshotOf(columns);

    const names = objects.accounts.map(({ investor }) => investor);
    const numbers = back.accounts.map(({ investor }) => investor);
    expect(numbers).to.deep.equal(["investor 1", "investor 2", "investor 3", "investor 1", ""]);
    expect(names).to.deep.equal(["Alice", "Bob", "Carol", "Alice", ""]);
    expect({ ...back, accounts: objects.accounts }).to.deep.equal(objects);
    expect(packedOf(back)).to.equal(columns);
    expect(packedOf({ ...back })).to.equal(undefined);
  });

  it("writes a file that begins with MOIETYB2 and is refused when it is cut off or padded", async () => {
    const { file } = await settle(packed(batch()));

    expect(Buffer.from(file.subarray(0, 8)).toString()).to.equal("MOIETYB2");
    expect(() => readBatchFile(Buffer.concat([file, Buffer.alloc(1)]))).to.throw(ExecutorInputError, "1 bytes follow");
    for (let length = 0; length < file.length; length += 17) {
      expect(() => readBatchFile(file.subarray(0, length)), `${length} bytes`).to.throw(ExecutorInputError);
    }
  });

  const FAULTS: readonly (readonly [why: string, edit: (draft: Draft<Snapshot>) => void])[] = [
    ["a chain id of more than 256 bits", (draft) => Object.assign(draft, { chainId: 2n ** 256n })],
    ["an asset listed twice", (draft) => void draft.assets.push({ ...at(draft.assets, 0) })],
    ["an engine unit of zero", (draft) => Object.assign(at(draft.currencies, 0), { engineUnit: 0n })],
    ["an account listed twice", (draft) => void draft.accounts.push({ ...at(draft.accounts, 2) })],
    ["shares of an unknown account", (draft) => Object.assign(at(draft.shares, 3), { account: 5 })],
    ["shares of an unknown asset", (draft) => Object.assign(at(draft.shares, 3), { asset: 2 })],
    ["more spendable than there is", (draft) => Object.assign(at(draft.shares, 3), { spendable: 1_001n })],
    ["more held back than 63 bits", (draft) => Object.assign(at(draft.shares, 3), { spendable: 1_000n - 2n ** 63n })],
    ["a balance below zero", (draft) => Object.assign(at(draft.shares, 3), { balance: -1n, spendable: -1n })],
    ["frozen shares below zero", (draft) => Object.assign(at(draft.shares, 3), { frozen: -2n })],
    ["more frozen than held back", (draft) => Object.assign(at(draft.shares, 3), { spendable: -1n, frozen: 1_002n })],
    ["a supply beyond 63 bits", (draft) => Object.assign(at(draft.shares, 4), { balance: 2n ** 63n - 1n })],
    ["a share position listed twice", (draft) => void draft.shares.push({ ...at(draft.shares, 1) })],
    ["cash of an unknown account", (draft) => Object.assign(at(draft.cash, 3), { account: 5 })],
    ["cash in an unknown currency", (draft) => Object.assign(at(draft.cash, 3), { currency: 2 })],
    ["less than no cash", (draft) => Object.assign(at(draft.cash, 3), { deposited: -1n })],
    ["deposits beyond 63 bits", (draft) => Object.assign(at(draft.cash, 4), { deposited: 2n ** 63n - 1n })],
    ["a cash position listed twice", (draft) => void draft.cash.push({ ...at(draft.cash, 1) })],
    ["a mandate of an unknown account", (draft) => Object.assign(at(draft.mandates, 1), { account: 5 })],
    ["a mandate listed twice", (draft) => void draft.mandates.push({ ...at(draft.mandates, 1) })],
  ];

  function at<T>(list: readonly T[], place: number): T {
    const item = list[place];
    if (item === undefined) throw new RangeError(`no entry ${place}`);
    return item;
  }

  for (const [why, edit] of FAULTS) {
    it(`is refused with the words for objects: ${why}`, () => {
      const draft = everyoneMayTrade(edit);
      const said = messageOf(() => checkSnapshot(draft));

      expect(said).to.be.a("string");
      expect(messageOf(() => checkPackedSnapshot(packSnapshot(draft)))).to.equal(said);
    });
  }

  it("may hold back all that 63 bits can say, as one of objects may", () => {
    const draft = everyoneMayTrade((each) => Object.assign(at(each.shares, 3), { spendable: 1_001n - 2n ** 63n }));

    expect(messageOf(() => checkSnapshot(draft))).to.equal(undefined);
    expect(messageOf(() => checkPackedSnapshot(packSnapshot(draft)))).to.equal(undefined);
  });

  it("is refused if its columns differ in length", () => {
    const columns = packSnapshot(checkSnapshot(everyoneMayTrade()));
    const broken: readonly [string, PackedSnapshot][] = [
      ["accounts", { ...columns, accounts: { ...columns.accounts, investors: new Uint32Array(4) } }],
      ["shares", { ...columns, shares: { ...columns.shares, sendCode: new Uint16Array(9) } }],
      ["cash", { ...columns, cash: { ...columns.cash, deposited: new BigInt64Array(11) } }],
    ];

    for (const [list, snapshot] of broken) {
      expect(() => checkPackedSnapshot(snapshot), list).to.throw(
        ExecutorInputError,
        `the columns of ${list} differ in length`,
      );
    }
  });

  it("finds a pair listed twice among more pairs than it can mark", () => {
    const tables = checkSnapshot(everyoneMayTrade());
    const wide = {
      ...tables,
      assets: Array.from({ length: 60_000 }, (_, id) => ({ ...at(tables.assets, 0), id: BigInt(id) })),
    };
    const accounts = createPackedAccounts(3_000);
    const shares = createPackedShares(3);
    new DataView(accounts.addresses.buffer).setUint32(0, 1);
    for (let row = 0; row < 3_000; row++) new DataView(accounts.addresses.buffer).setUint32(20 * row, row);
    shares.account.set([2_999, 5, 2_999]);
    shares.asset.set([59_999, 6, 59_999]);

    expect(() => checkPackedSnapshot({ ...wide, accounts, shares, cash: createPackedCash(0), mandates: [] })).to.throw(
      ExecutorInputError,
      "share position 2999/59999 is listed twice",
    );
  });

  function messageOf(check: () => unknown): string | undefined {
    try {
      check();
      return undefined;
    } catch (error) {
      if (!(error instanceof ExecutorInputError)) throw error;
      return error.message;
    }
  }
});
