import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { network } from "hardhat";
import { listBackedAsset } from "../../helpers/desks.ts";
import {
  INCOME_ASSET as ASSET,
  CLAIM_PERIOD,
  KIND_OF_DISTRIBUTION,
  LEAF_ENCODING,
  LIST_PHASE,
  leafOf,
  plannedIncomeList,
  publishedIncomeList,
  publishList,
  recordTerms,
} from "../../helpers/income.ts";
import vectors from "../../vectors/formats.json" with { type: "json" };

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const FIRST = 1n; // number of the first distribution

const plannedList = () => plannedIncomeList(connection);
const publishedList = () => publishedIncomeList(connection);

async function announcedList() {
  const world = await plannedList();
  await world.income.announce(world.plan.terms);
  return world;
}

/** Bob and dave have money too, and have allowed the desk to take it. */
async function severalFunders() {
  const world = await announcedList();
  for (const funder of [world.bob, world.dave]) {
    await world.dollar.mint(funder, 1_000n);
    await world.dollar.connect(funder).approve(world.income, ethers.MaxUint256);
  }
  return world;
}

describe("IncomeDesk lists", () => {
  describe("announce", () => {
    it("fixes the list and pays nothing yet", async () => {
      const { income, dollar, plan, alice, stranger } = await loadFixture(plannedList);
      const listKey = await income.listKeyOf(ASSET, 0n, dollar, plan.terms.salt);

      await expect(income.announce(plan.terms))
        .to.emit(income, "ListAnnounced")
        .withArgs(FIRST, ASSET, 0n, listKey, Object.values(plan.terms));

      const { kind, phase, total, taxAccount } = await income.distributionOf(FIRST);
      expect([kind, phase, total]).to.deep.equal([KIND_OF_DISTRIBUTION.list, LIST_PHASE.announced, 200n]);
      expect(taxAccount).to.equal(stranger.address);
      expect([...(await income.listOf(FIRST))]).to.deep.equal([
        listKey,
        plan.terms.root,
        4n,
        5n,
        0n,
        plan.terms.planHash,
      ]);
      expect(await income.listByKey(listKey)).to.equal(FIRST);
      expect(await income.outstandingOf(FIRST)).to.equal(0n);
      await expect(income.claimListed(FIRST, leafOf(plan, 0), plan.proofOf(0)))
        .to.be.revertedWithCustomError(income, "IncomeDeskWrongPhase")
        .withArgs(FIRST, LIST_PHASE.announced);
      await expect(income.claim(FIRST, alice))
        .to.be.revertedWithCustomError(income, "IncomeDeskNotByRecord")
        .withArgs(FIRST);
    });

    it("shares one numbering with distributions by record", async () => {
      const { income, dollar, plan } = await loadFixture(plannedList);
      await income.declare(recordTerms(ASSET, 0n, dollar, 999n));

      expect(await income.announce.staticCall(plan.terms)).to.equal(2n);
      await income.announce(plan.terms);

      expect(await income.distributionCount()).to.equal(2n);
      await expect(income.listOf(FIRST)).to.be.revertedWithCustomError(income, "IncomeDeskNotAList").withArgs(FIRST);
      await expect(income.publish(3n))
        .to.be.revertedWithCustomError(income, "IncomeDeskUnknownDistribution")
        .withArgs(3n);
    });

    it("rejects terms that are not complete or do not fit together", async () => {
      const { income, plan, stranger } = await loadFixture(plannedList);

      for (const change of [
        { root: ethers.ZeroHash },
        { planHash: ethers.ZeroHash },
        { count: 0n },
        { gross: 0n, withheld: 0n, taxAccount: ethers.ZeroAddress },
        { withheld: 201n },
        { withheld: 0n },
        { taxAccount: ethers.ZeroAddress },
      ]) {
        const terms = { ...plan.terms, ...change };
        await expect(income.announce(terms), JSON.stringify(Object.keys(change)))
          .to.be.revertedWithCustomError(income, "IncomeDeskInvalidList")
          .withArgs(Object.values(terms));
      }
      await income.announce({ ...plan.terms, withheld: 200n, taxAccount: stranger });
    });

    it("rejects a record to come, an asset without holders and a currency that is not allowed", async () => {
      const world = await loadFixture(plannedList);
      const { income, shares, dollar, plan } = world;
      const instant = BigInt(await time.latest()) + 100_000n;
      await shares.openRecord(ASSET, instant);
      await listBackedAsset(connection, world, 8n);
      await shares.openRecord(8n, BigInt(await time.latest()) + 1_000n);
      await time.increase(1_001n);

      await expect(income.announce({ ...plan.terms, record: 1n }))
        .to.be.revertedWithCustomError(shares, "ShareTokenRecordNotReadable")
        .withArgs(ASSET, 1n, instant);
      await expect(income.announce({ ...plan.terms, id: 8n }))
        .to.be.revertedWithCustomError(income, "IncomeDeskNoHolders")
        .withArgs(8n, 0n);
      await income.setCurrency(dollar, false);
      await expect(income.announce(plan.terms))
        .to.be.revertedWithCustomError(income, "IncomeDeskCurrencyNotAllowed")
        .withArgs(await dollar.getAddress());
    });

    it("rejects the same list again, until the first is cancelled", async () => {
      const { income, plan } = await loadFixture(announcedList);
      const { listKey } = await income.listOf(FIRST);

      await expect(income.announce({ ...plan.terms, root: ethers.id("another tree") }))
        .to.be.revertedWithCustomError(income, "IncomeDeskListExists")
        .withArgs(listKey, FIRST);
      await income.cancel(FIRST);
      expect(await income.listByKey(listKey)).to.equal(0n);
      await income.announce(plan.terms);
      expect(await income.listByKey(listKey)).to.equal(2n);
    });

    it("is for the paying agent, as are publication and cancellation", async () => {
      const { income, plan, stranger } = await loadFixture(announcedList);
      const asStranger = income.connect(stranger);

      for (const call of [
        () => asStranger.announce(plan.terms),
        () => asStranger.publish(FIRST),
        () => asStranger.cancel(FIRST),
      ]) {
        await expect(call())
          .to.be.revertedWithCustomError(income, "AccessManagedUnauthorized")
          .withArgs(stranger.address);
      }
    });
  });

  describe("fund", () => {
    it("takes from several what is missing, and never more", async () => {
      const { income, dollar, bob, dave } = await loadFixture(severalFunders);

      await expect(income.connect(bob).fund(FIRST, 150n))
        .to.emit(income, "ListFunded")
        .withArgs(FIRST, bob.address, 150n, 50n);
      const rest = income.connect(dave).fund(FIRST, 1_000n);
      await expect(rest).to.emit(income, "ListFunded").withArgs(FIRST, dave.address, 50n, 0n);
      await expect(rest).to.changeTokenBalances(ethers, dollar, [dave, income], [-50n, 50n]);

      expect(await income.fundedBy(FIRST, bob)).to.equal(150n);
      expect(await income.fundedBy(FIRST, dave)).to.equal(50n);
      expect(await income.heldOf(FIRST)).to.equal(200n);
      await expect(income.connect(bob).fund(FIRST, 1n))
        .to.be.revertedWithCustomError(income, "IncomeDeskFullyFunded")
        .withArgs(FIRST);
    });

    it("rejects nothing", async () => {
      const { income, bob } = await loadFixture(severalFunders);

      await expect(income.connect(bob).fund(FIRST, 0n))
        .to.be.revertedWithCustomError(income, "IncomeDeskNothingReceived")
        .withArgs(FIRST, bob.address);
    });

    it("ends with publication and with cancellation", async () => {
      const { income, bob, plan } = await loadFixture(severalFunders);
      await publishList({ income }, { terms: { ...plan.terms, salt: ethers.id("second list") } });
      await income.cancel(FIRST);

      for (const [distribution, phase] of [
        [FIRST, LIST_PHASE.cancelled],
        [2n, LIST_PHASE.payable],
      ] as const) {
        await expect(income.connect(bob).fund(distribution, 1n))
          .to.be.revertedWithCustomError(income, "IncomeDeskWrongPhase")
          .withArgs(distribution, phase);
      }
    });
  });

  describe("unfund", () => {
    it("gives a funder back what he gave, before publication, and him alone", async () => {
      const { income, dollar, bob, dave } = await loadFixture(severalFunders);
      await income.connect(bob).fund(FIRST, 150n);
      await income.connect(dave).fund(FIRST, 50n);

      await expect(income.connect(dave).unfund(FIRST, bob))
        .to.be.revertedWithCustomError(income, "IncomeDeskNotFunder")
        .withArgs(FIRST, bob.address, dave.address);
      const back = income.connect(bob).unfund(FIRST, bob);
      await expect(back).to.emit(income, "ListUnfunded").withArgs(FIRST, bob.address, 150n);
      await expect(back).to.changeTokenBalances(ethers, dollar, [bob, income], [150n, -150n]);
      expect(await income.heldOf(FIRST)).to.equal(50n);
      await expect(income.connect(bob).unfund(FIRST, bob))
        .to.be.revertedWithCustomError(income, "IncomeDeskNothingFunded")
        .withArgs(FIRST, bob.address);
    });

    it("gives everybody back what he gave to a cancelled list, whoever asks", async () => {
      const { income, dollar, bob, dave, stranger } = await loadFixture(severalFunders);
      await income.connect(bob).fund(FIRST, 150n);
      await income.connect(dave).fund(FIRST, 20n);
      await expect(income.cancel(FIRST)).to.emit(income, "ListCancelled").withArgs(FIRST);

      for (const [funder, amount] of [
        [dave, 20n],
        [bob, 150n],
      ] as const) {
        await expect(income.connect(stranger).unfund(FIRST, funder)).to.changeTokenBalance(
          ethers,
          dollar,
          funder,
          amount,
        );
      }
      expect(await income.heldOf(FIRST)).to.equal(0n);
    });

    it("gives the wallet that stands for a lost one what the lost one gave", async () => {
      const { income, dollar, investors, bob, others } = await loadFixture(severalFunders);
      const successor = others.at(-1);
      if (successor === undefined) throw new Error("too few accounts");
      await income.connect(bob).fund(FIRST, 150n);
      await investors.recover(bob, successor);

      await expect(income.connect(successor).unfund(FIRST, bob)).to.changeTokenBalances(
        ethers,
        dollar,
        [bob, successor],
        [0n, 150n],
      );
    });

    it("takes nothing out of a published list", async () => {
      const { income, admin } = await loadFixture(publishedList);

      await expect(income.unfund(FIRST, admin))
        .to.be.revertedWithCustomError(income, "IncomeDeskWrongPhase")
        .withArgs(FIRST, LIST_PHASE.payable);
    });
  });

  describe("publish", () => {
    it("rejects a list that is short by one unit, and takes it once that has come", async () => {
      const { income } = await loadFixture(announcedList);
      await income.fund(FIRST, 199n);

      await expect(income.publish(FIRST))
        .to.be.revertedWithCustomError(income, "IncomeDeskNotFunded")
        .withArgs(FIRST, 200n, 199n);
      await income.fund(FIRST, 1n);
      await expect(income.publish(FIRST)).to.emit(income, "ListPublished").withArgs(FIRST);
      expect(await income.outstandingOf(FIRST)).to.equal(200n);
      await expect(income.publish(FIRST))
        .to.be.revertedWithCustomError(income, "IncomeDeskWrongPhase")
        .withArgs(FIRST, LIST_PHASE.payable);
      await expect(income.cancel(FIRST))
        .to.be.revertedWithCustomError(income, "IncomeDeskWrongPhase")
        .withArgs(FIRST, LIST_PHASE.payable);
    });

    for (const [late, what] of [
      [0n, "takes a list that leaves holders exactly 30 days"],
      [1n, "rejects a list that leaves them a second less"],
    ] as const) {
      it(what, async () => {
        const { income, plan, admin } = await loadFixture(plannedList);
        const expiresAt = BigInt(await time.latest()) + CLAIM_PERIOD + 1_000n;
        await income.announce({ ...plan.terms, expiresAt, reclaimTo: admin.address });
        await income.fund(FIRST, 200n);

        await time.setNextBlockTimestamp(expiresAt - CLAIM_PERIOD + late);
        const publication = income.publish(FIRST);
        if (late === 0n) await expect(publication).to.emit(income, "ListPublished").withArgs(FIRST);
        else {
          await expect(publication)
            .to.be.revertedWithCustomError(income, "IncomeDeskInvalidExpiry")
            .withArgs(expiresAt, admin.address, expiresAt + 1n);
        }
      });
    }

    it("rejects a currency that compliance allows no more; funders take their money back", async () => {
      const { income, dollar, admin } = await loadFixture(announcedList);
      await income.fund(FIRST, 200n);
      await income.setCurrency(dollar, false);

      await expect(income.publish(FIRST))
        .to.be.revertedWithCustomError(income, "IncomeDeskCurrencyNotAllowed")
        .withArgs(await dollar.getAddress());
      await expect(income.fund(FIRST, 1n))
        .to.be.revertedWithCustomError(income, "IncomeDeskCurrencyNotAllowed")
        .withArgs(await dollar.getAddress());
      await expect(income.unfund(FIRST, admin)).to.changeTokenBalance(ethers, dollar, admin, 200n);
    });
  });

  describe("leaves and keys", () => {
    it("are those of the vectors, and so are roots and proofs", async () => {
      const { income } = await loadFixture(plannedList);
      const { desk: address, terms, listKey, leaves, ...trees } = vectors.incomeList;
      await networkHelpers.setCode(address, await ethers.provider.getCode(income));
      const desk = await ethers.getContractAt("IncomeDesk", address);
      const key = await desk.listKeyOf(terms.id, terms.record, terms.currency, terms.salt);

      expect(key).to.equal(listKey);
      for (const { leaf, ...line } of leaves) expect(await income.leafHash(listKey, line)).to.equal(leaf);
      for (const { root, proofs } of Object.values(trees)) {
        const values = leaves
          .slice(0, proofs.length)
          .map(({ index, holder, gross, withheld }) => [listKey, index, holder, gross, withheld]);
        const tree = StandardMerkleTree.of(values, LEAF_ENCODING, { sortLeaves: false });
        expect(tree.root).to.equal(root);
        for (const [index, proof] of proofs.entries()) expect(tree.getProof(index)).to.deep.equal(proof);
      }
    });

    it("differ in whatever a key is made of", async () => {
      const { income, dollar, shares, authority } = await loadFixture(plannedList);
      const salt = ethers.id("salt");
      const otherDesk = await ethers.deployContract("IncomeDesk", [authority, shares]);

      const keys = await Promise.all([
        income.listKeyOf(ASSET, 0n, dollar, salt),
        income.listKeyOf(8n, 0n, dollar, salt),
        income.listKeyOf(ASSET, 1n, dollar, salt),
        income.listKeyOf(ASSET, 0n, shares, salt),
        income.listKeyOf(ASSET, 0n, dollar, ethers.id("pepper")),
        otherDesk.listKeyOf(ASSET, 0n, dollar, salt),
      ]);
      expect(new Set(keys).size).to.equal(keys.length);
    });
  });
});
