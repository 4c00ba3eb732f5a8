import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { listReceivers } from "../../sdk/holders.ts";
import { declareIncome } from "../../tasks/income/declare.ts";
import { payHolders } from "../../tasks/income/pay-record.ts";
import { openRecord } from "../../tasks/income/record.ts";
import { onboardInvestors } from "../../tasks/investor/onboard.ts";
import { findCurrency } from "../../tasks/lib/currency.ts";
import { listWrittenRuns } from "../../tasks/run/list.ts";
import { verifyRun } from "../../tasks/run/verify-run.ts";
import { JournalWorld } from "../helpers/journal-world.ts";
import { freePort, LocalNode, runHardhat } from "../helpers/local-node.ts";
import { SALT, taskWorld, VERIFIED_UNTIL } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { deployed, sold } = taskWorld(connection);
const { provider } = ethers;

describe("run verify", () => {
  let journal: JournalWorld;
  beforeEach(async () => {
    journal = await JournalWorld.open();
  });
  afterEach(() => journal.close());

  async function onboarded() {
    const { suite, operator } = await networkHelpers.loadFixture(deployed);
    const wallets = (await ethers.getSigners()).slice(5, 10);
    const lines = wallets.map(({ address }, place) => ({
      line: place + 2,
      row: { reference: `N-${place}`, address, country: 840, class: 4, verifiedUntil: VERIFIED_UNTIL },
    }));
    const sender = journal.sender(operator);
    await onboardInvestors(suite, sender, lines, { salt: SALT, batchSize: 2, warn: () => undefined });
    return { suite, operator, wallets, run: await journal.run(sender.runId) };
  }

  async function paid() {
    const { suite, operator, bob } = await networkHelpers.loadFixture(sold);
    const sender = journal.sender(operator);
    const instant = BigInt(await networkHelpers.time.latest()) + 1_000n;
    await openRecord(suite, sender, 1n, instant);
    await networkHelpers.time.increaseTo(instant + 1n);
    await suite.testDollar.mint(operator.address, 2_500_000_000n);
    const declaration = {
      asset: 1n,
      record: 0n,
      amount: 2_500_000_000n,
      currency: await findCurrency(suite, provider, ""),
    };
    await declareIncome(suite, sender, declaration, provider, 0);
    const declared = await journal.run(sender.runId);
    const holders = await listReceivers(suite, provider, 1n, 0);
    await suite.testDollar.blacklist(bob.address, true);
    await payHolders(suite, sender, 1n, holders, 2);
    return { suite, sender, bob, holders, declared, run: await journal.run(sender.runId) };
  }

  it("finds everything that onboarding says", async () => {
    const { run } = await onboarded();

    expect(await verifyRun(run, provider)).to.deep.equal({ steps: 3, rows: 5, mismatches: [] });
  });

  it("keeps references out of the folder", async () => {
    const { run } = await onboarded();

    for (const name of ["plan.json", "journal.jsonl", "receipts.csv", "summary.json"]) {
      expect(await readFile(join(run.folder, name), "utf8"), name).to.not.match(/N-\d/);
    }
  });

  it("stays right when an investor's verification was renewed since", async () => {
    const { run, suite, wallets } = await onboarded();
    const { investor } = await suite.investorRegistry.profileOf(wallets[0]?.address ?? "");
    await suite.investorRegistry.setStanding(investor, 0, VERIFIED_UNTIL + 1n);

    expect((await verifyRun(run, provider)).mismatches).to.deep.equal([]);
  });

  it("says which values, blocks and transactions are not on the chain", async () => {
    const { run } = await onboarded();
    const [first, second] = run.steps;
    const { input } = run.plan;
    const text = JSON.stringify(input).replaceAll("840", "250");
    if (first === undefined || second === undefined) throw new Error("too few steps");

    const otherValues = await verifyRun({ ...run, plan: { ...run.plan, input: JSON.parse(text) } }, provider);
    const otherBlock = await verifyRun({ ...run, steps: [{ ...first, block: 1 }, ...run.steps.slice(1)] }, provider);
    const twice = await verifyRun(
      { ...run, steps: [first, { ...second, hash: first.hash, block: first.block }] },
      provider,
    );
    const unknown = await verifyRun({ ...run, steps: [{ ...first, hash: `0x${"00".repeat(32)}` }] }, provider);

    expect(otherValues.mismatches.filter((each) => each.includes("with other values"))).to.have.lengthOf(5);
    expect(otherBlock.mismatches[0]).to.contain(`it is in block ${first.block}, not in 1`);
    expect(twice.mismatches.join())
      .to.contain("it does something else than the plan says")
      .and.contain("is an earlier step, too");
    expect(unknown.mismatches[0]).to.contain("the chain does not know the transaction");
  });

  it("notices receipts that were edited", async () => {
    const { run } = await onboarded();
    const path = join(run.folder, "receipts.csv");
    await writeFile(path, (await readFile(path, "utf8")).replace("confirmed", "failed"));

    expect((await verifyRun(run, provider)).mismatches).to.deep.equal(["receipts.csv is not what the journal says"]);
  });

  it("finds every payment once, and who could not be paid is not among them", async () => {
    const { run, declared, bob } = await paid();

    expect(await verifyRun(run, provider)).to.deep.equal({ steps: 2, rows: 2, mismatches: [] });
    expect(await verifyRun(declared, provider)).to.deep.equal({ steps: 2, rows: 1, mismatches: [] });
    const line = (await readFile(join(run.folder, "receipts.csv"), "utf8"))
      .split("\n")
      .find((each) => each.includes(bob.address));
    expect(line).to.match(/,not done,/);
  });

  it("says who was paid another amount than planned", async () => {
    const { run } = await paid();
    const steps = run.plan.steps.map((step) => ({ ...step, rows: step.rows.map((row) => ({ ...row, amount: "7" })) }));

    const { mismatches } = await verifyRun({ ...run, plan: { ...run.plan, steps } }, provider);

    expect(mismatches.filter((each) => /was paid \d+ by .*, not 7 by this run/.test(each))).to.have.lengthOf(2);
    expect(mismatches.join()).to.contain("all rows together are 14");
  });

  it("pays in another round who could not be paid in the first", async () => {
    const { suite, sender, bob, holders, run } = await paid();
    await suite.testDollar.blacklist(bob.address, false);

    const second = await payHolders(suite, sender, 1n, holders, 2);

    expect(second).to.deep.include({ due: 1, paid: 1 });
    expect(sender.runId).to.not.equal(run.plan.id);
    expect((await listWrittenRuns(journal.folder)).map(({ task, state, steps }) => [task, state, steps])).to.deep.equal(
      [
        ["income.declare", "done", "2/2"],
        ["income.pay", "done", "2/2"],
        ["income.pay", "done", "1/1"],
      ],
    );
  });

  it("lists a damaged run as such, among the others", async () => {
    const { run } = await onboarded();
    await writeFile(join(run.folder, "plan.json"), "{}");

    const [listed] = await listWrittenRuns(journal.folder);

    expect(listed?.state).to.equal("unreadable: this is not the plan of a run, or it is damaged");
  });
});

describe("run, on the command line", function () {
  this.timeout(120_000);
  const [ALICE, BOB] = ["0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC", "0x90F79bf6EB2c4f870365E785982E1f101E93b906"];

  let node: LocalNode;
  let port: number;
  let folder: string;
  let env: Record<string, string>;
  let runId: string;

  before(async () => {
    port = await freePort();
    node = await LocalNode.start(port);
    folder = await mkdtemp(join(tmpdir(), "moiety-run-"));
    env = { MOIETY_WORK_FOLDER: folder, LOCALHOST_RPC_URL: node.url };
    await runHardhat(["run", "--no-compile", "scripts/deploy.ts", "--network", "localhost"], env);
  });
  after(async () => {
    await node.stop();
    await rm(folder, { recursive: true });
  });

  const json = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await runHardhat([...words, "--json"], env);
    return { exitCode, stderr, document: JSON.parse(stdout) };
  };

  it("goes on, by its plan alone, with what was killed after its first transaction", async () => {
    const file = join(folder, "investors.csv");
    const rows = [`A-1,${ALICE},US,accredited,2090-12-31`, `A-2,${BOB},250,retail,2090-12-31`];
    await writeFile(file, `reference,address,country,class,verifiedUntil\n${rows.join("\n")}\n`);
    const words = ["investor", "onboard", file, "--batch-size", "1", "--network", "localhost"];
    const rehearsal = await json(...words, "--dry-run");
    const none = await json("run", "list");
    const first = await json(...words);
    runId = first.document.data.runId;
    await rm(file);
    const path = join(folder, "runs", runId, "journal.jsonl");
    await writeFile(path, (await readFile(path)).subarray(0, 150));

    const shown = await json("run", "show", runId);
    const resumed = await json("run", "resume", runId, "--network", "localhost");

    expect([rehearsal.exitCode, none.document.data.runs]).to.deep.equal([0, []]);
    expect([shown.document.data.state, shown.document.warnings.length]).to.deep.equal(["planned", 1]);
    expect([resumed.exitCode, resumed.document.data.state, resumed.document.data.reports.length]).to.deep.equal([
      0,
      "done",
      2,
    ]);
    expect(resumed.stderr).to.contain("the journal's last line was torn").and.contain("was sent before");
    expect((await json("run", "list")).document.data.runs).to.have.lengthOf(1);
  });

  it("is verified by somebody who has its folder and a node, and nothing else", async () => {
    const words = ["run", "verify", join(folder, "runs", runId), "--rpc-url", node.url];
    const { exitCode, stdout } = await runHardhat([...words, "--json"], {
      MOIETY_WORK_FOLDER: join(folder, "nothing"),
    });

    expect([exitCode, JSON.parse(stdout).data.rows]).to.deep.equal([0, 2]);
  });

  it("ends with 6 where something does not agree", async () => {
    await writeFile(join(folder, "runs", runId, "receipts.csv"), "");

    const { exitCode, document: verified } = await json("run", "verify", runId, "--rpc-url", node.url);

    expect([exitCode, verified.error.details]).to.deep.equal([6, ["receipts.csv is not what the journal says"]]);
  });

  it("is not taken up on a node that was restarted", async () => {
    await node.stop();
    node = await LocalNode.start(port);

    const { exitCode, document } = await json("run", "resume", runId, "--network", "localhost");

    expect([exitCode, document.error.what]).to.deep.equal([
      2,
      `the run ${runId} is of another life of this chain: the node was restarted since`,
    ]);
  });

  it("says that there is no such run", async () => {
    const { exitCode, document } = await json("run", "show", "0000");

    expect([exitCode, document.error.what]).to.deep.equal([2, 'there is no run "0000"']);
  });
});
