import type { IncomePlace } from "../../sdk/income/income-plan.ts";
import type { PlanQuestion } from "../../sdk/income/make-plan.ts";
import { NO_WITHHOLDING } from "../../sdk/income/withholding.ts";
import { parseUntil } from "../../sdk/time.ts";
import type { PlanOrder } from "./mortal-process.ts";

/** What the killed processes and the test that kills them both know. */
export const SALT = "kill test";
export const VERIFIED_UNTIL = parseUntil("2090-12-31");

/** Everybody at record 0 of asset 1, nothing withheld, no end. */
export function planQuestion(place: IncomePlace, { currency, amount }: PlanOrder, runsFolder: string): PlanQuestion {
  return {
    place,
    terms: {
      ...{ asset: 1n, record: 0n, currency, amount: BigInt(amount), rounding: "largest-remainder" },
      ...{ reference: "", expiresAt: 0n, reclaimTo: null, withholding: NO_WITHHOLDING },
    },
    ...{ excluded: [], lookThrough: [], decimals: 6, deployedAtBlock: 0, source: "register" },
    runsFolder,
    workers: 0,
    warn: () => undefined,
    onProgress: () => undefined,
  };
}
