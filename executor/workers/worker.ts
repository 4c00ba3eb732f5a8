/**
 * A worker thread: works on the most urgent job that it was told of and that has pieces left, and looks for a more urgent one
 * after every piece. It never returns to its event loop: its jobs come through its port and are fetched from there when the
 * doorbell has rung.
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
    while (open.length > 0 && ringsOf(doorbell) === heard) workOnce(open);
    if (open.length === 0) waitForRing(doorbell, heard);
  }
}

/** Does one piece of the first job, or leaves it if there is none. */
function workOnce(open: Open[]): void {
  const [first] = open;
  if (first === undefined) return;

  const { claims, seat, work } = first;
  const piece = takePiece(claims);
  if (piece === NO_PIECE) {
    open.shift();
    leaveWork(claims, seat);
    return;
  }
  markDone(claims, piece, work(piece));
}
