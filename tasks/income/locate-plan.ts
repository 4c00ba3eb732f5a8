import { readdir } from "node:fs/promises";
import { isAbsolute, join, sep } from "node:path";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { readIncomePlan, type WrittenPlan } from "../../sdk/income/plan-folder.ts";

/** A plan by its id in the folder of runs, or by the path of its folder. */
export async function namedPlan(runsFolder: string, named: string): Promise<WrittenPlan> {
  const folder = named.includes("/") || named.includes(sep) || isAbsolute(named) ? named : join(runsFolder, named);
  const written = await readIncomePlan(folder);
  if (written !== undefined) return written;
  throw badInput(`there is no plan of a distribution in ${folder}`, {
    todo: "name the id that `income plan` said, or the path of its folder",
    notDone: "nothing was sent",
  });
}

/** The plan that a list was announced with: the named one, or the one in the folder of runs that has its hash. */
export async function planOfList(
  { incomeDesk }: Suite,
  distribution: bigint,
  runsFolder: string,
  named: string,
): Promise<WrittenPlan> {
  const { planHash, root } = await incomeDesk.listOf(distribution);
  const written = named === "" ? await findPlan(runsFolder, planHash) : await namedPlan(runsFolder, named);
  if (written === undefined) {
    throw badInput(`the plan of distribution ${distribution} is not in ${runsFolder}`, {
      why: `its hash is ${planHash}`,
      todo: "name its folder with --plan, or the folder of runs with --out",
      notDone: "nothing was sent",
    });
  }
  if (written.planHash === planHash && written.plan.root === root) return written;
  throw badInput(`the plan is not that of distribution ${distribution}`, {
    where: written.folder,
    why: `its hash is ${written.planHash}, and ${planHash} was announced: proofs of another list prove nothing here`,
    todo: "name the plan of this distribution",
    notDone: "nothing was sent",
  });
}

/** The plan with this hash, if it is among the runs. */
export async function findPlan(runsFolder: string, planHash: string): Promise<WrittenPlan | undefined> {
  const plans = await listPlans(runsFolder);
  return plans.find((each) => each.planHash === planHash);
}

/** Every plan of a distribution in a folder of runs; damaged ones, and folders of other tasks, are passed over. */
export async function listPlans(runsFolder: string): Promise<WrittenPlan[]> {
  const names = await readdir(runsFolder).catch(() => []);
  const plans = await Promise.all(names.map((name) => readIncomePlan(join(runsFolder, name)).catch(() => undefined)));
  return plans.filter((plan) => plan !== undefined);
}
