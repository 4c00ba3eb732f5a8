import type { Suite } from "../../sdk/connect.ts";
import { type PropertiesFile, readPropertiesFile } from "../../sdk/custody-files.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface PropertiesArguments extends WritingArguments {
  readonly file: string;
}

/** What ERC-7578 wants to know of a thing, as far as the issuer has said it; null if he has said nothing. */
export async function inspectProperties({ custodyDesk }: Pick<Suite, "custodyDesk">, id: bigint) {
  const { tokenIssuer, assetHolder, storageLocation, terms, jurisdiction, declaredValue } =
    await custodyDesk.getPropertiesOf(id);
  if (tokenIssuer === "") return null;

  const { currency, value } = declaredValue;
  return { tokenIssuer, assetHolder, storageLocation, terms, jurisdiction, declaredValue: { currency, value } };
}

/** Says what the file says, unless it is said already. */
export async function setProperties(
  suite: Pick<Suite, "custodyDesk">,
  sender: Sender,
  { asset, ...properties }: PropertiesFile,
): Promise<StepReport[]> {
  const present = await inspectProperties(suite, asset);
  if (present !== null && isSame(present, properties)) return [];

  const transaction = () => suite.custodyDesk.setProperties.populateTransaction(asset, properties);
  return sender.run([{ title: `say owner, place, terms and declared value of asset ${asset}`, transaction }]);
}

export default runAction<PropertiesArguments>("custody.properties", async (context, args) => {
  const file = await readPropertiesFile(args.file);
  const { suite } = await context.suite();

  const steps = await setProperties(suite, await context.sender(), file);
  return { data: { ...file, steps }, text: describeSteps(steps) };
});

type Properties = NonNullable<Awaited<ReturnType<typeof inspectProperties>>>;

function isSame(one: Properties, other: Properties): boolean {
  const words = ["tokenIssuer", "assetHolder", "storageLocation", "terms", "jurisdiction"] as const;
  return (
    words.every((word) => one[word] === other[word]) &&
    one.declaredValue.currency === other.declaredValue.currency &&
    one.declaredValue.value === other.declaredValue.value
  );
}
