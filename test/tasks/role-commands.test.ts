import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { freePort, LocalNode, runHardhat } from "../helpers/local-node.ts";

const STRANGER = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
const TESTNET_ID = 11_155_111;
const TWO_DAYS = 172_800;
/** The published key of the development node's first account; worth nothing anywhere else. */
const PUBLIC_DEVELOPMENT_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

describe("role and system upgrade, against a public chain's stand-in", function () {
  // Each command is a process that starts in a second or two.
  this.timeout(180_000);

  let node: LocalNode;
  let folder: string;
  let env: Record<string, string>;

  before(async () => {
    node = await LocalNode.start(await freePort(), TESTNET_ID);
    folder = await mkdtemp(join(tmpdir(), "moiety-roles-"));
    env = { MOIETY_WORK_FOLDER: folder, TESTNET_RPC_URL: node.url, DEPLOYER_KEY: PUBLIC_DEVELOPMENT_KEY };
    const deployed = await runHardhat(["run", "--no-compile", "scripts/deploy.ts", "--network", "testnet"], env);
    expect(deployed.exitCode, deployed.stderr).to.equal(0);
  });
  after(async () => {
    await node.stop();
    await rm(folder, { recursive: true });
  });

  const hardhat = (...words: string[]) => runHardhat([...words, "--network", "testnet"], env);
  const json = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await hardhat(...words, "--json");
    expect(stdout, stderr).to.not.equal("");
    return { exitCode, document: JSON.parse(stdout) };
  };
  const wait = async (seconds: number) => {
    for (const [method, params] of [
      ["evm_increaseTime", [seconds]],
      ["evm_mine", []],
    ] as const) {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
      await fetch(node.url, { method: "POST", headers: { "content-type": "application/json" }, body });
    }
  };

  it("announces a grant, asks for patience, and does it two days later", async () => {
    const grant = ["role", "grant", "COMPLIANCE", STRANGER, "--yes"];

    const dry = await json(...grant, "--dry-run");
    expect([dry.exitCode, dry.document.data.steps[0].status]).to.deep.equal([0, "simulated"]);
    const first = await json(...grant);
    expect([first.exitCode, first.document.data.calls[0].phase]).to.deep.equal([0, "to announce"]);
    const second = await hardhat(...grant);
    expect(second.stdout).to.match(/Announced: give COMPLIANCE to .* It can be done from \d{4}-/);
    const listed = await hardhat("role", "list");
    expect(listed.stdout).to.contain(`grantRole(COMPLIANCE, ${STRANGER}, 0)`);

    await wait(TWO_DAYS);
    const third = await hardhat(...grant);
    expect([third.exitCode, third.stdout.includes(`Done: give COMPLIANCE to ${STRANGER}`)]).to.deep.equal([0, true]);
    expect((await hardhat(...grant)).stdout).to.contain("Nothing to do");
  });

  it("sends nothing without a confirmation", async () => {
    const { exitCode, stderr } = await hardhat("role", "revoke", "compliance", STRANGER);

    expect(exitCode, stderr).to.equal(5);
  });

  it("prints for another account what it has to send, or that it cannot", async () => {
    const { document } = await json("system", "status");
    const admin = document.data.roles.find(({ role }: { role: string }) => role === "ADMIN").account;

    const printed = await hardhat("role", "revoke", "COMPLIANCE", STRANGER, "--for", admin);
    expect([
      printed.exitCode,
      /is to send, to announce it .*\n +to +0x.*\n +data +0x/.test(printed.stdout),
    ]).to.deep.equal([0, true]);
    const refused = await hardhat("role", "revoke", "COMPLIANCE", STRANGER, "--for", STRANGER);
    expect(refused.exitCode).to.equal(3);
    expect(refused.stderr).to.contain("it needs the role ADMIN");
  });

  it("says of a book that it runs this code already", async () => {
    const { exitCode, document } = await json("system", "upgrade", "ShareToken", "--yes");

    expect([exitCode, document.error.what]).to.deep.equal([2, "ShareToken runs this code already"]);
  });

  it("lets the doctor name the shortest way to power", async () => {
    const { stdout } = await hardhat("system", "doctor");

    expect(stdout).to.match(/ok +Ways to power: the shortest takes 172800 s/);
    expect(await readFile(join(folder, "deployments", `${TESTNET_ID}.json`), "utf8")).to.contain("ShareTokenCode");
  });
});
