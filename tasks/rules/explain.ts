import { type RuleList, readRules } from "../../sdk/rules/rules-file.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

interface ExplainArguments extends CommonArguments {
  readonly rules: string;
}

export default runAction<ExplainArguments>("rules.explain", async (_context, args) =>
  explain(await readRules(args.rules)),
);

/** What a list of rules says, in words; nothing of a chain is needed for it. */
export function explain({ name, rules, sources, notCovered }: RuleList): Outcome {
  const told = rules.map(({ kind, words }) => ({ code: kind.code, rule: kind.name, words, net: !kind.grossOnly }));
  const gross = told.filter(({ net }) => !net).map(({ rule }) => rule);
  const settles =
    gross.length === 0
      ? "It can be settled net."
      : `It is settled trade by trade, because of ${gross.join(" and ")}, never net.`;

  const text = [
    `${name}\n${table(
      ["Code", "Rule", "What it says"],
      told.map(({ code, rule, words }) => [String(code), rule, words]),
    )}`,
    settles,
    listed(
      "Where the figures come from:",
      sources.map(({ title, where, says }) => `${title}: ${says}\n    ${where}`),
    ),
    listed("Not covered:", notCovered),
  ];
  return {
    data: { name, rules: told, nettable: gross.length === 0, sources, notCovered },
    text: text.filter((part) => part !== "").join("\n"),
  };
}

function listed(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [title, ...lines.map((line) => `  - ${line}`)].join("\n");
}
