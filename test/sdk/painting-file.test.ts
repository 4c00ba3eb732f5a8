import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { keccak256 } from "ethers";
import { formatFraction } from "../../sdk/fractions.ts";
import { readPaintingFile, readPaintings } from "../../sdk/painting-file.ts";
import { failureOf } from "../helpers/task-world.ts";

const FOLDER = fileURLToPath(new URL("../../data/co-owned-paintings", import.meta.url));
const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".json"));

describe("painting file", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-"));
    await writeFile(join(folder, "terms.md"), "terms");
    await writeFile(join(folder, "checklist.md"), "checklist");
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** A painting's file with some of it changed. */
  async function changed(
    change: (file: { [field: string]: unknown }) => void,
    name = "painting.json",
  ): Promise<string> {
    const file = JSON.parse(await readFile(join(FOLDER, "harpignies-solitude.json"), "utf8"));
    change(file);
    const path = join(folder, name);
    await writeFile(path, JSON.stringify(file));
    return path;
  }

  for (const name of names) {
    it(`divides ${name} exactly`, async () => {
      const { owners, units, unitPrice, bought } = await readPaintingFile(join(FOLDER, name));

      expect(owners.reduce((sum, owner) => sum + owner.units, 0n)).to.equal(units);
      expect(unitPrice * units).to.equal(bought.amount);
      for (const { fraction, units: part } of owners) {
        expect(units % fraction.denominator).to.equal(0n);
        expect(part * fraction.denominator).to.equal(units * fraction.numerator);
      }
    });
  }

  it("shows halves, thirds, quarters and odder parts, in several currencies, sold at a profit, at a loss and not at all", async () => {
    const paintings = await readPaintings(FOLDER);
    const dealers = paintings.map(({ owners }) => formatFraction(owners[0].fraction));

    expect(paintings.length).to.be.at.least(6);
    expect(dealers).to.include.members(["1/2", "1/3", "1/4", "11/20", "83/160"]);
    expect(new Set(paintings.map(({ bought }) => bought.currency))).to.deep.equal(new Set(["USD", "GBP", "FRF"]));
    expect(paintings.filter(({ outcome }) => outcome.kind === "unsold")).to.have.lengthOf(1);
    expect(
      paintings.some(
        ({ bought, outcome }) =>
          outcome.kind === "sold" && outcome.currency === bought.currency && outcome.amount < bought.amount,
      ),
    ).to.equal(true);
  });

  it("is read into the units of the chain, the dealer first", async () => {
    const painting = await readPaintingFile(await changed(() => undefined));

    expect(painting).to.deep.include({ units: 3n, unitPrice: 630_000_000n, recordedShare: 630_000_000n });
    expect(painting.owners.map(({ name, country, written }) => [name, country, written])).to.deep.equal([
      ["M. Knoedler & Co.", 840, undefined],
      ["Obach", 826, "Obach 1/3"],
      ["Arnold & Tripp", 250, "Arnold & Tripp 1/3"],
    ]);
  });

  it("stands for its facts by the hash of its own bytes", async () => {
    const path = await changed(() => undefined);
    const { legalHash, evidenceHash } = await readPaintingFile(path);

    expect(legalHash).to.equal(keccak256(Buffer.from("terms")));
    expect(evidenceHash).to.equal(keccak256(await readFile(path)));
  });

  it("lists all its mistakes at once", async () => {
    const path = await changed((file) => {
      file["colour"] = "red";
      file["bought"] = { date: "1909-02-30", amount: "1,890", currency: "pounds" };
      file["coOwners"] = [{ name: "Obach", country: "UX", fraction: "0.3", written: "Obach" }];
    });

    const error = await failureOf(readPaintingFile(path));

    expect(error).to.have.property("message", "the painting file is wrong");
    expect(error).to.have.nested.property("problem.where", path);
    expect(error).to.have.nested.property("problem.details").with.lengthOf(6);
  });

  it("refuses parts that are not the whole, an owner named twice and a sale before the purchase, all at once", async () => {
    const obach = { name: "Obach", country: "GB", fraction: "1/4", written: "Obach" };
    const path = await changed((file) => {
      file["coOwners"] = [obach, obach];
      file["outcome"] = { kind: "sold", date: "1908", amount: "1", currency: "USD" };
    });

    expect(await failureOf(readPaintingFile(path)))
      .to.have.nested.property("problem.details")
      .that.deep.equals([
        "coOwners: somebody is named twice",
        "outcome.date: 1908 is before it was bought, 1909-05-13",
        "fractions: 1/3 + 1/4 + 1/4 is 5/6 of the whole, not all of it",
      ]);
  });

  it("refuses a price that does not divide, instead of rounding", async () => {
    const path = await changed((file) => {
      file["bought"] = { date: "1909-05", amount: "14000", currency: "USD" };
    });

    expect(await failureOf(readPaintingFile(path)))
      .to.have.nested.property("problem.details")
      .that.deep.equals([
        "bought.amount: the price does not divide by 3 units; 2 of its smallest unit would be left, and nothing is ever rounded",
      ]);
  });

  it("compares dates only as far as both are known", async () => {
    const path = await changed((file) => {
      file["outcome"] = { kind: "sold", date: "1909-05", amount: "1", currency: "USD" };
    });

    expect((await readPaintingFile(path)).outcome).to.have.property("date", "1909-05");
  });

  it("does not believe that a house has its seat in two countries", async () => {
    await changed(() => undefined, "a.json");
    await changed((file) => {
      file["coOwners"] = [{ name: "Obach", country: "FR", fraction: "2/3", written: "Obach" }];
    }, "b.json");

    expect(await failureOf(readPaintings(folder))).to.have.property("message", "Obach has its seat in two countries");
  });

  it("says where a file is missing", async () => {
    const path = join(folder, "none.json");

    expect(await failureOf(readPaintingFile(path))).to.have.nested.property("problem.where", path);
  });
});
