import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";

/** Refuses an id under which nothing is listed. */
export async function requireAsset({ shareToken }: Suite, id: bigint): Promise<void> {
  if (await shareToken.exists(id)) return;
  throw badInput(`there is no asset ${id}`, { todo: "list it with `asset create`", notDone: "nothing was sent" });
}
