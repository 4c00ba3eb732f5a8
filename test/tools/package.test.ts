import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MODULES = join(ROOT, "node_modules");

const SCRIPT = `
import { compareResults, createWorkload, runBatch, runSequential, WorkerPool } from "moiety/executor";

const input = await createWorkload({ seed: 1, trades: 40, traders: 5 });
const pool = await WorkerPool.open(2);
const result = await runBatch(input, { pool });
await pool.close();
const difference: string | undefined = compareResults(result, await runSequential(input));
console.log(JSON.stringify({ same: difference === undefined, workers: result.run.workers, lost: result.run.workersLost }));
`;

describe("the package", function () {
  this.timeout(180_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-package-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** A project that has the packed package and its dependencies, and no sources of ours. */
  async function consumer(): Promise<string> {
    await run("npm", ["pack", "--pack-destination", folder], { cwd: ROOT, shell: process.platform === "win32" });
    const [packed = ""] = await readdir(folder);
    const project = join(folder, "project");
    await mkdir(join(project, "node_modules"), { recursive: true });
    await run("tar", ["-xzf", join(folder, packed), "-C", project]);
    for (const name of await readdir(MODULES)) {
      if (!name.startsWith(".")) await symlink(join(MODULES, name), join(project, "node_modules", name));
    }
    await symlink(join(project, "package"), join(project, "node_modules", "moiety"));
    await writeFile(join(project, "package.json"), JSON.stringify({ type: "module" }));
    return project;
  }

  it("gives the executor to a project that has nothing else of it, with its types and its worker threads", async () => {
    const project = await consumer();
    await writeFile(join(project, "settle.mts"), SCRIPT);

    const { stdout } = await run(process.execPath, ["settle.mts"], { cwd: project });

    expect(JSON.parse(stdout)).to.deep.equal({ same: true, workers: 2, lost: 0 });
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2024"];
    await run(process.execPath, [join(MODULES, "typescript/bin/tsc"), ...options, "--types", "node", "settle.mts"], {
      cwd: project,
    });
  });
});
