import { z } from "zod";
import { lineSchemas, plainAddress } from "../executor/files/trade-line.ts";
import { acknowledgementFileSchema } from "../sdk/acknowledgement-file.ts";
import { assetFileSchema } from "../sdk/asset-file.ts";
import { attestationFileSchema } from "../sdk/attestation-file.ts";
import {
  handOverFileSchema,
  incidentFileSchema,
  mandateFileSchema,
  propertiesFileSchema,
  releaseFileSchema,
} from "../sdk/custody-files.ts";
import { parametersSchema } from "../sdk/deploy-parameters.ts";
import { documentsFileSchema } from "../sdk/documents/documents-file.ts";
import { holdFileSchema } from "../sdk/hold-file.ts";
import { impactFileSchema } from "../sdk/impact-file.ts";
import { offeringFileSchema } from "../sdk/offering-file.ts";
import { paintingFileSchema } from "../sdk/painting-file.ts";
import { reviewFileSchema } from "../sdk/review-file.ts";
import { RULE_KINDS } from "../sdk/rules/rule-kinds.ts";
import { rulesFileSchema } from "../sdk/rules/rules-file.ts";
import { settlementMandateSchema } from "../sdk/settlement-mandate-file.ts";
import { valuationFileSchema } from "../sdk/valuation-file.ts";

/** The files that have a JSON Schema in docs/schemas, for editors and for whoever writes such files by program. */
const FILES: Readonly<Record<string, z.ZodType>> = {
  acknowledgement: acknowledgementFileSchema,
  asset: assetFileSchema,
  attestation: attestationFileSchema,
  "custody-mandate": mandateFileSchema,
  "custody-handover": handOverFileSchema,
  "custody-incident": incidentFileSchema,
  "custody-properties": propertiesFileSchema,
  "custody-release": releaseFileSchema,
  "deploy-parameters": parametersSchema,
  documents: documentsFileSchema,
  impact: impactFileSchema,
  offering: offeringFileSchema,
  painting: paintingFileSchema,
  review: reviewFileSchema,
  hold: holdFileSchema,
  /** One line of a file of orders, other messages and instructions. */
  "settlement-line": lineSchemas(plainAddress),
  "settlement-mandate": settlementMandateSchema,
  valuation: valuationFileSchema,
  // When it is read, a rule is held against the schema of its kind alone, so that one mistake is not told seventeen times.
  rules: rulesFileSchema.extend({ rules: z.array(z.union(RULE_KINDS.map(({ schema }) => schema))) }),
};

/** What belongs into docs/schemas, by path. A schema says what a file looks like; that dates exist and addresses are right is checked when it is read. */
export function renderFileSchemas(): ReadonlyMap<string, string> {
  const pages = Object.entries(FILES).map(([name, schema]): [string, string] => {
    const described = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
    return [`docs/schemas/${name}.schema.json`, `${JSON.stringify(described, null, 2)}\n`];
  });
  return new Map(pages);
}
