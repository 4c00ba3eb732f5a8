import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SolcCode } from "../solc/compile.ts";

/** The code of one contract, as an artifact holds it. */
export interface Code {
  readonly source: string;
  readonly contract: string;
  readonly creation: SolcCode;
  readonly runtime: SolcCode;
}

/** Puts code into the copy's artifacts. */
export function installCode(folder: string, codes: readonly Code[]): void {
  for (const { source, contract, creation, runtime } of codes) {
    const path = join(folder, "artifacts", source, `${contract}.json`);
    const artifact: Record<string, unknown> = JSON.parse(readFileSync(path, "utf8"));
    const { buildInfoId: _, ...rest } = artifact;
    const changed = {
      ...rest,
      bytecode: `0x${creation.object}`,
      deployedBytecode: `0x${runtime.object}`,
      linkReferences: creation.linkReferences,
      deployedLinkReferences: runtime.linkReferences,
    };
    writeFileSync(path, JSON.stringify(changed));
  }
}
