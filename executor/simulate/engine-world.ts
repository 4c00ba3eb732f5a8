import type { Sent } from "./client.ts";
import { PlainLine } from "./plain-line.ts";
import { type Beginning, Surroundings } from "./surroundings.ts";

/** The surroundings of an engine, whose batches follow each other without a chain between them. */
export class EngineWorld extends Surroundings {
  /** What the batches come to whose outcome is known. */
  readonly line: PlainLine;
  /** What was sent last under each number; the log may hold it or not. */
  readonly sent = new Map<bigint, Sent>();
  /** The last batch whose result somebody got. */
  acknowledged = 0n;

  constructor(beginning: Beginning) {
    super(beginning);
    this.line = new PlainLine(this.opening);
  }
}
