import { decodeBytes32String } from "ethers";
import { assetStateName } from "../../sdk/asset-state.ts";
import { readComplianceLog } from "../../sdk/compliance/read-compliance-log.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { listHolders } from "../../sdk/holders.ts";
import { listBoundRules } from "../../sdk/rules/bound-rules.ts";
import { formatTime } from "../../sdk/time.ts";
import { inspectProperties } from "../custody/properties.ts";
import { inspectCustody } from "../custody/status.ts";
import { bookAddresses } from "../lib/book-addresses.ts";
import type { CommonArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { inspectImpact } from "./impact.ts";
import { describeAsset } from "./show/describe-asset.ts";
import type { ShowPlace } from "./show/place.ts";
import { readDisclosures, readDocuments } from "./show/read-documents.ts";
import { readValuation } from "./show/read-valuation.ts";

interface ShowArguments extends CommonArguments {
  readonly id: bigint;
}

/** Bit of RuleTraits. */
const COUNTS_HOLDERS = 1n;

/** Entries of the compliance log that are shown; `asset log` shows more. */
const MOST_ENTRIES = 5;

/**
 * The whole file of an asset. Null is "nobody has said", which is neither zero nor "not applicable"; `stale` says what has lapsed, or
 * cannot be relied on, in words.
 */
export async function inspectAsset(suite: Suite, id: bigint, place: ShowPlace) {
  const { shareToken } = suite;
  const block = await place.provider.getBlock("latest");
  if (block === null) throw new Error("the chain has no block");
  const state = assetStateName(await shareToken.stateOf(id));
  if (state === "Unlisted") throw badInput(`there is no asset ${id}`, { todo: "list it with `asset create`" });

  const anchorId = await shareToken.anchorIdOf(id);
  const now = BigInt(block.timestamp);
  const [register, rules, custody, documents, read, valuation, impact, compliance] = await Promise.all([
    readRegister(suite, id, anchorId, block.number),
    listBoundRules(suite, place.addresses, id),
    inspectCustody(suite, id, now),
    readDocuments(suite, anchorId, place),
    readDisclosures(suite, id, place),
    readValuation(suite, id, place),
    readLatestImpact(suite, id),
    readComplianceLog(suite, anchorId, MOST_ENTRIES),
  ]);
  const { backedUntil, problems, id: _id, state: _state, words, ...kept } = custody;
  const demanded = rules.some(({ name }) => name === "disclosure");
  const limit = rules.find(({ name }) => name === "holderCount")?.parameters;
  const { isCountStale, investors, wallets, ...shares } = register;

  return {
    asOfBlock: block.number,
    asOf: formatTime(now),
    id,
    state,
    ...shares,
    anchorId,
    holders: { wallets, investors, limit: limit === undefined ? null : BigInt(limit) },
    rules,
    custodian: custody.custodian,
    backedUntil,
    custody: {
      ...kept,
      properties: await inspectProperties(suite, id),
      words: words.map(({ problem: _problem, unit, ...word }) => ({
        ...word,
        unit: decodeBytes32String(unit),
        age: word.asOf === null ? null : describeAge(now - secondsOf(word.asOf)),
      })),
    },
    documents,
    disclosures: { demanded, bundle: read?.bundle ?? null, acknowledgedBy: read?.acknowledgedBy ?? null },
    valuation,
    impact,
    compliance,
    stale: [
      ...problems,
      ...(isCountStale ? ["its holders are being counted, and nothing is transferred until that is done"] : []),
      ...(demanded && read === null ? ["a rule demands disclosures, and there are none: nobody can buy"] : []),
      ...(valuation.terms === null || valuation.usable ? [] : [`the price cannot be used: ${valuation.reason}`]),
    ],
  };
}

export type ShownAsset = Awaited<ReturnType<typeof inspectAsset>>;

export default runAction<ShowArguments>("asset.show", async (context, { id }) => {
  const { connection } = await context.connect();
  const { suite, book } = await context.suite();
  const { provider } = connection.ethers;

  const place = { provider, addresses: bookAddresses(book), fromBlock: book.deployedAtBlock };
  const asset = await inspectAsset(suite, id, place);
  return { data: asset, text: describeAsset(asset) };
});

/** "today", "1 day ago", "40 days ago". */
export function describeAge(seconds: bigint): string {
  const days = seconds / 86_400n;
  if (days === 0n) return "today";
  return days === 1n ? "1 day ago" : `${days} days ago`;
}

async function readRegister(suite: Suite, id: bigint, anchorId: string, block: number) {
  const { shareToken, anchorRegistry, transferRules } = suite;
  const [supply, cap, uri, metadata, anchorActive, nettable, counts, investors, count, holdings] = await Promise.all([
    shareToken.totalSupply(id),
    shareToken.capOf(id),
    shareToken.uri(id),
    anchorRegistry.getMetadata(anchorId),
    shareToken.isAnchorActiveFor(id),
    transferRules.isNettable(id),
    transferRules.countsOf(id),
    transferRules.holdersOf(id),
    transferRules.countOf(id),
    listHolders(suite, id, block),
  ]);
  return {
    supply,
    cap,
    uri,
    class: decodeBytes32String(metadata.assetClass),
    jurisdiction: decodeBytes32String(metadata.jurisdiction),
    anchorActive,
    anchor: { attestedOn: formatTime(metadata.attestationDate), expiresAt: formatTime(metadata.expiresAt) },
    nettable,
    wallets: holdings.length,
    // Where no rule needs it nobody counts, and zero would be a lie.
    investors: (counts & COUNTS_HOLDERS) === 0n ? null : investors,
    isCountStale: count.isStale,
  };
}

/** What was measured of the latest period; null if nobody has measured anything. */
async function readLatestImpact(suite: Suite, id: bigint) {
  const measures = await inspectImpact(suite, id);
  const [latest] = measures.toSorted((one, other) => (one.until < other.until ? 1 : -1));
  if (latest === undefined) return null;

  const { from, until } = latest;
  return {
    from,
    until,
    measures: measures
      .filter((each) => each.from === from && each.until === until)
      .map(({ indicator, value, unit, attestations, reportedBy }) => ({
        indicator,
        value,
        unit,
        attestations,
        reportedBy,
      })),
  };
}

function secondsOf(time: string): bigint {
  return BigInt(Date.parse(time) / 1000);
}
