import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import { REVIEW_TYPES, selectionDomain } from "../../../executor/formats/typed-data.ts";
import { proposalId } from "../../../sdk/proposal.ts";
import { deployBooks, FAR_FUTURE } from "../../helpers/books.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const ISSUER = 1n;
const REVIEWER = 8n;
const ANCHORING = 25n;
const ASSET = 7n;
const OTHER_ASSET = 8n;
const REPORT = ethers.id("report of the review");
const STAGE = { unknown: 0n, proposed: 1n, reviewed: 2n, rejected: 3n, anchored: 4n, listed: 5n } as const;

const PROPOSAL = {
  legalHash: ethers.id("deed"),
  evidenceHash: ethers.id("survey"),
  checklistHash: ethers.id("due diligence, filled in"),
  metadata: ethers.AbiCoder.defaultAbiCoder().encode(
    ["bytes32", "bytes32", "uint64", "uint64", "bytes", "bytes"],
    [ethers.id("real-estate"), ethers.id("US-CO"), 1n, FAR_FUTURE, "0x75", "0x"],
  ),
};
const PROPOSED = proposalId(PROPOSAL);
const ANCHOR = ethers.keccak256(ethers.concat([PROPOSAL.legalHash, PROPOSAL.evidenceHash]));

/** The books and a desk that wants two reviews; the first account is issuer, and three people review. */
async function twoReviewsWanted() {
  const books = await deployBooks(connection);
  const { admin, others, authority, anchors, shares } = books;
  const [ann, ben, cleo, stranger] = others;
  if (!ann || !ben || !cleo || !stranger) throw new Error("too few accounts");
  const desk = await ethers.deployContract("SelectionDesk", [authority, shares, 2n]);
  const selector = (name: "propose" | "anchor" | "review") => desk.interface.getFunction(name).selector;
  await authority.setTargetFunctionRole(desk, [selector("propose"), selector("anchor")], ISSUER);
  await authority.setTargetFunctionRole(desk, [selector("review")], REVIEWER);
  await authority.setTargetFunctionRole(
    anchors,
    [anchors.interface.getFunction("registerAndBind").selector],
    ANCHORING,
  );
  await authority.grantRole(ISSUER, admin, 0n);
  await authority.grantRole(ANCHORING, desk, 0n);
  for (const reviewer of [ann, ben, cleo]) await authority.grantRole(REVIEWER, reviewer, 0n);
  return { ...books, desk, ann, ben, cleo, stranger };
}

async function proposed() {
  const world = await twoReviewsWanted();
  await world.desk.propose(PROPOSAL);
  return world;
}

async function reviewed() {
  const world = await proposed();
  for (const person of [world.ann, world.ben]) await world.desk.connect(person).review(PROPOSED, true, REPORT);
  return world;
}

type World = Awaited<ReturnType<typeof proposed>>;

async function signReview({ desk }: World, signer: HardhatEthersSigner, review: object) {
  const { chainId } = await ethers.provider.getNetwork();
  return signer.signTypedData(selectionDomain(chainId, await desk.getAddress()), REVIEW_TYPES, review);
}

describe("SelectionDesk", () => {
  describe("propose", () => {
    it("keeps all that is proposed under its hash", async () => {
      const { desk, admin } = await loadFixture(twoReviewsWanted);

      await expect(desk.propose(PROPOSAL))
        .to.emit(desk, "Proposed")
        .withArgs(PROPOSED, ANCHOR, admin.address, PROPOSAL.checklistHash);

      const [kept, proposer, approvers, id] = await desk.proposalOf(PROPOSED);
      expect([[...kept], proposer, [...approvers], id]).to.deep.equal([Object.values(PROPOSAL), admin.address, [], 0n]);
      expect(await desk.hashProposal(PROPOSAL)).to.equal(PROPOSED);
      expect(await desk.stageOf(PROPOSED)).to.equal(STAGE.proposed);
      expect(await desk.stageOf(REPORT)).to.equal(STAGE.unknown);
    });

    it("rejects a zero hash in each of the three places", async () => {
      const { desk } = await loadFixture(twoReviewsWanted);

      for (const field of ["legalHash", "evidenceHash", "checklistHash"] as const) {
        const wrong = { ...PROPOSAL, [field]: ethers.ZeroHash };
        await expect(desk.propose(wrong))
          .to.be.revertedWithCustomError(desk, "SelectionDeskZeroHash")
          .withArgs(wrong.legalHash, wrong.evidenceHash, wrong.checklistHash);
      }
    });

    it("rejects the same a second time", async () => {
      const { desk } = await loadFixture(proposed);

      await expect(desk.propose(PROPOSAL))
        .to.be.revertedWithCustomError(desk, "SelectionDeskExists")
        .withArgs(PROPOSED);
    });

    it("is for the issuer, as anchoring is, and reviewing for reviewers", async () => {
      const { desk, stranger, admin } = await loadFixture(proposed);
      const asStranger = desk.connect(stranger);

      for (const [attempt, caller] of [
        [() => asStranger.propose(PROPOSAL), stranger],
        [() => asStranger.anchor(PROPOSED, ASSET), stranger],
        [() => asStranger.review(PROPOSED, true, REPORT), stranger],
        [() => desk.review(PROPOSED, true, REPORT), admin],
      ] as const) {
        await expect(attempt())
          .to.be.revertedWithCustomError(desk, "AccessManagedUnauthorized")
          .withArgs(caller.address);
      }
    });
  });

  describe("review", () => {
    it("needs two different people", async () => {
      const { desk, ann, ben } = await loadFixture(proposed);

      await expect(desk.connect(ann).review(PROPOSED, true, REPORT))
        .to.emit(desk, "Reviewed")
        .withArgs(PROPOSED, ann.address, true, REPORT);
      expect(await desk.stageOf(PROPOSED)).to.equal(STAGE.proposed);
      await expect(desk.connect(ann).review(PROPOSED, true, REPORT))
        .to.be.revertedWithCustomError(desk, "SelectionDeskReviewedBefore")
        .withArgs(PROPOSED, ann.address);
      await expect(desk.anchor(PROPOSED, ASSET))
        .to.be.revertedWithCustomError(desk, "SelectionDeskTooFewReviews")
        .withArgs(PROPOSED, 1n, 2n);

      await desk.connect(ben).review(PROPOSED, true, REPORT);
      expect(await desk.stageOf(PROPOSED)).to.equal(STAGE.reviewed);
      expect(await desk.hasReviewed(PROPOSED, ben)).to.equal(true);
    });

    it("is not for the proposer, even if he is a reviewer too", async () => {
      const { desk, authority, admin } = await loadFixture(proposed);
      await authority.grantRole(REVIEWER, admin, 0n);

      await expect(desk.review(PROPOSED, true, REPORT))
        .to.be.revertedWithCustomError(desk, "SelectionDeskOwnProposal")
        .withArgs(PROPOSED, admin.address);
    });

    it("ends a proposal by one rejection, also after two approvals: it cannot be anchored or reviewed", async () => {
      const { desk, cleo } = await loadFixture(reviewed);

      await desk.connect(cleo).review(PROPOSED, false, REPORT);

      expect(await desk.stageOf(PROPOSED)).to.equal(STAGE.rejected);
      for (const attempt of [
        () => desk.anchor(PROPOSED, ASSET),
        () => desk.connect(cleo).review(PROPOSED, true, REPORT),
      ]) {
        await expect(attempt())
          .to.be.revertedWithCustomError(desk, "SelectionDeskWrongStage")
          .withArgs(PROPOSED, STAGE.rejected);
      }
      // With a new checklist it is another proposal, which has to be reviewed from the start.
      const again = { ...PROPOSAL, checklistHash: ethers.id("due diligence, mended") };
      await desk.propose(again);
      expect(await desk.stageOf(proposalId(again))).to.equal(STAGE.proposed);
    });

    it("rejects no reason, and what nobody proposed", async () => {
      const { desk, ann } = await loadFixture(proposed);

      await expect(desk.connect(ann).review(PROPOSED, true, ethers.ZeroHash))
        .to.be.revertedWithCustomError(desk, "SelectionDeskZeroReason")
        .withArgs(PROPOSED);
      await expect(desk.connect(ann).review(REPORT, true, REPORT))
        .to.be.revertedWithCustomError(desk, "SelectionDeskUnknown")
        .withArgs(REPORT);
    });

    it("does not count the approval of one who has lost the office since (P41)", async () => {
      const { desk, authority, ann, cleo } = await loadFixture(reviewed);
      await authority.revokeRole(REVIEWER, ann);

      expect(await desk.approvalsOf(PROPOSED)).to.equal(1n);
      await expect(desk.anchor(PROPOSED, ASSET))
        .to.be.revertedWithCustomError(desk, "SelectionDeskTooFewReviews")
        .withArgs(PROPOSED, 1n, 2n);
      await desk.connect(cleo).review(PROPOSED, true, REPORT);
      await desk.anchor(PROPOSED, ASSET);
    });
  });

  describe("bringReview", () => {
    const review = (reviewer: string) => ({
      proposalId: PROPOSED,
      reviewer,
      approved: true,
      reasonHash: REPORT,
      expiresAt: FAR_FUTURE,
    });

    it("takes a reviewer's signature, whoever brings it, once", async () => {
      const world = await loadFixture(proposed);
      const { desk, ann, stranger } = world;
      const signature = await signReview(world, ann, review(ann.address));
      const bring = () => desk.connect(stranger).bringReview(PROPOSED, ann, true, REPORT, FAR_FUTURE, signature);

      await expect(bring()).to.emit(desk, "Reviewed").withArgs(PROPOSED, ann.address, true, REPORT);
      await expect(bring())
        .to.be.revertedWithCustomError(desk, "SelectionDeskReviewedBefore")
        .withArgs(PROPOSED, ann.address);
    });

    it("rejects another verdict than was signed, and the signature of somebody else", async () => {
      const world = await loadFixture(proposed);
      const { desk, ann, ben } = world;
      const signature = await signReview(world, ann, review(ann.address));

      for (const [reviewer, approved] of [
        [ann, false],
        [ben, true],
      ] as const) {
        await expect(desk.bringReview(PROPOSED, reviewer, approved, REPORT, FAR_FUTURE, signature))
          .to.be.revertedWithCustomError(desk, "SelectionDeskInvalidSignature")
          .withArgs(reviewer.address, await desk.hashReview(PROPOSED, reviewer, approved, REPORT, FAR_FUTURE));
      }
    });

    it("rejects the signature of one who does not hold the office", async () => {
      const world = await loadFixture(proposed);
      const { desk, stranger } = world;

      await expect(
        desk.bringReview(
          PROPOSED,
          stranger,
          true,
          REPORT,
          FAR_FUTURE,
          await signReview(world, stranger, review(stranger.address)),
        ),
      )
        .to.be.revertedWithCustomError(desk, "SelectionDeskNotReviewer")
        .withArgs(stranger.address);
    });

    it("is brought until the last second that was signed, and not a second later", async () => {
      const world = await loadFixture(proposed);
      const { desk, ann } = world;
      const expiresAt = BigInt(await time.latest()) + 100n;
      const signature = await signReview(world, ann, { ...review(ann.address), expiresAt });

      const snapshot = await networkHelpers.takeSnapshot();
      await time.setNextBlockTimestamp(expiresAt);
      await desk.bringReview(PROPOSED, ann, true, REPORT, expiresAt, signature);
      await snapshot.restore();
      await time.setNextBlockTimestamp(expiresAt + 1n);
      await expect(desk.bringReview(PROPOSED, ann, true, REPORT, expiresAt, signature))
        .to.be.revertedWithCustomError(desk, "SelectionDeskExpired")
        .withArgs(expiresAt, expiresAt + 1n);
    });
  });

  describe("anchor", () => {
    it("anchors and binds what was reviewed; it counts as listed once the token names the anchor too (P102)", async () => {
      const { desk, anchors, shares } = await loadFixture(reviewed);

      await expect(desk.anchor(PROPOSED, ASSET)).to.emit(desk, "Anchored").withArgs(PROPOSED, ANCHOR, ASSET);

      const { boundToken, boundTokenId } = await anchors.getAnchor(ANCHOR);
      expect([boundToken, boundTokenId]).to.deep.equal([await shares.getAddress(), ASSET]);
      expect(await anchors.registeredBy(ANCHOR)).to.equal(await desk.getAddress());
      expect(await desk.stageOf(PROPOSED)).to.equal(STAGE.anchored);
      await shares.listAsset(ASSET, ANCHOR, 100n, "ipfs://asset");
      expect(await desk.stageOf(PROPOSED)).to.equal(STAGE.listed);

      await anchors.deactivateAnchor(ANCHOR, "sold");
      expect(await desk.stageOf(PROPOSED)).to.equal(STAGE.anchored);
    });

    it("anchors once, and one asset to one token (P103)", async () => {
      const { desk, anchors, shares, ann, ben } = await loadFixture(reviewed);
      await desk.anchor(PROPOSED, ASSET);

      await expect(desk.anchor(PROPOSED, OTHER_ASSET))
        .to.be.revertedWithCustomError(desk, "SelectionDeskWrongStage")
        .withArgs(PROPOSED, STAGE.anchored);

      // The same documents with another checklist: reviewed anew, and still the same asset.
      const again = { ...PROPOSAL, checklistHash: ethers.id("another checklist") };
      await desk.propose(again);
      for (const person of [ann, ben]) await desk.connect(person).review(proposalId(again), true, REPORT);
      await expect(desk.anchor(proposalId(again), OTHER_ASSET))
        .to.be.revertedWithCustomError(anchors, "AnchorRegistryExists")
        .withArgs(ANCHOR);

      // Other documents for the same token.
      const other = { ...PROPOSAL, evidenceHash: ethers.id("another survey") };
      await desk.propose(other);
      for (const person of [ann, ben]) await desk.connect(person).review(proposalId(other), true, REPORT);
      await expect(desk.anchor(proposalId(other), ASSET))
        .to.be.revertedWithCustomError(anchors, "AnchorRegistryTokenTaken")
        .withArgs(ANCHOR, await shares.getAddress(), ethers.id("ERC-8325:BINDING_SCOPE:TOKEN_ID"), ASSET);
    });

    it("is the only way: the issuer cannot anchor past the desk", async () => {
      const { anchors, shares, admin } = await loadFixture(reviewed);

      await expect(
        anchors.registerAndBind(PROPOSAL.legalHash, PROPOSAL.evidenceHash, PROPOSAL.metadata, shares, REPORT, ASSET),
      )
        .to.be.revertedWithCustomError(anchors, "AccessManagedUnauthorized")
        .withArgs(admin.address);
    });

    it("needs nobody on a desk that wants no reviews, as on development chains", async () => {
      const { authority, shares, anchors } = await loadFixture(twoReviewsWanted);
      const desk = await ethers.deployContract("SelectionDesk", [authority, shares, 0n]);
      await authority.grantRole(ANCHORING, desk, 0n);

      await desk.propose(PROPOSAL);
      expect(await desk.stageOf(PROPOSED)).to.equal(STAGE.reviewed);
      await desk.anchor(PROPOSED, ASSET);
      expect(await anchors.isBindingValid(ANCHOR)).to.equal(true);
    });
  });
});
