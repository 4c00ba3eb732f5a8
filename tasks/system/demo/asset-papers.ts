import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type DocumentBundle, readDocumentsFile } from "../../../sdk/documents/documents-file.ts";
import { type ImpactFile, readImpactFile } from "../../../sdk/impact-file.ts";
import { readValuationFile, type ValuationFile } from "../../../sdk/valuation-file.ts";

/** The files that make an asset's file complete, besides its terms; what is not there is left out. */
export interface AssetPapers {
  readonly bundles: readonly DocumentBundle[];
  readonly valuation: ValuationFile | undefined;
  readonly impact: ImpactFile | undefined;
}

/** What lies beside an asset file of its own folder: `documents/`, `valuation.json` and `impact.json`. */
export async function readAssetPapers(folder: string): Promise<AssetPapers> {
  const documents = join(folder, "documents");
  const names = existsSync(documents) ? (await readdir(documents)).filter((name) => name.endsWith(".json")).sort() : [];
  return {
    bundles: await Promise.all(names.map((name) => readDocumentsFile(join(documents, name)))),
    valuation: await readIfThere(join(folder, "valuation.json"), readValuationFile),
    impact: await readIfThere(join(folder, "impact.json"), readImpactFile),
  };
}

/** The same for a painting, whose folder has one file of each kind per painting. */
export async function readPaintingPapers(folder: string, file: string): Promise<AssetPapers> {
  const bundles = await Promise.all(
    ["documents", "disclosures"].map((kind) => readIfThere(join(folder, kind, file), readDocumentsFile)),
  );
  return {
    bundles: bundles.filter((bundle) => bundle !== undefined),
    valuation: await readIfThere(join(folder, "valuations", file), readValuationFile),
    impact: await readIfThere(join(folder, "impact", file), readImpactFile),
  };
}

async function readIfThere<T>(path: string, read: (path: string) => Promise<T>): Promise<T | undefined> {
  return existsSync(path) ? read(path) : undefined;
}
