import { expect } from "chai";
import { network } from "hardhat";
import { deployDocuments, openTo } from "../../helpers/documents.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { loadFixture, time } = networkHelpers;

const LEGAL = ethers.id("LEGAL_BASIS");
const EVIDENCE = ethers.id("EVIDENCE");
const [FIRST, SECOND, THIRD] = [ethers.id("first"), ethers.id("second"), ethers.id("third")];
const URI = "ipfs://bundle";
const { ZeroHash, ZeroAddress } = ethers;

/** Two issuers, a compliance officer, a stranger, and no bundle yet. */
async function emptySlots() {
  const world = await deployDocuments(connection);
  const [issuer, other, officer, stranger] = world.others;
  if (!issuer || !other || !officer || !stranger) throw new Error("the network has too few accounts");
  const { documents } = world;
  const address = await documents.getAddress();
  const selectors = [documents.anchorBundle.fragment.selector, documents.supersedeBundle.fragment.selector];
  await openTo(world, address, selectors, 1n, [issuer.address, other.address]);
  await openTo(world, address, [documents.assignSlotPrincipal.fragment.selector], 3n, [officer.address]);
  return {
    ...world,
    issuer,
    other,
    officer,
    stranger,
    subject: world.anchorId,
    asIssuer: documents.connect(issuer),
    asOther: documents.connect(other),
    asOfficer: documents.connect(officer),
  };
}

/** The issuer's first bundle is active in the slot of the legal basis. */
async function filledSlot() {
  const world = await emptySlots();
  await world.asIssuer.anchorBundle(FIRST, world.subject, LEGAL, 2, URI);
  return world;
}

/** The first was superseded by the second. */
async function supersededSlot() {
  const world = await filledSlot();
  await world.asIssuer.supersedeBundle(FIRST, SECOND, world.subject, LEGAL, 3, "");
  return world;
}

describe("DocumentAnchor", () => {
  describe("anchorBundle", () => {
    it("MUST reject a zero bundleHash, zero subjectId, zero role, or zero documentCount", async () => {
      const { asIssuer, documents, subject } = await loadFixture(emptySlots);

      for (const [bundle, of, role, count] of [
        [ZeroHash, subject, LEGAL, 1n],
        [FIRST, ZeroHash, LEGAL, 1n],
        [FIRST, subject, ZeroHash, 1n],
        [FIRST, subject, LEGAL, 0n],
      ] as const) {
        await expect(asIssuer.anchorBundle(bundle, of, role, count, URI))
          .to.be.revertedWithCustomError(documents, "DocumentAnchorZeroValue")
          .withArgs(bundle, of, role, count);
      }
    });

    it("MUST store all supplied values, set anchoredBy and anchoredAt, start unsuperseded, fill the slot and emit BundleAnchored", async () => {
      const { asIssuer, documents, issuer, subject } = await loadFixture(emptySlots);

      await expect(asIssuer.anchorBundle(FIRST, subject, LEGAL, 2, URI))
        .to.emit(documents, "BundleAnchored")
        .withArgs(FIRST, subject, LEGAL, 2);

      const now = BigInt(await time.latest());
      expect([...(await documents.getAnchor(FIRST, subject, LEGAL))]).to.deep.equal([
        FIRST,
        subject,
        LEGAL,
        issuer.address,
        now,
        2n,
        URI,
        false,
        ZeroHash,
      ]);
      expect(await documents.activeBundle(subject, LEGAL)).to.equal(FIRST);
    });

    it("metadataURI MAY be empty", async () => {
      const { asIssuer, documents, subject } = await loadFixture(emptySlots);

      await asIssuer.anchorBundle(FIRST, subject, LEGAL, 1, "");

      expect((await documents.getAnchor(FIRST, subject, LEGAL)).metadataURI).to.equal("");
    });

    it("MUST key each record by the triple: the same bundle in other roles and subjects is another record", async () => {
      const world = await loadFixture(filledSlot);
      const { asIssuer, documents, subject, anchors } = world;
      const metadata = ethers.AbiCoder.defaultAbiCoder().encode(
        ["bytes32", "bytes32", "uint64", "uint64", "bytes", "bytes"],
        [ethers.id("art"), ethers.id("FR"), 1n, 4_000_000_000n, "0x75", "0x"],
      );
      await anchors.registerAnchor(ethers.id("another deed"), ethers.id("its evidence"), metadata);
      const another = ethers.keccak256(ethers.concat([ethers.id("another deed"), ethers.id("its evidence")]));

      await asIssuer.anchorBundle(FIRST, subject, EVIDENCE, 5, "");
      await asIssuer.anchorBundle(FIRST, another, LEGAL, 6, "");

      expect((await documents.getAnchor(FIRST, subject, LEGAL)).documentCount).to.equal(2n);
      expect((await documents.getAnchor(FIRST, subject, EVIDENCE)).documentCount).to.equal(5n);
      expect((await documents.getAnchor(FIRST, another, LEGAL)).documentCount).to.equal(6n);
      expect(await documents.rolesOf(subject)).to.deep.equal([LEGAL, EVIDENCE]);
    });

    it("MUST reject a duplicate triple, active or superseded: no bundle comes back", async () => {
      const { asIssuer, documents, subject } = await loadFixture(supersededSlot);

      for (const bundle of [FIRST, SECOND]) {
        await expect(asIssuer.anchorBundle(bundle, subject, LEGAL, 2, URI))
          .to.be.revertedWithCustomError(documents, "DocumentAnchorExists")
          .withArgs(bundle, subject, LEGAL);
      }
    });

    it("MUST reject a slot that already has an active bundle", async () => {
      const { asIssuer, documents, subject } = await loadFixture(filledSlot);

      await expect(asIssuer.anchorBundle(SECOND, subject, LEGAL, 2, URI))
        .to.be.revertedWithCustomError(documents, "DocumentAnchorSlotTaken")
        .withArgs(subject, LEGAL, FIRST);
    });

    it("MUST restrict anchoring to authorized callers", async () => {
      const { documents, stranger, subject } = await loadFixture(emptySlots);

      await expect(documents.connect(stranger).anchorBundle(FIRST, subject, LEGAL, 2, URI))
        .to.be.revertedWithCustomError(documents, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
    });

    it("refuses a subject that is no registered anchor", async () => {
      const { asIssuer, anchors } = await loadFixture(emptySlots);

      await expect(asIssuer.anchorBundle(FIRST, ethers.id("nowhere"), LEGAL, 2, URI))
        .to.be.revertedWithCustomError(anchors, "AnchorRegistryUnknown")
        .withArgs(ethers.id("nowhere"));
    });
  });

  describe("supersedeBundle", () => {
    it("MUST reject a zero newBundleHash, zero subjectId, zero role, or zero documentCount", async () => {
      const { asIssuer, documents, subject } = await loadFixture(filledSlot);

      for (const [bundle, of, role, count] of [
        [ZeroHash, subject, LEGAL, 1n],
        [SECOND, ZeroHash, LEGAL, 1n],
        [SECOND, subject, ZeroHash, 1n],
        [SECOND, subject, LEGAL, 0n],
      ] as const) {
        await expect(asIssuer.supersedeBundle(FIRST, bundle, of, role, count, URI))
          .to.be.revertedWithCustomError(documents, "DocumentAnchorZeroValue")
          .withArgs(bundle, of, role, count);
      }
    });

    it("MUST reject oldBundleHash == newBundleHash", async () => {
      const { asIssuer, documents, subject } = await loadFixture(filledSlot);

      await expect(asIssuer.supersedeBundle(FIRST, FIRST, subject, LEGAL, 2, URI))
        .to.be.revertedWithCustomError(documents, "DocumentAnchorSameBundle")
        .withArgs(FIRST);
    });

    it("MUST reject an old record that does not exist, is superseded, or is not the slot's active bundle (no forks)", async () => {
      const { asIssuer, documents, subject } = await loadFixture(supersededSlot);

      for (const [old, role, active] of [
        [FIRST, LEGAL, SECOND],
        [ethers.id("never"), LEGAL, SECOND],
        [SECOND, EVIDENCE, ZeroHash],
        [ZeroHash, EVIDENCE, ZeroHash],
      ] as const) {
        await expect(asIssuer.supersedeBundle(old, THIRD, subject, role, 1, ""))
          .to.be.revertedWithCustomError(documents, "DocumentAnchorNotActive")
          .withArgs(old, subject, role, active);
      }
    });

    it("MUST reject a new triple that exists: a superseded bundle never becomes active again", async () => {
      const { asIssuer, documents, subject } = await loadFixture(supersededSlot);

      await expect(asIssuer.supersedeBundle(SECOND, FIRST, subject, LEGAL, 2, URI))
        .to.be.revertedWithCustomError(documents, "DocumentAnchorExists")
        .withArgs(FIRST, subject, LEGAL);
    });

    it("MUST atomically mark the old record, create the new one, update the slot and emit both events", async () => {
      const { asIssuer, documents, subject, issuer } = await loadFixture(filledSlot);

      await expect(asIssuer.supersedeBundle(FIRST, SECOND, subject, LEGAL, 3, "ipfs://second"))
        .to.emit(documents, "BundleSuperseded")
        .withArgs(FIRST, SECOND, subject, LEGAL)
        .and.to.emit(documents, "BundleAnchored")
        .withArgs(SECOND, subject, LEGAL, 3);

      const created = await documents.getAnchor(SECOND, subject, LEGAL);
      expect(created.anchoredBy).to.equal(issuer.address);
      expect([created.documentCount, created.metadataURI, created.superseded]).to.deep.equal([
        3n,
        "ipfs://second",
        false,
      ]);
      expect(await documents.activeBundle(subject, LEGAL)).to.equal(SECOND);
      expect(await documents.rolesOf(subject)).to.deep.equal([LEGAL]);
    });

    it("MUST NOT change the old record's remaining fields, and keeps it queryable through many steps", async () => {
      const { asIssuer, documents, subject } = await loadFixture(filledSlot);
      const before = await documents.getAnchor(FIRST, subject, LEGAL);

      await asIssuer.supersedeBundle(FIRST, SECOND, subject, LEGAL, 3, "");
      await asIssuer.supersedeBundle(SECOND, THIRD, subject, LEGAL, 4, "");

      const after = await documents.getAnchor(FIRST, subject, LEGAL);
      expect([...after].slice(0, 7)).to.deep.equal([...before].slice(0, 7));
      expect([after.superseded, after.supersededBy]).to.deep.equal([true, SECOND]);
      expect((await documents.getAnchor(SECOND, subject, LEGAL)).supersededBy).to.equal(THIRD);
    });

    it("MUST NOT let an unrelated authorized anchorer take over another principal's slot", async () => {
      const { asOther, documents, subject, other, issuer } = await loadFixture(filledSlot);

      await expect(asOther.supersedeBundle(FIRST, SECOND, subject, LEGAL, 2, URI))
        .to.be.revertedWithCustomError(documents, "DocumentAnchorNotPrincipal")
        .withArgs(subject, LEGAL, other.address, issuer.address);
    });

    it("is not for strangers", async () => {
      const { documents, stranger, subject } = await loadFixture(filledSlot);

      await expect(documents.connect(stranger).supersedeBundle(FIRST, SECOND, subject, LEGAL, 2, URI))
        .to.be.revertedWithCustomError(documents, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
    });
  });

  describe("getAnchor, isAnchored and activeBundle", () => {
    it("getAnchor MUST revert when no record exists", async () => {
      const { documents, subject } = await loadFixture(filledSlot);

      await expect(documents.getAnchor(FIRST, subject, EVIDENCE))
        .to.be.revertedWithCustomError(documents, "DocumentAnchorUnknown")
        .withArgs(FIRST, subject, EVIDENCE);
    });

    it("isAnchored MUST be true for every existing record, superseded ones too, and false for an unknown triple", async () => {
      const { documents, subject } = await loadFixture(supersededSlot);

      expect(await documents.isAnchored(FIRST, subject, LEGAL)).to.equal(true);
      expect(await documents.isAnchored(SECOND, subject, LEGAL)).to.equal(true);
      expect(await documents.isAnchored(FIRST, subject, EVIDENCE)).to.equal(false);
    });

    it("activeBundle MUST be zero if the slot has never been occupied", async () => {
      const { documents, subject } = await loadFixture(filledSlot);

      expect(await documents.activeBundle(subject, EVIDENCE)).to.equal(ZeroHash);
    });
  });

  describe("assignSlotPrincipal", () => {
    it("MUST be restricted to a recovery administrator and reject zero subjectId, role and principal", async () => {
      const { asIssuer, asOfficer, documents, issuer, subject } = await loadFixture(emptySlots);

      await expect(asIssuer.assignSlotPrincipal(subject, LEGAL, issuer.address))
        .to.be.revertedWithCustomError(documents, "AccessManagedUnauthorized")
        .withArgs(issuer.address);
      for (const [of, role] of [
        [ZeroHash, LEGAL],
        [subject, ZeroHash],
      ] as const) {
        await expect(asOfficer.assignSlotPrincipal(of, role, issuer.address))
          .to.be.revertedWithCustomError(documents, "DocumentAnchorZeroValue")
          .withArgs(ZeroHash, of, role, 0);
      }
      await expect(asOfficer.assignSlotPrincipal(subject, LEGAL, ZeroAddress))
        .to.be.revertedWithCustomError(documents, "DocumentAnchorZeroPrincipal")
        .withArgs(subject, LEGAL);
    });

    it("slotPrincipal MUST be zero when none is assigned, and msg.sender after first anchoring", async () => {
      const { asIssuer, documents, issuer, subject } = await loadFixture(emptySlots);
      expect(await documents.slotPrincipal(subject, LEGAL)).to.equal(ZeroAddress);

      await asIssuer.anchorBundle(FIRST, subject, LEGAL, 2, URI);

      expect(await documents.slotPrincipal(subject, LEGAL)).to.equal(issuer.address);
    });

    it("MUST emit SlotPrincipalAssigned; the former principal MUST NOT supersede any more, the new one can", async () => {
      const { asIssuer, asOther, asOfficer, documents, issuer, other, subject } = await loadFixture(filledSlot);

      await expect(asOfficer.assignSlotPrincipal(subject, LEGAL, other.address))
        .to.emit(documents, "SlotPrincipalAssigned")
        .withArgs(subject, LEGAL, other.address);

      await expect(asIssuer.supersedeBundle(FIRST, SECOND, subject, LEGAL, 2, URI))
        .to.be.revertedWithCustomError(documents, "DocumentAnchorNotPrincipal")
        .withArgs(subject, LEGAL, issuer.address, other.address);
      await asOther.supersedeBundle(FIRST, SECOND, subject, LEGAL, 2, URI);
      expect(await documents.slotPrincipal(subject, LEGAL)).to.equal(other.address);
    });

    it("assigned before first anchoring: anchorBundle MUST reject any other caller", async () => {
      const { asIssuer, asOther, asOfficer, documents, issuer, other, subject } = await loadFixture(emptySlots);
      await asOfficer.assignSlotPrincipal(subject, LEGAL, other.address);

      await expect(asIssuer.anchorBundle(FIRST, subject, LEGAL, 2, URI))
        .to.be.revertedWithCustomError(documents, "DocumentAnchorNotPrincipal")
        .withArgs(subject, LEGAL, issuer.address, other.address);
      await asOther.anchorBundle(FIRST, subject, LEGAL, 2, URI);
    });

    it("does not itself grant the right to anchor", async () => {
      const { asOfficer, documents, stranger, subject } = await loadFixture(filledSlot);
      await asOfficer.assignSlotPrincipal(subject, LEGAL, stranger.address);

      await expect(documents.connect(stranger).supersedeBundle(FIRST, SECOND, subject, LEGAL, 2, URI))
        .to.be.revertedWithCustomError(documents, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
    });
  });

  describe("as a book", () => {
    it("MUST announce the interfaces by the ids of the standard", async () => {
      const { documents } = await loadFixture(emptySlots);

      for (const id of ["0x01ffc9a7", "0xb553fb02", "0x0df58749"]) {
        expect(await documents.supportsInterface(id), id).to.equal(true);
      }
      expect(await documents.supportsInterface("0xffffffff")).to.equal(false);
    });

    it("cannot be initialised again, neither the proxy nor the implementation", async () => {
      const { documents, documentsCode, anchors, authority } = await loadFixture(emptySlots);

      for (const contract of [documents, documentsCode]) {
        await expect(contract.initialize(authority, anchors)).to.be.revertedWithCustomError(
          documents,
          "InvalidInitialization",
        );
      }
    });

    it("runs new code for the upgrader only, and keeps its records over it", async () => {
      const { documents, stranger, subject } = await loadFixture(filledSlot);
      const next = await ethers.deployContract("DocumentAnchor");

      await expect(documents.connect(stranger).upgradeToAndCall(next, "0x"))
        .to.be.revertedWithCustomError(documents, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
      await documents.upgradeToAndCall(next, "0x");
      expect(await documents.activeBundle(subject, LEGAL)).to.equal(FIRST);
    });

    it("has no forks: after any sequence every chain of records ends in the one active bundle", async () => {
      const { asIssuer, asOther, asOfficer, documents, subject, issuer, other } = await loadFixture(filledSlot);
      const bundles = [FIRST];
      let seed = 20_261_122n;
      const next = (): bigint => {
        seed = (seed * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
        return seed >> 33n;
      };

      for (let step = 0; step < 60; step += 1) {
        const contract = next() % 2n === 0n ? asIssuer : asOther;
        const old = bundles[Number(next() % BigInt(bundles.length))] ?? FIRST;
        const fresh = ethers.id(`bundle ${next() % 20n}`);
        if (next() % 4n === 0n) {
          await asOfficer.assignSlotPrincipal(subject, LEGAL, next() % 2n === 0n ? issuer : other);
        }
        const done = await contract.supersedeBundle(old, fresh, subject, LEGAL, 1, "").then(
          () => true,
          () => false,
        );
        if (done) bundles.push(fresh);

        const records = await Promise.all(bundles.map((bundle) => documents.getAnchor(bundle, subject, LEGAL)));
        expect(
          records.map(({ supersededBy }) => supersededBy),
          `step ${step}`,
        ).to.deep.equal([...bundles.slice(1), ZeroHash]);
        expect(await documents.activeBundle(subject, LEGAL)).to.equal(bundles.at(-1));
      }
      expect(bundles.length).to.be.greaterThan(3);
    });
  });
});
