import { z } from "zod";

const step = z.int().nonnegative();
const nonce = z.int().nonnegative();
const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const block = z.int().nonnegative();

/** What a journal can say. `time` is the clock of the machine that wrote it, for people. */
export const eventSchema = z.discriminatedUnion("event", [
  /** The first line: of which plan this is the journal. */
  z.strictObject({ event: z.literal("begun"), time: z.string(), plan: z.string() }),
  /** Written before anything is sent: from now on a transaction with this nonce may live. */
  z.strictObject({
    event: z.literal("intent"),
    time: z.string(),
    step,
    from: z.string(),
    nonce,
    to: z.string(),
    dataHash: hash,
    block,
  }),
  /** A node has taken it. There may be more than one for an intent, if it was dropped and sent again. */
  z.strictObject({ event: z.literal("sent"), time: z.string(), step, nonce, hash }),
  /** It is in a block and did what it was to do, except for the rows that are named. */
  z.strictObject({
    event: z.literal("confirmed"),
    time: z.string(),
    step,
    nonce,
    hash,
    block,
    gasUsed: z.string(),
    /** Places in the step's rows that the contract passed over. */
    notDone: z.array(z.int().nonnegative()),
  }),
  /** It is in a block and was reverted. The step may be tried again with another nonce. */
  z.strictObject({ event: z.literal("failed"), time: z.string(), step, nonce, hash, block, reason: z.string() }),
  /** Another transaction has used the nonce: this attempt was never made and never can be. */
  z.strictObject({ event: z.literal("released"), time: z.string(), step, nonce, hash }),
  /** The last line was torn by a kill or a power failure, and was cut off. */
  z.strictObject({ event: z.literal("cut"), time: z.string(), bytes: z.int().positive() }),
]);

export type RunEvent = z.output<typeof eventSchema>;
type WithoutTime<Event> = Event extends unknown ? Omit<Event, "time"> : never;
/** An event that is about to be written. */
export type NewEvent = WithoutTime<RunEvent>;
