import type { FileLayer, LogFile } from "../log/file-layer.ts";
import type { Dice } from "./dice.ts";
import type { PlantedBug } from "./planted-bug.ts";
import type { Scheduler } from "./scheduler.ts";

/** A file layer whose every operation takes time, before and after it is done, so that a kill can come on either side. */
export function slowFiles(files: FileLayer, scheduler: Scheduler, dice: Dice, bug?: PlantedBug): FileLayer {
  const timed = async <Result>(what: string, operate: () => Promise<Result>): Promise<Result> => {
    await scheduler.wait(`disk: ${what}`);
    try {
      return await operate();
    } finally {
      await scheduler.wait(`disk: ${what} done`);
    }
  };

  const slowFile = (file: LogFile): LogFile => ({
    size: () => file.size(),
    close: () => file.close(),
    read: (offset, length) => timed("read", () => file.read(offset, length)),
    truncate: (length) => timed("truncate", () => file.truncate(length)),
    sync: () => timed("sync", async () => (bug === "lyingSync" ? undefined : file.sync())),

    write: async (parts, offset) => {
      const bytes = Buffer.concat(parts);
      const middle = dice.below(bytes.length + 1);
      // A kill may come while only a beginning of it is written.
      await timed("write a part", () => file.write([bytes.subarray(0, middle)], offset));
      await timed("write the rest", () => file.write([bytes.subarray(middle)], offset + middle));
    },
  });

  return {
    open: async (path, access) => {
      const file = await timed("open", () => files.open(path, access));
      return file && slowFile(file);
    },
    writeWhole: (path, bytes) => timed("write whole file", () => files.writeWhole(path, bytes)),
    readWhole: (path) => timed("read whole file", () => files.readWhole(path)),
    list: (folder) => timed("list", () => files.list(folder)),
    remove: (path) => timed("remove", () => files.remove(path)),
    lock: (path) => files.lock(path),
  };
}
