import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { countryCode } from "../../sdk/country.ts";
import { parseDelimiter } from "../../sdk/csv.ts";
import { badInput } from "../../sdk/errors.ts";
import {
  readChainTable,
  readChainWithholding,
  readWithholdingFile,
  type Withholding,
} from "../../sdk/income/withholding.ts";
import { classNames } from "../../sdk/investor-class.ts";
import { formatAmount } from "../../sdk/units.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { MultisigArguments } from "../lib/flags.ts";
import { requireAsset } from "../lib/require-asset.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";
import { table } from "../lib/table.ts";

interface WithholdingArguments extends MultisigArguments {
  readonly asset: bigint;
  readonly file: string;
  readonly taxAccount: string;
  readonly delimiter: string;
  readonly none: boolean;
}

export interface WithholdingSet {
  /** The number of the table that counts now; 0: the default, or for the default itself, none. */
  readonly table: number;
  readonly steps: readonly StepReport[];
}

/**
 * Points an asset, or with asset 0 all that have no table of their own, to a table; `null` takes the pointer off. A table is never
 * changed, so that one that the desk has already is used again and any other is added. What counts already is left alone. For
 * compliance.
 */
export async function setWithholding(
  suite: Suite,
  sender: Sender,
  asset: bigint,
  wanted: Withholding | null,
): Promise<WithholdingSet> {
  const { incomeDesk } = suite;
  if (asset !== 0n) await requireAsset(suite, asset);
  const known = wanted === null ? 0 : await findTable(suite, wanted);
  const added = wanted === null || known !== undefined ? [] : await addTable(suite, sender, wanted);

  const number = known ?? Number(await incomeDesk.withholdingCount()) + (sender.dryRun ? 1 : 0);
  const title =
    asset === 0n
      ? `withhold by table ${number} where an asset has none of its own`
      : `withhold income of asset ${asset} by table ${number}`;
  const transaction = () =>
    asset === 0n
      ? incomeDesk.setDefaultWithholding.populateTransaction(number)
      : incomeDesk.setWithholding.populateTransaction(asset, number);
  const isSo = known !== undefined && (await incomeDesk.withholdingOf(asset)) === BigInt(known);
  const steps = isSo ? [] : await sender.run([{ title, transaction, needsEarlier: added.length > 0 && sender.dryRun }]);
  return { table: number, steps: [...added, ...steps] };
}

export default runAction<WithholdingArguments>("income.withholding", async (context, args) => {
  const { asset, file, none } = args;
  if (file !== "" && none) throw badInput("a table is set or taken off, not both", { notDone: "nothing was sent" });
  const { suite } = await context.suite();
  if (file === "" && !none) return show(await readChainWithholding(suite, asset));

  const wanted = none ? null : await readTable(args, (text) => context.warn(text));
  const result = await setWithholding(suite, await context.sender(), asset, wanted);
  return { data: { asset, ...result }, text: describeSteps(result.steps) };
});

async function readTable({ file, taxAccount, delimiter }: WithholdingArguments, warn: (text: string) => void) {
  if (taxAccount === "") {
    throw badInput("nobody is named who gets the tax", { todo: "name --tax-account", notDone: "nothing was sent" });
  }
  const account = parseAddress(taxAccount, "--tax-account");
  const read = await readWithholdingFile(file, account, parseDelimiter(delimiter));
  for (const note of read.notes) warn(note);
  return read;
}

async function addTable({ incomeDesk }: Suite, sender: Sender, wanted: Withholding): Promise<StepReport[]> {
  const { taxAccount, fallbackBps, rows } = wanted;
  if (taxAccount === null) throw new TypeError("a table of no tax is none");
  const transaction = () => incomeDesk.addWithholding.populateTransaction(taxAccount, fallbackBps, [...rows]);
  return sender.run([
    { title: `add a table of ${rows.length + 1} rates, whose tax goes to ${taxAccount}`, transaction },
  ]);
}

/** The number of an equal table, if the desk has one. */
async function findTable(suite: Suite, wanted: Withholding): Promise<number | undefined> {
  const count = Number(await suite.incomeDesk.withholdingCount());
  for (let number = count; number > 0; number -= 1) {
    if (keyOf(await readChainTable(suite, BigInt(number))) === keyOf(wanted)) return number;
  }
  return undefined;
}

function keyOf({ taxAccount, fallbackBps, rows }: Withholding): string {
  return JSON.stringify([taxAccount, fallbackBps, rows.map((row) => [row.country, row.classes, row.rateBps])]);
}

function show(withholding: Withholding) {
  const { table: number, taxAccount, rows, fallbackBps } = withholding;
  if (taxAccount === null) return { data: withholding, text: "Nothing is withheld." };

  const lines = rows.map(({ country, classes, rateBps }) => [
    country === 0 ? "*" : countryCode(country),
    classes === 0 ? "*" : classNames(classes),
    `${formatAmount(BigInt(rateBps), 2)} %`,
  ]);
  const all = [...lines, ["*", "*", `${formatAmount(BigInt(fallbackBps), 2)} %`]];
  return {
    data: withholding,
    text: `Table ${number}, tax to ${taxAccount}\n${table(["Country", "Class", "Rate"], all)}`,
  };
}
