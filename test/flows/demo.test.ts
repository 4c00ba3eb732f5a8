import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readBatchFile, runSequential } from "../../executor/index.ts";
import type { Summary } from "../../tasks/system/demo/summary.ts";
import { seededRandom } from "../helpers/seeded-random.ts";

interface Run {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Four processes, each of which deploys everything; a limit for a machine that hangs, not a measure. */
const SLOW_MS = 300_000;

const HARDHAT = join("node_modules", "hardhat", "dist", "src", "cli.js");

/** `npm start`'s own command in a process of its own; killed after `killAfterMs` if that is given. */
function startDemo(args: readonly string[], killAfterMs?: number): Promise<Run> {
  const child = spawn(process.execPath, [HARDHAT, "system", "demo", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (errors += data));
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);

  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => {
      clearTimeout(timer);
      resolve({ exitCode, output, errors });
    });
  });
}

describe("npm start", () => {
  let out: string;
  before(async () => {
    out = await mkdtemp(join(tmpdir(), "moiety-demo-"));
  });
  after(() => rm(out, { recursive: true }));

  it("shows the whole path on a real offering and leaves its figures, wherever earlier runs were killed", async () => {
    const random = seededRandom("kills");
    for (let kill = 0; kill < 3; kill++) {
      const killed = await startDemo(["--trades", "300", "--out", out], 1_500 + random.below(6_000));
      expect(killed.exitCode, random.seed).to.equal(null);
      expect(existsSync(join(out, "summary.json")), "no summary of a run that did not finish").to.equal(false);
    }

    const { exitCode, output, errors } = await startDemo(["--trades", "300", "--out", out]);
    expect(exitCode, errors).to.equal(0);
    expect(output).to.include("Chain, executor and serial re-run agree");
    expect(errors).to.match(/France\n {2}30 {2}The receiver's country .*\n.*not accredited\n {2}31 {2}/);

    const summary: Summary = JSON.parse(await readFile(join(out, "summary.json"), "utf8"));
    expect(summary.reconciled).to.equal(true);
    expect(summary.trades.submitted).to.equal(300);
    expect(summary.trades.accepted).to.equal(299);
    expect(summary.trades.rejectedByReason).to.deep.equal({ BuySignatureInvalid: 1 });
    expect(summary.asset).to.deep.include({
      holders: 125,
      sold: "125000",
      proceeds: "118750000000",
      commission: "6250000000",
    });
    expect(summary.income).to.deep.include({ deposit: "2187500000", paid: "2187500000", carried: "0", holders: 125 });
    expect(summary.files).to.deep.equal({
      reviews: 20,
      bundles: 13,
      words: 44,
      values: 20,
      confirmed: 2,
      measures: 30,
      acknowledgements: 5,
      handOvers: 1,
      incidents: 1,
    });
    expect(summary.paintings).to.have.lengthOf(9);
    expect(summary.paintings.filter(({ tiesOut }) => !tiesOut).map(({ record }) => record)).to.have.members([
      "K-13776",
      "K-13886",
    ]);
    expect(output).to.match(/Solitude.*1\/3 \+ 1\/3 \+ 1\/3.*GBP 630\.00.*USD 14500\.00.*USD 4833\.333333.*yes/);
    expect(summary.verify).to.include.keys("perSecond", "libraryPerSecond", "workers");
    expect(summary.net.positions).to.be.greaterThan(0);
    expect(summary.chain.transactions).to.equal(1 + summary.net.chunks);
    expect(summary.chain.gasPerTrade).to.be.lessThan(summary.chain.gasPerTradeOneByOne);
    expect(summary.chain.tradesOneByOne).to.equal(200);
  }).timeout(SLOW_MS);

  it("publishes a batch file that anybody can run again to the same hash", async () => {
    const summary: Summary = JSON.parse(await readFile(join(out, "summary.json"), "utf8"));
    const again = await runSequential(readBatchFile(await readFile(join(out, "batch-1.bin"))));

    expect(again.batchHash).to.equal(summary.batchHash);
  }).timeout(SLOW_MS);

  it("says in one sentence that a port is busy, and ends with 2", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;

    const { exitCode, errors } = await startDemo(["--port", String(port), "--out", out]);
    server.close();
    expect(exitCode).to.equal(2);
    expect(errors).to.match(new RegExp(`^Error: port ${port} is busy$`, "m"));
  });

  it("says in one sentence what is wrong with a data file, and ends with 2", async () => {
    const file = join(out, "asset.json");
    await writeFile(file, '{"schema": "moiety.asset/1", "name": ""');
    const broken = await startDemo(["--file", file, "--out", out]);
    expect(broken.exitCode).to.equal(2);
    expect(broken.errors).to.include(file);

    const missing = await startDemo(["--file", `${file}.none`, "--out", out]);
    expect(missing.exitCode).to.equal(2);
    expect(missing.errors).to.match(/^Error: the asset file cannot be read$/m);
  });

  it("refuses arguments that make no sense before it starts anything", async () => {
    const { exitCode, errors } = await startDemo(["--trades", "0", "--seed", "0", "--out", out]);

    expect(exitCode).to.equal(2);
    expect(errors).to.include("--trades is 0").and.to.include("--seed is 0");
  });
});
