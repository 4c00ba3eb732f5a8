import { join } from "node:path";
import { LogDamagedError } from "../log/errors.ts";
import { FrameReader } from "../log/frame-reader.ts";
import { decodeLogHeader, LOG_HEADER_BYTES } from "../log/log-header.ts";
import { logPath } from "../replay/replay-log.ts";
import { type DeskWorld, FOLDER } from "./desk-world.ts";
import { insist } from "./insist.ts";

/** Perhaps changes a byte of the newest state file. */
export async function damageSnapshot({ disk, faults, dice }: DeskWorld): Promise<boolean> {
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
export async function damageLog({ disk, faults, dice, logSizes }: DeskWorld): Promise<void> {
  const old = logSizes.at(-3) ?? 0;
  if (old === 0 || !faults.strikes("damagedLog")) return;

  const path = logPath(FOLDER);
  const offset = dice.below(old);
  disk.damage(path, offset);
  const error = await readToEnd(disk).catch((reason: unknown) => reason);
  insist(error instanceof LogDamagedError, `byte ${offset} of the log has changed, and nobody noticed`);
  disk.damage(path, offset);
}

async function readToEnd(disk: DeskWorld["disk"]): Promise<void> {
  const path = logPath(FOLDER);
  const file = await disk.open(path);
  insist(file !== undefined, "the log is gone");
  const header = decodeLogHeader(await file.read(0, LOG_HEADER_BYTES), path);
  const reader = await FrameReader.open(file, path, header);
  while ((await reader.next()) !== undefined);
}
