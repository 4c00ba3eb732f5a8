import { expect } from "chai";
import { network } from "hardhat";
import { deployBooks } from "../../helpers/books.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;
const coder = ethers.AbiCoder.defaultAbiCoder();

const LEGAL = ethers.id("deed");
const EVIDENCE = ethers.id("survey");
const ANCHOR = anchorIdFor(LEGAL, EVIDENCE);
const OTHER_EVIDENCE = ethers.id("a later survey");
const OTHER_ANCHOR = anchorIdFor(LEGAL, OTHER_EVIDENCE);
const TOKEN_ID = ethers.id("ERC-8325:BINDING_SCOPE:TOKEN_ID");
const CONTRACT = ethers.id("ERC-8325:BINDING_SCOPE:CONTRACT");
const REASON = ethers.id("court order");
const EMPTY = ethers.ZeroHash;

function anchorIdFor(legalHash: string, evidenceHash: string): string {
  return ethers.keccak256(coder.encode(["bytes32", "bytes32"], [legalHash, evidenceHash]));
}

interface Metadata {
  assetClass?: string;
  jurisdiction?: string;
  attestationDate?: bigint;
  expiresAt?: bigint;
  uri?: string;
}

function encode(metadata: Metadata): string {
  return coder.encode(
    ["bytes32", "bytes32", "uint64", "uint64", "bytes", "bytes"],
    [
      metadata.assetClass ?? ethers.id("real-estate"),
      metadata.jurisdiction ?? ethers.id("US"),
      metadata.attestationDate ?? 1n,
      metadata.expiresAt ?? 4_000_000_000n,
      metadata.uri ?? ethers.toUtf8Bytes("ipfs://deed"),
      "0x",
    ],
  );
}

/** An empty registry, and addresses to bind to. */
async function emptyRegistry() {
  const books = await deployBooks(connection);
  const [stranger, token, otherToken] = books.others;
  if (!stranger || !token || !otherToken) throw new Error("too few accounts");
  return { ...books, registry: books.anchors, stranger, token: token.address, otherToken: otherToken.address };
}

/** One anchor that expires in 1,000 seconds, bound to nothing. */
async function registryWithOneAnchor() {
  const world = await emptyRegistry();
  const now = BigInt(await time.latest());
  const expiresAt = now + 1_000n;
  await world.registry.registerAnchor(LEGAL, EVIDENCE, encode({ attestationDate: now, expiresAt }));
  return { ...world, attestationDate: now, expiresAt };
}

/** The same, bound to id 0 of the token. */
async function registryWithOneBinding() {
  const world = await registryWithOneAnchor();
  await world.registry.bindToken(ANCHOR, world.token, TOKEN_ID, 0n);
  return world;
}

describe("AnchorRegistry", () => {
  describe("registerAnchor", () => {
    it("keeps the record under the hash of both hashes", async () => {
      const { registry, admin } = await loadFixture(emptyRegistry);

      await expect(registry.registerAnchor(LEGAL, EVIDENCE, encode({})))
        .to.emit(registry, "AnchorRegistered")
        .withArgs(ANCHOR, LEGAL, EVIDENCE);

      const registeredAt = BigInt(await time.latest());
      expect([...(await registry.getAnchor(ANCHOR))]).to.deep.equal([
        ANCHOR,
        LEGAL,
        EVIDENCE,
        ethers.ZeroAddress,
        EMPTY,
        0n,
        registeredAt,
        true,
      ]);
      expect([...(await registry.getMetadata(ANCHOR))]).to.deep.equal([
        ethers.id("real-estate"),
        ethers.id("US"),
        1n,
        4_000_000_000n,
        ethers.hexlify(ethers.toUtf8Bytes("ipfs://deed")),
        "0x",
      ]);
      expect(await registry.registeredBy(ANCHOR)).to.equal(admin.address);
      expect(await registry.isActive(ANCHOR)).to.equal(true);
      expect(await registry.isBound(ANCHOR)).to.equal(false);
      expect(await registry.isBindingValid(ANCHOR)).to.equal(false);
    });

    it("rejects a zero hash on either side", async () => {
      const { registry } = await loadFixture(emptyRegistry);

      for (const [legal, evidence] of [
        [EMPTY, EVIDENCE],
        [LEGAL, EMPTY],
      ] as const) {
        await expect(registry.registerAnchor(legal, evidence, encode({})))
          .to.be.revertedWithCustomError(registry, "AnchorRegistryZeroHash")
          .withArgs(legal, evidence);
      }
    });

    it("rejects metadata without class, jurisdiction or uri", async () => {
      const { registry } = await loadFixture(emptyRegistry);
      const real = [ethers.id("real-estate"), ethers.id("US"), ethers.hexlify(ethers.toUtf8Bytes("ipfs://deed"))];

      for (const [changes, place, missing] of [
        [{ assetClass: EMPTY }, 0, EMPTY],
        [{ jurisdiction: EMPTY }, 1, EMPTY],
        [{ uri: "0x" }, 2, "0x"],
      ] as const) {
        await expect(registry.registerAnchor(LEGAL, EVIDENCE, encode(changes)))
          .to.be.revertedWithCustomError(registry, "AnchorRegistryIncompleteMetadata")
          .withArgs(...real.map((value, i) => (i === place ? missing : value)));
      }
    });

    it("accepts an attestation of this very second that expires in it, but none of the next or the last one", async () => {
      const { registry } = await loadFixture(emptyRegistry);
      const now = BigInt(await time.latest()) + 10n;

      for (const [attestationDate, expiresAt] of [
        [0n, now + 1n], // never attested
        [now + 1n, now + 2n], // attested in the future
        [now, now], // nothing between
        [now - 5n, now - 1n], // over already
      ] as const) {
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(now);
        await expect(registry.registerAnchor(LEGAL, EVIDENCE, encode({ attestationDate, expiresAt })))
          .to.be.revertedWithCustomError(registry, "AnchorRegistryInvalidDates")
          .withArgs(attestationDate, expiresAt, now);
        await snapshot.restore();
      }

      await time.setNextBlockTimestamp(now);
      await registry.registerAnchor(LEGAL, EVIDENCE, encode({ attestationDate: now - 1n, expiresAt: now }));
    });

    it("rejects a pair of hashes that is registered", async () => {
      const { registry } = await loadFixture(registryWithOneAnchor);

      await expect(registry.registerAnchor(LEGAL, EVIDENCE, encode({})))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryExists")
        .withArgs(ANCHOR);
    });

    it("rejects metadata that is not what the standard encodes", async () => {
      const { registry } = await loadFixture(emptyRegistry);

      await expect(registry.registerAnchor(LEGAL, EVIDENCE, "0x1234")).to.be.revertedWithoutReason(ethers);
    });
  });

  describe("bindToken", () => {
    it("binds an anchor to an id, zero included", async () => {
      const { registry, token } = await loadFixture(registryWithOneAnchor);

      await expect(registry.bindToken(ANCHOR, token, TOKEN_ID, 0n))
        .to.emit(registry, "TokenBound")
        .withArgs(ANCHOR, token, TOKEN_ID, 0n);

      const record = await registry.getAnchor(ANCHOR);
      expect([record.boundToken, record.bindingScope, record.boundTokenId]).to.deep.equal([token, TOKEN_ID, 0n]);
      expect(await registry.isBound(ANCHOR)).to.equal(true);
      expect(await registry.isBindingValid(ANCHOR)).to.equal(true);
    });

    it("binds a whole contract under id zero only", async () => {
      const { registry, token } = await loadFixture(registryWithOneAnchor);

      await expect(registry.bindToken(ANCHOR, token, CONTRACT, 1n))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryInvalidScope")
        .withArgs(CONTRACT, 1n);
      await registry.bindToken(ANCHOR, token, CONTRACT, 0n);
    });

    it("rejects a scope that the standard does not know", async () => {
      const { registry, token } = await loadFixture(registryWithOneAnchor);

      await expect(registry.bindToken(ANCHOR, token, REASON, 0n))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryInvalidScope")
        .withArgs(REASON, 0n);
    });

    it("rejects an anchor nobody registered", async () => {
      const { registry, token } = await loadFixture(emptyRegistry);

      await expect(registry.bindToken(ANCHOR, token, TOKEN_ID, 0n))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryUnknown")
        .withArgs(ANCHOR);
    });

    it("rejects the zero address and a token whose anchors live elsewhere", async () => {
      const { registry, authority } = await loadFixture(registryWithOneAnchor);
      const other = await deployBooks(connection);
      const elsewhere = await other.shares.getAddress();

      await expect(registry.bindToken(ANCHOR, ethers.ZeroAddress, TOKEN_ID, 0n))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryInvalidToken")
        .withArgs(ethers.ZeroAddress, ethers.ZeroAddress);
      await expect(registry.bindToken(ANCHOR, elsewhere, TOKEN_ID, 0n))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryInvalidToken")
        .withArgs(elsewhere, await other.anchors.getAddress());
      // A contract that says nothing about anchors is bound from this side only.
      await registry.bindToken(ANCHOR, await authority.getAddress(), TOKEN_ID, 0n);
    });

    it("rejects an anchor one second after its end", async () => {
      const { registry, token, expiresAt } = await loadFixture(registryWithOneAnchor);

      await time.setNextBlockTimestamp(expiresAt + 1n);
      await expect(registry.bindToken(ANCHOR, token, TOKEN_ID, 0n))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryNotActive")
        .withArgs(ANCHOR);
    });

    it("binds in the last second of an anchor", async () => {
      const { registry, token, expiresAt } = await loadFixture(registryWithOneAnchor);

      await time.setNextBlockTimestamp(expiresAt);
      await registry.bindToken(ANCHOR, token, TOKEN_ID, 0n);
    });

    it("rejects a deactivated anchor", async () => {
      const { registry, token } = await loadFixture(registryWithOneAnchor);
      await registry.deactivateAnchor(ANCHOR, "sold");

      await expect(registry.bindToken(ANCHOR, token, TOKEN_ID, 0n))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryNotActive")
        .withArgs(ANCHOR);
    });

    it("rejects a second binding of the same anchor", async () => {
      const { registry, token, otherToken } = await loadFixture(registryWithOneBinding);

      await expect(registry.bindToken(ANCHOR, otherToken, TOKEN_ID, 0n))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryAlreadyBound")
        .withArgs(ANCHOR, token, TOKEN_ID, 0n);
    });

    it("rejects a second anchor for the same token", async () => {
      const { registry, token } = await loadFixture(registryWithOneBinding);

      await expect(registry.registerAndBind(LEGAL, OTHER_EVIDENCE, encode({}), token, TOKEN_ID, 0n))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryTokenTaken")
        .withArgs(ANCHOR, token, TOKEN_ID, 0n);
    });
  });

  describe("registerAndBind", () => {
    it("does both, or nothing", async () => {
      const { registry, token } = await loadFixture(registryWithOneBinding);

      await expect(registry.registerAndBind(LEGAL, OTHER_EVIDENCE, encode({}), token, TOKEN_ID, 0n)).to.be.revert(
        ethers,
      );
      await expect(registry.getAnchor(OTHER_ANCHOR))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryUnknown")
        .withArgs(OTHER_ANCHOR);

      await registry.registerAndBind(LEGAL, OTHER_EVIDENCE, encode({}), token, TOKEN_ID, 1n);
      expect(await registry.isBindingValid(OTHER_ANCHOR)).to.equal(true);
    });
  });

  describe("isActive", () => {
    it("is true in the last second and false in the next", async () => {
      const { registry, expiresAt } = await loadFixture(registryWithOneBinding);

      await time.increaseTo(expiresAt);
      expect(await registry.isActive(ANCHOR)).to.equal(true);

      await time.increaseTo(expiresAt + 1n);
      expect(await registry.isActive(ANCHOR)).to.equal(false);
      expect(await registry.isBound(ANCHOR)).to.equal(true);
      expect(await registry.isBindingValid(ANCHOR)).to.equal(true);
    });
  });

  describe("reattest", () => {
    it("prolongs an anchor, and brings an expired one back", async () => {
      const { registry, expiresAt } = await loadFixture(registryWithOneAnchor);
      await time.increaseTo(expiresAt + 10n);
      const attestedAt = expiresAt + 5n;

      await expect(registry.reattest(ANCHOR, expiresAt + 500n, attestedAt))
        .to.emit(registry, "AnchorReattested")
        .withArgs(ANCHOR, expiresAt, expiresAt + 500n, attestedAt);

      expect(await registry.isActive(ANCHOR)).to.equal(true);
      const metadata = await registry.getMetadata(ANCHOR);
      expect([metadata.expiresAt, metadata.attestationDate]).to.deep.equal([expiresAt + 500n, attestedAt]);
    });

    it("moves neither date backwards, nor attests the future", async () => {
      const { registry, expiresAt, attestationDate } = await loadFixture(registryWithOneAnchor);
      const now = attestationDate + 100n;

      for (const [newExpiresAt, newAttestationDate] of [
        [expiresAt, attestationDate - 1n],
        [expiresAt, now + 1n],
        [expiresAt - 1n, now],
      ] as const) {
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(now);
        await expect(registry.reattest(ANCHOR, newExpiresAt, newAttestationDate))
          .to.be.revertedWithCustomError(registry, "AnchorRegistryInvalidDates")
          .withArgs(newAttestationDate, newExpiresAt, now);
        await snapshot.restore();
      }
    });

    it("rejects an expiry of this very second", async () => {
      const { registry, expiresAt, attestationDate } = await loadFixture(registryWithOneAnchor);

      await time.setNextBlockTimestamp(expiresAt);
      await expect(registry.reattest(ANCHOR, expiresAt, attestationDate))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryInvalidDates")
        .withArgs(attestationDate, expiresAt, expiresAt);
    });
  });

  describe("deactivateAnchor", () => {
    it("ends an anchor for good: not even a re-attestation brings it back", async () => {
      const { registry, expiresAt, attestationDate } = await loadFixture(registryWithOneBinding);

      await expect(registry.deactivateAnchor(ANCHOR, "sold"))
        .to.emit(registry, "AnchorDeactivated")
        .withArgs(ANCHOR, "sold");

      expect(await registry.isActive(ANCHOR)).to.equal(false);
      for (const again of [
        registry.reattest(ANCHOR, expiresAt + 1n, attestationDate),
        registry.deactivateAnchor(ANCHOR, "again"),
      ]) {
        await expect(again).to.be.revertedWithCustomError(registry, "AnchorRegistryDeactivated").withArgs(ANCHOR);
      }
    });
  });

  describe("invalidateTokenBinding", () => {
    it("frees the token, ends the anchor and keeps the record", async () => {
      const { registry, token } = await loadFixture(registryWithOneBinding);

      await expect(registry.invalidateTokenBinding(ANCHOR, REASON))
        .to.emit(registry, "TokenBindingInvalidated")
        .withArgs(ANCHOR, token, TOKEN_ID, 0n, REASON)
        .and.to.emit(registry, "AnchorDeactivated")
        .withArgs(ANCHOR, "binding invalidated");

      const record = await registry.getAnchor(ANCHOR);
      expect([record.boundToken, record.bindingScope, record.boundTokenId]).to.deep.equal([token, TOKEN_ID, 0n]);
      expect(await registry.isBound(ANCHOR)).to.equal(true);
      expect(await registry.isBindingValid(ANCHOR)).to.equal(false);
      expect(await registry.isActive(ANCHOR)).to.equal(false);

      await registry.registerAndBind(LEGAL, OTHER_EVIDENCE, encode({}), token, TOKEN_ID, 0n);
      expect(await registry.isBindingValid(OTHER_ANCHOR)).to.equal(true);
      expect(await registry.isBindingValid(ANCHOR)).to.equal(false);
    });

    it("says nothing about the end of an anchor that had ended before", async () => {
      const { registry } = await loadFixture(registryWithOneBinding);
      await registry.deactivateAnchor(ANCHOR, "sold");

      await expect(registry.invalidateTokenBinding(ANCHOR, REASON)).not.to.emit(registry, "AnchorDeactivated");
    });

    it("rejects an anchor that is not bound, a missing reason, and a second time", async () => {
      const { registry, token } = await loadFixture(registryWithOneAnchor);

      await expect(registry.invalidateTokenBinding(ANCHOR, REASON))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryNotBound")
        .withArgs(ANCHOR);
      await registry.bindToken(ANCHOR, token, TOKEN_ID, 0n);
      await expect(registry.invalidateTokenBinding(ANCHOR, EMPTY))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryZeroReason")
        .withArgs(ANCHOR);
      await registry.invalidateTokenBinding(ANCHOR, REASON);
      await expect(registry.invalidateTokenBinding(ANCHOR, REASON))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryAlreadyInvalidated")
        .withArgs(ANCHOR);
    });
  });

  describe("reading", () => {
    it("rejects every question about an anchor nobody registered", async () => {
      const { registry } = await loadFixture(emptyRegistry);

      for (const question of [
        registry.getAnchor(ANCHOR),
        registry.isBound(ANCHOR),
        registry.getMetadata(ANCHOR),
        registry.registeredBy(ANCHOR),
        registry.isActive(ANCHOR),
        registry.isBindingValid(ANCHOR),
      ]) {
        await expect(question).to.be.revertedWithCustomError(registry, "AnchorRegistryUnknown").withArgs(ANCHOR);
      }
    });

    it("announces the interfaces by the ids of the standard", async () => {
      const { registry } = await loadFixture(emptyRegistry);

      for (const id of ["0x01ffc9a7", "0x52a94b86", "0x6d8a9795", "0xe2cb93dc"]) {
        expect(await registry.supportsInterface(id), id).to.equal(true);
      }
      for (const id of ["0xffffffff", "0x4a967b01"]) expect(await registry.supportsInterface(id), id).to.equal(false);
    });
  });

  describe("authority", () => {
    it("rejects strangers in every function that changes something", async () => {
      const { registry, stranger, token } = await loadFixture(registryWithOneAnchor);
      const asStranger = registry.connect(stranger);

      for (const attempt of [
        asStranger.registerAnchor(LEGAL, OTHER_EVIDENCE, encode({})),
        asStranger.bindToken(ANCHOR, token, TOKEN_ID, 0n),
        asStranger.registerAndBind(LEGAL, OTHER_EVIDENCE, encode({}), token, TOKEN_ID, 0n),
        asStranger.reattest(ANCHOR, 4_000_000_000n, 1n),
        asStranger.deactivateAnchor(ANCHOR, ""),
        asStranger.invalidateTokenBinding(ANCHOR, REASON),
        asStranger.upgradeToAndCall(token, "0x"),
      ]) {
        await expect(attempt)
          .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
          .withArgs(stranger.address);
      }
    });

    it("lets nobody initialise the implementation, nor the proxy twice", async () => {
      const { registry, authority } = await loadFixture(emptyRegistry);
      const implementation = await ethers.deployContract("AnchorRegistry");

      for (const contract of [implementation, registry]) {
        await expect(contract.initialize(await authority.getAddress())).to.be.revertedWithCustomError(
          registry,
          "InvalidInitialization",
        );
      }
    });

    it("keeps its records through an upgrade", async () => {
      const { registry } = await loadFixture(registryWithOneBinding);
      const before = await registry.getAnchor(ANCHOR);

      await registry.upgradeToAndCall(await ethers.deployContract("AnchorRegistry"), "0x");

      expect(await registry.getAnchor(ANCHOR)).to.deep.equal(before);
    });
  });
});
