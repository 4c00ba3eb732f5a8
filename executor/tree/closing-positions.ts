import { fromHex } from "../formats/hex.ts";
import { viewOf, writeWord } from "../formats/integers.ts";
import { POSITION_KIND } from "../formats/position-leaf.ts";
import type { LedgerState } from "../ledger/state.ts";
import type { PackedSnapshot } from "../packed-snapshot.ts";
import { sharedBytes } from "../workers/shared-bytes.ts";
import { amountColumn, type PositionTables, placeColumn } from "./position-table.ts";

const NONE = new BigInt64Array(0);

/**
 * The positions of `opening` as they are in `state`: shares, and cash, in the order of the snapshot. Who had no cash listed
 * and now has some comes behind, by account and then currency.
 */
export function closingPositions(opening: PackedSnapshot, state: LedgerState): PositionTables {
  const { accounts, shares, assets, currencies } = opening;
  const { cells, lockedAt, frozenAt, cashAt } = state;
  const count = shares.account.length;
  const rows = listCash(opening, state);
  const deposited = amountColumn(rows.length);
  const [account, unit] = [placeColumn(rows.length), placeColumn(rows.length)];
  for (let row = 0; row < rows.length; row++) {
    const place = rows[row] ?? 0;
    account[row] = Math.floor(place / currencies.length);
    unit[row] = place % currencies.length;
    deposited[row] = cells[cashAt + place] ?? 0n;
  }

  return {
    shares: {
      kind: POSITION_KIND.shares,
      count,
      addresses: accounts.addresses,
      units: unitWords(assets.map(({ id }) => id)),
      account: shares.account,
      unit: shares.asset,
      spendable: cells.subarray(0, count),
      locked: cells.subarray(lockedAt, lockedAt + count),
      frozen: cells.subarray(frozenAt, frozenAt + count),
    },
    cash: {
      kind: POSITION_KIND.cash,
      count: rows.length,
      addresses: accounts.addresses,
      units: currencyWords(currencies.map(({ address }) => address)),
      account,
      unit,
      spendable: deposited,
      locked: NONE,
      frozen: NONE,
    },
  };
}

/** Each row as `account × currencies + currency`: those of the snapshot, then those that are new. */
function listCash({ accounts, currencies, cash }: PackedSnapshot, { cells, cashAt }: LedgerState): Uint32Array {
  const width = currencies.length;
  const places = (accounts.addresses.length / 20) * width;
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

function unitWords(ids: readonly bigint[]): Uint8Array {
  const words = sharedBytes(32 * ids.length);
  const view = viewOf(words);
  for (const [place, id] of ids.entries()) writeWord(view, 32 * place, id);
  return words;
}

function currencyWords(addresses: readonly string[]): Uint8Array {
  const words = sharedBytes(32 * addresses.length);
  for (const [place, address] of addresses.entries()) words.set(fromHex(address, 20), 32 * place + 12);
  return words;
}
