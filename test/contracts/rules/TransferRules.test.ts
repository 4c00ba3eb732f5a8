import { expect } from "chai";
import type { AddressLike } from "ethers";
import { network } from "hardhat";
import { type Books, CLASS, deployBooks, FLAG, FRANCE, listAsset, onboard, STATE, USA } from "../../helpers/books.ts";
import { setRules, settingsOf, TRAIT } from "../../helpers/rules.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const REIT = 1n;
const MOOD = { agrees: 0n, refuses: 1n, reverts: 2n, burnsGas: 3n, nonsense: 4n, huge: 5n, failsToCount: 6n };

const REGULATION_D = { countries: [USA], classes: CLASS.accredited, holders: 2n };

/** Binds one more rule behind the three. */
async function addRule(books: Books, rule: AddressLike): Promise<void> {
  await books.rules.setRules(REIT, [...settingsOf(books, REGULATION_D), { rule, parameters: "0x" }]);
}

/** An active asset for at most two American accredited holders; alice holds all 100 shares. */
async function regulationDAsset() {
  const books = await deployBooks(connection);
  const { shares } = books;
  const [alice, bob, carol, dora] = books.others;
  if (!alice || !bob || !carol || !dora) throw new Error("five accounts are needed");
  await listAsset(connection, books, REIT);
  await setRules(books, REIT, REGULATION_D);
  await shares.setAssetState(REIT, STATE.active);
  for (const wallet of [alice, bob, carol]) await onboard(connection, books, wallet);
  await onboard(connection, books, dora, { country: FRANCE, classes: CLASS.retail });
  await shares.mint(alice, REIT, 100n, "0x");
  return { ...books, alice, bob, carol, dora };
}

/** The same asset with one more rule, which misbehaves as told. */
async function assetWithMockRule() {
  const books = await regulationDAsset();
  const mock = await ethers.deployContract("MockRule", [77, 0n]);
  await addRule(books, mock);
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

    it("cannot block enforcement, but stops ordinary transfers until holders are counted anew (D17)", async () => {
      const books = await networkHelpers.loadFixture(regulationDAsset);
      const { rules, shares, alice, bob } = books;
      await listAsset(connection, books, 2n);
      const mock = await ethers.deployContract("MockRule", [78, TRAIT.tracks | TRAIT.grossOnly]);
      await rules.setRules(2n, [{ rule: mock, parameters: "0x" }]);
      await shares.setAssetState(2n, STATE.active);
      await shares.mint(alice, 2n, 10n, "0x");

      for (const mood of [MOOD.failsToCount, MOOD.burnsGas]) {
        await mock.setMood(mood);
        await expect(shares.forcedTransfer(alice, bob, 2n, 1n)).to.emit(rules, "RulesMarkedStale");
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

      const holders = [alice.address, bob.address].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
      await expect(rules.countHolders(2n, holders, 0n))
        .to.emit(mock, "MockRuleReset")
        .withArgs(2n)
        .and.to.emit(rules, "CountCompleted");
      await shares.connect(alice).safeTransferFrom(alice, bob, 2n, 1n, "0x");
    });
  });

  describe("a forced transfer with little gas", () => {
    it("is refused instead of passing for a rule that failed", async () => {
      const { rules, shares, alice, bob } = await networkHelpers.loadFixture(regulationDAsset);

      await expect(shares.forcedTransfer(alice, bob, REIT, 1n, { gasLimit: 380_000n })).to.be.revertedWithCustomError(
        rules,
        "TransferRulesNotEnoughGas",
      );
      await expect(shares.forcedTransfer(alice, bob, REIT, 1n, { gasLimit: 600_000n })).not.to.emit(
        rules,
        "RulesMarkedStale",
      );
    });
  });

  describe("setRules", () => {
    it("keeps the order and the parameters, and rejects a second rule of a code and the twenty-sixth", async () => {
      const books = await networkHelpers.loadFixture(regulationDAsset);
      const { rules, country } = books;
      const common = settingsOf(books, REGULATION_D);

      await expect(rules.setRules(REIT, [...common, ...common.slice(0, 1)]))
        .to.be.revertedWithCustomError(rules, "TransferRulesDuplicate")
        .withArgs(REIT, country, 30n);
      const many = [];
      for (let code = 33; code < 55; code++) {
        many.push({ rule: await (await ethers.deployContract("MockRule", [code, 0n])).getAddress(), parameters: "0x" });
      }
      await rules.setRules(REIT, [...common, ...many]);
      expect((await rules.rulesOf(REIT)).map(({ rule, parameters }) => ({ rule, parameters }))).to.deep.equal([
        ...common,
        ...many,
      ]);
      const oneTooMany = await ethers.deployContract("MockRule", [60, 0n]);
      await expect(rules.setRules(REIT, [...common, ...many, { rule: oneTooMany, parameters: "0x" }]))
        .to.be.revertedWithCustomError(rules, "TransferRulesTooMany")
        .withArgs(REIT, 26n, 25n);
    });

    it("rejects what is no rule, and parameters that the rule does not understand", async () => {
      const books = await networkHelpers.loadFixture(regulationDAsset);
      const { rules, country, alice } = books;
      const settingOf = (rule: AddressLike, parameters = "0x") => [{ rule, parameters }];

      await expect(rules.setRules(REIT, settingOf(alice)))
        .to.be.revertedWithCustomError(rules, "TransferRulesNotARule")
        .withArgs(alice);
      for (const [code, traits] of [
        [29, 0n],
        [90, 0n],
        [50, TRAIT.tracks],
        [50, TRAIT.lots],
        [50, TRAIT.kinds],
      ] as const) {
        const odd = await ethers.deployContract("MockRule", [code, traits]);
        await expect(rules.setRules(REIT, settingOf(odd)), `code ${code}, traits ${traits}`)
          .to.be.revertedWithCustomError(rules, "TransferRulesNotARule")
          .withArgs(odd);
      }
      await expect(rules.setRules(REIT, settingOf(country)))
        .to.be.revertedWithCustomError(country, "TransferRuleInvalidParameters")
        .withArgs(30n, "0x");
      const long = `0x${"01".repeat(4_097)}`;
      await expect(rules.setRules(REIT, settingOf(country, long)))
        .to.be.revertedWithCustomError(rules, "TransferRulesParametersTooLong")
        .withArgs(REIT, country, 4_097n);
    });

    it("is for compliance only, and movements and counts are for the books only", async () => {
      const books = await networkHelpers.loadFixture(regulationDAsset);
      const { rules, alice } = books;
      const transfer = { id: REIT, from: alice, to: alice, value: 1n, fromBalance: 1n, toBalance: 1n, supply: 1n };

      for (const attempt of [
        () => rules.connect(alice).setRules(REIT, []),
        () => rules.connect(alice).recount(REIT),
        () => rules.connect(alice).countHolders(REIT, [], 0n),
      ]) {
        await expect(attempt()).to.be.revertedWithCustomError(rules, "AccessManagedUnauthorized").withArgs(alice);
      }
      for (const attempt of [
        () => rules.checkAndMove(transfer, 0n, 0n),
        () => rules.moveForced(transfer, 0n, 0n),
        () => rules.countForced(transfer, 0n, 0n),
        () => rules.moveNet("0x"),
      ]) {
        await expect(attempt()).to.be.revertedWithCustomError(rules, "TransferRulesNotShares").withArgs(books.admin);
      }
      await expect(rules.reassign(alice, 0n, 0n, []))
        .to.be.revertedWithCustomError(rules, "TransferRulesNotInvestors")
        .withArgs(books.admin);
      await expect(rules.setShares(alice)).to.be.revertedWithCustomError(rules, "TransferRulesSharesSet");
    });

    it("takes all rules away with an empty list, and then only standing counts", async () => {
      const { rules, shares, alice, bob, dora } = await networkHelpers.loadFixture(regulationDAsset);

      await rules.setRules(REIT, []);

      expect(await shares.isRuled(REIT)).to.equal(false);
      await shares.connect(alice).safeTransferFrom(alice, dora, REIT, 1n, "0x");
      expect(await rules.explain(alice, bob, REIT, 1n)).to.deep.equal([]);
      expect(await rules.holdersOf(REIT)).to.equal(0n); // nobody counts
    });
  });

  describe("a netted chunk", () => {
    it("is judged on its end state: one holder leaves while another comes", async () => {
      const { rules, shares, alice, bob, carol } = await networkHelpers.loadFixture(regulationDAsset);
      await shares.connect(alice).safeTransferFrom(alice, bob, REIT, 40n, "0x");

      await shares.settleNet(REIT, [bob, carol], [-40n, 40n]);
      expect(await rules.holdersOf(REIT)).to.equal(2n);
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
      const books = await networkHelpers.loadFixture(regulationDAsset);
      const { rules, shares, alice, bob } = books;
      const pairs = await ethers.deployContract("MockRule", [80, TRAIT.grossOnly]);
      await addRule(books, pairs);

      expect(await rules.isNettable(REIT)).to.equal(false);
      await expect(shares.settleNet(REIT, [alice, bob], [-1n, 1n]))
        .to.be.revertedWithCustomError(rules, "TransferRulesNotNettable")
        .withArgs(REIT, pairs);
    });
  });

  describe("HolderCountRule", () => {
    it("counts people: two wallets of one investor are one holder", async () => {
      const { rules, shares, investors, alice, bob, carol, others } =
        await networkHelpers.loadFixture(regulationDAsset);
      const second = others[5];
      if (!second) throw new Error("six accounts are needed");
      await investors.addWallet(ethers.id(bob.address), second);

      await shares.connect(alice).safeTransferFrom(alice, bob, REIT, 10n, "0x");
      await shares.connect(alice).safeTransferFrom(alice, second, REIT, 10n, "0x");
      expect(await rules.holdersOf(REIT)).to.equal(2n);
      await shares.connect(bob).safeTransferFrom(bob, alice, REIT, 10n, "0x");
      expect(await rules.holdersOf(REIT)).to.equal(2n);
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
      const { rules, shares, investors, alice, bob, dora, others } = await networkHelpers.loadFixture(regulationDAsset);
      const escrow = others[6];
      if (!escrow) throw new Error("seven accounts are needed");
      await investors.setProtocolAddress(escrow, true);

      await shares.connect(alice).safeTransferFrom(alice, escrow, REIT, 10n, "0x");
      expect(await rules.holdersOf(REIT)).to.equal(1n);
      await shares.forcedTransfer(alice, dora, REIT, 90n); // over country and class, as enforcement may
      expect(await rules.holdersOf(REIT)).to.equal(1n);
      await shares.connect(escrow).safeTransferFrom(escrow, bob, REIT, 10n, "0x");
      expect(await rules.holdersOf(REIT)).to.equal(2n);
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
