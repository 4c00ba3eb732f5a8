/**
 * What an idle thread listens to: a number in shared memory that grows with every job it is told of. The thread looks at it for
 * some microseconds, because the next job often follows at once, and only then sleeps: to be woken takes longer than to look.
 */
export type Doorbell = Int32Array;

const SPIN_MS = 0.03;

export function createDoorbell(): Doorbell {
  return new Int32Array(new SharedArrayBuffer(64));
}

/** How often it has rung. */
export function ringsOf(doorbell: Doorbell): number {
  return Atomics.load(doorbell, 0);
}

export function ring(doorbell: Doorbell): void {
  Atomics.add(doorbell, 0, 1);
  Atomics.notify(doorbell, 0);
}

/** Blocks this thread until the doorbell has rung more often than `heard` times. */
export function waitForRing(doorbell: Doorbell, heard: number): void {
  const until = performance.now() + SPIN_MS;
  while (performance.now() < until) if (ringsOf(doorbell) !== heard) return;
  Atomics.wait(doorbell, 0, heard);
}
