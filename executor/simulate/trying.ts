import { LogWriteError } from "../log/errors.ts";
import type { DeskWorld } from "./desk-world.ts";

/** Why a batch ends that somebody stops. */
export const STOPPED = "stopped by the simulation";

/** The disk did not say whether it has what was written: whoever runs the executor has to start it again. */
export class RestartNeeded extends Error {
  override readonly name = "RestartNeeded";
}

/** Does `work`; nothing if the disk was full or somebody stopped it. The disk has room again afterwards. */
export async function trying<Result>(world: DeskWorld, work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LogWriteError && !error.isUsable) throw new RestartNeeded(error.message, { cause: error });
    const isFull = error instanceof LogWriteError || (error instanceof Error && error.message.startsWith("ENOSPC"));
    if (!isFull && error !== STOPPED) throw error;
    return undefined;
  } finally {
    world.relieveDisk();
  }
}
