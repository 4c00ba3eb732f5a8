import { badInput } from "./errors.ts";

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?Z$/;

/**
 * Reads the last second in which something holds, as Unix time. A date means the end of that day in UTC, because "valid
 * until the 31st" includes the 31st. Times without a zone are refused: they mean something else on another machine.
 */
export function parseUntil(text: string): bigint {
  if (DATE.test(text)) return secondsOf(`${text}T23:59:59Z`, text);
  return parseInstant(text);
}

/** Reads an instant as Unix time: "2027-01-31T12:00:00Z", a date (its first second in UTC), or seconds since 1970. */
export function parseInstant(text: string): bigint {
  if (/^[0-9]{1,11}$/.test(text)) return BigInt(text);
  if (DATE.test(text)) return secondsOf(`${text}T00:00:00Z`, text);
  if (INSTANT.test(text)) return secondsOf(text, text);
  throw badInput(`"${text}" is not a time`, { todo: 'write it like "2027-01-31" or "2027-01-31T12:00:00Z"' });
}

export function formatTime(seconds: bigint): string {
  return new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z");
}

function secondsOf(iso: string, text: string): bigint {
  const date = new Date(iso);
  // `Date` turns 31 April into 1 May; a date that does not come back unchanged does not exist.
  if (Number.isNaN(date.getTime()) || !date.toISOString().startsWith(iso.slice(0, 10))) {
    throw badInput(`"${text}" is not a day of the calendar`);
  }

  return BigInt(date.getTime() / 1000);
}
