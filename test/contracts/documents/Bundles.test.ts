import { expect } from "chai";
import { type BytesLike, getBytes, id } from "ethers";
import fc from "fast-check";
import { network } from "hardhat";
import { bundleHash, type DocumentEntry, entryLeaf } from "../../../sdk/documents/bundle.ts";
import { documentVectors } from "../../helpers/document-vectors.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const vectors = documentVectors();

const harness = () => ethers.deployContract("BundleHarness");

/** The order of the standard, by the bytes and field by field: plainer than what it judges. */
function inOrder(entries: readonly DocumentEntry[]): DocumentEntry[] {
  const fields = ["role", "filenameHash", "contentHash", "mimeTypeHash", "normProfileId"] as const;
  return entries.toSorted((one, other) => {
    const field = fields.find((each) => one[each] !== other[each]);
    return field === undefined ? 0 : Buffer.compare(getBytes(one[field]), getBytes(other[field]));
  });
}

describe("BundleHashLib", () => {
  for (const { title, documents, bundleHash: expected } of vectors.bundles) {
    it(`hashes ${title} as TypeScript and the vectors do`, async () => {
      const contract = await networkHelpers.loadFixture(harness);
      const entries = documents.map((name) => vectors.entryOf(name));

      expect(await contract.canonical(entries)).to.equal(expected);
      expect(await contract.sorted(inOrder(entries))).to.equal(expected);
    });
  }

  it("makes the leaves of the vectors", async () => {
    const contract = await networkHelpers.loadFixture(harness);

    for (const { entry, leaf } of Object.values(vectors.documents)) expect(await contract.leaf(entry)).to.equal(leaf);
  });

  it("computeBundleHash MUST revert for unsorted input, whichever of the five fields is out of order", async () => {
    const contract = await networkHelpers.loadFixture(harness);
    const [low, high]: [BytesLike, BytesLike] = [`0x${"00".repeat(31)}01`, `0x${"00".repeat(31)}02`];
    const base = { contentHash: low, role: low, mimeTypeHash: low, filenameHash: low, normProfileId: low };

    for (const field of ["contentHash", "role", "mimeTypeHash", "filenameHash", "normProfileId"] as const) {
      const later = { ...base, [field]: high };
      await expect(contract.sorted([later, base]))
        .to.be.revertedWithCustomError(contract, "BundleHashLibUnsorted")
        .withArgs(1);
      expect(await contract.sorted([base, later])).to.equal(await contract.canonical([later, base]));
    }
  });

  it("both functions MUST revert for an empty bundle", async () => {
    const contract = await networkHelpers.loadFixture(harness);

    await expect(contract.sorted([])).to.be.revertedWithCustomError(contract, "BundleHashLibEmpty");
    await expect(contract.canonical([])).to.be.revertedWithCustomError(contract, "BundleHashLibEmpty");
  });

  it("agrees with TypeScript on any bundle in any order, with entries that are equal in many fields", async () => {
    const contract = await networkHelpers.loadFixture(harness);
    const word = fc.constantFrom("a", "b", "c").map((letter) => id(letter));
    const entry = fc.record({
      contentHash: word,
      role: word,
      mimeTypeHash: word,
      filenameHash: word,
      normProfileId: word,
    });
    const seed = 20_261_122;

    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 12 }), async (entries) => {
        const expected = bundleHash(entries);
        expect(await contract.canonical(entries)).to.equal(expected);
        expect(await contract.sorted(inOrder(entries))).to.equal(expected);
        expect(bundleHash(inOrder(entries))).to.equal(expected);
        expect(await contract.leaf(entries[0] ?? vectors.entryOf("deed"))).to.equal(
          entryLeaf(entries[0] ?? vectors.entryOf("deed")),
        );
      }),
      { seed, numRuns: 50 },
    );
  });
});
