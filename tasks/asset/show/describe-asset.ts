import { table } from "../../lib/table.ts";
import type { ShownAsset } from "../show.ts";

/** Nobody has said anything: neither zero nor not applicable. */
const UNKNOWN = "not known: nobody has said";

/** The whole file of an asset for people, section by section. */
export function describeAsset(asset: ShownAsset): string {
  const sections = [
    describeShares(asset),
    describeRules(asset),
    describeCustody(asset),
    describeDocuments(asset),
    describeWorth(asset),
    describeImpact(asset),
    describeLog(asset),
  ];
  const stale =
    asset.stale.length === 0
      ? "Nothing is stale."
      : `Stale or lapsed:\n${asset.stale.map((each) => `  - ${each}`).join("\n")}`;
  return [...sections, stale, `As of block ${asset.asOfBlock}, ${asset.asOf}.`].join("\n");
}

function describeShares(asset: ShownAsset): string {
  const { holders, anchor } = asset;
  const investors =
    holders.investors === null ? "investors are not counted: no rule needs it" : `${holders.investors} investors`;
  const limit = holders.limit === null ? "any number" : `${holders.limit}`;
  return table(
    ["Asset", String(asset.id)],
    [
      ["State", asset.state],
      ["Shares", `${asset.supply} issued, at most ${asset.cap}`],
      ["Holders", `${holders.wallets} wallets; ${investors}, at most ${limit}`],
      ["Class", asset.class],
      ["Jurisdiction", asset.jurisdiction],
      ["Anchor", `${asset.anchorId}${asset.anchorActive ? "" : " (not active)"}`],
      ["  attested", `${anchor.attestedOn}, good until ${anchor.expiresAt}`],
      ["Backed until", asset.backedUntil ?? (asset.state === "Retired" ? "not applicable: retired" : "not backed now")],
      ["URI", asset.uri],
    ],
  );
}

function describeRules({ rules, nettable }: ShownAsset): string {
  if (rules.length === 0) return "No rules: only the standing of sender and receiver counts.";
  const rows = rules.map(({ code, words }) => [String(code), words]);
  return `${table(["Rule", `What it says${nettable ? "" : " (settled trade by trade, never net)"}`], rows)}`;
}

function describeCustody({ custody, state }: ShownAsset): string {
  const { custodian, mandate, words, insuranceDemand, openIncidents, properties } = custody;
  const answers = custodian ?? (state === "Retired" ? "not applicable: retired" : "nobody");
  const rows = [
    ["Custodian", answers],
    ["Mandate", mandate === null ? "none" : `${mandate.from} to ${mandate.until}, terms ${mandate.termsHash}`],
    ...words.map(({ kind, attester, asOf, age, expiresAt, amount, unit }) => [
      `Word: ${kind}`,
      attester === null
        ? UNKNOWN
        : `seen ${asOf} (${age}), until ${expiresAt}, by ${attester}${amount === 0n ? "" : `, ${amount} ${unit}`}`,
    ]),
    [
      "Insurance",
      insuranceDemand === null ? "not demanded" : `at least ${insuranceDemand.amount} ${insuranceDemand.unit} demanded`,
    ],
    [
      "Incidents",
      openIncidents.length === 0
        ? "none open"
        : openIncidents.map(({ number, kind, since }) => `${number}: ${kind} since ${since}`).join("\n"),
    ],
    ...(properties === null
      ? [["ERC-7578", UNKNOWN]]
      : [
          ["Owner", `${properties.assetHolder}; shares issued by ${properties.tokenIssuer}`],
          ["Place", `${properties.storageLocation} (${properties.jurisdiction})`],
          [
            "Declared value",
            `${properties.declaredValue.value} of ${properties.declaredValue.currency}'s smallest unit`,
          ],
        ]),
  ];
  return table(["Custody", ""], rows);
}

function describeDocuments({ documents, disclosures }: ShownAsset): string {
  const rows = documents.map(({ role, bundle, documents: count, anchoredAt, superseded, uri }) => [
    role,
    `${bundle}\n${count} documents since ${anchoredAt}${superseded === 0 ? "" : `, ${superseded} superseded`}${uri === null ? "" : `, ${uri}`}`,
  ]);
  const read =
    disclosures.bundle !== null
      ? `${disclosures.acknowledgedBy} wallets have acknowledged the present ones`
      : disclosures.demanded
        ? "demanded by a rule, and there are none"
        : "not applicable: no rule demands them, and there are none";
  return table(
    ["Documents for", "Bundle that counts"],
    [...(rows.length === 0 ? [["any purpose", UNKNOWN]] : rows), ["Disclosures", read]],
  );
}

function describeWorth({ valuation }: ShownAsset): string {
  const { currency, of, nav, valuedAt, usable, reason, terms, latest, bands } = valuation;
  const price = terms === null ? "not applicable: nobody has said how it is priced" : usable ? "usable" : reason;
  return table(
    ["Value", currency === null ? "" : `${currency}, ${of ?? "basis not set"}`],
    [
      ["Value", nav === null ? UNKNOWN : `${nav} as of ${valuedAt}`],
      ["Price", price],
      ...latest.map((each) => [
        `  by ${each.provider}`,
        `${each.nav} as of ${each.valuedAt}, published ${each.publishedAt}`,
      ]),
      ...bands.map(({ token, low, high, code, reason: why }) => [
        `Band in ${token}`,
        code === 0n ? `${low} to ${high} base units per share` : why,
      ]),
    ],
  );
}

function describeImpact({ impact }: ShownAsset): string {
  if (impact === null) return `Impact: ${UNKNOWN}.`;
  const rows = impact.measures.map(({ indicator, value, unit, attestations }) => [
    indicator,
    `${value} ${unit}, ${attestations === 0n ? "not attested" : `attested ${attestations} times`}`,
  ]);
  return table(["Impact", `${impact.from} to before ${impact.until}`], rows);
}

function describeLog({ compliance }: ShownAsset): string {
  if (compliance.count === 0n) return "Compliance log: 0 entries.";
  const rows = compliance.entries.map(({ index, event, occurredAt, actor, correctedBy }) => [
    `${index} ${event}`,
    `${occurredAt} by ${actor}${correctedBy === null ? "" : `, corrected by ${correctedBy}`}`,
  ]);
  return table(["Compliance log", `the last of ${compliance.count} entries`], rows);
}
