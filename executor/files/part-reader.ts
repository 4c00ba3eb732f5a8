import { requireInput } from "../errors.ts";
import { viewOf } from "../formats/integers.ts";

/** Takes a file apart that is lists of records one after another, each behind its count. */
export interface PartReader {
  /** The records of the next list. Throws an `ExecutorInputError` if the file ends before. */
  take(size: number, name: string): Uint8Array;
  /** Throws an `ExecutorInputError` if something follows the last list. */
  end(last: string): void;
}

/** Reads from byte `start` on. */
export function createPartReader(bytes: Uint8Array, start: number): PartReader {
  const view = viewOf(bytes);
  let offset = start;

  return {
    take(size, name) {
      requireInput(offset + 4 <= bytes.length, `the file ends before its ${name}, at byte ${offset}`);
      const end = offset + 4 + view.getUint32(offset) * size;
      requireInput(end <= bytes.length, `the file ends within its ${name}: ${bytes.length} bytes instead of ${end}`);
      const part = bytes.subarray(offset + 4, end);
      offset = end;
      return part;
    },
    end(last) {
      requireInput(offset === bytes.length, `${bytes.length - offset} bytes follow the ${last}`);
    },
  };
}
