import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A copy of the project in which code is changed, or instrumented, and tested. Sources and artifacts are real copies, packages
 * a link; nothing that is done in it reaches the project. The compiler's own records are left out: no test needs them, and to
 * read them takes longer than most tests.
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
  if (!existsSync(join(project, "artifacts"))) return;
  cpSync(join(project, "artifacts"), join(folder, "artifacts"), {
    recursive: true,
    filter: (path) => !path.includes("build-info"),
  });
}
