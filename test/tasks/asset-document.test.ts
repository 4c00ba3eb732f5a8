import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";
import { manifestOf, readDocumentsFile } from "../../sdk/documents/documents-file.ts";
import { verifyBundle } from "../../sdk/documents/verify-bundle.ts";
import { ExitCode } from "../../sdk/errors.ts";
import { anchorDocuments, describeVerification } from "../../tasks/asset/document.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const { listed } = taskWorld(connection);

describe("asset document", () => {
  let folder = "";
  const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

  /** A file that names `names`, all RAW text, for the risk disclosures of asset 1. */
  async function bundleOf(...names: string[]) {
    const documents = names.map((file) => ({ file, mediaType: "text/plain" }));
    const content = { schema: "moiety.documents/1", asset: 1, role: "DISCLOSURE", uri: "ipfs://risks", documents };
    await put("documents.json", JSON.stringify(content));
    return readDocumentsFile(join(folder, "documents.json"));
  }

  /** Two documents are anchored, and the manifest is kept. */
  async function anchored() {
    const world = await networkHelpers.loadFixture(listed);
    const bundle = await bundleOf("risks.txt", "fees.txt");
    await anchorDocuments(world.suite, world.sender, bundle, false);
    await put("manifest.json", manifestOf(bundle, join(folder, "manifest.json")));
    const readManifest = () => readDocumentsFile(join(folder, "manifest.json"));
    return { ...world, bundle, readManifest };
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-documents-"));
    await put("risks.txt", "You may lose everything.\n");
    await put("fees.txt", "5 % at the start.\n");
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("anchors under the asset's anchor id and the role, and finds nothing to do a second time", async () => {
    const { suite, sender, bundle } = await anchored();
    const subject = await suite.shareToken.anchorIdOf(1n);

    expect(await suite.documentAnchor.activeBundle(subject, bundle.roleId)).to.equal(bundle.bundleHash);
    expect(await suite.disclosures.currentDisclosure(1n)).to.equal(bundle.bundleHash);
    const again = await anchorDocuments(suite, sender, bundle, false);
    expect(again.steps).to.deep.equal([]);
    expect(again.superseded).to.equal(null);
  });

  it("sends nothing in a dry run", async () => {
    const { suite, operator } = await networkHelpers.loadFixture(listed);
    const bundle = await bundleOf("risks.txt");

    const { steps } = await anchorDocuments(suite, silentSender(operator, true), bundle, false);

    expect(steps.map(({ status, title }) => [title, status])).to.deep.equal([
      ["anchor 1 document for DISCLOSURE of asset 1", "simulated"],
    ]);
    expect(await suite.disclosures.currentDisclosure(1n)).to.equal(ZeroHash);
  });

  it("replaces what counts only when told to, and never brings back what was superseded", async () => {
    const { suite, sender, bundle } = await anchored();
    await put("fees.txt", "4 % at the start.\n");
    const changed = await bundleOf("risks.txt", "fees.txt");

    expect(await failureOf(anchorDocuments(suite, sender, changed, false))).to.have.nested.property(
      "problem.todo",
      "add --supersede to replace them for good",
    );
    const { superseded, steps } = await anchorDocuments(suite, sender, changed, true);
    expect(superseded).to.equal(bundle.bundleHash);
    expect(steps[0]?.title).to.equal("supersede the documents for DISCLOSURE of asset 1 by 2 documents");

    const error = await failureOf(anchorDocuments(suite, sender, bundle, true));
    expect(error).to.have.property("message", "this bundle counted once and was superseded; it does not come back");
    expect(error).to.have.nested.property("problem.why", `the one that came after it is ${changed.bundleHash}`);
  });

  it("P98: refuses a document that was changed or lost after its hash was written down", async () => {
    const { suite, sender, readManifest } = await anchored();
    await put("risks.txt", "You may gain everything.\n");
    await rm(join(folder, "fees.txt"));
    const bundle = await readManifest();

    const error = await failureOf(anchorDocuments(suite, sender, bundle, true));

    expect(error).to.have.property("message", "some documents are not what the file says of them");
    expect(error)
      .to.have.nested.property("problem.details")
      .that.deep.equals([
        `risks.txt should be ${bundle.documents[0]?.contentHash} and is ${bundle.documents[0]?.foundHash}`,
        "fees.txt is missing",
      ]);
  });

  describe("--verify", () => {
    it("P100: says of every document that it is the anchored one, with a manifest and without", async () => {
      const { suite, bundle, readManifest } = await anchored();

      for (const each of [bundle, await readManifest()]) {
        const found = await verifyBundle(suite, each);
        expect(found.holds).to.equal(true);
        expect(found.documents.map(({ state }) => state)).to.deep.equal(["matches", "matches"]);
        expect([found.chain.state, found.chain.documentCount, found.chain.uri]).to.deep.equal([
          "active",
          2n,
          "ipfs://risks",
        ]);
        const outcome = describeVerification(found);
        expect(outcome.exitCode).to.equal(undefined);
        expect(outcome.text).to.include(`Bundle ${bundle.bundleHash} counts since`);
      }
    });

    it("names what differs and what is missing, with exit code 6", async () => {
      const { suite, readManifest } = await anchored();
      await put("risks.txt", "You may gain everything.\n");
      await rm(join(folder, "fees.txt"));

      const found = await verifyBundle(suite, await readManifest());

      expect(found.holds).to.equal(false);
      expect(found.chain.state).to.equal("active");
      const outcome = describeVerification(found);
      expect(outcome.exitCode).to.equal(ExitCode.checkFailed);
      expect(outcome.error?.details).to.deep.equal(["risks.txt: differs", "fees.txt: missing"]);
    });

    it("cannot tell which document is wrong without hashes, and says that nothing is proved", async () => {
      const { suite, bundle } = await anchored();
      await put("risks.txt", "You may gain everything.\n");

      const found = await verifyBundle(suite, await bundleOf("risks.txt", "fees.txt"));

      expect([found.holds, found.chain.state, found.chain.active]).to.deep.equal([false, "unknown", bundle.bundleHash]);
      expect(found.documents.map(({ state }) => state)).to.deep.equal(["unproved", "unproved"]);
      expect(describeVerification(found).error?.why).to.equal(
        `Bundle ${found.bundleHash} was never anchored here; what counts is ${bundle.bundleHash}.`,
      );
    });

    it("says that a bundle was superseded, and by which, though its documents are right", async () => {
      const { suite, sender, readManifest } = await anchored();
      await put("more.txt", "More risks.\n");
      const next = await bundleOf("risks.txt", "fees.txt", "more.txt");
      await anchorDocuments(suite, sender, next, true);

      const found = await verifyBundle(suite, await readManifest());

      expect([found.holds, found.chain.state, found.chain.supersededBy]).to.deep.equal([
        false,
        "superseded",
        next.bundleHash,
      ]);
      expect(found.documents.map(({ state }) => state)).to.deep.equal(["matches", "matches"]);
      expect(describeVerification(found).error?.why).to.include(`superseded by ${next.bundleHash}`);
    });

    it("does not believe the chain's number of documents, and says when it is another", async () => {
      const { suite } = await networkHelpers.loadFixture(listed);
      const bundle = await bundleOf("risks.txt", "fees.txt");
      const subject = await suite.shareToken.anchorIdOf(1n);
      await suite.documentAnchor.anchorBundle(bundle.bundleHash, subject, bundle.roleId, 3, "");

      const found = await verifyBundle(suite, bundle);

      expect(found.holds).to.equal(false);
      expect(describeVerification(found).error?.why).to.include("The chain says 3 documents, the file has 2.");
    });

    it("says that there is nothing where nothing was anchored", async () => {
      const { suite } = await networkHelpers.loadFixture(listed);
      const bundle = await bundleOf("risks.txt");

      expect(describeVerification(await verifyBundle(suite, bundle)).error?.why).to.equal(
        `Bundle ${bundle.bundleHash} was never anchored here; no bundle is anchored.`,
      );
    });
  });

  it("keeps the manifest readable for people: names, hashes and CIDs", async () => {
    await anchored();

    const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8"));

    expect(Object.keys(manifest.documents[0])).to.deep.equal([
      "file",
      "name",
      "role",
      "mediaType",
      "profile",
      "contentHash",
      "cid",
    ]);
  });
});
