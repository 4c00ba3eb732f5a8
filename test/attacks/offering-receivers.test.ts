import { expect } from "chai";
import { network } from "hardhat";
import { onboard } from "../helpers/books.ts";
import { BUYER_MONEY, openOffering } from "../helpers/offering.ts";
import { ASSET, FIRST, type OfferingWorld, offeringWorlds, PRICE } from "../helpers/offering-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;
const { assetToOffer, closeAfterwards } = offeringWorlds(connection);

const RECEPTION = { accept: 0n, reject: 1n, burnGas: 2n, bomb: 3n, reenter: 4n } as const;

/** On offer, and a contract with a will of its own is a verified buyer with money. */
async function openAssetWithContractBuyer() {
  const world = await assetWithContractBuyer();
  const terms = await openOffering(connection, world, ASSET, { price: PRICE });
  return { ...world, terms };
}

/** Not on offer yet. */
async function assetWithContractBuyer() {
  const world = await assetToOffer();
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
  await closeAfterwards(world);
  return world;
}

/** Closed with success, and locked up for an hour: alice and the contract have bought 200 shares each. */
async function lockedUpWithContractBuyer() {
  const world = await assetWithContractBuyer();
  const { offering, receiver, alice } = world;
  const until = BigInt(await time.latest()) + 10_000n;
  const terms = await openOffering(connection, world, ASSET, {
    price: PRICE,
    lockUp: { from: 0n, cliff: until, until },
  });
  const order = [FIRST, 200n, 200n, 200n * PRICE] as const;
  await offering.connect(alice).subscribe(...order);
  await receiver.execute(offering, offering.interface.encodeFunctionData("subscribe", [...order]));
  await closeAfterwards({ ...world, terms });
  return world;
}

/** Why the issue to `buyer` is refused: the reason that the event gives. */
async function refusalOf(offering: OfferingWorld["offering"], buyer: string): Promise<string | undefined> {
  const receipt = await (await offering.allot(FIRST, [buyer])).wait();
  const [refusal] = await offering.queryFilter(offering.filters.AllotmentRefused(FIRST, buyer), receipt?.blockNumber);
  return refusal?.args.reason;
}

describe("Attacks on the offering desk by who receives shares", () => {
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

  describe("P5: a receiver that passes its shares on in the hook, before they are locked up", () => {
    it("gets none, and waits until it keeps them", async () => {
      const { offering, shares, receiver, alice } = await loadFixture(lockedUpWithContractBuyer);
      const address = await receiver.getAddress();
      const passOn = shares.interface.encodeFunctionData("safeTransferFrom", [address, alice.address, ASSET, 1n, "0x"]);
      await receiver.arm(shares, passOn);

      const missing = shares.interface.encodeErrorResult("ShareTokenInsufficientUnlocked", [
        address,
        ASSET,
        200n,
        199n,
        0n,
      ]);
      const short = shares.interface.encodeErrorResult("ERC1155InsufficientBalance", [address, 199n, 200n, ASSET]);
      expect([missing, short]).to.include(await refusalOf(offering, address));
      expect(await shares.balanceOf(alice, ASSET)).to.equal(0n);

      await receiver.setReception(RECEPTION.accept);
      await offering.allot(FIRST, [receiver]);
      expect(await shares.lockedOf(receiver, ASSET)).to.equal(200n);
    });

    for (const [way, reception] of Object.entries(RECEPTION).filter(([name]) => /reject|burnGas|bomb/.test(name))) {
      it(`stops no other buyer when it turns to ${way} under a lock-up (I-14)`, async () => {
        const { offering, shares, receiver, alice } = await loadFixture(lockedUpWithContractBuyer);
        await receiver.setReception(reception);

        await expect(offering.allot(FIRST, [receiver, alice])).to.emit(offering, "AllotmentRefused");

        expect(await shares.lockedOf(alice, ASSET)).to.equal(200n);
        expect(await offering.entitlementOf(FIRST, receiver)).to.equal(200n);
        expect(await offering.lockOf(FIRST, receiver)).to.deep.equal([[0n, 0n], 0n]);
      });
    }
  });
});
