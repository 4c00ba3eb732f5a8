import { encodeUnit } from "../../sdk/attestation.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface InsureArguments extends WritingArguments {
  readonly id: bigint;
  readonly amount: bigint;
  readonly unit: string;
}

/** Demands that an asset is insured for at least `amount` of `unit`; 0 and "" demand nothing. What is demanded already is left alone. */
export async function demandInsurance(
  { custodyDesk }: Pick<Suite, "custodyDesk">,
  sender: Sender,
  id: bigint,
  amount: bigint,
  unit: string,
): Promise<StepReport[]> {
  if (amount < 0n || (amount === 0n) !== (unit === "")) {
    throw badInput("an insured sum has a unit, and a unit belongs to a sum", {
      todo: "name --amount and --unit, or neither to demand nothing",
      notDone: "nothing was sent",
    });
  }
  const word = encodeUnit(unit);
  const present = await custodyDesk.insuranceDemandOf(id);
  if (present.amount === amount && present.unit === word) return [];

  const title =
    amount === 0n ? `let asset ${id} go uninsured` : `demand that asset ${id} is insured for ${amount} ${unit}`;
  return sender.run([{ title, transaction: () => custodyDesk.demandInsurance.populateTransaction(id, amount, word) }]);
}

export default runAction<InsureArguments>("custody.insure", async (context, { id, amount, unit }) => {
  const { suite } = await context.suite();

  const steps = await demandInsurance(suite, await context.sender(), id, amount, unit);
  return { data: { id, amount, unit, steps }, text: describeSteps(steps) };
});
