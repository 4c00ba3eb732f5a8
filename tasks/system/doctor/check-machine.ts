import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { cryptoKind } from "../../../executor/index.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

const PROJECT = new URL("../../../", import.meta.url);
const OLDEST_NODE = [20, 19] as const;
/** Where Linux distributions and their packages put a Chromium. */
const CHROMIUMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];

const packageSchema = z.object({ optionalDependencies: z.record(z.string(), z.string()) });

/** What this machine brings: Node, cryptography, and what some tests need. */
export async function checkMachine(version = process.version, crypto = cryptoKind()): Promise<Finding[]> {
  return [checkNode(version, await readPinnedNode()), checkCrypto(crypto), checkAnvil(), checkChromium()];
}

function checkNode(version: string, pinned: string | undefined): Finding {
  const [major = 0, minor = 0] = version.slice(1).split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    const todo = "start commands by npm or npx, which use the Node that the lockfile pins";
    return problem("Node", `${version} is older than ${OLDEST_NODE.join(".")}`, todo);
  }
  if (version === `v${pinned}`) return ok("Node", `${version}, as pinned`);

  const todo = "run `npm ci`, and start commands by npm or npx";
  return warning("Node", `${version}; tests ran on v${pinned ?? "?"}, which the lockfile pins`, todo);
}

function checkCrypto(kind: ReturnType<typeof cryptoKind>): Finding {
  if (kind === "native") return ok("Cryptography", "native secp256k1");
  return warning(
    "Cryptography",
    "JavaScript secp256k1, many times slower than the native one",
    "batches stay right but take long; use a platform for which the secp256k1 package brings a binary",
  );
}

function checkAnvil(): Finding {
  const present = existsSync(new URL("node_modules/.bin/anvil", PROJECT));
  return ok("Anvil", present ? "present" : "not present; tests on the second chain say so and do not run");
}

function checkChromium(): Finding {
  const found = CHROMIUMS.find((path) => existsSync(path));
  return ok("Chromium", found ?? "not found; tests in a browser say so and do not run");
}

/** The Node of the lockfile; every platform has the same one. */
async function readPinnedNode(): Promise<string | undefined> {
  const text = await readFile(fileURLToPath(new URL("package.json", PROJECT)), "utf8");
  const { optionalDependencies } = packageSchema.parse(JSON.parse(text));
  return Object.entries(optionalDependencies).find(([name]) => /^node-(bin-)?(linux|darwin|win)/.test(name))?.[1];
}
