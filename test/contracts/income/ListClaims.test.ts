import { expect } from "chai";
import { network } from "hardhat";
import { leafOf, planList, plannedIncomeList, publishedIncomeList, publishList } from "../../helpers/income.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { loadFixture } = networkHelpers;

const FIRST = 1n; // number of the first distribution
const DAVES_PLACE = 3;

const plannedList = () => plannedIncomeList(connection);
const publishedList = () => publishedIncomeList(connection);

describe("IncomeDesk claims of a list", () => {
  describe("claimListed", () => {
    it("pays the holder net, whoever asks, once, and keeps the tax for its account", async () => {
      const { income, dollar, plan, carol, stranger, dave } = await loadFixture(publishedList);
      const leaf = leafOf(plan, 2);

      const claim = income.connect(dave).claimListed(FIRST, leaf, plan.proofOf(2));

      await expect(claim).to.emit(income, "ListedIncomePaid").withArgs(FIRST, 2n, carol.address, 39n, 4n);
      await expect(claim).to.changeTokenBalances(ethers, dollar, [income, carol], [-35n, 35n]);
      expect(await income.isListedPaid(FIRST, 2n)).to.equal(true);
      expect(await income.listedPaidWord(FIRST, 0n)).to.equal(4n);
      expect(await income.outstandingOf(FIRST)).to.equal(161n);
      expect(await income.heldOf(FIRST)).to.equal(165n);
      await expect(income.claimListed(FIRST, leaf, plan.proofOf(2)))
        .to.be.revertedWithCustomError(income, "IncomeDeskLeafPaid")
        .withArgs(FIRST, 2n);
      const tax = income.withdrawTax(FIRST);
      await expect(tax).to.emit(income, "TaxWithdrawn").withArgs(FIRST, stranger.address, 4n);
      await expect(tax).to.changeTokenBalance(ethers, dollar, stranger, 4n);
    });

    it("counts a leaf that is all tax as paid, and moves nothing", async () => {
      const { income, dollar, plan, dave } = await loadFixture(publishedList);

      const claim = income.claimListed(FIRST, leafOf(plan, DAVES_PLACE), plan.proofOf(DAVES_PLACE));

      await expect(claim).to.emit(income, "ListedIncomePaid").withArgs(FIRST, 3n, dave.address, 1n, 1n);
      await expect(claim).not.to.emit(dollar, "Transfer");
      expect(await income.isListedPaid(FIRST, 3n)).to.equal(true);
    });

    it("pays a list of one, whose proof is empty", async () => {
      const world = await loadFixture(plannedList);
      const plan = await planList(connection, world, [{ holder: world.dave.address, gross: 7n }]);
      await publishList(world, plan);

      await expect(world.income.claimListed(FIRST, leafOf(plan, 0), [])).to.changeTokenBalance(
        ethers,
        world.dollar,
        world.dave,
        7n,
      );
    });

    it("pays somebody who is listed twice for both", async () => {
      const world = await loadFixture(plannedList);
      const holder = world.dave.address;
      const plan = await planList(connection, world, [
        { holder, gross: 7n },
        { holder, gross: 7n },
      ]);
      await publishList(world, plan);

      await world.income.claimListedPage(FIRST, ...plan.pageOf([0, 1]));
      expect(await world.dollar.balanceOf(holder)).to.equal(14n);
    });

    it("rejects a leaf of which anything is changed, a wrong proof, and a node for a leaf", async () => {
      const { income, plan, alice, dave } = await loadFixture(publishedList);
      const leaf = leafOf(plan, 0);

      for (const changed of [
        { ...leaf, index: 1n },
        { ...leaf, holder: dave.address },
        { ...leaf, gross: 101n },
        { ...leaf, withheld: 1n },
      ]) {
        await expect(income.claimListed(FIRST, changed, plan.proofOf(0)))
          .to.be.revertedWithCustomError(income, "IncomeDeskNotListed")
          .withArgs(FIRST, changed.index, changed.holder);
      }
      for (const proof of [[], plan.proofOf(1), [...plan.proofOf(0), ethers.id("more")], plan.proofOf(0).slice(1)]) {
        await expect(income.claimListed(FIRST, leaf, proof))
          .to.be.revertedWithCustomError(income, "IncomeDeskNotListed")
          .withArgs(FIRST, 0n, alice.address);
      }
    });

    it("rejects leaves of a wrong list that no list should have", async () => {
      const world = await loadFixture(plannedList);
      const { income, alice } = world;
      const plan = await planList(
        connection,
        world,
        [
          { holder: alice.address, gross: 0n },
          { holder: alice.address, gross: 1n, withheld: 2n },
          { holder: alice.address, gross: 5n },
        ],
        { count: 2n },
      );
      await publishList(world, plan);

      for (const index of [0, 1, 2]) {
        const leaf = leafOf(plan, index);
        await expect(income.claimListed(FIRST, leaf, plan.proofOf(index)))
          .to.be.revertedWithCustomError(income, "IncomeDeskInvalidLeaf")
          .withArgs(FIRST, Object.values(leaf));
      }
    });
  });

  describe("claimListedPage", () => {
    it("pays a page with one proof and passes over leaves that were paid", async () => {
      const { income, dollar, plan, alice, bob, carol, dave } = await loadFixture(publishedList);
      await income.claimListed(FIRST, leafOf(plan, 1), plan.proofOf(1));
      const page = plan.pageOf([0, 1, 2, 3]);

      expect(await income.claimListedPage.staticCall(FIRST, ...page)).to.equal(3n);
      await expect(income.claimListedPage(FIRST, ...page)).to.changeTokenBalances(
        ethers,
        dollar,
        [alice, bob, carol, dave, income],
        [100n, 0n, 35n, 0n, -135n],
      );
      expect(await income.outstandingOf(FIRST)).to.equal(0n);
      expect(await income.heldOf(FIRST)).to.equal(5n); // the tax
      expect(await income.listedPaidWord(FIRST, 0n)).to.equal(15n);
      expect(await income.claimListedPage.staticCall(FIRST, ...page)).to.equal(0n);
    });

    it("needs few words of proof for neighbours", async () => {
      const world = await loadFixture(plannedList);
      const rows = Array.from({ length: 300 }, (_, i) => ({ holder: ethers.toBeHex(i + 1_000, 20), gross: 1n }));
      const plan = await planList(connection, world, rows);
      await publishList(world, plan);
      const [leaves, proof, flags] = plan.pageOf(Array.from({ length: 50 }, (_, i) => 230 + i));

      expect(proof.length).to.be.below(20);
      await world.income.claimListedPage(FIRST, leaves, proof, flags);
      expect(await world.income.outstandingOf(FIRST)).to.equal(250n);
      expect(await world.income.listedPaidWord(FIRST, 0n)).to.equal(((1n << 26n) - 1n) << 230n);
      expect(await world.income.listedPaidWord(FIRST, 1n)).to.equal((1n << 24n) - 1n);
    });

    it("rejects a page in which anything is wrong, as a whole", async () => {
      const { income, plan } = await loadFixture(publishedList);
      const [leaves, proof, flags] = plan.pageOf([0, 1, 2]);
      const [first, second, third] = leaves;
      if (!first || !second || !third) throw new Error("the page is too short");

      for (const page of [
        [third, second, first],
        [{ ...first, gross: 101n }, second, third],
        [first, first, third],
      ]) {
        await expect(income.claimListedPage(FIRST, page, proof, flags))
          .to.be.revertedWithCustomError(income, "IncomeDeskPageNotListed")
          .withArgs(FIRST);
      }
      await expect(income.claimListedPage(FIRST, [first, second], proof, flags)).to.be.revertedWithCustomError(
        income,
        "MerkleProofInvalidMultiproof",
      );
      await expect(income.claimListedPage(FIRST, [], [], [])).to.be.revertedWithCustomError(
        income,
        "MerkleProofInvalidMultiproof",
      );
    });

    it("pays only through the desk itself", async () => {
      const { income, plan, admin } = await loadFixture(publishedList);

      await expect(income.payListedInPage(FIRST, leafOf(plan, 0)))
        .to.be.revertedWithCustomError(income, "IncomeDeskNotSelf")
        .withArgs(admin.address);
    });
  });
});
