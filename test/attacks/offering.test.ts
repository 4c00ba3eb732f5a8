import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import { FAR_FUTURE, FLAG, onboard } from "../helpers/books.ts";
import { deployDesks, listBackedAsset, PHASE } from "../helpers/desks.ts";
import { BUYER_MONEY, openOffering, type Terms } from "../helpers/offering.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const ASSET = 7n;
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

/** On offer: 1,000 shares at one dollar, soft cap 400. */
async function openAsset() {
  const world = await assetToOffer();
  const terms = await openOffering(connection, world, ASSET);
  return { ...world, terms };
}

/** Closed with success: alice has bought 200 shares, bob 400. */
async function succeededOffering() {
  const world = await openAsset();
  await buy(world, world.alice, 200n);
  await buy(world, world.bob, 400n);
  await closeAfterwards(world, world.terms);
  return world;
}

async function closeAfterwards({ offering }: Pick<World, "offering">, terms: Terms) {
  await time.increaseTo(terms.closesAt + 1n);
  await offering.close(FIRST);
}

async function buy({ offering }: Pick<World, "offering">, buyer: HardhatEthersSigner, shares: bigint) {
  return offering.connect(buyer).subscribe(FIRST, shares, shares, shares * PRICE);
}

describe("Attacks on the offering desk", () => {
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
    const world = await loadFixture(succeededOffering);
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
    const { offering, treasury, feeRecipient, alice } = await loadFixture(succeededOffering);
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
