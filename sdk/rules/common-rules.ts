import { concat, dataLength, dataSlice, toBeHex } from "ethers";
import type { Suite, SuiteAddresses } from "../connect.ts";

/** A rule as `setRules` takes it. */
export interface RuleSetting {
  readonly rule: string;
  readonly parameters: string;
}

const COMPOSITE = "CommonRules";
/**
 * The rules that CommonRules has, in the order of their codes, in which it asks them: the n-th is bit n of the first byte of its
 * parameters, and takes so many bytes behind it.
 */
const PARTS = [
  { contract: "CountryRule", bytes: 125 },
  { contract: "InvestorClassRule", bytes: 2 },
  { contract: "HolderCountRule", bytes: 4 },
  { contract: "BalanceCapRule", bytes: 10 },
  { contract: "LockUpRule", bytes: 4 },
] as const;

/**
 * Settings as they are bound: two or more of the five common rules become one CommonRules, which costs one call instead of several.
 * It stands where the first of them stood; those that stood further behind are asked together with it.
 */
export function compact(settings: readonly RuleSetting[], addresses: SuiteAddresses): readonly RuleSetting[] {
  const composite = addresses[COMPOSITE];
  const common = PARTS.flatMap(({ contract }, place) =>
    settings.filter(({ rule }) => isAt(rule, addresses[contract])).map((setting) => ({ setting, bit: 1 << place })),
  );
  if (composite === undefined || common.length < 2) return settings;

  const mask = common.reduce((bits, { bit }) => bits | bit, 0);
  const parameters = concat([toBeHex(mask, 1), ...common.map(({ setting }) => setting.parameters)]);
  const isCommon = (one: RuleSetting) => common.some(({ setting }) => setting === one);
  const first = settings.findIndex(isCommon);
  return settings.flatMap((setting, place) => {
    if (place === first) return [{ rule: composite, parameters }];
    return isCommon(setting) ? [] : [setting];
  });
}

/** Settings as they are read: a CommonRules says the same as its rules one after the other, and reads as if they were bound so. */
export function expand(settings: readonly RuleSetting[], addresses: SuiteAddresses): readonly RuleSetting[] {
  // A copy: what a contract answers is an array of its own kind, which cannot be flattened.
  return [...settings].flatMap((setting) => {
    return isAt(setting.rule, addresses[COMPOSITE]) ? (split(setting.parameters, addresses) ?? [setting]) : [setting];
  });
}

/** What `compact` and `expand` need to know of a deployment. */
export async function commonAddresses(suite: Suite): Promise<SuiteAddresses> {
  const { commonRules, countryRule, investorClassRule, holderCountRule, balanceCapRule, lockUpRule } = suite;
  const [composite, ...parts] = await Promise.all(
    [commonRules, countryRule, investorClassRule, holderCountRule, balanceCapRule, lockUpRule].map((contract) =>
      contract.getAddress(),
    ),
  );
  return Object.fromEntries([[COMPOSITE, composite], ...PARTS.map(({ contract }, place) => [contract, parts[place]])]);
}

/** The single rules; nothing if the parameters are not what CommonRules takes, or a single rule is not deployed. */
function split(parameters: string, addresses: SuiteAddresses): RuleSetting[] | undefined {
  const mask = Number(dataLength(parameters) === 0 ? 0 : dataSlice(parameters, 0, 1));
  const bound = PARTS.filter((_part, place) => (mask & (1 << place)) !== 0);
  const length = bound.reduce((sum, { bytes }) => sum + bytes, 1);
  if (mask === 0 || mask >= 1 << PARTS.length || dataLength(parameters) !== length) return undefined;

  const settings: RuleSetting[] = [];
  let start = 1;
  for (const { contract, bytes } of bound) {
    const rule = addresses[contract];
    if (rule === undefined) return undefined;
    settings.push({ rule, parameters: dataSlice(parameters, start, start + bytes) });
    start += bytes;
  }
  return settings;
}

function isAt(rule: string, address: string | undefined): boolean {
  return address?.toLowerCase() === rule.toLowerCase();
}
