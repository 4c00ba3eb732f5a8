import { iso31661 } from "iso-3166";
import { badInput } from "./errors.ts";

const byCode = new Map(
  iso31661.flatMap((entry) => [entry.alpha2, entry.alpha3, entry.numeric].map((code) => [code, entry])),
);

/** The ISO 3166-1 number that contracts use, from an assigned alpha-2, alpha-3 or numeric code: "US", "USA" and "840" are 840. */
export function parseCountry(text: string): number {
  const entry = byCode.get(/^[0-9]{1,3}$/.test(text) ? text.padStart(3, "0") : text.toUpperCase());
  if (entry === undefined) {
    throw badInput(`"${text}" is not a country of ISO 3166-1`, { todo: 'write it like "US" or "840"' });
  }

  return Number(entry.numeric);
}

/** "United States of America (840)", or only the number where ISO has none. */
export function countryName(numeric: number): string {
  const entry = byCode.get(String(numeric).padStart(3, "0"));
  return entry === undefined ? String(numeric) : `${entry.name} (${numeric})`;
}

/** "US", or only the number where ISO has none. */
export function countryCode(numeric: number): string {
  return byCode.get(String(numeric).padStart(3, "0"))?.alpha2 ?? String(numeric);
}
