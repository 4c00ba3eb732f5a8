import { expect } from "chai";
import { network } from "hardhat";
import { listBackedAsset } from "../../helpers/desks.ts";
import {
  INCOME_ASSET as ASSET,
  CLAIM_PERIOD,
  KIND_OF_DISTRIBUTION,
  LIST_PHASE,
  type ListedHolder,
  type Plan,
  planList,
  publishList,
  recordedIncomeAsset,
  recordTerms,
} from "../../helpers/income.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const FIRST = 1n; // number of the first distribution
const DAVES_PLACE = 3;

/** Record 0 can be read; alice, bob, carol and dave are listed, with 100, 60, 39 and 1 base units. */
async function plannedList() {
  const world = await recordedIncomeAsset(connection);
  const { alice, bob, carol, dave } = world;
  const rows: ListedHolder[] = [
    { holder: alice.address, gross: 100n },
    { holder: bob.address, gross: 60n },
    { holder: carol.address, gross: 39n, withheld: 4n },
    { holder: dave.address, gross: 1n, withheld: 1n },
  ];
  return { ...world, rows, plan: await planList(connection, world, rows) };
}

async function announcedList() {
  const world = await plannedList();
  await world.income.announce(world.plan.terms);
  return world;
}

async function publishedList() {
  const world = await plannedList();
  await publishList(world, world.plan);
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

function leafOf(plan: Plan, index: number) {
  const leaf = plan.leaves[index];
  if (leaf === undefined) throw new RangeError(`no leaf ${index}`);
  return leaf;
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
      const instant = BigInt(await time.latest()) + 100n;
      await shares.openRecord(ASSET, instant);
      await listBackedAsset(connection, world, 8n);
      await shares.openRecord(8n, BigInt(await time.latest()) + 1n);
      await time.increase(5n);

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

      for (const call of [asStranger.announce(plan.terms), asStranger.publish(FIRST), asStranger.cancel(FIRST)]) {
        await expect(call)
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
      await expect(income.unfund(FIRST, admin)).to.changeTokenBalance(ethers, dollar, admin, 200n);
    });
  });

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

  describe("leaves and keys", () => {
    it("are what docs/formats.md says, section 10", async () => {
      const { income, dollar, plan } = await loadFixture(plannedList);
      const { chainId } = await ethers.provider.getNetwork();
      const coder = ethers.AbiCoder.defaultAbiCoder();
      const listType = ethers.id(
        "MoietyIncomeList(uint256 chainId,address desk,uint256 id,uint32 record,address currency,bytes32 salt)",
      );
      const listKey = ethers.keccak256(
        coder.encode(
          ["bytes32", "uint256", "address", "uint256", "uint32", "address", "bytes32"],
          [listType, chainId, income.target, ASSET, 0n, dollar.target, plan.terms.salt],
        ),
      );
      const leaf = leafOf(plan, 2);
      const preimage = coder.encode(
        ["bytes32", "uint256", "address", "uint256", "uint256"],
        [listKey, leaf.index, leaf.holder, leaf.gross, leaf.withheld],
      );

      expect(await income.listKeyOf(ASSET, 0n, dollar, plan.terms.salt)).to.equal(listKey);
      expect(ethers.dataLength(preimage)).to.equal(160);
      expect(await income.leafHash(listKey, leaf)).to.equal(ethers.keccak256(ethers.keccak256(preimage)));
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
