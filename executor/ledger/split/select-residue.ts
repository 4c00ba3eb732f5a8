import type { RangeWork } from "../../workers/jobs.ts";
import { codeOf, FIRST_EARLY_CODE, ROW, ROW_WORDS } from "../rows.ts";
import { RESIDUE, type SplitTables } from "./split-tables.ts";

const NONE = -1;

/**
 * Divides rows into those whose code is known, because all that they touch is covered, and the residue, which has to run
 * in its order. A row that only adds to something uncovered is residue too: what the others find there depends on it.
 */
export function selectRows(tables: SplitTables): RangeWork {
  const { rows, codes, covered } = tables;

  return (from, to) => {
    for (let index = from; index < to; index++) {
      const code = codeOf(rows.words[index * ROW_WORDS + ROW.head] ?? 0);
      const isKnown = code >= FIRST_EARLY_CODE || isCovered(tables, index * ROW_WORDS, code);
      codes[index] = isKnown ? code : RESIDUE;
      covered[index] = isKnown && code === 0 ? 1 : 0;
    }
  };
}

function isCovered({ rows, cellCount, room, limited }: SplitTables, row: number, code: number): boolean {
  const { words } = rows;
  const isRoomy = (place: number) => (room[place] ?? -1n) >= 0n;
  const buyFill = words[row + ROW.buyFill] ?? NONE;
  const sellFill = words[row + ROW.sellFill] ?? NONE;
  if (buyFill !== NONE && !isRoomy(cellCount + buyFill)) return false;
  if (sellFill !== NONE && !isRoomy(cellCount + sellFill)) return false;
  if (code !== 0) return true; // refused by the register, and moves nothing

  const pay = words[row + ROW.pay] ?? NONE;
  if (limited[(words[row + ROW.asset] ?? 0) & 0xffff] === 1) return false;
  if (!isRoomy(words[row + ROW.from] ?? NONE) || !isRoomy(words[row + ROW.to] ?? NONE)) return false;
  return pay === NONE || (isRoomy(pay) && isRoomy(words[row + ROW.receive] ?? NONE));
}
