import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { deployBooks, listAsset, onboard, STATE } from "../../helpers/books.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const { time } = networkHelpers;

const A = 1n;
const B = 2n;

/** Two active assets and three investors who hold none of them yet. */
async function registerWithoutHolders() {
  const books = await deployBooks(connection);
  const [alice, bob, carol] = books.others;
  if (!alice || !bob || !carol) throw new Error("four accounts are needed");
  for (const id of [A, B]) {
    await listAsset(connection, books, id);
    await books.shares.setAssetState(id, STATE.active);
  }
  for (const wallet of [alice, bob, carol]) await onboard(connection, books, wallet);
  return { ...books, alice, bob, carol };
}

describe("ShareToken and the standards around it", () => {
  it("P17: announces every interface that it has, under the id that the standard prints, and no other", async () => {
    const { shares } = await networkHelpers.loadFixture(registerWithoutHolders);
    const announced = {
      "ERC-165": "0x01ffc9a7",
      "ERC-1155": "0xd9b67a26",
      "ERC-1155 metadata": "0x0e89341c",
      "ERC-2981": "0x2a55205a",
      "ERC-5216": "0x1be07d74",
      "ERC-5267": "0x84b0196e",
      "ERC-5615": "0xf2d03e40",
      "ERC-7572": "0xe8a3d485",
      "ERC-7943 MultiToken": "0x41c4fbad",
      "ERC-8325 token id": "0x4a967b01",
    };
    const foreign = {
      "nothing (ERC-165)": "0xffffffff",
      "ERC-20": "0x36372b07",
      "ERC-721": "0x80ac58cd",
      "ERC-1155 receiver": "0x4e2312e0",
      "ERC-7943 Fungible": "0x29388973",
      "ERC-7943 NonFungible": "0x3a9ef8b9",
    };

    for (const [name, id] of Object.entries(announced)) expect(await shares.supportsInterface(id), name).to.equal(true);
    for (const [name, id] of Object.entries(foreign)) expect(await shares.supportsInterface(id), name).to.equal(false);
  });

  describe("royalties (ERC-2981)", () => {
    it("are a part of the price per asset, rounded down, at any price", async () => {
      const { shares, alice } = await networkHelpers.loadFixture(registerWithoutHolders);
      expect(await shares.royaltyInfo(A, 1_000n)).to.deep.equal([ZeroAddress, 0n]);

      await expect(shares.setRoyalty(A, alice, 250n))
        .to.emit(shares, "RoyaltySet")
        .withArgs(A, alice, 250n);
      expect(await shares.royaltyInfo(A, 1_000n)).to.deep.equal([alice.address, 25n]);
      expect(await shares.royaltyInfo(A, 39n)).to.deep.equal([alice.address, 0n]);
      expect(await shares.royaltyInfo(A, MaxUint256)).to.deep.equal([alice.address, (MaxUint256 * 250n) / 10_000n]);
      expect(await shares.royaltyInfo(B, 1_000n)).to.deep.equal([ZeroAddress, 0n]);
    });

    it("are at most a tenth, and the issuer's to set", async () => {
      const { shares, alice } = await networkHelpers.loadFixture(registerWithoutHolders);

      await shares.setRoyalty(A, alice, 1_000n);
      await expect(shares.setRoyalty(A, alice, 1_001n))
        .to.be.revertedWithCustomError(shares, "ShareTokenRoyaltyTooHigh")
        .withArgs(A, 1_001n);
      await expect(shares.connect(alice).setRoyalty(A, alice, 1n))
        .to.be.revertedWithCustomError(shares, "AccessManagedUnauthorized")
        .withArgs(alice);
    });
  });

  it("says where the contract is described (ERC-7572), for the issuer to change", async () => {
    const { shares, alice } = await networkHelpers.loadFixture(registerWithoutHolders);
    expect(await shares.contractURI()).to.equal("");

    await expect(shares.setContractURI("ipfs://register")).to.emit(shares, "ContractURIUpdated");
    expect(await shares.contractURI()).to.equal("ipfs://register");
    await expect(shares.connect(alice).setContractURI("ipfs://other"))
      .to.be.revertedWithCustomError(shares, "AccessManagedUnauthorized")
      .withArgs(alice);
  });

  it("names the book that answers an interface, for the admin to change", async () => {
    const { shares, alice, bob } = await networkHelpers.loadFixture(registerWithoutHolders);
    expect(await shares.registryOf("0x12345678")).to.equal(ZeroAddress);

    await expect(shares.setRegistry("0x12345678", bob)).to.emit(shares, "RegistrySet").withArgs("0x12345678", bob);
    expect(await shares.registryOf("0x12345678")).to.equal(bob.address);
    expect(await shares.registryOf("0x12345679")).to.equal(ZeroAddress);
    await expect(shares.connect(alice).setRegistry("0x12345678", alice))
      .to.be.revertedWithCustomError(shares, "AccessManagedUnauthorized")
      .withArgs(alice);
  });

  it("takes the rules' word, and nobody else's, on whether rules are asked", async () => {
    const { shares, admin } = await networkHelpers.loadFixture(registerWithoutHolders);

    await expect(shares.setRuled(A, true)).to.be.revertedWithCustomError(shares, "ShareTokenNotRules").withArgs(admin);
  });

  it("names the books that it works with", async () => {
    const { shares, investors, rules, anchors } = await networkHelpers.loadFixture(registerWithoutHolders);

    expect(await shares.investors()).to.equal(await investors.getAddress());
    expect(await shares.rules()).to.equal(await rules.getAddress());
    expect(await shares.anchorRegistry()).to.equal(await anchors.getAddress());
  });
});

describe("ShareToken lists of holders", () => {
  it("keeps everybody who ever held, once, in the order of coming, and hands them out in pages", async () => {
    const { shares, alice, bob, carol } = await networkHelpers.loadFixture(registerWithoutHolders);
    await shares.mint(alice, A, 10n, "0x");
    await shares.mint(carol, A, 5n, "0x");
    await shares.connect(alice).safeTransferFrom(alice, bob, A, 10n, "0x");
    await shares.connect(bob).safeTransferFrom(bob, alice, A, 4n, "0x"); // comes back, and is on the list already
    await shares.connect(carol).safeTransferFrom(carol, carol, A, 5n, "0x");
    const all = [alice.address, carol.address, bob.address];

    expect(await shares.everHeldCount(A)).to.equal(3n);
    expect(await shares.holdersPage(A, 0n, 100n)).to.deep.equal([all, [4n, 5n, 6n]]);
    expect(await shares.holdersPage(A, 0n, 2n)).to.deep.equal([all.slice(0, 2), [4n, 5n]]);
    expect(await shares.holdersPage(A, 2n, MaxUint256)).to.deep.equal([all.slice(2), [6n]]);
    for (const [first, count] of [
      [3n, 1n],
      [MaxUint256, MaxUint256],
      [0n, 0n],
    ] as const) {
      expect(await shares.holdersPage(A, first, count)).to.deep.equal([[], []]);
    }
    expect(await shares.holdersPage(B, 0n, 9n)).to.deep.equal([[], []]);
  });

  it("pages through a record as it was; who came later held nothing", async () => {
    const { shares, alice, bob, carol } = await networkHelpers.loadFixture(registerWithoutHolders);
    await shares.mint(alice, A, 10n, "0x");
    await shares.mint(bob, A, 5n, "0x");
    const instant = BigInt(await time.latest()) + 10n;
    await time.setNextBlockTimestamp(instant);
    await shares.openRecord(A, instant);
    await expect(shares.holdersPageAt(A, 0n, 0n, 9n))
      .to.be.revertedWithCustomError(shares, "ShareTokenRecordNotReadable")
      .withArgs(A, 0n, instant);
    await time.increaseTo(instant + 1n);
    await shares.connect(bob).safeTransferFrom(bob, carol, A, 5n, "0x");
    await shares.connect(alice).safeTransferFrom(alice, bob, A, 1n, "0x");

    const all = [alice.address, bob.address, carol.address];
    expect(await shares.holdersPageAt(A, 0n, 0n, 9n)).to.deep.equal([all, [10n, 5n, 0n]]);
    expect(await shares.holdersPageAt(A, 0n, 1n, 1n)).to.deep.equal([all.slice(1, 2), [5n]]);
    expect(await shares.holdersPage(A, 0n, 9n)).to.deep.equal([all, [9n, 1n, 5n]]);
    await expect(shares.holdersPageAt(A, 1n, 0n, 9n))
      .to.be.revertedWithCustomError(shares, "ShareTokenUnknownRecord")
      .withArgs(A, 1n);
  });

  it("counts in how many assets an account holds shares, whichever way they came and went", async () => {
    const { shares, investors, alice, bob, carol } = await networkHelpers.loadFixture(registerWithoutHolders);
    const held = (wallet: { address: string }) => shares.heldAssetsOf(wallet.address);
    await shares.mint(alice, A, 10n, "0x");
    await shares.mint(alice, B, 10n, "0x");
    await shares.mint(alice, B, 0n, "0x");
    expect(await held(alice)).to.equal(2n);

    await shares.connect(alice).safeTransferFrom(alice, bob, A, 0n, "0x");
    expect(await held(bob)).to.equal(0n);
    await shares.settleNet(A, [alice, bob], [-10n, 10n]);
    expect([await held(alice), await held(bob)]).to.deep.equal([1n, 1n]);
    await shares.forcedTransfer(bob, alice, A, 10n);
    expect([await held(alice), await held(bob)]).to.deep.equal([2n, 0n]);
    await shares.connect(alice).safeTransferFrom(alice, alice, A, 10n, "0x");
    await shares.burnBatch(alice, [A, B], [10n, 9n]);
    expect(await held(alice)).to.equal(1n);
    const [, next] = [carol, (await connection.ethers.getSigners())[9]];
    if (!next) throw new Error("ten accounts are needed");
    await investors.recover(alice, next);
    await shares.recoverPositions(alice, [A, B]);
    expect([await held(alice), await held(next)]).to.deep.equal([0n, 1n]);
  });
});
