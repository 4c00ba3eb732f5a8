import { decodeBytes32String, type Provider, ZeroAddress } from "ethers";
import type { AddressBook } from "../../sdk/addresses.ts";
import { assetStateName } from "../../sdk/asset-state.ts";
import { ATTESTATION_KINDS } from "../../sdk/attestation.ts";
import type { Suite } from "../../sdk/connect.ts";
import { INCIDENT_KINDS } from "../../sdk/custody-files.ts";
import { badInput, ExitCode } from "../../sdk/errors.ts";
import { readLogs } from "../../sdk/read-logs.ts";
import { formatTime } from "../../sdk/time.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";
import { listIncidents } from "./incident.ts";

interface StatusArguments extends CommonArguments {
  readonly id: bigint;
}

/** How it stands with the custody of an asset. Null is "there is none"; what lapsed is in `problems`, too. */
export async function inspectCustody(suite: Suite, id: bigint, now: bigint) {
  const { custodyDesk, shareToken, anchorRegistry } = suite;
  const state = assetStateName(await shareToken.stateOf(id));
  if (state === "Unlisted") throw badInput(`there is no asset ${id}`, { todo: "list it with `asset create`" });

  const mandate = await custodyDesk.mandateOf(id);
  const [demand, backedUntil, anchor, anchorActive, incidents, words] = await Promise.all([
    custodyDesk.insuranceDemandOf(id),
    custodyDesk.backedUntil(id),
    shareToken.anchorIdOf(id).then((anchorId) => anchorRegistry.getMetadata(anchorId)),
    shareToken.isAnchorActiveFor(id),
    listIncidents(suite, id),
    Promise.all(ATTESTATION_KINDS.map((_kind, kind) => inspectWord(suite, id, kind, mandate, now))),
  ]);
  const open = incidents.flatMap((incident, number) =>
    incident.resolvedAt === 0n
      ? [{ number, kind: INCIDENT_KINDS[Number(incident.kind)] ?? "unknown", since: formatTime(incident.occurredAt) }]
      : [],
  );
  const insurance = demand.amount === 0n ? null : { amount: demand.amount, unit: decodeBytes32String(demand.unit) };
  const custodian = mandate.custodian === ZeroAddress ? null : mandate.custodian;

  const problems =
    state === "Retired"
      ? []
      : [
          ...(custodian === null ? ["nobody answers for the thing"] : []),
          ...(custodian !== null && mandate.until < now ? [`the mandate ended with ${formatTime(mandate.until)}`] : []),
          ...words.flatMap(({ problem }) => (problem === null ? [] : [problem])),
          ...(words[0]?.expiresAt === null ? ["nobody has attested that it exists"] : []),
          ...(insurance === null ? [] : insuranceProblems(words[3], demand)),
          ...(anchorActive ? [] : [`the anchor is not active (good until ${formatTime(anchor.expiresAt)})`]),
          ...open.map(({ number, kind }) => `incident ${number} (${kind}) is open`),
        ];
  return {
    id,
    state,
    custodian,
    mandate:
      custodian === null
        ? null
        : { from: formatTime(mandate.from), until: formatTime(mandate.until), termsHash: mandate.termsHash },
    words,
    insuranceDemand: insurance,
    openIncidents: open,
    backedUntil: backedUntil === 0n ? null : formatTime(backedUntil),
    problems,
  };
}

export type CustodyStatus = Awaited<ReturnType<typeof inspectCustody>>;

/** The ids of all assets that were ever listed. */
export async function listAssets(
  { shareToken }: Suite,
  book: Pick<AddressBook, "deployedAtBlock">,
  provider: Provider,
) {
  const listed = await readLogs(
    (from, to) => shareToken.queryFilter(shareToken.filters.AssetListed(), from, to),
    book.deployedAtBlock,
    await provider.getBlockNumber(),
  );
  return listed.map(({ args }) => args.id);
}

export function reportCustody(assets: readonly CustodyStatus[], block: number, time: bigint): Outcome {
  const data = { asOfBlock: block, asOf: formatTime(time), assets };
  const rows = assets.map((asset) => [
    `${asset.id} (${asset.state})`,
    asset.custodian ?? "nobody",
    asset.mandate?.until ?? "–",
    asset.words.map(({ kind, expiresAt }) => `${kind} ${expiresAt ?? "never attested"}`).join("\n"),
    asset.insuranceDemand === null ? "none" : `${asset.insuranceDemand.amount} ${asset.insuranceDemand.unit}`,
    asset.openIncidents.length === 0 ? "none" : asset.openIncidents.map(({ kind }) => kind).join(", "),
    asset.backedUntil ?? "not backed",
  ]);
  const head = ["Asset", "Custodian", "Mandate until", "Words until", "Insurance demanded", "Open", "Backed until"];
  const text = `${table(head, rows)}\nAs of block ${block}, ${formatTime(time)}.`;
  const details = assets.flatMap(({ id, problems }) => problems.map((problem) => `asset ${id}: ${problem}`));
  if (details.length === 0) return { data, text };

  const exitCode = ExitCode.checkFailed;
  const todo = "bring what is missing with `custody mandate`, `custody attest`, `custody incident`";
  return { data, text, exitCode, error: { what: "custody has lapsed, or never began", details, todo, exitCode } };
}

export default runAction<StatusArguments>("custody.status", async (context, { id }) => {
  const { connection } = await context.connect();
  const { suite, book } = await context.suite();
  const { provider } = connection.ethers;
  const block = await provider.getBlock("latest");
  if (block === null) throw new Error("the chain has no block");
  const time = BigInt(block.timestamp);

  const ids = id === 0n ? await listAssets(suite, book, provider) : [id];
  const assets = await Promise.all(ids.map((each) => inspectCustody(suite, each, time)));
  return reportCustody(assets, block.number, time);
});

async function inspectWord(
  { custodyDesk }: Suite,
  id: bigint,
  kind: number,
  mandate: { custodian: string; until: bigint },
  now: bigint,
) {
  const { attester, asOf, expiresAt, amount, unit } = await custodyDesk.attestationOf(id, kind);
  const name = ATTESTATION_KINDS[kind] ?? "unknown";
  if (expiresAt === 0n) return { kind: name, attester: null, asOf: null, expiresAt: null, amount, unit, problem: null };

  const isCustodian = attester === mandate.custodian && now <= mandate.until;
  const counts = isCustodian || (await custodyDesk.isInspector(id, attester));
  const lapsed = `the word about its ${name} ended with ${formatTime(expiresAt)}`;
  const silent = `the word about its ${name} does not count: ${attester} is not appointed any more`;
  const problem = expiresAt < now ? lapsed : counts ? null : silent;
  return { kind: name, attester, asOf: formatTime(asOf), expiresAt: formatTime(expiresAt), amount, unit, problem };
}

function insuranceProblems(
  word: { readonly expiresAt: string | null; readonly amount: bigint; readonly unit: string } | undefined,
  demand: { readonly amount: bigint; readonly unit: string },
): string[] {
  const wanted = `${demand.amount} ${decodeBytes32String(demand.unit)}`;
  if (word === undefined || word.expiresAt === null) return [`it has to be insured for ${wanted}, and nobody says so`];
  if (word.unit === demand.unit && word.amount >= demand.amount) return [];
  return [`it has to be insured for ${wanted}, and is for ${word.amount} ${decodeBytes32String(word.unit)}`];
}
