/** Rounds of netting and serial settlement in one batch; what then still waits is recycled. */
export const MAX_ROUNDS = 16;

/** Most trades that are put together because one needs the other. */
export const MAX_CIRCLE = 64;

/** Sets of trades that are looked at to find one that settles with a given trade. */
export const MAX_TRIES = 64;

/** A record counts attempts in a byte. */
export const MAX_ATTEMPT = 255;
