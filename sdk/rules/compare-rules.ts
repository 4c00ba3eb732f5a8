import type { SuiteAddresses } from "../connect.ts";
import { badInput } from "../errors.ts";
import type { BoundRule } from "./bound-rules.ts";
import { compact, expand, type RuleSetting } from "./common-rules.ts";
import type { AskedRule } from "./rule-kind.ts";

export type RuleChange =
  | { readonly change: "added" | "kept"; readonly code: number; readonly words: string }
  | { readonly change: "removed"; readonly code: number; readonly words: string }
  | { readonly change: "changed"; readonly code: number; readonly words: string; readonly before: string };

export interface RuleComparison {
  /** As they are to be bound. */
  readonly settings: readonly RuleSetting[];
  readonly changes: readonly RuleChange[];
  /** The same rules with the same parameters in the same order. */
  readonly isSame: boolean;
}

/** What an asset's rules would become, line by line. */
export function compareRules(
  bound: readonly BoundRule[],
  asked: readonly AskedRule[],
  addresses: SuiteAddresses,
): RuleComparison {
  const settings = asked.map((rule) => ({ rule: addressOf(rule, addresses), parameters: rule.encode(addresses) }));
  const changes = asked.map((rule, place): RuleChange => {
    const { code } = rule.kind;
    const { words } = rule.kind.tell(settings[place]?.parameters ?? "0x");
    const before = bound.find((each) => each.code === code);
    if (before === undefined) return { change: "added", code, words };
    return isSetting(before, settings[place])
      ? { change: "kept", code, words }
      : { change: "changed", code, words, before: before.words };
  });
  const removed = bound
    .filter((rule) => asked.every(({ kind }) => kind.code !== rule.code))
    .map(({ code, words }): RuleChange => ({ change: "removed", code, words }));

  const compacted = compact(settings, addresses);
  const read = expand(compacted, addresses);
  const isSame = bound.length === read.length && bound.every((rule, place) => isSetting(rule, read[place]));
  return { settings: compacted, changes: [...changes, ...removed], isSame };
}

function isSetting(bound: BoundRule, setting: RuleSetting | undefined): boolean {
  return (
    setting !== undefined &&
    bound.address.toLowerCase() === setting.rule.toLowerCase() &&
    bound.parameters.toLowerCase() === setting.parameters.toLowerCase()
  );
}

function addressOf({ kind }: AskedRule, addresses: SuiteAddresses): string {
  const address = addresses[kind.contract];
  if (address === undefined) {
    throw badInput(`the deployment has no ${kind.contract}`, { todo: "deploy again with this version" });
  }
  return address;
}
