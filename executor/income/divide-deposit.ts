import { copyWords, viewOf, wordsOf } from "../formats/integers.ts";
import type { RangeOfItems, RangeWork } from "../workers/jobs.ts";
import { ADDRESS_BYTES } from "./addresses.ts";
import { type ExtraUnits, type Losses, lossClassifier } from "./extra-units.ts";
import { type HolderTable, MAX_BPS } from "./holder-table.ts";
import { ROW_AT, ROW_BYTES, writeIncome } from "./income-rows.ts";

/** What is divided, and among whom. */
interface Division {
  readonly holders: HolderTable;
  readonly deposit: bigint;
  readonly totalShares: bigint;
}

/** What each holder loses by rounding down, in parts of a base unit of which `totalShares` make one. */
export interface FindLossesJob extends RangeOfItems, Division {
  readonly kind: "findLosses";
  readonly losses: Losses;
}

/** Each holder's row: his part of the deposit, and what is withheld of it. */
export interface DivideDepositJob extends RangeOfItems, Division {
  readonly kind: "divideDeposit";
  readonly rows: Uint8Array;
  /** Left out, the units that rounding leaves over go to nobody. */
  readonly extra?: { readonly losses: Losses; readonly units: ExtraUnits };
}

export function findLosses({ holders, deposit, totalShares, losses }: FindLossesJob): RangeWork {
  const rest = deposit % totalShares; // whole units per share lose nothing
  const classOf = lossClassifier(totalShares);

  return (first, last) => {
    for (let place = first; place < last; place++) {
      const loss = (rest * (holders.shares[place] ?? 0n)) % totalShares;
      losses.values[place] = loss;
      losses.classes[place] = classOf(loss);
    }
  };
}

export function divideDeposit({ holders, deposit, totalShares, rows, extra }: DivideDepositJob): RangeWork {
  const view = viewOf(rows);
  const from = wordsOf(holders.addresses);
  const to = wordsOf(rows);

  return (first, last) => {
    for (let place = first; place < last; place++) {
      const at = place * ROW_BYTES;
      const bps = holders.withholdingBps[place] ?? 0;
      let gross = (deposit * (holders.shares[place] ?? 0n)) / totalShares;
      if (extra !== undefined && isDueUnit(extra.units, extra.losses.values[place] ?? 0n, place)) gross += 1n;

      copyWords(from, place * (ADDRESS_BYTES / 4), to, at / 4, ADDRESS_BYTES / 4);
      writeIncome(view, at + ROW_AT.gross, gross);
      if (bps > 0) writeIncome(view, at + ROW_AT.withheld, (gross * BigInt(bps)) / BigInt(MAX_BPS));
    }
  };
}

const isDueUnit = ({ above, equalBefore }: ExtraUnits, loss: bigint, place: number): boolean =>
  loss > above || (loss === above && place < equalBefore);
