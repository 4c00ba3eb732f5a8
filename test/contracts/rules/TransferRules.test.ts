import { expect } from "chai";
import { network } from "hardhat";
import { CLASS, deployBooks, FLAG, FRANCE, listAsset, onboard, STATE, USA } from "../../helpers/books.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const REIT = 1n;
const MOOD = { agrees: 0n, refuses: 1n, reverts: 2n, burnsGas: 3n, nonsense: 4n, huge: 5n, failsToCount: 6n };

/** An active asset for at most two American accredited holders; alice holds all 100 shares. */
async function regulationDAsset() {
  const books = await deployBooks(connection);
  const { rules, shares, country, investorClass, holderCount } = books;
  const [alice, bob, carol, dora] = books.others;
  if (!alice || !bob || !carol || !dora) throw new Error("five accounts are needed");
  await listAsset(connection, books, REIT);
  await country.setAllowed(REIT, [USA], true);
  await investorClass.setClasses(REIT, CLASS.accredited);
  await holderCount.setLimit(REIT, 2n);
  for (const rule of [country, investorClass, holderCount]) await rules.addRule(REIT, rule);
  await shares.setAssetState(REIT, STATE.active);
  for (const wallet of [alice, bob, carol]) await onboard(connection, books, wallet);
  await onboard(connection, books, dora, { country: FRANCE, classes: CLASS.retail });
  await shares.mint(alice, REIT, 100n, "0x");
  return { ...books, alice, bob, carol, dora };
}

/** The same asset with one more rule, which misbehaves as told. */
async function assetWithMockRule() {
  const books = await regulationDAsset();
  const mock = await ethers.deployContract("MockRule", [77, false, true]);
  await books.rules.addRule(REIT, mock);
  return { ...books, mock };
}

describe("TransferRules", () => {
  describe("explain", () => {
    it("says nothing when the transfer would succeed", async () => {
      const { rules, alice, bob } = await networkHelpers.loadFixture(regulationDAsset);

      expect(await rules.explain(alice, bob, REIT, 10n)).to.deep.equal([]);
      expect(await rules.detectTransferRestriction(alice, bob, REIT, 10n)).to.equal(0n);
    });

    it("gives every reason at once, each with a sentence and a next step, register first", async () => {
      const { rules, shares, holderCount, alice, bob, dora } = await networkHelpers.loadFixture(regulationDAsset);
      await shares.connect(alice).safeTransferFrom(alice, bob, REIT, 1n, "0x");
      await shares.setFrozenTokens(alice, REIT, 95n);
      await shares.pause();

      const refusals = await rules.explain(alice, dora, REIT, 10n);
      expect(refusals.map((refusal) => refusal.code)).to.deep.equal([3n, 21n, 30n, 31n, 32n]);
      expect(refusals.map((refusal) => refusal.rule).at(-1)).to.equal(await holderCount.getAddress());
      for (const refusal of refusals) {
        expect(refusal.sentence).to.match(/\.$/);
        expect(refusal.nextStep).to.match(/\.$/);
      }
    });

    it("stops at an unknown asset, because nothing else can be said of it", async () => {
      const { rules, alice, dora } = await networkHelpers.loadFixture(regulationDAsset);

      expect((await rules.explain(alice, dora, 99n, 1n)).map((refusal) => refusal.code)).to.deep.equal([1n]);
    });

    it("explains an issue when asked with a zero sender", async () => {
      const { rules, bob, dora } = await networkHelpers.loadFixture(regulationDAsset);

      expect(await rules.explain(ethers.ZeroAddress, bob, REIT, 5n)).to.deep.equal([]);
      expect((await rules.explain(ethers.ZeroAddress, dora, REIT, 5n)).map((refusal) => refusal.code)).to.deep.equal([
        30n,
        31n,
      ]);
    });

    it("tells frozen from locked and from missing shares", async () => {
      const { rules, shares, alice, bob } = await networkHelpers.loadFixture(regulationDAsset);
      await shares.lock(alice, REIT, 40n);
      await shares.setFrozenTokens(alice, REIT, 30n);

      const codeFor = async (value: bigint) => (await rules.explain(alice, bob, REIT, value)).map(({ code }) => code);
      expect(await codeFor(101n)).to.deep.equal([20n]);
      expect(await codeFor(71n)).to.deep.equal([21n]);
      expect(await codeFor(31n)).to.deep.equal([22n]);
      expect(await codeFor(30n)).to.deep.equal([]);
    });
  });

  describe("a rule that misbehaves", () => {
    for (const [mood, code] of [
      ["refuses", 77n],
      ["reverts", 90n],
      ["burnsGas", 90n],
      ["nonsense", 90n],
      ["huge", 0n],
    ] as const) {
      it(`gives ${code} and takes nothing else down when it ${mood}`, async () => {
        const { rules, shares, mock, alice, bob } = await networkHelpers.loadFixture(assetWithMockRule);
        await mock.setMood(MOOD[mood]);

        const codes = (await rules.explain(alice, bob, REIT, 1n)).map((refusal) => refusal.code);
        expect(codes).to.deep.equal(code === 0n ? [] : [code]);
        expect(await shares.canTransfer(alice, bob, REIT, 1n)).to.equal(code === 0n);
        const transfer = shares.connect(alice).safeTransferFrom(alice, bob, REIT, 1n, "0x");
        if (code === 0n) await transfer;
        else {
          await expect(transfer)
            .to.be.revertedWithCustomError(shares, "ERC7943CannotTransfer")
            .withArgs(alice, bob, REIT, 1n);
        }
      });
    }

    it("cannot block enforcement, but stops ordinary transfers until it is removed (D17)", async () => {
      const books = await networkHelpers.loadFixture(regulationDAsset);
      const { rules, shares, alice, bob, holderCount } = books;
      await listAsset(connection, books, 2n);
      const mock = await ethers.deployContract("MockRule", [78, true, true]);
      await rules.addRule(2n, mock);
      await shares.setAssetState(2n, STATE.active);
      await shares.mint(alice, 2n, 10n, "0x");

      for (const mood of [MOOD.failsToCount, MOOD.burnsGas]) {
        await mock.setMood(mood);
        await expect(shares.forcedTransfer(alice, bob, 2n, 1n))
          .to.emit(rules, "RulesMarkedStale")
          .withArgs(2n);
      }
      await mock.setMood(MOOD.agrees);
      await expect(shares.connect(alice).safeTransferFrom(alice, bob, 2n, 1n, "0x")).to.be.revertedWithCustomError(
        shares,
        "ERC7943CannotTransfer",
      );
      expect((await rules.explain(alice, bob, 2n, 1n)).map(({ code }) => code)).to.deep.equal([91n]);
      await expect(shares.settleNet(2n, [alice, bob], [-1n, 1n]))
        .to.be.revertedWithCustomError(rules, "TransferRulesNetRefused")
        .withArgs(2n, ethers.ZeroAddress, 91n);
      await rules.removeRule(2n, mock);
      await shares.connect(alice).safeTransferFrom(alice, bob, 2n, 1n, "0x");
      expect(await holderCount.holderCount(REIT)).to.deep.equal([1n, 2n]);
    });
  });

  describe("a forced transfer with little gas", () => {
    it("is refused instead of passing for a rule that failed", async () => {
      const { rules, shares, alice, bob } = await networkHelpers.loadFixture(regulationDAsset);

      await expect(shares.forcedTransfer(alice, bob, REIT, 1n, { gasLimit: 350_000n })).to.be.revertedWithCustomError(
        rules,
        "TransferRulesNotEnoughGas",
      );
      await expect(shares.forcedTransfer(alice, bob, REIT, 1n, { gasLimit: 600_000n })).not.to.emit(
        rules,
        "RulesMarkedStale",
      );
    });
  });

  describe("addRule and removeRule", () => {
    it("keeps the order, and rejects a second rule of a code and the twenty-sixth", async () => {
      const { rules, country, investorClass, holderCount } = await networkHelpers.loadFixture(regulationDAsset);

      await expect(rules.addRule(REIT, country))
        .to.be.revertedWithCustomError(rules, "TransferRulesAlreadyBound")
        .withArgs(REIT, country, 30n);
      for (let code = 100; code < 122; code++) {
        await rules.addRule(REIT, await ethers.deployContract("MockRule", [code, false, true]));
      }
      const oneTooMany = await ethers.deployContract("MockRule", [122, false, true]);
      await expect(rules.addRule(REIT, oneTooMany))
        .to.be.revertedWithCustomError(rules, "TransferRulesTooMany")
        .withArgs(REIT, 25n);
      await rules.removeRule(REIT, country);
      expect((await rules.rulesOf(REIT)).slice(0, 2)).to.deep.equal([
        await investorClass.getAddress(),
        await holderCount.getAddress(),
      ]);
      await expect(rules.removeRule(REIT, country))
        .to.be.revertedWithCustomError(rules, "TransferRulesNotBound")
        .withArgs(REIT, country);
    });

    it("binds a counting rule only while nobody holds the asset", async () => {
      const { rules } = await networkHelpers.loadFixture(regulationDAsset);
      const counting = await ethers.deployContract("MockRule", [79, true, true]);

      await expect(rules.addRule(REIT, counting))
        .to.be.revertedWithCustomError(rules, "TransferRulesLiveAsset")
        .withArgs(REIT, counting, 100n);
    });

    it("is for compliance only, and bookkeeping for the token and TransferRules only", async () => {
      const { rules, country, holderCount, alice } = await networkHelpers.loadFixture(regulationDAsset);
      const movement = { id: REIT, from: alice, to: alice, value: 1n, fromBalance: 1n, toBalance: 1n };
      const profile = { investor: ethers.id("x"), country: USA, classes: 4n, flags: 0n, verifiedUntil: 0n };

      await expect(rules.connect(alice).addRule(REIT, country)).to.be.revertedWithCustomError(
        rules,
        "AccessManagedUnauthorized",
      );
      await expect(rules.checkAndMove(movement)).to.be.revertedWithCustomError(rules, "TransferRulesNotShares");
      await expect(rules.moveForced(movement)).to.be.revertedWithCustomError(rules, "TransferRulesNotShares");
      await expect(rules.moveNet(REIT, [])).to.be.revertedWithCustomError(rules, "TransferRulesNotShares");
      await expect(holderCount.moved(movement, profile, profile)).to.be.revertedWithCustomError(
        holderCount,
        "TransferRuleNotTransferRules",
      );
      await expect(holderCount.netted(REIT, [], [])).to.be.revertedWithCustomError(
        holderCount,
        "TransferRuleNotTransferRules",
      );
      await expect(rules.setShares(alice)).to.be.revertedWithCustomError(rules, "TransferRulesSharesSet");
    });
  });

  describe("a netted chunk", () => {
    it("is judged on its end state: one holder leaves while another comes", async () => {
      const { shares, holderCount, alice, bob, carol } = await networkHelpers.loadFixture(regulationDAsset);
      await shares.connect(alice).safeTransferFrom(alice, bob, REIT, 40n, "0x");

      await shares.settleNet(REIT, [bob, carol], [-40n, 40n]);
      expect(await holderCount.holderCount(REIT)).to.deep.equal([2n, 2n]);
    });

    it("is refused by country, class and holder count", async () => {
      const { rules, shares, country, holderCount, alice, bob, carol, dora } =
        await networkHelpers.loadFixture(regulationDAsset);

      await expect(shares.settleNet(REIT, [alice, dora], [-1n, 1n]))
        .to.be.revertedWithCustomError(rules, "TransferRulesNetRefused")
        .withArgs(REIT, country, 30n);
      await expect(shares.settleNet(REIT, [alice, bob, carol], [-2n, 1n, 1n]))
        .to.be.revertedWithCustomError(rules, "TransferRulesNetRefused")
        .withArgs(REIT, holderCount, 32n);
    });

    it("is refused for an asset with a rule that looks at pairs (D18)", async () => {
      const { rules, shares, alice, bob } = await networkHelpers.loadFixture(regulationDAsset);
      const pairs = await ethers.deployContract("MockRule", [80, false, false]);
      await rules.addRule(REIT, pairs);

      expect(await rules.isNettable(REIT)).to.equal(false);
      await expect(shares.settleNet(REIT, [alice, bob], [-1n, 1n]))
        .to.be.revertedWithCustomError(rules, "TransferRulesNotNettable")
        .withArgs(REIT, pairs);
    });
  });

  describe("HolderCountRule", () => {
    it("counts people: two wallets of one investor are one holder", async () => {
      const { shares, investors, holderCount, alice, bob, carol, others } =
        await networkHelpers.loadFixture(regulationDAsset);
      const second = others[5];
      if (!second) throw new Error("six accounts are needed");
      await investors.addWallet(ethers.id(bob.address), second);

      await shares.connect(alice).safeTransferFrom(alice, bob, REIT, 10n, "0x");
      await shares.connect(alice).safeTransferFrom(alice, second, REIT, 10n, "0x");
      expect((await holderCount.holderCount(REIT)).holders).to.equal(2n);
      await shares.connect(bob).safeTransferFrom(bob, alice, REIT, 10n, "0x");
      expect((await holderCount.holderCount(REIT)).holders).to.equal(2n);
      await expect(shares.connect(alice).safeTransferFrom(alice, carol, REIT, 1n, "0x")).to.be.revertedWithCustomError(
        shares,
        "ERC7943CannotTransfer",
      );
    });

    it("lets the last shares of a leaving holder go to a newcomer", async () => {
      const { shares, alice, bob, carol } = await networkHelpers.loadFixture(regulationDAsset);
      await shares.connect(alice).safeTransferFrom(alice, bob, REIT, 10n, "0x");

      await expect(shares.connect(bob).safeTransferFrom(bob, carol, REIT, 9n, "0x")).to.be.revertedWithCustomError(
        shares,
        "ERC7943CannotTransfer",
      );
      await shares.connect(bob).safeTransferFrom(bob, carol, REIT, 10n, "0x");
    });

    it("does not count protocol addresses, and keeps counting under enforcement", async () => {
      const { shares, investors, holderCount, alice, bob, dora, others } =
        await networkHelpers.loadFixture(regulationDAsset);
      const escrow = others[6];
      if (!escrow) throw new Error("seven accounts are needed");
      await investors.setProtocolAddress(escrow, true);

      await shares.connect(alice).safeTransferFrom(alice, escrow, REIT, 10n, "0x");
      expect((await holderCount.holderCount(REIT)).holders).to.equal(1n);
      await shares.forcedTransfer(alice, dora, REIT, 90n); // over country and class, as enforcement may
      expect((await holderCount.holderCount(REIT)).holders).to.equal(1n);
      await shares.connect(escrow).safeTransferFrom(escrow, bob, REIT, 10n, "0x");
      expect((await holderCount.holderCount(REIT)).holders).to.equal(2n);
    });
  });

  describe("rules without parameters", () => {
    it("let nobody in", async () => {
      const books = await networkHelpers.loadFixture(regulationDAsset);
      await listAsset(connection, books, 3n);
      for (const rule of [books.country, books.investorClass, books.holderCount]) await books.rules.addRule(3n, rule);
      await books.shares.setAssetState(3n, STATE.active);

      const codes = (await books.rules.explain(ethers.ZeroAddress, books.bob, 3n, 1n)).map(({ code }) => code);
      expect(codes).to.deep.equal([30n, 31n, 32n]);
    });
  });

  it("lets a liquidate-only holder sell and not buy", async () => {
    const { shares, investors, rules, alice, bob } = await networkHelpers.loadFixture(regulationDAsset);
    await shares.connect(alice).safeTransferFrom(alice, bob, REIT, 10n, "0x");
    await investors.setStanding(ethers.id(bob.address), FLAG.liquidateOnly, 4_000_000_000n);

    await shares.connect(bob).safeTransferFrom(bob, alice, REIT, 5n, "0x");
    expect((await rules.explain(alice, bob, REIT, 1n)).map(({ code }) => code)).to.deep.equal([15n]);
  });
});
