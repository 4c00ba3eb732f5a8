import { ZeroAddress } from "ethers";
import { parseAddress } from "../../sdk/address.ts";
import { type AssetTerms, readAssetFile } from "../../sdk/asset-file.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { findBoundId } from "../../sdk/find-asset.ts";
import { formatTime } from "../../sdk/time.ts";
import { formatAmount } from "../../sdk/units.ts";
import { findCurrency } from "../lib/currency.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { FIRST_COME, findNewestOffering, OPEN } from "../lib/offerings.ts";
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
  const id = await findBoundId(suite, asset.anchorId);
  if (id === undefined)
    throw badInput(`${asset.name} is not listed`, {
      todo: "list it with `asset create` first",
      notDone: "nothing was sent",
    });
  const present = await findNewestOffering(suite, id);
  if (present?.phase === OPEN) {
    return { offering: present.offering, asset: id, closesAt: present.terms.closesAt, steps: [] };
  }

  const terms = termsOf(id, asset, choices);
  const tiers = [{ upTo: terms.hardCap, price: asset.offering.price }];
  const title = `offer ${terms.hardCap} shares of asset ${id}`;
  const transaction = () => suite.offeringDesk.open.populateTransaction(terms, tiers, []);
  const steps = await sender.run([{ title, transaction }]);
  const opened = sender.dryRun ? undefined : await findNewestOffering(suite, id);
  return { offering: opened?.offering ?? null, asset: id, closesAt: terms.closesAt, steps };
}

export default runAction<OpenArguments>("offering.open", async (context, args) => {
  const terms = await readAssetFile(assetFileOf(args));
  const { connection } = await context.connect();
  const { provider } = connection.ethers;
  const { suite } = await context.suite();
  await requireSameAsset(suite, args, terms);

  const sender = await context.sender();
  const treasury = args.treasury === "" ? await sender.signer.getAddress() : parseAddress(args.treasury, "--treasury");
  const feeRecipient = args.feeRecipient === "" ? treasury : parseAddress(args.feeRecipient, "--fee-recipient");
  const currency = await findCurrency(suite, provider, args.currency);
  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  const result = await openOffering(suite, sender, terms, { currency, treasury, feeRecipient, now });

  const { decimals, price } = terms.offering;
  const said = [
    result.offering === null
      ? `The offering of asset ${result.asset}`
      : `Offering ${result.offering} of asset ${result.asset}`,
    `at ${formatAmount(price, decimals)} ${terms.offering.currency} a share runs until ${formatTime(result.closesAt)}.`,
  ].join(" ");
  return { data: result, text: `${describeSteps(result.steps, "Nothing to do: it is open.")}\n${said}` };
});

function assetFileOf({ asset, terms }: OpenArguments): string {
  if (!/^[0-9]+$/.test(asset)) return asset;
  if (terms !== "") return terms;
  throw badInput("an id alone does not say at which terms to offer", {
    todo: "name the asset file, or add --terms <asset file>",
  });
}

async function requireSameAsset(suite: Suite, { asset }: OpenArguments, { anchorId }: AssetTerms): Promise<void> {
  if (!/^[0-9]+$/.test(asset)) return;
  const id = await findBoundId(suite, anchorId);
  if (id !== BigInt(asset))
    throw badInput(`the terms are of ${id === undefined ? "no listed asset" : `asset ${id}`}, not of asset ${asset}`);
}

function termsOf(id: bigint, { offering }: AssetTerms, { currency, treasury, feeRecipient, now }: OfferingChoices) {
  if (currency.decimals !== offering.decimals) {
    throw badInput(`the file counts with ${offering.decimals} decimals, the currency has ${currency.decimals}`, {
      where: "offering.decimals",
      notDone: "nothing was sent",
    });
  }

  return {
    id,
    currency: currency.address,
    kind: FIRST_COME,
    softCap: offering.softCap,
    hardCap: offering.hardCap,
    // A ticket of money is at least that much money: shares are rounded up.
    minTicket: (offering.minTicket + offering.price - 1n) / offering.price,
    maxPerInvestor: 0n,
    opensAt: now,
    closesAt: now + offering.openSeconds,
    cancelUntil: 0n,
    feeBps: offering.commissionBps,
    commissionBps: 0n,
    feeRecipient,
    treasury,
    retained: 0n,
    retainedBy: ZeroAddress,
    lockUp: { from: 0n, cliff: 0n, until: 0n },
  };
}
