import type { Provider, Signer } from "ethers";
import { badInput } from "../../sdk/errors.ts";
import type { Patience } from "../../sdk/journal/ask-chain.ts";
import { canonicalJson, hashOf } from "../../sdk/journal/canonical-json.ts";
import { type CarryOutTools, carryOut } from "../../sdk/journal/carry-out.ts";
import { type FoundRun, findForgotten, findRun } from "../../sdk/journal/find-run.ts";
import { readRun, type WrittenRun, writePlan } from "../../sdk/journal/run-folder.ts";
import { PLAN_SCHEMA, parsePlan, type RunPlan } from "../../sdk/journal/run-plan.ts";
import type { StepProgress } from "../../sdk/journal/run-state.ts";
import type { Step } from "./sender.ts";

/** What is asked for, by which a run is known again. */
export interface Work {
  /** Noun and verb: `investor.onboard`. */
  readonly task: string;
  /** Everything that changes what is done, and nothing else. Whole numbers may be bigints. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The contracts that are acted on. */
  readonly contracts: readonly string[];
}

export interface RunBookOptions {
  /** Where runs have their folders. */
  readonly folder: string;
  /** `--run-id`; left out, the id is derived from what is asked for. */
  readonly runId: string | undefined;
  readonly chainId: bigint;
  /** Which life of a development chain; null where the chain never forgets. */
  readonly instance: string | null;
  readonly note: (text: string) => void;
}

/** Development chains answer at once and forget nothing while they live; others take their time, and their nodes disagree. */
const LOCAL_PATIENCE: Patience = { minedMs: 60_000, heardMs: 0, pauseMs: 100 };
const PUBLIC_PATIENCE: Patience = { minedMs: 900_000, heardMs: 30_000, pauseMs: 4_000 };

/** Where runs are written down, so that they can be killed at any moment and taken up again. */
export class RunBook {
  readonly #options: RunBookOptions;

  constructor(options: RunBookOptions) {
    this.#options = options;
  }

  /** The run that this work goes on with, or the one that is to be planned. */
  async find(work: Work): Promise<FoundRun> {
    const { folder, runId, note } = this.#options;
    const wanted = this.#wanted(work);
    const found = await findRun(folder, wanted, runId);
    if (found.unfinished !== undefined || found.finished !== undefined) return found;

    const forgotten = await findForgotten(folder, wanted);
    for (const { id } of forgotten) note(`run ${id} was of a node that was restarted since; this is a new run`);
    return found;
  }

  /** Writes down a new run before anything of it is sent. */
  async plan({ id, round, folder }: FoundRun, work: Work, steps: readonly Step[], signer: Signer): Promise<WrittenRun> {
    const provider = requireProvider(signer);
    const sender = await signer.getAddress();
    const wanted = this.#wanted(work);
    const plan: RunPlan = {
      schema: PLAN_SCHEMA,
      id,
      ...wanted,
      inputHash: hashOf(wanted.input),
      round,
      sender,
      nonce: await provider.getTransactionCount(sender, "latest"),
      block: await provider.getBlockNumber(),
      plannedAt: new Date().toISOString(),
      steps: await Promise.all(steps.map((step) => describeStep(step))),
    };

    // As it will be read: the journal's first line is a hash of it.
    await writePlan(folder, parsePlan(JSON.stringify(plan), folder));
    const written = await readRun(folder);
    if (written === undefined) throw new Error(`the plan in ${folder} has vanished`);
    return written;
  }

  /** Brings a run to its end, from its plan alone. */
  async carryOut(
    { folder, plan }: WrittenRun,
    signer: Signer,
    onStep: CarryOutTools["onStep"],
  ): Promise<StepProgress[]> {
    const { chainId, instance, note } = this.#options;
    requireSameChain(plan, chainId, instance);
    const sender = await signer.getAddress();
    if (sender !== plan.sender) {
      throw badInput(`the run ${plan.id} was begun by ${plan.sender}, not by ${sender}`, {
        todo: `add --from ${plan.sender}`,
        notDone: "nothing was sent",
      });
    }
    const patience = instance === null ? PUBLIC_PATIENCE : LOCAL_PATIENCE;
    return carryOut(folder, plan, { signer, provider: requireProvider(signer), patience, onStep, note });
  }

  #wanted({ task, input, contracts }: Work) {
    const { chainId, instance } = this.#options;
    const canonical: RunPlan["input"] = JSON.parse(canonicalJson(input));
    return { task, input: canonical, chainId: chainId.toString(), contracts: [...contracts], instance };
  }
}

/** Refuses a run of another chain, or of a development chain that was restarted. */
export function requireSameChain(plan: RunPlan, chainId: bigint, instance: string | null): void {
  if (plan.chainId !== chainId.toString()) {
    throw badInput(`the run ${plan.id} is of chain ${plan.chainId}, and this is chain ${chainId}`, {
      todo: "name its network with --network",
      notDone: "nothing was sent",
    });
  }
  if (plan.instance === instance) return;

  throw badInput(`the run ${plan.id} is of another life of this chain: the node was restarted since`, {
    why: "a development node forgets everything when it ends, so that nothing of the run is on this chain",
    todo: "start the command anew; that is a new run",
    notDone: "nothing was sent",
  });
}

async function describeStep({ title, transaction, rows }: Step): Promise<RunPlan["steps"][number]> {
  const { to, data, value } = await transaction();
  if (typeof to !== "string" || typeof data !== "string") throw new TypeError(`"${title}" is not a call of a contract`);
  const described = (rows ?? []).map(({ row, account, amount }) => ({
    row,
    account,
    amount: amount === undefined ? null : amount.toString(),
  }));
  return { title, to, data, value: BigInt(value ?? 0).toString(), rows: described };
}

function requireProvider({ provider }: Signer): Provider {
  if (provider === null) throw new TypeError("the signer is not connected to a chain");
  return provider;
}
