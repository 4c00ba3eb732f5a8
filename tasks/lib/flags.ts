import type { NewTaskDefinitionBuilder } from "hardhat/types/tasks";

/** What every task takes. */
export interface CommonArguments {
  readonly json: boolean;
}

/** What every task that sends transactions takes. */
export interface WritingArguments extends CommonArguments {
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly from: string;
}

/** What every task takes whose calls a multisig can send. */
export interface MultisigArguments extends WritingArguments {
  readonly exportSafe: string;
}

/** What every task takes whose runs are written down. */
export interface RunArguments {
  readonly runId: string;
  readonly out: string;
}

/** Adds `--json`. */
export function reading<Args extends Record<string, unknown>>(task: NewTaskDefinitionBuilder<Args>) {
  return task.addFlag({ name: "json", description: "Print one JSON document, errors included, and nothing else" });
}

/** Adds `--json`, `--dry-run`, `--yes` and `--from`. */
export function writing<Args extends Record<string, unknown>>(task: NewTaskDefinitionBuilder<Args>) {
  return reading(task)
    .addFlag({ name: "dryRun", description: "Simulate and report, send nothing" })
    .addFlag({ name: "yes", shortName: "y", description: "Do not ask for confirmation" })
    .addOption({
      name: "from",
      description: "Account that sends: its address or its number among the network's accounts",
      defaultValue: "0",
    });
}

/** Adds what `writing` adds, and `--export-safe`: for tasks whose calls a multisig can send as they are. */
export function forMultisig<Args extends Record<string, unknown>>(task: NewTaskDefinitionBuilder<Args>) {
  return writing(task).addOption({
    name: "exportSafe",
    description: "Send nothing; write the calls to this file, for the Safe at --from",
    defaultValue: "",
  });
}

/** Adds `--run-id` and `--out`. */
export function writtenDown<Args extends Record<string, unknown>>(task: NewTaskDefinitionBuilder<Args>) {
  return inRuns(task).addOption({
    name: "runId",
    description: "Id under which the run is written down (default: derived from what is asked for)",
    defaultValue: "",
  });
}

/** Adds `--out`. */
export function inRuns<Args extends Record<string, unknown>>(task: NewTaskDefinitionBuilder<Args>) {
  return task.addOption({
    name: "out",
    description: "Folder in which runs have their folders (default: runs)",
    defaultValue: "",
  });
}
