import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { answers } from "./local-node.ts";

const ANVIL = fileURLToPath(new URL("../../node_modules/.bin/anvil", import.meta.url));
const START_TIMEOUT_MS = 120_000;
/** States of past blocks that are kept, in memory; without a limit anvil puts some gigabytes a run in the home folder, and leaves them. */
const PAST_STATES = 500;

/** Anvil is an optional package, made for some platforms only. */
export function hasAnvil(): boolean {
  return existsSync(ANVIL);
}

/** An anvil node in another process. Only that process is ended by `stop`. */
export class AnvilNode {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  static async start(port: number): Promise<AnvilNode> {
    const words = ["--host", "127.0.0.1", "--port", String(port), "--chain-id", "31337", "--hardfork", "osaka"];
    const child = spawn(ANVIL, [...words, "--prune-history", String(PAST_STATES), "--silent"], { stdio: "ignore" });
    const url = `http://127.0.0.1:${port}`;
    const deadline = Date.now() + START_TIMEOUT_MS;

    while (!(await answers(url))) {
      if (Date.now() > deadline || child.exitCode !== null) {
        child.kill();
        throw new Error(`anvil did not start on port ${port}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return new AnvilNode(url, child);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, "close");
    this.#child.kill();
    await closed;
  }
}
