import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { HOST } from "./open-chain.ts";

export interface ServedReport {
  readonly url: string;
  close(): Promise<void>;
}

const PATHS: readonly (string | undefined)[] = ["/", "/report.html"];

/** Serves the page at `path`, and nothing else, to this machine alone. */
export async function serveReport(path: string, port: number): Promise<ServedReport> {
  const page = await readFile(path);
  const server = createServer(({ method, url }, response) => {
    if (method !== "GET" && method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
      return;
    }
    if (!PATHS.includes(url?.split("?", 1)[0])) {
      response.writeHead(404, { "content-type": "text/plain" }).end("There is only the report here: /\n");
      return;
    }
    response
      .writeHead(200, {
        "content-type": "text/html; charset=utf-8",
        "content-length": page.length,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      })
      .end(method === "HEAD" ? undefined : page);
  });
  server.listen(port, HOST);
  await once(server, "listening");

  const address = server.address();
  const used = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${HOST}:${used}/`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
