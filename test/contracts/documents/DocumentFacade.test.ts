import { expect } from "chai";
import { network } from "hardhat";
import { deployDocuments, openTo } from "../../helpers/documents.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { loadFixture, time } = networkHelpers;

const DEED = ethers.encodeBytes32String("deed");
const PLAN = ethers.encodeBytes32String("plan");
const REPORT = ethers.encodeBytes32String("report");
const [ONE, TWO] = [ethers.id("one"), ethers.id("two")];
const NOTHING = ["", ethers.ZeroHash, 0n];

/** The facade of asset 7, which may anchor, as two issuers may. */
async function emptyFacade() {
  const world = await deployDocuments(connection);
  const { documents, anchorId, others } = world;
  const [issuer, other, stranger] = others;
  if (!issuer || !other || !stranger) throw new Error("the network has too few accounts");
  const facade = await ethers.deployContract("DocumentFacade", [documents, anchorId]);
  const selectors = [documents.anchorBundle.fragment.selector, documents.supersedeBundle.fragment.selector];
  const holders = [issuer.address, other.address, await facade.getAddress()];
  await openTo(world, await documents.getAddress(), selectors, 1n, holders);
  return { documents, anchorId, issuer, other, stranger, facade, asIssuer: facade.connect(issuer) };
}

/** A deed is set. */
async function facadeWithDeed() {
  const world = await emptyFacade();
  await world.asIssuer.setDocument(DEED, "ipfs://one", ONE);
  return world;
}

describe("DocumentFacade", () => {
  it("announces ERC-1643 by the id computed from its functions", async () => {
    const { facade } = await loadFixture(emptyFacade);

    expect(await facade.supportsInterface("0xecfecec8")).to.equal(true);
    expect(await facade.supportsInterface("0x01ffc9a7")).to.equal(true);
    expect(await facade.supportsInterface("0xffffffff")).to.equal(false);
  });

  describe("setDocument", () => {
    it("anchors a bundle of one document in the slot of that name, and then supersedes it", async () => {
      const { asIssuer, facade, documents, anchorId } = await loadFixture(emptyFacade);

      await expect(asIssuer.setDocument(DEED, "ipfs://one", ONE))
        .to.emit(facade, "DocumentUpdated")
        .withArgs(DEED, "ipfs://one", ONE);
      expect(await documents.activeBundle(anchorId, DEED)).to.equal(ONE);
      expect([...(await facade.getDocument(DEED))]).to.deep.equal(["ipfs://one", ONE, BigInt(await time.latest())]);

      await asIssuer.setDocument(DEED, "ipfs://two", TWO);
      expect((await documents.getAnchor(ONE, anchorId, DEED)).supersededBy).to.equal(TWO);
      expect([...(await facade.getDocument(DEED))]).to.deep.equal(["ipfs://two", TWO, BigInt(await time.latest())]);
    });

    it("P98: refuses an empty uri", async () => {
      const { asIssuer, facade } = await loadFixture(emptyFacade);

      await expect(asIssuer.setDocument(DEED, "", ONE))
        .to.be.revertedWithCustomError(facade, "DocumentFacadeEmptyUri")
        .withArgs(DEED);
    });

    it("P98: refuses the same document again, and one that was superseded", async () => {
      const { asIssuer, documents, anchorId } = await loadFixture(facadeWithDeed);

      await expect(asIssuer.setDocument(DEED, "ipfs://elsewhere", ONE))
        .to.be.revertedWithCustomError(documents, "DocumentAnchorSameBundle")
        .withArgs(ONE);
      await asIssuer.setDocument(DEED, "ipfs://two", TWO);
      await expect(asIssuer.setDocument(DEED, "ipfs://one", ONE))
        .to.be.revertedWithCustomError(documents, "DocumentAnchorExists")
        .withArgs(ONE, anchorId, DEED);
    });

    it("is for those who might anchor themselves, and a name is for who set it", async () => {
      const { facade, other, stranger, issuer } = await loadFixture(facadeWithDeed);

      for (const attempt of [
        facade.connect(stranger).setDocument(DEED, "ipfs://two", TWO),
        facade.connect(stranger).removeDocument(DEED),
      ]) {
        await expect(attempt)
          .to.be.revertedWithCustomError(facade, "DocumentFacadeUnauthorized")
          .withArgs(stranger.address);
      }
      await expect(facade.connect(other).setDocument(DEED, "ipfs://two", TWO))
        .to.be.revertedWithCustomError(facade, "DocumentFacadeNotSetter")
        .withArgs(DEED, other.address, issuer.address);
    });

    it("shows what others anchored directly, but cannot replace it", async () => {
      const { asIssuer, facade, documents, anchorId, other } = await loadFixture(emptyFacade);
      await documents.connect(other).anchorBundle(ONE, anchorId, PLAN, 4, "");

      expect([...(await facade.getDocument(PLAN))].slice(0, 2)).to.deep.equal(["", ONE]);
      await expect(asIssuer.setDocument(PLAN, "ipfs://two", TWO))
        .to.be.revertedWithCustomError(documents, "DocumentAnchorNotPrincipal")
        .withArgs(anchorId, PLAN, await facade.getAddress(), other.address);
    });
  });

  describe("removeDocument", () => {
    it("hides the document; the record in the book stays", async () => {
      const { asIssuer, facade, documents, anchorId } = await loadFixture(facadeWithDeed);

      await expect(asIssuer.removeDocument(DEED)).to.emit(facade, "DocumentRemoved").withArgs(DEED, "ipfs://one", ONE);

      expect([...(await facade.getDocument(DEED))]).to.deep.equal(NOTHING);
      expect(await facade.getAllDocuments()).to.deep.equal([]);
      expect(await documents.isAnchored(ONE, anchorId, DEED)).to.equal(true);
    });

    it("P98: refuses to remove twice, and what never was", async () => {
      const { asIssuer, facade } = await loadFixture(facadeWithDeed);
      await asIssuer.removeDocument(DEED);

      for (const name of [DEED, PLAN]) {
        await expect(asIssuer.removeDocument(name))
          .to.be.revertedWithCustomError(facade, "DocumentFacadeUnknown")
          .withArgs(name);
      }
    });

    it("P98: a removed name can be set anew, once in the list, with another document", async () => {
      const { asIssuer, facade } = await loadFixture(facadeWithDeed);
      await asIssuer.removeDocument(DEED);

      await asIssuer.setDocument(DEED, "ipfs://two", TWO);

      expect(await facade.getAllDocuments()).to.deep.equal([DEED]);
      expect((await facade.getDocument(DEED))[1]).to.equal(TWO);
    });
  });

  describe("getAllDocuments", () => {
    it("lists each name once, in order, without the removed ones", async () => {
      const { asIssuer, facade } = await loadFixture(facadeWithDeed);
      expect([...(await facade.getDocument(PLAN))]).to.deep.equal(NOTHING);
      await asIssuer.setDocument(PLAN, "ipfs://plan", ONE);
      await asIssuer.setDocument(REPORT, "ipfs://report", ONE);
      await asIssuer.setDocument(DEED, "ipfs://two", TWO);

      expect(await facade.getAllDocuments()).to.deep.equal([DEED, PLAN, REPORT]);
      await asIssuer.removeDocument(PLAN);
      expect(await facade.getAllDocuments()).to.deep.equal([DEED, REPORT]);
    });
  });
});
