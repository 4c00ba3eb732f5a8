import { readFileSync } from "node:fs";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { toBeHex, ZeroAddress } from "ethers";
import { toHex } from "../../executor/formats/hex.ts";
import {
  buildIncomeList,
  hashIncomeTree,
  type IncomeRow,
  type IncomeRows,
  incomeRowAt,
  openProofFile,
  type ProofFile,
  packIncomeRows,
  WorkerPool,
} from "../../executor/index.ts";
import { LIST_KEY, someRows, temporaryFolder } from "../helpers/income-list.ts";
import { seededRandom } from "../helpers/seeded-random.ts";

const LEAF = ["bytes32", "uint256", "address", "uint256", "uint256"];
const LARGE_LISTS = Number(process.env["LARGE_LISTS"] ?? 3);
const LARGEST_LIST = Number(process.env["LARGEST_LIST"] ?? 9_000);

function judgeOf(rows: IncomeRows) {
  const values = Array.from({ length: rows.count }, (_, index) => {
    const { holder, gross, withheld } = incomeRowAt(rows, index);
    return [LIST_KEY, String(index), holder, String(gross), String(withheld)];
  });
  return StandardMerkleTree.of(values, LEAF, { sortLeaves: false });
}

async function expectProof(file: ProofFile, judge: ReturnType<typeof judgeOf>, rows: IncomeRows, index: number) {
  expect(await file.proof(index)).to.deep.equal({ index, ...incomeRowAt(rows, index), proof: judge.getProof(index) });
}

async function expectPage(file: ProofFile, judge: ReturnType<typeof judgeOf>, from: number, to: number) {
  const page = await file.multiproof(from, to);
  const places = Array.from({ length: to - from }, (_, i) => from + i);
  expect(page.rows.map(({ index }) => index)).to.deep.equal(places);
  const { proof, proofFlags } = judge.getMultiProof(places);
  expect({ proof: page.proof, proofFlags: page.proofFlags }).to.deep.equal({ proof, proofFlags });
}

describe("Income lists", function () {
  this.timeout(600_000);
  const folder = temporaryFolder();
  const path = folder.path("proofs.bin");
  after(folder.remove);

  it("have the root, proofs and multiproofs of OpenZeppelin's tree, for every size up to 70", async () => {
    for (let count = 1; count <= 70; count++) {
      const rows = someRows(count);
      const judge = judgeOf(rows);
      expect((await buildIncomeList({ listKey: LIST_KEY, rows, path })).root, `${count} rows`).to.equal(judge.root);

      const file = await openProofFile(path);
      for (let index = 0; index < count; index++) await expectProof(file, judge, rows, index);
      const from = Math.floor(count / 3);
      for (const to of new Set([from + 1, Math.min(from + 9, count), count])) await expectPage(file, judge, from, to);
      await expectPage(file, judge, 0, count);
      await file.close();
    }
  });

  it("have them for large lists too, of many pieces", async () => {
    const random = seededRandom("large lists");

    for (let list = 0; list < LARGE_LISTS; list++) {
      const rows = someRows(1 + random.below(LARGEST_LIST));
      const judge = judgeOf(rows);
      expect((await buildIncomeList({ listKey: LIST_KEY, rows, path }, { workers: 2 })).root).to.equal(judge.root);

      const file = await openProofFile(path);
      for (const index of [0, rows.count - 1, ...Array.from({ length: 40 }, () => random.below(rows.count))]) {
        await expectProof(file, judge, rows, index);
      }
      for (let page = 0; page < 10; page++) {
        const from = random.below(rows.count);
        await expectPage(file, judge, from, Math.min(rows.count, from + 1 + random.below(200)));
      }
      await file.close();
    }
  });

  it("are the same file, byte for byte, on any number of threads", async () => {
    const rows = someRows(6_001);
    const judge = await buildIncomeList({ listKey: LIST_KEY, rows, path });
    const bytes = readFileSync(path);
    expect(bytes.length).to.equal(judge.fileBytes);

    for (const workers of [1, 2, 3, 4]) {
      const pool = await WorkerPool.open(workers);
      const other = folder.path(`${workers}.bin`);
      expect(await buildIncomeList({ listKey: LIST_KEY, rows, path: other }, { pool })).to.deep.equal(judge);
      expect(readFileSync(other).equals(bytes), `${workers} threads`).to.equal(true);
      await pool.close();
    }
  });

  it("are the same file when threads die in the middle", async () => {
    const rows = someRows(6_001);
    await buildIncomeList({ listKey: LIST_KEY, rows, path });

    for (const stage of ["tree", "proofs"] as const) {
      const pool = await WorkerPool.open(2);
      const [doomed] = pool.threads;
      const other = folder.path("dying.bin");
      const built = buildIncomeList({ listKey: LIST_KEY, rows, path: other }, { pool });
      if (stage === "tree") void doomed?.terminate();
      else setTimeout(() => void doomed?.terminate(), 10);
      await built;
      expect(readFileSync(other).equals(readFileSync(path)), stage).to.equal(true);
      await pool.close();
    }
  });

  it("say what they add up to, and tell their progress", async () => {
    const rows = someRows(5_000);
    const all = Array.from({ length: rows.count }, (_, i) => incomeRowAt(rows, i));
    const told = new Map<string, [number, number]>();
    const list = await buildIncomeList(
      { listKey: LIST_KEY, rows, path },
      { onProgress: (stage, done, total) => told.set(stage, [done, total]) },
    );

    expect(list).to.include({ listKey: LIST_KEY, count: 5_000 });
    expect(list.totalGross).to.equal(all.reduce((sum, { gross }) => sum + gross, 0n));
    expect(list.totalWithheld).to.equal(all.reduce((sum, { withheld }) => sum + withheld, 0n));
    expect([...told]).to.deep.equal([
      ["tree", [2, 2]],
      ["proofs", [5_000, 5_000]],
    ]);
  });

  it("have another root as soon as anything is different", async () => {
    const row = { holder: toBeHex(5n, 20), gross: 100n, withheld: 10n };
    const rootOf = async (change: Partial<IncomeRow>, listKey = LIST_KEY) => {
      const rows = packIncomeRows([{ ...row, ...change }]);
      return toHex(await hashIncomeTree({ listKey, rows }), 0, 32);
    };
    const roots = await Promise.all([
      rootOf({}),
      rootOf({ holder: toBeHex(6n, 20) }),
      rootOf({ gross: 101n }),
      rootOf({ withheld: 11n }),
      rootOf({}, LIST_KEY.replace("0x", "0x0").slice(0, 66)),
    ]);
    expect(new Set(roots).size).to.equal(roots.length);
  });

  it("reject rows that make no list", async () => {
    const pack = (...changes: Partial<IncomeRow>[]) =>
      packIncomeRows(changes.map((change, i) => ({ holder: toBeHex(i + 1, 20), gross: 2n, withheld: 1n, ...change })));

    expect(() => pack({ gross: 0n, withheld: 0n })).to.throw("row 0: gross 0 is not between 1 and 2^128 − 1");
    expect(() => pack({}, { gross: 2n ** 128n })).to.throw(`row 1: gross ${2n ** 128n} is not between`);
    expect(() => pack({ withheld: 3n })).to.throw("row 0: 3 withheld of 2");
    expect(() => pack({ withheld: -1n })).to.throw("row 0: -1 withheld of 2");
    expect(() => pack({ holder: "0x12" })).to.throw('"0x12" is not 0x and 20 bytes in hexadecimal');
    const twice = `row 1: ${toBeHex(1, 20)} stands in the list twice`;
    expect(() => pack({}, { holder: toBeHex(1, 20) })).to.throw(twice);
    const disordered = `row 1: ${ZeroAddress} does not come after the one before`;
    expect(() => pack({}, { holder: ZeroAddress })).to.throw(disordered);

    const refusal = (listKey: string, rows: IncomeRows) =>
      buildIncomeList({ listKey, rows, path }).then(
        () => "nothing",
        (error: Error) => error.message,
      );
    expect(await refusal(LIST_KEY, packIncomeRows([]))).to.equal("a list of no rows");
    expect(await refusal("0x12", someRows(1))).to.equal('"0x12" is not 0x and 32 bytes in hexadecimal');
    const most = { gross: 2n ** 128n - 1n };
    expect(await refusal(LIST_KEY, pack(most, most))).to.equal(
      `rows of ${2n ** 129n - 2n} in all, which do not fit 128 bits`,
    );
  });
});
