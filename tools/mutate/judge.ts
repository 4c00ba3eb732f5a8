import { spawn } from "node:child_process";
import { join } from "node:path";

/** What the tests say of a mutant: `killer` is the first test that failed. `unfinished` is what all time ran out for. */
export interface Judgement {
  readonly verdict: "killed" | "timeout" | "survived" | "unfinished";
  readonly killer: string;
  readonly output: string;
  readonly ms: number;
}

/**
 * Runs tests in a copy of the project until one fails. A run that takes too long is ended, and counts as failed; one that is still going
 * at `endsAt` (as `Date.now` counts) is ended, too, and says nothing.
 */
export async function judge(
  folder: string,
  files: readonly string[],
  { limitMs, seed, endsAt }: { readonly limitMs: number; readonly seed: number; readonly endsAt: number },
): Promise<Judgement> {
  // Hardhat without files would run all there are.
  if (files.length === 0) return { verdict: "survived", killer: "", output: "", ms: 0 };
  const leftMs = endsAt - Date.now();
  if (leftMs <= 0) return { verdict: "unfinished", killer: "", output: "", ms: 0 };
  const hardhat = join(folder, "node_modules/hardhat/dist/src/cli.js");
  const started = performance.now();
  const child = spawn(process.execPath, [hardhat, "test", "mocha", "--no-compile", "--bail", ...files], {
    cwd: folder,
    // What is random in a test is the same for every mutant; a mutant may be larger than what fits on a chain.
    env: {
      ...process.env,
      TEST_SEED: String(seed),
      ANY_CONTRACT_SIZE: "1",
      NO_COLOR: "1",
      FORCE_COLOR: undefined,
      NODE_COMPILE_CACHE: join(folder, "../compiled"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  let tookTooLong = false;
  const clock = setTimeout(
    () => {
      tookTooLong = true;
      child.kill("SIGKILL");
    },
    Math.min(limitMs, leftMs),
  );
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  clearTimeout(clock);

  const ended = limitMs < leftMs ? "timeout" : "unfinished";
  const verdict = tookTooLong ? ended : status === 0 ? "survived" : "killed";
  return { verdict, killer: verdict === "killed" ? firstFailure(output) : "", output, ms: performance.now() - started };
}

/** The name of the test that failed, from mocha's summary; empty if the run broke off in another way. */
function firstFailure(output: string): string {
  const summary = output.split(/^\s*\d+ failing$/m)[1];
  if (summary === undefined) return "";
  const lines = summary.split("\n").map((line) => line.trim());
  const first = lines.findIndex((line) => line.startsWith("1) "));
  const last = lines.findIndex((line, place) => place >= first && line.endsWith(":"));
  return lines
    .slice(first, last + 1)
    .join(" › ")
    .replace(/^1\) |:$/g, "");
}
