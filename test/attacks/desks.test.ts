import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import { FAR_FUTURE, onboard, STATE } from "../helpers/books.ts";
import { appointCustodian, attestationOf, deployDesks, listBackedAsset, signAttestation } from "../helpers/desks.ts";
import { BUYER_MONEY, openOffering } from "../helpers/offering.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const ASSET = 7n;
const OTHER_ASSET = 8n;
const PRICE = 1_000_000n;
const FIRST = 1n; // number of the first offering, and of the first distribution

/** A listed and backed asset; alice, bob and carol verified, with money and an allowance to the offering desk. */
async function assetToOffer() {
  const desks = await deployDesks(connection);
  await listBackedAsset(connection, desks, ASSET);
  const [alice, bob, carol] = desks.people;
  if (!alice || !bob || !carol) throw new Error("too few accounts");
  for (const buyer of [alice, bob, carol]) {
    await onboard(connection, desks, buyer);
    await desks.dollar.mint(buyer, BUYER_MONEY);
    await desks.dollar.connect(buyer).approve(desks.offering, ethers.MaxUint256);
  }
  return { ...desks, alice, bob, carol };
}

type World = Awaited<ReturnType<typeof assetToOffer>>;

/** Alice holds 500 shares, bob 300, carol 199; record 0 can be read; the admin has allowed the income desk everything. */
async function recordedAsset() {
  const world = await assetToOffer();
  await world.shares.setAssetState(ASSET, STATE.active);
  await world.shares.mint(world.alice, ASSET, 500n, "0x");
  await world.shares.mint(world.bob, ASSET, 300n, "0x");
  await world.shares.mint(world.carol, ASSET, 199n, "0x");
  await world.dollar.mint(world.admin, BUYER_MONEY);
  await world.dollar.approve(world.income, ethers.MaxUint256);
  const instant = BigInt(await time.latest()) + 5n;
  await world.shares.openRecord(ASSET, instant);
  await time.increaseTo(instant + 1n);
  return world;
}

async function buy({ offering }: Pick<World, "offering">, buyer: HardhatEthersSigner, shares: bigint) {
  return offering.connect(buyer).subscribe(FIRST, shares, shares, shares * PRICE);
}

describe("Attacks on the desks", () => {
  describe("custody", () => {
    it("P33: an attestation works once, for one asset, on one desk of one chain", async () => {
      const world = await loadFixture(assetToOffer);
      const { custody, custodian, authority, shares } = world;
      const word = await attestationOf(connection, world, ASSET);
      const signature = await signAttestation(connection, world, custodian, word);
      await custody.attest(ASSET, word, signature);

      await expect(custody.attest(ASSET, word, signature))
        .to.be.revertedWithCustomError(custody, "CustodyDeskNonceUsed")
        .withArgs(custodian.address, word.nonce);

      await listBackedAsset(connection, world, OTHER_ASSET);
      await expect(custody.attest(OTHER_ASSET, word, signature))
        .to.be.revertedWithCustomError(custody, "CustodyDeskWrongSubject")
        .withArgs(OTHER_ASSET, word.subjectId, await shares.anchorIdOf(OTHER_ASSET));

      const otherDesk = await ethers.deployContract("CustodyDesk", [authority, shares]);
      await appointCustodian(connection, { custody: otherDesk }, ASSET, custodian);
      await expect(otherDesk.attest(ASSET, word, signature))
        .to.be.revertedWithCustomError(otherDesk, "CustodyDeskInvalidSignature")
        .withArgs(custodian.address, await otherDesk.hashAttestation(word));

      const next = { ...word, nonce: word.nonce ^ 1n };
      const elsewhere = await signAttestation(connection, world, custodian, next, { chainId: 1n });
      await expect(custody.attest(ASSET, next, elsewhere))
        .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidSignature")
        .withArgs(custodian.address, await custody.hashAttestation(next));
    });

    it("P34: no field can be changed under a signature", async () => {
      const world = await loadFixture(assetToOffer);
      const { custody, custodian, inspector } = world;
      await custody.setInspector(ASSET, inspector, true);
      const word = await attestationOf(connection, world, ASSET);
      const signature = await signAttestation(connection, world, custodian, word);

      for (const change of [
        { kind: 1n },
        { attester: inspector.address },
        { evidenceHash: ethers.id("another report") },
        { amount: word.amount + 1n },
        { unit: ethers.encodeBytes32String("USD") },
        { asOf: word.asOf + 1n },
        { expiresAt: word.expiresAt + 1n },
        { nonce: word.nonce ^ 1n },
      ]) {
        const changed = { ...word, ...change };
        await expect(custody.attest(ASSET, changed, signature), Object.keys(change)[0])
          .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidSignature")
          .withArgs(changed.attester, await custody.hashAttestation(changed));
      }
      await custody.attest(ASSET, word, signature);
    });

    it("P36: empty, short, compact, high-s and zero signatures are nobody's", async () => {
      const world = await loadFixture(assetToOffer);
      const { custody, custodian } = world;
      const word = await attestationOf(connection, world, ASSET);
      const good = ethers.Signature.from(await signAttestation(connection, world, custodian, word));
      const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
      const highS = ethers.toBeHex(order - BigInt(good.s), 32);

      for (const signature of [
        "0x",
        good.serialized.slice(0, -2),
        good.compactSerialized,
        ethers.concat([good.r, highS, good.v === 27 ? "0x1c" : "0x1b"]),
        ethers.concat([good.r, good.s, good.v === 27 ? "0x00" : "0x01"]),
        `0x${"00".repeat(65)}`,
      ]) {
        await expect(custody.attest(ASSET, word, signature), signature)
          .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidSignature")
          .withArgs(custodian.address, await custody.hashAttestation(word));
      }
    });

    it("P101: a custody word that lapses closes the offering by itself, to the second", async () => {
      const world = await loadFixture(assetToOffer);
      const { custody, custodian, offering, alice } = world;
      const expiresAt = BigInt(await time.latest()) + 100n;
      const word = await attestationOf(connection, world, ASSET, { expiresAt });
      await custody.attest(ASSET, word, await signAttestation(connection, world, custodian, word));
      await openOffering(connection, world, ASSET);

      await time.setNextBlockTimestamp(expiresAt);
      await buy(world, alice, 10n);
      await time.setNextBlockTimestamp(expiresAt + 1n);
      await expect(buy(world, alice, 10n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNotBacked")
        .withArgs(ASSET);
    });

    it("P102: an anchor binds in both directions: if the token names another one, nothing is backed", async () => {
      const world = await loadFixture(assetToOffer);
      const { anchors, shares, custody } = world;
      const named = await shares.anchorIdOf(ASSET);
      const { boundToken, bindingScope } = await anchors.getAnchor(named);
      const metadata = ethers.AbiCoder.defaultAbiCoder().encode(
        ["bytes32", "bytes32", "uint64", "uint64", "bytes", "bytes"],
        [ethers.id("real-estate"), ethers.id("US"), 1n, FAR_FUTURE, "0x75", "0x"],
      );
      expect(await custody.isBacked(ASSET)).to.equal(true);

      await anchors.invalidateTokenBinding(named, ethers.id("wrong deed"));
      await anchors.registerAndBind(ethers.id("right deed"), ethers.id("x"), metadata, boundToken, bindingScope, ASSET);

      expect(await shares.anchorIdOf(ASSET)).to.equal(named);
      expect(await shares.isAnchorActiveFor(ASSET)).to.equal(false);
      expect(await custody.isBacked(ASSET)).to.equal(false);
    });

    it("P103: one asset cannot be pledged to two tokens, nor one token to two assets", async () => {
      const world = await loadFixture(assetToOffer);
      const { anchors, shares, stranger } = world;
      const anchorId = await shares.anchorIdOf(ASSET);
      const { boundToken, bindingScope } = await anchors.getAnchor(anchorId);
      const metadata = ethers.AbiCoder.defaultAbiCoder().encode(
        ["bytes32", "bytes32", "uint64", "uint64", "bytes", "bytes"],
        [ethers.id("real-estate"), ethers.id("US"), 1n, FAR_FUTURE, "0x75", "0x"],
      );

      for (const [token, id] of [
        [stranger.address, ASSET],
        [boundToken, OTHER_ASSET],
      ] as const) {
        await expect(anchors.bindToken(anchorId, token, bindingScope, id))
          .to.be.revertedWithCustomError(anchors, "AnchorRegistryAlreadyBound")
          .withArgs(anchorId, boundToken, bindingScope, ASSET);
      }
      await expect(
        anchors.registerAndBind(ethers.id("a deed"), ethers.id("x"), metadata, boundToken, bindingScope, ASSET),
      )
        .to.be.revertedWithCustomError(anchors, "AnchorRegistryTokenTaken")
        .withArgs(anchorId, boundToken, bindingScope, ASSET);
    });
  });

  describe("income", () => {
    it("P51: the last claimer is paid in full, and less than a unit per share is carried", async () => {
      const world = await loadFixture(recordedAsset);
      const { income, dollar, alice, bob, carol } = world;
      await income.declare(ASSET, 0n, dollar, 10n ** 9n + 7n);
      const perShare = (10n ** 9n + 7n) / 999n;

      for (const [holder, shares] of [
        [carol, 199n],
        [alice, 500n],
        [bob, 300n],
      ] as const) {
        await expect(income.claim(FIRST, holder)).to.changeTokenBalance(ethers, dollar, holder, perShare * shares);
      }
      expect(await dollar.balanceOf(income)).to.equal((10n ** 9n + 7n) % 999n);
      expect(await income.carriedOf(ASSET, dollar)).to.equal((10n ** 9n + 7n) % 999n);
    });

    it("P52 and P53: who holds at the end of the record's second is paid, however often the shares moved in it", async () => {
      const world = await loadFixture(recordedAsset);
      const { income, shares, dollar, alice, bob, carol } = world;
      const instant = BigInt(await time.latest()) + 20n;
      await shares.openRecord(ASSET, instant);
      const gas = { gasLimit: 1_000_000n }; // sent into one block, where nothing can be estimated in order

      await connection.provider.request({ method: "evm_setAutomine", params: [false] });
      await time.setNextBlockTimestamp(instant);
      await shares.connect(alice).safeTransferFrom(alice, bob, ASSET, 500n, "0x", gas);
      await networkHelpers.mine();
      await time.setNextBlockTimestamp(instant + 1n);
      await shares.connect(bob).safeTransferFrom(bob, carol, ASSET, 800n, "0x", gas);
      await shares.connect(carol).safeTransferFrom(carol, alice, ASSET, 1n, "0x", gas);
      await networkHelpers.mine();
      await connection.provider.request({ method: "evm_setAutomine", params: [true] });

      expect(await shares.balanceOf(bob, ASSET)).to.equal(0n);
      await income.declare(ASSET, 1n, dollar, 999n);
      expect(await income.payableTo(FIRST, alice)).to.equal(0n);
      expect(await income.payableTo(FIRST, bob)).to.equal(800n);
      expect(await income.payableTo(FIRST, carol)).to.equal(199n);
    });

    it("P55: every distribution keeps its currency, and remainders of different currencies do not mix", async () => {
      const world = await loadFixture(recordedAsset);
      const { income, dollar, admin, alice } = world;
      const other = await ethers.deployContract("MockNoReturnCurrency");
      await other.mint(admin, 10_000n);
      await other.approve(income, ethers.MaxUint256);
      await income.declare(ASSET, 0n, dollar, 1_000n); // carries 1

      await income.declare(ASSET, 0n, other, 2_000n); // carries 2
      expect(await income.carriedOf(ASSET, dollar)).to.equal(1n);
      expect(await income.carriedOf(ASSET, other)).to.equal(2n);
      await income.claim(FIRST, alice);
      await income.claim(2n, alice);
      expect(await other.balanceOf(alice)).to.equal(1_000n);
      expect(await dollar.balanceOf(alice)).to.equal(BUYER_MONEY + 500n);
    });

    it("P56: what arrives is paid out, not what was said to be sent", async () => {
      const world = await loadFixture(recordedAsset);
      const { income, admin, alice, bob, carol } = world;
      const currency = await ethers.deployContract("MockFeeCurrency", [1_000n]);
      await currency.mint(admin, 20_000n);
      await currency.approve(income, ethers.MaxUint256);

      await income.declare(ASSET, 0n, currency, 11_100n); // 9,990 arrive
      expect((await income.distributionOf(FIRST)).received).to.equal(9_990n);
      expect((await income.distributionOf(FIRST)).perShare).to.equal(10n);
      expect(await income.claimMany.staticCall(FIRST, [alice, bob, carol])).to.equal(3n);
      await income.claimMany(FIRST, [alice, bob, carol]);
      expect(await currency.balanceOf(income)).to.equal(0n);
    });

    it("P56: a currency that says false has paid nobody", async () => {
      const world = await loadFixture(recordedAsset);
      const { income, admin, alice, bob } = world;
      const currency = await ethers.deployContract("MockFalseCurrency");
      await currency.mint(admin, 20_000n);
      await currency.approve(income, ethers.MaxUint256);
      await income.declare(ASSET, 0n, currency, 9_990n);
      await currency.setRefusing(true);

      const failed = income.interface.encodeErrorResult("SafeERC20FailedOperation", [await currency.getAddress()]);
      await expect(income.declare(ASSET, 0n, currency, 9_990n))
        .to.be.revertedWithCustomError(income, "SafeERC20FailedOperation")
        .withArgs(await currency.getAddress());
      await expect(income.claim(FIRST, alice))
        .to.be.revertedWithCustomError(income, "SafeERC20FailedOperation")
        .withArgs(await currency.getAddress());
      await expect(income.claimMany(FIRST, [bob]))
        .to.emit(income, "PaymentFailed")
        .withArgs(FIRST, bob.address, failed);
      expect(await income.payableTo(FIRST, bob)).to.equal(3_000n);
    });

    it("P57: a blacklisted holder stops no page and stays payable (I-14)", async () => {
      const world = await loadFixture(recordedAsset);
      const { income, dollar, alice, bob, carol } = world;
      await income.declare(ASSET, 0n, dollar, 9_990n);
      await dollar.blacklist(bob, true);

      const reason = dollar.interface.encodeErrorResult("TestDollarBlacklisted", [bob.address]);
      const page = income.claimMany(FIRST, [alice, bob, carol]);
      await expect(page).to.emit(income, "PaymentFailed").withArgs(FIRST, bob.address, reason);
      await expect(page).to.changeTokenBalances(ethers, dollar, [alice, bob, carol], [5_000n, 0n, 1_990n]);
      expect(await income.isPaid(FIRST, bob)).to.equal(false);
      expect(await income.outstandingOf(FIRST)).to.equal(3_000n);

      await dollar.blacklist(bob, false);
      await expect(income.claim(FIRST, bob)).to.changeTokenBalance(ethers, dollar, bob, 3_000n);
    });

    it("P57: a paused currency leaves everybody payable", async () => {
      const world = await loadFixture(recordedAsset);
      const { income, dollar, alice, bob } = world;
      await income.declare(ASSET, 0n, dollar, 9_990n);
      await dollar.pause();

      expect(await income.claimMany.staticCall(FIRST, [alice, bob])).to.equal(0n);
      await income.claimMany(FIRST, [alice, bob]);
      expect(await income.outstandingOf(FIRST)).to.equal(9_990n);
      await dollar.unpause();
      await income.claimMany(FIRST, [alice, bob]);
      expect(await income.outstandingOf(FIRST)).to.equal(1_990n);
    });

    it("P62: dust is refused, not swallowed, until it makes a unit per share", async () => {
      const world = await loadFixture(recordedAsset);
      const { income, dollar, admin } = world;
      const before = await dollar.balanceOf(admin);

      await expect(income.declare(ASSET, 0n, dollar, 500n))
        .to.be.revertedWithCustomError(income, "IncomeDeskTooSmall")
        .withArgs(ASSET, 500n, 999n);
      expect(await dollar.balanceOf(admin)).to.equal(before);
      await income.declare(ASSET, 0n, dollar, 1_500n); // carries 501
      await income.declare(ASSET, 0n, dollar, 498n); // and with them makes 999
      expect((await income.distributionOf(2n)).perShare).to.equal(1n);
    });

    it("P78: a currency that comes back in while it pays cannot be paid twice", async () => {
      const world = await loadFixture(recordedAsset);
      const { income, admin, alice, bob } = world;
      const currency = await ethers.deployContract("MockReentrantCurrency");
      await currency.mint(admin, 20_000n);
      await currency.approve(income, ethers.MaxUint256);
      await income.declare(ASSET, 0n, currency, 9_990n);
      const shut = income.interface.encodeErrorResult("ReentrancyGuardReentrantCall", []);
      const claim = (holder: HardhatEthersSigner): string =>
        income.interface.encodeFunctionData("claim", [FIRST, holder.address]);

      await currency.arm(income, claim(alice));
      await income.claim(FIRST, alice);
      expect(await currency.answer()).to.equal(shut);
      await currency.arm(income, income.interface.encodeFunctionData("payInPage", [FIRST, bob.address, 3_000n]));
      await income.claimMany(FIRST, [bob]);
      expect(await currency.answer()).to.equal(
        income.interface.encodeErrorResult("IncomeDeskNotSelf", [await currency.getAddress()]),
      );

      expect(await currency.balanceOf(alice)).to.equal(5_000n);
      expect(await currency.balanceOf(bob)).to.equal(3_000n);
      expect(await income.outstandingOf(FIRST)).to.equal(1_990n);
    });

    it("P72: money sent to the desk changes nothing", async () => {
      const world = await loadFixture(recordedAsset);
      const { income, dollar, bob } = world;
      await dollar.connect(bob).transfer(income, 1_000n * PRICE);

      await income.declare(ASSET, 0n, dollar, 9_990n);
      const { received, perShare } = await income.distributionOf(FIRST);
      expect([received, perShare]).to.deep.equal([9_990n, 10n]);
    });
  });
});
