import { explainCode } from "../../executor/index.ts";

/** How often each code stands in `codes`, in ascending order, with what it means. */
export function countByCode(codes: readonly number[]) {
  return [...new Set(codes)]
    .toSorted((one, other) => one - other)
    .map((code) => {
      const { name, sentence } = explainCode(code);
      return { code, name, sentence, count: codes.filter((each) => each === code).length };
    });
}
