import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";

const run = promisify(execFile);

/** Small enough for a test; what they say of speed means nothing then, so that "too slow" is as good as "fast enough". */
const BENCHMARKS = [
  { file: "benchmarks/income.ts", words: [], env: { HOLDERS: "2000", LEAVES: "500", TURNS: "1" }, says: "= 100 " },
  { file: "benchmarks/engine.ts", words: ["--quick"], env: {}, says: "0 parts came to no result" },
] as const;
const DONE = 0;
const TOO_SLOW = 6;

describe("benchmarks", function () {
  this.timeout(600_000);

  for (const { file, words, env, says } of BENCHMARKS) {
    it(`${file} runs to its end and prints its table`, async () => {
      const { code, stdout } = await run(process.execPath, [file, ...words], { env: { ...process.env, ...env } }).then(
        (done) => ({ code: DONE, ...done }),
        (failed: { code: number; stdout: string; stderr: string }) => failed,
      );

      expect([DONE, TOO_SLOW], stdout).to.include(code);
      expect(stdout).to.include(says);
    });
  }
});
