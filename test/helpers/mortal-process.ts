import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const RUNNER = fileURLToPath(new URL("mortal-runner.ts", import.meta.url));

/** What a runner is to do. It goes to it as one line of JSON. */
export interface Order {
  readonly url: string;
  readonly addresses: Readonly<Record<string, string>>;
  readonly instance: string | null;
  readonly runsFolder: string;
  readonly batchSize: number;
  readonly work:
    | { readonly onboard: readonly { readonly reference: string; readonly address: string }[] }
    | { readonly claim: { readonly distribution: string; readonly holders: readonly string[] } }
    | { readonly plan: PlanOrder }
    | { readonly settle: { readonly text: string; readonly maxChunkInstructions: number } }
    | { readonly payList: { readonly distribution: string; readonly planFolder: string } };
}

/** A list that is to be worked out; record 0 of asset 1. */
export interface PlanOrder {
  readonly currency: string;
  readonly amount: string;
}

/** How it ended, by itself or by the kill, and how long after it was given its order. */
export interface End {
  readonly end: "done" | "killed";
  readonly tookMs: number;
}

/** A process that does what a task does, and can be killed at any moment. It is loaded beforehand, because loading takes longer than the work. */
export class MortalProcess {
  readonly #child: ChildProcess;
  #said = "";

  constructor() {
    this.#child = spawn(process.execPath, ["--import", "tsx", RUNNER], { cwd: PROJECT, stdio: "pipe" });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (text: Buffer) => {
        this.#said += text.toString();
      });
    }
  }

  /** Gives the order, and kills the process after `killAfterMs`, wherever it is then. */
  async carryOut(order: Order, killAfterMs: number): Promise<End> {
    const exited = once(this.#child, "close") as Promise<[code: number | null, signal: string | null]>;
    await this.#ready();
    const started = performance.now();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), killAfterMs);
    this.#child.stdin?.end(`${JSON.stringify(order)}\n`);
    const [code, signal] = await exited;
    clearTimeout(timer);

    const tookMs = performance.now() - started;
    if (signal === "SIGKILL") return { end: "killed", tookMs };
    if (code !== 0) throw new Error(`the process failed: ${this.#said}`);
    return { end: "done", tookMs };
  }

  /** For one that was loaded and is not needed. */
  dismiss(): void {
    this.#child.kill("SIGKILL");
  }

  async #ready(): Promise<void> {
    while (!this.#said.includes("ready")) {
      if (this.#child.exitCode !== null) throw new Error(`the process did not start: ${this.#said}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
