import { rmSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figures } from "../../report/index.ts";
import { runHardhat } from "./local-node.ts";

export interface SmallReport {
  readonly path: string;
  readonly page: string;
  readonly summary: Figures;
}

let made: Promise<SmallReport> | undefined;

/** The report of a demo of 200 trades, made once for all tests of a run, by the command itself. */
export function smallReport(): Promise<SmallReport> {
  made ??= make();
  return made;
}

async function make(): Promise<SmallReport> {
  const out = await mkdtemp(join(tmpdir(), "moiety-report-"));
  process.once("exit", () => rmSync(out, { recursive: true, force: true }));
  const { exitCode, stderr } = await runHardhat(["system", "demo", "--trades", "200", "--out", out], {});
  if (exitCode !== 0) throw new Error(`the demo ended with ${exitCode}: ${stderr}`);

  const path = join(out, "report.html");
  const summary: Figures = JSON.parse(await readFile(join(out, "summary.json"), "utf8"));
  return { path, page: await readFile(path, "utf8"), summary };
}
