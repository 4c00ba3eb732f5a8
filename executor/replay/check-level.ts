/**
 * How much of a logged batch is checked when it is run again: `all`; `roots`, everything but the signatures, which were verified
 * when the log was written; `ledger`, neither signatures nor keccak hashes: the ledger is run again and comes to the same receipts.
 */
export const CHECK_LEVELS = ["all", "roots", "ledger"] as const;

export type CheckLevel = (typeof CHECK_LEVELS)[number];

/** Whether `text` names a level. */
export function isCheckLevel(text: string): text is CheckLevel {
  return CHECK_LEVELS.some((level) => level === text);
}
