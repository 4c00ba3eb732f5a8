/** How a reservation that took more than the hard cap is divided; what `OfferingDesk.prorate` wants to be told. */
export interface Division {
  /** Remainder and, plus one, place of the last buyer who gets one share more than his part rounded down. */
  readonly threshold: bigint;
  readonly cutoff: bigint;
  /** What each place gets, in order. */
  readonly parts: readonly bigint[];
}

/**
 * Divides `hardCap` shares among the reservations, by largest remainders; of equal remainders the earlier place goes first.
 * @param reservations shares by place, 0 where somebody has cancelled; together more than `hardCap`
 */
export function divideReservation(reservations: readonly bigint[], hardCap: bigint): Division {
  const reserved = reservations.reduce((sum, shares) => sum + shares, 0n);
  if (reserved <= hardCap) throw new RangeError(`${reserved} shares need not be divided into ${hardCap}`);
  const floors = reservations.map((shares) => (shares * hardCap) / reserved);
  const remainders = reservations.map((shares) => (shares * hardCap) % reserved);
  const left = Number(hardCap - floors.reduce((sum, part) => sum + part, 0n));

  const order = remainders.map((remainder, place) => ({ remainder, place }));
  order.sort((one, other) =>
    one.remainder === other.remainder ? one.place - other.place : one.remainder > other.remainder ? -1 : 1,
  );
  const more = new Set(order.slice(0, left).map(({ place }) => place));
  const last = order[left - 1];
  return {
    // Nobody's remainder reaches what was reserved: without a rest nobody gets more.
    threshold: last?.remainder ?? reserved,
    cutoff: last === undefined ? 0n : BigInt(last.place) + 1n,
    parts: floors.map((part, place) => (more.has(place) ? part + 1n : part)),
  };
}
