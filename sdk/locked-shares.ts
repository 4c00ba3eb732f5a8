import { MAX_AMOUNT } from "../executor/formats/integers.ts";
import { type NetVector, packShares, unpackNetVector } from "../executor/formats/net-vector.ts";
import type { Suite } from "./connect.ts";
import { inPages } from "./in-pages.ts";

/** What an account has of an asset, and who holds it back. */
export interface ShareHolding {
  readonly balance: bigint;
  readonly frozen: bigint;
  /** Locked in the register, by whomever. */
  readonly locked: bigint;
  /** Of these, what chunks of the settlement desk may use: locked there, or leaving and still within its window. */
  readonly usable: bigint;
}

/** A place in a net vector from which shares go out. */
export interface ShareDebit {
  /** Asset and account, as the two highest numbers of a share word. */
  readonly key: bigint;
  readonly asset: bigint;
  readonly account: string;
  readonly quantity: bigint;
}

type LockReader = Pick<Suite, "shareToken" | "settlementDesk">;

/** When something is asked: as of the end of a block, for a transaction at `time`. */
export interface BlockTime {
  readonly block: number;
  readonly time: bigint;
}

/** How many accounts are asked about at a time. */
const PAGE = 25;

/**
 * Shares that a chunk may take of an account: those that are free, and those locked at the desk. Below zero where more is held back
 * than is there: as many have to arrive before any goes out. More is never held back than all the shares there can be.
 */
export function spendableByChunks({ balance, frozen, locked, usable }: ShareHolding): bigint {
  const held = frozen + locked - usable;
  return balance - (held < MAX_AMOUNT ? held : MAX_AMOUNT);
}

/** How many locked shares a chunk has to unlock to take `quantity`: those in the wallet go first. */
export function countToUnlock({ balance, frozen, locked, usable }: ShareHolding, quantity: bigint): bigint {
  const missing = atLeastZero(quantity - (balance - frozen - locked));
  return missing < usable ? missing : usable;
}

/** What goes out in a chunk, in the order in which `settleChunk` wants its unlocks. */
export function debitsOf(net: NetVector): ShareDebit[] {
  return unpackNetVector(net).shares.flatMap(({ asset, account, delta }, place) =>
    delta < 0n ? [{ key: (net.shares[place] ?? 0n) >> 224n, asset, account, quantity: -delta }] : [],
  );
}

/** The word that has `settleChunk` unlock so many shares for a debit. */
export function unlockWord({ key }: ShareDebit, quantity: bigint): bigint {
  return packShares(Number(key >> 16n), Number(key & 0xffffn), quantity);
}

/** An account's holding at the end of a block. */
export async function readShareHolding(
  { shareToken, settlementDesk }: LockReader,
  account: string,
  asset: bigint,
  { block, time }: BlockTime,
): Promise<ShareHolding> {
  const at = { blockTag: block };
  const [balance, frozen, locked, atDesk] = await Promise.all([
    shareToken.balanceOf(account, asset, at),
    shareToken.getFrozenTokens(account, asset, at),
    shareToken.lockedOf(account, asset, at),
    settlementDesk.locksOf(account, asset, at),
  ]);
  const leaving = time < atDesk.unlocksAt ? atDesk.leaving : 0n;
  return { balance, frozen, locked, usable: atDesk.locked + leaving };
}

/**
 * The `unlocks` with which a chunk is to be posted, as of the end of `block`. What an account lacks although all it has locked is
 * unlocked stays lacking: the register says of whom when it refuses the chunk.
 */
export async function unlocksFor(suite: LockReader, net: NetVector, at: BlockTime): Promise<bigint[]> {
  return (await unlocksInTurn(suite, [net], at))[0] ?? [];
}

/** The `unlocks` of several chunks that are to settle one after another, as of the end of the block before the first. */
export async function unlocksInTurn(suite: LockReader, nets: readonly NetVector[], at: BlockTime): Promise<bigint[][]> {
  const holdings = await readLockedHoldings(suite, nets.flatMap(debitsOf), at);

  return nets.map((net) => {
    const words = debitsOf(net).flatMap((debit) => {
      const holding = holdings.get(placeOf(debit));
      const unlocked = holding === undefined ? 0n : countToUnlock(holding, debit.quantity);
      if (holding === undefined || unlocked === 0n) return [];
      const left = { locked: holding.locked - unlocked, usable: holding.usable - unlocked };
      holdings.set(placeOf(debit), { ...holding, ...left });
      return [unlockWord(debit, unlocked)];
    });
    for (const movement of unpackNetVector(net).shares) {
      const holding = holdings.get(placeOf(movement));
      if (holding === undefined) continue;
      holdings.set(placeOf(movement), { ...holding, balance: holding.balance + movement.delta });
    }
    return words;
  });
}

/** The holdings of those debtors who have something locked for chunks: of nobody else has anything to be unlocked. */
async function readLockedHoldings(
  suite: LockReader,
  debits: readonly ShareDebit[],
  at: BlockTime,
): Promise<Map<string, ShareHolding>> {
  const places = [...new Map(debits.map((debit) => [placeOf(debit), debit])).values()];
  const rows = await inPages(places, PAGE, async (debit): Promise<[string, ShareHolding][]> => {
    const { locked, leaving } = await suite.settlementDesk.locksOf(debit.account, debit.asset, { blockTag: at.block });
    if (locked + leaving === 0n) return [];
    return [[placeOf(debit), await readShareHolding(suite, debit.account, debit.asset, at)]];
  });
  return new Map(rows.flat());
}

const placeOf = ({ asset, account }: Pick<ShareDebit, "asset" | "account">): string => `${asset}/${account}`;
const atLeastZero = (value: bigint): bigint => (value < 0n ? 0n : value);
