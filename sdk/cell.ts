import { z } from "zod";
import { MoietyError } from "./errors.ts";

/** Makes a schema of a function that reads text and throws a `MoietyError` where it cannot. */
export function cell<T>(read: (text: string) => T): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof MoietyError)) throw error;
      const { what, todo } = error.problem;
      context.addIssue(todo === undefined ? what : `${what}; ${todo}`);
      return z.NEVER;
    }
  });
}
