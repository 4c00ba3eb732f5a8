import type { NetVector, Snapshot } from "../../executor/index.ts";

/** Most gas that one transaction may have (EIP-7825). */
export const GAS_LIMIT = 16_777_216n;

/** What is planned with: the rest is for what a model does not know, and for the estimate's own margin. */
export const USABLE_GAS = (GAS_LIMIT * 85n) / 100n;

/** Gas of an opening, measured 128,000. */
export const OPENING_GAS = 150_000;

/**
 * Gas of a chunk, by its parts, each measured in the steady state (all slots filled before) and rounded up; see
 * `test/sdk/settler/gas-model.test.ts`, which holds real chunks against it.
 */
const CHUNK = 160_000;
const ACCOUNT = 12_000;
const SHARE_POSITION = 17_000;
const RULED_SHARE_POSITION = 30_000;
/** A position that was empty: its slot, the list of holders, what rules count of its investor. */
const NEW_SHARE_POSITION = 100_000;
const ASSET = 60_000;

/** What a chunk takes at most if none of its positions is new. */
export function chunkGas({ assets, accounts, shares }: Pick<NetVector, "assets" | "accounts" | "shares">): number {
  return CHUNK + ASSET * assets.length + ACCOUNT * accounts.length + RULED_SHARE_POSITION * shares.length;
}

/** What is known of the positions before chunks are cut. */
export type GasOutlook = Pick<Snapshot, "shares" | "assets"> & { readonly isRuled: (asset: number) => boolean };

/** How many positions a chunk may touch so that it fits a transaction, on what the snapshot says: at worst all of the dearest kind. */
export function positionsThatFit({ shares, assets, isRuled }: GasOutlook): number {
  const worst = Math.max(
    ACCOUNT,
    ...shares.map(({ asset, balance }) => {
      if (balance === 0n) return NEW_SHARE_POSITION;
      return isRuled(asset) ? RULED_SHARE_POSITION : SHARE_POSITION;
    }),
  );
  const usable = Number(USABLE_GAS) - CHUNK - ASSET * assets.length;
  // A trade's four positions are two of shares and two of cash, so that half of a chunk's are of each.
  return Math.max(4, Math.floor((2 * usable) / (worst + ACCOUNT)));
}
