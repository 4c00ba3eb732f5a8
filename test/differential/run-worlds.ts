import type { NetworkConnection } from "hardhat/types/network";
import type { SuiteAddresses } from "../../sdk/connect.ts";
import { type Findings, openWorlds } from "./compare-world.ts";
import { deployStage } from "./stage.ts";

/** What worlds came to. */
export interface WorldsMet {
  /** How many instructions got each code of the engine. */
  readonly codes: ReadonlyMap<number, number>;
  /** How often the chain named each error, one by one. */
  readonly errors: ReadonlyMap<string, number>;
  readonly accepted: number;
}

const { TRADES } = process.env;

/**
 * Compares the worlds of the seed `first` and those after it. The first that differs is told with the fewest of its trades that
 * show it: `WORLD_SEED=… WORLDS=1 TRADES=…` repeats just that. The suite may be deployed already.
 */
export async function runWorlds(
  connection: NetworkConnection,
  first: number,
  worlds: number,
  deployed?: SuiteAddresses,
): Promise<WorldsMet> {
  const compare = await openWorlds(await deployStage(connection, deployed));
  const codes = new Map<number, number>();
  const errors = new Map<string, number>();
  let [accepted, optimised, chunks] = [0, 0, 0];
  let [early, partly, unlocks, handed] = [0, 0, 0, 0];
  const startedAt = performance.now();

  for (let seed = first; seed < first + worlds; seed++) {
    const found = await compare(seed, TRADES === undefined ? undefined : Number(TRADES)).catch((error: Error) =>
      tellSmallest(compare, seed, error),
    );
    addAll(codes, found.codes);
    addAll(errors, found.errors);
    accepted += found.accepted;
    optimised += found.optimised;
    chunks += found.chunks;
    early += found.early;
    partly += found.partly;
    unlocks += found.unlocks;
    handed += found.handed;
  }

  const rate = (worlds / ((performance.now() - startedAt) / 1_000)).toFixed(1);
  console.log(
    `      ${worlds} worlds, WORLD_SEED=${first}: ${accepted} trades settled each way, ${optimised} in optimised batches;`,
  );
  console.log(
    `      ${early} settled before, ${partly} in part, ${unlocks} times locked shares were used, ${handed} holds were handed over;`,
  );
  console.log(
    `      ${chunks} chunks, ${codes.size} codes, ${errors.size} errors of the chain; ${rate} worlds a second`,
  );
  return { codes, errors, accepted };
}

/** Throws what the smallest number of the world's trades shows, taking them from the first on. */
async function tellSmallest(
  compare: Awaited<ReturnType<typeof openWorlds>>,
  seed: number,
  cause: Error,
): Promise<Findings> {
  const most = Number(TRADES ?? 64);
  for (let trades = 1; trades < most; trades++) {
    const error = await compare(seed, trades).then(
      () => undefined,
      (failure: Error) => failure,
    );
    if (error !== undefined) {
      throw new Error(`WORLD_SEED=${seed} WORLDS=1 TRADES=${trades}: ${error.message}`, { cause: error });
    }
  }
  throw new Error(`WORLD_SEED=${seed} WORLDS=1: ${cause.message}`, { cause });
}

function addAll<K>(sums: Map<K, number>, counts: ReadonlyMap<K, number>): void {
  for (const [key, count] of counts) sums.set(key, (sums.get(key) ?? 0) + count);
}
