/**
 * A worker thread: works on the most urgent job that it was told of and that has pieces left, and looks for a more urgent one
 * after every piece. It never returns to its event loop: its jobs come through its port and are fetched from there when the
 * doorbell has rung. V8 does not count shared memory when it decides to collect garbage: with `--expose-gc`, a thread lets go of
 * a batch as soon as it is through.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { loadKeccak } from "../formats/keccak.ts";
import { type Claims, leaveWork, markDone, NO_PIECE, type PieceWork, takePiece } from "./claims.ts";
import { type Doorbell, ringsOf, waitForRing } from "./doorbell.ts";
import type { Job } from "./jobs.ts";
import { createPieceWork } from "./outputs.ts";

/** What the pool posts. */
export interface Assignment {
  readonly job: Job;
  readonly claims: Claims;
  /** This thread's place in the claims. */
  readonly seat: number;
  /** The higher goes first; equal ones in the order in which they came. */
  readonly urgency: number;
}

/** What the pool gives to a thread when it starts. */
export interface WorkerStart {
  readonly doorbell: Doorbell;
}

interface Open extends Assignment {
  readonly work: PieceWork;
}

if (parentPort !== null) {
  await loadKeccak(); // from here on nothing has to be waited for
  parentPort.postMessage("ready");
  const start: WorkerStart = workerData;
  await serve(start.doorbell, parentPort);
}

async function serve(doorbell: Doorbell, port: NonNullable<typeof parentPort>): Promise<never> {
  const open: Open[] = [];

  for (;;) {
    const heard = ringsOf(doorbell);
    for (let post = receiveMessageOnPort(port); post !== undefined; post = receiveMessageOnPort(port)) {
      const assignment: Assignment = post.message;
      open.push({ ...assignment, work: await createPieceWork(assignment.job) });
      open.sort((one, other) => other.urgency - one.urgency); // stable
    }
    while (open.length > 0 && ringsOf(doorbell) === heard) {
      // The last job of a batch is over: what its jobs were told is of no use any more, and holds the batch's memory.
      if (workOnce(open) === "commit") globalThis.gc?.();
    }
    if (open.length === 0) waitForRing(doorbell, heard);
  }
}

/** Does one piece of the first job, or leaves it if there is none; of what kind a job was that it has left. */
function workOnce(open: Open[]): Job["kind"] | undefined {
  const [first] = open;
  if (first === undefined) return undefined;

  const { job, claims, seat, work } = first;
  const piece = takePiece(claims);
  if (piece === NO_PIECE) {
    open.shift();
    leaveWork(claims, seat);
    return job.kind;
  }
  markDone(claims, piece, work(piece));
  return undefined;
}
