import { expect } from "chai";
import { network } from "hardhat";
import { deployBookCode, deployBooks, FLAG, listAsset, onboard, STATE } from "../../helpers/books.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const BUILDING = 1n;
const PAINTING = 2n;
const UNKNOWN = 99n;
const LARGEST = 2n ** 63n - 1n;

/** Two active assets; alice holds 120 of the building and 50 of the painting; bob is known, carol is not. */
async function registerWithTwoAssets() {
  const books = await deployBooks(connection);
  const [alice, bob, carol, operator] = books.others;
  if (!alice || !bob || !carol || !operator) throw new Error("five accounts are needed");
  for (const id of [BUILDING, PAINTING]) {
    await listAsset(connection, books, id);
    await books.shares.setAssetState(id, STATE.active);
  }
  await onboard(connection, books, alice);
  await onboard(connection, books, bob);
  await books.shares.mint(alice, BUILDING, 120n, "0x");
  await books.shares.mint(alice, PAINTING, 50n, "0x");
  return { ...books, alice, bob, carol, operator };
}

describe("ShareToken", () => {
  describe("safeTransferFrom", () => {
    it("moves shares and says so", async () => {
      const { shares, alice, bob } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await expect(shares.connect(alice).safeTransferFrom(alice, bob, BUILDING, 20n, "0x"))
        .to.emit(shares, "TransferSingle")
        .withArgs(alice, alice, bob, BUILDING, 20n);
      expect(await shares.balanceOf(alice, BUILDING)).to.equal(100n);
      expect(await shares.balanceOf(bob, BUILDING)).to.equal(20n);
      expect(await shares.totalSupply(BUILDING)).to.equal(120n);
    });

    it("lets an approved operator, and nobody else, move for the holder", async () => {
      const { shares, alice, bob, operator } = await networkHelpers.loadFixture(registerWithTwoAssets);
      const move = () => shares.connect(operator).safeTransferFrom(alice, bob, BUILDING, 1n, "0x");

      await expect(move())
        .to.be.revertedWithCustomError(shares, "ERC1155MissingApprovalForAll")
        .withArgs(operator, alice);
      await shares.connect(alice).setApprovalForAll(operator, true);
      await expect(move()).to.emit(shares, "TransferSingle").withArgs(operator, alice, bob, BUILDING, 1n);
    });

    it("names each shortage: of shares, of unfrozen ones, of unlocked ones", async () => {
      const { shares, alice, bob } = await networkHelpers.loadFixture(registerWithTwoAssets);
      const move = (value: bigint) => shares.connect(alice).safeTransferFrom(alice, bob, BUILDING, value, "0x");
      await shares.setFrozenTokens(alice, BUILDING, 60n);
      await shares.lock(alice, BUILDING, 10n);

      await expect(move(121n))
        .to.be.revertedWithCustomError(shares, "ERC1155InsufficientBalance")
        .withArgs(alice, 120n, 121n, BUILDING);
      await expect(move(61n))
        .to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance")
        .withArgs(alice, BUILDING, 61n, 60n);
      await expect(move(51n))
        .to.be.revertedWithCustomError(shares, "ShareTokenInsufficientUnlocked")
        .withArgs(alice, BUILDING, 51n, 50n, 10n);
      await move(50n);
      expect(await shares.spendableOf(alice, BUILDING)).to.equal(0n);
    });

    it("rejects an unknown receiver and a suspended sender by name", async () => {
      const { shares, investors, alice, bob, carol } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await expect(shares.connect(alice).safeTransferFrom(alice, carol, BUILDING, 1n, "0x"))
        .to.be.revertedWithCustomError(shares, "ERC7943CannotReceive")
        .withArgs(carol);
      await investors.setStanding(ethers.id(alice.address), FLAG.suspended, 4_000_000_000n);
      await expect(shares.connect(alice).safeTransferFrom(alice, bob, BUILDING, 1n, "0x"))
        .to.be.revertedWithCustomError(shares, "ERC7943CannotSend")
        .withArgs(alice);
    });

    it("rejects the zero address on either side", async () => {
      const { shares, alice } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await expect(shares.connect(alice).safeTransferFrom(alice, ethers.ZeroAddress, BUILDING, 1n, "0x"))
        .to.be.revertedWithCustomError(shares, "ERC1155InvalidReceiver")
        .withArgs(ethers.ZeroAddress);
      await expect(shares.connect(alice).safeTransferFrom(ethers.ZeroAddress, alice, BUILDING, 1n, "0x"))
        .to.be.revertedWithCustomError(shares, "ERC1155InvalidSender")
        .withArgs(ethers.ZeroAddress);
    });

    it("rejects an asset that nobody listed, that is not active, or while the register is paused", async () => {
      const { shares, alice, bob } = await networkHelpers.loadFixture(registerWithTwoAssets);
      const move = (id: bigint) => shares.connect(alice).safeTransferFrom(alice, bob, id, 1n, "0x");

      await expect(move(UNKNOWN)).to.be.revertedWithCustomError(shares, "ShareTokenUnknownAsset").withArgs(UNKNOWN);
      await shares.setAssetState(BUILDING, STATE.suspended);
      await expect(move(BUILDING))
        .to.be.revertedWithCustomError(shares, "ShareTokenStateForbids")
        .withArgs(BUILDING, STATE.suspended);
      await shares.pause();
      await expect(move(PAINTING)).to.be.revertedWithCustomError(shares, "ShareTokenPaused");
    });

    it("checks self and zero transfers like others and lets them change nothing", async () => {
      const { shares, investors, alice, bob } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await shares.connect(alice).safeTransferFrom(alice, alice, BUILDING, 120n, "0x");
      await shares.connect(alice).safeTransferFrom(alice, bob, BUILDING, 0n, "0x");
      expect(await shares.balanceOf(alice, BUILDING)).to.equal(120n);
      expect(await shares.balanceOf(bob, BUILDING)).to.equal(0n);
      await investors.setStanding(ethers.id(alice.address), FLAG.suspended, 4_000_000_000n);
      await expect(
        shares.connect(alice).safeTransferFrom(alice, alice, BUILDING, 0n, "0x"),
      ).to.be.revertedWithCustomError(shares, "ERC7943CannotSend");
    });
  });

  describe("safeBatchTransferFrom", () => {
    it("rejects questions of different lengths", async () => {
      const { shares, alice } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await expect(shares.balanceOfBatch([alice], [BUILDING, PAINTING]))
        .to.be.revertedWithCustomError(shares, "ERC1155InvalidArrayLength")
        .withArgs(2n, 1n);
    });

    it("rejects arrays of different lengths", async () => {
      const { shares, alice, bob } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await expect(shares.connect(alice).safeBatchTransferFrom(alice, bob, [BUILDING, PAINTING], [1n], "0x"))
        .to.be.revertedWithCustomError(shares, "ERC1155InvalidArrayLength")
        .withArgs(2n, 1n);
    });

    it("moves several assets, or nothing when one item fails", async () => {
      const { shares, alice, bob } = await networkHelpers.loadFixture(registerWithTwoAssets);
      const move = (values: bigint[]) =>
        shares.connect(alice).safeBatchTransferFrom(alice, bob, [BUILDING, PAINTING], values, "0x");

      await expect(move([1n, 51n])).to.be.revertedWithCustomError(shares, "ERC1155InsufficientBalance");
      expect(await shares.balanceOf(bob, BUILDING)).to.equal(0n);
      await expect(move([1n, 2n]))
        .to.emit(shares, "TransferBatch")
        .withArgs(alice, alice, bob, [BUILDING, PAINTING], [1n, 2n]);
      expect(await shares.balanceOfBatch([bob, bob], [BUILDING, PAINTING])).to.deep.equal([1n, 2n]);
    });

    it("emits a single transfer for a batch of one, as OpenZeppelin does", async () => {
      const { shares, alice, bob } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await expect(shares.connect(alice).safeBatchTransferFrom(alice, bob, [BUILDING], [3n], "0x"))
        .to.emit(shares, "TransferSingle")
        .withArgs(alice, alice, bob, BUILDING, 3n);
    });
  });

  describe("mint and burn", () => {
    it("issues up to the cap and not one more", async () => {
      const { shares, alice } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await expect(shares.mint(alice, BUILDING, 999_881n, "0x"))
        .to.be.revertedWithCustomError(shares, "ShareTokenCapExceeded")
        .withArgs(BUILDING, 120n, 1_000_000n);
      await shares.mint(alice, BUILDING, 999_880n, "0x");
      expect(await shares.totalSupply(BUILDING)).to.equal(1_000_000n);
    });

    it("holds a cap of 2^63 - 1 exactly", async () => {
      const books = await networkHelpers.loadFixture(registerWithTwoAssets);
      await listAsset(connection, books, 7n, LARGEST);
      await books.shares.setAssetState(7n, STATE.active);

      await books.shares.mint(books.alice, 7n, LARGEST, "0x");
      await books.shares.connect(books.alice).safeTransferFrom(books.alice, books.bob, 7n, LARGEST, "0x");
      expect(await books.shares.balanceOf(books.bob, 7n)).to.equal(LARGEST);
      await expect(books.shares.mint(books.alice, 7n, 2n ** 255n, "0x"))
        .to.be.revertedWithCustomError(books.shares, "ShareTokenCapExceeded")
        .withArgs(7n, LARGEST, LARGEST);
    });

    it("redeems spendable shares only", async () => {
      const { shares, alice } = await networkHelpers.loadFixture(registerWithTwoAssets);
      await shares.setFrozenTokens(alice, BUILDING, 100n);

      await expect(shares.burn(alice, BUILDING, 21n))
        .to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance")
        .withArgs(alice, BUILDING, 21n, 20n);
      await shares.burn(alice, BUILDING, 20n);
      expect(await shares.totalSupply(BUILDING)).to.equal(100n);
    });

    it("issues only to who may receive", async () => {
      const { shares, carol } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await expect(shares.mint(carol, BUILDING, 1n, "0x"))
        .to.be.revertedWithCustomError(shares, "ERC7943CannotReceive")
        .withArgs(carol);
    });
  });

  describe("forcedTransfer", () => {
    it("takes free, then frozen, then locked shares, and says so before the transfer", async () => {
      const { shares, alice, bob } = await networkHelpers.loadFixture(registerWithTwoAssets);
      await shares.setFrozenTokens(alice, BUILDING, 60n);
      await shares.lock(alice, BUILDING, 20n);

      const receipt = await (await shares.forcedTransfer(alice, bob, BUILDING, 110n)).wait();
      expect(receipt?.logs.map((log) => shares.interface.parseLog(log)?.name)).to.deep.equal([
        "Frozen",
        "Locked",
        "TransferSingle",
        "ForcedTransfer",
      ]);
      expect(await shares.balanceOf(alice, BUILDING)).to.equal(10n);
      expect(await shares.getFrozenTokens(alice, BUILDING)).to.equal(0n);
      expect(await shares.lockedOf(alice, BUILDING)).to.equal(10n);
    });

    it("works on a suspended holder, in a suspended asset and while the register is paused", async () => {
      const { shares, investors, alice, bob } = await networkHelpers.loadFixture(registerWithTwoAssets);
      await investors.setStanding(ethers.id(alice.address), FLAG.suspended, 4_000_000_000n);
      await shares.setAssetState(BUILDING, STATE.suspended);
      await shares.pause();

      await expect(shares.forcedTransfer(alice, bob, BUILDING, 5n))
        .to.emit(shares, "ForcedTransfer")
        .withArgs(alice, bob, BUILDING, 5n);
    });

    it("rejects a receiver who may not receive, and more than the balance", async () => {
      const { shares, alice, bob, carol } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await expect(shares.forcedTransfer(alice, carol, BUILDING, 1n))
        .to.be.revertedWithCustomError(shares, "ERC7943CannotReceive")
        .withArgs(carol);
      await expect(shares.forcedTransfer(alice, bob, BUILDING, 121n))
        .to.be.revertedWithCustomError(shares, "ERC1155InsufficientBalance")
        .withArgs(alice, 120n, 121n, BUILDING);
    });

    it("is for the registrar only", async () => {
      const { shares, alice, bob } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await expect(shares.connect(alice).forcedTransfer(alice, bob, BUILDING, 1n))
        .to.be.revertedWithCustomError(shares, "AccessManagedUnauthorized")
        .withArgs(alice);
    });
  });

  describe("setFrozenTokens", () => {
    it("sets an absolute number, which may exceed the balance but not 64 bits", async () => {
      const { shares, alice, bob } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await expect(shares.setFrozenTokens(alice, BUILDING, 200n))
        .to.emit(shares, "Frozen")
        .withArgs(alice, BUILDING, 200n);
      await expect(shares.connect(alice).safeTransferFrom(alice, bob, BUILDING, 1n, "0x"))
        .to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance")
        .withArgs(alice, BUILDING, 1n, 0n);
      await expect(shares.setFrozenTokens(alice, BUILDING, 2n ** 64n))
        .to.be.revertedWithCustomError(shares, "ShareTokenTooLarge")
        .withArgs(2n ** 64n);
    });
  });

  describe("lock and unlock", () => {
    it("locks spendable shares only and unlocks no more than is locked", async () => {
      const { shares, alice } = await networkHelpers.loadFixture(registerWithTwoAssets);
      await shares.setFrozenTokens(alice, BUILDING, 100n);

      await expect(shares.lock(alice, BUILDING, 21n))
        .to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance")
        .withArgs(alice, BUILDING, 21n, 20n);
      await expect(shares.lock(alice, BUILDING, 20n))
        .to.emit(shares, "Locked")
        .withArgs(alice, BUILDING, 20n);
      await expect(shares.unlock(alice, BUILDING, 21n))
        .to.be.revertedWithCustomError(shares, "ShareTokenInsufficientLocked")
        .withArgs(alice, BUILDING, 21n, 20n);
      await expect(shares.unlock(alice, BUILDING, 5n))
        .to.emit(shares, "Locked")
        .withArgs(alice, BUILDING, 15n);
    });
  });

  describe("pause", () => {
    it("is said once, and lifted once", async () => {
      const { shares, admin } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await expect(shares.unpause()).to.be.revertedWithCustomError(shares, "ShareTokenPauseUnchanged").withArgs(false);
      await expect(shares.pause()).to.emit(shares, "PauseSet").withArgs(true, admin);
      expect(await shares.paused()).to.equal(true);
      await expect(shares.pause()).to.be.revertedWithCustomError(shares, "ShareTokenPauseUnchanged").withArgs(true);
      await shares.unpause();
      expect(await shares.paused()).to.equal(false);
    });
  });

  describe("settleNet", () => {
    it("moves net deltas through the desk and leaves the desk where it began", async () => {
      const { shares, admin, alice, bob } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await expect(shares.settleNet(BUILDING, [alice, bob], [-30n, 30n]))
        .to.emit(shares, "TransferSingle")
        .withArgs(admin, alice, admin, BUILDING, 30n)
        .and.to.emit(shares, "TransferSingle")
        .withArgs(admin, admin, bob, BUILDING, 30n);
      expect(await shares.balanceOf(bob, BUILDING)).to.equal(30n);
      expect(await shares.balanceOf(admin, BUILDING)).to.equal(0n);
    });

    it("rejects sums off by one, credits before debits, zero deltas and who may not receive", async () => {
      const { shares, alice, bob, carol } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await expect(shares.settleNet(BUILDING, [alice, bob], [-30n, 31n]))
        .to.be.revertedWithCustomError(shares, "ShareTokenNetNotZero")
        .withArgs(BUILDING, 1n);
      await expect(shares.settleNet(BUILDING, [bob, alice], [30n, -30n]))
        .to.be.revertedWithCustomError(shares, "ShareTokenNetOutOfOrder")
        .withArgs(BUILDING, 1n);
      await expect(shares.settleNet(BUILDING, [alice], [0n]))
        .to.be.revertedWithCustomError(shares, "ShareTokenNetOutOfOrder")
        .withArgs(BUILDING, 0n);
      await expect(shares.settleNet(BUILDING, [alice, carol], [-30n, 30n]))
        .to.be.revertedWithCustomError(shares, "ShareTokenPartyRefused")
        .withArgs(BUILDING, carol, 12n);
      await expect(shares.settleNet(BUILDING, [alice, bob], [-121n, 121n]))
        .to.be.revertedWithCustomError(shares, "ERC1155InsufficientBalance")
        .withArgs(alice, 120n, 121n, BUILDING);
    });

    it("takes no credit of more than 64 bits, also if the credits go round to what was debited", async () => {
      const { shares, alice, bob } = await networkHelpers.loadFixture(registerWithTwoAssets);
      const most = (1n << 64n) - 1n;
      const half = (1n << 255n) - 1n;

      await expect(shares.settleNet(BUILDING, [bob], [most]))
        .to.be.revertedWithCustomError(shares, "ShareTokenNetNotZero")
        .withArgs(BUILDING, most);
      await expect(shares.settleNet(BUILDING, [bob], [most + 1n]))
        .to.be.revertedWithCustomError(shares, "ShareTokenTooLarge")
        .withArgs(most + 1n);
      await expect(shares.settleNet(BUILDING, [alice, bob, bob, bob], [-1n, half, half, 3n]))
        .to.be.revertedWithCustomError(shares, "ShareTokenTooLarge")
        .withArgs(half);
      await expect(shares.settleNet(BUILDING, [alice], [-(1n << 255n)]))
        .to.be.revertedWithCustomError(shares, "ERC1155InsufficientBalance")
        .withArgs(alice, 120n, 1n << 255n, BUILDING);
    });
  });

  describe("listAsset and setAssetState", () => {
    it("rejects an anchor that is not bound to this very id, a cap of zero or over 63 bits, and a second listing", async () => {
      const books = await networkHelpers.loadFixture(registerWithTwoAssets);
      const { shares } = books;
      const anchorId = await shares.anchorIdOf(BUILDING);

      await expect(shares.listAsset(3n, anchorId, 10n, ""))
        .to.be.revertedWithCustomError(shares, "ShareTokenAnchorNotBound")
        .withArgs(3n, anchorId);
      await expect(shares.listAsset(3n, anchorId, 0n, ""))
        .to.be.revertedWithCustomError(shares, "ShareTokenInvalidTerms")
        .withArgs(3n, anchorId, 0n);
      await expect(shares.listAsset(3n, anchorId, 2n ** 63n, ""))
        .to.be.revertedWithCustomError(shares, "ShareTokenInvalidTerms")
        .withArgs(3n, anchorId, 2n ** 63n);
      await expect(shares.listAsset(BUILDING, anchorId, 10n, ""))
        .to.be.revertedWithCustomError(shares, "ShareTokenAssetExists")
        .withArgs(BUILDING);
    });

    it("keeps to the life of an asset, and retires only one without shares", async () => {
      const { shares, alice } = await networkHelpers.loadFixture(registerWithTwoAssets);

      await expect(shares.setAssetState(BUILDING, STATE.offered))
        .to.be.revertedWithCustomError(shares, "ShareTokenNoSuchTransition")
        .withArgs(BUILDING, STATE.active, STATE.offered);
      await shares.setAssetState(BUILDING, STATE.redeeming);
      await expect(shares.setAssetState(BUILDING, STATE.retired))
        .to.be.revertedWithCustomError(shares, "ShareTokenNoSuchTransition")
        .withArgs(BUILDING, STATE.redeeming, STATE.retired);
      await shares.burn(alice, BUILDING, 120n);
      await expect(shares.setAssetState(BUILDING, STATE.retired))
        .to.emit(shares, "AssetStateChanged")
        .withArgs(BUILDING, STATE.redeeming, STATE.retired);
    });

    it("knows every transition there is, and no other", async () => {
      const { shares, alice } = await networkHelpers.loadFixture(registerWithTwoAssets);
      await shares.burn(alice, BUILDING, 120n); // so that retiring is a matter of the state alone
      const { listed, offered, active, suspended, redeeming, retired } = STATE;
      const roads = new Map<bigint, readonly bigint[]>([
        [listed, [offered, active]],
        [offered, [listed, active]],
        [active, [suspended, redeeming]],
        [suspended, [active, redeeming]],
        [redeeming, [suspended, retired]],
        [retired, []],
      ]);
      /** From Active, how to come to each state; Listed and Offered are reached on another asset. */
      const paths = new Map<bigint, readonly bigint[]>([
        [active, []],
        [suspended, [suspended]],
        [redeeming, [redeeming]],
        [retired, [redeeming, retired]],
      ]);

      for (const [state, path] of paths) {
        for (const next of Object.values(STATE)) {
          const snapshot = await networkHelpers.takeSnapshot();
          for (const step of path) await shares.setAssetState(BUILDING, step);
          const move = shares.setAssetState(BUILDING, next);
          if (roads.get(state)?.includes(next)) {
            await expect(move).to.emit(shares, "AssetStateChanged").withArgs(BUILDING, state, next);
          } else {
            await expect(move)
              .to.be.revertedWithCustomError(shares, "ShareTokenNoSuchTransition")
              .withArgs(BUILDING, state, next);
          }
          await snapshot.restore();
        }
      }
    });

    it("lets a listed asset be offered and taken back, and a failed offer be listed again", async () => {
      const books = await networkHelpers.loadFixture(registerWithTwoAssets);
      await listAsset(connection, books, 5n);

      await books.shares.setAssetState(5n, STATE.offered);
      await books.shares.setAssetState(5n, STATE.listed);
      await expect(books.shares.setAssetState(5n, STATE.suspended))
        .to.be.revertedWithCustomError(books.shares, "ShareTokenNoSuchTransition")
        .withArgs(5n, STATE.listed, STATE.suspended);
      expect(await books.shares.uri(5n)).to.equal("ipfs://asset-5");
    });

    it("says whether the anchor is active for the asset", async () => {
      const { shares, anchors } = await networkHelpers.loadFixture(registerWithTwoAssets);
      expect(await shares.isAnchorActiveFor(BUILDING)).to.equal(true);

      await anchors.deactivateAnchor(await shares.anchorIdOf(BUILDING), "sold");
      expect(await shares.isAnchorActiveFor(BUILDING)).to.equal(false);
      await expect(shares.anchorIdOf(UNKNOWN)).to.be.revertedWithCustomError(shares, "ShareTokenUnknownAsset");
    });
  });

  describe("supportsInterface", () => {
    for (const [name, id] of [
      ["ERC-165", "0x01ffc9a7"],
      ["ERC-1155", "0xd9b67a26"],
      ["ERC-1155 metadata", "0x0e89341c"],
      ["ERC-7943 MultiToken", "0x41c4fbad"],
      ["ERC-5615", "0xf2d03e40"],
      ["ERC-8325 token id", "0x4a967b01"],
    ] as const) {
      it(`announces ${name} under the id that the standard prints`, async () => {
        const { shares } = await networkHelpers.loadFixture(registerWithTwoAssets);
        expect(await shares.supportsInterface(id)).to.equal(true);
      });
    }

    it("does not announce 0xffffffff", async () => {
      const { shares } = await networkHelpers.loadFixture(registerWithTwoAssets);
      expect(await shares.supportsInterface("0xffffffff")).to.equal(false);
    });
  });

  describe("upgrade", () => {
    it("cannot be initialised again, neither the proxy nor the implementation", async () => {
      const { shares, admin } = await networkHelpers.loadFixture(registerWithTwoAssets);
      const implementation = await ethers.getContractAt("ShareToken", await deployBookCode(connection, "ShareToken"));

      for (const target of [shares, implementation]) {
        await expect(target.initialize(admin, admin, admin, admin)).to.be.revertedWithCustomError(
          shares,
          "InvalidInitialization",
        );
      }
    });

    it("keeps balances over an upgrade, and is for the upgrader only", async () => {
      const { shares, alice } = await networkHelpers.loadFixture(registerWithTwoAssets);
      const next = await deployBookCode(connection, "ShareToken");

      await expect(shares.connect(alice).upgradeToAndCall(next, "0x"))
        .to.be.revertedWithCustomError(shares, "AccessManagedUnauthorized")
        .withArgs(alice);
      await shares.upgradeToAndCall(next, "0x");
      expect(await shares.balanceOf(alice, BUILDING)).to.equal(120n);
    });
  });
});
