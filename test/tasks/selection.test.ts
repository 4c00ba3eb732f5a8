import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { deploySuite } from "../../sdk/deploy.ts";
import { readDeployParameters } from "../../sdk/deploy-parameters.ts";
import { ExitCode } from "../../sdk/errors.ts";
import { proposalId, proposalOf } from "../../sdk/proposal.ts";
import { readReviewFile } from "../../sdk/review-file.ts";
import { createAsset } from "../../tasks/asset/create.ts";
import { proposeAsset } from "../../tasks/asset/propose.ts";
import { reviewAsset } from "../../tasks/asset/review.ts";
import { withTestDollar } from "../helpers/suite.ts";
import { ASSET_FILE, failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const [, , , ann, ben, cleo] = await ethers.getSigners();
if (!ann || !ben || !cleo) throw new Error("too few accounts");
const CHECKLIST = ethers.id("due diligence, filled in");
const REPORT = ethers.id("report");
const FAR = 4_000_000_000n;

/** A suite for whose assets Ann and Ben review, and the demo's asset with a checklist. */
const { deployed } = taskWorld(connection, async () => {
  const deployment = await deploySuite(connection, { reviewers: [ann.address, ben.address] });
  return { ...deployment, suite: withTestDollar(deployment.suite) };
});
async function reviewersDecide() {
  const world = await deployed();
  const terms = { ...world.terms, checklistHash: CHECKLIST };
  return { ...world, terms, proposed: proposalId(proposalOf(terms)) };
}

const reviewOf = (proposed: string, reviewer: string, approved = true) => ({
  proposalId: proposed,
  reviewer,
  approved,
  reasonHash: REPORT,
  expiresAt: FAR,
  signature: undefined,
});

describe("asset propose, review and create, where reviewers decide", () => {
  it("go from the proposal over two reviews to the listed asset", async () => {
    const { suite, sender, terms, proposed } = await networkHelpers.loadFixture(reviewersDecide);

    const proposal = await proposeAsset(suite, sender, terms);
    expect(proposal).to.deep.include({ proposalId: proposed, stage: "Proposed", approvals: 0n, reviewsNeeded: 2n });
    expect((await proposeAsset(suite, sender, terms)).steps).to.deep.equal([]);
    for (const reviewer of [ann, ben])
      await reviewAsset(suite, sender, [ann, ben], reviewOf(proposed, reviewer.address));
    const { id } = await createAsset(suite, sender, terms);

    expect(id).to.equal(1n);
    expect(await suite.selectionDesk.stageOf(proposed)).to.equal(5n);
    expect((await createAsset(suite, sender, terms)).steps).to.deep.equal([]);
  });

  it("create nothing that is not reviewed by two, or that was rejected", async () => {
    const { suite, sender, terms, proposed } = await networkHelpers.loadFixture(reviewersDecide);

    expect(await failureOf(createAsset(suite, sender, terms))).to.have.property(
      "message",
      `${terms.name} is not reviewed: 0 of 2 approve`,
    );
    await proposeAsset(suite, sender, terms);
    await reviewAsset(suite, sender, [ann], reviewOf(proposed, ann.address));
    const error = await failureOf(createAsset(suite, sender, terms));
    expect(error).to.have.property("message", `${terms.name} is not reviewed: 1 of 2 approve`);
    expect(error).to.have.property("exitCode", ExitCode.refused);

    const { stage } = await reviewAsset(suite, sender, [ben], reviewOf(proposed, ben.address, false));
    expect(stage).to.equal("Rejected");
    expect(await failureOf(createAsset(suite, sender, terms))).to.have.property(
      "message",
      `${terms.name} was rejected`,
    );
    expect(await suite.shareToken.stateOf(1n)).to.equal(0n);
  });

  it("refuse the same person twice, somebody without the office, and a reviewer whose key is elsewhere", async () => {
    const { suite, sender, terms, proposed } = await networkHelpers.loadFixture(reviewersDecide);
    await proposeAsset(suite, sender, terms);
    const { signature } = await reviewAsset(suite, sender, [ann], reviewOf(proposed, ann.address));

    const again = await failureOf(reviewAsset(suite, sender, [], { ...reviewOf(proposed, ann.address), signature }));
    expect(again).to.have.nested.property("problem.why").that.contains("selection desk reviewed before");
    const outsider = await failureOf(reviewAsset(suite, sender, [cleo], reviewOf(proposed, cleo.address)));
    expect(outsider).to.have.nested.property("problem.why").that.contains("selection desk not reviewer");
    const absent = await failureOf(reviewAsset(suite, sender, [ann], reviewOf(proposed, ben.address)));
    expect(absent).to.have.property("message", `the network has no key of the reviewer ${ben.address}`);
  });

  it("want a checklist", async () => {
    const { suite, sender, terms } = await networkHelpers.loadFixture(reviewersDecide);

    const error = await failureOf(proposeAsset(suite, sender, { ...terms, checklistHash: undefined }));

    expect(error).to.have.property("exitCode", ExitCode.badInput);
    expect(error).to.have.nested.property("problem.where", "documents.checklist");
  });

  it("simulate in a dry run, and send nothing", async () => {
    const { suite, operator, terms, proposed } = await networkHelpers.loadFixture(reviewersDecide);

    const { steps } = await proposeAsset(suite, silentSender(operator, true), terms);

    expect(steps.map(({ status }) => status)).to.deep.equal(["simulated"]);
    expect(await suite.selectionDesk.stageOf(proposed)).to.equal(0n);
  });
});

describe("review files", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-"));
    await writeFile(join(folder, "report.txt"), "report");
  });
  after(async () => rm(folder, { recursive: true }));

  const write = async (name: string, content: object) => {
    await writeFile(join(folder, name), JSON.stringify(content));
    return join(folder, name);
  };
  const review = {
    schema: "moiety.review/1",
    proposal: { id: CHECKLIST },
    reviewer: ann.address,
    verdict: "reject",
    report: { file: "report.txt" },
    expiresAt: "2030-01-01T00:00:00Z",
  };

  it("name a proposal by its id or by its asset file", async () => {
    expect(await readReviewFile(await write("review.json", review))).to.deep.equal({
      proposalId: CHECKLIST,
      reviewer: ann.address,
      approved: false,
      reasonHash: REPORT,
      expiresAt: 1_893_456_000n,
      signature: undefined,
    });

    const documents = { legal: { hash: REPORT }, evidence: { hash: REPORT } };
    const terms = { ...JSON.parse(await readFile(ASSET_FILE, "utf8")), documents };
    const asset = await write("asset.json", terms);
    const plain = await write("review.json", { ...review, proposal: { file: asset } });
    expect(await failureOf(readReviewFile(plain))).to.have.property(
      "message",
      "an asset without a checklist cannot have been proposed for review",
    );
  });

  it("are refused with what is wrong in them", async () => {
    const error = await failureOf(readReviewFile(await write("review.json", { ...review, verdict: "perhaps" })));

    expect(error).to.have.property("message", "the review is wrong");
    expect(error).to.have.property("exitCode", ExitCode.badInput);
  });
});

describe("deployment parameters with reviewers", () => {
  it("name two different people", async () => {
    const folder = await mkdtemp(join(tmpdir(), "moiety-"));
    const path = join(folder, "parameters.json");
    await writeFile(path, JSON.stringify({ reviewers: [ann.address, ben.address] }));
    expect(await readDeployParameters(path)).to.deep.equal({ reviewers: [ann.address, ben.address] });

    await writeFile(path, JSON.stringify({ reviewers: [ann.address, ann.address] }));
    expect(await failureOf(readDeployParameters(path)))
      .to.have.nested.property("problem.details")
      .that.deep.equals(["reviewers: two different people review"]);
    await rm(folder, { recursive: true });
  });
});
