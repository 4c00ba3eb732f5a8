import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { INDICATORS, impactUnitId, impactUnitName, indicatorName } from "../../sdk/impact.ts";
import { type ImpactFile, type Measure, readImpactFile } from "../../sdk/impact-file.ts";
import { formatDecimal, NO_CORRECTION } from "../../sdk/nav.ts";
import { formatTime } from "../../sdk/time.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";
import { table } from "../lib/table.ts";
import { requireSameAsset } from "./value.ts";

interface ImpactArguments extends WritingArguments {
  readonly id: bigint;
  readonly file: string;
  readonly correct: boolean;
  readonly reporter: string;
  readonly holder: string;
  readonly record: string;
}

/** Records the measurements of a file that are not there; with `correct`, corrects those that differ. `reporter` is appointed if need be. */
export async function recordImpact(
  { impactLog, shareToken }: Suite,
  sender: Sender,
  id: bigint,
  file: ImpactFile,
  { correct = false, reporter }: { correct?: boolean; reporter?: string | undefined } = {},
): Promise<StepReport[]> {
  const subject = await shareToken.anchorIdOf(id);
  const present = await presentMeasures({ impactLog }, subject);
  const isMissing = reporter !== undefined && !(await impactLog.isReporter(id, reporter));
  const appoint: Step = {
    title: `appoint ${reporter} to report about asset ${id}`,
    transaction: () => impactLog.setReporter.populateTransaction(id, reporter ?? "", true),
  };

  const steps = file.indicators.flatMap((measure): Step[] => {
    const before = present.find(
      ({ indicator, from, until }) =>
        indicator === INDICATORS[measure.indicator] && from === file.from && until === file.until,
    );
    if (before !== undefined && isSame(before, measure, file.methodologyHash)) return [];
    if (before !== undefined && !correct) throw isMeasuredAlready(id, measure, before);

    const { value, decimals } = measure.value;
    const verb = before === undefined ? "record" : `correct ${formatDecimal(before)} to`;
    return [
      {
        title: `${verb} ${formatDecimal(measure.value)} ${measure.unit} ${measure.indicator} (${measure.basis})`,
        needsEarlier: isMissing,
        transaction: () =>
          impactLog.recordSnapshot.populateTransaction(
            subject,
            INDICATORS[measure.indicator],
            value,
            decimals,
            impactUnitId(measure.unit),
            file.from,
            file.until,
            file.methodologyHash,
            file.methodologyUri,
            before?.index ?? NO_CORRECTION,
          ),
      },
    ];
  });
  return sender.run([...(isMissing ? [appoint] : []), ...steps]);
}

/** An asset's present measurements, and a holder's part of each by what he held at a record. */
export async function inspectImpact(
  { impactLog, shareToken }: Suite,
  id: bigint,
  at?: { readonly holder: string; readonly record: bigint },
) {
  const subject = await shareToken.anchorIdOf(id);
  const present = await presentMeasures({ impactLog }, subject);
  return Promise.all(
    present.map(async ({ index, indicator, value, decimals, unit, from, until, reportedBy, attestations }) => ({
      index,
      indicator: indicatorName(indicator),
      value: formatDecimal({ value, decimals }),
      unit: impactUnitName(unit),
      from: formatTime(from),
      until: formatTime(until),
      reportedBy,
      attestations,
      share: at === undefined ? null : await shareOf(impactLog, id, indicator, from, until, at),
    })),
  );
}

export default runAction<ImpactArguments>("asset.impact", async (context, args) => {
  const { id, correct } = args;
  const file = args.file === "" ? undefined : await readImpactFile(args.file);
  requireSameAsset(id, file?.asset);
  const reporter = args.reporter === "" ? undefined : parseAddress(args.reporter, "reporter");
  const at = parseHolder(args);
  const { suite } = await context.suite();

  const steps =
    file === undefined ? [] : await recordImpact(suite, await context.sender(), id, file, { correct, reporter });
  const measures = await inspectImpact(suite, id, at);
  const said = file === undefined ? "" : `${describeSteps(steps)}\n`;
  return { data: { id, measures, steps }, text: `${said}${describeImpact(id, measures)}` };
});

function parseHolder({ holder, record }: ImpactArguments) {
  if (holder === "" && record === "") return undefined;
  if (holder === "" || !/^[0-9]{1,9}$/.test(record)) {
    throw badInput("a share of the footprint needs a holder and the number of a record", {
      todo: "name --holder and --record",
    });
  }
  return { holder: parseAddress(holder, "holder"), record: BigInt(record) };
}

interface PresentMeasure {
  readonly index: bigint;
  readonly indicator: string;
  readonly value: bigint;
  readonly decimals: number;
  readonly unit: string;
  readonly from: bigint;
  readonly until: bigint;
  readonly methodologyHash: string;
  readonly reportedBy: string;
  readonly attestations: bigint;
}

/** What stands now: measurements that nothing corrects, in the order in which they were recorded. */
async function presentMeasures({ impactLog }: Pick<Suite, "impactLog">, subject: string): Promise<PresentMeasure[]> {
  const count = Number(await impactLog.snapshotCount(subject));
  const all = await Promise.all(
    Array.from({ length: count }, async (_, index): Promise<PresentMeasure[]> => {
      const kept = await impactLog.getSnapshot(subject, index);
      if (kept.correctedByIndex !== 0n) return [];
      return [
        {
          index: BigInt(index),
          indicator: kept.indicatorId,
          value: kept.value,
          decimals: Number(kept.decimals),
          unit: kept.unit,
          from: kept.periodStart,
          until: kept.periodEnd,
          methodologyHash: kept.methodologyHash,
          reportedBy: kept.reportedBy,
          attestations: await impactLog.attestationCount(subject, index),
        },
      ];
    }),
  );
  return all.flat();
}

async function shareOf(
  impactLog: Suite["impactLog"],
  id: bigint,
  indicator: string,
  from: bigint,
  until: bigint,
  { holder, record }: { readonly holder: string; readonly record: bigint },
) {
  const share = await impactLog.footprintShare(id, indicator, from, until, holder, record);
  const { value, remainder, decimals, balance, supply } = share;
  return { value: formatDecimal({ value, decimals: Number(decimals) }), remainder, balance, supply };
}

function isSame(before: PresentMeasure, { value, unit }: Measure, methodologyHash: string): boolean {
  return (
    before.value === value.value &&
    before.decimals === value.decimals &&
    before.unit === impactUnitId(unit) &&
    before.methodologyHash === methodologyHash
  );
}

function isMeasuredAlready(id: bigint, measure: Measure, before: PresentMeasure) {
  return badInput(`${measure.indicator} of asset ${id} is recorded for this period already`, {
    why: `the chain says ${formatDecimal(before)} ${impactUnitName(before.unit)}, the file ${formatDecimal(measure.value)} ${measure.unit}, or by another methodology`,
    todo: "add --correct to correct it, for good; the old figure stays on record",
    notDone: "nothing was sent",
  });
}

function describeImpact(id: bigint, measures: Awaited<ReturnType<typeof inspectImpact>>): string {
  if (measures.length === 0) return `Nobody has measured what asset ${id} does to the world.`;
  const rows = measures.map(({ indicator, value, unit, from, until, attestations, share }) => [
    indicator,
    `${value} ${unit}`,
    `${from} to before ${until}`,
    `${attestations}`,
    share === null ? "" : `${share.value} ${unit} for ${share.balance} of ${share.supply} shares`,
  ]);
  return table([`Asset ${id}`, "Footprint", "Period", "Attested", "Holder's part"], rows);
}
