import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { SolcCode } from "../solc/compile.ts";

/** The code of one contract, as an artifact holds it. */
export interface Code {
  readonly source: string;
  readonly contract: string;
  readonly creation: SolcCode;
  readonly runtime: SolcCode;
}

/**
 * A copy of the project in which tests are run with changed code. Sources and artifacts are real copies, packages a link;
 * nothing that is done in it reaches the project. The compiler's own records are left out: no test needs them, and to read
 * them takes longer than most tests.
 */
export function makeWorkCopy(project: string, folder: string): void {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: project,
    encoding: "utf8",
  });
  for (const file of listed.split("\0").filter((each) => each !== "" && existsSync(join(project, each)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(project, file), join(folder, file));
  }
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"), "dir");
  cpSync(join(project, "artifacts"), join(folder, "artifacts"), {
    recursive: true,
    filter: (path) => !path.includes("build-info"),
  });
}

/** Puts code into the copy's artifacts. */
export function installCode(folder: string, codes: readonly Code[]): void {
  for (const { source, contract, creation, runtime } of codes) {
    const path = join(folder, "artifacts", source, `${contract}.json`);
    const artifact: Record<string, unknown> = JSON.parse(readFileSync(path, "utf8"));
    const { buildInfoId: _, ...rest } = artifact;
    const changed = {
      ...rest,
      bytecode: `0x${creation.object}`,
      deployedBytecode: `0x${runtime.object}`,
      linkReferences: creation.linkReferences,
      deployedLinkReferences: runtime.linkReferences,
    };
    writeFileSync(path, JSON.stringify(changed));
  }
}
