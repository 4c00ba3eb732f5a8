import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { deployBooks, listAsset, onboard, STATE } from "../../helpers/books.ts";

const connection = await network.create();
const { networkHelpers } = connection;

const A = 1n;
const B = 2n;

/** Alice holds 100 of two assets; bob may hold; the operator has no approval yet. */
async function holderOfTwoAssets() {
  const books = await deployBooks(connection);
  const [alice, bob, operator] = books.others;
  if (!alice || !bob || !operator) throw new Error("four accounts are needed");
  for (const wallet of [alice, bob]) await onboard(connection, books, wallet);
  for (const id of [A, B]) {
    await listAsset(connection, books, id);
    await books.shares.setAssetState(id, STATE.active);
    await books.shares.mint(alice, id, 100n, "0x");
  }
  const { shares } = books;
  const move = (id: bigint, value: bigint) => shares.connect(operator).safeTransferFrom(alice, bob, id, value, "0x");
  const moveAll = (ids: bigint[], values: bigint[]) =>
    shares.connect(operator).safeBatchTransferFrom(alice, bob, ids, values, "0x");
  const left = (id: bigint) => shares.allowance(alice, operator, id);
  return { ...books, alice, bob, operator, move, moveAll, left };
}

describe("ShareToken allowances per asset (ERC-5216)", () => {
  it("P11: an approval for one asset never moves another", async () => {
    const { shares, alice, operator, move, moveAll } = await networkHelpers.loadFixture(holderOfTwoAssets);
    await expect(shares.connect(alice).approve(operator, A, 60n))
      .to.emit(shares, "Approval")
      .withArgs(alice, operator, A, 60n);

    await expect(move(B, 1n))
      .to.be.revertedWithCustomError(shares, "ERC1155MissingApprovalForAll")
      .withArgs(operator, alice);
    await expect(moveAll([A, B], [1n, 1n]))
      .to.be.revertedWithCustomError(shares, "ERC1155MissingApprovalForAll")
      .withArgs(operator, alice);
    expect(await shares.isApprovedForAll(alice, operator)).to.equal(false);
    await move(A, 60n);
  });

  it("is spent by what is moved, to the last share", async () => {
    const { shares, alice, operator, move, left } = await networkHelpers.loadFixture(holderOfTwoAssets);
    await shares.connect(alice).approve(operator, A, 10n);

    await move(A, 4n);
    expect(await left(A)).to.equal(6n);
    await expect(move(A, 7n))
      .to.be.revertedWithCustomError(shares, "ShareTokenInsufficientAllowance")
      .withArgs(alice, operator, A, 6n, 7n);
    await move(A, 6n);
    await expect(move(A, 0n)).to.be.revertedWithCustomError(shares, "ERC1155MissingApprovalForAll");
  });

  it("is spent by the sum of a batch in which its id is repeated", async () => {
    const { shares, alice, operator, moveAll, left } = await networkHelpers.loadFixture(holderOfTwoAssets);
    await shares.connect(alice).approve(operator, A, 10n);
    await shares.connect(alice).approve(operator, B, 5n);

    await expect(moveAll([A, B, A], [6n, 1n, 5n]))
      .to.be.revertedWithCustomError(shares, "ShareTokenInsufficientAllowance")
      .withArgs(alice, operator, A, 4n, 5n);
    expect([await left(A), await left(B)]).to.deep.equal([10n, 5n]);
    await moveAll([A, B, A], [6n, 1n, 3n]);
    expect([await left(A), await left(B)]).to.deep.equal([1n, 4n]);
  });

  it("is without end when it is the largest number", async () => {
    const { shares, alice, operator, move, left } = await networkHelpers.loadFixture(holderOfTwoAssets);
    await shares.connect(alice).approve(operator, A, MaxUint256);

    await move(A, 100n);
    expect(await left(A)).to.equal(MaxUint256);
    await shares.connect(alice).approve(operator, A, MaxUint256 - 1n);
    await shares.forcedTransfer((await shares.holdersPage(A, 1n, 1n)).accounts[0] ?? ZeroAddress, alice, A, 10n);
    await move(A, 10n);
    expect(await left(A)).to.equal(MaxUint256 - 11n);
  });

  it("stands beside an approval for all, which does not touch it", async () => {
    const { shares, alice, operator, move, moveAll, left } = await networkHelpers.loadFixture(holderOfTwoAssets);
    await shares.connect(alice).approve(operator, A, 10n);
    await shares.connect(alice).setApprovalForAll(operator, true);

    await move(A, 50n);
    await moveAll([A, B], [1n, 100n]);
    expect(await left(A)).to.equal(10n);
    await shares.connect(alice).setApprovalForAll(operator, false);
    await move(A, 10n);
    await expect(move(A, 1n)).to.be.revertedWithCustomError(shares, "ERC1155MissingApprovalForAll");
  });

  it("is no approval of an empty batch, as with OpenZeppelin", async () => {
    const { shares, alice, operator, moveAll } = await networkHelpers.loadFixture(holderOfTwoAssets);
    await shares.connect(alice).approve(operator, A, MaxUint256);

    await expect(moveAll([], []))
      .to.be.revertedWithCustomError(shares, "ERC1155MissingApprovalForAll")
      .withArgs(operator, alice);
    await shares.connect(alice).setApprovalForAll(operator, true);
    await moveAll([], []);
  });

  it("is overwritten, taken back with zero, and given to somebody", async () => {
    const { shares, alice, operator, move, left } = await networkHelpers.loadFixture(holderOfTwoAssets);
    await shares.connect(alice).approve(operator, A, 10n);
    await shares.connect(alice).approve(operator, A, 3n);
    expect(await left(A)).to.equal(3n);

    await shares.connect(alice).approve(operator, A, 0n);
    await expect(move(A, 1n)).to.be.revertedWithCustomError(shares, "ERC1155MissingApprovalForAll");
    await expect(shares.connect(alice).approve(ZeroAddress, A, 1n))
      .to.be.revertedWithCustomError(shares, "ERC1155InvalidOperator")
      .withArgs(ZeroAddress);
    await expect(shares.connect(alice).setApprovalForAll(ZeroAddress, true))
      .to.be.revertedWithCustomError(shares, "ERC1155InvalidOperator")
      .withArgs(ZeroAddress);
  });

  it("moves no more than the holder himself could", async () => {
    const { shares, alice, operator, move } = await networkHelpers.loadFixture(holderOfTwoAssets);
    await shares.connect(alice).approve(operator, A, MaxUint256);
    await shares.setFrozenTokens(alice, A, 90n);

    await expect(move(A, 11n))
      .to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance")
      .withArgs(alice, A, 11n, 10n);
    await expect(move(A, 101n)).to.be.revertedWithCustomError(shares, "ERC1155InsufficientBalance");
  });
});
