import { join } from "node:path";
import { LogDamagedError } from "../log/errors.ts";
import { type Frame, FrameReader } from "../log/frame-reader.ts";
import { decodeLogHeader, LOG_HEADER_BYTES } from "../log/log-header.ts";
import { logPath } from "../replay/replay-log.ts";
import { DAMAGE } from "./fragile-disk.ts";
import { insist } from "./insist.ts";
import { FOLDER, type Surroundings } from "./surroundings.ts";

/** Perhaps changes a byte of the newest state file. */
export async function damageSnapshot({ disk, faults, dice }: Surroundings): Promise<boolean> {
  const newest = (await disk.list(FOLDER))
    .filter((name) => name.startsWith("state-"))
    .sort()
    .at(-1);
  if (newest === undefined || !faults.strikes("damagedSnapshot")) return false;

  const path = join(FOLDER, newest);
  disk.damage(path, dice.below(disk.bytesOf(path).length));
  return true;
}

/** Perhaps changes a byte of the log that was on the disk before later ones were written: that must not pass for a torn tail. */
export async function damageLog({ disk, faults, dice }: Surroundings): Promise<void> {
  if (!faults.strikes("damagedLog")) return;
  const frames = await readFrames(disk);
  const lastGroup = frames.at(-1)?.groupFirst ?? 0;
  const old = frames.filter(({ position }) => position.sequence < lastGroup).at(-1);
  if (old === undefined) return;

  const path = logPath(FOLDER);
  const offset = dice.below(old.position.end);
  disk.damage(path, offset);
  const error = await readFrames(disk).catch((reason: unknown) => reason);
  insist(error instanceof LogDamagedError, `byte ${offset} of the log has changed, and nobody noticed`);
  disk.damage(path, offset, -DAMAGE);
}

/** The frames of the log, as they are found without opening it. */
export async function readFrames(disk: Surroundings["disk"]): Promise<Frame[]> {
  const path = logPath(FOLDER);
  const file = await disk.open(path);
  insist(file !== undefined, "the log is gone");
  const header = decodeLogHeader(await file.read(0, LOG_HEADER_BYTES), path);
  const reader = await FrameReader.open(file, path, header);
  const frames: Frame[] = [];
  for (let frame = await reader.next(); frame !== undefined; frame = await reader.next()) frames.push(frame);
  return frames;
}
