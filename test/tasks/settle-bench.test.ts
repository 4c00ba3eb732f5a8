import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ExitCode, MoietyError } from "../../sdk/errors.ts";
import { type BenchArguments, planBench } from "../../tasks/settle/bench-plan.ts";
import { describeThroughput } from "../../tasks/settle/describe-throughput.ts";
import { measureThroughput, writeThroughput } from "../../tasks/settle/measure-throughput.ts";
import { runHardhat } from "../helpers/local-node.ts";
import { loadReport, throughputReport } from "../helpers/throughput-report.ts";

const ARGUMENTS: BenchArguments = {
  trades: "96",
  accounts: "12",
  assets: "2",
  shape: "uniform,hot:0.9",
  workers: "1,2",
  batch: "48,96",
  offered: "0.5",
  repeat: 1,
  seed: 7,
  threshold: "p99<100ms",
};
const FILES = { json: "throughput.json", page: "throughput.html" };

describe("settle bench", function () {
  this.timeout(120_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-settle-bench-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("reads what it is asked for", () => {
    const plan = planBench({ ...ARGUMENTS, trades: "1e6", threshold: "p99.9<12.5ms", workers: "2,2", offered: "" });

    expect(plan).to.deep.include({ trades: 1_000_000, workers: [2], batchSizes: [48, 96], offered: [], seed: 7 });
    expect(plan.shapes).to.deep.equal([
      { name: "uniform", parameter: 0 },
      { name: "hot", parameter: 0.9 },
    ]);
    expect(plan.bound).to.deep.include({ percentile: "p999", boundMs: 12.5 });
    expect(planBench({ ...ARGUMENTS, threshold: "" }).bound).to.equal(undefined);
    expect(planBench({ ...ARGUMENTS, workers: "" }).workers[0]).to.equal(1);
  });

  it("says all at once what cannot be measured", () => {
    const wrong = {
      ...ARGUMENTS,
      trades: "0",
      accounts: "1e6",
      assets: "100",
      shape: "smallbank",
      workers: "0",
      batch: "x",
      offered: "-1",
      repeat: 0,
      threshold: "p98<1ms",
    };

    expect(() => planBench(wrong))
      .to.throw(MoietyError)
      .with.property("exitCode", ExitCode.badInput);
    expect(() => planBench(wrong))
      .to.throw(MoietyError)
      .with.nested.property("problem.details")
      .that.deep.equals([
        '--trades: "0" is not a whole number from 1 to 4194304',
        '--workers: "0" is not a whole number from 1 to 256',
        '--batch: "x" is not a whole number from 1 to 4194304',
        '--offered: "-1" is not a part of capacity above 0, such as 0.75',
        '--repeat: "0" is not a whole number from 1 to 1000',
        '--threshold: "p98<1ms" is not like p99<50ms (p50, p99 or p99.9)',
        "--accounts × --assets: 100000000 positions, at most 16777216",
        "--shape: smallbank consists of transfers, and only trades can be measured end to end",
      ]);
  });

  it("measures every workload and writes figures and page", async () => {
    const notes: string[] = [];
    const tools = { command: "settle bench", note: (line: string) => void notes.push(line) };
    const report = await measureThroughput(planBench(ARGUMENTS), tools);
    const files = await writeThroughput(folder, report);

    expect(report.loads.map(({ shape }) => shape)).to.deep.equal(["uniform", "hot:0.9"]);
    for (const { sweep, latencies, highest, durability, decoding, conflicts } of report.loads) {
      expect(sweep.points).to.have.length(4);
      expect(sweep.accepted).to.equal(96);
      expect(latencies).to.have.length(1);
      expect(highest?.boundMs).to.equal(100);
      expect(durability?.batches).to.be.at.least(1);
      expect(decoding.lines).to.equal(288);
      expect(conflicts.criticalPath).to.be.at.least(1);
    }
    expect(notes.some((line) => line.startsWith("hot: closed loop"))).to.equal(true);
    expect(JSON.parse(await readFile(files.json, "utf8"))).to.deep.equal(JSON.parse(JSON.stringify(report)));
    expect(await readFile(files.page, "utf8")).to.include("Workload hot:0.9");
    expect(describeThroughput(report, files).text).to.include("Every result equals a serial run's");
  });

  it("ends with 6 if no offered rate kept the threshold", () => {
    const highest = { percentile: "p99", boundMs: 1, perSecond: undefined, isCapped: false, trials: [] } as const;
    const missed = throughputReport({ loads: [loadReport("uniform"), loadReport("chain", { highest })] });

    const { exitCode, error, text } = describeThroughput(missed, FILES);
    expect(exitCode).to.equal(ExitCode.checkFailed);
    expect(error?.details).to.deep.equal(["chain: 0 rates tried"]);
    expect(text).to.include("None of 0 offered rates kept p99 under 1 ms");
    expect(describeThroughput(throughputReport(), FILES).exitCode).to.equal(undefined);
  });

  it("is a command, and so is settle sweep", async () => {
    const small = ["--trades", "64", "--accounts", "8", "--assets", "1", "--workers", "1", "--repeat", "1"];
    const { exitCode, stdout } = await runHardhat(
      ["settle", "sweep", ...small, "--shape", "chain", "--batch", "32", "--out", folder, "--json"],
      {},
    );

    expect(exitCode).to.equal(0);
    const { schema, ok, data } = JSON.parse(stdout);
    expect([schema, ok]).to.deep.equal(["moiety.settle.bench/1", true]);
    expect(data.command).to.include("--trades 64");
    expect(data.loads[0]).to.include({ shape: "chain", trades: 64 });

    const refused = await runHardhat(["settle", "bench", "--shape", "star"], {});
    expect([refused.exitCode, refused.stdout]).to.deep.equal([2, ""]);
  });
});
