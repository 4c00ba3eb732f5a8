import type { ExitCode, Problem } from "../../sdk/errors.ts";

/** What an action has to say when it is through. */
export interface Outcome {
  /** For programs: printed as `data` by `--json`. */
  readonly data: unknown;
  /** For people. */
  readonly text: string;
  /** Only if it is not 0; then `error` says why. */
  readonly exitCode?: ExitCode;
  readonly error?: Problem;
}
