import { readFile } from "node:fs/promises";
import { parseAddress } from "../../sdk/address.ts";
import { parseJson } from "../../sdk/addresses.ts";
import { type AssetTerms, readAssetFile } from "../../sdk/asset-file.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { findBoundId } from "../../sdk/find-asset.ts";
import { readOfferingFile } from "../../sdk/offering-file.ts";
import { type OfferingPlan, planOfAsset, termsOfPlan } from "../../sdk/offering-plan.ts";
import { formatTime } from "../../sdk/time.ts";
import { formatAmount } from "../../sdk/units.ts";
import { findCurrency } from "../lib/currency.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { findNewestOffering, OPEN } from "../lib/offerings.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface OpenArguments extends WritingArguments {
  readonly asset: string;
  readonly terms: string;
  readonly currency: string;
  readonly treasury: string;
  readonly feeRecipient: string;
}

export interface OfferingChoices {
  readonly currency: { readonly address: string; readonly decimals: number };
  readonly treasury: string;
  readonly feeRecipient: string;
  /** Unix time of the chain. */
  readonly now: bigint;
}

export interface OpenedOffering {
  readonly offering: bigint | null;
  readonly asset: bigint;
  readonly closesAt: bigint;
  readonly steps: readonly StepReport[];
}

/** Opens the offering of the asset's file, unless it is open already. */
export async function openOffering(
  suite: Suite,
  sender: Sender,
  asset: AssetTerms,
  choices: OfferingChoices,
): Promise<OpenedOffering> {
  const id = await requireBound(suite, asset);
  return openPlanned(suite, sender, planOfAsset(id, asset, choices.now), choices);
}

/** Opens an offering and names its referrers, unless the asset's offering is open already; then only what is missing is done. */
export async function openPlanned(
  suite: Suite,
  sender: Sender,
  plan: OfferingPlan,
  { currency, treasury, feeRecipient, now }: OfferingChoices,
): Promise<OpenedOffering> {
  requireDecimals(plan, currency);
  const { offeringDesk } = suite;
  const terms = termsOfPlan(plan, { currency: currency.address, treasury, feeRecipient }, now);
  const present = await findNewestOffering(suite, plan.asset);
  const isOpen = present?.phase === OPEN;
  if (!isOpen && !(await offeringDesk.isCurrencyAllowed(currency.address))) {
    throw badInput(`nothing is offered in the currency ${currency.address}`, {
      why: "compliance has not allowed it for offerings",
      todo: "have compliance allow it with `offering currency`, or name another one",
      notDone: "nothing was sent",
    });
  }

  const opening = {
    title: `offer ${terms.hardCap} shares of asset ${plan.asset}`,
    transaction: () => offeringDesk.open.populateTransaction(terms, [...plan.tiers], [...plan.classCaps]),
  };
  const offering = isOpen ? present.offering : (await offeringDesk.offeringCount()) + 1n;
  const missing = await listMissing(suite, offering, plan.referrers);
  const naming = missing.map((referrer) => ({
    title: `name the referrer ${referrer}`,
    transaction: () => offeringDesk.setReferrer.populateTransaction(offering, referrer, true),
    needsEarlier: !isOpen,
  }));
  const steps = await sender.run([...(isOpen ? [] : [opening]), ...naming]);

  const opened = sender.dryRun && !isOpen ? undefined : await findNewestOffering(suite, plan.asset);
  const closesAt = isOpen ? present.terms.closesAt : terms.closesAt;
  return { offering: opened?.offering ?? null, asset: plan.asset, closesAt, steps };
}

export default runAction<OpenArguments>("offering.open", async (context, args) => {
  const { connection } = await context.connect();
  const { provider } = connection.ethers;
  const { suite } = await context.suite();
  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  const plan = await readPlan(suite, args, now);

  const sender = await context.sender();
  const treasury = args.treasury === "" ? await sender.signer.getAddress() : parseAddress(args.treasury, "--treasury");
  const feeRecipient = args.feeRecipient === "" ? treasury : parseAddress(args.feeRecipient, "--fee-recipient");
  const currency = await findCurrency(suite, provider, args.currency);
  const result = await openPlanned(suite, sender, plan, { currency, treasury, feeRecipient, now });

  const prices = plan.tiers.map(({ price }) => formatAmount(price, plan.decimals));
  const said = [
    result.offering === null
      ? `The offering of asset ${result.asset}`
      : `Offering ${result.offering} of asset ${result.asset}`,
    `at ${prices.join(", ")} a share runs until ${formatTime(result.closesAt)}.`,
  ].join(" ");
  return { data: result, text: `${describeSteps(result.steps, "Nothing to do: it is open.")}\n${said}` };
});

/** The file may be an asset's, which describes an offering too, or an offering's. */
async function readPlan(suite: Suite, { asset, terms }: OpenArguments, now: bigint): Promise<OfferingPlan> {
  const isId = /^[0-9]+$/.test(asset);
  const path = isId ? terms : asset;
  if (path === "") {
    throw badInput("an id alone does not say at which terms to offer", {
      todo: "name the asset or offering file, or add --terms <file>",
    });
  }
  const plan = (await isOfferingFile(path))
    ? await readOfferingFile(path)
    : await readAssetFile(path).then(async (file) => planOfAsset(await requireBound(suite, file), file, now));
  if (isId && plan.asset !== BigInt(asset)) {
    throw badInput(`the terms are of asset ${plan.asset}, not of asset ${asset}`, { notDone: "nothing was sent" });
  }
  return plan;
}

async function isOfferingFile(path: string): Promise<boolean> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw badInput("the file cannot be read", { where: path, why: error.code ?? error.message });
  });
  const file = parseJson(text, path);
  return typeof file === "object" && file !== null && "schema" in file && file.schema === "moiety.offering/1";
}

async function requireBound(suite: Suite, { anchorId, name }: AssetTerms): Promise<bigint> {
  const id = await findBoundId(suite, anchorId);
  if (id !== undefined) return id;
  throw badInput(`${name} is not listed`, {
    todo: "list it with `asset create` first",
    notDone: "nothing was sent",
  });
}

async function listMissing({ offeringDesk }: Suite, offering: bigint, referrers: readonly string[]): Promise<string[]> {
  const named = await Promise.all(referrers.map((referrer) => offeringDesk.isReferrer(offering, referrer)));
  return referrers.filter((_referrer, place) => named[place] === false);
}

function requireDecimals({ decimals }: OfferingPlan, currency: OfferingChoices["currency"]): void {
  if (currency.decimals === decimals) return;
  throw badInput(`the file counts with ${decimals} decimals, the currency has ${currency.decimals}`, {
    where: "decimals",
    notDone: "nothing was sent",
  });
}
