import { badInput } from "../errors.ts";

/** The countries of a CountryRule, as ISO 3166-1 numbers: those let in, or those kept out. */
export type CountrySet = { readonly allow: readonly number[] } | { readonly deny: readonly number[] };

const BYTES = 125;
const MOST = 999;

/** The bits that CountryRule reads: country n is bit n from the first byte's highest on. */
export function encodeCountries(set: CountrySet): string {
  const isAllowed = "allow" in set;
  const listed = isAllowed ? set.allow : set.deny;
  const outside = listed.find((country) => !Number.isInteger(country) || country < 1 || country > MOST);
  if (outside !== undefined) throw badInput(`${outside} is not the number of a country`, { todo: "use 1 to 999" });

  const bytes = new Uint8Array(BYTES).fill(isAllowed ? 0 : 0xff);
  if (!isAllowed) bytes[0] = 0x7f; // number 0 is no country
  for (const country of new Set(listed)) bytes[country >> 3] = (bytes[country >> 3] ?? 0) ^ (0x80 >> (country & 7));
  return `0x${Buffer.from(bytes).toString("hex")}`;
}

/** What the bits say; a deny list where more countries are let in than kept out. */
export function decodeCountries(parameters: string): CountrySet {
  const bytes = Buffer.from(parameters.slice(2), "hex");
  if (bytes.length !== BYTES)
    throw badInput(`${bytes.length} bytes are not the countries of a rule`, { why: `it takes ${BYTES}` });

  const all = Array.from({ length: MOST }, (_, place) => place + 1);
  const allow = all.filter((country) => ((bytes[country >> 3] ?? 0) & (0x80 >> (country & 7))) !== 0);
  return allow.length <= MOST / 2 ? { allow } : { deny: all.filter((country) => !allow.includes(country)) };
}
