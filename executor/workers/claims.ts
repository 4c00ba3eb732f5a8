/**
 * Who works on which piece of a job: one shared counter hands out pieces, one shared byte per piece says whether it is
 * done. A piece that was taken but never finished belongs to a thread that died; it is simply done again. Whoever
 * finishes a piece leaves the checksum of what he wrote, so that a result that changed afterwards is noticed.
 */
export interface Claims {
  /** Counters and flags, 64 bytes apart, so that writing one does not slow down who reads another. */
  readonly control: Int32Array;
  readonly done: Uint8Array;
  /** Of each done piece: CRC-32 of what was written. */
  readonly checksums: Uint32Array;
  /** One byte per thread that was told of the job: whether it takes no more pieces of it. */
  readonly left: Uint8Array;
}

/** Does one piece and returns the checksum of what it wrote. */
export type PieceWork = (piece: number) => number;

const NEXT = 0;
const STOP = 16;
const DONE = 32;
/** Changes whenever whoever waits for the job should look again. */
const SIGNAL = 48;
const CONTROL_BYTES = 256;

/** No piece is left to take. */
export const NO_PIECE = -1;

/** Claims for `pieces` pieces, none taken, of which up to `threads` threads are told. */
export function createClaims(pieces: number, threads = 0): Claims {
  return {
    control: new Int32Array(new SharedArrayBuffer(CONTROL_BYTES)),
    done: new Uint8Array(new SharedArrayBuffer(pieces)),
    checksums: new Uint32Array(new SharedArrayBuffer(4 * pieces)),
    left: new Uint8Array(new SharedArrayBuffer(threads)),
  };
}

/** The next piece, {@link NO_PIECE} if none is left or someone said stop. */
export function takePiece({ control, done }: Claims): number {
  if (Atomics.load(control, STOP) !== 0) return NO_PIECE;
  const piece = Atomics.add(control, NEXT, 1);
  return piece < done.length ? piece : NO_PIECE;
}

/** Takes pieces until none is left or someone says stop, and does each. */
export function workThrough(claims: Claims, work: PieceWork): void {
  for (let piece = takePiece(claims); piece !== NO_PIECE; piece = takePiece(claims)) {
    markDone(claims, piece, work(piece));
  }
}

/** Tells everyone to take no further piece. */
export function stopWork(claims: Claims): void {
  Atomics.store(claims.control, STOP, 1);
}

/**
 * Marks a piece as done, and says so if it was the last; `checksum` is there before anyone can see that it is. A piece that is
 * done twice counts once, or others would be taken for done while somebody still works on them.
 */
export function markDone(claims: Claims, piece: number, checksum: number): void {
  claims.checksums[piece] = checksum;
  if (Atomics.exchange(claims.done, piece, 1) === 1) return;
  if (Atomics.add(claims.control, DONE, 1) + 1 === claims.done.length) wake(claims);
}

/** Says that the thread in place `seat` takes no more pieces. */
export function leaveWork(claims: Claims, seat: number): void {
  Atomics.store(claims.left, seat, 1);
  wake(claims);
}

/** Whether the thread in place `seat` takes no more pieces. */
export function hasLeft(claims: Claims, seat: number): boolean {
  return Atomics.load(claims.left, seat) !== 0;
}

/** How many pieces are done. */
export function countDone(claims: Claims): number {
  return Atomics.load(claims.control, DONE);
}

/** The pieces that nobody finished. */
export function unfinishedPieces(claims: Claims): number[] {
  return [...claims.done.keys()].filter((piece) => Atomics.load(claims.done, piece) === 0);
}

/** Lets whoever waits for the job look again. */
export function wake({ control }: Claims): void {
  Atomics.add(control, SIGNAL, 1);
  Atomics.notify(control, SIGNAL);
}

/** Returns once `isOver` says so; it is asked again after every {@link wake}. The calling thread stays free meanwhile. */
export async function waitUntil({ control }: Claims, isOver: () => boolean): Promise<void> {
  for (;;) {
    const heard = Atomics.load(control, SIGNAL);
    if (isOver()) return;
    const { async, value } = Atomics.waitAsync(control, SIGNAL, heard);
    if (async) await value;
  }
}
