import type { Mutant } from "./list-mutants.ts";

/** What is mutated: the register. */
export const SOURCES = ["contracts/shares/*.sol", "contracts/rules/**/*.sol", "contracts/investors/**/*.sol"];

/** Which tests judge a mutant, by the folder it is in: its own first, because most mutants end with the first failure. */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  shares: ["test/contracts/shares", "test/attacks", "test/contracts/rules", "test/contracts/investors"],
  rules: ["test/contracts/rules", "test/contracts/investors", "test/contracts/shares", "test/attacks"],
  investors: ["test/contracts/investors", "test/contracts/rules", "test/contracts/shares", "test/attacks"],
};
/** Attacks on desks and feeds: they take long and say nothing about the register. */
const LEFT_OUT = /^test\/attacks\/(custody|desks|income|offering|settlement|valuation)/;
/** What the register says in words stands in a table, which is compared with the chain. */
const OF_WORDS = "test/sdk/reason-texts.test.ts";
/** Who may call what, and what is initialised, is tested for all contracts at once. */
const OF_MODIFIERS = ["test/ignition/roles.test.ts", "test/ignition/initialisers.test.ts"];

/** Which tests are likeliest to notice a change in what has no test of its own name. */
const LIKELIEST: readonly (readonly [source: RegExp, test: RegExp])[] = [
  [/rules\/(Holder(Counting|Ledger)|LotLib|RulesStorage)/, /rules\/(Counting|WhatRulesSee)|investors\/Wallets/],
  [
    /rules\/(RuleAsking|RuleExplainer|TransferRules)/,
    /rules\/(TransferRules|RuleList|CompositeRules|Explain|WhatRulesSee)/,
  ],
  [/rules\/(CodeSet|CommonJudgements|HoldingLib)/, /rules\/(CommonRules|BalanceCapRule)/],
  [/rules\/(HoldingRule|TransferRule|PairRule)\b/, /rules\/\w+Rule\.test/],
  [/rules\/Reason/, /sdk\/reason-texts/],
  [/rules\/YesNoLib/, /rules\/(Sanctions|Custody|Route|Disclosure)Rule/],
  [/shares\/Record/, /shares\/Records/],
  [/shares\/PermitLib/, /shares\/Permit/],
  [/shares\/(NetSettlement|HeldShares)/, /rules\/RulesOnTheToken|shares\/Surroundings/],
  [/shares\/(Enforcement|PositionLib|ShareLedger|TransferView)/, /shares\/(ERC7943|Stops|Addresses)|attacks\/register/],
  [/investors\/verifiers\/(ClaimVerifier|SignatureEncodings)/, /investors\/SignedClaimVerifier/],
  [/investors\/verifiers\/Onchain/, /investors\/Erc3643Verifier/],
  [/investors\/\w+\.sol/, /investors\/(InvestorRegistry|Wallets)|rules\/TransferRules/],
];
/** These take longest, and mostly tell what another has told already. */
const LAST = /shares\/OpenZeppelin|attacks\/recovery|investors\/Erc3643/;

/** The test files that judge a mutant, in the order in which they are run. */
export function testsOf({ path, operator }: Pick<Mutant, "path" | "operator">, testFiles: readonly string[]): string[] {
  const folders = TESTS[path.split("/")[1] ?? ""];
  if (folders === undefined) throw new Error(`tools/mutate/register.ts names no tests for ${path}`);
  const files = folders.flatMap((each) => testFiles.filter((file) => file.startsWith(`${each}/`)));

  const own = path.replace(/^.*\/(\w+)\.sol$/, "/$1.test.ts");
  const likeliest = LIKELIEST.filter(([of]) => of.test(path)).map(([, test]) => test);
  const place = (file: string) => {
    if (file.endsWith(own)) return 0;
    if (likeliest.some((test) => test.test(file))) return 1;
    return LAST.test(file) ? 3 : 2;
  };
  return [...files, OF_WORDS, ...(operator === "modifier" ? OF_MODIFIERS : [])]
    .filter((file) => !LEFT_OUT.test(file))
    .toSorted((one, other) => place(one) - place(other));
}
