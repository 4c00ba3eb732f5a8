import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const HARDHAT = fileURLToPath(new URL("../../node_modules/hardhat/dist/src/cli.js", import.meta.url));
const START_TIMEOUT_MS = 120_000;

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `hardhat <words>` as an operator would: in a process of its own, without a terminal. */
export async function runHardhat(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const child = spawnHardhat(words, env);
  const output = collect(child);
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode: exitCode ?? -1, ...output };
}

/** A Hardhat node in another process. Only that process is ended by `stop`. */
export class LocalNode {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  static async start(port: number, chainId = 31337): Promise<LocalNode> {
    const words = ["node", "--hostname", "127.0.0.1", "--port", String(port), "--chain-id", String(chainId)];
    const child = spawnHardhat(words, {});
    const output = collect(child);
    const url = `http://127.0.0.1:${port}`;
    const deadline = Date.now() + START_TIMEOUT_MS;

    while (!(await answers(url))) {
      if (Date.now() > deadline || child.exitCode !== null) {
        child.kill();
        throw new Error(`the node did not start: ${output.stdout}${output.stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return new LocalNode(url, child);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, "close");
    this.#child.kill();
    await closed;
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function spawnHardhat(words: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [HARDHAT, ...words], {
    cwd: PROJECT,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: "", stderr: "" };
  child.stdout?.on("data", (text: Buffer) => {
    output.stdout += text.toString();
  });
  child.stderr?.on("data", (text: Buffer) => {
    output.stderr += text.toString();
  });
  return output;
}

/** Whether a node listens there. */
export async function answers(url: string): Promise<boolean> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body }).catch(
    () => undefined,
  );
  return response?.ok === true;
}
