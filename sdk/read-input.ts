import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { parseJson } from "./addresses.ts";
import { badInput } from "./errors.ts";

/** Reads a JSON file by its schema; all its mistakes are reported at once. `name` is what the file is: "the mandate". */
export async function readInput<T>(path: string, schema: z.ZodType<T>, name: string): Promise<T> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw badInput(`${name} cannot be read`, { where: path, why: error.code ?? error.message });
  });
  const parsed = schema.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;

  const details = parsed.error.issues.map((issue) => `${issue.path.join(".") || "file"}: ${issue.message}`);
  throw badInput(`${name} is wrong`, { where: path, details, notDone: "nothing was signed or sent" });
}
