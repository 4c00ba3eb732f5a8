/** How patient a settler is, and how much it pays. */
export interface Pace {
  /** How many blocks have to be on top of what settled before it counts as settled. */
  readonly confirmations: number;
  /** How long a transaction may wait before it is offered again with a higher fee. */
  readonly bumpAfterMs: number;
  /** How often it is offered, under one nonce. */
  readonly mostOffers: number;
  /** How long one transaction, or its confirmations, may take in all. */
  readonly patienceMs: number;
  /** How long a node that does not answer is asked again. */
  readonly silenceMs: number;
  readonly pauseMs: number;
  /** Most wei per gas that is ever offered. */
  readonly feeCap: bigint;
  /** How often a batch's leftovers go into another batch. */
  readonly mostRounds: number;
}

const GWEI = 1_000_000_000n;

/** Development chains answer at once and mine what they get. */
export const LOCAL_PACE: Pace = {
  confirmations: 0,
  bumpAfterMs: 10_000,
  mostOffers: 5,
  patienceMs: 60_000,
  silenceMs: 10_000,
  pauseMs: 50,
  feeCap: 1_000n * GWEI,
  mostRounds: 16,
};

/** Public chains take their time and change their minds. Twelve blocks are two and a half minutes on Ethereum. */
export const PUBLIC_PACE: Pace = {
  confirmations: 12,
  bumpAfterMs: 60_000,
  mostOffers: 8,
  patienceMs: 1_800_000,
  silenceMs: 300_000,
  pauseMs: 4_000,
  feeCap: 300n * GWEI,
  mostRounds: 16,
};
