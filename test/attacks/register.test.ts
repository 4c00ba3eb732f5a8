import { expect } from "chai";
import { network } from "hardhat";
import { deployBookCode, deployBooks, listAsset, onboard, STATE } from "../helpers/books.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const BUILDING = 1n;

/** An active asset; alice holds 120 shares, 60 of them frozen; bob may hold too. */
async function holderWithFrozenShares() {
  const books = await deployBooks(connection);
  const [alice, bob] = books.others;
  if (!alice || !bob) throw new Error("three accounts are needed");
  await listAsset(connection, books, BUILDING);
  await books.shares.setAssetState(BUILDING, STATE.active);
  await onboard(connection, books, alice);
  await onboard(connection, books, bob);
  await books.shares.mint(alice, BUILDING, 120n, "0x");
  await books.shares.setFrozenTokens(alice, BUILDING, 60n);
  return { ...books, alice, bob };
}

/** The same, and a contract that may hold and misbehaves in its acceptance hook. */
async function holderAndHostileReceiver() {
  const books = await holderWithFrozenShares();
  const receiver = await ethers.deployContract("MockHookReceiver", [books.shares]);
  await onboard(connection, books, await receiver.getAddress());
  return { ...books, receiver };
}

describe("Attacks on the register", () => {
  describe("the four defects of ERC-7943's reference implementation", () => {
    it("P1: duplicate ids in a batch transfer cannot move frozen shares", async () => {
      const { shares, alice, bob } = await networkHelpers.loadFixture(holderWithFrozenShares);

      await expect(shares.connect(alice).safeBatchTransferFrom(alice, bob, [BUILDING, BUILDING], [60n, 60n], "0x"))
        .to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance")
        .withArgs(alice, BUILDING, 60n, 0n);
      expect(await shares.balanceOf(alice, BUILDING)).to.equal(120n);
    });

    it("P2: duplicate ids in a burn cannot redeem frozen shares", async () => {
      const { shares, alice } = await networkHelpers.loadFixture(holderWithFrozenShares);

      await expect(shares.burnBatch(alice, [BUILDING, BUILDING], [60n, 1n]))
        .to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance")
        .withArgs(alice, BUILDING, 1n, 0n);
      await shares.burnBatch(alice, [BUILDING, BUILDING], [59n, 1n]);
      expect(await shares.balanceOf(alice, BUILDING)).to.equal(60n);
      expect(await shares.getFrozenTokens(alice, BUILDING)).to.equal(60n);
    });

    it("P18: a forced transfer to self cannot unfreeze", async () => {
      const { shares, alice } = await networkHelpers.loadFixture(holderWithFrozenShares);

      await expect(shares.forcedTransfer(alice, alice, BUILDING, 120n))
        .to.be.revertedWithCustomError(shares, "ShareTokenForcedToSelf")
        .withArgs(alice);
      expect(await shares.getFrozenTokens(alice, BUILDING)).to.equal(60n);
    });

    it("canTransfer beyond the balance is true with and without a freeze, because a shortage is no missing permission", async () => {
      const { shares, alice, bob } = await networkHelpers.loadFixture(holderWithFrozenShares);

      expect(await shares.canTransfer(alice, bob, BUILDING, 60n)).to.equal(true);
      expect(await shares.canTransfer(alice, bob, BUILDING, 61n)).to.equal(false);
      expect(await shares.canTransfer(alice, bob, BUILDING, 121n)).to.equal(true);
      await shares.setFrozenTokens(alice, BUILDING, 0n);
      expect(await shares.canTransfer(alice, bob, BUILDING, 121n)).to.equal(true);
      expect(await shares.canTransfer(alice, bob, BUILDING, 2n ** 256n - 1n)).to.equal(true);
    });
  });

  it("P3: inside the acceptance hook everything is final already", async () => {
    const { shares, alice, receiver } = await networkHelpers.loadFixture(holderAndHostileReceiver);

    await shares.connect(alice).safeTransferFrom(alice, receiver, BUILDING, 50n, "0x");
    expect(await receiver.seenBalance()).to.equal(50n);
    expect(await receiver.seenSupply()).to.equal(120n);
    expect(await receiver.seenSenderBalance()).to.equal(70n);
  });

  it("P4: a receiver that moves on in its hook cannot make shares out of nothing", async () => {
    const { shares, alice, bob, receiver } = await networkHelpers.loadFixture(holderAndHostileReceiver);
    await receiver.passOnTo(bob);

    await shares.connect(alice).safeTransferFrom(alice, receiver, BUILDING, 50n, "0x");
    expect(await shares.balanceOf(bob, BUILDING)).to.equal(50n);
    expect(await shares.balanceOf(receiver, BUILDING)).to.equal(0n);
    expect(await shares.totalSupply(BUILDING)).to.equal(120n);
  });

  it("P6: a receiver that rejects stops an ordinary transfer, and neither enforcement nor netting", async () => {
    const { shares, alice, receiver } = await networkHelpers.loadFixture(holderAndHostileReceiver);
    await receiver.reject();

    await expect(shares.connect(alice).safeTransferFrom(alice, receiver, BUILDING, 1n, "0x"))
      .to.be.revertedWithCustomError(shares, "ERC1155InvalidReceiver")
      .withArgs(receiver);
    await shares.forcedTransfer(alice, receiver, BUILDING, 1n);
    await shares.settleNet(BUILDING, [alice, receiver], [-1n, 1n]);
    expect(await shares.balanceOf(receiver, BUILDING)).to.equal(2n);
  });

  it("P7: a batch of one calls the batch hook, a single the single hook, as OpenZeppelin 5.6 does", async () => {
    const { shares, alice, receiver } = await networkHelpers.loadFixture(holderAndHostileReceiver);

    await shares.connect(alice).safeBatchTransferFrom(alice, receiver, [BUILDING], [1n], "0x");
    await shares.connect(alice).safeTransferFrom(alice, receiver, BUILDING, 1n, "0x");
    expect([await receiver.batchCalls(), await receiver.singleCalls()]).to.deep.equal([1n, 1n]);
  });

  it("P10: a holder moves his own shares without an approval to himself", async () => {
    const { shares, alice, bob } = await networkHelpers.loadFixture(holderWithFrozenShares);

    await shares.connect(alice).safeTransferFrom(alice, bob, BUILDING, 1n, "0x");
    expect(await shares.balanceOf(bob, BUILDING)).to.equal(1n);
  });

  it("P19: shares frozen beyond the balance lock nobody else and never make a view revert", async () => {
    const { shares, alice, bob } = await networkHelpers.loadFixture(holderWithFrozenShares);
    await shares.setFrozenTokens(alice, BUILDING, 2n ** 64n - 1n);

    expect(await shares.canTransfer(alice, bob, BUILDING, 1n)).to.equal(false);
    expect(await shares.spendableOf(alice, BUILDING)).to.equal(0n);
    await shares.forcedTransfer(alice, bob, BUILDING, 120n);
    expect(await shares.getFrozenTokens(alice, BUILDING)).to.equal(2n ** 64n - 1n - 120n);
    await shares.connect(bob).safeTransferFrom(bob, alice, BUILDING, 1n, "0x");
  });

  it("P25: whoever is to be seized from cannot shift shares to another wallet of his", async () => {
    const { shares, investors, alice, bob, others } = await networkHelpers.loadFixture(holderWithFrozenShares);
    const second = others[4];
    if (!second) throw new Error("six accounts are needed");
    await investors.addWallet(ethers.id(alice.address), second);
    await shares.connect(alice).safeTransferFrom(alice, second, BUILDING, 20n, "0x");

    await investors.setStanding(ethers.id(alice.address), 1n, 4_000_000_000n); // the investor, with every wallet he has
    for (const [from, to] of [
      [alice, second],
      [second, alice],
    ] as const) {
      await expect(shares.connect(from).safeTransferFrom(from, to, BUILDING, 1n, "0x"))
        .to.be.revertedWithCustomError(shares, "ERC7943CannotSend")
        .withArgs(from);
    }
    await shares.forcedTransfer(alice, bob, BUILDING, 100n);
    await shares.forcedTransfer(second, bob, BUILDING, 20n);
    expect(await shares.balanceOf(bob, BUILDING)).to.equal(120n);
  });

  it("P28: force, recovery and netting call no hook, so that nothing can be done while they are under way", async () => {
    const { shares, investors, alice, bob, receiver } = await networkHelpers.loadFixture(holderAndHostileReceiver);
    await receiver.passOnTo(bob);
    await shares.forcedTransfer(alice, receiver, BUILDING, 10n);
    await shares.settleNet(BUILDING, [alice, receiver], [-5n, 5n]);
    const successor = await ethers.deployContract("MockHookReceiver", [shares]);
    await investors.recover(receiver, successor);
    await shares.recoverPositions(receiver, [BUILDING]);

    for (const each of [receiver, successor]) {
      expect([await each.singleCalls(), await each.batchCalls()]).to.deep.equal([0n, 0n]);
    }
    expect(await shares.balanceOf(successor, BUILDING)).to.equal(15n);
    expect(await shares.balanceOf(bob, BUILDING)).to.equal(0n);
  });

  it("P38: nobody can initialise an implementation", async () => {
    const { admin } = await networkHelpers.loadFixture(holderWithFrozenShares);
    const investors = await ethers.deployContract("InvestorRegistry");
    const rules = await ethers.getContractAt("TransferRules", await deployBookCode(connection, "TransferRules"));

    await expect(investors.initialize(admin)).to.be.revertedWithCustomError(investors, "InvalidInitialization");
    await expect(rules.initialize(admin, admin)).to.be.revertedWithCustomError(rules, "InvalidInitialization");
  });

  it("P44: a wallet of one investor cannot be taken by another", async () => {
    const { investors, alice, bob } = await networkHelpers.loadFixture(holderWithFrozenShares);

    await expect(investors.addWallet(ethers.id(bob.address), alice))
      .to.be.revertedWithCustomError(investors, "InvestorRegistryWalletTaken")
      .withArgs(alice, ethers.id(alice.address));
  });
});
