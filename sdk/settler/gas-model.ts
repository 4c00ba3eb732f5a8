import type { NetVector, Snapshot } from "../../executor/index.ts";
import type { Suite } from "../connect.ts";

/** Most gas that one transaction may have (EIP-7825). */
export const GAS_LIMIT = 16_777_216n;

/** What is planned with: the rest is for what a model does not know, and for the estimate's own margin. */
export const USABLE_GAS = (GAS_LIMIT * 85n) / 100n;

/** What the model says of the parts of a chunk; `test/sdk/settler/gas-model.test.ts` holds real chunks against it. */
export const OPENING_GAS = 200_000;
const CHUNK = 140_000;
const ASSET = 60_000;
const ACCOUNT = 12_000;
const SHARE_POSITION = 17_000;
const RULED_SHARE_POSITION = 30_000;
/** Of a position that was empty: its slot, its place in the list of holders, what rules count of its investor. */
const NEW_POSITION = 100_000;

/** What a chunk takes at most: all of its assets with rules, and `newPositions` of its positions empty before. */
export function chunkGas(
  { assets, accounts, shares }: Pick<NetVector, "assets" | "accounts" | "shares">,
  newPositions = 0,
): number {
  const steady = RULED_SHARE_POSITION * (shares.length - newPositions) + NEW_POSITION * newPositions;
  return CHUNK + ASSET * assets.length + ACCOUNT * accounts.length + steady;
}

/**
 * How many positions a chunk may touch to fit a transaction: at worst all its share positions are of the dearest kind in the
 * snapshot. A trade's positions are two of shares and two of cash, so that half of a chunk's are of each.
 */
export function positionsThatFit(
  { shares, assets }: Pick<Snapshot, "shares" | "assets">,
  ruled: readonly boolean[],
): number {
  const dearest = shares.reduce((most, { asset, balance }) => Math.max(most, gasOf(balance, ruled[asset])), ACCOUNT);
  const usable = Number(USABLE_GAS) - CHUNK - ASSET * assets.length;
  return Math.floor((2 * usable) / (dearest + ACCOUNT));
}

function gasOf(balance: bigint, isRuled: boolean | undefined): number {
  if (balance === 0n) return NEW_POSITION;
  return isRuled === false ? SHARE_POSITION : RULED_SHARE_POSITION;
}

/** The same, asking which assets have rules. */
export async function readPositionLimit({ transferRules }: Pick<Suite, "transferRules">, snapshot: Snapshot) {
  const rules = await Promise.all(snapshot.assets.map(({ id }) => transferRules.rulesOf(id)));
  return positionsThatFit(
    snapshot,
    rules.map(({ length }) => length > 0),
  );
}
