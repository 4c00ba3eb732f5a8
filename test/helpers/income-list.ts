import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keccak256, toBeHex, toUtf8Bytes } from "ethers";
import { type IncomeRow, type IncomeRows, packIncomeRows } from "../../executor/index.ts";

export const LIST_KEY = keccak256(toUtf8Bytes("a list"));

/** `count` rows at addresses far apart, with amounts of every size. */
export function someRows(count: number): IncomeRows {
  const step = 2n ** 160n / BigInt(count + 1);
  return packIncomeRows(
    Array.from({ length: count }, (_, i): IncomeRow => {
      const gross = 1n + ((2n ** 100n) >> BigInt((i * 7) % 101));
      return { holder: toBeHex(step * BigInt(i + 1), 20), gross, withheld: gross / BigInt(1 + (i % 9)) };
    }),
  );
}

/** A folder for one file of tests, gone after the last. */
export function temporaryFolder(): { readonly path: (name: string) => string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "moiety-income-"));
  return { path: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
