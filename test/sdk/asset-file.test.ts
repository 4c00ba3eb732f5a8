import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { keccak256 } from "ethers";
import { readAssetFile } from "../../sdk/asset-file.ts";
import { ASSET_FILE, failureOf } from "../helpers/task-world.ts";

describe("asset file", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-"));
    await writeFile(join(folder, "terms.md"), "terms");
    await writeFile(join(folder, "form-d.json"), "evidence");
    await writeFile(join(folder, "checklist.md"), "checklist");
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** The demo's asset file with some of it changed. */
  async function changed(change: (file: { [field: string]: unknown }) => void): Promise<string> {
    const file = JSON.parse(await readFile(ASSET_FILE, "utf8"));
    change(file);
    const path = join(folder, "asset.json");
    await writeFile(path, JSON.stringify(file));
    return path;
  }

  it("is read into the units of the chain", async () => {
    const terms = await readAssetFile(ASSET_FILE);

    expect(terms).to.deep.include({
      shares: 125_000n,
      countries: [840],
      classes: 4,
      holderLimit: 2_000,
      id: undefined,
    });
    expect(terms.offering).to.deep.include({ price: 1_000_000n, minTicket: 1_000_000_000n, commissionBps: 500n });
    expect(terms.offering.openSeconds).to.equal(30n * 86_400n);
  });

  it("stands for its documents by their hashes", async () => {
    const { legalHash, evidenceHash } = await readAssetFile(await changed(() => undefined));

    expect(legalHash).to.equal(keccak256(Buffer.from("terms")));
    expect(evidenceHash).to.equal(keccak256(Buffer.from("evidence")));
  });

  it("lists all its mistakes at once", async () => {
    const path = await changed((file) => {
      file["shares"] = 0;
      file["colour"] = "red";
      file["rules"] = { countries: ["UX"], classes: ["rich"] };
    });

    const error = await failureOf(readAssetFile(path));

    expect(error).to.have.property("message", "the asset file is wrong");
    expect(error)
      .to.have.nested.property("problem.details")
      .that.satisfies((details: string[]) =>
        ["shares:", "rules.countries.0:", "rules.classes.0:", "file: Unrecognized key"].every((place) =>
          details.some((detail) => detail.startsWith(place)),
        ),
      );
  });

  for (const [what, offering, message] of [
    ["a price finer than the currency", { price: "1.0000001" }, 'price "1.0000001" has 7 decimals, 6 are allowed'],
    ["a price of nothing", { price: "0.00" }, "a share has to have a price"],
    ["caps out of order", { softCap: 2, hardCap: 1 }, "softCap 2 ≤ hardCap 1 ≤ shares 125000 has to hold"],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const path = await changed((file) => {
        file["offering"] = { currency: "USD", price: "1.00", minTicket: "1.00", ...offering };
      });

      expect(await failureOf(readAssetFile(path))).to.have.property("message", message);
    });
  }

  it("refuses a document that is not there", async () => {
    const path = await changed((file) => {
      file["documents"] = { legal: { file: "lost.pdf" }, evidence: { file: "form-d.json" } };
    });

    expect(await failureOf(readAssetFile(path))).to.have.nested.property("problem.where", join(folder, "lost.pdf"));
  });
});
