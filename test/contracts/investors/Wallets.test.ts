import { expect } from "chai";
import { network } from "hardhat";
import { deployBooks, FRANCE, listAsset, onboard, STATE } from "../../helpers/books.ts";
import { setRules } from "../../helpers/rules.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const A = 1n;
const B = 2n;
const C = 3n;
const PROTOCOL = ethers.id("moiety.protocol");

/** Three active assets, holders of which are counted; alice holds A and C, bob A; her second wallet holds nothing. */
async function registryWithHolders() {
  const books = await deployBooks(connection);
  const [alice, second, bob, fresh, desk] = books.others;
  if (!alice || !second || !bob || !fresh || !desk) throw new Error("six accounts are needed");
  const anna = await onboard(connection, books, alice, { reference: "anna" });
  const ben = await onboard(connection, books, bob, { reference: "ben", country: FRANCE });
  await books.investors.addWallet(anna, second);
  await books.investors.setProtocolAddress(desk, true);
  for (const id of [A, B, C]) {
    await listAsset(connection, books, id);
    await setRules(books, id, { holders: 9n });
    await books.shares.setAssetState(id, STATE.active);
  }
  for (const [wallet, id] of [
    [alice, A],
    [alice, C],
    [bob, A],
  ] as const) {
    await books.shares.mint(wallet, id, 10n, "0x");
  }
  return { ...books, alice, second, bob, fresh, desk, anna, ben };
}

describe("InvestorRegistry wallets", () => {
  describe("walletsOf", () => {
    it("lists the wallets of an investor, also frozen and retired ones, and none of nobody", async () => {
      const { investors, alice, second, fresh, anna } = await networkHelpers.loadFixture(registryWithHolders);
      await investors.setWalletFrozen(second, true);
      await investors.recover(alice, fresh);

      expect(await investors.walletsOf(anna)).to.deep.equal([alice.address, second.address, fresh.address]);
      expect(await investors.walletsOf(ethers.id("nobody"))).to.deep.equal([]);
    });

    it("are at most a hundred, which stops neither others nor a recovery to a wallet that is there", async () => {
      const { investors, alice, second, bob, fresh, anna } = await networkHelpers.loadFixture(registryWithHolders);
      const wallet = (number: number) => ethers.getAddress(ethers.toBeHex(0xabc000 + number, 20));
      for (let number = 2; number < 100; number++) await investors.addWallet(anna, wallet(number));

      await expect(investors.addWallet(anna, fresh))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryTooManyWallets")
        .withArgs(anna, 100n);
      await expect(investors.moveWallet(bob, anna, [A])).to.be.revertedWithCustomError(
        investors,
        "InvestorRegistryTooManyWallets",
      );
      await investors.recover(alice, second);
      await investors.setKind(anna, 276n, 1n); // reaches every one of them
      for (const each of await investors.walletsOf(anna)) {
        expect((await investors.profileOf(each)).country, each).to.equal(276n);
      }
    });
  });

  describe("moveWallet", () => {
    it("takes holders along, and says so", async () => {
      const { investors, rules, alice, bob, anna, ben } = await networkHelpers.loadFixture(registryWithHolders);
      expect(await rules.holdersOf(A)).to.equal(2n);

      await expect(investors.moveWallet(alice, ben, [A, C]))
        .to.emit(investors, "WalletMoved")
        .withArgs(alice, anna, ben);
      expect((await investors.profileOf(alice)).investor).to.equal(ben);
      expect([await rules.holdersOf(A), await rules.holdersOf(C)]).to.deep.equal([1n, 1n]);
      expect(await investors.walletsOf(ben)).to.deep.equal([bob.address, alice.address]);
    });

    it("rejects a list of assets that is incomplete, out of order, doubled, or has one that is not held", async () => {
      const { investors, rules, alice, ben, anna } = await networkHelpers.loadFixture(registryWithHolders);
      const lists: [bigint[], bigint][] = [
        [[], 0n],
        [[A], 1n],
        [[C], 1n],
        [[A, B, C], 3n],
        [[C, A], 1n],
        [[A, A], 1n],
        [[A, B], 1n],
      ];

      for (const [ids, named] of lists) {
        await expect(investors.moveWallet(alice, ben, ids), ids.join())
          .to.be.revertedWithCustomError(rules, "TransferRulesAssetsIncomplete")
          .withArgs(alice, named, 2n);
      }
      expect((await investors.profileOf(alice)).investor).to.equal(anna);
    });

    it("rejects an unknown investor, the same one, nobody's wallet, a desk's and a lost one", async () => {
      const { investors, alice, second, bob, fresh, desk, anna, ben } =
        await networkHelpers.loadFixture(registryWithHolders);

      await expect(investors.moveWallet(alice, ethers.id("nobody"), [A, C]))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryUnknownInvestor")
        .withArgs(ethers.id("nobody"));
      await expect(investors.moveWallet(alice, PROTOCOL, [A, C]))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryUnknownInvestor")
        .withArgs(PROTOCOL);
      await expect(investors.moveWallet(alice, anna, [A, C]))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryWalletTaken")
        .withArgs(alice, anna);
      for (const wallet of [fresh, desk]) {
        await expect(investors.moveWallet(wallet, ben, []))
          .to.be.revertedWithCustomError(investors, "InvestorRegistryNoInvestorsWallet")
          .withArgs(wallet);
      }
      await investors.recover(alice, second);
      await expect(investors.moveWallet(alice, ben, [A, C]))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryWalletRetired")
        .withArgs(alice, second);
      await expect(investors.connect(bob).moveWallet(alice, ben, [A, C]))
        .to.be.revertedWithCustomError(investors, "AccessManagedUnauthorized")
        .withArgs(bob);
    });

    it("keeps both lists whole, whichever wallet goes: the first, one between, the last, the only one", async () => {
      const { investors, second, bob, alice, anna, ben } = await networkHelpers.loadFixture(registryWithHolders);
      const more = [1, 2].map((number) => ethers.getAddress(ethers.toBeHex(0xabc000 + number, 20)));
      for (const wallet of more) await investors.addWallet(anna, wallet);
      const whole = [alice.address, second.address, ...more];

      for (const leaving of whole) {
        const snapshot = await networkHelpers.takeSnapshot();
        await investors.moveWallet(leaving, ben, leaving === alice.address ? [A, C] : []);
        const left = whole.with(whole.indexOf(leaving), whole.at(-1) ?? "").slice(0, -1);
        expect(await investors.walletsOf(anna)).to.deep.equal(left);
        expect(await investors.walletsOf(ben)).to.deep.equal([bob.address, leaving]);
        await investors.setKind(anna, 276n, 1n);
        const countries = await Promise.all(whole.map(async (wallet) => (await investors.profileOf(wallet)).country));
        expect(countries).to.deep.equal(whole.map((wallet) => (wallet === leaving ? FRANCE : 276n)));
        await snapshot.restore();
      }
      await investors.moveWallet(bob, anna, [A]);
      expect(await investors.walletsOf(ben)).to.deep.equal([]);
      expect(await investors.walletsOf(anna)).to.deep.equal([...whole, bob.address]);
      await investors.moveWallet(bob, ben, [A]);
      expect(await investors.walletsOf(ben)).to.deep.equal([bob.address]);
      expect(await investors.walletsOf(anna)).to.deep.equal(whole);
    });

    it("leaves a frozen wallet frozen", async () => {
      const { investors, second, ben } = await networkHelpers.loadFixture(registryWithHolders);
      await investors.setWalletFrozen(second, true);

      await investors.moveWallet(second, ben, []);
      expect(await investors.sendCode(second)).to.equal(16n);
    });

    it("begins the count of an asset anew that is being counted", async () => {
      const { investors, rules, alice, ben } = await networkHelpers.loadFixture(registryWithHolders);
      await rules.recount(A);
      await rules.countHolders(A, [alice], 0n);
      const { generation } = await rules.countOf(A);

      await expect(investors.moveWallet(alice, ben, [A, C]))
        .to.emit(rules, "RulesMarkedStale")
        .withArgs(A, generation + 1n);
      expect((await rules.countOf(A)).counted).to.equal(0n);
    });
  });

  describe("setWalletFrozen", () => {
    it("stops one wallet both ways, and not the investor's others", async () => {
      const { investors, shares, alice, second, bob } = await networkHelpers.loadFixture(registryWithHolders);

      await expect(investors.setWalletFrozen(alice, true)).to.emit(investors, "WalletFrozen").withArgs(alice, true);
      expect([await investors.sendCode(alice), await investors.receiveCode(alice)]).to.deep.equal([16n, 17n]);
      expect([await investors.sendCode(second), await investors.receiveCode(second)]).to.deep.equal([0n, 0n]);
      await expect(shares.connect(alice).safeTransferFrom(alice, bob, A, 1n, "0x"))
        .to.be.revertedWithCustomError(shares, "ERC7943CannotSend")
        .withArgs(alice);
      await shares.connect(bob).safeTransferFrom(bob, second, A, 1n, "0x");
      await expect(investors.setWalletFrozen(alice, true))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryFreezeUnchanged")
        .withArgs(alice, true);
      await investors.setWalletFrozen(alice, false);
      await expect(investors.setWalletFrozen(alice, false))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryFreezeUnchanged")
        .withArgs(alice, false);
      expect(await investors.sendCode(alice)).to.equal(0n);
    });

    it("P27: freezes no address of the suite itself, and nobody's", async () => {
      const { investors, desk, fresh } = await networkHelpers.loadFixture(registryWithHolders);

      for (const wallet of [desk, fresh]) {
        await expect(investors.setWalletFrozen(wallet, true))
          .to.be.revertedWithCustomError(investors, "InvestorRegistryNoInvestorsWallet")
          .withArgs(wallet);
      }
    });
  });

  describe("recover", () => {
    it("retires the lost wallet and names its successor at once", async () => {
      const { investors, alice, fresh, anna } = await networkHelpers.loadFixture(registryWithHolders);

      await expect(investors.recover(alice, fresh))
        .to.emit(investors, "WalletRecovered")
        .withArgs(anna, alice, fresh)
        .and.to.emit(investors, "WalletAdded")
        .withArgs(anna, fresh);
      expect([await investors.sendCode(alice), await investors.receiveCode(alice)]).to.deep.equal([18n, 19n]);
      expect([await investors.successorOf(alice), await investors.successorOf(fresh)]).to.deep.equal([
        fresh.address,
        fresh.address,
      ]);
    });

    it("follows a line of losses to its end, and the line has at most sixteen", async () => {
      const { investors, alice } = await networkHelpers.loadFixture(registryWithHolders);
      const wallet = (number: number) => ethers.getAddress(ethers.toBeHex(0xabc000 + number, 20));
      let last = alice.address;
      for (let number = 1; number <= 16; number++) {
        await investors.recover(last, wallet(number));
        last = wallet(number);
      }

      expect(await investors.successorOf(alice)).to.equal(last);
      await expect(investors.recover(last, wallet(17)))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryInvalidSuccessor")
        .withArgs(last, wallet(17));
    });

    it("rejects the lost wallet itself, another investor's, a desk, a retired one and a second loss", async () => {
      const { investors, alice, second, bob, fresh, desk } = await networkHelpers.loadFixture(registryWithHolders);

      for (const successor of [alice, bob, desk]) {
        await expect(investors.recover(alice, successor))
          .to.be.revertedWithCustomError(investors, "InvestorRegistryInvalidSuccessor")
          .withArgs(alice, successor);
      }
      await expect(investors.recover(alice, ethers.ZeroAddress)).to.be.revertedWithCustomError(
        investors,
        "InvestorRegistryInvalidProfile",
      );
      await investors.recover(alice, second);
      await expect(investors.recover(second, alice))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryInvalidSuccessor")
        .withArgs(second, alice);
      await expect(investors.recover(alice, fresh))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryWalletRetired")
        .withArgs(alice, second);
      await expect(investors.setWalletFrozen(alice, true))
        .to.be.revertedWithCustomError(investors, "InvestorRegistryWalletRetired")
        .withArgs(alice, second);
    });

    it("passes a freeze on, once", async () => {
      const { investors, alice, second, fresh } = await networkHelpers.loadFixture(registryWithHolders);
      await investors.setWalletFrozen(alice, true);

      await expect(investors.recover(alice, fresh)).to.emit(investors, "WalletFrozen").withArgs(fresh, true);
      expect(await investors.sendCode(fresh)).to.equal(16n);
      expect(await investors.sendCode(second)).to.equal(0n);
    });

    it("cannot be undone by standing, kind or a new registration", async () => {
      const { investors, alice, fresh, anna, ben } = await networkHelpers.loadFixture(registryWithHolders);
      await investors.recover(alice, fresh);
      await investors.setStanding(anna, 0n, 4_000_000_000n);
      await investors.setKind(anna, 276n, 8n);

      expect(await investors.sendCode(alice)).to.equal(18n);
      for (const investor of [anna, ben]) {
        await expect(investors.addWallet(investor, alice))
          .to.be.revertedWithCustomError(investors, "InvestorRegistryWalletTaken")
          .withArgs(alice, anna);
      }
    });
  });

  describe("setProtocolAddress", () => {
    it("cannot let go of an address that holds shares: nobody would count them", async () => {
      const { investors, rules, shares, alice, desk, ben } = await networkHelpers.loadFixture(registryWithHolders);
      await shares.connect(alice).safeTransferFrom(alice, desk, A, 4n, "0x");

      await expect(investors.setProtocolAddress(desk, false))
        .to.be.revertedWithCustomError(rules, "TransferRulesAssetsIncomplete")
        .withArgs(desk, 0n, 1n);
      await shares.connect(desk).safeTransferFrom(desk, alice, A, 4n, "0x");
      await investors.setProtocolAddress(desk, false);
      await investors.addWallet(ben, desk);
      await shares.connect(alice).safeTransferFrom(alice, desk, A, 4n, "0x");
      await shares.connect(desk).safeTransferFrom(desk, alice, A, 4n, "0x");
      expect(await rules.holdersOf(A)).to.equal(2n);
    });
  });
});
