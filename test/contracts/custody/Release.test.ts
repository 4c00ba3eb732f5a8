import { expect } from "chai";
import { network } from "hardhat";
import { FAR_FUTURE, onboard, STATE } from "../../helpers/books.ts";
import {
  empowerCustody,
  handOverOf,
  INCIDENT,
  type Release,
  signHandOver,
  signRelease,
} from "../../helpers/custody.ts";
import { appointCustodian, deployDesks, listBackedAsset } from "../../helpers/desks.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const ASSET = 7n;
const SUPPLY = 1_000n;
const MINTING = 80n;

/** One investor holds all shares of an asset that is being redeemed; a release is signed by both and approved. */
async function agreedRelease() {
  const desks = await deployDesks(connection);
  const { custody, shares, custodian, authority, admin, people } = desks;
  const [holder, other] = people;
  if (!holder || !other) throw new Error("too few accounts");
  await empowerCustody(desks);
  await authority.setTargetFunctionRole(shares, [shares.interface.getFunction("mint").selector], MINTING);
  await authority.grantRole(MINTING, admin, 0n);
  await listBackedAsset(connection, desks, ASSET);
  for (const investor of [holder, other]) await onboard(connection, desks, investor);
  await shares.setAssetState(ASSET, STATE.active);
  await shares.mint(holder, ASSET, SUPPLY, "0x");

  const release: Release = {
    subjectId: await shares.anchorIdOf(ASSET),
    holder: holder.address,
    custodian: custodian.address,
    shareCount: SUPPLY,
    receiptHash: ethers.id("receipt"),
    expiresAt: FAR_FUTURE,
    nonce: 9n,
  };
  const byHolder = await signRelease(connection, desks, holder, release);
  const byCustodian = await signRelease(connection, desks, custodian, release);
  await custody.approveRelease(ASSET, release, true);
  return { desks, custody, shares, custodian, holder, other, release, byHolder, byCustodian };
}

/** The issuer has moved the asset to redeeming. */
async function redeemingAsset() {
  const world = await agreedRelease();
  await world.shares.setAssetState(ASSET, STATE.redeeming);
  return world;
}

describe("CustodyDesk release", () => {
  it("redeems every share, retires the asset and relieves the custodian in one transaction", async () => {
    const { desks, custody, shares, holder, release, byHolder, byCustodian } = await loadFixture(redeemingAsset);

    await expect(custody.connect(desks.stranger).release(ASSET, release, byHolder, byCustodian))
      .to.emit(custody, "Released")
      .withArgs(ASSET, await custody.hashRelease(release), Object.values(release))
      .and.to.emit(shares, "TransferSingle");

    expect(await shares.totalSupply(ASSET)).to.equal(0n);
    expect(await shares.balanceOf(holder, ASSET)).to.equal(0n);
    expect(await shares.stateOf(ASSET)).to.equal(STATE.retired);
    expect(await custody.custodianOf(ASSET)).to.equal(ethers.ZeroAddress);
    expect(await custody.isBacked(ASSET)).to.equal(false);
  });

  it("is the end: nobody takes a retired asset into custody", async () => {
    const { desks, custody, custodian, release, byHolder, byCustodian } = await loadFixture(redeemingAsset);
    const mandate = { custodian: custodian.address, from: 1n, until: FAR_FUTURE, termsHash: ethers.id("terms") };
    await custody.release(ASSET, release, byHolder, byCustodian);

    await expect(custody.offerMandate(ASSET, mandate))
      .to.be.revertedWithCustomError(custody, "CustodyDeskAssetRetired")
      .withArgs(ASSET);
    await expect(custody.release(ASSET, release, byHolder, byCustodian))
      .to.be.revertedWithCustomError(custody, "CustodyDeskNobodyResponsible")
      .withArgs(ASSET);
    expect(await desks.shares.stateOf(ASSET)).to.equal(STATE.retired);
  });

  it("needs every share in one wallet, and a signature over their number", async () => {
    const world = await loadFixture(agreedRelease);
    const { custody, shares, holder, other, release, byHolder, byCustodian } = world;
    await shares.connect(holder).safeTransferFrom(holder, other, ASSET, 1n, "0x");
    await shares.setAssetState(ASSET, STATE.redeeming);

    await expect(custody.release(ASSET, release, byHolder, byCustodian))
      .to.be.revertedWithCustomError(custody, "CustodyDeskNotAllShares")
      .withArgs(ASSET, SUPPLY - 1n, SUPPLY, SUPPLY);
    const fewer = { ...release, shareCount: SUPPLY - 1n };
    await expect(custody.release(ASSET, fewer, byHolder, byCustodian))
      .to.be.revertedWithCustomError(custody, "CustodyDeskNotAllShares")
      .withArgs(ASSET, SUPPLY - 1n, SUPPLY, SUPPLY - 1n);
  });

  it("gives nothing out for frozen shares", async () => {
    const { custody, shares, holder, release, byHolder, byCustodian } = await loadFixture(redeemingAsset);
    await shares.setFrozenTokens(holder, ASSET, 1n);

    await expect(custody.release(ASSET, release, byHolder, byCustodian))
      .to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance")
      .withArgs(holder.address, ASSET, SUPPLY, SUPPLY - 1n);
    expect(await custody.custodianOf(ASSET)).to.equal(release.custodian);
  });

  it("needs an asset that is redeeming, and no open incident", async () => {
    const { custody, shares, release, byHolder, byCustodian } = await loadFixture(agreedRelease);

    await expect(custody.release(ASSET, release, byHolder, byCustodian))
      .to.be.revertedWithCustomError(custody, "CustodyDeskNotRedeeming")
      .withArgs(ASSET, STATE.active);
    await custody.recordIncident(ASSET, INCIDENT.lien, 1n, ethers.id("claim of a creditor"));
    await shares.setAssetState(ASSET, STATE.redeeming);
    await expect(custody.release(ASSET, release, byHolder, byCustodian))
      .to.be.revertedWithCustomError(custody, "CustodyDeskIncidentOpen")
      .withArgs(ASSET, 1n);
  });

  it("does nothing half signed, unapproved or revoked", async () => {
    const world = await loadFixture(redeemingAsset);
    const { custody, custodian, holder, release, byHolder, byCustodian } = world;
    const id = await custody.hashRelease(release);

    for (const [one, other, missing] of [
      [byHolder, "0x", release.custodian],
      ["0x", byCustodian, release.holder],
    ] as const) {
      await expect(custody.release(ASSET, release, one, other))
        .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidSignature")
        .withArgs(missing, id);
    }
    await expect(custody.approveRelease(ASSET, release, false))
      .to.emit(custody, "ReleaseApproved")
      .withArgs(ASSET, id, false);
    await expect(custody.release(ASSET, release, byHolder, byCustodian))
      .to.be.revertedWithCustomError(custody, "CustodyDeskNotApproved")
      .withArgs(id);
    await custody.approveRelease(ASSET, release, true);
    for (const signer of [custodian, holder]) {
      const snapshot = await networkHelpers.takeSnapshot();
      await custody.connect(signer).revokeNonce(release.nonce);
      await expect(custody.release(ASSET, release, byHolder, byCustodian))
        .to.be.revertedWithCustomError(custody, "CustodyDeskNonceUsed")
        .withArgs(signer.address, release.nonce);
      await snapshot.restore();
    }
  });

  it("rejects a custodian who does not answer for it, no receipt, another subject, and a second too late", async () => {
    const { custody, shares, other, custodian, release } = await loadFixture(redeemingAsset);
    const now = BigInt(await time.latest()) + 10n;

    await expect(custody.release(ASSET, { ...release, custodian: other.address }, "0x", "0x"))
      .to.be.revertedWithCustomError(custody, "CustodyDeskNotResponsible")
      .withArgs(ASSET, other.address, custodian.address);
    await expect(custody.release(ASSET, { ...release, receiptHash: ethers.ZeroHash }, "0x", "0x"))
      .to.be.revertedWithCustomError(custody, "CustodyDeskZeroHash")
      .withArgs(ASSET);
    const elsewhere = { ...release, subjectId: ethers.id("another painting") };
    for (const attempt of [
      () => custody.release(ASSET, elsewhere, "0x", "0x"),
      () => custody.approveRelease(ASSET, elsewhere, true),
    ]) {
      await expect(attempt())
        .to.be.revertedWithCustomError(custody, "CustodyDeskWrongSubject")
        .withArgs(ASSET, elsewhere.subjectId, await shares.anchorIdOf(ASSET));
    }
    await time.setNextBlockTimestamp(now + 1n);
    await expect(custody.release(ASSET, { ...release, expiresAt: now }, "0x", "0x"))
      .to.be.revertedWithCustomError(custody, "CustodyDeskExpired")
      .withArgs(now, now + 1n);
  });

  it("lets one who keeps his own thing sign once for both", async () => {
    const { desks, custody, shares, holder, release } = await loadFixture(redeemingAsset);
    const handOver = await handOverOf(connection, desks, ASSET, { to: holder.address });
    await custody.approveHandOver(ASSET, handOver, true);
    await custody.handOver(
      ASSET,
      handOver,
      await signHandOver(connection, desks, desks.custodian, handOver),
      await signHandOver(connection, desks, holder, handOver),
    );
    const own = { ...release, custodian: holder.address };
    await custody.approveRelease(ASSET, own, true);
    const signature = await signRelease(connection, desks, holder, own);

    await custody.release(ASSET, own, signature, signature);
    expect(await shares.stateOf(ASSET)).to.equal(STATE.retired);
  });

  it("is not prevented by a mandate that has lapsed: the custodian still answers for the thing", async () => {
    const { desks, custody, shares, custodian, release, byHolder, byCustodian } = await loadFixture(redeemingAsset);
    await appointCustodian(connection, desks, ASSET, custodian);
    await custody.endMandate(ASSET, ethers.id("notice"));

    await custody.release(ASSET, release, byHolder, byCustodian);
    expect(await shares.stateOf(ASSET)).to.equal(STATE.retired);
  });
});
