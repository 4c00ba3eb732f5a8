/** Who is behind a wallet, as contracts/investors/Party.sol packs it into a word. */
export interface Party {
  /** 0 nobody, 1 the suite's own addresses, from 2 on people. */
  readonly number: number;
  readonly country: number;
  readonly classes: number;
  readonly flags: number;
  readonly verifiedUntil: bigint;
}

/** Bits of `Party.flags` and `Profile.flags` (contracts/investors/InvestorFlags.sol). */
export const FLAG = { suspended: 1, liquidateOnly: 2, omnibus: 4, protocol: 8, frozen: 16, retired: 32 } as const;

/** What a registrar sets of an investor. */
export const SETTABLE_FLAGS = FLAG.suspended | FLAG.liquidateOnly | FLAG.omnibus;

/** The number of the first investor; those below are nobody and the suite itself. */
export const FIRST_INVESTOR = 2;

export function unpackParty(word: bigint): Party {
  const field = (from: bigint, bits: bigint) => (word >> from) & ((1n << bits) - 1n);
  return {
    number: Number(field(0n, 32n)),
    country: Number(field(32n, 16n)),
    classes: Number(field(48n, 16n)),
    flags: Number(field(64n, 16n)),
    verifiedUntil: field(80n, 48n),
  };
}
