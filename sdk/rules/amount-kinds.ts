import { z } from "zod";
import { cell } from "../cell.ts";
import { countryCode, countryName, parseCountry } from "../country.ts";
import { formatDuration, parseDuration } from "../duration.ts";
import { classNames, parseClasses } from "../investor-class.ts";
import { formatAmount, parseUnits, parseWhole } from "../units.ts";
import { pack, unpack } from "./packed.ts";
import { entryOf, ruleKind } from "./rule-kind.ts";

const MOST_HOLDERS = 2 ** 32 - 1;
const holders = z.int().positive().max(MOST_HOLDERS);
const shares = cell((text) => parseWhole(text, "shares")).refine(
  (count) => count > 0n && count < 1n << 64n,
  "has to be more than 0 and less than 2^64",
);
/** "9.8" are 980 basis points. */
const percent = cell((text) => Number(parseUnits(text, 2, "percent"))).refine(
  (bps) => bps > 0 && bps <= 10_000,
  "has to be more than 0 and at most 100",
);
const duration = cell(parseDuration);

const holderCount = ruleKind<number>({
  name: "holderCount",
  contract: "HolderCountRule",
  code: 32,
  schema: entryOf("holderCount", { atMost: holders }).transform(({ atMost }) => atMost),
  encode: (atMost) => pack([[BigInt(atMost), 4]]),
  decode: (parameters) => Number(unpack(parameters, [4])[0]),
  write: (atMost) => ({ atMost }),
  describe: (atMost) => `At most ${atMost} investors hold it.`,
});

const minimumHolders = ruleKind<number>({
  name: "minimumHolders",
  contract: "MinimumHoldersRule",
  code: 33,
  schema: entryOf("minimumHolders", { atLeast: holders }).transform(({ atLeast }) => atLeast),
  encode: (atLeast) => pack([[BigInt(atLeast), 4]]),
  decode: (parameters) => Number(unpack(parameters, [4])[0]),
  write: (atLeast) => ({ atLeast }),
  describe: (atLeast) => `Nobody leaves while ${atLeast} investors or fewer hold it.`,
});

interface Cap {
  readonly shares: bigint | undefined;
  readonly percent: number | undefined;
}

const balanceCap = ruleKind<Cap>({
  name: "balanceCap",
  contract: "BalanceCapRule",
  code: 34,
  schema: entryOf("balanceCap", { shares: shares.optional(), percent: percent.optional() })
    .refine((cap) => cap.shares !== undefined || cap.percent !== undefined, 'say "shares", "percent" or both')
    .transform((cap): Cap => ({ shares: cap.shares, percent: cap.percent })),
  encode: (cap) =>
    pack([
      [cap.shares ?? 0n, 8],
      [BigInt(cap.percent ?? 0), 2],
    ]),
  decode: (parameters) => {
    const [most = 0n, bps = 0n] = unpack(parameters, [8, 2]);
    return { shares: most === 0n ? undefined : most, percent: bps === 0n ? undefined : Number(bps) };
  },
  write: (cap) => ({
    ...(cap.shares === undefined ? {} : { shares: String(cap.shares) }),
    ...(cap.percent === undefined ? {} : { percent: percentOf(cap.percent) }),
  }),
  describe: (cap) => {
    const limits = [
      ...(cap.shares === undefined ? [] : [`${cap.shares} shares`]),
      ...(cap.percent === undefined ? [] : [`${percentOf(cap.percent)} % of all (not asked of issues)`]),
    ];
    return `An investor comes to hold at most ${limits.join(" and ")}.`;
  },
});

const minimumHolding = ruleKind<bigint>({
  name: "minimumHolding",
  contract: "MinimumHoldingRule",
  code: 35,
  schema: entryOf("minimumHolding", { shares }).transform((said) => said.shares),
  encode: (least) => pack([[least, 8]]),
  decode: (parameters) => unpack(parameters, [8])[0] ?? 0n,
  write: (least) => ({ shares: String(least) }),
  describe: (least) => `An investor holds nothing, or at least ${least} shares.`,
});

const lockUp = ruleKind<number>({
  name: "lockUp",
  contract: "LockUpRule",
  code: 36,
  schema: entryOf("lockUp", { for: duration }).transform((said) => said.for),
  encode: (seconds) => pack([[BigInt(seconds), 4]]),
  decode: (parameters) => Number(unpack(parameters, [4])[0]),
  write: (seconds) => ({ for: formatDuration(seconds) }),
  describe: (seconds) => `Shares are passed on or redeemed ${formatDuration(seconds)} after they were acquired.`,
});

interface Volume {
  readonly shares: bigint;
  readonly within: number;
}

const rollingVolume = ruleKind<Volume>({
  name: "rollingVolume",
  contract: "RollingVolumeRule",
  code: 37,
  grossOnly: true,
  schema: entryOf("rollingVolume", { shares, within: duration }),
  encode: (volume) =>
    pack([
      [volume.shares, 8],
      [BigInt(volume.within), 4],
    ]),
  decode: (parameters) => {
    const [most = 0n, within] = unpack(parameters, [8, 4]);
    return { shares: most, within: Number(within) };
  },
  write: (volume) => ({ shares: String(volume.shares), within: formatDuration(volume.within) }),
  describe: (volume) =>
    `An investor passes on at most ${volume.shares} shares within any ${formatDuration(volume.within)}.`,
});

/** Most holders by ISO number and by class bit. */
interface Quotas {
  readonly countries: readonly (readonly [country: number, most: number])[];
  readonly classes: readonly (readonly [classBit: number, most: number])[];
}

const quota = z.int().min(0).max(MOST_HOLDERS);

const holderQuota = ruleKind<Quotas>({
  name: "holderQuota",
  contract: "HolderQuotaRule",
  code: 46,
  grossOnly: true,
  schema: entryOf("holderQuota", {
    countries: z.record(cell(parseCountryText), quota).default({}),
    classes: z.record(cell(parseOneClassText), quota).default({}),
  })
    .refine(
      ({ countries, classes }) => Object.keys(countries).length + Object.keys(classes).length > 0,
      'say "countries", "classes" or both',
    )
    .transform(({ countries, classes }) => ({ countries: ascending(countries), classes: ascending(classes) })),
  encode: ({ countries, classes }) =>
    pack([
      ...countries.flatMap(([country, most]) => quotaFields(1, country, most)),
      ...classes.flatMap(([classBit, most]) => quotaFields(2, classBit, most)),
    ]),
  decode: (parameters) => {
    const count = Math.floor((parameters.length - 2) / 14);
    const fields = unpack(parameters, Array.from({ length: count }, () => [1, 2, 4]).flat()).map(Number);
    const quotas = Array.from({ length: count }, (_, place) => fields.slice(3 * place, 3 * place + 3));
    const ofKind = (kind: number) =>
      quotas.filter((each) => each[0] === kind).map(([, key = 0, most = 0]) => [key, most] as const);
    return { countries: ofKind(1), classes: ofKind(2) };
  },
  write: ({ countries, classes }) => ({
    ...(countries.length === 0 ? {} : { countries: named(countries, countryCode) }),
    ...(classes.length === 0 ? {} : { classes: named(classes, classNames) }),
  }),
  describe: ({ countries, classes }) => {
    const limits = [
      ...countries.map(([country, most]) => `${most} of ${countryName(country)}`),
      ...classes.map(([classBit, most]) => `${most} ${classNames(classBit)}`),
    ];
    return `Of its holders, at most ${limits.join(", ")}.`;
  },
});

/** How much an investor may hold or send, and how many investors there may be. */
export const AMOUNT_KINDS = [
  holderCount,
  minimumHolders,
  balanceCap,
  minimumHolding,
  lockUp,
  rollingVolume,
  holderQuota,
] as const;

const percentOf = (bps: number): string => formatAmount(BigInt(bps), 2, 0);

/** Keys of records are texts. */
function parseCountryText(text: string): string {
  return String(parseCountry(text));
}

function parseOneClassText(text: string): string {
  return String(parseClasses(text));
}

function ascending(quotas: Readonly<Record<string, number>>) {
  return Object.entries(quotas)
    .map(([key, most]) => [Number(key), most] as const)
    .toSorted(([one], [other]) => one - other);
}

function quotaFields(kind: number, key: number, most: number) {
  return [
    [BigInt(kind), 1],
    [BigInt(key), 2],
    [BigInt(most), 4],
  ] as const;
}

function named(quotas: readonly (readonly [number, number])[], nameOf: (key: number) => string) {
  return Object.fromEntries(quotas.map(([key, most]) => [nameOf(key), most]));
}
