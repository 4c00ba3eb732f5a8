import { decodeBytes32String, ZeroAddress } from "ethers";
import { assetStateName } from "../../sdk/asset-state.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { formatTime } from "../../sdk/time.ts";
import type { CommonArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

interface ShowArguments extends CommonArguments {
  readonly id: bigint;
}

/** What the chain knows about an asset. */
export async function inspectAsset(
  { shareToken, anchorRegistry, transferRules, custodyDesk, holderCountRule }: Suite,
  id: bigint,
) {
  const state = assetStateName(await shareToken.stateOf(id));
  if (state === "Unlisted") throw badInput(`there is no asset ${id}`, { todo: "list it with `asset create`" });

  const anchorId = await shareToken.anchorIdOf(id);
  const [supply, cap, uri, metadata, anchorActive, rules, custodian, backedUntil, count] = await Promise.all([
    shareToken.totalSupply(id),
    shareToken.capOf(id),
    shareToken.uri(id),
    anchorRegistry.getMetadata(anchorId),
    shareToken.isAnchorActiveFor(id),
    transferRules.rulesOf(id),
    custodyDesk.custodianOf(id),
    custodyDesk.backedUntil(id),
    holderCountRule.holderCount(id),
  ]);

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
    rules: [...rules],
    // Without the rule nobody counts, and zero would be a lie.
    holders: rules.includes(await holderCountRule.getAddress()) ? { now: count.holders, limit: count.limit } : null,
    custodian: custodian === ZeroAddress ? null : custodian,
    backedUntil: backedUntil === 0n ? null : formatTime(backedUntil),
  };
}

export default runAction<ShowArguments>("asset.show", async (context, { id }) => {
  const { suite } = await context.suite();
  const asset = await inspectAsset(suite, id);

  const holders = asset.holders === null ? "not counted" : `${asset.holders.now}, at most ${asset.holders.limit}`;
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
