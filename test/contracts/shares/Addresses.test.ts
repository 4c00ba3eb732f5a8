import { expect } from "chai";
import { toBeHex, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { deployBooks, listAsset, onboard, STATE } from "../../helpers/books.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const A = 1n;
const B = 2n;

/** Two active assets of which alice and the wallet next to the zero address hold 100 each, and bob nothing. */
async function twoAssets() {
  const books = await deployBooks(connection);
  const [alice, bob] = books.others;
  if (!alice || !bob) throw new Error("three accounts are needed");
  const one = await ethers.getImpersonatedSigner(toBeHex(1, 20));
  await networkHelpers.setBalance(one.address, 10n ** 18n);
  for (const wallet of [alice, bob, one]) await onboard(connection, books, wallet);
  for (const id of [A, B]) {
    await listAsset(connection, books, id);
    await books.shares.setAssetState(id, STATE.active);
    for (const wallet of [alice, one]) await books.shares.mint(wallet, id, 100n, "0x");
  }
  return { ...books, alice, bob, one };
}

describe("Only zero is the address of nobody", () => {
  it("shares of the address next to it move like any other's, one by one and in batches", async () => {
    const { shares, alice, bob, one } = await networkHelpers.loadFixture(twoAssets);
    const balances = async () => [await shares.balanceOf(one, A), await shares.balanceOf(one, B)];

    expect([await shares.canTransfer(one, bob, A, 100n), await shares.canTransfer(alice, one, A, 100n)]).to.deep.equal([
      true,
      true,
    ]);
    await shares.connect(one).safeTransferFrom(one, bob, A, 1n, "0x");
    await shares.connect(alice).safeTransferFrom(alice, one, A, 2n, "0x");
    await shares.connect(one).safeBatchTransferFrom(one, bob, [A, B], [3n, 4n], "0x");
    await shares.connect(alice).safeBatchTransferFrom(alice, one, [A, B], [5n, 6n], "0x");
    expect(await balances()).to.deep.equal([103n, 102n]);
    await shares.burn(one, A, 3n);
    await shares.burnBatch(one, [A, B], [1n, 2n]);
    await shares.mint(one, A, 1n, "0x");
    expect(await balances()).to.deep.equal([100n, 100n]);
    expect([await shares.totalSupply(A), await shares.totalSupply(B)]).to.deep.equal([197n, 198n]);
    await shares.settleNet(A, [one, alice], [-10n, 10n]);
    await shares.settleNet(A, [alice, one], [-20n, 20n]);
    expect(await shares.balanceOf(one, A)).to.equal(110n);
  });

  it("it may be an operator, be approved for one asset, be frozen and locked, and be moved by force", async () => {
    const { shares, alice, bob, one } = await networkHelpers.loadFixture(twoAssets);

    await shares.connect(alice).setApprovalForAll(one, true);
    await shares.connect(one).safeTransferFrom(alice, bob, A, 1n, "0x");
    await shares.connect(bob).approve(one, A, 1n);
    await shares.connect(one).safeTransferFrom(bob, alice, A, 1n, "0x");
    await shares.setFrozenTokens(one, A, 10n);
    await shares.lock(one, A, 20n);
    expect(await shares.spendableOf(one, A)).to.equal(70n);
    await shares.unlock(one, A, 20n);
    await shares.forcedTransfer(one, bob, A, 100n);
    await shares.forcedTransfer(alice, one, A, 50n);
    expect([await shares.balanceOf(one, A), await shares.balanceOf(bob, A)]).to.deep.equal([50n, 100n]);
  });

  it("a word with a bit above the address is nobody's in a chunk: no position is read or written for it", async () => {
    const { admin, shares, alice, bob } = await networkHelpers.loadFixture(twoAssets);
    const settle = (seller: bigint, buyer: bigint) => {
      const lists = [A, [seller, buyer], [-10n, 10n]];
      const words = ethers.AbiCoder.defaultAbiCoder().encode(["uint256", "uint256[]", "int256[]"], lists);
      const { selector } = shares.interface.getFunction("settleNet");
      return admin.sendTransaction({ to: shares.target, data: ethers.concat([selector, words]) });
    };
    const [seller, buyer] = [BigInt(alice.address), BigInt(bob.address)];

    for (const bit of [160n, 200n, 255n]) {
      await expect(settle(seller | (1n << bit), buyer)).to.be.revertedWithoutReason(ethers);
      await expect(settle(seller, buyer | (1n << bit))).to.be.revertedWithoutReason(ethers);
    }
    await settle(seller, buyer);
    expect([await shares.balanceOf(alice, A), await shares.balanceOf(bob, A)]).to.deep.equal([90n, 10n]);
  });

  it("zero itself is refused wherever somebody has to be", async () => {
    const { shares, alice } = await networkHelpers.loadFixture(twoAssets);
    const byAlice = shares.connect(alice);
    const refused = {
      ERC1155InvalidReceiver: [
        () => byAlice.safeTransferFrom(alice, ZeroAddress, A, 1n, "0x"),
        () => byAlice.safeBatchTransferFrom(alice, ZeroAddress, [A], [1n], "0x"),
        () => byAlice.safeBatchTransferFrom(alice, ZeroAddress, [], [], "0x"),
        () => shares.mint(ZeroAddress, A, 1n, "0x"),
        () => shares.forcedTransfer(alice, ZeroAddress, A, 1n),
      ],
      ERC1155InvalidSender: [
        () => byAlice.safeTransferFrom(ZeroAddress, alice, A, 1n, "0x"),
        () => byAlice.safeBatchTransferFrom(ZeroAddress, alice, [A], [1n], "0x"),
        () => shares.burn(ZeroAddress, A, 1n),
        () => shares.burn(ZeroAddress, A, 0n),
        () => shares.burnBatch(ZeroAddress, [A], [1n]),
        () => shares.burnBatch(ZeroAddress, [], []),
        () => shares.forcedTransfer(ZeroAddress, alice, A, 1n),
      ],
      ERC1155InvalidOperator: [
        () => byAlice.setApprovalForAll(ZeroAddress, true),
        () => byAlice.approve(ZeroAddress, A, 1n),
      ],
    };

    for (const [name, attempts] of Object.entries(refused)) {
      for (const [place, attempt] of attempts.entries()) {
        await expect(attempt(), `${name} ${place}`).to.be.revertedWithCustomError(shares, name).withArgs(ZeroAddress);
      }
    }
    expect(await shares.canTransfer(ZeroAddress, alice, A, 1n)).to.equal(false);
    expect(await shares.canTransfer(alice, ZeroAddress, A, 1n)).to.equal(false);
    expect(await shares.canTransfer(ZeroAddress, ZeroAddress, A, 0n)).to.equal(false);
  });
});

describe("What force takes first", () => {
  for (const locked of [0n, 20n, 100n]) {
    for (const frozen of [0n, 30n, 80n, 100n, 500n]) {
      it(`is what is free, then frozen, then locked: ${locked} locked, ${frozen} frozen`, async () => {
        const { shares, alice, bob } = await networkHelpers.loadFixture(twoAssets);
        await shares.lock(alice, A, locked);
        await shares.setFrozenTokens(alice, A, frozen);
        const free = 100n > locked + frozen ? 100n - locked - frozen : 0n;
        const edges = [0n, 1n, free, free + 1n, free + frozen - 1n, free + frozen, free + frozen + 1n, 99n, 100n];

        for (const value of new Set(edges.filter((edge) => edge >= 0n && edge <= 100n))) {
          const snapshot = await networkHelpers.takeSnapshot();
          const receipt = await (await shares.forcedTransfer(alice, bob, A, value)).wait();
          const beyond = value > free ? value - free : 0n;
          const nextFrozen = beyond < frozen ? frozen - beyond : 0n;
          const nextLocked = locked < 100n - value ? locked : 100n - value;
          expect(
            [
              await shares.getFrozenTokens(alice, A),
              await shares.lockedOf(alice, A),
              await shares.balanceOf(alice, A),
              await shares.balanceOf(bob, A),
            ],
            String(value),
          ).to.deep.equal([nextFrozen, nextLocked, 100n - value, value]);
          expect(receipt?.logs.map((log) => shares.interface.parseLog(log)?.name)).to.deep.equal([
            ...(nextFrozen === frozen ? [] : ["Frozen"]),
            ...(nextLocked === locked ? [] : ["Locked"]),
            "TransferSingle",
            "ForcedTransfer",
          ]);
          await snapshot.restore();
        }
      });
    }
  }
});
