import { Interface, type TransactionReceipt } from "ethers";
import type { RunPlan } from "./run-plan.ts";

/** Payments of a record and of a list, which `income pay` and `income claim` make in pages. */
const INCOME = {
  events: new Interface([
    "event IncomePaid(uint256 indexed distribution, address indexed holder, uint256 gross, uint256 withheld)",
    "event ListedIncomePaid(uint256 indexed distribution, uint256 indexed index, address indexed holder, uint256 gross, uint256 withheld)",
  ]),
  account: "holder",
};

/** By task, the events that say of whom a row was done, and the name of its account. */
const OUTCOMES: Readonly<Record<string, { readonly events: Interface; readonly account: string }>> = {
  "income.claim": INCOME,
  "income.pay": INCOME,
  "offering.allot": {
    events: new Interface([
      "event Allotted(uint256 indexed offeringId, address indexed buyer, uint64 shares, uint256 cost)",
    ]),
    account: "buyer",
  },
  "offering.refund": {
    events: new Interface([
      "event Refunded(uint256 indexed offeringId, address indexed buyer, uint64 shares, uint256 amount)",
    ]),
    account: "buyer",
  },
};

/**
 * Places of the rows that a mined step did not do. Most steps do all or nothing; a page of payments or allotments passes over whoever
 * cannot be served, or was served by somebody else in the meantime.
 */
export function rowsNotDone(
  plan: Pick<RunPlan, "task" | "steps">,
  step: number,
  receipt: TransactionReceipt,
): number[] {
  const outcome = OUTCOMES[plan.task];
  if (outcome === undefined) return [];

  const planned = plan.steps[step];
  const done = new Set(
    receipt.logs
      .filter(({ address }) => address.toLowerCase() === planned?.to.toLowerCase())
      .map((log) => outcome.events.parseLog(log)?.args[outcome.account]),
  );
  return (planned?.rows ?? []).flatMap(({ account }, place) => (done.has(account) ? [] : [place]));
}
