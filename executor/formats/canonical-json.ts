/** Plain data that has exactly one canonical text. */
export type Plain = string | bigint | number | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * JSON with sorted keys, no spaces, and every integer as a decimal string, so that equal data is equal bytes and no
 * reader can lose digits.
 */
export function canonicalJson(value: Plain): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint" || typeof value === "number") return `"${value}"`;
  if (isList(value)) return `[${value.map(canonicalJson).join(",")}]`;

  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(",")}}`;
}

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);
