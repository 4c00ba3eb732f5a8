import { badInput, ExitCode } from "../sdk/errors.ts";
import { listReceivers } from "../sdk/holders.ts";
import { formatTime, parseInstant } from "../sdk/time.ts";
import { formatAmount, parseUnits, parseWhole } from "../sdk/units.ts";
import { declareIncome } from "../tasks/income/declare.ts";
import { payHolders } from "../tasks/income/pay-record.ts";
import { openRecord } from "../tasks/income/record.ts";
import { findCurrency } from "../tasks/lib/currency.ts";
import { describeSteps } from "../tasks/lib/describe-steps.ts";
import { findRecord } from "./lib/find-record.ts";
import { runScript } from "./lib/run-script.ts";

const usage = {
  script: "pay-income",
  purpose: "Pays a month's income to those who hold an asset at an instant. Start it before that, and again after it.",
  required: {
    ASSET: "id of the asset",
    INCOME: "money of this payment, e.g. 1250.00",
    RECORD_TIME: "who holds then is paid, e.g. 2027-02-01T00:00:00Z; the same instant is never paid twice",
  },
  optional: { CURRENCY: "ERC-20 (local chains: the TestDollar)" },
};

await runScript(usage, async (context, { ASSET, INCOME, RECORD_TIME, CURRENCY = "" }) => {
  const [asset, instant] = [parseWhole(ASSET, "ASSET"), parseInstant(RECORD_TIME)];
  const { provider } = (await context.connect()).connection.ethers;
  const { suite, book } = await context.suite();
  const sender = await context.sender();
  const currency = await findCurrency(suite, provider, CURRENCY);
  const amount = parseUnits(INCOME, currency.decimals, "INCOME");

  const known = await findRecord(suite, asset, instant);
  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  if (known === undefined && instant < now) {
    throw badInput(`${formatTime(instant)} has passed without a record of asset ${asset}`, {
      todo: "name a RECORD_TIME to come, and start this before it",
      notDone: "nothing was sent",
    });
  }
  const opened = known === undefined ? await openRecord(suite, sender, asset, instant) : { record: known, steps: [] };
  if (now <= instant) {
    const what = `record ${opened.record} of asset ${asset} is open; nothing can be paid before ${formatTime(instant)}`;
    const exitCode = ExitCode.partly;
    const error = { what, todo: "start this again after that", exitCode };
    return { data: opened, text: describeSteps(opened.steps), exitCode, error };
  }

  const declaration = { asset, record: opened.record, amount, currency };
  const { distribution, steps } = await declareIncome(suite, sender, declaration, provider, book.deployedAtBlock);
  if (distribution === null) throw new Error("the income was not declared");
  const holders = await listReceivers(suite, provider, asset, book.deployedAtBlock);
  const claimed = await payHolders(suite, sender, distribution, holders, 50);
  for (const { holder, reason } of claimed.refused)
    context.warn(`${holder} could not be paid and stays payable: ${reason}`);

  const sent = [...steps, ...claimed.steps];
  const said = `Distribution ${distribution} of ${formatAmount(amount, currency.decimals)}: ${claimed.paid} holders were paid now.`;
  const data = { record: opened.record, distribution, paid: claimed.paid, steps: sent };
  return { data, text: `${describeSteps(sent)}\n${said}` };
});
