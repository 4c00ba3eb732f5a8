import type { NetworkConnection } from "hardhat/types/network";
import { openWorlds } from "./compare-world.ts";
import { deployStage } from "./stage.ts";

/** Compares the worlds of `first` and the seeds after it; tells what they met. */
export async function runWorlds(connection: NetworkConnection, first: number, worlds: number) {
  const compare = await openWorlds(await deployStage(connection));
  const codes = new Map<number, number>();
  const errors = new Map<string, number>();
  let [accepted, optimised, chunks] = [0, 0, 0];
  const startedAt = performance.now();

  for (let seed = first; seed < first + worlds; seed++) {
    const found = await compare(seed).catch((error: Error) => {
      throw new Error(`SEED=${seed} WORLDS=1: ${error.message}`, { cause: error });
    });
    for (const [code, times] of found.codes) codes.set(code, (codes.get(code) ?? 0) + times);
    for (const [name, times] of found.errors) errors.set(name, (errors.get(name) ?? 0) + times);
    accepted += found.accepted;
    optimised += found.optimised;
    chunks += found.chunks;
  }

  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(
    `      ${worlds} worlds from SEED=${first}: ${accepted} trades settled each way, ${optimised} in optimised batches, ${chunks} chunks; ${(worlds / seconds).toFixed(1)} worlds a second`,
  );
  console.log(
    [...codes]
      .sort((a, b) => b[1] - a[1])
      .map((e) => e.join(":"))
      .join(" "),
  );
  return { codes, errors, accepted, optimised };
}
