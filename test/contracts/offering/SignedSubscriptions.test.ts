import { expect } from "chai";
import { network } from "hardhat";
import { onboard } from "../../helpers/books.ts";
import { BUYER_MONEY } from "../../helpers/offering.ts";
import { FIRST, type OfferingWorld, offeringWorlds, PRICE } from "../../helpers/offering-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;
const { openAsset } = offeringWorlds(connection);

const TYPES = {
  Subscription: [
    { name: "offeringId", type: "uint256" },
    { name: "buyer", type: "address" },
    { name: "shares", type: "uint64" },
    { name: "minShares", type: "uint64" },
    { name: "maxCost", type: "uint256" },
    { name: "referrer", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint64" },
  ],
};

async function domainOf({ offering }: Pick<OfferingWorld, "offering">) {
  const { chainId } = await ethers.provider.getNetwork();
  return { name: "Moiety OfferingDesk", version: "1", chainId, verifyingContract: await offering.getAddress() };
}

/** Alice wants 100 shares and has signed it; a stranger has it. */
async function signed() {
  const world = await openAsset();
  const subscription = {
    offeringId: FIRST,
    buyer: world.alice.address,
    shares: 100n,
    minShares: 50n,
    maxCost: 100n * PRICE,
    referrer: ethers.ZeroAddress,
    nonce: 77n,
    deadline: BigInt(await time.latest()) + 500n,
  };
  const signature = await world.alice.signTypedData(await domainOf(world), TYPES, subscription);
  return { ...world, subscription, signature };
}

describe("OfferingDesk: signed subscriptions", () => {
  it("are the buyer's, whoever brings them, and he pays", async () => {
    const { offering, dollar, stranger, alice, subscription, signature } = await loadFixture(signed);

    const brought = offering.connect(stranger).subscribeSigned(subscription, signature);

    await expect(brought)
      .to.emit(offering, "Subscribed")
      .withArgs(FIRST, alice.address, 100n, 100n * PRICE);
    await expect(brought).to.changeTokenBalances(ethers, dollar, [alice, stranger], [-100n * PRICE, 0n]);
    expect(await offering.entitlementOf(FIRST, alice)).to.equal(100n);
  });

  it("P67: count once", async () => {
    const { offering, stranger, alice, subscription, signature } = await loadFixture(signed);
    await offering.connect(stranger).subscribeSigned(subscription, signature);

    await expect(offering.connect(stranger).subscribeSigned(subscription, signature))
      .to.be.revertedWithCustomError(offering, "OfferingDeskNonceUsed")
      .withArgs(alice.address, 77n);
    expect(await offering.isNonceUsed(alice, 77n)).to.equal(true);
    expect(await offering.isNonceUsed(alice, 76n)).to.equal(false);
  });

  it("P67: are void once the buyer has revoked their nonce", async () => {
    const { offering, stranger, alice, subscription, signature } = await loadFixture(signed);

    await expect(offering.connect(alice).revokeNonce(77n))
      .to.emit(offering, "NonceRevoked")
      .withArgs(alice.address, 77n);

    await expect(offering.connect(stranger).subscribeSigned(subscription, signature))
      .to.be.revertedWithCustomError(offering, "OfferingDeskNonceUsed")
      .withArgs(alice.address, 77n);
  });

  it("P74: hold to the end of their deadline's second", async () => {
    const { offering, stranger, subscription, signature } = await loadFixture(signed);
    const snapshot = await networkHelpers.takeSnapshot();
    await time.setNextBlockTimestamp(subscription.deadline + 1n);
    await expect(offering.connect(stranger).subscribeSigned(subscription, signature))
      .to.be.revertedWithCustomError(offering, "OfferingDeskExpired")
      .withArgs(subscription.deadline, subscription.deadline + 1n);

    await snapshot.restore();
    await time.setNextBlockTimestamp(subscription.deadline);
    await offering.connect(stranger).subscribeSigned(subscription, signature);
  });

  it("P34: do not count with any field changed, on another desk or another chain, or signed by another", async () => {
    const world = await loadFixture(signed);
    const { offering, alice, bob, stranger, subscription, signature } = world;
    const refused = (changed: typeof subscription, by: string) =>
      expect(offering.connect(stranger).subscribeSigned(changed, by)).to.be.revertedWithCustomError(
        offering,
        "OfferingDeskInvalidSignature",
      );

    for (const change of [
      { offeringId: 2n },
      { buyer: bob.address },
      { shares: 101n },
      { minShares: 0n },
      { maxCost: subscription.maxCost + 1n },
      { referrer: stranger.address },
      { nonce: 78n },
      { deadline: subscription.deadline + 1n },
    ]) {
      const changed = { ...subscription, ...change };
      await refused(changed, signature).withArgs(changed.buyer, await offering.hashSubscription(changed));
    }
    const domain = await domainOf(world);
    const digest = await offering.hashSubscription(subscription);
    for (const other of [{ chainId: 1n }, { verifyingContract: bob.address }, { name: "Moiety CustodyDesk" }]) {
      const elsewhere = await alice.signTypedData({ ...domain, ...other }, TYPES, subscription);
      await refused(subscription, elsewhere).withArgs(alice.address, digest);
    }
    await refused(subscription, await bob.signTypedData(domain, TYPES, subscription)).withArgs(alice.address, digest);
    expect(digest).to.equal(ethers.TypedDataEncoder.hash(domain, TYPES, subscription));
  });

  it("obey all that the buyer would have to obey himself", async () => {
    const world = await loadFixture(signed);
    const { offering, bob, stranger, alice, subscription } = world;
    await offering.connect(bob).subscribe(FIRST, 951n, 951n, ethers.MaxUint256);
    const sign = async (changes: Partial<typeof subscription>) => {
      const order = { ...subscription, ...changes };
      return [order, await alice.signTypedData(await domainOf(world), TYPES, order)] as const;
    };

    await expect(offering.connect(stranger).subscribeSigned(...(await sign({}))))
      .to.be.revertedWithCustomError(offering, "OfferingDeskTooFewLeft")
      .withArgs(FIRST, 50n, 49n);
    await expect(offering.connect(stranger).subscribeSigned(...(await sign({ minShares: 1n, maxCost: 1n }))))
      .to.be.revertedWithCustomError(offering, "OfferingDeskCostTooHigh")
      .withArgs(FIRST, 49n * PRICE, 1n);
    expect(await offering.isNonceUsed(alice, 77n)).to.equal(false); // what was refused is not used up
  });

  it("are also a contract's that says so (ERC-1271), and not one's that does not", async () => {
    const world = await loadFixture(signed);
    const { offering, dollar, alice, bob, stranger, subscription } = world;
    const wallet = await ethers.deployContract("MockSignatureWallet", [alice]);
    const buyer = await wallet.getAddress();
    await onboard(connection, world, buyer);
    await dollar.mint(buyer, BUYER_MONEY);
    await wallet.execute(
      dollar,
      dollar.interface.encodeFunctionData("approve", [await offering.getAddress(), ethers.MaxUint256]),
    );
    const order = { ...subscription, buyer };
    const domain = await domainOf(world);

    await expect(offering.subscribeSigned(order, await bob.signTypedData(domain, TYPES, order)))
      .to.be.revertedWithCustomError(offering, "OfferingDeskInvalidSignature")
      .withArgs(buyer, await offering.hashSubscription(order));
    await offering.connect(stranger).subscribeSigned(order, await alice.signTypedData(domain, TYPES, order));

    expect(await offering.entitlementOf(FIRST, buyer)).to.equal(100n);
  });
});
