import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { openRecord } from "../../tasks/income/record.ts";
import { DeployedNode } from "../helpers/deployed-node.ts";
import { taskWorld } from "../helpers/task-world.ts";

const DEPOSIT = "2500.000003";

describe("income, on the command line", function () {
  // Each command is a process that starts in a second or two.
  this.timeout(300_000);

  let node: DeployedNode;
  let world: Awaited<ReturnType<ReturnType<typeof taskWorld>["sold"]>>;

  before(async () => {
    node = await DeployedNode.open();
    world = await taskWorld(node.connection, () => node.deployed()).sold();
    const { suite, sender, operator } = world;
    const { timestamp } = (await node.connection.ethers.provider.getBlock("latest")) ?? { timestamp: 0 };
    await openRecord(suite, sender, 1n, BigInt(timestamp) + 60n);
    await node.request("evm_increaseTime", 120);
    await node.request("evm_mine");
    await suite.testDollar.mint(operator.address, 5_000_000_000n);
  });
  after(() => node.close());

  const json = async (...words: string[]) => {
    const { exitCode, stdout } = await node.hardhat("income", ...words, "--json");
    return { exitCode, document: JSON.parse(stdout) };
  };
  const write = async (name: string, text: string) => {
    const path = join(node.folder, name);
    await writeFile(path, text);
    return path;
  };
  const planWords = ["plan", "--asset", "1", "--record", "0"];

  it("refuses an amount that can be read in two ways, and writes nothing", async () => {
    const amounts: [amount: string, what: string][] = [
      ["2,500.00", '--amount "2,500.00" is not a plain decimal number'],
      ["2.5e3", '--amount "2.5e3" is not a plain decimal number'],
      ["2500.0000001", '--amount "2500.0000001" has 7 decimals, 6 are allowed'],
    ];
    const results = await Promise.all(amounts.map(([amount]) => json(...planWords, "--amount", amount)));

    expect(results.map(({ exitCode, document }) => [exitCode, document.error.what])).to.deep.equal(
      amounts.map(([, what]) => [2, what]),
    );
    expect(await readdir(join(node.folder, "runs")).catch(() => [])).to.deep.equal([]);
  });

  it("lists every bad row of a file with its line", async () => {
    const { alice } = world;
    const path = await write("exclude.csv", `account,reason\n${alice.address},a\n0x12,b\n${alice.address},c\n`);
    const { exitCode, document } = await json(...planWords, "--amount", DEPOSIT, "--exclude", path);

    expect([exitCode, document.ok, document.error.where]).to.deep.equal([2, false, path]);
    expect(document.error.details).to.deep.equal([
      'line 3, account: address "0x12" is not an address; write 0x and 40 hex digits',
      `line 4, account: "${alice.address}" is on line 2 already`,
    ]);
  });

  it("prints the beginning of each file", async () => {
    const { exitCode, stdout } = await node.hardhat("income", "plan", "--template", "look-through");

    expect([exitCode, stdout.split("\n")[0]]).to.deep.equal([0, "escrow,owner,shares"]);
    expect((await json("plan", "--template", "nothing")).exitCode).to.equal(2);
  });

  it("plans, announces, funds, publishes, pays, tells and reconciles", async () => {
    const { suite, bob, carol } = world;
    const planned = await json(...planWords, "--amount", DEPOSIT, "--reference", "rent 2027-01");
    const { id } = planned.document.data.plan;
    expect(planned.exitCode).to.equal(0);
    expect(planned.document.data.gross).to.deep.equal({
      ...{ count: 3, sum: "2500000003", min: "500000001", max: "1000000001" },
    });
    expect((await json(...planWords, "--amount", DEPOSIT, "--reference", "rent 2027-01")).document.data).to.deep.equal(
      planned.document.data,
    );

    expect((await json("publish", id)).document.error.what).to.equal("the plan is not announced on this desk");
    const dry = await json("announce", id, "--dry-run");
    expect([dry.exitCode, dry.document.data.distribution]).to.deep.equal([0, null]);
    const announced = await json("announce", id);
    expect([announced.exitCode, announced.document.data.distribution]).to.deep.equal([0, "1"]);
    expect((await json("fund", "1", "--amount", "2500.000002")).document.data.missing).to.equal("1");
    const short = await json("publish", id);
    expect([short.exitCode, short.document.error.what]).to.deep.equal([2, "distribution 1 is not funded"]);
    expect((await json("pay", "1")).document.error.what).to.equal("distribution 1 is announced, and not published");
    expect((await json("fund", "1")).document.data.missing).to.equal("0");
    expect((await json("publish", id)).exitCode).to.equal(0);

    await suite.testDollar.blacklist(bob.address, true);
    const partly = await json("pay", "1", "--batch-size", "2");
    expect([partly.exitCode, partly.document.data.paid]).to.deep.equal([4, 2]);
    expect(partly.document.error.details).to.deep.equal([
      `${bob.address}, 1000.000001: test dollar blacklisted (account ${bob.address})`,
    ]);
    const between = await json("status", "1");
    expect(between.document.data).to.deep.include({ paid: 2, failed: [bob.address], outstanding: "1000000001" });
    await suite.testDollar.blacklist(bob.address, false);
    const claimed = await json("claim", "1", "--holder", bob.address);
    const again = await json("claim", "1", "--holder", bob.address);
    expect([claimed.exitCode, claimed.document.data.paidBefore]).to.deep.equal([0, false]);
    expect([again.exitCode, again.document.data.paidBefore, again.document.data.steps]).to.deep.equal([0, true, []]);
    expect((await json("pay", "1")).document.data).to.deep.include({ due: 0, steps: [] });

    const after = await json("status", "1");
    expect(after.document.data).to.deep.include({ paid: 2, alreadyPaid: 1, failed: [], unpaid: 0, outstanding: "0" });
    const { stdout: csv } = await node.hardhat("income", "statement", "--investor", carol.address, "--csv");
    expect(csv.split("\n")[1]).to.match(
      /^1,1,0,0x\w+,0x\w+,,paid,500\.000001,0\.000000,500\.000001,\S+Z,0x[0-9a-f]{64}$/,
    );
    const reconciled = await json("reconcile", "1");
    expect([reconciled.exitCode, reconciled.document.data.mismatches]).to.deep.equal([0, []]);
    const listed = await node.hardhat("run", "list", "--json");
    const tasks = JSON.parse(listed.stdout).data.runs.map(({ task }: { task: string }) => task);
    expect(tasks).to.include.members(["income.announce", "income.fund", "income.publish", "income.pay"]);
    const pay = JSON.parse(listed.stdout).data.runs.find(({ task }: { task: string }) => task === "income.pay");
    expect((await node.hardhat("run", "verify", pay.id)).exitCode).to.equal(0);
  });

  it("says which plan is missing, and takes it from where it is named", async () => {
    const runs = join(node.folder, "runs");
    const [id = ""] = (
      await Promise.all((await readdir(runs)).map(async (name) => [name, await isPlan(name)] as const))
    )
      .filter(([, is]) => is)
      .map(([name]) => name);
    const moved = join(node.folder, "moved");
    await rename(join(runs, id), moved);

    const lost = await json("reconcile", "1");
    expect([lost.exitCode, lost.document.error.what]).to.deep.equal([
      2,
      `the plan of distribution 1 is not in ${runs}`,
    ]);
    expect((await json("reconcile", "1", "--plan", moved)).exitCode).to.equal(0);
  });

  it("refuses what there is not", async () => {
    const nothing = await json("pay", "9");
    expect([nothing.exitCode, nothing.document.error.what]).to.deep.equal([2, "there is no distribution 9"]);
    expect((await json("claim", "1")).exitCode).to.equal(2);
    expect((await json("reclaim", "1")).exitCode).to.equal(3);
    expect((await json("pay", "1", "--batch-size", "0")).exitCode).to.equal(2);
    const future = await json("plan", "--asset", "1", "--record", "1", "--amount", "1");
    expect([future.exitCode, future.document.error.what]).to.deep.equal([2, "asset 1 has no record 1"]);
  });

  async function isPlan(name: string): Promise<boolean> {
    const text = await readFile(join(node.folder, "runs", name, "plan.json"), "utf8");
    return text.includes("moiety.income-plan/1");
  }
});
