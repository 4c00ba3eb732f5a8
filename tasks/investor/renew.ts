import type { Suite } from "../../sdk/connect.ts";
import { countryName, parseCountry } from "../../sdk/country.ts";
import { badInput } from "../../sdk/errors.ts";
import { classNames, parseClasses } from "../../sdk/investor-class.ts";
import { type FoundInvestor, findInvestor, holdingsOf, type LogPlace, walletsOf } from "../../sdk/investors.ts";
import { SETTABLE_FLAGS } from "../../sdk/party.ts";
import { formatTime, parseUntil } from "../../sdk/time.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { logPlace } from "../lib/log-place.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";
import { warnOfClaim } from "./suspend.ts";

interface RenewArguments extends WritingArguments {
  readonly investor: string;
  readonly until: string;
  readonly country: string;
  readonly class: string;
}

/** What is known anew of an investor; what is left out stays. */
export interface Renewal {
  readonly verifiedUntil?: bigint | undefined;
  readonly country?: number | undefined;
  readonly classes?: number | undefined;
}

export interface RenewResult {
  readonly investor: string;
  readonly number: number;
  /** Assets in which he is counted anew, as what he is now. */
  readonly refreshed: readonly bigint[];
  readonly steps: readonly StepReport[];
}

/** Bit of RuleTraits: the asset counts holders per country and class. */
const COUNTS_KINDS = 8n;

/**
 * Renews a verification, and changes country and classes. Where holders are counted per country and class, those counts follow in the
 * same run; a run that stopped before is made up for by running it again.
 */
export async function renewInvestor(
  suite: Suite,
  sender: Sender,
  found: FoundInvestor,
  renewal: Renewal,
  place: LogPlace,
  warn: (text: string) => void,
): Promise<RenewResult> {
  const { id, party } = found;
  const { investorRegistry, transferRules } = suite;
  const { verifiedUntil = party.verifiedUntil, country = party.country, classes = party.classes } = renewal;
  const steps: Step[] = [];

  if (verifiedUntil !== party.verifiedUntil) {
    await warnOfClaim(suite, id, warn);
    steps.push({
      title: `verify investor ${party.number} until ${formatTime(verifiedUntil)}`,
      transaction: () =>
        investorRegistry.setStanding.populateTransaction(id, party.flags & SETTABLE_FLAGS, verifiedUntil),
    });
  }
  const isOther = country !== party.country || classes !== party.classes;
  if (isOther) {
    steps.push({
      title: `make investor ${party.number} one of ${countryName(country)}, ${classNames(classes)}`,
      transaction: () => investorRegistry.setKind.populateTransaction(id, country, classes),
    });
  }
  const isKindNamed = renewal.country !== undefined || renewal.classes !== undefined;
  const refreshed = isKindNamed ? await countedAssets(suite, found, place) : [];
  for (const asset of refreshed) {
    steps.push({
      title: `count investor ${party.number} as what he is in asset ${asset}`,
      transaction: () => transferRules.refreshKinds.populateTransaction(asset, [party.number]),
      needsEarlier: isOther,
    });
  }
  return { investor: id, number: party.number, refreshed, steps: await sender.run(steps) };
}

export default runAction<RenewArguments>("investor.renew", async (context, args) => {
  const renewal: Renewal = {
    verifiedUntil: args.until === "" ? undefined : parseUntil(args.until),
    country: args.country === "" ? undefined : parseCountry(args.country),
    classes: args.class === "" ? undefined : parseClasses(args.class),
  };
  if (Object.values(renewal).every((value) => value === undefined)) {
    throw badInput("nothing to renew is named", {
      todo: "add --until, --country or --class",
      notDone: "nothing was sent",
    });
  }
  const { suite } = await context.suite();
  const found = await findInvestor(suite, args.investor, () => context.investorSalt());
  const warn = (text: string) => context.warn(text);
  const result = await renewInvestor(suite, await context.sender(), found, renewal, await logPlace(context), warn);
  return { data: result, text: describeSteps(result.steps) };
});

/** The assets that he holds, with whichever wallet, and that count by country and class. */
async function countedAssets(suite: Suite, found: FoundInvestor, place: LogPlace): Promise<bigint[]> {
  const held = new Set<bigint>();
  for (const wallet of await walletsOf(suite, found, place)) {
    for (const { id, balance } of await holdingsOf(suite, wallet, place)) if (balance > 0n) held.add(id);
  }
  const ids = [...held].toSorted((one, other) => (one < other ? -1 : 1));
  const counts = await Promise.all(ids.map((id) => suite.transferRules.countsOf(id)));
  return ids.filter((_id, which) => ((counts[which] ?? 0n) & COUNTS_KINDS) !== 0n);
}
