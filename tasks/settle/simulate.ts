import { availableParallelism } from "node:os";
import { explainCode } from "../../executor/index.ts";
import { FAULTS } from "../../executor/simulate/faults.ts";
import { type SimulatedSeeds, simulateSeeds } from "../../executor/simulate/simulate-seeds.ts";
import { badInput, ExitCode } from "../../sdk/errors.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

interface SimulateArguments extends CommonArguments {
  readonly seed: number;
  readonly seeds: string;
  readonly batches: number;
  readonly workers: number;
}

const PROGRESS_EVERY_MS = 5_000;

/** Failures that are told; the first one is what has to be understood. */
const TOLD = 5;

export default runAction<SimulateArguments>("settle.simulate", async (context, args) => {
  const { batches, workers } = args;
  const { first, last } = parseSeeds(args);
  if (batches < 1) throw badInput(`--batches ${batches} is not at least 1`);
  const threads = Math.min(workers < 0 ? availableParallelism() : workers, last - first + 1);
  let told = performance.now();
  const onProgress = (done: number, total: number) => {
    if (performance.now() - told < PROGRESS_EVERY_MS) return;
    told = performance.now();
    context.note(`${done} of ${total} seeds`);
  };

  const started = performance.now();
  const seeds = await simulateSeeds({ first, last, batches, threads, onProgress });
  return report(seeds, batches, (performance.now() - started) / 1_000);
});

/** The seeds of `--seed 17`, or of `--seeds 1..200`. */
export function parseSeeds({ seed, seeds }: Pick<SimulateArguments, "seed" | "seeds">) {
  if (seeds === "") return { first: seed, last: seed };
  const [, first, last] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(seeds) ?? [];
  if (first === undefined || last === undefined || Number(first) > Number(last)) {
    throw badInput(`--seeds "${seeds}" is no range of seeds`, { todo: "write the first and the last: 1..200" });
  }
  return { first: Number(first), last: Number(last) };
}

/** What happened, that everything held, or how to see again what did not. */
export function report(seeds: SimulatedSeeds, batches: number, seconds: number): Outcome {
  const { first, last, failures, faults, codes } = seeds;
  const failed = failures.map((failure) => ({ ...failure, command: commandFor(failure.seed, batches) }));
  const rate = Math.round(seeds.batches / seconds);
  const data = { ...seeds, failures: failed, seconds, batchesPerSecond: rate };
  const text = [
    table(
      ["What was done to it", "Times"],
      FAULTS.map((fault) => [spell(fault), String(faults[fault])]),
    ),
    `Receipts met ${codes.length} codes: ${codes.map((code) => explainCode(code).name).join(", ")}.`,
    `Seeds ${first} to ${last}, ${seeds.engines} of them with overlapped batches: ${seeds.batches} batches in ${seeds.lives} lives of the process, ${seeds.steps} steps, ${seeds.judged} comparisons with the plain executor, ${seeds.mended} changed results noticed; ${rate} batches a second.`,
    `Trace ${seeds.traceHash}.`,
    ...(failed.length === 0 ? ["Everything held."] : []),
  ].join("\n");
  if (failed.length === 0) return { data, text };

  const exitCode = ExitCode.checkFailed;
  const details = failed.slice(0, TOLD).map(({ message, command }) => `${message}; again: ${command}`);
  const [one] = failed;
  return {
    data,
    text: [text, "", ...(one?.last ?? [])].join("\n"),
    exitCode,
    error: { what: `${failed.length} of ${last - first + 1} seeds found something`, details, exitCode },
  };
}

function commandFor(seed: number, batches: number): string {
  return `npx hardhat settle simulate --seed ${seed} --batches ${batches}`;
}

/** A fault in words: `lateResult` is a "late result". */
function spell(fault: string): string {
  return fault.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
