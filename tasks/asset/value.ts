import { resolve } from "node:path";
import { ZeroHash } from "ethers";
import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { hashDocument } from "../../sdk/document.ts";
import { badInput } from "../../sdk/errors.ts";
import {
  formatDecimal,
  NAV_BASES,
  NO_CORRECTION,
  navBasisName,
  navCurrencyId,
  navCurrencyName,
} from "../../sdk/nav.ts";
import { formatTime } from "../../sdk/time.ts";
import { parseWhole } from "../../sdk/units.ts";
import {
  readValuationFile,
  type ValuationFile,
  type ValuationSnapshot,
  type ValuationTerms,
} from "../../sdk/valuation-file.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";
import { table } from "../lib/table.ts";
import { confirmValue, invalidateValue } from "./judge-value.ts";

interface ValueArguments extends WritingArguments {
  readonly id: bigint;
  readonly file: string;
  readonly correct: boolean;
  readonly provider: string;
  readonly token: string;
  readonly confirm: string;
  readonly invalidate: string;
  readonly reason: string;
}

const DAY = 86_400;

/** Sets what the file's terms say and the chain does not yet. Needs the issuer's and compliance's roles. */
export async function setValuationTerms(
  suite: Suite,
  sender: Sender,
  id: bigint,
  { currency: code, of, terms }: Pick<ValuationFile, "currency" | "of" | "terms">,
): Promise<StepReport[]> {
  if (terms === undefined) return [];
  const { navOracle, shareToken } = suite;
  const [subject, currency, basis] = [await shareToken.anchorIdOf(id), navCurrencyId(code), NAV_BASES[of]];
  const configured = await navOracle.streamNAVBasis(subject, currency);
  if (configured !== ZeroHash && configured !== basis) {
    throw badInput(`asset ${id} is valued in ${code} ${navBasisName(configured) ?? configured} already`, {
      todo: "a stream's basis never changes; write it like that, or use another currency",
      notDone: "nothing was sent",
    });
  }

  const setBasis: Step = {
    title: `value asset ${id} in ${code}, ${of}`,
    transaction: () => navOracle.setNAVBasis.populateTransaction(subject, currency, basis),
  };
  return sender.run([
    ...(configured === basis ? [] : [setBasis]),
    ...(await limitsToSet(suite, id, subject, currency, terms)),
    ...(await appointments(suite, id, terms)),
  ]);
}

/** Publishes the values of a file that the sender has not published; with `correct`, corrects those that differ. */
export async function recordValues(
  { navOracle, shareToken }: Suite,
  sender: Sender,
  id: bigint,
  file: ValuationFile,
  correct: boolean,
): Promise<StepReport[]> {
  const subject = await shareToken.anchorIdOf(id);
  const currency = navCurrencyId(file.currency);
  const published = await currentValuesOf({ navOracle }, subject, currency, await sender.signer.getAddress());

  const steps = file.snapshots.flatMap((snapshot): Step[] => {
    const before = published.get(snapshot.valuedOn);
    if (before !== undefined && isSame(before, snapshot, file.methodologyHash)) return [];
    if (before !== undefined && !correct) throw isValuedAlready(id, snapshot, before);

    const { value, decimals } = snapshot.nav;
    const verb = before === undefined ? "publish" : `correct ${formatDecimal(before)} to`;
    return [
      {
        title: `${verb} ${formatDecimal(snapshot.nav)} ${file.currency} as of ${formatTime(snapshot.valuedOn)} (${snapshot.basis})`,
        transaction: () =>
          navOracle.publishNAV.populateTransaction(
            subject,
            currency,
            NAV_BASES[file.of],
            value,
            decimals,
            snapshot.valuedOn,
            file.methodologyHash,
            file.methodologyUri,
            before?.index ?? NO_CORRECTION,
          ),
      },
    ];
  });
  return sender.run(steps);
}

/** What an asset is worth, as far as anybody has said; null is "nobody has said", never zero. */
export async function inspectValuation({ navOracle, shareToken }: Suite, id: bigint, token?: string, code?: string) {
  const subject = await shareToken.anchorIdOf(id);
  const { currency: priced, required, bandBps, jumpBps } = await navOracle.priceTermsOf(id);
  const hasTerms = priced !== ZeroHash;
  const currency = code === undefined ? priced : navCurrencyId(code);
  const [price, instant, count, basis] = await Promise.all([
    navOracle.isPriceUsable(id),
    navOracle.latestPricedInstant(id),
    navOracle.snapshotCount(subject, currency),
    navOracle.streamNAVBasis(subject, currency),
  ]);
  const { nav } = await navOracle.navAt(id, instant);
  const band = token === undefined ? null : await navOracle.bandOf(id, token);
  const snapshots = await Promise.all(
    Array.from({ length: Number(count) }, async (_, index) => {
      const kept = await navOracle.getSnapshot(subject, currency, index);
      const invalid = await navOracle.isSnapshotInvalidated(subject, currency, index);
      return {
        index,
        nav: formatDecimal({ value: kept.nav, decimals: Number(kept.decimals) }),
        valuedAt: formatTime(kept.valuationTimestamp),
        publishedAt: formatTime(kept.publishedAt),
        provider: kept.provider,
        correctedBy: kept.correctedByIndex === 0n ? null : kept.correctedByIndex,
        invalid,
      };
    }),
  );

  return {
    id,
    currency: currency === ZeroHash ? null : navCurrencyName(currency),
    of: navBasisName(basis),
    terms: hasTerms ? { required, bandBps, jumpBps } : null,
    usable: price.usable,
    code: price.code,
    reason: price.reason,
    nav: instant === 0n ? null : formatDecimal({ value: nav, decimals: 18 }).replace(/\.?0+$/, ""),
    valuedAt: instant === 0n ? null : formatTime(instant),
    band: band === null ? null : { low: band.low, high: band.high, code: band.code, reason: band.reason },
    snapshots,
  };
}

export default runAction<ValueArguments>("asset.value", async (context, args) => {
  const file = args.file === "" ? undefined : await readValuationFile(args.file);
  requireSameAsset(args.id, file?.asset);
  const token = args.token === "" ? undefined : parseAddress(args.token, "token");
  const provider = args.provider === "" ? undefined : parseAddress(args.provider, "provider");
  requireOneWish(args);
  const { suite } = await context.suite();

  const judged = args.confirm !== "" || args.invalidate !== "";
  const steps = judged
    ? await judge(suite, await context.sender(), args)
    : file === undefined
      ? []
      : await carryOut(suite, await context.sender(), args, file, provider, token);
  const valuation = await inspectValuation(suite, args.id, token, file?.currency);
  const said = file === undefined && !judged ? "" : `${describeSteps(steps)}\n`;
  return { data: { ...valuation, steps }, text: `${said}${describeValuation(valuation)}` };
});

/** A file may name its asset; then it is for that one only. */
export function requireSameAsset(id: bigint, named: bigint | undefined): void {
  if (named === undefined || named === id) return;
  throw badInput(`the file is about asset ${named}, not about ${id}`, { notDone: "nothing was sent" });
}

function requireOneWish({ file, confirm, invalidate, reason }: ValueArguments): void {
  if ([file, confirm, invalidate].filter((each) => each !== "").length > 1) {
    throw badInput("a value is published, confirmed or invalidated, one at a time", { notDone: "nothing was sent" });
  }
  if ((invalidate === "") === (reason === "")) return;
  throw badInput("an invalidation names its reason, and a reason an invalidation", {
    todo: "name --invalidate <number of the value> and --reason <document>",
    notDone: "nothing was sent",
  });
}

async function judge(suite: Suite, sender: Sender, { id, confirm, invalidate, reason }: ValueArguments) {
  if (confirm !== "") return confirmValue(suite, sender, id, confirm);
  const index = parseWhole(invalidate, "--invalidate");
  return invalidateValue(suite, sender, id, index, await hashDocument({ file: resolve(reason) }, reason));
}

async function carryOut(
  suite: Suite,
  sender: Sender,
  { id, correct }: ValueArguments,
  file: ValuationFile,
  provider: string | undefined,
  token: string | undefined,
): Promise<StepReport[]> {
  const terms = file.terms && {
    ...file.terms,
    providers: provider === undefined ? file.terms.providers : [...file.terms.providers, provider],
    tokens: token === undefined ? file.terms.tokens : [...file.terms.tokens, token],
  };
  const set = await setValuationTerms(suite, sender, id, { ...file, terms });
  // What is to be published cannot be simulated before there is somebody who may.
  if (sender.dryRun && set.length > 0) return set;
  return [...set, ...(await recordValues(suite, sender, id, file, correct))];
}

async function limitsToSet(
  { navOracle }: Suite,
  id: bigint,
  subject: string,
  currency: string,
  terms: ValuationTerms,
): Promise<Step[]> {
  const [heartbeat, maxAge, quorum, deviation, present] = await Promise.all([
    navOracle.heartbeat(subject, currency),
    navOracle.maxValuationAge(subject, currency),
    navOracle.quorum(subject, currency),
    navOracle.deviationThreshold(subject, currency),
    navOracle.priceTermsOf(id),
  ]);
  const [heartbeatSeconds, ageSeconds] = [BigInt(terms.heartbeatDays * DAY), BigInt(terms.maxAgeDays * DAY)];
  const { required, bandBps, jumpBps } = terms;
  const isPriced =
    present.currency === currency &&
    present.required === required &&
    present.bandBps === BigInt(bandBps) &&
    present.jumpBps === BigInt(jumpBps);

  const ages: Step = {
    title: `let a value count ${terms.heartbeatDays} days after publication and ${terms.maxAgeDays} after its instant`,
    transaction: () =>
      navOracle.setStalenessConfig.populateTransaction(subject, currency, heartbeatSeconds, ageSeconds),
  };
  const aggregation: Step = {
    title: `ask for ${terms.quorum} provider${terms.quorum === 1 ? "" : "s"} at most ${terms.deviationBps} bps apart`,
    transaction: () =>
      navOracle.setAggregationConfig.populateTransaction(subject, currency, terms.quorum, terms.deviationBps),
  };
  const price: Step = {
    title: `${required ? "demand" : "do not demand"} a price, band ${bandBps} bps, jumps up to ${jumpBps} bps`,
    transaction: () => navOracle.setPriceTerms.populateTransaction(id, { currency, required, bandBps, jumpBps }),
  };
  return [
    ...(heartbeat === heartbeatSeconds && maxAge === ageSeconds ? [] : [ages]),
    ...(quorum === BigInt(terms.quorum) && deviation === BigInt(terms.deviationBps) ? [] : [aggregation]),
    ...(isPriced ? [] : [price]),
  ];
}

async function appointments({ navOracle }: Suite, id: bigint, { providers, tokens }: ValuationTerms): Promise<Step[]> {
  const missing = await Promise.all(
    providers.map(async (provider): Promise<Step[]> => {
      const transaction = () => navOracle.setProvider.populateTransaction(id, provider, true);
      const isAppointed = await navOracle.isProvider(id, provider);
      return isAppointed ? [] : [{ title: `appoint ${provider} to value asset ${id}`, transaction }];
    }),
  );
  const unknown = await Promise.all(
    tokens.map(async (token): Promise<Step[]> => {
      const transaction = () => navOracle.setPriceToken.populateTransaction(id, token, true);
      const { accepted } = await navOracle.priceTokenOf(id, token);
      return accepted ? [] : [{ title: `count ${token} as the currency of asset ${id}'s value`, transaction }];
    }),
  );
  return [...missing.flat(), ...unknown.flat()];
}

interface PublishedValue {
  readonly index: bigint;
  readonly value: bigint;
  readonly decimals: number;
  readonly methodologyHash: string;
}

/** A provider's present values by their instants. */
async function currentValuesOf(
  { navOracle }: Pick<Suite, "navOracle">,
  subject: string,
  currency: string,
  provider: string,
): Promise<Map<bigint, PublishedValue>> {
  const count = Number(await navOracle.providerSnapshotCount(subject, currency, provider));
  const entries = await Promise.all(
    Array.from({ length: count }, async (_, ordinal) => {
      const index = await navOracle.providerSnapshotAt(subject, currency, provider, ordinal);
      const isCurrent = await navOracle.isSnapshotCurrent(subject, currency, index);
      const { nav, decimals, methodologyHash, valuationTimestamp } = await navOracle.getSnapshot(
        subject,
        currency,
        index,
      );
      const kept = { index, value: nav, decimals: Number(decimals), methodologyHash };
      return isCurrent ? [[valuationTimestamp, kept] as const] : [];
    }),
  );
  return new Map(entries.flat());
}

function isSame(before: PublishedValue, { nav }: ValuationSnapshot, methodologyHash: string): boolean {
  return before.value === nav.value && before.decimals === nav.decimals && before.methodologyHash === methodologyHash;
}

function isValuedAlready(id: bigint, { valuedOn, nav }: ValuationSnapshot, before: PublishedValue) {
  return badInput(`asset ${id} is valued as of ${formatTime(valuedOn)} already`, {
    why: `the chain says ${formatDecimal(before)}, the file ${formatDecimal(nav)}, or by another methodology`,
    todo: "add --correct to correct it, for good; the old value stays on record",
    notDone: "nothing was sent",
  });
}

function describeValuation(valuation: Awaited<ReturnType<typeof inspectValuation>>): string {
  const { id, currency, of, terms, nav, valuedAt, band, reason, snapshots } = valuation;
  const limits =
    terms === null
      ? "nobody has set them"
      : `${terms.required ? "price demanded" : "no price demanded"}, band ${terms.bandBps} bps, jumps up to ${terms.jumpBps} bps`;
  const rows = [
    ["Valued in", currency === null ? "not known" : `${currency}, ${of ?? "basis not set"}`],
    ["Terms", limits],
    ["Value", nav === null ? "not known" : `${nav} as of ${valuedAt}`],
    ["Price", reason],
    ...(band === null
      ? []
      : [["Band", band.code === 0n ? `${band.low} to ${band.high} base units per share` : band.reason]]),
  ];
  const history = snapshots.map(({ index, nav: value, valuedAt: at, provider, correctedBy, invalid }) => [
    `${index}`,
    value,
    at,
    provider,
    invalid ? "invalid" : correctedBy === null ? "counts" : `corrected by ${correctedBy}`,
  ]);
  const values = history.length === 0 ? "" : `\n${table(["#", "Value", "As of", "Provider", "State"], history)}`;
  return `${table(["Asset", String(id)], rows)}${values}`;
}
