import { fromHex } from "../formats/hex.ts";
import { INSTRUCTION_AT, INSTRUCTION_BYTES } from "../formats/instruction-record.ts";
import { wordsOf } from "../formats/integers.ts";
import { KeyTable } from "./key-table.ts";

const ID_WORDS = 8;
const INSTRUCTION_WORDS = INSTRUCTION_BYTES / 4;

/** A table of ids that were final before a batch, with room for more. */
export function tableOfIds(ids: ReadonlySet<string>, room: number): KeyTable {
  const table = new KeyTable(ID_WORDS, ids.size + room);
  for (const id of ids) table.add(wordsOf(fromHex(id, 32)), 0);
  return table;
}

/**
 * Which instructions, in canonical order, come with an id that was final before or that an earlier one used up: one byte
 * each, 1 if so. Refused or accepted, an instruction uses up its id, which is final from then on.
 */
export function markRepeats(instructions: Uint8Array, finalIds: KeyTable): Uint8Array {
  const count = instructions.length / INSTRUCTION_BYTES;
  const words = wordsOf(instructions);
  const numbers = new Int32Array(count);
  const repeated = new Uint8Array(new SharedArrayBuffer(count));

  let next = finalIds.size;
  finalIds.reserve(count);
  finalIds.addAll(words, INSTRUCTION_AT.id / 4, INSTRUCTION_WORDS, count, numbers, 0);
  for (let index = 0; index < count; index++) {
    const isNew = numbers[index] === next;
    repeated[index] = Number(!isNew);
    next += Number(isNew);
  }
  return repeated;
}
