import { badInput } from "../errors.ts";

/** One number of a rule's parameters, and how many bytes it takes. */
export type Field = readonly [value: bigint, bytes: number];

/** Numbers one after another, high bytes first, as rules read their parameters. */
export function pack(fields: readonly Field[]): string {
  const hex = fields.map(([value, bytes]) => {
    if (value < 0n || value >= 1n << BigInt(8 * bytes)) {
      throw badInput(`${value} does not fit the ${bytes} bytes that the rule has for it`);
    }
    return value.toString(16).padStart(2 * bytes, "0");
  });
  return `0x${hex.join("")}`;
}

/** The numbers of parameters that have exactly these sizes. */
export function unpack(parameters: string, sizes: readonly number[]): bigint[] {
  const bytes = Buffer.from(parameters.slice(2), "hex");
  const length = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes.length !== length)
    throw badInput(`${parameters} are not parameters of this rule`, { why: `it takes ${length} bytes` });

  let place = 0;
  return sizes.map((size) => {
    const field = bytes.subarray(place, place + size);
    place += size;
    return BigInt(`0x${field.toString("hex") || "0"}`);
  });
}
