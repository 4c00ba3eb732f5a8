import { expect } from "chai";
import { network } from "hardhat";
import { CLASS, deployBooks, FAR_FUTURE, FLAG, FRANCE, onboard, USA } from "../../helpers/books.ts";
import { claimAbout, DAY, deployErc3643, registerIdentity, signedClaim, TOPIC, YEAR } from "../../helpers/claims.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

const INVESTOR = ethers.id("the investor");

/** The real registry and a verifier of signed claims that compliance has listed; nobody is registered. */
async function registryWithVerifier() {
  const books = await deployBooks(connection);
  const [attestor, wallet, otherWallet, stranger] = books.others;
  if (!attestor || !wallet || !otherWallet || !stranger) throw new Error("five accounts are needed");
  const verifier = await ethers.deployContract("SignedClaimVerifier", [books.authority, books.investors]);
  await verifier.setAttestor(attestor, CLASS.retail | CLASS.accredited, YEAR);
  await books.investors.setVerifier(verifier, true);
  const world = { ...books, attestor, wallet, otherWallet, stranger, verifier };
  const present = async (changes: Parameters<typeof claimAbout>[2] = {}) => {
    const claim = await claimAbout(connection, world, changes);
    const signed = await signedClaim(connection, verifier, attestor, claim);
    return { claim, signed, send: () => books.investors.connect(stranger).present(verifier, claim.wallet, signed) };
  };
  return { ...world, present };
}

describe("InvestorRegistry and claims", () => {
  it("registers the investor behind a wallet by a claim, whoever brings it", async () => {
    const { investors, verifier, wallet, present } = await networkHelpers.loadFixture(registryWithVerifier);
    const { claim, send } = await present();

    await expect(send())
      .to.emit(investors, "InvestorSet")
      .withArgs(INVESTOR, USA, CLASS.accredited, 0n, claim.verifiedUntil)
      .and.to.emit(investors, "WalletAdded")
      .withArgs(INVESTOR, wallet)
      .and.to.emit(investors, "ClaimAccepted")
      .withArgs(INVESTOR, wallet, verifier, await verifier.hashClaim(claim));
    expect(await investors.receiveCode(wallet)).to.equal(0n);
    expect([...(await investors.claimOf(INVESTOR))]).to.deep.equal([
      await verifier.getAddress(),
      await verifier.hashClaim(claim),
    ]);
  });

  it("adds a wallet to a known investor, and renews what is known of him in all of them", async () => {
    const { investors, wallet, otherWallet, present } = await networkHelpers.loadFixture(registryWithVerifier);
    await (await present()).send();
    const until = BigInt(await time.latest()) + 100n;
    const { send } = await present({
      wallet: otherWallet.address,
      country: FRANCE,
      classes: CLASS.retail,
      verifiedUntil: until,
    });

    await send();
    for (const each of [wallet, otherWallet]) {
      expect([...(await investors.profileOf(each))]).to.deep.equal([INVESTOR, FRANCE, CLASS.retail, 0n, until]);
    }
    expect(await investors.walletsOf(INVESTOR)).to.deep.equal([wallet.address, otherWallet.address]);
  });

  it("lets a claim neither suspend nor lift a suspension", async () => {
    const { investors, wallet, present } = await networkHelpers.loadFixture(registryWithVerifier);
    await (await present()).send();
    await investors.setStanding(INVESTOR, FLAG.suspended, FAR_FUTURE);

    await (await present()).send();
    expect(await investors.sendCode(wallet)).to.equal(11n);
    expect((await investors.profileOf(wallet)).flags).to.equal(FLAG.suspended);
  });

  it("asks only verifiers on the list; what one that left it has verified stays", async () => {
    const { investors, verifier, wallet, stranger, present } = await networkHelpers.loadFixture(registryWithVerifier);
    await (await present()).send();
    const next = await present();

    await expect(investors.setVerifier(verifier, false)).to.emit(investors, "VerifierSet").withArgs(verifier, false);
    expect(await investors.isVerifier(verifier)).to.equal(false);
    await expect(next.send())
      .to.be.revertedWithCustomError(investors, "InvestorRegistryVerifierNotAllowed")
      .withArgs(verifier);
    expect(await investors.receiveCode(wallet)).to.equal(0n);
    await expect(investors.connect(stranger).setVerifier(verifier, true))
      .to.be.revertedWithCustomError(investors, "AccessManagedUnauthorized")
      .withArgs(stranger);
  });

  it("P44: two investors race for a wallet by claims, and the second one gets the name of the first", async () => {
    const { investors, wallet, present } = await networkHelpers.loadFixture(registryWithVerifier);
    const rival = ethers.id("another investor");
    const first = await present();
    const second = await present({ investor: rival });

    await first.send();
    await expect(second.send())
      .to.be.revertedWithCustomError(investors, "InvestorRegistryWalletTaken")
      .withArgs(wallet, INVESTOR);
    expect(await investors.numberOf(rival)).to.equal(0n);
    expect((await investors.profileOf(wallet)).investor).to.equal(INVESTOR);
  });

  it("P44: a known investor cannot take another one's wallet by a claim, nor a desk's, nor be the protocol", async () => {
    const world = await networkHelpers.loadFixture(registryWithVerifier);
    const { investors, wallet, otherWallet, stranger, present } = world;
    await onboard(connection, world, otherWallet, { reference: "B" });
    await investors.setProtocolAddress(stranger, true);
    await (await present()).send();

    await expect((await present({ wallet: otherWallet.address })).send())
      .to.be.revertedWithCustomError(investors, "InvestorRegistryWalletTaken")
      .withArgs(otherWallet, ethers.id("B"));
    await expect((await present({ wallet: stranger.address })).send())
      .to.be.revertedWithCustomError(investors, "InvestorRegistryWalletTaken")
      .withArgs(stranger, ethers.id("moiety.protocol"));
    await expect((await present({ investor: ethers.id("moiety.protocol") })).send())
      .to.be.revertedWithCustomError(investors, "InvestorRegistryUnknownInvestor")
      .withArgs(ethers.id("moiety.protocol"));
    expect(await investors.walletsOf(INVESTOR)).to.deep.equal([wallet.address]);
  });

  describe("enforceRevocation", () => {
    it("ends a verification whose claim was taken back, whoever asks for it, and keeps the holding sellable", async () => {
      const { investors, verifier, attestor, wallet, stranger, present } =
        await networkHelpers.loadFixture(registryWithVerifier);
      const { claim, send } = await present();
      await send();
      const claimId = await verifier.hashClaim(claim);
      const enforce = () => investors.connect(stranger).enforceRevocation(INVESTOR);

      await expect(enforce())
        .to.be.revertedWithCustomError(investors, "InvestorRegistryClaimStands")
        .withArgs(INVESTOR, claimId);
      await verifier.connect(attestor).revoke(claimId);
      await expect(enforce()).to.emit(investors, "ClaimRevoked").withArgs(INVESTOR, verifier, claimId);
      const ended = BigInt(await networkHelpers.time.latest());
      expect((await investors.profileOf(wallet)).verifiedUntil).to.equal(ended - 1n); // its last second is over
      expect(await investors.receiveCode(wallet)).to.equal(14n);
      expect(await investors.sendCode(wallet)).to.equal(0n);
      expect([...(await investors.claimOf(INVESTOR))]).to.deep.equal([ethers.ZeroAddress, ethers.ZeroHash]);
      await expect(enforce())
        .to.be.revertedWithCustomError(investors, "InvestorRegistryClaimStands")
        .withArgs(INVESTOR, ethers.ZeroHash);
    });

    it("P33: does not let the claim that was taken back be presented again", async () => {
      const { investors, verifier, attestor, wallet, present } = await networkHelpers.loadFixture(registryWithVerifier);
      const { claim, signed, send } = await present();
      await send();
      await verifier.connect(attestor).revoke(await verifier.hashClaim(claim));
      await investors.enforceRevocation(INVESTOR);

      await expect(investors.present(verifier, wallet, signed)).to.be.revert(ethers);
      expect(await investors.receiveCode(wallet)).to.equal(14n);
      await (await present()).send(); // a new word of the attestor is another matter
      expect(await investors.receiveCode(wallet)).to.equal(0n);
    });

    it("leaves alone whom the registrar vouches for, and nobody", async () => {
      const { investors, verifier, attestor, wallet, present } = await networkHelpers.loadFixture(registryWithVerifier);
      const { claim, send } = await present();
      await send();
      await investors.setStanding(INVESTOR, 0n, FAR_FUTURE);
      await verifier.connect(attestor).revoke(await verifier.hashClaim(claim));

      await expect(investors.enforceRevocation(INVESTOR))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryClaimStands")
        .withArgs(INVESTOR, ethers.ZeroHash);
      expect(await investors.receiveCode(wallet)).to.equal(0n);
      for (const unknown of [ethers.id("nobody"), ethers.id("moiety.protocol")]) {
        await expect(investors.enforceRevocation(unknown))
          .to.be.revertedWithCustomError(investors, "InvestorRegistryUnknownInvestor")
          .withArgs(unknown);
      }
    });
  });

  it("P42: a claim's verification ends by itself, to the second, and a new claim renews it", async () => {
    const { investors, wallet, present } = await networkHelpers.loadFixture(registryWithVerifier);
    const until = BigInt(await time.latest()) + DAY;
    await (await present({ verifiedUntil: until })).send();

    await time.increaseTo(until);
    expect(await investors.receiveCode(wallet)).to.equal(0n);
    await time.increaseTo(until + 1n);
    expect(await investors.receiveCode(wallet)).to.equal(14n);
    await (await present()).send();
    expect(await investors.receiveCode(wallet)).to.equal(0n);
  });

  it("registers who an ERC-3643 source knows, with the classes that his claims mean, and ends it with them", async () => {
    const base = await deployErc3643(connection);
    const books = await deployBooks(connection);
    const verifier = await ethers.deployContract("Erc3643Verifier", [books.authority, books.investors]);
    await verifier.setSource(base.source, YEAR, [
      { topic: TOPIC.identity, classes: CLASS.retail },
      { topic: TOPIC.accreditation, classes: CLASS.accredited },
    ]);
    await books.investors.setVerifier(verifier, true);
    await registerIdentity(connection, base, base.wallet, [TOPIC.identity, TOPIC.accreditation]);
    const claim = ethers.AbiCoder.defaultAbiCoder().encode(["address"], [await base.source.getAddress()]);

    await expect(books.investors.present(verifier, base.wallet, claim)).to.emit(books.investors, "ClaimAccepted");
    const profile = await books.investors.profileOf(base.wallet);
    expect([profile.country, profile.classes, profile.flags]).to.deep.equal([FRANCE, 5n, 0n]);
    await base.source.registerIdentity(base.wallet, ethers.ZeroAddress, 0n);
    await expect(books.investors.enforceRevocation(profile.investor)).to.emit(books.investors, "ClaimRevoked");
    expect(await books.investors.receiveCode(base.wallet)).to.equal(14n);
  });
});
