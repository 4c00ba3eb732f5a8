import { expect } from "chai";
import { network } from "hardhat";
import { COMPLIANCE_EVENTS, COMPLIANCE_OUTCOMES } from "../../sdk/compliance/compliance-words.ts";
import { ExitCode } from "../../sdk/errors.ts";
import { explainTransfer } from "../../sdk/explain.ts";
import { sanctionWallets } from "../../tasks/rules/sanction.ts";
import { approveTransfer } from "../../tasks/transfer/approve.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { sold } = taskWorld(connection);

const REIT = 1n;
const DAY = 86_400n;
const NOT_APPROVED = 43;
const SANCTIONED = 39;

/** The asset is sold; transfers are approved one by one, and nobody under sanctions takes part. */
async function guarded() {
  const world = await sold();
  const { suite, alice, bob, operator } = world;
  const [approval, sanctions, list] = await Promise.all([
    suite.manualApprovalRule.getAddress(),
    suite.sanctionsRule.getAddress(),
    suite.sanctionsList.getAddress(),
  ]);
  await suite.transferRules.setRules(REIT, [
    { rule: sanctions, parameters: list },
    { rule: approval, parameters: "0x" },
  ]);
  const holders = (await suite.shareToken.holdersPage(REIT, 0n, 100n)).accounts;
  await suite.transferRules.countHolders(
    REIT,
    holders.toSorted((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1)),
    0n,
  );

  const now = BigInt((await ethers.provider.getBlock("latest"))?.timestamp ?? 0);
  const transfer = { asset: REIT, from: alice.address, to: bob.address, shares: 7n };
  const codes = async () => {
    const question = { id: REIT, from: alice.address, to: bob.address, value: 7n };
    return (await explainTransfer(suite, question)).map(({ code }) => code);
  };
  const warnings: string[] = [];
  const warn = (text: string) => {
    warnings.push(text);
  };
  const entries = async () => {
    const events = await suite.complianceLog.queryFilter(suite.complianceLog.filters.ComplianceEventRecorded());
    return events.map(({ args }) => ({ event: args.eventType, outcome: args.outcome }));
  };
  return { ...world, operator, now, transfer, codes, warn, warnings, entries };
}

describe("transfer approve", () => {
  it("approves exactly one transfer, once, and the log knows it", async () => {
    const { suite, sender, alice, bob, now, transfer, codes, warn, warnings, entries } =
      await networkHelpers.loadFixture(guarded);
    expect(await codes()).to.deep.equal([NOT_APPROVED]);
    const before = (await entries()).length;

    const { steps } = await approveTransfer(suite, sender, transfer, now + DAY, warn);

    expect(steps.map(({ status }) => status)).to.deep.equal(["sent", "sent"]);
    expect(warnings).to.deep.equal([]);
    expect((await entries()).slice(before)).to.deep.equal([
      { event: COMPLIANCE_EVENTS.TRANSFER_APPROVAL, outcome: COMPLIANCE_OUTCOMES.APPROVED },
    ]);
    expect(await codes()).to.deep.equal([]);
    await suite.shareToken.connect(alice).safeTransferFrom(alice.address, bob.address, REIT, 7n, "0x");
    expect(await codes()).to.deep.equal([NOT_APPROVED]);
  });

  it("has nothing to do a second time, and takes an approval back", async () => {
    const { suite, sender, now, transfer, codes, warn, entries } = await networkHelpers.loadFixture(guarded);
    await approveTransfer(suite, sender, transfer, now + DAY, warn);

    expect((await approveTransfer(suite, sender, transfer, now + DAY, warn)).steps).to.deep.equal([]);
    await approveTransfer(suite, sender, transfer, 0n, warn);

    expect(await codes()).to.deep.equal([NOT_APPROVED]);
    expect((await entries()).at(-1)).to.deep.equal({
      event: COMPLIANCE_EVENTS.TRANSFER_APPROVAL,
      outcome: COMPLIANCE_OUTCOMES.REVOKED,
    });
    const failure = await failureOf(approveTransfer(suite, sender, transfer, 0n, warn));
    expect(failure).to.have.nested.property("problem.exitCode", ExitCode.refused);
  });

  it("approves nothing in a dry run", async () => {
    const { suite, operator, now, transfer, codes, warn } = await networkHelpers.loadFixture(guarded);
    const { steps } = await approveTransfer(suite, silentSender(operator, true), transfer, now + DAY, warn);
    expect(steps.map(({ status }) => status)).to.deep.equal(["simulated"]);
    expect(await codes()).to.deep.equal([NOT_APPROVED]);
  });

  it("says that it has no effect where no rule asks for approvals", async () => {
    const { suite, sender, now, transfer, warn, warnings } = await networkHelpers.loadFixture(guarded);
    await suite.transferRules.setRules(REIT, []);
    await approveTransfer(suite, sender, transfer, now + DAY, warn);
    expect(warnings).to.deep.equal([
      "asset 1 has no rule by which transfers are approved one by one: this has no effect",
    ]);
  });

  for (const [what, change, says] of [
    ["no shares", { shares: 0n }, "0 is no number of shares to transfer"],
    ["an unknown asset", { asset: 9n }, "there is no asset 9"],
  ] as const) {
    it(`refuses ${what} and sends nothing`, async () => {
      const { suite, sender, now, transfer, warn } = await networkHelpers.loadFixture(guarded);
      const failure = await failureOf(approveTransfer(suite, sender, { ...transfer, ...change }, now + DAY, warn));
      expect(failure).to.have.nested.property("problem.what", says);
    });
  }

  it("refuses a time that has passed", async () => {
    const { suite, sender, now, transfer, warn } = await networkHelpers.loadFixture(guarded);
    const failure = await failureOf(approveTransfer(suite, sender, transfer, now, warn));
    expect(failure).to.have.nested.property("problem.todo", "name a time to come");
  });
});

describe("rules sanction", () => {
  it("stops a wallet until it is taken off, and the log knows whose it is", async () => {
    const { suite, sender, alice, stranger, codes, warn, entries } = await networkHelpers.loadFixture(guarded);
    const before = (await entries()).length;
    const wallets = [alice.address, stranger.address];

    const { changed } = await sanctionWallets(
      suite,
      sender,
      { wallets, sanctioned: true, reason: "list of 1 March" },
      warn,
    );

    expect(changed).to.deep.equal(wallets);
    expect(await codes()).to.deep.equal([SANCTIONED, NOT_APPROVED]);
    expect((await entries()).slice(before).map(({ event }) => event)).to.deep.equal([
      COMPLIANCE_EVENTS.REGULATORY_HOLD,
    ]);

    const lifted = { wallets: [alice.address], sanctioned: false };
    expect((await sanctionWallets(suite, sender, lifted, warn)).changed).to.deep.equal([alice.address]);
    expect(await codes()).to.deep.equal([NOT_APPROVED]);
    expect((await sanctionWallets(suite, sender, lifted, warn)).steps).to.deep.equal([]);
  });

  it("takes a hundred wallets in one transaction, and refuses one more", async () => {
    const { suite, sender, warn } = await networkHelpers.loadFixture(guarded);
    const wallets = Array.from({ length: 101 }, (_, place) => ethers.toBeHex(place + 1, 20));
    const failure = await failureOf(sanctionWallets(suite, sender, { wallets, sanctioned: true }, warn));
    expect(failure).to.have.nested.property("problem.exitCode", ExitCode.badInput);

    const { changed } = await sanctionWallets(suite, sender, { wallets: wallets.slice(1), sanctioned: true }, warn);
    expect(changed).to.have.length(100);
  });
});
