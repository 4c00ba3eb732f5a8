import { Interface, type TransactionReceipt } from "ethers";
import type { RunPlan } from "./run-plan.ts";

const INCOME = new Interface([
  "event IncomePaid(uint256 indexed distribution, address indexed holder, uint256 gross, uint256 withheld)",
  "event ListedIncomePaid(uint256 indexed distribution, uint256 indexed index, address indexed holder, uint256 gross, uint256 withheld)",
]);
/** Tasks whose steps are pages of payments. */
const PAYING = new Set(["income.pay", "income.claim"]);

/**
 * Places of the rows that a mined step did not do. Most steps do all or nothing; a page of payments passes over whoever cannot be
 * paid, or was paid by somebody else in the meantime.
 */
export function rowsNotDone(
  plan: Pick<RunPlan, "task" | "steps">,
  step: number,
  receipt: TransactionReceipt,
): number[] {
  if (!PAYING.has(plan.task)) return [];

  const planned = plan.steps[step];
  const paid = new Set(
    receipt.logs
      .filter(({ address }) => address.toLowerCase() === planned?.to.toLowerCase())
      .map((log) => INCOME.parseLog(log)?.args["holder"]),
  );
  return (planned?.rows ?? []).flatMap(({ account }, place) => (paid.has(account) ? [] : [place]));
}
