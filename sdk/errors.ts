/** What a command says to the shell when it ends. Stable: scripts branch on it. */
export const ExitCode = {
  /** Done, or nothing left to do. */
  done: 0,
  /** Our fault or the node's. */
  internal: 1,
  /** Bad input; nothing was sent. */
  badInput: 2,
  /** The rules refuse it; nothing was sent. */
  refused: 3,
  /** Partly done; running the same command again goes on where it stopped. */
  partly: 4,
  /** Nobody confirmed it. */
  notConfirmed: 5,
  /** A check failed: a mismatch, a stale attestation, a threshold. */
  checkFailed: 6,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** A failure in the words of the person who has to deal with it. */
export interface Problem {
  readonly what: string;
  /** File, line and column, or the place in the input. */
  readonly where?: string | undefined;
  readonly why?: string | undefined;
  /** What to do about it. */
  readonly todo?: string | undefined;
  /** What was left undone because of it. */
  readonly notDone?: string | undefined;
  /** One line each, where there is more than one reason. */
  readonly details?: readonly string[] | undefined;
  readonly exitCode: ExitCode;
}

/** An expected failure. Whatever else is thrown is a bug or a broken connection and ends with exit code 1. */
export class MoietyError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.what, options);
    this.name = "MoietyError";
    this.problem = problem;
  }

  get exitCode(): ExitCode {
    return this.problem.exitCode;
  }
}

/** Bad input, of which nothing was sent. */
export function badInput(what: string, rest: Omit<Problem, "what" | "exitCode"> = {}): MoietyError {
  return new MoietyError({ what, ...rest, exitCode: ExitCode.badInput });
}
