/**
 * Who works on which piece of a job: one shared counter hands out pieces, one shared byte per piece says whether it is
 * done. A piece that was taken but never finished belongs to a thread that died; it is simply done again. Whoever
 * finishes a piece leaves the checksum of what he wrote, so that a result that changed afterwards is noticed.
 */
export interface Claims {
  /** Next piece; stop flag. 64 bytes apart, so that writing one does not slow down who reads the other. */
  readonly control: Int32Array;
  readonly done: Uint8Array;
  /** Of each done piece: CRC-32 of what was written. */
  readonly checksums: Uint32Array;
}

/** Does one piece and returns the checksum of what it wrote. */
export type PieceWork = (piece: number) => number;

const NEXT = 0;
const STOP = 16;

/** Claims for `pieces` pieces, none taken. */
export function createClaims(pieces: number): Claims {
  return {
    control: new Int32Array(new SharedArrayBuffer(128)),
    done: new Uint8Array(new SharedArrayBuffer(pieces)),
    checksums: new Uint32Array(new SharedArrayBuffer(4 * pieces)),
  };
}

/** Takes the next piece; undefined if none is left or someone said stop. */
export function takePiece(claims: Claims): number | undefined {
  const piece = Atomics.add(claims.control, NEXT, 1);
  return piece >= claims.done.length || Atomics.load(claims.control, STOP) !== 0 ? undefined : piece;
}

/** Takes pieces until none is left or someone says stop, and does each. */
export function workThrough(claims: Claims, work: PieceWork): void {
  for (let piece = takePiece(claims); piece !== undefined; piece = takePiece(claims)) {
    markDone(claims, piece, work(piece));
  }
}

/** Tells everyone to take no further piece. */
export function stopWork(claims: Claims): void {
  Atomics.store(claims.control, STOP, 1);
}

/** Marks a piece as done; `checksum` is there before anyone can see that it is. */
export function markDone(claims: Claims, piece: number, checksum: number): void {
  claims.checksums[piece] = checksum;
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
