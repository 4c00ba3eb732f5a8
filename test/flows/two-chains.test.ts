import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Summary } from "../../tasks/system/demo/summary.ts";
import { AnvilNode, hasAnvil } from "../helpers/anvil-node.ts";
import { type CommandResult, freePort, LocalNode, runHardhat } from "../helpers/local-node.ts";

/** Two demos on each of two chains; a limit for a machine that hangs, not a measure. */
const SLOW_MS = 600_000;
const TRADES = 300;
/** Gas is the protocol's, not the node's; only calldata differs, in the zero bytes of addresses and signatures. */
const GAS_TOLERANCE = 0.01;

interface Run extends CommandResult {
  readonly summary: Summary;
}

interface Node {
  readonly url: string;
  stop(): Promise<void>;
}

describe("the demo on two chains", () => {
  let folder: string;
  after(() => rm(folder, { recursive: true }));

  /** The demo on the node at `url`, as an operator would start it. */
  async function runDemo(url: string, name: string): Promise<Run> {
    const out = join(folder, name);
    const words = ["system", "demo", "--network", "localhost", "--trades", String(TRADES), "--out", out];
    const ran = await runHardhat(words, { LOCALHOST_RPC_URL: url, MOIETY_WORK_FOLDER: join(folder, name) });
    expect(ran.exitCode, ran.stderr).to.equal(0);
    const summary: Summary = JSON.parse(await readFile(join(out, "summary.json"), "utf8"));
    return { ...ran, summary };
  }

  /** Starts a node, runs the demo twice on it and stops the node. */
  async function runTwice(node: Node, name: string): Promise<readonly [Run, Run]> {
    try {
      return [await runDemo(node.url, name), await runDemo(node.url, name)];
    } finally {
      await node.stop();
    }
  }

  /** Both chains work at the same time, each in processes of its own; what became of them is looked at one after the other. */
  let hardhatRuns: Promise<readonly [Run, Run]>;
  let anvilRuns: Promise<readonly [Run, Run]> | undefined;
  before(async function () {
    this.timeout(SLOW_MS);
    folder = await mkdtemp(join(tmpdir(), "moiety-chains-"));
    const [hardhatPort, anvilPort] = [await freePort(), await freePort()];
    hardhatRuns = LocalNode.start(hardhatPort).then((node) => runTwice(node, "hardhat"));
    anvilRuns = hasAnvil() ? AnvilNode.start(anvilPort).then((node) => runTwice(node, "anvil")) : undefined;
    await Promise.allSettled([hardhatRuns, anvilRuns]);
  });

  it("ends well on a Hardhat node in another process, and begins anew there the second time", async () => {
    for (const { summary } of await hardhatRuns) expectWhole(summary);
  });

  it("ends well on anvil, and begins anew there the second time", async () => {
    if (anvilRuns === undefined) {
      expect(isCi(), "anvil is installed in CI (npm ci brings it)").to.equal(false);
      console.log("      Not run on anvil: there is no anvil package for this platform.");
      return;
    }
    const onAnvil = await anvilRuns;
    for (const { summary } of onAnvil) expectWhole(summary);

    const [hardhat, anvil] = [(await hardhatRuns)[0].summary, onAnvil[0].summary];
    expect(anvil.asset).to.deep.equal(hardhat.asset);
    expect(anvil.trades).to.deep.equal(hardhat.trades);
    expect(anvil.net).to.deep.equal(hardhat.net);
    expect(anvil.income).to.deep.equal(hardhat.income);
    expect(anvil.files).to.deep.equal(hardhat.files);
    expect(anvil.paintings).to.deep.equal(hardhat.paintings);
    expect(anvil.chain.transactions).to.equal(hardhat.chain.transactions);
    expect(anvil.chain.tradesOneByOne).to.equal(hardhat.chain.tradesOneByOne);
    for (const figure of ["gasPerTrade", "gasPerTradeOneByOne"] as const) {
      console.log(`      ${figure}: ${hardhat.chain[figure]} on Hardhat's node, ${anvil.chain[figure]} on anvil`);
      const difference = Math.abs(anvil.chain[figure] - hardhat.chain[figure]);
      expect(difference / hardhat.chain[figure], figure).to.be.lessThan(GAS_TOLERANCE);
    }
  });
});

/** What holds on every chain. */
function expectWhole(summary: Summary): void {
  expect(summary.reconciled).to.equal(true);
  expect(summary.trades.accepted).to.equal(TRADES - 1);
  expect(summary.asset).to.deep.include({ id: "1", holders: 125, sold: "125000" });
  expect(summary.income).to.deep.include({ deposit: "2187500000", paid: "2187500000", carried: "0", holders: 125 });
}

/** CI runs on a platform for which there is an anvil. */
function isCi(): boolean {
  return process.env["CI"] !== undefined && process.platform === "linux" && process.arch === "x64";
}
