import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** A real Chromium of this machine, if there is one: where CHROMIUM_PATH says, or where Debian puts it. */
export function findChromium(): string | undefined {
  const path = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
  return existsSync(path) ? path : undefined;
}

/** Starts it without anything that would use the network by itself. */
export function openChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
