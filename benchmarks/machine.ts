import { cpus, loadavg, totalmem } from "node:os";
import { version } from "node:process";

/** The two lines with which every benchmark begins: on what, and how. */
export function printMachine(command: string, libraries: string): void {
  const load = loadavg().map((average) => average.toFixed(2));
  const memory = Math.round(totalmem() / 2 ** 30);
  console.log(`Machine  ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${memory} GB, load ${load}`);
  console.log(`Command  ${command}   (Node ${version}, ${libraries})`);
}
