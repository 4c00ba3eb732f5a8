import { ROW, ROW_WORDS, type Rows } from "../rows.ts";

const NONE = -1;

/** What words of a row mean for kinds that have no order there. */
export const KIND_ROW = {
  /** The number of an offering, entitlement or hold, or of what is withdrawn. */
  subject: ROW.sellFill,
  /** Of a decision the signer's account. */
  signer: ROW.buyFill,
  /** Of a cancel the fill of its order. */
  fill: ROW.buyFill,
  /** Of a cancel, written as it is carried out: 1 if the order was not withdrawn before. */
  isNew: ROW.pay,
} as const;

/** Leaves nothing in a row but that there is nothing. */
export function clearRow({ words, amounts }: Rows, index: number): void {
  words.fill(NONE, index * ROW_WORDS, (index + 1) * ROW_WORDS);
  amounts.fill(0n, index * 8 + 6, index * 8 + 8);
}
