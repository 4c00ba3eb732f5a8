import { z } from "zod";

const batch = z.string().regex(/^[0-9]+$/);
const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const whole = z.int().nonnegative();
const amount = z.string().regex(/^[0-9]+$/);
const time = z.string();

/** What one transaction is for. */
const purpose = { what: z.enum(["open", "chunk", "close"]), batch, chunk: whole.nullable() };

/** What a settler's journal can say. `time` is the clock of the machine that wrote it, for people. */
export const settlerEventSchema = z.discriminatedUnion("event", [
  /** The first line: which desk on which chain, and the hash of what was to be settled. */
  z.strictObject({
    event: z.literal("begun"),
    time,
    chainId: amount,
    desk: z.string(),
    instance: z.string().nullable(),
    input: z.string(),
    name: z.string(),
  }),
  /** A batch is in the desk's log with its outcome; nothing of it was sent before this line. */
  z.strictObject({ event: z.literal("decided"), time, batch, batchHash: hash, chunks: whole, instructions: whole }),
  /** The calls of a batch were given to a multisig, which may send them whenever it likes. */
  z.strictObject({ event: z.literal("exported"), time, batch, batchHash: hash }),
  /** Written before anything is sent: from now on a transaction with this nonce may live. */
  z.strictObject({
    event: z.literal("intent"),
    time,
    ...purpose,
    from: z.string(),
    nonce: whole,
    block: whole,
    maxFee: amount.nullable(),
    maxTip: amount.nullable(),
  }),
  /** A node has taken it. */
  z.strictObject({ event: z.literal("sent"), time, ...purpose, nonce: whole, hash }),
  /** It is in a block, for now: how deep, only the chain can say. */
  z.strictObject({
    event: z.literal("mined"),
    time,
    ...purpose,
    nonce: whole,
    hash,
    block: whole,
    gasUsed: amount,
    reverted: z.boolean(),
  }),
  /** The nonce was used by something else. */
  z.strictObject({ event: z.literal("displaced"), time, ...purpose, nonce: whole }),
  /** What was on the chain is there no more: it was reorganised. */
  z.strictObject({ event: z.literal("vanished"), time, batch, settledBefore: whole, settledNow: whole }),
  /** The chain would not take a chunk. */
  z.strictObject({
    event: z.literal("refused"),
    time,
    batch,
    chunk: whole,
    error: z.string(),
    reason: z.string(),
    account: z.string().nullable(),
    asset: amount.nullable(),
    code: whole,
  }),
  /** Nothing more of the batch will settle, and what has is deep enough. */
  z.strictObject({ event: z.literal("closed"), time, batch, settled: z.array(whole) }),
  /** The last line was torn by a kill or a power failure, and was cut off. */
  z.strictObject({ event: z.literal("cut"), time, bytes: z.int().positive() }),
]);

export type SettlerEvent = z.output<typeof settlerEventSchema>;
type WithoutTime<Event> = Event extends unknown ? Omit<Event, "time"> : never;
/** An event that is about to be written. */
export type NewSettlerEvent = WithoutTime<SettlerEvent>;

/** What a transaction is for, by which the journal knows it again. */
export interface Purpose {
  readonly what: "open" | "chunk" | "close";
  readonly batch: bigint;
  /** Null unless it settles one. */
  readonly chunk: number | null;
}
