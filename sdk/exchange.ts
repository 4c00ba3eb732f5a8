import type { TypedDataField } from "ethers";
import type { LegStruct } from "../typechain-types/contracts/settlement/ISettlementDesk.ts";

/** What the parties of an exchange sign, in the settlement desk's domain. */
export const EXCHANGE_TYPES: Record<string, TypedDataField[]> = {
  Exchange: [
    { name: "legs", type: "Leg[]" },
    { name: "expiry", type: "uint64" },
    { name: "salt", type: "uint256" },
  ],
  Leg: [
    { name: "from", type: "address" },
    { name: "to", type: "address" },
    { name: "currency", type: "address" },
    { name: "asset", type: "uint256" },
    { name: "amount", type: "uint128" },
  ],
};

/** One thing that one account gives another; `currency` is the zero address if it is shares of `asset`. */
export interface Leg extends LegStruct {
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  readonly asset: bigint;
  readonly amount: bigint;
}

/** The legs in the one sequence that the desk takes: shares by asset, then cash by currency. */
export function sortLegs(legs: readonly Leg[]): Leg[] {
  return legs.toSorted(
    (one, other) => sign(BigInt(one.currency) - BigInt(other.currency)) || sign(one.asset - other.asset),
  );
}

/** Everybody who has to sign, in the sequence in which the desk wants the signatures. */
export function partiesOf(legs: readonly Leg[]): string[] {
  const parties = new Set(legs.flatMap(({ from, to }) => [from, to]));
  return [...parties].toSorted((one, other) => sign(BigInt(one) - BigInt(other)));
}

function sign(difference: bigint): number {
  return difference < 0n ? -1 : Number(difference > 0n);
}
