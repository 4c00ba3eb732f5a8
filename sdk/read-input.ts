import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { parseJson } from "./addresses.ts";
import { badInput } from "./errors.ts";

/** Reads a JSON file strictly; all its mistakes are reported at once. `what` is "valuation" or the like. */
export async function readInput<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  what: string,
): Promise<z.output<Schema>> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw badInput(`the ${what} cannot be read`, { where: path, why: error.code ?? error.message });
  });
  const parsed = schema.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;

  const details = parsed.error.issues.map((issue) => `${issue.path.join(".") || "file"}: ${issue.message}`);
  throw badInput(`the ${what} file is wrong`, { where: path, details, notDone: "nothing was sent" });
}
