import { fromHex } from "../formats/hex.ts";
import { viewOf, writeWord } from "../formats/integers.ts";
import { POSITION_KIND } from "../formats/position-leaf.ts";
import type { LedgerState } from "../ledger/state.ts";
import { ADDRESS_BYTES, type PackedSnapshot } from "../packed-snapshot.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";
import { amountColumn, type PositionTable, type PositionTables, placeColumn } from "./position-table.ts";

const NONE = new BigInt64Array(0);

/** The positions of a snapshot, in its order. */
export function openingPositions(snapshot: PackedSnapshot): PositionTables {
  const { shares, cash } = snapshot;
  const locked = amountColumn(shares.account.length);
  for (let row = 0; row < locked.length; row++)
    locked[row] = (shares.balance[row] ?? 0n) - (shares.spendable[row] ?? 0n);

  return {
    shares: tableOfShares(snapshot, { spendable: shares.spendable, locked, frozen: NONE }),
    cash: tableOfCash(snapshot, cash.account, cash.currency, cash.deposited),
  };
}

/**
 * The positions of `opening` as they are in `state`: shares, and cash, in the order of the snapshot. Who had no cash listed
 * and now has some comes behind, by account and then currency.
 */
export function closingPositions(opening: PackedSnapshot, state: LedgerState): PositionTables {
  const { cells, cashAt, lockedAt, frozenAt } = state;
  const count = opening.shares.account.length;
  const width = opening.currencies.length;
  const rows = listCash(opening, state);
  const [account, currency] = [placeColumn(rows.length), placeColumn(rows.length)];
  const deposited = amountColumn(rows.length);
  for (let row = 0; row < rows.length; row++) {
    const place = rows[row] ?? 0;
    account[row] = Math.floor(place / width);
    currency[row] = place % width;
    deposited[row] = cells[cashAt + place] ?? 0n;
  }

  return {
    shares: tableOfShares(opening, {
      spendable: cells.subarray(0, count),
      locked: cells.subarray(lockedAt, lockedAt + count),
      frozen: cells.subarray(frozenAt, frozenAt + count),
    }),
    cash: tableOfCash(opening, account, currency, deposited),
  };
}

/** Each row as `account × currencies + currency`: those of the snapshot, then those that are new. */
function listCash({ accounts, currencies, cash }: PackedSnapshot, { cells, cashAt }: LedgerState): Uint32Array {
  const width = currencies.length;
  const places = (accounts.addresses.length / ADDRESS_BYTES) * width;
  const isListed = new Uint8Array(places);
  const rows = new Uint32Array(places);
  let count = 0;

  for (let row = 0; row < cash.account.length; row++) {
    const place = (cash.account[row] ?? 0) * width + (cash.currency[row] ?? 0);
    isListed[place] = 1;
    rows[count++] = place;
  }
  for (let place = 0; place < places; place++) {
    if (isListed[place] === 0 && cells[cashAt + place] !== 0n) rows[count++] = place;
  }
  return rows.subarray(0, count);
}

function tableOfShares(
  { accounts, shares, assets }: PackedSnapshot,
  amounts: Pick<PositionTable, "spendable" | "locked" | "frozen">,
): PositionTable {
  const units = sharedBytes(32 * assets.length);
  const view = viewOf(units);
  for (const [place, { id }] of assets.entries()) writeWord(view, 32 * place, id);

  const { account, asset: unit } = shares;
  const { addresses } = accounts;
  return { kind: POSITION_KIND.shares, count: account.length, addresses, units, account, unit, ...amounts };
}

function tableOfCash(
  { accounts, currencies }: PackedSnapshot,
  account: Uint32Array,
  unit: Uint16Array | Uint32Array,
  spendable: BigInt64Array,
): PositionTable {
  const units = sharedBytes(32 * currencies.length);
  for (const [place, { address }] of currencies.entries()) units.set(fromHex(address, 20), 32 * place + 12);

  const { addresses } = accounts;
  const count = account.length;
  return { kind: POSITION_KIND.cash, count, addresses, units, account, unit, spendable, locked: NONE, frozen: NONE };
}
