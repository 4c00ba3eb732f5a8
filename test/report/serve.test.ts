import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { serveReport } from "../../tasks/system/demo/serve-report.ts";
import { freePort, runHardhat } from "../helpers/local-node.ts";

const HARDHAT = join("node_modules", "hardhat", "dist", "src", "cli.js");
const SLOW_MS = 120_000;

describe("serving the report", () => {
  let out: string;
  before(async () => {
    out = await mkdtemp(join(tmpdir(), "moiety-serve-"));
  });
  after(() => rm(out, { recursive: true }));

  it("gives the page, and nothing else of the folder", async () => {
    await writeFile(join(out, "page.html"), "<!doctype html>");
    await writeFile(join(out, "secret.txt"), "secret");
    const { url, close } = await serveReport(join(out, "page.html"), 0);

    try {
      for (const path of ["", "report.html", "?x=1"]) {
        const answer = await fetch(`${url}${path}`);
        expect([answer.status, await answer.text()]).to.deep.equal([200, "<!doctype html>"]);
        expect(answer.headers.get("content-type")).to.equal("text/html; charset=utf-8");
      }
      const head = await fetch(url, { method: "HEAD" });
      expect([head.status, head.headers.get("content-length")]).to.deep.equal([200, "15"]);
      for (const path of ["secret.txt", "page.html", "../secret.txt", "%2e%2e/secret.txt"]) {
        expect((await fetch(`${url}${path}`)).status).to.equal(404);
      }
      expect((await fetch(url, { method: "POST", body: "x" })).status).to.equal(405);
    } finally {
      await close();
    }
  });

  it("keeps chain and page up until Ctrl-C, and then ends with 0", async () => {
    const [port, webPort] = [await freePort(), await freePort()];
    const child = demo(["--serve", "--port", `${port}`, "--web-port", `${webPort}`, "--trades", "20", "--out", out]);
    try {
      const said = await untilSaid(child, "Ctrl-C ends both");
      expect(said).to.include(`The report is at http://127.0.0.1:${webPort}/`);
      expect(said).to.include(`The chain is up at http://127.0.0.1:${port}.`);

      const page = await (await fetch(`http://127.0.0.1:${webPort}/`)).text();
      expect(page).to.equal(await readFile(join(out, "report.html"), "utf8"));
      const request = { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] };
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`http://127.0.0.1:${port}`, {
        method: "POST",
        headers,
        body: JSON.stringify(request),
      });
      expect(await answer.json()).to.include({ result: "0x7a69" });
    } finally {
      child.kill("SIGINT");
    }
    const [exitCode] = await once(child, "close");
    expect(exitCode).to.equal(0);
  }).timeout(SLOW_MS);

  it("says in one sentence which port is busy, and ends with 2 before it starts anything", async () => {
    const busy = createServer().listen(0, "127.0.0.1");
    await once(busy, "listening");
    const [taken, free] = [portOf(busy), await freePort()];

    for (const [option, ports] of [
      ["--port", ["--port", `${taken}`, "--web-port", `${free}`]],
      ["--web-port", ["--port", `${free}`, "--web-port", `${taken}`]],
    ] as const) {
      const { exitCode, stdout, stderr } = await runHardhat(["system", "demo", "--serve", ...ports, "--out", out], {});
      expect([exitCode, stdout]).to.deep.equal([2, ""]);
      expect(stderr).to.match(new RegExp(`^Error: port ${taken} is busy$`, "m"));
      expect(stderr).to.include(`choose another one with ${option}`);
    }
    busy.close();
  }).timeout(SLOW_MS);

  it("refuses one port for both, and a document that would never come", async () => {
    const same = await runHardhat(["system", "demo", "--serve", "--port", "4173", "--out", out], {});
    expect(same.exitCode).to.equal(2);
    expect(same.stderr).to.include("chain and report cannot both have port 4173");

    const json = await runHardhat(["system", "demo", "--serve", "--json", "--out", out], {});
    expect(json.exitCode).to.equal(2);
    expect(JSON.parse(json.stdout).error.what).to.include("there is no document for --json");
  }).timeout(SLOW_MS);
});

function demo(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [HARDHAT, "system", "demo", ...args], { stdio: ["ignore", "pipe", "pipe"] });
}

/** All that was said on stderr, once it contains `words`. */
function untilSaid(child: ChildProcess, words: string): Promise<string> {
  let said = "";
  return new Promise((resolve, reject) => {
    child.once("close", (exitCode) => reject(new Error(`it ended with ${exitCode}: ${said}`)));
    child.stderr?.on("data", (text: Buffer) => {
      said += text.toString();
      if (said.includes(words)) resolve(said);
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
