import { ZeroAddress } from "ethers";
import type { Suite } from "./connect.ts";

/** One reason why a transfer would be refused, in the words of the rule itself. */
export interface Refusal {
  readonly code: number;
  readonly rule: string | null;
  readonly sentence: string;
  readonly nextStep: string;
}

export interface TransferQuestion {
  /** The asset. */
  readonly id: bigint;
  /** Nobody, if shares are to be issued. */
  readonly from?: string | undefined;
  readonly to: string;
  /** Shares. */
  readonly value: bigint;
}

/** Every reason why the transfer would be refused now; none if it would go through. The chain answers, so that all who ask hear the same. */
export async function explainTransfer({ transferRules }: Suite, question: TransferQuestion): Promise<Refusal[]> {
  const { id, from = ZeroAddress, to, value } = question;
  const refusals = await transferRules.explain(from, to, id, value);

  return refusals.map(({ code, rule, sentence, nextStep }) => ({
    code: Number(code),
    rule: rule === ZeroAddress ? null : rule,
    sentence,
    nextStep,
  }));
}
