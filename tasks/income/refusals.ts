import type { Provider } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { suiteInterfaces } from "../../sdk/contracts.ts";
import { ExitCode, type Problem } from "../../sdk/errors.ts";
import { decodeRevert } from "../../sdk/revert.ts";
import type { StepReport } from "../lib/sender.ts";

/** Somebody who is due something and could not be paid. */
export interface Refused {
  readonly holder: string;
  readonly gross: bigint;
  /** In words, as far as this start has learned it. */
  readonly reason: string;
}

/** Why holders were passed over, by the events of the steps that were sent now. */
export async function readReasons(
  { incomeDesk }: Suite,
  provider: Provider,
  steps: readonly StepReport[],
): Promise<Map<string, string>> {
  const desk = await incomeDesk.getAddress();
  const reasons = new Map<string, string>();
  for (const { hash } of steps) {
    const receipt = hash === null ? null : await provider.getTransactionReceipt(hash);
    for (const log of receipt?.logs.filter(({ address }) => address === desk) ?? []) {
      const event = incomeDesk.interface.parseLog(log);
      if (event?.name !== "PaymentFailed" && event?.name !== "ListedPaymentFailed") continue;
      reasons.set(String(event.args["holder"]), sentenceOf(String(event.args["reason"])));
    }
  }
  return reasons;
}

/** What a task says at its end if somebody was refused; done but for him, so that it is partly done. */
export function refusedProblem(refused: readonly Refused[], amountOf: (units: bigint) => string): Problem {
  const many = refused.length === 1 ? "1 holder" : `${refused.length} holders`;
  return {
    what: `${many} could not be paid and stay payable`,
    details: refused.map(({ holder, gross, reason }) => `${holder}, ${amountOf(gross)}: ${reason}`),
    todo: "remove the cause and run the same command again: who was paid is passed over",
    exitCode: ExitCode.partly,
  };
}

function sentenceOf(reason: string): string {
  if (reason === "0x") return "the currency refused, without a reason";
  return decodeRevert({ data: reason }, suiteInterfaces())?.sentence ?? `the currency refused, with ${reason}`;
}
