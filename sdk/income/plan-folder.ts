import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openProofFile, type ProofFile } from "../../executor/index.ts";
import { badInput, ExitCode, MoietyError } from "../errors.ts";
import { hashFile } from "../hash-file.ts";
import { PLAN_FILE } from "../journal/run-folder.ts";
import { type IncomePlan, incomePlanHash, parseIncomePlan } from "./income-plan.ts";

export const HOLDERS_FILE = "holders.csv";
export const PROOFS_FILE = "proofs.bin";
export const PART_FILE = "holders.part";

/** A plan and the hash under which it is announced. */
export interface WrittenPlan {
  readonly folder: string;
  readonly plan: IncomePlan;
  readonly planHash: string;
}

/** The plan in a folder; `undefined` if there is none. */
export async function readIncomePlan(folder: string): Promise<WrittenPlan | undefined> {
  const path = join(folder, PLAN_FILE);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  return text === undefined ? undefined : { folder, plan: parseIncomePlan(text, path), planHash: incomePlanHash(text) };
}

/** Refuses a folder whose files are not those that the plan was written with. */
export async function requireWholePlan({ folder, plan }: WrittenPlan): Promise<void> {
  const files = [plan.files.holders, plan.files.proofs];
  const found = await Promise.all(files.map(({ name }) => hashFile(join(folder, name)).catch(() => undefined)));
  const details = files.flatMap(({ name, bytes, sha256 }, place) => {
    const each = found[place];
    if (each === undefined) return [`${name}: cannot be read`];
    return each.bytes === bytes && each.sha256 === sha256 ? [] : [`${name}: was changed since the plan was made`];
  });
  if (details.length === 0) return;

  throw new MoietyError({
    what: "the plan's files are not those that it was made with",
    where: folder,
    details,
    todo: "restore the folder from a copy, or move it away and plan again: the same question gives the same files",
    notDone: "nothing was sent",
    exitCode: ExitCode.checkFailed,
  });
}

/** Opens the plan's proofs; refuses those of another list. */
export async function openProofs({ folder, plan }: WrittenPlan): Promise<ProofFile> {
  const path = join(folder, plan.files.proofs.name);
  const proofs = await openProofFile(path).catch((error: unknown) => {
    throw badInput("the proofs cannot be read", {
      where: path,
      why: error instanceof Error ? error.message : String(error),
      notDone: "nothing was sent",
    });
  });
  const { listKey, root, count, totalGross, totalWithheld } = proofs.header;
  const told = [listKey, root, count, totalGross, totalWithheld].join();
  if (told === [plan.listKey, plan.root, plan.count, plan.gross, plan.withheld].join()) return proofs;

  await proofs.close();
  throw badInput("the proofs are of another list than the plan", { where: path, notDone: "nothing was sent" });
}
