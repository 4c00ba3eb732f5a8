import { z } from "zod";
import { badInput } from "../errors.ts";
import { AMOUNT_KINDS } from "./amount-kinds.ts";
import { ELIGIBILITY_KINDS } from "./eligibility-kinds.ts";
import { PAIR_KINDS } from "./pair-kinds.ts";
import type { AskedRule, RuleKind } from "./rule-kind.ts";

/** Every rule there is, by its reason code. */
export const RULE_KINDS: readonly RuleKind[] = [...ELIGIBILITY_KINDS, ...AMOUNT_KINDS, ...PAIR_KINDS].toSorted(
  (one, other) => one.code - other.code,
);

export const RULE_NAMES = RULE_KINDS.map(({ name }) => name);

export function ruleKindOf(name: string): RuleKind {
  const kind = RULE_KINDS.find((each) => each.name === name);
  if (kind === undefined) throw badInput(`"${name}" is not a rule`, { todo: `use one of ${RULE_NAMES.join(", ")}` });
  return kind;
}

/** One entry of a file. A mistake is told in the words of its own kind. */
export const ruleEntrySchema: z.ZodType<AskedRule, unknown> = z
  .looseObject({ rule: z.enum(RULE_NAMES, `write one of ${RULE_NAMES.join(", ")}`) })
  .transform((entry, context) => {
    const parsed = ruleKindOf(entry.rule).schema.safeParse(entry);
    if (parsed.success) return parsed.data;

    for (const { path, message } of parsed.error.issues) context.addIssue({ code: "custom", path: [...path], message });
    return z.NEVER;
  });
