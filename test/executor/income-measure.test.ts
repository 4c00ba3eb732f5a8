import { existsSync } from "node:fs";
import { expect } from "chai";
import { toBeHex } from "ethers";
import { measureIncomeList, openProofFile, packHolders } from "../../executor/index.ts";
import { LIST_KEY, temporaryFolder } from "../helpers/income-list.ts";

describe("Measuring a list", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  after(folder.remove);

  it("counts its hashes, and what it takes beside them and its bytes alone, and leaves the last list", async () => {
    const path = folder.path("proofs.bin");
    const holders = packHolders(Array.from({ length: 2_000 }, (_, i) => ({ holder: toBeHex(i + 1, 20), shares: 3n })));
    const terms = { deposit: 1_000_000n, rounding: "carry" } as const;
    const turns: number[] = [];
    const measured = await measureIncomeList(LIST_KEY, holders, terms, {
      workers: 1,
      turns: 3,
      path,
      onTurn: ({ ratio }) => turns.push(ratio),
    });

    const { planMs, buildMs, hashMs, writeMs, ratio, hashes, list } = measured;
    expect(hashes).to.equal(2_000 + 2_000 + 1_999);
    expect(Math.min(planMs, buildMs, hashMs, writeMs)).to.be.greaterThan(0);
    expect(ratio).to.equal((planMs + buildMs) / (hashMs + writeMs));
    expect(turns.toSorted((a, b) => a - b)[1]).to.equal(ratio);

    const file = await openProofFile(path);
    expect({ ...file.header, fileBytes: list.fileBytes }).to.deep.equal(list);
    await file.close();
    expect(existsSync(`${path}.bare`)).to.equal(false);
  });
});
