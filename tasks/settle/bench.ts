import { join } from "node:path";
import { runAction } from "../lib/run-action.ts";
import { type BenchArguments, planBench } from "./bench-plan.ts";
import { describeThroughput } from "./describe-throughput.ts";
import { measureThroughput, writeThroughput } from "./measure-throughput.ts";

interface Arguments extends BenchArguments {
  readonly json: boolean;
  readonly out: string;
}

/** `settle bench` and `settle sweep`: they differ in what they measure if nothing is said. */
export default runAction<Arguments>("settle.bench", async (context, args) => {
  const plan = planBench(args);
  const command = `hardhat settle bench ${wordsOf(args)}`;
  const report = await measureThroughput(plan, { command, note: (line) => context.note(line) });
  const folder = join(context.runsFolder, "bench");
  return describeThroughput(report, await writeThroughput(folder, report));
});

/** The options as they would be typed, those without a value left out. */
function wordsOf({ json: _json, out: _out, ...options }: Arguments): string {
  return Object.entries(options)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `--${name} ${value}`)
    .join(" ");
}
