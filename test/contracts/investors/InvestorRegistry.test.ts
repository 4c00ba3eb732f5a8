import { expect } from "chai";
import { network } from "hardhat";
import { CLASS, deployBooks, FAR_FUTURE, FLAG, onboard, USA } from "../../helpers/books.ts";
import { packParty } from "../../helpers/rule-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const PROTOCOL = ethers.id("moiety.protocol");

/** alice is an American accredited investor; nobody else is known. */
async function registryWithOneInvestor() {
  const books = await deployBooks(connection);
  const [alice, bob] = books.others;
  if (!alice || !bob) throw new Error("three accounts are needed");
  const investor = await onboard(connection, books, alice, { reference: "A-1" });
  const profile = { country: USA, classes: CLASS.accredited, flags: 0n, verifiedUntil: FAR_FUTURE };
  return { ...books, alice, bob, investor, profile };
}

describe("InvestorRegistry", () => {
  it("is given its rules once", async () => {
    const { investors, rules, alice } = await networkHelpers.loadFixture(registryWithOneInvestor);

    await expect(investors.setRules(alice))
      .to.be.revertedWithCustomError(investors, "InvestorRegistryRulesSet")
      .withArgs(await rules.getAddress());
  });

  describe("register", () => {
    it("keeps country, classes and expiry of a wallet's investor", async () => {
      const { investors, alice, investor } = await networkHelpers.loadFixture(registryWithOneInvestor);

      expect([...(await investors.profileOf(alice))]).to.deep.equal([investor, USA, CLASS.accredited, 0n, FAR_FUTURE]);
    });

    it("rejects an id or a wallet that is taken", async () => {
      const { investors, alice, bob, investor, profile } = await networkHelpers.loadFixture(registryWithOneInvestor);

      await expect(investors.register({ investor, ...profile }, bob))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryInvestorExists")
        .withArgs(investor);
      await expect(investors.register({ investor: ethers.id("B-2"), ...profile }, alice))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryWalletTaken")
        .withArgs(alice, investor);
      await expect(investors.register({ investor: PROTOCOL, ...profile }, bob))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryInvestorExists")
        .withArgs(PROTOCOL);
    });

    it("rejects a zero id, a zero wallet, country 0 or 1000, no class, and the protocol flag", async () => {
      const { investors, bob, profile } = await networkHelpers.loadFixture(registryWithOneInvestor);
      const next = { investor: ethers.id("B-2"), ...profile };
      const refused = [
        [{ ...next, investor: ethers.ZeroHash }, bob.address],
        [next, ethers.ZeroAddress],
        [{ ...next, country: 0n }, bob.address],
        [{ ...next, country: 1000n }, bob.address],
        [{ ...next, classes: 0n }, bob.address],
        [{ ...next, flags: FLAG.protocol }, bob.address],
      ] as const;

      for (const [candidate, wallet] of refused) {
        await expect(investors.register(candidate, wallet)).to.be.revertedWithCustomError(
          investors,
          "InvestorRegistryInvalidProfile",
        );
      }
    });

    it("registers many or none", async () => {
      const { investors, alice, bob, profile } = await networkHelpers.loadFixture(registryWithOneInvestor);
      const two = [
        { investor: ethers.id("B-2"), ...profile },
        { investor: ethers.id("C-3"), ...profile },
      ];

      await expect(investors.registerMany(two, [bob])).to.be.revertedWithCustomError(
        investors,
        "InvestorRegistryLengthsDiffer",
      );
      await expect(investors.registerMany(two, [bob, alice])).to.be.revertedWithCustomError(
        investors,
        "InvestorRegistryWalletTaken",
      );
      expect((await investors.profileOf(bob)).investor).to.equal(ethers.ZeroHash);
    });

    it("is for the registrar only", async () => {
      const { investors, bob, profile } = await networkHelpers.loadFixture(registryWithOneInvestor);

      await expect(investors.connect(bob).register({ investor: ethers.id("B-2"), ...profile }, bob))
        .to.be.revertedWithCustomError(investors, "AccessManagedUnauthorized")
        .withArgs(bob);
    });
  });

  describe("addWallet", () => {
    it("gives an investor another wallet, and an unknown investor none", async () => {
      const { investors, bob, investor } = await networkHelpers.loadFixture(registryWithOneInvestor);

      await expect(investors.addWallet(investor, bob)).to.emit(investors, "WalletAdded").withArgs(investor, bob);
      expect((await investors.profileOf(bob)).investor).to.equal(investor);
      for (const unknown of [ethers.id("B-2"), PROTOCOL]) {
        await expect(investors.addWallet(unknown, bob))
          .to.be.revertedWithCustomError(investors, "InvestorRegistryUnknownInvestor")
          .withArgs(unknown);
      }
    });
  });

  describe("sendCode and receiveCode", () => {
    it("lets the last second of a verification count and the next one not", async () => {
      const { investors, alice, investor } = await networkHelpers.loadFixture(registryWithOneInvestor);
      const until = BigInt(await networkHelpers.time.latest()) + 100n;
      await investors.setStanding(investor, 0n, until);

      await networkHelpers.time.increaseTo(until);
      expect(await investors.receiveCode(alice)).to.equal(0n);
      await networkHelpers.time.increaseTo(until + 1n);
      expect(await investors.receiveCode(alice)).to.equal(14n);
      expect(await investors.sendCode(alice)).to.equal(0n);
    });

    it("knows unknown, suspended and liquidate-only parties", async () => {
      const { investors, alice, bob, investor } = await networkHelpers.loadFixture(registryWithOneInvestor);
      expect(await investors.sendCode(bob)).to.equal(10n);
      expect(await investors.receiveCode(bob)).to.equal(12n);

      await investors.setStanding(investor, FLAG.suspended, FAR_FUTURE);
      expect(await investors.sendCode(alice)).to.equal(11n);
      expect(await investors.receiveCode(alice)).to.equal(13n);
      await investors.setStanding(investor, FLAG.liquidateOnly, FAR_FUTURE);
      expect(await investors.sendCode(alice)).to.equal(0n);
      expect(await investors.receiveCode(alice)).to.equal(15n);
    });
  });

  describe("standing", () => {
    it("is told by its gravest reason: retired, suspended, frozen, expired, liquidate-only", async () => {
      const { investors, alice, bob, investor } = await networkHelpers.loadFixture(registryWithOneInvestor);
      const past = BigInt(await networkHelpers.time.latest()) - 1n;

      for (const isRetired of [false, true]) {
        if (isRetired) await investors.recover(alice, bob);
        for (const isFrozen of isRetired ? [false] : [false, true]) {
          if (isFrozen) await investors.setWalletFrozen(alice, true);
          for (const flags of [0n, FLAG.suspended, FLAG.liquidateOnly, FLAG.suspended | FLAG.liquidateOnly]) {
            for (const until of [FAR_FUTURE, past]) {
              await investors.setStanding(investor, flags, until);
              const isSuspended = (flags & FLAG.suspended) !== 0n;
              const stopped = (retired: bigint, suspended: bigint, frozen: bigint, otherwise: bigint) => {
                if (isRetired) return retired;
                if (isSuspended) return suspended;
                return isFrozen ? frozen : otherwise;
              };
              const limited = flags === 0n ? 0n : 15n;
              expect(await investors.sendCode(alice)).to.equal(stopped(18n, 11n, 16n, 0n));
              expect(await investors.receiveCode(alice)).to.equal(
                stopped(19n, 13n, 17n, until === past ? 14n : limited),
              );
            }
          }
        }
      }
    });

    it("is one word, with what is the wallet's own", async () => {
      const { investors, alice, bob, investor } = await networkHelpers.loadFixture(registryWithOneInvestor);
      const number = Number(await investors.numberOf(investor));
      expect(number).to.equal(2);
      const facts = { number, country: 276, classes: 10, flags: 4, verifiedUntil: 3_999_999_999 };
      await investors.addWallet(investor, bob);
      await investors.setWalletFrozen(bob, true);

      await investors.setKind(investor, facts.country, facts.classes);
      await investors.setStanding(investor, facts.flags, facts.verifiedUntil);
      expect(await investors.partyOf(alice)).to.equal(packParty(facts));
      expect(await investors.partyOf(bob)).to.equal(packParty({ ...facts, flags: 4 | 16 }));
      expect(await investors.partyByNumber(number)).to.equal(packParty(facts));
      await investors.recover(alice, bob);
      expect(await investors.partyOf(alice)).to.equal(packParty({ ...facts, flags: 4 | 32 }));
      expect(await investors.partyOf(bob)).to.equal(packParty({ ...facts, flags: 4 | 16 }));
    });

    it("is read for one wallet or several, known or not", async () => {
      const { investors, alice, bob, investor } = await networkHelpers.loadFixture(registryWithOneInvestor);
      const profiles = await investors.profilesOf([bob, alice, alice]);

      expect(profiles.length).to.equal(3);
      for (const [place, wallet] of [bob, alice, alice].entries()) {
        expect(profiles[place]).to.deep.equal(await investors.profileOf(wallet));
      }
      expect(profiles.map((profile) => profile.investor)).to.deep.equal([ethers.ZeroHash, investor, investor]);
      const parties = await investors.partiesOf([bob, alice]);
      expect(parties).to.deep.equal([await investors.partyOf(bob), await investors.partyOf(alice)]);
      expect(await investors.pairOf(alice, bob)).to.deep.equal([parties[1], parties[0]]);
      expect(await investors.profilesOf([])).to.deep.equal([]);
    });

    it("is not read of a list with a word that is no address", async () => {
      const { investors, alice } = await networkHelpers.loadFixture(registryWithOneInvestor);
      const data = (word: bigint) =>
        ethers.concat([
          investors.interface.getFunction("partiesOf").selector,
          ethers.AbiCoder.defaultAbiCoder().encode(["uint256[]"], [[BigInt(alice.address), word]]),
        ]);
      const ask = (word: bigint) => ethers.provider.call({ to: investors, data: data(word) });

      const party = await investors.partyOf(alice);
      const answer = ethers.AbiCoder.defaultAbiCoder().encode(["uint256[]"], [[party, 0n]]);
      expect(await ask((1n << 160n) - 1n)).to.equal(answer);
      await expect(ask(1n << 160n)).to.be.revertedWithoutReason(ethers);
      await expect(ask(BigInt(alice.address) | (1n << 255n))).to.be.revertedWithoutReason(ethers);
    });

    it("is read by number from the first investor to the last, and is nobody's beyond", async () => {
      const { investors, alice, investor } = await networkHelpers.loadFixture(registryWithOneInvestor);
      const number = await investors.numberOf(investor);

      expect(await investors.investorOf(number)).to.equal(investor);
      expect(await investors.partyByNumber(number)).to.equal(await investors.partyOf(alice));
      expect(await investors.partyByNumber(1n)).not.to.equal(0n);
      for (const beyond of [0n, number + 1n, number + 2n]) {
        expect(await investors.partyByNumber(beyond)).to.equal(0n);
        expect(await investors.investorOf(beyond)).to.equal(ethers.ZeroHash);
      }
    });
  });

  describe("setProtocolAddress", () => {
    it("gives it the suite's own standing: no country, no class, for good, and on no list", async () => {
      const { investors, bob } = await networkHelpers.loadFixture(registryWithOneInvestor);
      const standing = packParty({ number: 1, country: 0, classes: 0, flags: 8, verifiedUntil: 2 ** 48 - 1 });

      await expect(investors.setProtocolAddress(bob, true))
        .to.emit(investors, "ProtocolAddressSet")
        .withArgs(bob, true);
      expect(await investors.partyOf(bob)).to.equal(standing);
      expect(await investors.partyByNumber(1n)).to.equal(standing);
      expect([await investors.numberOf(PROTOCOL), await investors.investorOf(1n)]).to.deep.equal([1n, PROTOCOL]);
      expect(await investors.walletsOf(PROTOCOL)).to.deep.equal([]);
      await investors.setProtocolAddress(bob, false);
      expect(await investors.partyOf(bob)).to.equal(0n);
    });

    it("marks and unmarks an address that no investor owns", async () => {
      const { investors, alice, bob, investor } = await networkHelpers.loadFixture(registryWithOneInvestor);

      await investors.setProtocolAddress(bob, true);
      expect(await investors.receiveCode(bob)).to.equal(0n);
      expect((await investors.profileOf(bob)).flags).to.equal(FLAG.protocol);
      await investors.setProtocolAddress(bob, false);
      expect(await investors.receiveCode(bob)).to.equal(12n);
      await expect(investors.setProtocolAddress(alice, true))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryWalletTaken")
        .withArgs(alice, investor);
    });
  });
});
