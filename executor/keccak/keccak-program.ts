import {
  add,
  andNot,
  type Code,
  code,
  encodeModule,
  get,
  i32,
  loadFirst,
  loadNumber,
  loadSecond,
  loadSplat,
  or,
  repeatWhile,
  set,
  shiftLeft,
  shiftNumberLeft,
  shiftRight,
  splat,
  storeLane,
  subtract,
  tee,
  xor,
  zero,
} from "./wasm.ts";

/** Bytes that keccak-256 takes in before it permutes. */
export const BLOCK_BYTES = 136;

const ROUNDS = 24;
const LANES = 25;

/** Bytes of the constants at the start of the memory. */
export const CONSTANT_BYTES = ROUNDS * 8;

/** Written out per turn of the loop, an even number: measured, the code of more no longer runs faster but slower. */
const ROUNDS_PER_TURN = 4;

/** Parameters. `messages` (the first of a pair) and `output` walk on, `pairs` counts down. */
const MESSAGES = 0;
const STRIDE = 1;
const BLOCKS = 2;
const OUTPUT = 3;
const OUTPUT_STRIDE = 4;
const PAIRS = 5;
const PARAMETERS = 6;

/** The second message of the pair, blocks left of both, and where the constant of the next round stands. */
const SECOND = PARAMETERS;
const BLOCKS_LEFT = PARAMETERS + 1;
const CONSTANT = PARAMETERS + 2;
const FIRST_LANES = PARAMETERS + 3;

/** The state before even and odd rounds, a row of one, the columns' parities, what theta adds, and one to shift. */
const even = (lane: number) => FIRST_LANES + lane;
const odd = (lane: number) => FIRST_LANES + LANES + lane;
const row = (x: number) => FIRST_LANES + 2 * LANES + x;
const parity = (x: number) => row(5) + x;
const theta = (x: number) => parity(5) + x;
const SHIFTED = theta(5);

const range = (count: number): number[] => [...Array(count).keys()];
const forEach = (count: number, part: (i: number) => Code): Code => range(count).flatMap(part);

/**
 * keccak-256 of pairs of messages, one in each 64-bit half of the 128-bit registers: two cost little more than one.
 * `hash(messages, stride, blocks, output, outputStride, pairs)` takes padded messages, `stride` bytes from one to the
 * next and `blocks` blocks each, and writes each hash `outputStride` bytes after the one before.
 */
export function encodeKeccakModule(): Uint8Array<ArrayBuffer> {
  const hashPair = code(
    forEach(LANES, (lane) => code(zero, set(even(lane)))),
    code(get(MESSAGES), get(STRIDE), add, set(SECOND)),
    code(get(BLOCKS), set(BLOCKS_LEFT)),
    repeatWhile(absorb(), permute(), countDown(BLOCKS_LEFT)),
    squeeze(0),
    squeeze(1),
    code(get(SECOND), set(MESSAGES)),
  );

  return encodeModule({
    name: "hash",
    parameters: PARAMETERS,
    locals: { i32: FIRST_LANES - PARAMETERS, v128: SHIFTED + 1 - FIRST_LANES },
    body: repeatWhile(hashPair, countDown(PAIRS)),
    data: constants(),
  });
}

/** Parameters of the second program. `LIST` walks on, `NODE_PAIRS` counts down. */
const LIST = 0;
const HEAP = 1;
const NODE_PAIRS = 2;
const NODE_PARAMETERS = 3;

/** Where the first node of the pair has its children, later itself. */
const FIRST = NODE_PARAMETERS;

/** Lanes of a message of two hashes, and those in which its padding begins and ends. */
const NODE_LANES = 8;
const LAST_LANE = BLOCK_BYTES / 8 - 1;

/**
 * keccak-256 of inner nodes of a tree that lies as a heap in shared memory, where they stand: `hashNodes(list, heap, pairs)`
 * reads pairs of node numbers from `list`, and of each node *n* its children's hashes from `heap + 64n`, and writes its own
 * to `heap + 32n`. Nothing is copied, and a store that has to wait for memory waits while the next pair is hashed.
 */
export function encodeNodeModule(): Uint8Array<ArrayBuffer> {
  const addressOf = (place: 0 | 1, shift: number) =>
    code(get(LIST), loadNumber(4 * place), i32(shift), shiftNumberLeft, get(HEAP), add);
  const startLane = (lane: number) => {
    if (lane < NODE_LANES) return code(get(SECOND), get(FIRST), loadFirst(8 * lane), loadSecond(8 * lane));
    return lane === NODE_LANES ? splat(1n) : lane === LAST_LANE ? splat(1n << 63n) : zero;
  };
  const writeNode = (place: 0 | 1) =>
    code(
      code(addressOf(place, 5), set(FIRST)),
      forEach(4, (lane) => code(get(FIRST), get(even(lane)), storeLane(8 * lane, place))),
    );
  const hashPair = code(
    code(addressOf(0, 6), set(FIRST)),
    code(addressOf(1, 6), set(SECOND)),
    forEach(LANES, (lane) => code(startLane(lane), set(even(lane)))),
    permute(),
    writeNode(0),
    writeNode(1),
    code(get(LIST), i32(8), add, set(LIST)),
  );

  return encodeModule({
    name: "hashNodes",
    parameters: NODE_PARAMETERS,
    locals: { i32: FIRST_LANES - NODE_PARAMETERS, v128: SHIFTED + 1 - FIRST_LANES },
    body: repeatWhile(hashPair, countDown(NODE_PAIRS)),
    data: constants(),
    isShared: true,
  });
}

/** Takes the next block of both messages into the state. */
function absorb(): Code {
  return code(
    forEach(BLOCK_BYTES / 8, (lane) =>
      code(
        code(get(SECOND), get(MESSAGES), loadFirst(8 * lane), loadSecond(8 * lane)),
        code(get(even(lane)), xor, set(even(lane))),
      ),
    ),
    code(get(MESSAGES), i32(BLOCK_BYTES), add, set(MESSAGES)),
    code(get(SECOND), i32(BLOCK_BYTES), add, set(SECOND)),
  );
}

/** All rounds, some per turn. Each writes the state that it did not read, so nothing is copied. */
function permute(): Code {
  return code(
    code(i32(0), set(CONSTANT)),
    repeatWhile(
      forEach(ROUNDS_PER_TURN, (round) => (round % 2 === 0 ? oneRound(round, even, odd) : oneRound(round, odd, even))),
      code(get(CONSTANT), i32(8 * ROUNDS_PER_TURN), add, tee(CONSTANT)),
      code(i32(CONSTANT_BYTES), subtract),
    ),
  );
}

/** A round from the lanes `from` to the lanes `to`, row by row: few values are alive at a time. Lane *x + 5y* is (x, y). */
function oneRound(round: number, from: (lane: number) => number, to: (lane: number) => number): Code {
  const parities = forEach(5, (x) =>
    code(
      get(from(x)),
      forEach(4, (y) => code(get(from(x + 5 * (y + 1))), xor)),
      set(parity(x)),
    ),
  );
  const thetas = forEach(5, (x) =>
    code(get(parity((x + 1) % 5)), rotate(1), get(parity((x + 4) % 5)), xor, set(theta(x))),
  );
  const rows = forEach(5, (y) =>
    code(
      forEach(5, (x) => {
        // Pi brings lane (column, x) to (x, 2 × column + 3x), which is row y for one column only.
        const column = ((((y - 3 * x) * 3) % 5) + 5) % 5;
        const source = column + 5 * x;
        return code(get(from(source)), get(theta(column)), xor, rotate(ROTATIONS[source] ?? 0), set(row(x)));
      }),
      forEach(5, (x) =>
        code(
          code(get(row((x + 2) % 5)), get(row((x + 1) % 5)), andNot, get(row(x)), xor),
          x + y === 0 ? code(get(CONSTANT), loadSplat(8 * round), xor) : [],
          set(to(x + 5 * y)),
        ),
      ),
    ),
  );
  return code(parities, thetas, rows);
}

/** Rotates both halves left; there is no such instruction. */
function rotate(bits: number): Code {
  if (bits === 0) return [];
  return code(tee(SHIFTED), i32(bits), shiftLeft, get(SHIFTED), i32(64 - bits), shiftRight, or);
}

/** Writes the hash of one of the two messages. */
function squeeze(half: 0 | 1): Code {
  return code(
    forEach(4, (lane) => code(get(OUTPUT), get(even(lane)), storeLane(8 * lane, half))),
    code(get(OUTPUT), get(OUTPUT_STRIDE), add, set(OUTPUT)),
  );
}

const countDown = (local: number): Code => code(get(local), i32(1), subtract, tee(local));

/** How far rho rotates each lane: triangular numbers along the path that pi takes through all but the first. */
const ROTATIONS: readonly number[] = (() => {
  const rotations = Array<number>(LANES).fill(0);
  let [x, y] = [1, 0];
  for (let step = 0; step < LANES - 1; step++) {
    rotations[x + 5 * y] = (((step + 1) * (step + 2)) / 2) % 64;
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return rotations;
})();

/** The constants of all rounds as they stand in memory. */
const constants = (): Code =>
  roundConstants().flatMap((constant) => range(8).map((byte) => Number((constant >> BigInt(8 * byte)) & 255n)));

/** What iota adds in each round: bits 2^j − 1 are the outputs of a shift register with feedback, seven per round. */
function roundConstants(): bigint[] {
  let register = 1;
  return range(ROUNDS).map(() => {
    let constant = 0n;
    for (let j = 0; j < 7; j++) {
      if ((register & 1) === 1) constant |= 1n << (2n ** BigInt(j) - 1n);
      register = (register << 1) ^ ((register >> 7) * 0x171);
    }
    return constant;
  });
}
