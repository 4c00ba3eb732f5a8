import type { Suite } from "./connect.ts";
import { badInput } from "./errors.ts";
import { decodeRevert } from "./revert.ts";

const LARGEST_SEARCHED_ID = 1n << 40n;

/** The token id to which an anchor is bound, or nothing if the anchor is not registered or not bound to this token. */
export async function findBoundId(
  { anchorRegistry, shareToken }: Suite,
  anchorId: string,
): Promise<bigint | undefined> {
  try {
    const { boundToken, boundTokenId } = await anchorRegistry.getAnchor(anchorId);
    return boundToken === (await shareToken.getAddress()) ? boundTokenId : undefined;
  } catch (error) {
    if (decodeRevert(error, [anchorRegistry.interface])?.name === "AnchorRegistryUnknown") return undefined;
    throw error;
  }
}

/** The first id that no asset has. Ids that are given out like this have no gaps, so that doubling and halving finds it. */
export async function findFreeId({ shareToken }: Suite): Promise<bigint> {
  const isFree = async (id: bigint): Promise<boolean> => (await shareToken.stateOf(id)) === 0n;

  let high = 1n;
  while (!(await isFree(high))) {
    high *= 2n;
    if (high > LARGEST_SEARCHED_ID)
      throw badInput("no free asset id was found", { todo: 'name one by "id" in the asset file' });
  }
  let low = high / 2n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (await isFree(middle)) high = middle;
    else low = middle;
  }
  return high;
}
