import type { AssetState } from "../../executor/index.ts";
import type { Suite, SuiteAddresses } from "../connect.ts";
import { commonAddresses, expand, type RuleSetting } from "./common-rules.ts";
import { unpack } from "./packed.ts";

/** What an asset's rules say about how many may hold it and how much, as the executor counts. */
export type AssetLimits = Pick<AssetState, "holderLimit" | "minimumHolders" | "balanceCap" | "minimumHolding">;

/** Rules write amounts of 64 bits, the executor counts in 63: what is beyond them limits nobody. */
const MAX_AMOUNT = 2n ** 63n - 1n;
const WHOLE_BPS = 10_000n;

/** The limits in an asset's rules. A limit that is not set is left out, and of holders 0. `supply` is all of the asset's shares. */
export async function assetLimits(suite: Suite, rules: readonly RuleSetting[], supply: bigint): Promise<AssetLimits> {
  const addresses: SuiteAddresses = {
    ...(await commonAddresses(suite)),
    MinimumHoldersRule: await suite.minimumHoldersRule.getAddress(),
    MinimumHoldingRule: await suite.minimumHoldingRule.getAddress(),
  };
  const bound = expand(rules, addresses);
  const numbersOf = (contract: string, sizes: readonly number[]) => {
    const setting = bound.find(({ rule }) => rule.toLowerCase() === addresses[contract]?.toLowerCase());
    return setting === undefined ? [] : unpack(setting.parameters, sizes);
  };

  const [holderLimit = 0n] = numbersOf("HolderCountRule", [4]);
  const [minimumHolders = 0n] = numbersOf("MinimumHoldersRule", [4]);
  const [shares = 0n, bps = 0n] = numbersOf("BalanceCapRule", [8, 2]);
  const [minimumHolding = 0n] = numbersOf("MinimumHoldingRule", [8]);
  const balanceCap = lowerLimit(shares, partOf(supply, bps));
  return {
    holderLimit: Number(holderLimit),
    ...(minimumHolders === 0n ? {} : { minimumHolders: Number(minimumHolders) }),
    ...(balanceCap === 0n ? {} : { balanceCap }),
    ...(minimumHolding === 0n ? {} : { minimumHolding: inBounds(minimumHolding) }),
  };
}

/** Whether one of the rules is a lock-up. How long somebody has had which of his shares the executor does not count. */
export async function hasLockUp(suite: Suite, rules: readonly RuleSetting[]): Promise<boolean> {
  const addresses = await commonAddresses(suite);
  const lockUp = addresses["LockUpRule"]?.toLowerCase();
  return expand(rules, addresses).some(({ rule }) => rule.toLowerCase() === lockUp);
}

/** So many basis points of all shares, rounded down, and one share at least; 0, no limit, of nothing. */
function partOf(supply: bigint, bps: bigint): bigint {
  if (bps === 0n || supply === 0n) return 0n;
  return (supply * bps) / WHOLE_BPS || 1n;
}

/** The lower of two limits, of which 0 is none. */
function lowerLimit(one: bigint, other: bigint): bigint {
  if (one === 0n || other === 0n) return inBounds(one + other);
  return inBounds(one < other ? one : other);
}

function inBounds(limit: bigint): bigint {
  return limit < MAX_AMOUNT ? limit : MAX_AMOUNT;
}
