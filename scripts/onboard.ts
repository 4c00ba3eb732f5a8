import { badInput } from "../sdk/errors.ts";
import { readInvestorFile } from "../sdk/investor-file.ts";
import { parseWhole } from "../sdk/units.ts";
import { onboardInvestors } from "../tasks/investor/onboard.ts";
import { describeSteps } from "../tasks/lib/describe-steps.ts";
import { runScript } from "./lib/run-script.ts";

const usage = {
  script: "onboard",
  purpose: "Registers the investors of a CSV file, as far as they are not registered.",
  required: { INVESTORS_FILE: "reference,address,country,class,verifiedUntil (docs/input-files.md)" },
  optional: { DELIMITER: ", or ; (default: ,)", BATCH_SIZE: "investors per transaction (default: 100)" },
};

await runScript(usage, async (context, { INVESTORS_FILE, DELIMITER = ",", BATCH_SIZE = "100" }) => {
  if (DELIMITER !== "," && DELIMITER !== ";") throw badInput(`the delimiter "${DELIMITER}" is not , or ;`);
  const batchSize = Number(parseWhole(BATCH_SIZE, "BATCH_SIZE"));
  if (batchSize < 1) throw badInput("a batch has to have at least one investor", { where: "BATCH_SIZE" });
  const { rows, notes } = await readInvestorFile(INVESTORS_FILE, DELIMITER);
  for (const note of notes) context.warn(note);
  const { suite } = await context.suite();

  const warn = (text: string) => context.warn(text);
  const options = { salt: await context.investorSalt(), batchSize, warn };
  const result = await onboardInvestors(suite, await context.sender(), rows, options);
  const said = `${result.registered} investors registered, ${result.skipped.length} were registered before.`;
  return { data: result, text: `${describeSteps(result.steps, "Nothing to do.")}\n${said}` };
});
