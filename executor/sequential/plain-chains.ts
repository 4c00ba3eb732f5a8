import type { PlainInstruction } from "./plain-trade.ts";

/** Instructions in groups of those that are linked, each with the one of the next sequence; most are groups of one. */
export function chainsOf(instructions: readonly PlainInstruction[]): PlainInstruction[][] {
  const chains: PlainInstruction[][] = [];

  for (const instruction of instructions) {
    const chain = chains.at(-1);
    const last = chain?.at(-1);
    if (last?.isLinked && instruction.sequence === last.sequence + 1) chain?.push(instruction);
    else chains.push([instruction]);
  }
  return chains;
}

/** The canonical order: chains by their highest class, lowest priority and first sequence, their members as they came. */
export function sortChains(instructions: readonly PlainInstruction[]): PlainInstruction[] {
  const inIngestOrder = instructions.toSorted((a, b) => a.sequence - b.sequence);
  const chains = chainsOf(inIngestOrder).map((members) => ({
    members,
    class: Math.max(...members.map((member) => member.class)),
    priority: Math.min(...members.map(({ priority }) => priority)),
    sequence: members[0]?.sequence ?? 0,
  }));

  chains.sort((a, b) => a.class - b.class || b.priority - a.priority || a.sequence - b.sequence);
  return chains.flatMap(({ members }) => members);
}
