import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { keccak256, toBeHex, toUtf8Bytes } from "ethers";
import { buildIncomeList, type IncomeRow, incomeRowAt, openProofFile, packIncomeRows } from "../../executor/index.ts";

const TYPES = ["bytes32", "uint256", "address", "uint256", "uint256"];
const LIST_KEY = keccak256(toUtf8Bytes("a list"));

const leafValue = ({ holder, gross, withheld }: IncomeRow, index: number) => [
  LIST_KEY,
  index.toString(),
  holder,
  gross.toString(),
  withheld.toString(),
];

/** Rows of every size of amount, up to the largest. */
function someRows(count: number): IncomeRow[] {
  return Array.from({ length: count }, (_, i) => {
    const gross = 1n + ((2n ** 128n - 2n) >> BigInt((i * 7) % 128));
    return {
      holder: toBeHex(BigInt(i + 1) * 2n ** 133n + BigInt(i), 20),
      gross,
      withheld: gross / BigInt(1 + (i % 9)),
    };
  });
}

describe("Income lists", function () {
  this.timeout(120_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "moiety-income-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("have the root, proofs and multiproofs of OpenZeppelin's tree, for every size up to 70", async () => {
    const path = join(folder, "sizes.bin");

    for (let count = 1; count <= 70; count++) {
      const rows = packIncomeRows(
        someRows(count).map((row) => ({ ...row, gross: row.gross >> 8n || 1n, withheld: 0n })),
      );
      const values = Array.from({ length: count }, (_, i) => leafValue(incomeRowAt(rows, i), i));
      const judge = StandardMerkleTree.of(values, TYPES, { sortLeaves: false });
      const list = await buildIncomeList({ listKey: LIST_KEY, rows, path });
      expect(list.root, `${count} rows`).to.equal(judge.root);

      const file = await openProofFile(path);
      for (let index = 0; index < count; index++) {
        const { proof, ...row } = await file.proof(index);
        expect(row).to.deep.equal({ index, ...incomeRowAt(rows, index) });
        expect(proof).to.deep.equal(judge.getProof(index));
      }
      const from = Math.floor(count / 3);
      for (const to of [from + 1, Math.min(from + 9, count), count]) {
        const page = await file.multiproof(from, to);
        const { proof, proofFlags } = judge.getMultiProof(page.rows.map(({ index }) => index));
        expect({ proof: page.proof, proofFlags: page.proofFlags }).to.deep.equal({ proof, proofFlags });
      }
      await file.close();
    }
  });
});
