import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { AssetTerms } from "../../../sdk/asset-file.ts";
import { ATTESTATION_KINDS, type AttestationKind, encodeUnit } from "../../../sdk/attestation.ts";
import { formatDecimal } from "../../../sdk/nav.ts";
import type { ValuationFile } from "../../../sdk/valuation-file.ts";
import { anchorDocuments } from "../../asset/document.ts";
import { recordImpact } from "../../asset/impact.ts";
import { confirmValue } from "../../asset/judge-value.ts";
import { recordValues, setValuationTerms } from "../../asset/value.ts";
import { attest } from "../../custody/attest.ts";
import { demandInsurance } from "../../custody/insure.ts";
import type { AssetPapers } from "./asset-papers.ts";
import { chainTime, type DemoWorld } from "./world.ts";

/** What the file of an asset has got. */
export interface CompletedFile {
  readonly bundles: number;
  readonly words: number;
  readonly values: number;
  /** Values that had jumped and were confirmed. */
  readonly confirmed: number;
  readonly measures: number;
}

/** For how much an asset is insured, in whole units. */
export interface InsuredSum {
  readonly amount: bigint;
  readonly unit: string;
}

/** Long enough that a demo that is run years later still has a price. */
const OLDEST_VALUE_DAYS = 36_500;

/** Brings everything but the terms into an asset's file: documents, custody's words, values and one period of impact. */
export async function completeFile(
  world: DemoWorld,
  id: bigint,
  terms: AssetTerms,
  papers: AssetPapers,
  insured: InsuredSum,
): Promise<CompletedFile> {
  const { suite, sender, operator } = world;
  await demandInsurance(suite, sender, id, insured.amount, insured.unit);
  await attestTo(world, id, terms.evidenceHash, ["condition", "location", "insurance"], insured);
  // Ids are given in the order of listing; the files say the one of the whole demo.
  for (const bundle of papers.bundles) await anchorDocuments(suite, sender, { ...bundle, asset: id }, false);

  const { impact, valuation } = papers;
  const steps =
    impact === undefined ? [] : await recordImpact(suite, sender, id, impact, { reporter: operator.address });
  const { published, confirmed } = valuation === undefined ? NO_VALUES : await valueAsset(world, id, valuation);
  return {
    bundles: papers.bundles.length,
    words: 3,
    values: published,
    confirmed,
    measures: steps.length === 0 ? 0 : (impact?.indicators.length ?? 0),
  };
}

/** The custodian, the chain's second account unless another is named, signs a word of each kind. */
export async function attestTo(
  world: DemoWorld,
  id: bigint,
  evidenceHash: string,
  kinds: readonly AttestationKind[],
  { amount, unit }: InsuredSum,
  custodian?: HardhatEthersSigner,
): Promise<void> {
  const { suite, sender, connection, chainId } = world;
  const attester = custodian ?? (await connection.ethers.getSigners())[1];
  if (attester === undefined) throw new Error("the chain has no second account for the custodian");

  for (const kind of kinds) {
    const isInsurance = kind === "insurance";
    const asOf = await chainTime(world);
    await attest(suite, sender, [attester], chainId, {
      asset: id,
      kind: ATTESTATION_KINDS.indexOf(kind),
      attester: attester.address,
      evidenceHash,
      amount: isInsurance ? amount : 1n,
      unit: encodeUnit(isInsurance ? unit : "piece"),
      asOf,
      expiresAt: asOf + 365n * 86_400n,
      nonce: undefined,
      signature: undefined,
    });
  }
}

const NO_VALUES = { published: 0, confirmed: 0 };

/** The operator is the provider. A jump is looked at and confirmed, as compliance would. */
async function valueAsset(world: DemoWorld, id: bigint, valuation: ValuationFile) {
  const { suite, sender, operator } = world;
  const terms = valuation.terms && {
    ...valuation.terms,
    maxAgeDays: OLDEST_VALUE_DAYS,
    providers: [operator.address],
    tokens: [await suite.testDollar.getAddress()],
  };
  await setValuationTerms(suite, sender, id, { ...valuation, terms });
  const published = await recordValues(suite, sender, id, valuation, false);

  const { waiting, nav } = await suite.navOracle.unconfirmedPrice(id);
  if (waiting) await confirmValue(suite, sender, id, formatDecimal({ value: nav, decimals: 18 }));
  return { published: published.length, confirmed: waiting ? 1 : 0 };
}
