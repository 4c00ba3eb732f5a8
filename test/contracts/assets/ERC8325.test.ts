import { expect } from "chai";
import { network } from "hardhat";
import { deployBooks, FAR_FUTURE } from "../../helpers/books.ts";

/** Every MUST of ERC-8325 (status Review), as a test of its own; the registry's other promises are in AnchorRegistry.test.ts. */

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;
const coder = ethers.AbiCoder.defaultAbiCoder();

const LEGAL = ethers.id("deed");
const EVIDENCE = ethers.id("survey");
const OTHER_EVIDENCE = ethers.id("a later survey");
const REASON = ethers.id("order");
const UNKNOWN = ethers.id("nobody registered this");
const TOKEN_ID = ethers.id("ERC-8325:BINDING_SCOPE:TOKEN_ID");
const CONTRACT = ethers.id("ERC-8325:BINDING_SCOPE:CONTRACT");
const ANCHOR = ethers.keccak256(coder.encode(["bytes32", "bytes32"], [LEGAL, EVIDENCE]));
const OTHER_ANCHOR = ethers.keccak256(coder.encode(["bytes32", "bytes32"], [LEGAL, OTHER_EVIDENCE]));
const ASSET = 7n;

interface Metadata {
  readonly assetClass: string;
  readonly jurisdiction: string;
  readonly attestationDate: bigint;
  readonly expiresAt: bigint;
  readonly uri: string;
}

function encode(changes: Partial<Metadata> = {}): string {
  const metadata = {
    assetClass: ethers.id("real-estate"),
    jurisdiction: ethers.id("US"),
    attestationDate: 1n,
    expiresAt: FAR_FUTURE,
    uri: "0x75",
    ...changes,
  };
  const types = ["bytes32", "bytes32", "uint64", "uint64", "bytes", "bytes"];
  return coder.encode(types, [...Object.values(metadata), "0x"]);
}

/** An empty registry, and the share token that declares it. */
async function emptyRegistry() {
  const books = await deployBooks(connection);
  const [stranger] = books.others;
  if (stranger === undefined) throw new Error("too few accounts");
  return { ...books, registry: books.anchors, token: await books.shares.getAddress(), stranger };
}

/** An anchor that lapses in 1,000 seconds. */
async function registered() {
  const world = await emptyRegistry();
  const now = BigInt(await time.latest());
  const expiresAt = now + 1_000n;
  await world.registry.registerAnchor(LEGAL, EVIDENCE, encode({ attestationDate: now, expiresAt }));
  return { ...world, attestationDate: now, expiresAt };
}

/** The same, bound to an id of the token. */
async function bound() {
  const world = await registered();
  await world.registry.bindToken(ANCHOR, world.token, TOKEN_ID, ASSET);
  return world;
}

/** The same, and the token declares it. */
async function declared() {
  const world = await bound();
  await world.shares.listAsset(ASSET, ANCHOR, 100n, "ipfs://asset");
  return world;
}

type World = Awaited<ReturnType<typeof bound>>;

const historyOf = async ({ registry }: Pick<World, "registry">) => {
  const { boundToken, bindingScope, boundTokenId } = await registry.getAnchor(ANCHOR);
  return [boundToken, bindingScope, boundTokenId];
};

describe("ERC-8325, statement by statement", () => {
  describe("binding scopes and metadata", () => {
    it("for BINDING_SCOPE_CONTRACT, tokenId MUST equal 0", async () => {
      const { registry, token } = await loadFixture(registered);

      await expect(registry.bindToken(ANCHOR, token, CONTRACT, 1n))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryInvalidScope")
        .withArgs(CONTRACT, 1n);
      await registry.bindToken(ANCHOR, token, CONTRACT, 0n);
    });

    it("token ID 0 MUST NOT be interpreted as a contract-binding sentinel", async () => {
      const { registry, token } = await loadFixture(registered);
      await registry.bindToken(ANCHOR, token, CONTRACT, 0n);

      await registry.registerAndBind(LEGAL, OTHER_EVIDENCE, encode(), token, TOKEN_ID, 0n);

      const { bindingScope, boundTokenId } = await registry.getAnchor(OTHER_ANCHOR);
      expect([bindingScope, boundTokenId]).to.deep.equal([TOKEN_ID, 0n]);
    });

    it("assetClass and jurisdiction MUST NOT be bytes32(0), uri MUST NOT be empty", async () => {
      const { registry } = await loadFixture(emptyRegistry);

      for (const changes of [{ assetClass: ethers.ZeroHash }, { jurisdiction: ethers.ZeroHash }, { uri: "0x" }]) {
        await expect(registry.registerAnchor(LEGAL, EVIDENCE, encode(changes))).to.be.revertedWithCustomError(
          registry,
          "AnchorRegistryIncompleteMetadata",
        );
      }
    });

    it("attestationDate MUST NOT be 0 and MUST NOT be later than block.timestamp", async () => {
      const { registry } = await loadFixture(emptyRegistry);
      const now = BigInt(await time.latest()) + 10n;

      for (const attestationDate of [0n, now + 1n]) {
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(now);
        await expect(registry.registerAnchor(LEGAL, EVIDENCE, encode({ attestationDate })))
          .to.be.revertedWithCustomError(registry, "AnchorRegistryInvalidDates")
          .withArgs(attestationDate, FAR_FUTURE, now);
        await snapshot.restore();
      }
      await time.setNextBlockTimestamp(now);
      await registry.registerAnchor(LEGAL, EVIDENCE, encode({ attestationDate: now }));
    });

    it("expiresAt MUST be later than attestationDate and MUST NOT be earlier than block.timestamp", async () => {
      const { registry } = await loadFixture(emptyRegistry);
      const now = BigInt(await time.latest()) + 10n;

      for (const [attestationDate, expiresAt] of [
        [now, now],
        [now - 2n, now - 1n],
      ] as const) {
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(now);
        await expect(registry.registerAnchor(LEGAL, EVIDENCE, encode({ attestationDate, expiresAt })))
          .to.be.revertedWithCustomError(registry, "AnchorRegistryInvalidDates")
          .withArgs(attestationDate, expiresAt, now);
        await snapshot.restore();
      }
    });
  });

  describe("registration", () => {
    it("registerAnchor and registerAndBind MUST reject bytes32(0) for legalHash or evidenceHash", async () => {
      const { registry, token } = await loadFixture(emptyRegistry);

      for (const [legal, evidence] of [
        [ethers.ZeroHash, EVIDENCE],
        [LEGAL, ethers.ZeroHash],
      ] as const) {
        for (const attempt of [
          () => registry.registerAnchor(legal, evidence, encode()),
          () => registry.registerAndBind(legal, evidence, encode(), token, TOKEN_ID, ASSET),
        ]) {
          await expect(attempt())
            .to.be.revertedWithCustomError(registry, "AnchorRegistryZeroHash")
            .withArgs(legal, evidence);
        }
      }
    });

    it("the anchor identifier MUST be derived as keccak256(abi.encode(legalHash, evidenceHash))", async () => {
      const { registry } = await loadFixture(emptyRegistry);

      expect(await registry.registerAnchor.staticCall(LEGAL, EVIDENCE, encode())).to.equal(ANCHOR);
    });

    it("a registry MUST reject an anchorId that it has already registered", async () => {
      const { registry } = await loadFixture(registered);

      await expect(registry.registerAnchor(LEGAL, EVIDENCE, encode()))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryExists")
        .withArgs(ANCHOR);
    });

    it("on registration, the registry MUST store the hashes and the time, leave the binding empty, be active and emit AnchorRegistered", async () => {
      const { registry } = await loadFixture(emptyRegistry);

      await expect(registry.registerAnchor(LEGAL, EVIDENCE, encode()))
        .to.emit(registry, "AnchorRegistered")
        .withArgs(ANCHOR, LEGAL, EVIDENCE);

      const registeredAt = BigInt(await time.latest());
      const empty = [ethers.ZeroAddress, ethers.ZeroHash, 0n];
      expect([...(await registry.getAnchor(ANCHOR))]).to.deep.equal([
        ...[ANCHOR, LEGAL, EVIDENCE],
        ...empty,
        ...[registeredAt, true],
      ]);
    });
  });

  describe("binding", () => {
    it("bindToken MUST reject an unknown anchor, a zero token address and an unsupported scope", async () => {
      const { registry, token } = await loadFixture(registered);

      await expect(registry.bindToken(UNKNOWN, token, TOKEN_ID, ASSET))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryUnknown")
        .withArgs(UNKNOWN);
      await expect(registry.bindToken(ANCHOR, ethers.ZeroAddress, TOKEN_ID, ASSET))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryInvalidToken")
        .withArgs(ethers.ZeroAddress, ethers.ZeroAddress);
      await expect(registry.bindToken(ANCHOR, token, REASON, ASSET))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryInvalidScope")
        .withArgs(REASON, ASSET);
    });

    it("bindToken MUST reject an inactive or expired anchor", async () => {
      const { registry, token, expiresAt } = await loadFixture(registered);
      const snapshot = await networkHelpers.takeSnapshot();
      await time.setNextBlockTimestamp(expiresAt + 1n);
      await expect(registry.bindToken(ANCHOR, token, TOKEN_ID, ASSET))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryNotActive")
        .withArgs(ANCHOR);
      await snapshot.restore();

      await registry.deactivateAnchor(ANCHOR, "sold");
      await expect(registry.bindToken(ANCHOR, token, TOKEN_ID, ASSET))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryNotActive")
        .withArgs(ANCHOR);
    });

    it("bindToken MUST reject an anchor whose binding fields have already been set", async () => {
      const { registry, token } = await loadFixture(bound);

      await expect(registry.bindToken(ANCHOR, token, TOKEN_ID, ASSET + 1n))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryAlreadyBound")
        .withArgs(ANCHOR, token, TOKEN_ID, ASSET);
    });

    it("before recording a binding, the registry MUST ensure that no valid anchor is already associated with the same tuple", async () => {
      const { registry, token } = await loadFixture(bound);
      await registry.registerAnchor(LEGAL, OTHER_EVIDENCE, encode());

      await expect(registry.bindToken(OTHER_ANCHOR, token, TOKEN_ID, ASSET))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryTokenTaken")
        .withArgs(ANCHOR, token, TOKEN_ID, ASSET);
      // A binding stays valid when its anchor has lapsed or was deactivated: activity is another question.
      await registry.deactivateAnchor(ANCHOR, "sold");
      await expect(registry.bindToken(OTHER_ANCHOR, token, TOKEN_ID, ASSET))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryTokenTaken")
        .withArgs(ANCHOR, token, TOKEN_ID, ASSET);
    });

    it("on successful binding, the registry MUST set the three fields and emit TokenBound", async () => {
      const world = await loadFixture(registered);
      const { registry, token } = world;

      await expect(registry.bindToken(ANCHOR, token, TOKEN_ID, ASSET))
        .to.emit(registry, "TokenBound")
        .withArgs(ANCHOR, token, TOKEN_ID, ASSET);
      expect(await historyOf(world)).to.deep.equal([token, TOKEN_ID, ASSET]);
    });

    it("the three historical fields MUST NOT be modified after they are set, including after deactivation or invalidation", async () => {
      const world = await loadFixture(bound);
      const { registry, token, expiresAt, attestationDate } = world;
      const before = await historyOf(world);

      await registry.reattest(ANCHOR, expiresAt + 1n, attestationDate);
      expect(await historyOf(world)).to.deep.equal(before);
      await registry.deactivateAnchor(ANCHOR, "sold");
      expect(await historyOf(world)).to.deep.equal(before);
      await registry.invalidateTokenBinding(ANCHOR, REASON);
      expect(await historyOf(world)).to.deep.equal(before);
      await registry.registerAndBind(LEGAL, OTHER_EVIDENCE, encode(), token, TOKEN_ID, ASSET);
      expect(await historyOf(world)).to.deep.equal(before);
    });

    it("registerAndBind MUST apply the same requirements atomically", async () => {
      const { registry, token } = await loadFixture(bound);

      await expect(registry.registerAndBind(LEGAL, OTHER_EVIDENCE, encode(), token, TOKEN_ID, ASSET))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryTokenTaken")
        .withArgs(ANCHOR, token, TOKEN_ID, ASSET);
      await expect(registry.getAnchor(OTHER_ANCHOR)).to.be.revertedWithCustomError(registry, "AnchorRegistryUnknown");
    });

    it("authorization MUST prevent an unrelated caller from binding another registrar's unbound anchor", async () => {
      const { registry, token, stranger } = await loadFixture(registered);

      await expect(registry.connect(stranger).bindToken(ANCHOR, token, TOKEN_ID, ASSET))
        .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
    });

    it("if token exposes anchorRegistry(), the returned address MUST equal the registry performing the binding", async () => {
      const { registry } = await loadFixture(registered);
      const elsewhere = await deployBooks(connection);

      await expect(registry.bindToken(ANCHOR, elsewhere.shares, TOKEN_ID, ASSET))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryInvalidToken")
        .withArgs(await elsewhere.shares.getAddress(), await elsewhere.anchors.getAddress());
    });
  });

  describe("queries and lifecycle", () => {
    it("getAnchor, isBound, getMetadata, registeredBy, isActive and isBindingValid MUST revert for an unknown anchorId", async () => {
      const { registry } = await loadFixture(emptyRegistry);

      for (const question of [
        () => registry.getAnchor(UNKNOWN),
        () => registry.isBound(UNKNOWN),
        () => registry.getMetadata(UNKNOWN),
        () => registry.registeredBy(UNKNOWN),
        () => registry.isActive(UNKNOWN),
        () => registry.isBindingValid(UNKNOWN),
      ]) {
        await expect(question()).to.be.revertedWithCustomError(registry, "AnchorRegistryUnknown").withArgs(UNKNOWN);
      }
    });

    it("isBound MUST return true when bound, regardless of activity or invalidation, and false for a known but unbound anchor", async () => {
      const { registry, token, expiresAt } = await loadFixture(registered);
      expect(await registry.isBound(ANCHOR)).to.equal(false);
      await registry.bindToken(ANCHOR, token, TOKEN_ID, ASSET);

      await time.increaseTo(expiresAt + 1n);
      expect(await registry.isBound(ANCHOR)).to.equal(true);
      await registry.invalidateTokenBinding(ANCHOR, REASON);
      expect(await registry.isBound(ANCHOR)).to.equal(true);
    });

    it("registeredBy MUST return the address that registered the anchor and MUST NOT change", async () => {
      const { registry, admin } = await loadFixture(bound);
      expect(await registry.registeredBy(ANCHOR)).to.equal(admin.address);

      await registry.invalidateTokenBinding(ANCHOR, REASON);
      expect(await registry.registeredBy(ANCHOR)).to.equal(admin.address);
    });

    it("isActive MUST return false when deactivated or when block.timestamp > expiresAt, and true at the exact expiresAt", async () => {
      const { registry, expiresAt } = await loadFixture(registered);

      await time.increaseTo(expiresAt);
      expect(await registry.isActive(ANCHOR)).to.equal(true);
      await time.increaseTo(expiresAt + 1n);
      expect(await registry.isActive(ANCHOR)).to.equal(false);
      await registry.registerAnchor(LEGAL, OTHER_EVIDENCE, encode());
      await registry.deactivateAnchor(OTHER_ANCHOR, "sold");
      expect(await registry.isActive(OTHER_ANCHOR)).to.equal(false);
    });

    it("deactivateAnchor MUST be restricted, set active to false and emit; it MUST NOT be reversed by reattest", async () => {
      const { registry, stranger, expiresAt, attestationDate } = await loadFixture(registered);

      await expect(registry.connect(stranger).deactivateAnchor(ANCHOR, "mine"))
        .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
      await expect(registry.deactivateAnchor(ANCHOR, "sold"))
        .to.emit(registry, "AnchorDeactivated")
        .withArgs(ANCHOR, "sold");
      expect((await registry.getAnchor(ANCHOR)).active).to.equal(false);
      await expect(registry.reattest(ANCHOR, expiresAt + 1n, attestationDate))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryDeactivated")
        .withArgs(ANCHOR);
    });

    it("newAttestationDate MUST NOT be 0, later than block.timestamp, or earlier than the existing one", async () => {
      const { registry, expiresAt, attestationDate } = await loadFixture(registered);
      const now = attestationDate + 100n;

      for (const date of [0n, now + 1n, attestationDate - 1n]) {
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(now);
        await expect(registry.reattest(ANCHOR, expiresAt, date))
          .to.be.revertedWithCustomError(registry, "AnchorRegistryInvalidDates")
          .withArgs(date, expiresAt, now);
        await snapshot.restore();
      }
    });

    it("newExpiresAt MUST be later than block.timestamp and newAttestationDate and not earlier than the existing one; reattest MUST be restricted and emit", async () => {
      const { registry, stranger, expiresAt, attestationDate } = await loadFixture(registered);
      await expect(registry.reattest(ANCHOR, expiresAt - 1n, attestationDate)).to.be.revertedWithCustomError(
        registry,
        "AnchorRegistryInvalidDates",
      );
      await time.increaseTo(expiresAt + 9n);
      const now = expiresAt + 10n;
      await time.setNextBlockTimestamp(now);
      await expect(registry.reattest(ANCHOR, now, now))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryInvalidDates")
        .withArgs(now, now, now);
      await expect(registry.connect(stranger).reattest(ANCHOR, now + 100n, now))
        .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
      await expect(registry.reattest(ANCHOR, now + 100n, now))
        .to.emit(registry, "AnchorReattested")
        .withArgs(ANCHOR, expiresAt, now + 100n, now);
    });
  });

  describe("recovery", () => {
    it("invalidateTokenBinding MUST be restricted and reject an unknown, unbound or previously invalidated anchor and a zero reasonHash", async () => {
      const { registry, token, stranger } = await loadFixture(registered);

      await expect(registry.connect(stranger).invalidateTokenBinding(ANCHOR, REASON))
        .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
      await expect(registry.invalidateTokenBinding(UNKNOWN, REASON))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryUnknown")
        .withArgs(UNKNOWN);
      await expect(registry.invalidateTokenBinding(ANCHOR, REASON))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryNotBound")
        .withArgs(ANCHOR);
      await registry.bindToken(ANCHOR, token, TOKEN_ID, ASSET);
      await expect(registry.invalidateTokenBinding(ANCHOR, ethers.ZeroHash))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryZeroReason")
        .withArgs(ANCHOR);
      await registry.invalidateTokenBinding(ANCHOR, REASON);
      await expect(registry.invalidateTokenBinding(ANCHOR, REASON))
        .to.be.revertedWithCustomError(registry, "AnchorRegistryAlreadyInvalidated")
        .withArgs(ANCHOR);
    });

    it("successful invalidation MUST make isBindingValid false, deactivate for good and emit both events", async () => {
      const { registry, token, expiresAt, attestationDate } = await loadFixture(bound);
      expect(await registry.isBindingValid(ANCHOR)).to.equal(true);

      await expect(registry.invalidateTokenBinding(ANCHOR, REASON))
        .to.emit(registry, "TokenBindingInvalidated")
        .withArgs(ANCHOR, token, TOKEN_ID, ASSET, REASON)
        .and.to.emit(registry, "AnchorDeactivated");

      expect(await registry.isBindingValid(ANCHOR)).to.equal(false);
      expect(await registry.isActive(ANCHOR)).to.equal(false);
      await expect(registry.reattest(ANCHOR, expiresAt + 1n, attestationDate)).to.be.revertedWithCustomError(
        registry,
        "AnchorRegistryDeactivated",
      );
    });

    it("the invalidated record MUST remain queryable and MUST NOT itself be rebound", async () => {
      const { registry, token } = await loadFixture(bound);
      await registry.invalidateTokenBinding(ANCHOR, REASON);

      expect((await registry.getAnchor(ANCHOR)).boundToken).to.equal(token);
      await expect(registry.bindToken(ANCHOR, token, TOKEN_ID, ASSET)).to.be.revertedWithCustomError(
        registry,
        "AnchorRegistryNotActive",
      );
      await registry.registerAndBind(LEGAL, OTHER_EVIDENCE, encode(), token, TOKEN_ID, ASSET);
    });

    it("isBindingValid MUST return true only when an anchor is bound and has not been invalidated", async () => {
      const { registry, token } = await loadFixture(registered);
      expect(await registry.isBindingValid(ANCHOR)).to.equal(false);

      await registry.bindToken(ANCHOR, token, TOKEN_ID, ASSET);
      await registry.deactivateAnchor(ANCHOR, "sold");
      expect(await registry.isBindingValid(ANCHOR)).to.equal(true);
    });
  });

  describe("token side, detection and complete verification", () => {
    it("anchorIdOf(tokenId) MUST revert when the token ID is not bound, and a declaration MUST NOT change", async () => {
      const { registry, shares, token } = await loadFixture(declared);
      await expect(shares.anchorIdOf(ASSET + 1n))
        .to.be.revertedWithCustomError(shares, "ShareTokenUnknownAsset")
        .withArgs(ASSET + 1n);

      await registry.invalidateTokenBinding(ANCHOR, REASON);
      await registry.registerAndBind(LEGAL, OTHER_EVIDENCE, encode(), token, TOKEN_ID, ASSET);
      await expect(shares.listAsset(ASSET, OTHER_ANCHOR, 100n, "ipfs://other"))
        .to.be.revertedWithCustomError(shares, "ShareTokenAssetExists")
        .withArgs(ASSET);
      expect(await shares.anchorIdOf(ASSET)).to.equal(ANCHOR);
    });

    it("anchorRegistry MUST remain unchanged after deployment: no function of the token sets it", async () => {
      const { registry, shares } = await loadFixture(declared);

      expect(await shares.anchorRegistry()).to.equal(await registry.getAddress());
      const setters = shares.interface.fragments.filter(
        (fragment) => fragment.type === "function" && /set.*anchor|anchorRegistry.*set/i.test(fragment.format()),
      );
      expect(setters).to.deep.equal([]);
    });

    it("isAnchorActiveFor MUST reflect lifecycle activity from the declared registry", async () => {
      const { registry, shares, expiresAt, attestationDate } = await loadFixture(declared);

      await time.increaseTo(expiresAt);
      expect(await shares.isAnchorActiveFor(ASSET)).to.equal(true);
      await time.increaseTo(expiresAt + 1n);
      expect(await shares.isAnchorActiveFor(ASSET)).to.equal(false);
      await registry.reattest(ANCHOR, FAR_FUTURE, attestationDate);
      expect(await shares.isAnchorActiveFor(ASSET)).to.equal(true);
      await registry.deactivateAnchor(ANCHOR, "sold");
      expect(await shares.isAnchorActiveFor(ASSET)).to.equal(false);
    });

    it("registry and token MUST return true for their interface ids", async () => {
      const { registry, shares } = await loadFixture(declared);

      for (const id of ["0x01ffc9a7", "0x52a94b86", "0x6d8a9795", "0xe2cb93dc"]) {
        expect(await registry.supportsInterface(id), id).to.equal(true);
      }
      expect(await shares.supportsInterface("0x4a967b01")).to.equal(true);
    });

    it("a consumer MUST verify all six, and the failure of any one MUST mean that the binding is not mutual", async () => {
      const world = await loadFixture(bound);
      const { registry, shares, token } = world;
      const isMutual = async () => {
        const { boundToken, bindingScope, boundTokenId } = await registry.getAnchor(ANCHOR);
        return (
          boundToken === token &&
          bindingScope === TOKEN_ID &&
          boundTokenId === ASSET &&
          (await registry.isBound(ANCHOR)) &&
          (await registry.isActive(ANCHOR)) &&
          (await registry.isBindingValid(ANCHOR)) &&
          (await shares.supportsInterface("0x4a967b01")) &&
          (await shares.anchorRegistry()) === (await registry.getAddress()) &&
          (await shares.exists(ASSET)) &&
          (await shares.anchorIdOf(ASSET)) === ANCHOR
        );
      };
      // The registry's side alone is not enough.
      expect(await isMutual()).to.equal(false);
      await shares.listAsset(ASSET, ANCHOR, 100n, "ipfs://asset");
      expect(await isMutual()).to.equal(true);

      await registry.invalidateTokenBinding(ANCHOR, REASON);
      expect(await isMutual()).to.equal(false);
      expect(await shares.isAnchorActiveFor(ASSET)).to.equal(false);
    });
  });
});
