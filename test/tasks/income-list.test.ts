import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { openProofFile } from "../../executor/index.ts";
import { readDistribution } from "../../sdk/income/distributions.ts";
import { readStatement, walletsOf } from "../../sdk/income/read-statement.ts";
import { listRuns } from "../../sdk/journal/run-folder.ts";
import { announceList } from "../../tasks/income/announce.ts";
import { cancelList } from "../../tasks/income/cancel.ts";
import { claimFor } from "../../tasks/income/claim.ts";
import { fundList } from "../../tasks/income/fund.ts";
import { payList } from "../../tasks/income/pay-list.ts";
import { publishList } from "../../tasks/income/publish.ts";
import { reclaimIncome } from "../../tasks/income/reclaim.ts";
import { reconcileIncome } from "../../tasks/income/reconcile.ts";
import { requirePayable } from "../../tasks/income/require-payable.ts";
import { findInPlans } from "../../tasks/income/statement.ts";
import { readPaymentStatus } from "../../tasks/income/status.ts";
import { withdrawTax } from "../../tasks/income/tax.ts";
import { verifyRun } from "../../tasks/run/verify-run.ts";
import { DEPOSIT, incomeWorld, plan, publish, TestFolder } from "../helpers/income-world.ts";
import { JournalWorld, LIFE } from "../helpers/journal-world.ts";
import { failureOf, silentSender } from "../helpers/task-world.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const { recorded } = incomeWorld(connection);

const ONCE = { fromBlock: 0, again: false };
const DAY = 86_400n;

describe("income by a list", () => {
  let folder: TestFolder;
  let runs: JournalWorld;
  beforeEach(async () => {
    folder = await TestFolder.open();
    runs = await JournalWorld.open();
  });
  afterEach(async () => {
    await folder.close();
    await runs.close();
  });

  it("announces a plan once, and a second payment of the record only on purpose", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, sender, provider } = state;
    const written = await plan(state, folder.path);
    const other = await plan(state, folder.path, { terms: { reference: "once more" } });

    const first = await announceList(suite, sender, written, provider, ONCE);
    const second = await announceList(suite, sender, written, provider, ONCE);
    const error = await failureOf(announceList(suite, sender, other, provider, ONCE));
    const again = await announceList(suite, sender, other, provider, { ...ONCE, again: true });

    expect([first.distribution, first.steps.length]).to.deep.equal([1n, 1]);
    expect(second).to.deep.equal({ distribution: 1n, steps: [] });
    expect(error).to.have.property("message", "record 0 has a distribution in this currency already, number 1");
    expect(again.distribution).to.equal(2n);
    expect((await suite.incomeDesk.listOf(1n)).planHash).to.equal(written.planHash);
  });

  it("P51: refuses to publish what is short by one unit, here and on the chain", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, sender, provider } = state;
    const written = await plan(state, folder.path);
    await announceList(suite, sender, written, provider, ONCE);

    const short = await fundList(suite, sender, provider, await readDistribution(suite, 1n), DEPOSIT - 1n);
    const error = await failureOf(publishList(suite, sender, await readDistribution(suite, 1n), written));

    expect(short).to.deep.include({ given: DEPOSIT - 1n, missing: 1n });
    expect(error).to.have.nested.property("problem.exitCode", 2);
    expect(error).to.have.nested.property("problem.why", "it has 2500.000002 of 2500.000003, 0.000001 are missing");
    await expect(suite.incomeDesk.publish(1n))
      .to.be.revertedWithCustomError(suite.incomeDesk, "IncomeDeskNotFunded")
      .withArgs(1n, DEPOSIT, DEPOSIT - 1n);
    const tooMuch = await failureOf(fundList(suite, sender, provider, await readDistribution(suite, 1n), 2n));
    expect(tooMuch).to.have.nested.property("problem.why", "0.000001 are missing, and no more is taken");
    const rest = await fundList(suite, sender, provider, await readDistribution(suite, 1n), null);
    expect(rest).to.deep.include({ given: 1n, missing: 0n });
    expect((await publishList(suite, sender, await readDistribution(suite, 1n), written)).steps).to.have.lengthOf(1);
    expect((await publishList(suite, sender, await readDistribution(suite, 1n), written)).steps).to.deep.equal([]);
  });

  it("takes the same part twice on purpose, and writes both down", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, sender, operator, provider } = state;
    await announceList(suite, sender, await plan(state, folder.path), provider, ONCE);
    const income = await readDistribution(suite, 1n);
    const fund = (amount: bigint | null) => fundList(suite, runs.sender(operator), provider, income, amount);

    expect(await fund(1_000n)).to.deep.include({ given: 1_000n, missing: DEPOSIT - 1_000n });
    expect(await fund(1_000n)).to.deep.include({ given: 1_000n, missing: DEPOSIT - 2_000n });
    expect(await fund(null)).to.deep.include({ given: DEPOSIT - 2_000n, missing: 0n });
    expect(await fund(null)).to.deep.include({ given: 0n, steps: [] });
    const plans = await listRuns(runs.folder);
    expect(plans.map(({ input, round }) => [input["amount"], round])).to.deep.equal([
      ["1000", 1],
      ["1000", 2],
      ["all", 1],
    ]);
  });

  it("refuses a funder with too little, before anything is sent", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, sender, provider, stranger } = state;
    await announceList(suite, sender, await plan(state, folder.path), provider, ONCE);

    const poor = silentSender(stranger);
    const error = await failureOf(fundList(suite, poor, provider, await readDistribution(suite, 1n), null));
    expect(error).to.have.property("message", `${stranger.address} has too little to give 2500.000003`);
  });

  it("gives the money back where a list is cancelled, and forgets that it was there", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, sender, provider, operator } = state;
    const before = await suite.testDollar.balanceOf(operator.address);
    const written = await plan(state, folder.path);
    await announceList(suite, sender, written, provider, ONCE);
    await fundList(suite, sender, provider, await readDistribution(suite, 1n), 1_000n);

    const { given, steps } = await cancelList(suite, sender, await readDistribution(suite, 1n));

    expect([given, steps.length]).to.deep.equal([1_000n, 2]);
    expect(await suite.testDollar.balanceOf(operator.address)).to.equal(before);
    expect((await cancelList(suite, sender, await readDistribution(suite, 1n))).steps).to.deep.equal([]);
    expect((await announceList(suite, sender, written, provider, ONCE)).distribution).to.equal(2n);
    const error = await failureOf(requirePayable(provider, await readDistribution(suite, 1n)));
    expect(error).to.have.property("message", "distribution 1 was cancelled");
  });

  it("I-14, P57: pays everybody but a refusing payee, says why, and pays him once he can be paid", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, operator, provider, alice, bob, carol } = state;
    const written = await plan(state, folder.path);
    const number = await publish(state, written);
    const sender = runs.sender(operator);
    await suite.testDollar.blacklist(bob.address, true);

    const first = await payList(suite, sender, number, written, 2);

    const gross = 1_000_000_001n;
    expect(first).to.deep.include({ due: 3, paid: 2 });
    const reason = `test dollar blacklisted (account ${bob.address})`;
    expect(first.refused).to.deep.equal([{ holder: bob.address, gross, reason }]);
    const place = { runsFolder: runs.folder, instance: LIFE, fromBlock: 0 };
    const income = await readDistribution(suite, number);
    expect(await readPaymentStatus(suite, provider, income, place)).to.deep.equal({
      ...{ paid: 2, alreadyPaid: 0, failed: [bob.address], unknown: 0, unpaid: 1 },
    });

    await suite.testDollar.blacklist(bob.address, false);
    const second = await payList(suite, runs.sender(operator), number, written, 2);
    const third = await payList(suite, runs.sender(operator), number, written, 2);

    expect([second.due, second.paid, third.due, third.steps.length]).to.deep.equal([1, 1, 0, 0]);
    expect(await suite.testDollar.balanceOf(bob.address)).to.equal(gross);
    expect(await suite.testDollar.balanceOf(alice.address)).to.equal(gross);
    expect(await suite.testDollar.balanceOf(carol.address)).to.equal(DEPOSIT - 2n * gross);
    expect(await readPaymentStatus(suite, provider, income, place)).to.deep.include({ paid: 3, failed: [], unpaid: 0 });
  });

  it("cuts a long list into runs, each of which goes on by itself", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, operator, provider } = state;
    const written = await plan(state, folder.path);
    const number = await publish(state, written);

    const paid = await payList(suite, runs.sender(operator), number, written, 1, 2);
    const again = await payList(suite, runs.sender(operator), number, written, 1, 2);

    expect(paid).to.deep.include({ due: 3, paid: 3, refused: [] });
    expect(again).to.deep.include({ due: 0, steps: [] });
    const plans = await listRuns(runs.folder);
    expect(plans.map(({ input, steps }) => [input["part"] ?? "0", steps.length])).to.deep.equal([
      ["0", 2],
      [1, 1],
    ]);
    for (const { id } of plans) {
      expect((await verifyRun(await runs.run(id), provider)).mismatches).to.deep.equal([]);
    }
  });

  it("passes over whoever has claimed himself, with pages that have holes", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, sender, provider } = state;
    const written = await plan(state, folder.path);
    const number = await publish(state, written);
    const proofs = await openProofFile(join(written.folder, "proofs.bin"));
    const { holder } = await proofs.leaf(1);
    await proofs.close();
    const income = await readDistribution(suite, number);

    const claimed = await claimFor(suite, sender, income, holder, { runsFolder: folder.path, plan: "" });
    const again = await claimFor(suite, sender, income, holder, { runsFolder: folder.path, plan: "" });
    const paid = await payList(suite, sender, number, written, 10);

    expect([claimed.paidBefore, claimed.steps.length]).to.deep.equal([false, 1]);
    expect([again.paidBefore, again.steps.length]).to.deep.equal([true, 0]);
    expect(paid).to.deep.include({ due: 2, paid: 2, refused: [] });
    expect(paid.steps).to.have.lengthOf(1);
    const place = { runsFolder: runs.folder, instance: LIFE, fromBlock: 0 };
    expect(await readPaymentStatus(suite, provider, income, place)).to.deep.include({ alreadyPaid: 3, unpaid: 0 });
  });

  it("refuses the proofs of another distribution, and of nobody's", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, sender, alice, stranger } = state;
    const written = await plan(state, folder.path);
    const other = await plan(state, folder.path, { terms: { reference: "another" } });
    const number = await publish(state, written);
    const second = await publish(state, other);
    const income = await readDistribution(suite, number);
    const claim = (holder: string, named: string) =>
      claimFor(suite, sender, income, holder, { runsFolder: folder.path, plan: named });

    expect(second).to.equal(2n);
    expect(await failureOf(claim(alice.address, other.plan.id))).to.have.property(
      "message",
      "the plan is not that of distribution 1",
    );
    expect(await failureOf(claim(stranger.address, ""))).to.have.property(
      "message",
      `${stranger.address} is due nothing from distribution 1`,
    );
    expect(await failureOf(claim(alice.address, "nothing"))).to.have.nested.property("problem.exitCode", 2);
  });

  it("tells an investor what he got and is to get from distributions of both kinds", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, sender, provider, alice, stranger } = state;
    const withholding = { table: null, taxAccount: stranger.address, fallbackBps: 1_500, rows: [] };
    const written = await plan(state, folder.path, { terms: { withholding } });
    const number = await publish(state, written);
    const income = await readDistribution(suite, number);
    const wallets = await walletsOf(suite, alice.address);
    const statement = (runsFolder: string) =>
      readStatement(suite, provider, wallets, findInPlans(suite, runsFolder), 0);

    const gross = 1_000_000_001n;
    const amounts = { gross, withheld: 150_000_000n, net: 850_000_001n };
    expect(await statement(folder.path)).to.have.lengthOf(1);
    expect((await statement(folder.path))[0]).to.deep.include({ state: "payable", transaction: null, ...amounts });
    expect((await statement(runs.folder))[0]).to.deep.include({ state: "unknown", gross: null });
    const { steps } = await claimFor(suite, sender, income, alice.address, { runsFolder: folder.path, plan: "" });
    const { hash, block } = steps[0] ?? { hash: null, block: 0 };
    const paidAt = BigInt((await provider.getBlock(block ?? 0))?.timestamp ?? 0);
    expect((await statement(runs.folder))[0]).to.deep.include({
      ...{ state: "paid", transaction: hash, paidAt, wallet: alice.address, escrow: null, ...amounts },
    });

    const tax = await withdrawTax(suite, sender, await readDistribution(suite, number));
    expect([tax.amount, await suite.testDollar.balanceOf(stranger.address)]).to.deep.equal([
      150_000_000n,
      150_000_000n,
    ]);
    expect((await withdrawTax(suite, sender, await readDistribution(suite, number))).steps).to.deep.equal([]);
  });

  it("agrees with the chain, leaf by leaf, and says where it does not", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, sender, provider, alice } = state;
    const written = await plan(state, folder.path);
    const number = await publish(state, written);
    const place = { fromBlock: 0, chain: "31337", runsFolder: folder.path, plan: "" };
    const income = await readDistribution(suite, number);
    await claimFor(suite, sender, income, alice.address, { runsFolder: folder.path, plan: "" });
    const reconcile = async (fromBlock = 0) =>
      reconcileIncome(suite, provider, await readDistribution(suite, number), { ...place, fromBlock });

    expect(await reconcile()).to.deep.include({ rows: 3, paid: 1, mismatches: [] });
    await payList(suite, sender, number, written, 10);
    expect(await reconcile()).to.deep.include({ rows: 3, paid: 3, mismatches: [] });

    // A node that has lost the logs of the last block does not agree with its own state.
    const forgetful = await reconcile((await provider.getBlockNumber()) + 1);
    expect(forgetful.mismatches).to.have.lengthOf(4);
    expect(forgetful.mismatches.at(-1)).to.equal(`the desk counts as paid ${DEPOSIT}, and it is 0`);
    expect(forgetful.mismatches[0]).to.match(/^leaf 0, 0x[0-9a-f]{40}: paid by its bit, paid 0 times by events$/);
  });

  it("P60: pays until the last second and sends back what is left from the next on", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, sender, provider, alice, stranger } = state;
    const expiresAt = BigInt(await networkHelpers.time.latest()) + 40n * DAY;
    const terms = { expiresAt, reclaimTo: stranger.address };
    const written = await plan(state, folder.path, { terms });
    const number = await publish(state, written);
    const income = () => readDistribution(suite, number);

    await networkHelpers.time.increaseTo(expiresAt - 1n);
    expect(await failureOf(reclaimIncome(suite, sender, provider, await income()))).to.have.nested.property(
      "problem.exitCode",
      3,
    );
    await requirePayable(provider, await income());
    await claimFor(suite, sender, await income(), alice.address, { runsFolder: folder.path, plan: "" });
    await requirePayable(provider, await income());

    await networkHelpers.time.increaseTo(expiresAt + 1n);
    expect(await failureOf(requirePayable(provider, await income()))).to.have.property(
      "message",
      `the time of distribution ${number} is over`,
    );
    const { left, steps } = await reclaimIncome(suite, sender, provider, await income());
    expect([left, steps.length]).to.deep.equal([DEPOSIT - 1_000_000_001n, 1]);
    expect(await suite.testDollar.balanceOf(stranger.address)).to.equal(left);
    expect((await reclaimIncome(suite, sender, provider, await income())).steps).to.deep.equal([]);
    const place = { fromBlock: 0, chain: "31337", runsFolder: folder.path, plan: "" };
    expect((await reconcileIncome(suite, provider, await income(), place)).mismatches).to.deep.equal([]);
  });
});
