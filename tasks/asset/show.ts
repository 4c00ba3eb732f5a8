import { decodeBytes32String, ZeroAddress } from "ethers";
import { assetStateName } from "../../sdk/asset-state.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { commonAddresses, expand } from "../../sdk/rules/common-rules.ts";
import { formatTime } from "../../sdk/time.ts";
import type { CommonArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

interface ShowArguments extends CommonArguments {
  readonly id: bigint;
}

/** Bit of RuleTraits. */
const COUNTS_HOLDERS = 1n;

/** What the chain knows about an asset. */
export async function inspectAsset(suite: Suite, id: bigint) {
  const { shareToken, anchorRegistry, transferRules, custodyDesk } = suite;
  const state = assetStateName(await shareToken.stateOf(id));
  if (state === "Unlisted") throw badInput(`there is no asset ${id}`, { todo: "list it with `asset create`" });

  const [anchorId, addresses] = await Promise.all([shareToken.anchorIdOf(id), commonAddresses(suite)]);
  const [supply, cap, uri, metadata, anchorActive, bound, custodian, backedUntil, counts, holders] = await Promise.all([
    shareToken.totalSupply(id),
    shareToken.capOf(id),
    shareToken.uri(id),
    anchorRegistry.getMetadata(anchorId),
    shareToken.isAnchorActiveFor(id),
    transferRules.rulesOf(id),
    custodyDesk.custodianOf(id),
    custodyDesk.backedUntil(id),
    transferRules.countsOf(id),
    transferRules.holdersOf(id),
  ]);

  const rules = expand(bound, addresses);
  const limiting = rules.find(({ rule }) => rule === addresses["HolderCountRule"]);
  const limit = limiting === undefined ? undefined : BigInt(limiting.parameters);
  return {
    id,
    state,
    supply,
    cap,
    uri,
    class: decodeBytes32String(metadata.assetClass),
    jurisdiction: decodeBytes32String(metadata.jurisdiction),
    anchorId,
    anchorActive,
    rules: rules.map(({ rule }) => rule),
    // Where no rule needs it nobody counts, and zero would be a lie.
    holders: (counts & COUNTS_HOLDERS) === 0n ? null : { now: holders, limit: limit ?? null },
    custodian: custodian === ZeroAddress ? null : custodian,
    backedUntil: backedUntil === 0n ? null : formatTime(backedUntil),
  };
}

export default runAction<ShowArguments>("asset.show", async (context, { id }) => {
  const { suite } = await context.suite();
  const asset = await inspectAsset(suite, id);

  const holders =
    asset.holders === null ? "not counted" : `${asset.holders.now}, at most ${asset.holders.limit ?? "any number"}`;
  const rows = [
    ["State", asset.state],
    ["Shares", `${asset.supply} issued, at most ${asset.cap}`],
    ["Holders", holders],
    ["Class", asset.class],
    ["Jurisdiction", asset.jurisdiction],
    ["Anchor", `${asset.anchorId}${asset.anchorActive ? "" : " (not active)"}`],
    ["Rules", asset.rules.join("\n")],
    ["Custodian", asset.custodian ?? "nobody"],
    ["Backed until", asset.backedUntil ?? "not backed now"],
    ["URI", asset.uri],
  ];
  return { data: asset, text: table(["Asset", String(id)], rows) };
});
