import { ZeroAddress } from "ethers";
import { parseAddress } from "../../sdk/address.ts";
import { badInput } from "../../sdk/errors.ts";
import { parseUntil } from "../../sdk/time.ts";

/** Until when holders are paid, and who gets the rest then. */
export interface EndTerms {
  /** Last second; 0: for ever. */
  readonly expiresAt: bigint;
  readonly reclaimTo: string | null;
}

/** Reads `--expires` and `--reclaim-to`, which come together or not at all. */
export function parseEnd(expires: string, reclaimTo: string): EndTerms {
  if (expires === "" && reclaimTo === "") return { expiresAt: 0n, reclaimTo: null };
  if (expires === "" || reclaimTo === "") {
    throw badInput("an end needs both a last day and somebody who gets the rest", {
      where: expires === "" ? "--expires" : "--reclaim-to",
      notDone: "nothing was sent",
    });
  }
  return { expiresAt: parseUntil(expires), reclaimTo: parseAddress(reclaimTo, "--reclaim-to") };
}

/** The desk writes nobody as zero. */
export function orZero(account: string | null): string {
  return account ?? ZeroAddress;
}
