/** Rounds of netting and serial settlement in one batch; what then still waits is recycled. */
export const MAX_ROUNDS = 16;

/** Most instructions that are put together because one needs the other: with more, tries run deep instead of wide. */
export const MAX_CIRCLE = 6;

/** Sets of instructions that are looked at to find one that settles with a given one. */
export const MAX_TRIES = 64;

/** A record counts attempts in a byte. */
export const MAX_ATTEMPT = 255;
