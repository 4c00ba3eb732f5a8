import type { Suite } from "../../sdk/connect.ts";

/** The asset's record of an instant, if there is one that was not called off. Records are in the order of their instants. */
export async function findRecord({ shareToken }: Suite, asset: bigint, instant: bigint): Promise<bigint | undefined> {
  for (let record = (await shareToken.recordCount(asset)) - 1n; record >= 0n; record -= 1n) {
    const found = await shareToken.recordAt(asset, record);
    if (found.instant === instant && !found.cancelled) return record;
    if (found.instant < instant) return undefined;
  }
  return undefined;
}
