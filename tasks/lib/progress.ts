import type { Terminal } from "./terminal.ts";
import { style } from "./terminal.ts";

/** Tells how far a long step has come. */
export interface Progress {
  /** `done` of `total` units are through. */
  update(done: number, total: number): void;
}

const TTY_EVERY_MS = 100;
const LOG_EVERY_MS = 5_000;

/**
 * Announces the steps of a long action on stderr, one line each, and keeps a long step's line alive with what is done and an
 * estimate of what is left. On a terminal the line is rewritten; in a log there is a line every five seconds.
 */
export class StepReporter {
  readonly #terminal: Terminal;
  readonly #isTerminal: boolean;
  readonly #total: number;
  readonly #startedAt = performance.now();
  #step = 0;

  constructor(terminal: Terminal, total: number, isTerminal: boolean = process.stderr.isTTY === true) {
    this.#terminal = terminal;
    this.#total = total;
    this.#isTerminal = isTerminal;
  }

  /** Runs one step and says what came of it: `work` returns its result and a sentence. */
  async run<T>(title: string, work: (progress: Progress) => Promise<readonly [T, string]>): Promise<T> {
    this.#step += 1;
    const label = `${style("dim", `[${this.#step}/${this.#total}]`)} ${title}`;
    const started = performance.now();
    this.#write(this.#isTerminal ? `${label} ...` : `${label} ...\n`);

    const [result, outcome] = await work(this.#progress(label, started));

    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    this.#write(`${this.#isTerminal ? CLEAR_LINE : ""}${label}: ${outcome} ${style("dim", `(${seconds} s)`)}\n`);
    return result;
  }

  /** Seconds since the reporter was made. */
  get elapsedSeconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  #progress(label: string, started: number): Progress {
    let last = started;
    return {
      update: (done, total) => {
        const now = performance.now();
        if (now - last < (this.#isTerminal ? TTY_EVERY_MS : LOG_EVERY_MS)) return;
        last = now;
        const left =
          done === 0 ? "" : `, about ${Math.ceil((((now - started) / done) * (total - done)) / 1000)} s left`;
        const line = `${label}: ${done} of ${total}${left}`;
        this.#write(this.#isTerminal ? `${CLEAR_LINE}${line}` : `${line}\n`);
      },
    };
  }

  #write(text: string): void {
    this.#terminal.stderr.write(text);
  }
}

const CLEAR_LINE = "\r\u001b[K";
