import { buildScript, renderReport } from "../../../report/index.ts";
import { collectReport, type DemoTrace } from "./collect-report.ts";
import type { DemoWorld } from "./world.ts";

/** The report of a finished run, as one page. */
export async function renderDemo(world: DemoWorld, trace: DemoTrace, command: string): Promise<string> {
  const [data, script] = await Promise.all([collectReport(world, trace, command), buildScript()]);
  return renderReport(data, script);
}

/** What to type to repeat the run. */
export function commandOf({
  trades,
  workers,
  seed,
}: {
  readonly trades: number;
  readonly workers: number;
  readonly seed: number;
}): string {
  const threads = workers === 0 ? "" : ` --workers ${workers}`;
  return `npm start -- --trades ${trades}${threads} --seed ${seed}`;
}
