import type { Suite, SuiteAddresses } from "../../sdk/connect.ts";
import { type BoundRule, listBoundRules } from "../../sdk/rules/bound-rules.ts";
import { RULE_KINDS } from "../../sdk/rules/rule-kinds.ts";
import { bookAddresses } from "../lib/book-addresses.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

interface ListArguments extends CommonArguments {
  readonly asset: bigint;
}

export default runAction<ListArguments>("rules.list", async (context, { asset }) => {
  const { suite, book } = await context.suite();
  const addresses = bookAddresses(book);
  return asset === 0n ? listDeployedRules(addresses) : await listAssetRules(suite, addresses, asset);
});

/** The rules of an asset, in the order in which they are asked, and what is counted for them. */
export async function listAssetRules(suite: Suite, addresses: SuiteAddresses, asset: bigint): Promise<Outcome> {
  const [rules, nettable, count, holders] = await Promise.all([
    listBoundRules(suite, addresses, asset),
    suite.transferRules.isNettable(asset),
    suite.transferRules.countOf(asset),
    suite.transferRules.holdersOf(asset),
  ]);

  const { isStale } = count;
  const said = [
    rules.length === 0
      ? `Asset ${asset} has no rules: only the standing of sender and receiver counts.`
      : ruleTable(rules),
    nettable ? "It can be settled net." : "It is settled trade by trade, never net.",
    ...(isStale
      ? [`Its holders are being counted, and nothing is transferred until that is done: run \`rules set\` again.`]
      : []),
  ];
  return { data: { asset, rules, nettable, isStale, counted: count.counted, holders }, text: said.join("\n") };
}

/** The rules that this deployment has, whether an asset uses them or not. */
export function listDeployedRules(addresses: SuiteAddresses): Outcome {
  const rules = RULE_KINDS.map(({ code, name, contract, grossOnly }) => {
    return { code, name, contract, address: addresses[contract] ?? null, net: !grossOnly };
  });
  const rows = rules.map(({ code, name, contract, address, net }) => [
    String(code),
    name,
    net ? "yes" : "no",
    contract,
    address ?? "not deployed",
  ]);
  return { data: { rules }, text: table(["Code", "Rule", "Net", "Contract", "Address"], rows) };
}

function ruleTable(rules: readonly BoundRule[]): string {
  const rows = rules.map(({ code, name, words, address }) => [String(code), name ?? address, words]);
  return table(["Code", "Rule", "What it says"], rows);
}
