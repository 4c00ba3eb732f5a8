/**
 * Who works on which piece of a job: one shared counter hands out pieces, one shared byte per piece says whether it is
 * done. A piece that was taken but never finished belongs to a thread that died; it is simply done again.
 */
export interface Claims {
  /** Next piece; stop flag. 64 bytes apart, so that writing one does not slow down who reads the other. */
  readonly control: Int32Array;
  readonly done: Uint8Array;
}

const NEXT = 0;
const STOP = 16;

/** Claims for `pieces` pieces, none taken. */
export function createClaims(pieces: number): Claims {
  return {
    control: new Int32Array(new SharedArrayBuffer(128)),
    done: new Uint8Array(new SharedArrayBuffer(pieces)),
  };
}

/** Takes pieces until none is left or someone says stop, and runs `work` on each. */
export function workThrough(claims: Claims, work: (piece: number) => void): void {
  for (;;) {
    const piece = Atomics.add(claims.control, NEXT, 1);
    if (piece >= claims.done.length || Atomics.load(claims.control, STOP) !== 0) return;
    work(piece);
    markDone(claims, piece);
  }
}

/** Tells everyone to take no further piece. */
export function stopWork(claims: Claims): void {
  Atomics.store(claims.control, STOP, 1);
}

/** Marks a piece as done outside of {@link workThrough}. */
export function markDone(claims: Claims, piece: number): void {
  Atomics.store(claims.done, piece, 1);
}

/** How many pieces are done. */
export function countDone(claims: Claims): number {
  return claims.done.length - unfinishedPieces(claims).length;
}

/** The pieces that nobody finished. */
export function unfinishedPieces(claims: Claims): number[] {
  return [...claims.done.keys()].filter((piece) => Atomics.load(claims.done, piece) === 0);
}
