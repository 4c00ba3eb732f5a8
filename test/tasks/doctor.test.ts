import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { checkMachine } from "../../tasks/system/doctor/check-machine.ts";
import { checkRuns } from "../../tasks/system/doctor/check-runs.ts";
import type { Finding } from "../../tasks/system/doctor/finding.ts";
import { freePort, LocalNode, runHardhat } from "../helpers/local-node.ts";
import { ASSET_FILE } from "../helpers/task-world.ts";

const CUSTODIAN = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const DAY = 86_400;

describe("system doctor, against a node in another process", function () {
  this.timeout(180_000);

  let node: LocalNode;
  let port: number;
  let folder: string;
  let env: Record<string, string>;

  before(async () => {
    port = await freePort();
    node = await LocalNode.start(port);
    folder = await mkdtemp(join(tmpdir(), "moiety-doctor-"));
    env = { MOIETY_WORK_FOLDER: folder, LOCALHOST_RPC_URL: node.url };
  });
  after(async () => {
    await node.stop();
    await rm(folder, { recursive: true });
  });

  const hardhat = (...words: string[]) => runHardhat([...words, "--network", "localhost"], env);
  const succeed = async (...words: string[]) => {
    const { exitCode, stderr } = await hardhat(...words);
    expect(exitCode, stderr).to.equal(0);
  };
  const examine = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await hardhat("system", "doctor", "--json", ...words);
    expect(stdout, stderr).to.not.equal("");
    const { data, error }: { data: { findings: Finding[] }; error?: { what: string } } = JSON.parse(stdout);
    const of = (level: string) => data.findings.filter((finding) => finding.level === level);
    return { exitCode, findings: data.findings, problems: of("problem"), warnings: of("warning"), error };
  };
  const request = async (method: string, ...params: unknown[]): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const response = await fetch(node.url, { method: "POST", headers: { "content-type": "application/json" }, body });
    const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (error !== undefined) throw new Error(error.message);
    return result;
  };
  const contract = async (name: string): Promise<string> => {
    const { stdout } = await hardhat("system", "status", "--json");
    const { data }: { data: { checks: { name: string; address: string }[] } } = JSON.parse(stdout);
    const found = data.checks.find((check) => check.name === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found.address;
  };
  /** Does something to the chain, lets the doctor look, and undoes it. */
  const harmed = async (harm: () => Promise<unknown>, ...words: string[]) => {
    const snapshot = await request("evm_snapshot");
    await harm();
    const examined = await examine(...words);
    await request("evm_revert", snapshot);
    return examined;
  };

  it("says that nothing is deployed, and how to deploy", async () => {
    const { exitCode, problems, error } = await examine();

    expect([exitCode, error?.what]).to.deep.equal([6, "1 problem found"]);
    expect(problems[0]?.said).to.contain("no deployment on this network");
    expect(problems[0]?.todo).to.contain("system deploy");
  });

  it("looks at the machine alone where no network is named", async () => {
    const { exitCode, stdout } = await runHardhat(["system", "doctor"], env);

    expect(exitCode).to.equal(0);
    expect(stdout)
      .to.contain("no network was named")
      .and.to.match(/ok +Cryptography: native secp256k1/);
  });

  it("finds a fresh deployment well", async () => {
    await succeed("system", "deploy");
    const { exitCode, findings } = await examine();

    expect(exitCode).to.equal(0);
    expect(findings.filter(({ level }) => level !== "ok")).to.deep.equal([]);
    expect(findings.map(({ about }) => about)).to.include.members(["Node's RPC", "Address book", "Code", "Roles"]);
  });

  it("warns of an asset to which nobody has attested", async () => {
    await succeed("asset", "create", ASSET_FILE, "--custodian", CUSTODIAN);
    const { exitCode, warnings } = await examine();

    expect(exitCode).to.equal(0);
    expect(warnings.map(({ about, said }) => `${about}: ${said}`)).to.deep.equal([
      "Asset 1: nobody has attested that it exists",
    ]);
  });

  it("warns of an attestation and a verification before they lapse, and finds them when they have", async () => {
    const now = Math.floor(Date.now() / 1000);
    const word = {
      schema: "moiety.attestation/1",
      asset: 1,
      kind: "existence",
      attester: CUSTODIAN,
      evidence: { hash: `0x${"11".repeat(32)}` },
      asOf: String(now - DAY),
      expiresAt: String(now + 20 * DAY),
    };
    const attestation = join(folder, "attestation.json");
    await writeFile(attestation, JSON.stringify(word));
    await succeed("custody", "attest", attestation);
    const until = new Date((now + 19 * DAY) * 1000).toISOString().slice(0, 10);
    const investors = join(folder, "investors.csv");
    const head = "reference,address,country,class,verifiedUntil";
    await writeFile(investors, `${head}\nA-1,0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC,US,accredited,${until}\n`);
    await succeed("investor", "onboard", investors);

    const early = await examine("--days", "10");
    expect([early.exitCode, early.warnings]).to.deep.equal([0, []]);
    const before = await examine();
    expect(before.exitCode).to.equal(0);
    expect(before.warnings.map(({ said }) => said.replace(/\d{4}-.*Z/, "…"))).to.deep.equal([
      "the attestation of its existence ends with …",
      "the verification of 1 of 1 ends within 30 days",
    ]);

    const lapsed = await harmed(async () => {
      await request("evm_increaseTime", 21 * DAY);
      await request("evm_mine");
    });
    expect(lapsed.exitCode).to.equal(6);
    expect(lapsed.problems.map(({ about, said }) => `${about}: ${said.slice(0, 42)}`)).to.deep.equal([
      "Asset 1: the attestation of its existence ended wit",
    ]);
    expect(lapsed.problems[0]?.todo).to.contain("custody attest");
    expect(lapsed.warnings.map(({ said }) => said)).to.deep.equal(["1 of 1 are no longer verified"]);
  });

  it("finds code that was changed, and asks that chain nothing more", async () => {
    const desk = await contract("IncomeDesk");
    const { exitCode, problems, findings } = await harmed(() => request("hardhat_setCode", desk, "0x6001600055"));

    expect(exitCode).to.equal(6);
    expect(problems.map(({ about, said }) => `${about} ${said}`)).to.deep.equal([
      `IncomeDesk at ${desk}: the code is another`,
    ]);
    expect(findings.map(({ about }) => about))
      .to.include("Roles, balances, dates")
      .and.to.not.include("Balances");
  });

  it("finds a proxy that runs other code than was deployed", async () => {
    const slot = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
    const [book, other] = [await contract("ShareToken"), await contract("AnchorRegistryCode")];
    const word = `0x${other.slice(2).toLowerCase().padStart(64, "0")}`;
    const { exitCode, problems } = await harmed(() => request("hardhat_setStorageAt", book, slot, word));

    expect(exitCode).to.equal(6);
    expect(problems[0]?.said).to.contain(`it runs the code at ${other}, not that at`);
  });

  it("finds a sender without ether", async () => {
    const operator = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
    const { exitCode, problems } = await harmed(() => request("hardhat_setBalance", operator, "0x0"));

    expect(exitCode).to.equal(6);
    expect(problems.map(({ said }) => said)).to.deep.equal([`${operator} has 0.0 ether`]);
  });

  it("finds that the address book is of another chain, once the node was restarted", async () => {
    await node.stop();
    node = await LocalNode.start(port);
    const { exitCode, problems } = await examine();

    expect(exitCode).to.equal(6);
    expect(problems[0]?.said).to.contain("the node was restarted");
    expect(problems[0]?.todo).to.contain("system deploy --network localhost");
  });

  it("finds that the node does not answer", async () => {
    await node.stop();
    const { exitCode, problems } = await examine();

    expect(exitCode).to.equal(6);
    expect(problems.map(({ about }) => about)).to.deep.equal(["Node's RPC"]);
  });
});

describe("system doctor, on this machine", () => {
  it("judges the version of Node", async () => {
    const levelOf = async (version: string) => (await checkMachine(version))[0]?.level;

    expect([await levelOf("v20.18.9"), await levelOf("v20.19.0"), await levelOf("v26.10.0")]).to.deep.equal([
      "problem",
      "warning",
      "ok",
    ]);
  });

  it("warns of the slow cryptography", async () => {
    const findings = await checkMachine("v26.10.0", "javascript");

    expect(findings.find(({ about }) => about === "Cryptography")?.level).to.equal("warning");
  });

  it("names the runs that began and did not end", async () => {
    const runs = await mkdtemp(join(tmpdir(), "moiety-runs-"));
    const files = {
      done: { "plan.json": "{}", "summary.json": '{"state":"done"}' },
      killed: { "plan.json": "{}" },
      stopped: { "plan.json": "{}", "summary.json": '{"state":"stopped"}' },
      torn: { "plan.json": "{}", "summary.json": '{"state":"do' },
      opened: { "batch.bin": "" },
      settled: { "batch.bin": "", "record.json": "{}" },
      demo: { "summary.json": "{}" },
    };
    for (const [name, contents] of Object.entries(files)) {
      await mkdir(join(runs, name));
      for (const [file, text] of Object.entries(contents)) await writeFile(join(runs, name, file), text);
    }

    const found = await checkRuns(runs);
    expect(found.map(({ level, said }) => `${level} ${said}`)).to.deep.equal([
      `warning ${join(runs, "killed")} is not finished`,
      `warning ${join(runs, "opened")} is not finished`,
      `warning ${join(runs, "stopped")} is not finished`,
      `warning ${join(runs, "torn")} is not finished`,
    ]);
    await rm(runs, { recursive: true });
    expect((await checkRuns(runs)).map(({ level }) => level)).to.deep.equal(["ok"]);
  });
});
