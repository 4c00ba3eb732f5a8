import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import { FAR_FUTURE, FLAG, onboard, STATE } from "../helpers/books.ts";
import {
  appointCustodian,
  attestationOf,
  deployDesks,
  listBackedAsset,
  PHASE,
  signAttestation,
} from "../helpers/desks.ts";
import { BUYER_MONEY, openOffering, type Terms } from "../helpers/offering.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const ASSET = 7n;
const OTHER_ASSET = 8n;
const PRICE = 1_000_000n;
const FIRST = 1n; // number of the first offering, and of the first distribution
const RECEPTION = { accept: 0n, reject: 1n, burnGas: 2n, bomb: 3n, reenter: 4n } as const;

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

/** On offer: 1,000 shares at one dollar, soft cap 400. */
async function openAsset() {
  const world = await assetToOffer();
  const terms = await openOffering(connection, world, ASSET);
  return { ...world, terms };
}

/** On offer, and a contract with a will of its own is a verified buyer with money. */
async function openAssetWithContractBuyer() {
  const world = await openAsset();
  const receiver = await ethers.deployContract("MockReceiver");
  await onboard(connection, world, await receiver.getAddress());
  await world.dollar.mint(receiver, BUYER_MONEY);
  const approval = world.dollar.interface.encodeFunctionData("approve", [
    await world.offering.getAddress(),
    ethers.MaxUint256,
  ]);
  await receiver.execute(world.dollar, approval);
  return { ...world, receiver };
}

/** Closed with success: alice, the contract and bob have bought 200 shares each. */
async function succeededWithContractBuyer() {
  const world = await openAssetWithContractBuyer();
  const { offering, receiver, alice, bob } = world;
  const order = [FIRST, 200n, 200n, 200n * PRICE] as const;
  await offering.connect(alice).subscribe(...order);
  await receiver.execute(offering, offering.interface.encodeFunctionData("subscribe", [...order]));
  await offering.connect(bob).subscribe(...order);
  await closeAfterwards(world, world.terms);
  return world;
}

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
  await time.setNextBlockTimestamp(instant);
  await world.shares.openRecord(ASSET, instant);
  await time.increaseTo(instant + 1n);
  return world;
}

async function closeAfterwards({ offering }: Pick<World, "offering">, terms: Terms) {
  await time.increaseTo(terms.closesAt + 1n);
  await offering.close(FIRST);
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

  describe("offering", () => {
    for (const [name, reception, reason] of [
      ["rejects", RECEPTION.reject, "the receiver's own error"],
      ["burns all gas", RECEPTION.burnGas, "the register's error"],
      ["answers with 400,000 bytes", RECEPTION.bomb, "the first 256 bytes"],
    ] as const) {
      it(`P6: a buyer that ${name} when it is issued shares blocks no other buyer, and loses nothing (I-14)`, async () => {
        const world = await loadFixture(succeededWithContractBuyer);
        const { offering, shares, dollar, receiver, alice, bob } = world;
        const reasons = {
          "the receiver's own error": receiver.interface.encodeErrorResult("MockReceiverRejects", [ASSET, 200n]),
          "the register's error": shares.interface.encodeErrorResult("ERC1155InvalidReceiver", [
            await receiver.getAddress(),
          ]),
          "the first 256 bytes": ethers.zeroPadValue("0x", 256),
        };
        await receiver.setReception(reception);

        await expect(offering.allot(FIRST, [alice, receiver, bob]))
          .to.emit(offering, "AllotmentRefused")
          .withArgs(FIRST, await receiver.getAddress(), reasons[reason]);

        expect(await shares.balanceOf(alice, ASSET)).to.equal(200n);
        expect(await shares.balanceOf(bob, ASSET)).to.equal(200n);
        expect(await offering.entitlementOf(FIRST, receiver)).to.equal(200n);
        expect(await offering.escrowOf(FIRST)).to.equal(600n * PRICE);
        await offering.withdrawProceeds(FIRST); // the treasury has its part without him

        await time.increase(2_592_000n);
        await expect(offering.refund(FIRST, receiver)).to.changeTokenBalance(ethers, dollar, receiver, 200n * PRICE);
      });
    }

    it("P4: a receiver that comes back in from the acceptance hook finds every door shut", async () => {
      const world = await loadFixture(succeededWithContractBuyer);
      const { offering, shares, dollar, receiver, alice } = world;
      const shut = offering.interface.encodeErrorResult("ReentrancyGuardReentrantCall", []);
      const address = await receiver.getAddress();

      for (const payload of [
        offering.interface.encodeFunctionData("allot", [FIRST, [address]]),
        offering.interface.encodeFunctionData("refund", [FIRST, address]),
        offering.interface.encodeFunctionData("subscribe", [FIRST, 10n, 10n, ethers.MaxUint256]),
        offering.interface.encodeFunctionData("withdrawProceeds", [FIRST]),
        offering.interface.encodeFunctionData("close", [FIRST]),
      ]) {
        const snapshot = await networkHelpers.takeSnapshot();
        await receiver.arm(offering, payload);
        await offering.allot(FIRST, [alice, receiver]);

        expect(await receiver.attempted()).to.equal(true);
        expect(await receiver.succeeded()).to.equal(false);
        expect(await receiver.answer()).to.equal(shut);
        expect(await shares.balanceOf(receiver, ASSET)).to.equal(200n);
        expect(await dollar.balanceOf(offering)).to.equal(600n * PRICE);
        await snapshot.restore();
      }
    });

    it("refuses an allotment for which the sender has brought too little gas, instead of blaming the buyer", async () => {
      const { offering, receiver } = await loadFixture(succeededWithContractBuyer);

      await expect(offering.allot(FIRST, [receiver], { gasLimit: 1_000_000n })).to.be.revertedWithCustomError(
        offering,
        "BoundedCallLibGasTooLow",
      );
    });

    it("P56: a currency that keeps a fee is refused with what was expected and what arrived", async () => {
      const world = await loadFixture(assetToOffer);
      const { offering, alice } = world;
      const currency = await ethers.deployContract("MockFeeCurrency", [100n]);
      await currency.mint(alice, 1_000n * PRICE);
      await currency.connect(alice).approve(offering, ethers.MaxUint256);
      await openOffering(connection, world, ASSET, { currency: await currency.getAddress() });

      await expect(buy(world, alice, 100n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskReceived")
        .withArgs(await currency.getAddress(), 100n * PRICE, 99n * PRICE);
    });

    it("P56: a currency that says false has not paid", async () => {
      const world = await loadFixture(assetToOffer);
      const { offering, alice } = world;
      const currency = await ethers.deployContract("MockFalseCurrency");
      await currency.mint(alice, 1_000n * PRICE);
      await currency.connect(alice).approve(offering, ethers.MaxUint256);
      await openOffering(connection, world, ASSET, { currency: await currency.getAddress() });
      await currency.setRefusing(true);

      await expect(buy(world, alice, 100n))
        .to.be.revertedWithCustomError(offering, "SafeERC20FailedOperation")
        .withArgs(await currency.getAddress());
    });

    it("P56: currencies without return values and with 18 decimals go through sale, refund and proceeds", async () => {
      for (const deploy of [
        () => ethers.deployContract("MockNoReturnCurrency"),
        () => ethers.deployContract("MockFeeCurrency", [0n]), // that is, without a fee
      ]) {
        const world = await loadFixture(assetToOffer);
        const { offering, shares, investors, treasury, alice, bob } = world;
        const currency = await deploy();
        const price = 10n ** 18n + 1n;
        for (const buyer of [alice, bob]) {
          await currency.mint(buyer, 1_000n * price);
          await currency.connect(buyer).approve(offering, ethers.MaxUint256);
        }
        const terms = await openOffering(connection, world, ASSET, {
          currency: await currency.getAddress(),
          price,
          feeBps: 0n,
        });
        for (const buyer of [alice, bob]) {
          await offering.connect(buyer).subscribe(FIRST, 300n, 300n, ethers.MaxUint256);
        }
        await closeAfterwards(world, terms);
        await investors.setStanding(ethers.id(bob.address), FLAG.suspended, FAR_FUTURE);
        await offering.allot(FIRST, [alice, bob]);
        await offering.connect(bob).refund(FIRST, bob);
        await offering.withdrawProceeds(FIRST);

        expect(await shares.balanceOf(alice, ASSET)).to.equal(300n);
        expect(await currency.balanceOf(bob)).to.equal(1_000n * price);
        expect(await currency.balanceOf(treasury)).to.equal(300n * price);
        expect(await currency.balanceOf(offering)).to.equal(0n);
      }
    });

    it("P57: a blacklisted fee recipient does not keep the treasury from its money, nor the reverse", async () => {
      const world = await loadFixture(succeededWithContractBuyer);
      const { offering, dollar, treasury, feeRecipient, alice } = world;
      await offering.allot(FIRST, [alice]);

      for (const [blocked, blockedCall, free, freeCall, amount] of [
        [feeRecipient, "withdrawFee", treasury, "withdrawProceeds", 190n * PRICE],
        [treasury, "withdrawProceeds", feeRecipient, "withdrawFee", 10n * PRICE],
      ] as const) {
        const snapshot = await networkHelpers.takeSnapshot();
        await dollar.blacklist(blocked, true);
        await expect(offering[blockedCall](FIRST))
          .to.be.revertedWithCustomError(dollar, "TestDollarBlacklisted")
          .withArgs(blocked.address);
        await expect(offering[freeCall](FIRST)).to.changeTokenBalance(ethers, dollar, free, amount);

        await dollar.blacklist(blocked, false);
        await offering[blockedCall](FIRST); // nothing was lost meanwhile
        await snapshot.restore();
      }
    });

    it("P57: a blacklisted buyer keeps his refund until he can be paid, and nobody waits for him", async () => {
      const world = await loadFixture(openAsset);
      const { offering, dollar, alice, bob, terms } = world;
      await buy(world, alice, 100n);
      await buy(world, bob, 100n);
      await closeAfterwards(world, terms);
      await dollar.blacklist(alice, true);

      await expect(offering.refund(FIRST, alice))
        .to.be.revertedWithCustomError(dollar, "TestDollarBlacklisted")
        .withArgs(alice.address);
      await offering.refund(FIRST, bob);
      expect(await offering.entitlementOf(FIRST, alice)).to.equal(100n);
      await dollar.blacklist(alice, false);
      await offering.refund(FIRST, alice);
      expect(await dollar.balanceOf(alice)).to.equal(BUYER_MONEY);
    });

    it("P65: after every refund of a failed offering the whole cap can be sold again", async () => {
      const world = await loadFixture(openAsset);
      const { offering, shares, alice, bob, terms } = world;
      await buy(world, alice, 399n);
      await closeAfterwards(world, terms);
      await offering.refund(FIRST, alice);
      expect((await offering.offeringOf(FIRST)).sold).to.equal(0n);

      const cap = await shares.capOf(ASSET);
      await openOffering(connection, world, ASSET, { hardCap: cap, softCap: cap, price: 1n });
      await offering.connect(bob).subscribe(2n, cap, cap, cap);
      await offering.closeSoldOut(2n);
      await offering.allot(2n, [bob]);
      expect(await shares.totalSupply(ASSET)).to.equal(cap);
    });

    it("P67: an allowance to the desk lets nobody else spend it", async () => {
      const world = await loadFixture(openAsset);
      const { offering, dollar, alice, stranger } = world;
      await onboard(connection, world, stranger); // verified, but without money

      await expect(offering.connect(stranger).subscribe(FIRST, 100n, 100n, ethers.MaxUint256))
        .to.be.revertedWithCustomError(dollar, "ERC20InsufficientAllowance")
        .withArgs(await offering.getAddress(), 0n, 100n * PRICE);
      expect(await dollar.balanceOf(alice)).to.equal(BUYER_MONEY);
      expect(await offering.entitlementOf(FIRST, alice)).to.equal(0n);
    });

    it("P68 and P69: a permit that somebody else has brought first still pays, with the buyer's own deadline", async () => {
      const world = await loadFixture(openAsset);
      const { offering, dollar, alice, stranger } = world;
      await dollar.connect(alice).approve(offering, 0n);
      const deadline = BigInt(await time.latest()) + 500n;
      const maxCost = 120n * PRICE;
      const { v, r, s } = await signPermit(world, alice, maxCost, deadline);

      await dollar.connect(stranger).permit(alice, offering, maxCost, deadline, v, r, s);
      await expect(
        offering.connect(alice).subscribeWithPermit(FIRST, 120n, 100n, maxCost, deadline, v, r, s),
      ).to.changeTokenBalance(ethers, dollar, alice, -maxCost);
      expect(await dollar.allowance(alice, offering)).to.equal(0n);
    });

    it("P69: a permit pays by itself, and one that is over, or of another, does not", async () => {
      const world = await loadFixture(openAsset);
      const { offering, dollar, alice, bob } = world;
      await dollar.connect(alice).approve(offering, 0n);
      const deadline = BigInt(await time.latest()) + 500n;
      const cost = 100n * PRICE;
      const own = await signPermit(world, alice, cost, deadline);
      const others = await signPermit(world, bob, cost, deadline);
      const late = await signPermit(world, alice, cost, 1n);

      for (const [{ v, r, s }, until] of [
        [others, deadline],
        [late, 1n],
      ] as const) {
        await expect(offering.connect(alice).subscribeWithPermit(FIRST, 100n, 100n, cost, until, v, r, s))
          .to.be.revertedWithCustomError(dollar, "ERC20InsufficientAllowance")
          .withArgs(await offering.getAddress(), 0n, cost);
      }
      await offering.connect(alice).subscribeWithPermit(FIRST, 100n, 100n, cost, deadline, own.v, own.r, own.s);
      expect(await offering.entitlementOf(FIRST, alice)).to.equal(100n);
    });

    it("P72: money sent to the desk changes nothing", async () => {
      const world = await loadFixture(openAsset);
      const { offering, dollar, alice, bob, terms } = world;
      await dollar.connect(bob).transfer(offering, 1_000n * PRICE);
      await buy(world, alice, 100n);
      expect(await offering.escrowOf(FIRST)).to.equal(100n * PRICE);
      await closeAfterwards(world, terms);

      expect((await offering.offeringOf(FIRST)).phase).to.equal(PHASE.failed);
      await expect(offering.refund(FIRST, alice)).to.changeTokenBalance(ethers, dollar, alice, 100n * PRICE);
    });

    it("P73: proceeds and fee go out once", async () => {
      const { offering, treasury, feeRecipient, alice } = await loadFixture(succeededWithContractBuyer);
      await offering.allot(FIRST, [alice]);
      await offering.withdrawProceeds(FIRST);
      await offering.withdrawFee(FIRST);

      await expect(offering.withdrawProceeds(FIRST))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNothingDue")
        .withArgs(FIRST, treasury.address);
      await expect(offering.withdrawFee(FIRST))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNothingDue")
        .withArgs(FIRST, feeRecipient.address);
    });

    it("P74: in no second is an offering both on sale and closable, nor neither", async () => {
      const world = await loadFixture(openAsset);
      const { offering, alice, terms } = world;

      for (const [second, sells] of [
        [terms.closesAt, true],
        [terms.closesAt + 1n, false],
      ] as const) {
        await time.increaseTo(second);
        const subscription = offering.connect(alice).subscribe.staticCall(FIRST, 10n, 10n, 10n * PRICE);
        const closing = offering.close.staticCall(FIRST);
        const outcomes = await Promise.allSettled([subscription, closing]);
        expect(outcomes.map(({ status }) => status === "fulfilled")).to.deep.equal([sells, !sells]);
      }
    });

    it("P78: a currency that comes back in during payment and refund finds every door shut", async () => {
      const world = await loadFixture(assetToOffer);
      const { offering, alice, bob } = world;
      const currency = await ethers.deployContract("MockReentrantCurrency");
      for (const buyer of [alice, bob]) {
        await currency.mint(buyer, 1_000n * PRICE);
        await currency.connect(buyer).approve(offering, ethers.MaxUint256);
      }
      const terms = await openOffering(connection, world, ASSET, { currency: await currency.getAddress() });
      const shut = offering.interface.encodeErrorResult("ReentrancyGuardReentrantCall", []);
      const expectShut = async (): Promise<void> => {
        expect(await currency.attempted()).to.equal(true);
        expect(await currency.answer()).to.equal(shut);
      };
      await buy(world, bob, 100n);

      await currency.arm(
        offering,
        offering.interface.encodeFunctionData("subscribe", [FIRST, 10n, 10n, ethers.MaxUint256]),
      );
      await buy(world, alice, 100n);
      await expectShut();
      await closeAfterwards(world, terms);
      await currency.arm(offering, offering.interface.encodeFunctionData("refund", [FIRST, alice.address]));
      await offering.refund(FIRST, alice);
      await expectShut();

      expect(await currency.balanceOf(alice)).to.equal(1_000n * PRICE);
      expect(await currency.balanceOf(offering)).to.equal(100n * PRICE); // bob's, untouched
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

/** A holder's ERC-2612 permit to the offering desk. */
async function signPermit(
  { dollar, offering }: Pick<World, "dollar" | "offering">,
  owner: HardhatEthersSigner,
  value: bigint,
  deadline: bigint,
) {
  const { chainId } = await ethers.provider.getNetwork();
  const signature = await owner.signTypedData(
    { name: "Test Dollar", version: "1", chainId, verifyingContract: await dollar.getAddress() },
    {
      Permit: [
        { name: "owner", type: "address" },
        { name: "spender", type: "address" },
        { name: "value", type: "uint256" },
        { name: "nonce", type: "uint256" },
        { name: "deadline", type: "uint256" },
      ],
    },
    {
      owner: owner.address,
      spender: await offering.getAddress(),
      value,
      nonce: await dollar.nonces(owner),
      deadline,
    },
  );
  return ethers.Signature.from(signature);
}
