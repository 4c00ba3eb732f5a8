import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { requireAsset } from "../lib/require-asset.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";

interface PauseArguments extends WritingArguments {
  readonly what: string;
  readonly lift: boolean;
}

/** One asset, or the register as a whole. */
export type Paused = bigint | "all";

export interface PauseResult {
  readonly what: Paused;
  readonly paused: boolean;
  readonly steps: readonly StepReport[];
}

/** Stops ordinary movements, or lets them go on. Enforcement, recovery and the way out of desks never stop. */
export async function setPaused(suite: Suite, sender: Sender, what: Paused, paused: boolean): Promise<PauseResult> {
  if (what !== "all") await requireAsset(suite, what);
  const isPaused = await (what === "all" ? suite.shareToken.paused() : suite.shareToken.isAssetPaused(what));
  const steps = isPaused === paused ? [] : [pauseStep(suite, what, paused)];
  return { what, paused, steps: await sender.run(steps) };
}

export default runAction<PauseArguments>("asset.pause", async (context, { what, lift }) => {
  const wanted = parsePaused(what);
  const { suite } = await context.suite();
  const result = await setPaused(suite, await context.sender(), wanted, !lift);
  return { data: result, text: describeSteps(result.steps) };
});

function pauseStep({ shareToken }: Suite, what: Paused, paused: boolean): Step {
  const title = `${paused ? "pause" : "unpause"} ${what === "all" ? "the register" : `asset ${what}`}`;
  if (what !== "all") return { title, transaction: () => shareToken.setAssetPaused.populateTransaction(what, paused) };
  return { title, transaction: () => (paused ? shareToken.pause : shareToken.unpause).populateTransaction() };
}

function parsePaused(text: string): Paused {
  if (text === "all") return "all";
  if (/^[0-9]{1,78}$/.test(text)) return BigInt(text);
  throw badInput(`"${text}" is neither an asset id nor "all"`, { notDone: "nothing was sent" });
}
