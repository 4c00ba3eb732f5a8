import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { formatDecimal, navCurrencyName, parseDecimal } from "../../sdk/nav.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

const DECIMALS = 18;

/** Lets a value that has jumped count. `looked` is the value as somebody looked at it; if it is another one by now, nothing is sent. */
export async function confirmValue(
  { navOracle }: Pick<Suite, "navOracle">,
  sender: Sender,
  id: bigint,
  looked: string,
): Promise<StepReport[]> {
  const { waiting, nav } = await navOracle.unconfirmedPrice(id);
  const { value, decimals } = parseDecimal(looked);
  const wanted = value * 10n ** BigInt(DECIMALS - decimals);
  const present = formatDecimal({ value: nav, decimals: DECIMALS }).replace(/\.?0+$/, "");
  if (!waiting || nav !== wanted) {
    throw badInput(
      waiting ? `what waits is ${present}, not ${looked}` : `no value of asset ${id} waits to be confirmed`,
      { todo: waiting ? "look at it again, and confirm what it is" : "do nothing", notDone: "nothing was sent" },
    );
  }
  const transaction = () => navOracle.confirmPrice.populateTransaction(id, nav);
  return sender.run([{ title: `let the value ${present} of asset ${id} count`, transaction }]);
}

/** Takes a value out of the price; it stays on record. `reasonHash` is that of the document which says why. */
export async function invalidateValue(
  { navOracle, shareToken }: Pick<Suite, "navOracle" | "shareToken">,
  sender: Sender,
  id: bigint,
  index: bigint,
  reasonHash: string,
): Promise<StepReport[]> {
  const [subject, { currency }] = await Promise.all([shareToken.anchorIdOf(id), navOracle.priceTermsOf(id)]);
  const count = await navOracle.snapshotCount(subject, currency);
  if (index >= count) {
    throw badInput(`asset ${id} has no value ${index} in ${navCurrencyName(currency)}`, {
      todo: "`asset value` shows their numbers",
      notDone: "nothing was sent",
    });
  }
  if (await navOracle.isSnapshotInvalidated(subject, currency, index)) return [];

  const transaction = () => navOracle.invalidateSnapshot.populateTransaction(subject, currency, index, reasonHash);
  return sender.run([{ title: `let value ${index} of asset ${id} count no more`, transaction }]);
}
