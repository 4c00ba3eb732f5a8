import {
  MAX_CHUNK_POSITIONS,
  MIN_CHUNK_POSITIONS,
  type NetVector,
  type Snapshot,
  unpackNetVector,
} from "../../executor/index.ts";
import type { Suite } from "../connect.ts";
import { ExitCode, MoietyError } from "../errors.ts";

/** Most gas that one transaction may have (EIP-7825). */
export const GAS_LIMIT = 16_777_216n;

/** Of what a transaction may have, this is planned with: the rest is for what a model does not know, and for the estimate's own margin. */
const USABLE_PERCENT = 85n;

/** What the model says of the parts of a chunk; `test/sdk/settler/gas-model.test.ts` holds chunks of many shapes against it. */
export const OPENING_GAS = 140_000;
/** The call, its header and its proof of up to a dozen levels. */
const CHUNK = 98_000;
/** An account's cash and mandate; and the register's first look at it. */
const ACCOUNT = 8_000;
const LOOKUP = 2_000;
const UNLOCK = 21_000;
/** The register's contracts, which the first asset finds cold. */
const FIRST_ASSET = 40_000;
const ASSET = 17_000;
const RULED_ASSET = 34_000;
/** A rule that is asked by itself, beside those that are judged together. */
const FURTHER_RULE = 6_000;
const POSITION = 16_200;
const RULED_POSITION = 17_200;
/** Where rules count what each investor has in all. */
const TOTALLED_POSITION = 23_000;
/** Of a position that was empty, more: its slot, its place in the list of holders, and what rules count of its investor. */
const NEW_POSITION = 47_000;
const RULED_NEW_POSITION = 71_000;
const TOTALLED_NEW_POSITION = 88_000;
/** `COUNTS_TOTALS` in RuleTraits.sol. */
const COUNTS_TOTALS = 2n;

/** What a chunk takes of one asset. */
export interface AssetGas {
  readonly once: number;
  readonly position: number;
  /** More than that, of a position that was empty before. */
  readonly newPosition: number;
}

/** `rules` are asked one by one; `counts` is what `TransferRules.countsOf` says. */
export function assetGas(rules: number, counts: bigint): AssetGas {
  if (rules === 0) return { once: ASSET, position: POSITION, newPosition: NEW_POSITION };
  const once = RULED_ASSET + FURTHER_RULE * (rules - 1);
  return (counts & COUNTS_TOTALS) === 0n
    ? { once, position: RULED_POSITION, newPosition: RULED_NEW_POSITION }
    : { once, position: TOTALLED_POSITION, newPosition: TOTALLED_NEW_POSITION };
}

/** Asks what rules the assets have. */
export function readAssetGas(
  { transferRules }: Pick<Suite, "transferRules">,
  assets: readonly bigint[],
): Promise<AssetGas[]> {
  return Promise.all(
    assets.map(async (id) => {
      const [rules, counts] = await Promise.all([transferRules.rulesOf(id), transferRules.countsOf(id)]);
      return assetGas(rules.length, counts);
    }),
  );
}

/** What else than its net vector a chunk's gas depends on. */
export interface ChunkSurroundings {
  /** Of each asset of the vector, in its order. */
  readonly assets: readonly AssetGas[];
  /** Which positions are empty before; left out, none. */
  readonly isNew?: (asset: bigint, account: string) => boolean;
  /** How many of its debtors' positions it unlocks. */
  readonly unlocks?: number;
}

/** What a chunk takes at most. */
export function chunkGas(
  net: Pick<NetVector, "currency" | "assets" | "accounts" | "shares">,
  { assets, isNew = () => false, unlocks = 0 }: ChunkSurroundings,
): number {
  const { shares } = unpackNetVector(net);
  const gasOf = new Map(net.assets.map((id, place) => [id, assets[place]]));
  const moved = shares.reduce((sum, { asset, account }) => {
    const { position = 0, newPosition = 0 } = gasOf.get(asset) ?? {};
    return sum + position + (isNew(asset, account) ? newPosition : 0);
  }, 0);
  const once = assets.reduce((sum, asset) => sum + asset.once, assets.length === 0 ? 0 : FIRST_ASSET);
  const holders = new Set(shares.map(({ account }) => account)).size;

  return CHUNK + once + ACCOUNT * net.accounts.length + LOOKUP * holders + moved + UNLOCK * unlocks;
}

/** What is planned with of the gas that a transaction may have. */
export function usableGas(cap: bigint): number {
  return Number((cap * USABLE_PERCENT) / 100n);
}

/** Whoever knows the newest block. */
export interface BlockReader {
  getBlock(tag: "latest"): Promise<{ readonly gasLimit: bigint } | null>;
}

/** Most gas that a transaction may have on this chain: no more than a block, on some. */
export async function readGasCap(provider: BlockReader): Promise<bigint> {
  const limit = (await provider.getBlock("latest"))?.gasLimit ?? GAS_LIMIT;
  return limit < GAS_LIMIT ? limit : GAS_LIMIT;
}

export interface Packing {
  /** Most gas that a transaction may have; left out, {@link GAS_LIMIT}. */
  readonly cap?: bigint;
  /** Whether shares move alone, as they do in transfers: a trade moves cash of both accounts, too. */
  readonly movesSharesAlone?: boolean;
}

/**
 * How many positions a chunk may touch to fit a transaction, be they the dearest that the snapshot has. Where everything is traded,
 * an account has one of cash beside up to one of shares for each asset; as many as are empty in the snapshot may be new ones.
 */
export function positionsThatFit(
  { shares }: Pick<Snapshot, "shares">,
  assets: readonly AssetGas[],
  { cap = GAS_LIMIT, movesSharesAlone = false }: Packing = {},
): number {
  const [position, newPosition] = [
    Math.max(0, ...assets.map((asset) => asset.position)),
    Math.max(0, ...assets.map((asset) => asset.newPosition)),
  ];
  const fixed = assets.reduce((sum, { once }) => sum + once, CHUNK + FIRST_ASSET);
  const left = usableGas(cap) - fixed;
  const ofShares = movesSharesAlone ? 1 : assets.length / (assets.length + 1);
  const each = ofShares * position + (movesSharesAlone ? 1 : 1 - ofShares) * (ACCOUNT + LOOKUP);
  const empty = shares.filter(({ balance }) => balance === 0n).length;

  const ifAllAreNew = left / (each + ofShares * newPosition);
  const fitting = ofShares * ifAllAreNew <= empty ? ifAllAreNew : (left - empty * newPosition) / each;
  return Math.min(MAX_CHUNK_POSITIONS, Math.max(0, Math.floor(fitting)));
}

/** The same, asking the chain for rules and the size of its transactions. Throws if not even one trade fits. */
export async function readPositionLimit(
  suite: Pick<Suite, "transferRules">,
  provider: BlockReader,
  snapshot: Snapshot,
  { movesSharesAlone = false }: Pick<Packing, "movesSharesAlone"> = {},
): Promise<number> {
  const [assets, cap] = await Promise.all([
    readAssetGas(
      suite,
      snapshot.assets.map(({ id }) => id),
    ),
    readGasCap(provider),
  ]);
  const limit = positionsThatFit(snapshot, assets, { cap, movesSharesAlone });
  if (limit < MIN_CHUNK_POSITIONS) throw nothingFits(cap);
  return limit;
}

function nothingFits(cap: bigint): MoietyError {
  return new MoietyError({
    what: `not even one trade fits a transaction, which may have ${cap} gas here`,
    why: "that is what a block of this chain has room for, and rules and assets take more",
    todo: "settle on a chain with larger blocks, or fewer assets in one file",
    notDone: "nothing was sent",
    exitCode: ExitCode.refused,
  });
}
