/** Plain data that has exactly one canonical text. */
export type Plain = string | bigint | number | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * JSON with sorted keys, no spaces, and every integer as a decimal string, so that equal data is equal bytes and no
 * reader can lose digits.
 */
export function canonicalJson(value: Plain): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint" || typeof value === "number") return `"${value}"`;

  let text = "";
  if (isList(value)) {
    for (const item of value) text += `${text === "" ? "" : ","}${canonicalJson(item)}`;
    return `[${text}]`;
  }
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) throw new TypeError(`"${key}" has no value`);
    text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);
