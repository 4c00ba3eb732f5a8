import { allocatePlainly } from "./allocate-plainly.ts";
import type { Allocation, AllocationTerms } from "./allocation.ts";
import type { HolderTable } from "./holder-table.ts";

/** Divides `terms.deposit` among the holders by their shares, exactly. */
export function allocate(holders: HolderTable, terms: AllocationTerms): Allocation {
  return allocatePlainly(holders, terms);
}
