/** JSON with whole numbers of any size written as decimal strings. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? each.toString() : each), 2);
}
