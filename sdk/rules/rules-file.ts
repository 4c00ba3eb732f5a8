import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { parseJson } from "../addresses.ts";
import { badInput } from "../errors.ts";
import type { AskedRule } from "./rule-kind.ts";
import { RULE_NAMES, ruleEntrySchema } from "./rule-kinds.ts";

/** A preset that names a preset that names a preset … is a mistake. */
const MOST_LAYERS = 4;

/** Where the presets are, and what they are called there. */
export const PRESETS_FOLDER = fileURLToPath(new URL("../../data/rules/", import.meta.url));
const PRESET_NAME = /^[a-z0-9-]+$/;

const words = z.string().min(1);
const ruleName = z.enum(RULE_NAMES, `write one of ${RULE_NAMES.join(", ")}`);

export const rulesFileSchema = z.strictObject({
  schema: z.literal("moiety.rules/1"),
  name: words,
  /** What these rules are for. */
  description: words.optional(),
  /** The preset that this list begins with. */
  preset: z.string().regex(PRESET_NAME, "is the name of a preset").optional(),
  /** Rules of the preset that are left out. */
  without: z.array(ruleName).default([]),
  /** In the order in which they are asked. A rule that the preset has too takes its place; others follow it. */
  rules: z.array(ruleEntrySchema),
  /** Rules that nobody can fill in beforehand: whoever uses this list brings them, and why. */
  needs: z.partialRecord(ruleName, words).optional(),
  /** Where the figures come from. */
  sources: z.array(z.strictObject({ title: words, where: z.url(), says: words })).default([]),
  /** What the law asks for and these rules do not do. */
  notCovered: z.array(words).default([]),
});

type RulesFile = z.output<typeof rulesFileSchema>;

/** A list of rules, ready to be bound to an asset. */
export interface RuleList {
  readonly name: string;
  readonly rules: readonly AskedRule[];
  readonly sources: RulesFile["sources"];
  readonly notCovered: readonly string[];
}

/** Reads a preset by its name, or a file by its path (which has a dot or a slash). All mistakes are reported at once. */
export async function readRules(source: string, presets = PRESETS_FOLDER): Promise<RuleList> {
  const { file, path } = await readLayers(source, presets, 0);

  const missing = Object.entries(file.needs ?? {}).filter(([name]) =>
    file.rules.every(({ kind }) => kind.name !== name),
  );
  if (missing.length > 0) {
    throw badInput(`"${file.name}" cannot be used as it is`, {
      where: path,
      details: missing.map(([name, why]) => `${name}: ${why}`),
      todo: `write a file with "preset": "${source}" and these rules, or with "without"`,
      notDone: "nothing was sent",
    });
  }
  return { name: file.name, rules: file.rules, sources: file.sources, notCovered: file.notCovered };
}

/** Where a preset, by its name, or a file, by its path, is. */
export function pathOfRules(source: string, presets = PRESETS_FOLDER): string {
  return PRESET_NAME.test(source) ? `${presets}${source}.json` : resolve(source);
}

async function readLayers(source: string, presets: string, depth: number): Promise<{ file: RulesFile; path: string }> {
  const path = pathOfRules(source, presets);
  const file = await readOne(path, source);
  if (file.preset === undefined) return { file, path };
  if (depth >= MOST_LAYERS) throw wrongFile(path, [`preset: more than ${MOST_LAYERS} presets build on one another`]);

  const { file: base } = await readLayers(file.preset, presets, depth + 1);
  return { file: lay(file, base, path), path };
}

/** The file on top of what it begins with. */
function lay(file: RulesFile, base: RulesFile, path: string): RulesFile {
  const unknown = file.without.filter(
    (name) => base.rules.every(({ kind }) => kind.name !== name) && base.needs?.[name] === undefined,
  );
  if (unknown.length > 0)
    throw wrongFile(
      path,
      unknown.map((name) => `without: "${base.name}" has no rule ${name}`),
    );

  const kept = base.rules.filter(({ kind }) => !file.without.includes(kind.name));
  const replaced = kept.map((rule) => file.rules.find(({ kind }) => kind === rule.kind) ?? rule);
  const added = file.rules.filter(({ kind }) => kept.every((rule) => rule.kind !== kind));
  const needs = Object.entries(base.needs ?? {}).filter(([name]) => !file.without.some((left) => left === name));
  return {
    ...file,
    rules: [...replaced, ...added],
    needs: { ...Object.fromEntries(needs), ...file.needs },
    sources: [...base.sources, ...file.sources],
    notCovered: [...base.notCovered, ...file.notCovered],
  };
}

async function readOne(path: string, source: string): Promise<RulesFile> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const todo = PRESET_NAME.test(source) ? "name a preset of data/rules, or a file by its path" : undefined;
    throw badInput("the rules cannot be read", { where: path, why: error.code ?? error.message, todo });
  });
  const parsed = rulesFileSchema.safeParse(parseJson(text, path));
  if (!parsed.success) {
    throw wrongFile(
      path,
      parsed.error.issues.map((issue) => `${issue.path.join(".") || "file"}: ${issue.message}`),
    );
  }
  const names = parsed.data.rules.map(({ kind }) => kind.name);
  const twice = names.filter((name, place) => names.indexOf(name) !== place);
  if (twice.length > 0)
    throw wrongFile(
      path,
      twice.map((name) => `rules: ${name} is there twice`),
    );
  return parsed.data;
}

function wrongFile(path: string, details: readonly string[]) {
  return badInput("the rules are wrong", { where: path, details, notDone: "nothing was sent" });
}
