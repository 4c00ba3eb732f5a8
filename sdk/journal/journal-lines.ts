import { createHash } from "node:crypto";
import { badInput } from "../errors.ts";
import { eventSchema, type RunEvent } from "./run-event.ts";

/** What the first line's check is chained to. */
export const FIRST_LINK = "moiety.run-journal/1";

const LINK_DIGITS = 32;
const TAIL = /,"check":"([0-9a-f]{32})"\}$/;

/** Lines that were read as far as they are intact. */
export interface ChainedLines<Event> {
  readonly events: readonly Event[];
  /** What the next line is chained to. */
  readonly link: string;
  /** How many bytes at the beginning are whole lines; what comes after them is torn. */
  readonly wholeBytes: number;
}

export type ReadLines = ChainedLines<RunEvent>;

/** A line of the journal, and the link for the next one. */
export function writeLine(event: RunEvent, link: string): { line: string; link: string } {
  return chainLine(JSON.stringify(event), link);
}

/** An object's JSON as a line with its check, and the link for the next one. Each check covers the line and, by the chain, all lines before. */
export function chainLine(body: string, link: string): { line: string; link: string } {
  const check = linkOf(body, link);
  return { line: `${body.slice(0, -1)},"check":"${check}"}\n`, link: check };
}

export function readLines(bytes: Uint8Array, where: string): ReadLines {
  return readChained(bytes, where, (line) => eventSchema.safeParse(line).data);
}

/**
 * Reads whole lines as far as they are intact. A last line that is not intact is what a kill leaves and counts as never written;
 * damage before the last line cannot come from a kill, and nothing is believed then.
 */
export function readChained<Event>(
  bytes: Uint8Array,
  where: string,
  parse: (line: unknown) => Event | undefined,
): ChainedLines<Event> {
  const events: Event[] = [];
  let link = FIRST_LINK;
  let start = 0;

  while (start < bytes.length) {
    const end = bytes.indexOf(NEWLINE, start);
    const line = Buffer.from(bytes.subarray(start, end === -1 ? start : end)).toString("utf8");
    const read = readLine(line, link, parse);
    if (read === undefined) {
      if (end !== -1 && end + 1 < bytes.length) throw damaged(where, events.length + 1);
      break;
    }
    events.push(read.event);
    link = read.link;
    start = end + 1;
  }
  return { events, link, wholeBytes: start };
}

const NEWLINE = 0x0a;

function readLine<Event>(line: string, link: string, parse: (line: unknown) => Event | undefined) {
  const check = TAIL.exec(line)?.[1];
  if (check === undefined) return undefined;
  const body = line.replace(TAIL, "}");
  if (linkOf(body, link) !== check) return undefined;

  // The check says that this is what was written, so that it is JSON; whether this version knows the event is another matter.
  const event = parse(JSON.parse(body));
  return event === undefined ? undefined : { event, link: check };
}

function linkOf(body: string, link: string): string {
  return createHash("sha256").update(`${link}\n${body}`).digest("hex").slice(0, LINK_DIGITS);
}

function damaged(where: string, line: number) {
  return badInput(`the journal is damaged in line ${line}`, {
    where,
    why: "it was changed, or the disk is failing: a kill can only tear the last line",
    todo: "restore the folder from a copy, or move it away and start the command again: it looks at the chain and does what is missing",
    notDone: "nothing was sent",
  });
}
