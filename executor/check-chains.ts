import { requireInput } from "./errors.ts";
import { FLAG, INSTRUCTION_AT, INSTRUCTION_BYTES } from "./formats/instruction-record.ts";
import { viewOf } from "./formats/integers.ts";

/**
 * Whether one of the instructions is linked. If so, throws unless no two have the same ingest sequence: links go from one
 * sequence to the next, and would otherwise depend on how the records were sorted.
 */
export function checkChains(instructions: Uint8Array): boolean {
  let hasChains = false;
  for (let at = INSTRUCTION_AT.flags; at < instructions.length; at += INSTRUCTION_BYTES) {
    if (((instructions[at] ?? 0) & FLAG.linked) === 0) continue;
    hasChains = true;
    break;
  }
  if (!hasChains) return false;

  const view = viewOf(instructions);
  const sequences = new Uint32Array(instructions.length / INSTRUCTION_BYTES).map((_, place) =>
    view.getUint32(place * INSTRUCTION_BYTES + INSTRUCTION_AT.sequence),
  );
  sequences.sort();
  for (let place = 1; place < sequences.length; place++) {
    const sequence = sequences[place] ?? 0;
    if (sequence !== sequences[place - 1]) continue;
    requireInput(false, `two instructions have the sequence ${sequence}, in a batch with linked ones`);
  }
  return true;
}
