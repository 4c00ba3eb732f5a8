import { expect } from "chai";
import { type ContractTransactionResponse, MaxUint256, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { deployBooks, FLAG, listAsset, onboard, STATE } from "../../helpers/books.ts";
import { setRules } from "../../helpers/rules.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const BUILDING = 1n;
const UNKNOWN = 99n;
const FAR_FUTURE = 4_000_000_000n;

/** An active asset; alice holds 100 shares, 60 of them frozen; bob may hold, carol may not. */
async function holderWithFrozenShares() {
  const books = await deployBooks(connection);
  const [alice, bob, carol] = books.others;
  if (!alice || !bob || !carol) throw new Error("four accounts are needed");
  await listAsset(connection, books, BUILDING);
  await books.shares.setAssetState(BUILDING, STATE.active);
  await onboard(connection, books, alice);
  await onboard(connection, books, bob);
  await books.shares.mint(alice, BUILDING, 100n, "0x");
  await books.shares.setFrozenTokens(alice, BUILDING, 60n);
  const suspend = (wallet: { address: string }) =>
    books.investors.setStanding(ethers.id(wallet.address), FLAG.suspended, FAR_FUTURE);
  const eventsOf = async (sent: ContractTransactionResponse) =>
    (await sent.wait())?.logs.map((log) => books.shares.interface.parseLog(log)?.name);
  return { ...books, alice, bob, carol, suspend, eventsOf };
}

/** Each statement of the standard, in the words of docs and audits that quote it; its number stands in front. */
describe("ERC-7943 MultiToken, statement by statement", () => {
  it("1: MUST implement ERC-165 with the id 0x41c4fbad, and the base ERC-1155", async () => {
    const { shares } = await networkHelpers.loadFixture(holderWithFrozenShares);

    expect(await shares.supportsInterface("0x41c4fbad")).to.equal(true);
    expect(await shares.supportsInterface("0xd9b67a26")).to.equal(true);
    for (const [name, selector] of [
      ["forcedTransfer", "0x18d308d0"],
      ["setFrozenTokens", "0xbd456f5c"],
      ["canSend", "0x2bc06a92"],
      ["canReceive", "0x90d370ba"],
      ["getFrozenTokens", "0xff6e708c"],
      ["canTransfer", "0xa02ff685"],
    ] as const) {
      expect(shares.interface.getFunction(name).selector, name).to.equal(selector);
    }
    for (const [name, selector] of [
      ["ERC7943CannotSend", "0x45bae9e2"],
      ["ERC7943CannotReceive", "0x705c1eed"],
      ["ERC7943CannotTransfer", "0x869d0e66"],
      ["ERC7943InsufficientUnfrozenBalance", "0x7ce5d37b"],
    ] as const) {
      expect(shares.interface.getError(name)?.selector, name).to.equal(selector);
    }
  });

  it("2: canSend, canReceive and canTransfer MUST NOT revert and MUST NOT write", async () => {
    const books = await networkHelpers.loadFixture(holderWithFrozenShares);
    const { shares, rules, alice, bob, carol } = books;
    const mock = await ethers.deployContract("MockRule", [77, 0n]);
    await rules.setRules(BUILDING, [{ rule: mock, parameters: "0x" }]);
    const accounts = [alice.address, bob.address, carol.address, ZeroAddress, await shares.getAddress()];

    for (const name of ["canSend", "canReceive", "canTransfer"] as const) {
      expect(shares.interface.getFunction(name).stateMutability, name).to.equal("view");
    }
    for (const mood of [0n, 1n, 2n, 3n, 4n, 5n]) {
      await mock.setMood(mood);
      for (const from of accounts) {
        expect(await shares.canSend(from)).to.be.a("boolean");
        expect(await shares.canReceive(from)).to.be.a("boolean");
        for (const amount of [0n, 41n, 100n, 101n, 2n ** 64n, MaxUint256]) {
          expect(await shares.canTransfer(from, bob, BUILDING, amount)).to.be.a("boolean");
          expect(await shares.canTransfer(alice, from, UNKNOWN, amount)).to.equal(false);
        }
      }
    }
  });

  it("3: canSend and canReceive MUST NOT contain transfer-specific or quantitative rules", async () => {
    const books = await networkHelpers.loadFixture(holderWithFrozenShares);
    const { shares, alice, bob } = books;
    await setRules(books, BUILDING, { countries: [250n], holders: 1n });
    await shares.setFrozenTokens(alice, BUILDING, 1_000n);
    await shares.pause();

    expect(await shares.canTransfer(alice, bob, BUILDING, 1n)).to.equal(false);
    expect(await shares.canSend(alice)).to.equal(true);
    expect(await shares.canReceive(bob)).to.equal(true);
  });

  it("4: canTransfer MUST validate the amount against the unfrozen balance", async () => {
    const { shares, alice, bob } = await networkHelpers.loadFixture(holderWithFrozenShares);

    expect(await shares.canTransfer(alice, bob, BUILDING, 40n)).to.equal(true);
    expect(await shares.canTransfer(alice, bob, BUILDING, 41n)).to.equal(false);
  });

  it("5: canTransfer MUST perform canSend on the sender and canReceive on the receiver", async () => {
    const { shares, investors, alice, bob, carol, suspend } = await networkHelpers.loadFixture(holderWithFrozenShares);

    expect(await shares.canTransfer(alice, carol, BUILDING, 1n)).to.equal(false);
    await suspend(alice);
    expect(await shares.canSend(alice)).to.equal(false);
    expect(await shares.canTransfer(alice, bob, BUILDING, 1n)).to.equal(false);
    await investors.setStanding(ethers.id(alice.address), 0n, FAR_FUTURE);
    await investors.setWalletFrozen(bob, true);
    expect(await shares.canReceive(bob)).to.equal(false);
    expect(await shares.canTransfer(alice, bob, BUILDING, 1n)).to.equal(false);
  });

  it("6: canTransfer MUST be false if any permissioned rule would block the transfer", async () => {
    const books = await networkHelpers.loadFixture(holderWithFrozenShares);
    const { shares, alice, bob } = books;
    const can = () => shares.canTransfer(alice, bob, BUILDING, 1n);
    expect(await can()).to.equal(true);

    const blocks: [string, () => Promise<unknown>][] = [
      ["the register's pause", () => shares.pause()],
      ["the asset's pause", () => shares.setAssetPaused(BUILDING, true)],
      ["the asset's state", () => shares.setAssetState(BUILDING, STATE.suspended)],
      ["a rule", () => setRules(books, BUILDING, { countries: [250n] })],
      ["a freeze", () => shares.setFrozenTokens(alice, BUILDING, 100n)],
      ["a lock", () => shares.lock(alice, BUILDING, 40n)],
    ];
    for (const [name, block] of blocks) {
      const snapshot = await networkHelpers.takeSnapshot();
      await block();
      expect(await can(), name).to.equal(false);
      await snapshot.restore();
    }
  });

  it("7: canTransfer MUST NOT be false for a plain shortage of balance or allowance", async () => {
    const { shares, alice, bob } = await networkHelpers.loadFixture(holderWithFrozenShares);

    expect(await shares.canTransfer(alice, bob, BUILDING, 101n)).to.equal(true);
    expect(await shares.canTransfer(bob, alice, BUILDING, 1n)).to.equal(true);
    expect(await shares.connect(bob).canTransfer(alice, bob, BUILDING, 40n)).to.equal(true);
    expect(await shares.allowance(alice, bob, BUILDING)).to.equal(0n);
  });

  it("8: public transfers MUST NOT succeed where canTransfer, canSend or canReceive is false", async () => {
    const { shares, alice, bob, carol, suspend } = await networkHelpers.loadFixture(holderWithFrozenShares);
    const single = (to: { address: string }, value: bigint) =>
      shares.connect(alice).safeTransferFrom(alice, to.address, BUILDING, value, "0x");
    const batch = (to: { address: string }, value: bigint) =>
      shares.connect(alice).safeBatchTransferFrom(alice, to.address, [BUILDING], [value], "0x");

    for (const move of [single, batch]) {
      await expect(move(bob, 41n)).to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance");
      await expect(move(carol, 1n)).to.be.revertedWithCustomError(shares, "ERC7943CannotReceive").withArgs(carol);
    }
    await suspend(alice);
    for (const move of [single, batch]) {
      await expect(move(bob, 1n)).to.be.revertedWithCustomError(shares, "ERC7943CannotSend").withArgs(alice);
    }
  });

  it("9: minting MUST NOT succeed where canReceive is false (here it is permissioned, too)", async () => {
    const { shares, alice, carol, suspend } = await networkHelpers.loadFixture(holderWithFrozenShares);

    await expect(shares.mint(carol, BUILDING, 1n, "0x"))
      .to.be.revertedWithCustomError(shares, "ERC7943CannotReceive")
      .withArgs(carol);
    await suspend(alice);
    await expect(shares.mint(alice, BUILDING, 1n, "0x"))
      .to.be.revertedWithCustomError(shares, "ERC7943CannotReceive")
      .withArgs(alice);
    await expect(shares.connect(alice).mint(alice, BUILDING, 1n, "0x"))
      .to.be.revertedWithCustomError(shares, "AccessManagedUnauthorized")
      .withArgs(alice);
  });

  it("10: burning MUST respect canSend and MUST NOT burn more than the unfrozen balance", async () => {
    const { shares, alice, suspend } = await networkHelpers.loadFixture(holderWithFrozenShares);

    await expect(shares.burn(alice, BUILDING, 41n))
      .to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance")
      .withArgs(alice, BUILDING, 41n, 40n);
    await suspend(alice);
    await expect(shares.burn(alice, BUILDING, 1n))
      .to.be.revertedWithCustomError(shares, "ERC7943CannotSend")
      .withArgs(alice);
    await expect(shares.connect(alice).burn(alice, BUILDING, 1n))
      .to.be.revertedWithCustomError(shares, "AccessManagedUnauthorized")
      .withArgs(alice);
  });

  it("11: a permissioned burn MAY exceed the unfrozen balance; this one does not, and leaves the freeze alone", async () => {
    const { shares, alice, eventsOf } = await networkHelpers.loadFixture(holderWithFrozenShares);

    expect(await eventsOf(await shares.burn(alice, BUILDING, 40n))).to.deep.equal(["TransferSingle"]);
    expect(await shares.getFrozenTokens(alice, BUILDING)).to.equal(60n);
    await expect(shares.burn(alice, BUILDING, 1n)).to.be.revertedWithCustomError(
      shares,
      "ERC7943InsufficientUnfrozenBalance",
    );
  });

  it("12: forcedTransfer MUST move balances, be restricted, validate the balance and emit both events", async () => {
    const { shares, admin, alice, bob } = await networkHelpers.loadFixture(holderWithFrozenShares);

    expect(await shares.forcedTransfer.staticCall(alice, bob, BUILDING, 10n)).to.equal(true);
    await expect(shares.forcedTransfer(alice, bob, BUILDING, 10n))
      .to.emit(shares, "TransferSingle")
      .withArgs(admin, alice, bob, BUILDING, 10n)
      .and.to.emit(shares, "ForcedTransfer")
      .withArgs(alice, bob, BUILDING, 10n);
    expect(await shares.balanceOfBatch([alice, bob], [BUILDING, BUILDING])).to.deep.equal([90n, 10n]);
    await expect(shares.forcedTransfer(alice, bob, BUILDING, 91n))
      .to.be.revertedWithCustomError(shares, "ERC1155InsufficientBalance")
      .withArgs(alice, 90n, 91n, BUILDING);
    await expect(shares.connect(alice).forcedTransfer(bob, alice, BUILDING, 1n))
      .to.be.revertedWithCustomError(shares, "AccessManagedUnauthorized")
      .withArgs(alice);
  });

  it("13: forcedTransfer that uses frozen shares MUST unfreeze them and emit Frozen before the transfer", async () => {
    const { shares, alice, bob, eventsOf } = await networkHelpers.loadFixture(holderWithFrozenShares);

    const force = await shares.forcedTransfer(alice, bob, BUILDING, 50n);
    await expect(force).to.emit(shares, "Frozen").withArgs(alice, BUILDING, 50n);
    expect(await eventsOf(force)).to.deep.equal(["Frozen", "TransferSingle", "ForcedTransfer"]);
    expect(await shares.getFrozenTokens(alice, BUILDING)).to.equal(50n);
  });

  it("14: forcedTransfer SHOULD check canReceive, and then MUST revert when it is false", async () => {
    const { shares, alice, bob, carol, suspend } = await networkHelpers.loadFixture(holderWithFrozenShares);

    await expect(shares.forcedTransfer(alice, carol, BUILDING, 1n))
      .to.be.revertedWithCustomError(shares, "ERC7943CannotReceive")
      .withArgs(carol);
    await suspend(bob);
    await expect(shares.forcedTransfer(alice, bob, BUILDING, 1n))
      .to.be.revertedWithCustomError(shares, "ERC7943CannotReceive")
      .withArgs(bob);
  });

  it("15: a movement of several parties SHOULD be checked like transfers and SHOULD NOT bypass frozen shares", async () => {
    const { shares, alice, bob, carol, suspend } = await networkHelpers.loadFixture(holderWithFrozenShares);

    await expect(shares.settleNet(BUILDING, [alice, bob], [-41n, 41n]))
      .to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance")
      .withArgs(alice, BUILDING, 41n, 40n);
    await expect(shares.settleNet(BUILDING, [alice, carol], [-1n, 1n]))
      .to.be.revertedWithCustomError(shares, "ShareTokenPartyRefused")
      .withArgs(BUILDING, carol, 12n);
    await suspend(alice);
    await expect(shares.settleNet(BUILDING, [alice, bob], [-1n, 1n]))
      .to.be.revertedWithCustomError(shares, "ShareTokenPartyRefused")
      .withArgs(BUILDING, alice, 11n);
  });

  it("16: setFrozenTokens MUST overwrite an absolute value, emit Frozen, be restricted, and allow more than the balance", async () => {
    const { shares, alice } = await networkHelpers.loadFixture(holderWithFrozenShares);

    expect(await shares.setFrozenTokens.staticCall(alice, BUILDING, 7n)).to.equal(true);
    for (const amount of [7n, 7n, 101n, 0n]) {
      await expect(shares.setFrozenTokens(alice, BUILDING, amount))
        .to.emit(shares, "Frozen")
        .withArgs(alice, BUILDING, amount);
      expect(await shares.getFrozenTokens(alice, BUILDING)).to.equal(amount);
    }
    await expect(shares.connect(alice).setFrozenTokens(alice, BUILDING, 0n))
      .to.be.revertedWithCustomError(shares, "AccessManagedUnauthorized")
      .withArgs(alice);
    await expect(shares.setFrozenTokens(alice, UNKNOWN, 1n))
      .to.be.revertedWithCustomError(shares, "ShareTokenUnknownAsset")
      .withArgs(UNKNOWN);
  });

  it("17: InsufficientUnfrozenBalance SHOULD be used only when unfrozen < amount <= balance, else the base error", async () => {
    const { shares, alice, bob } = await networkHelpers.loadFixture(holderWithFrozenShares);
    const move = (value: bigint) => shares.connect(alice).safeTransferFrom(alice, bob, BUILDING, value, "0x");

    for (const value of [41n, 100n]) {
      await expect(move(value))
        .to.be.revertedWithCustomError(shares, "ERC7943InsufficientUnfrozenBalance")
        .withArgs(alice, BUILDING, value, 40n);
    }
    for (const value of [101n, MaxUint256]) {
      await expect(move(value))
        .to.be.revertedWithCustomError(shares, "ERC1155InsufficientBalance")
        .withArgs(alice, 100n, value, BUILDING);
    }
  });
});
