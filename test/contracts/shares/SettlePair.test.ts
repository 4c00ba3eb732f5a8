import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { deployBooks, listAsset, onboard, STATE, USA } from "../../helpers/books.ts";
import { setRules } from "../../helpers/rules.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const TOWER = 1685n;
const DESK_ROLE = 21n;
const EACH = 100n;
const SENDER_UNKNOWN = 10n;
const SENDER_SUSPENDED = 11n;
const RECEIVER_UNKNOWN = 12n;
const COUNTRY_NOT_ALLOWED = 30n;
const HOLDER_LIMIT_REACHED = 32n;

/** A desk that may settle, and two holders of an active asset for Americans. */
async function aDesk() {
  const books = await deployBooks(connection);
  const { authority, shares } = books;
  const [desk, alice, bob, stranger] = books.others;
  if (!desk || !alice || !bob || !stranger) throw new Error("too few accounts");
  await listAsset(connection, books, TOWER);
  await shares.setAssetState(TOWER, STATE.active);
  await setRules(books, TOWER, { countries: [USA], holders: 2n });
  await authority.grantRole(DESK_ROLE, desk.address, 0n);
  const selector = shares.interface.getFunction("settlePair").selector;
  await authority.setTargetFunctionRole(shares.target, [selector], DESK_ROLE);
  for (const holder of [alice, bob]) {
    await onboard(connection, books, holder);
    await shares.mint(holder.address, TOWER, EACH, "0x");
  }
  const settle = (from: string, to: string, value: bigint, id = TOWER) =>
    shares.connect(desk).settlePair(id, from, to, value);
  return { ...books, desk, alice, bob, stranger, settle };
}

describe("ShareToken: settlePair", () => {
  it("moves shares without approval, in one event, and asks no receiver", async () => {
    const books = await networkHelpers.loadFixture(aDesk);
    const { shares, desk, alice, settle } = books;
    const wallet = await ethers.deployContract("MockSignatureWallet", [alice.address]);
    const receiver = await wallet.getAddress();
    await onboard(connection, books, receiver);
    await books.rules.setRules(TOWER, []);

    await expect(settle(alice.address, receiver, 40n))
      .to.emit(shares, "TransferSingle")
      .withArgs(desk.address, alice.address, receiver, TOWER, 40n);

    expect(await shares.balanceOf(alice.address, TOWER)).to.equal(60n);
    expect(await shares.balanceOf(receiver, TOWER)).to.equal(40n);
  });

  it("is for the settlement desk", async () => {
    const { shares, admin, alice, bob } = await networkHelpers.loadFixture(aDesk);

    for (const caller of [admin, alice]) {
      await expect(shares.connect(caller).settlePair(TOWER, alice.address, bob.address, 1n))
        .to.be.revertedWithCustomError(shares, "AccessManagedUnauthorized")
        .withArgs(caller.address);
    }
  });

  it("refuses a side that may not take part, with its code", async () => {
    const { shares, investors, alice, bob, stranger, settle } = await networkHelpers.loadFixture(aDesk);

    for (const nobody of [stranger.address, ZeroAddress]) {
      await expect(settle(nobody, bob.address, 1n))
        .to.be.revertedWithCustomError(shares, "ShareTokenPartyRefused")
        .withArgs(TOWER, nobody, SENDER_UNKNOWN);
      await expect(settle(alice.address, nobody, 1n))
        .to.be.revertedWithCustomError(shares, "ShareTokenPartyRefused")
        .withArgs(TOWER, nobody, RECEIVER_UNKNOWN);
    }
    const { investor, verifiedUntil } = await investors.profileOf(alice.address);
    await investors.setStanding(investor, 1n, verifiedUntil);
    await expect(settle(alice.address, bob.address, 1n))
      .to.be.revertedWithCustomError(shares, "ShareTokenPartyRefused")
      .withArgs(TOWER, alice.address, SENDER_SUSPENDED);
  });

  it("moves spendable shares of an active asset only, and none while paused", async () => {
    const { shares, alice, bob, settle } = await networkHelpers.loadFixture(aDesk);
    await shares.setFrozenTokens(alice.address, TOWER, 60n);

    await expect(settle(alice.address, bob.address, 41n))
      .to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance")
      .withArgs(alice.address, TOWER, 41n, 40n);
    await expect(settle(alice.address, bob.address, 1n, 4_711n))
      .to.be.revertedWithCustomError(shares, "ShareTokenUnknownAsset")
      .withArgs(4_711n);
    await shares.setAssetPaused(TOWER, true);
    await expect(settle(alice.address, bob.address, 1n))
      .to.be.revertedWithCustomError(shares, "ShareTokenAssetPaused")
      .withArgs(TOWER);
    await shares.setAssetPaused(TOWER, false);
    await shares.pause();
    await expect(settle(alice.address, bob.address, 1n)).to.be.revertedWithCustomError(shares, "ShareTokenPaused");
    await shares.unpause();
    await shares.setAssetState(TOWER, STATE.suspended);
    await expect(settle(alice.address, bob.address, 1n))
      .to.be.revertedWithCustomError(shares, "ShareTokenStateForbids")
      .withArgs(TOWER, STATE.suspended);
    await shares.setAssetState(TOWER, STATE.active);
    await settle(alice.address, bob.address, 40n);
  });

  it("tells the code of the rule that refuses, and counts holders as a transfer does", async () => {
    const books = await networkHelpers.loadFixture(aDesk);
    const { shares, investors, alice, bob, stranger, settle } = books;
    await onboard(connection, books, stranger);

    await expect(settle(alice.address, stranger.address, EACH - 1n))
      .to.be.revertedWithCustomError(shares, "ShareTokenPairRefused")
      .withArgs(TOWER, alice.address, stranger.address, HOLDER_LIMIT_REACHED);
    await settle(alice.address, stranger.address, EACH);
    await investors.setKind((await investors.profileOf(bob.address)).investor, 250n, 4n);
    await expect(settle(stranger.address, bob.address, 1n))
      .to.be.revertedWithCustomError(shares, "ShareTokenPairRefused")
      .withArgs(TOWER, stranger.address, bob.address, COUNTRY_NOT_ALLOWED);
  });

  it("changes nothing by a movement to oneself, or of nothing", async () => {
    const { shares, alice, bob, stranger, settle, ...books } = await networkHelpers.loadFixture(aDesk);
    await settle(alice.address, alice.address, EACH);
    await settle(alice.address, bob.address, 0n);

    expect(await shares.balanceOf(alice.address, TOWER)).to.equal(EACH);
    expect(await shares.balanceOf(bob.address, TOWER)).to.equal(EACH);
    await onboard(connection, { ...books, shares }, stranger);
    await settle(alice.address, stranger.address, 0n); // who has nothing does not count as a holder
    await settle(alice.address, stranger.address, EACH);
  });
});
