import type { Suite } from "../../../sdk/connect.ts";
import { readLogs } from "../../../sdk/read-logs.ts";
import { inspectValuation } from "../value.ts";
import type { ShowPlace } from "./place.ts";

type Snapshot = Awaited<ReturnType<typeof inspectValuation>>["snapshots"][number];

/** What each provider said last, the price that comes of it, and the band of every token that counts as the currency. */
export async function readValuation(suite: Suite, id: bigint, place: ShowPlace) {
  const { snapshots, band: _band, id: _id, ...valuation } = await inspectValuation(suite, id);
  const tokens = await listTokens(suite, id, place);

  const bands = await Promise.all(
    tokens.map(async (token) => {
      const { low, high, code, reason } = await suite.navOracle.bandOf(id, token);
      return { token, low, high, code, reason };
    }),
  );
  return { ...valuation, latest: latestOf(snapshots), values: snapshots.length, bands };
}

/** The latest value of each provider that neither was corrected nor is invalid. */
export function latestOf(snapshots: readonly Snapshot[]): Snapshot[] {
  const latest = new Map<string, Snapshot>();
  for (const snapshot of snapshots) {
    if (snapshot.invalid || snapshot.correctedBy !== null) continue;
    const before = latest.get(snapshot.provider);
    if (before === undefined || before.valuedAt <= snapshot.valuedAt) latest.set(snapshot.provider, snapshot);
  }
  return [...latest.values()];
}

async function listTokens({ navOracle }: Suite, id: bigint, { provider, fromBlock }: ShowPlace): Promise<string[]> {
  const set = await readLogs(
    (from, to) => navOracle.queryFilter(navOracle.filters.PriceTokenSet(id), from, to),
    fromBlock,
    await provider.getBlockNumber(),
  );
  const counts = new Map(set.map(({ args: { token, accepted } }) => [token, accepted]));
  return [...counts].flatMap(([token, accepted]) => (accepted ? [token] : []));
}
