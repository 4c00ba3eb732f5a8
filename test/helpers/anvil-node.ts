import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { answers } from "./local-node.ts";

const ANVIL = fileURLToPath(new URL("../../node_modules/.bin/anvil", import.meta.url));
const START_TIMEOUT_MS = 120_000;

/** Anvil is an optional package, made for some platforms only. */
export function hasAnvil(): boolean {
  return existsSync(ANVIL);
}

/** An anvil node in another process. Only that process is ended by `stop`. */
export class AnvilNode {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #states: string;

  private constructor(url: string, child: ChildProcess, states: string) {
    this.url = url;
    this.#child = child;
    this.#states = states;
  }

  /** With `state`, the node begins with what is in that file, if it is there, and writes it anew when it is stopped in order. */
  static async start(port: number, { state }: { readonly state?: string } = {}): Promise<AnvilNode> {
    // Past states take some gigabytes a run, which anvil would leave in the home folder.
    const states = await mkdtemp(join(tmpdir(), "moiety-anvil-"));
    const words = ["--host", "127.0.0.1", "--port", String(port), "--chain-id", "31337", "--hardfork", "osaka"];
    const kept = state === undefined ? [] : ["--state", state, "--preserve-historical-states"];
    const child = spawn(ANVIL, [...words, "--cache-path", states, "--silent", ...kept], { stdio: "ignore" });
    const url = `http://127.0.0.1:${port}`;
    const deadline = Date.now() + START_TIMEOUT_MS;

    while (!(await answers(url))) {
      if (Date.now() > deadline || child.exitCode !== null) {
        await new AnvilNode(url, child, states).stop();
        throw new Error(`anvil did not start on port ${port}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return new AnvilNode(url, child, states);
  }

  /** In order, or by a kill that leaves it no time to write anything. */
  async stop(how: "in order" | "killed" = "in order"): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const closed = once(this.#child, "close");
      this.#child.kill(how === "killed" ? "SIGKILL" : "SIGTERM");
      await closed;
    }
    await rm(this.#states, { recursive: true, force: true });
  }
}
