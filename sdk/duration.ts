import { badInput } from "./errors.ts";

const SECONDS = { second: 1, minute: 60, hour: 3_600, day: 86_400 } as const;
const UNITS = ["day", "hour", "minute", "second"] as const;
const DURATION = /^([1-9][0-9]*) (second|minute|hour|day)s?$/;

/** Longest duration that contracts hold in 32 bits, some 136 years. */
const LONGEST = 2 ** 32 - 1;

/** Reads a duration as seconds: "40 days", "1 hour". Months and years are refused, for they differ in length. */
export function parseDuration(text: string): number {
  const match = DURATION.exec(text);
  const unit = UNITS.find((each) => each === match?.[2]);
  if (match === null || unit === undefined) {
    throw badInput(`"${text}" is not a duration`, {
      todo: 'write it like "40 days", in days, hours, minutes or seconds',
    });
  }
  const seconds = Number(match[1]) * SECONDS[unit];
  if (seconds > LONGEST) throw badInput(`"${text}" is too long`, { todo: `use at most ${formatDuration(LONGEST)}` });

  return seconds;
}

/** Seconds in the largest unit that holds them exactly: 3,456,000 is "40 days". */
export function formatDuration(seconds: number): string {
  const unit = UNITS.find((each) => seconds % SECONDS[each] === 0) ?? "second";
  const count = seconds / SECONDS[unit];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
