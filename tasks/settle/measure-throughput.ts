import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import {
  type LoadReport,
  measureLoad,
  readFingerprint,
  type ThroughputReport,
  WrongResultError,
} from "../../executor/index.ts";
import { renderThroughput } from "../../report/throughput/render-throughput.ts";
import { ExitCode, MoietyError } from "../../sdk/errors.ts";
import type { BenchPlan } from "./bench-plan.ts";

export interface MeasureTools {
  /** What was typed, for the report. */
  readonly command: string;
  readonly note: (text: string) => void;
}

/** Measures every shape of the plan. A log for the figures of durability is written to a temporary folder, and removed. */
export async function measureThroughput(plan: BenchPlan, { command, note }: MeasureTools): Promise<ThroughputReport> {
  const machine = readFingerprint();
  const started = performance.now();
  const loads: LoadReport[] = [];

  for (const shape of plan.shapes) {
    const folder = await mkdtemp(join(tmpdir(), "moiety-bench-"));
    const { bound, ...rest } = plan;
    try {
      const options = {
        ...rest,
        ...(bound === undefined ? {} : { bound }),
        shape,
        folder,
        cores: availableParallelism(),
        onStep: (step: string) => note(`${shape.name}: ${step}`),
      };
      loads.push(await measureLoad(options));
    } catch (error) {
      throw error instanceof WrongResultError ? wrongResult(error) : error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  return { command, machine, seconds, loads, posting: undefined };
}

function wrongResult(error: WrongResultError): MoietyError {
  return new MoietyError(
    {
      what: "a result differs from the serial run's",
      why: error.message,
      todo: "this is a fault of the engine: report it with the command and its seed",
      notDone: "no rate is told",
      exitCode: ExitCode.checkFailed,
    },
    { cause: error },
  );
}

/** Writes the figures as JSON and as one page. Returns where. */
export async function writeThroughput(
  folder: string,
  report: ThroughputReport,
): Promise<{ readonly json: string; readonly page: string }> {
  const [json, page] = [join(folder, "throughput.json"), join(folder, "throughput.html")];
  await mkdir(folder, { recursive: true });
  await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(page, renderThroughput(report));
  return { json, page };
}
