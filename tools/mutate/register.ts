/** What is mutated: the register. */
export const SOURCES = ["contracts/shares/*.sol", "contracts/rules/**/*.sol", "contracts/investors/**/*.sol"];

/** Which tests judge a mutant, by the folder it is in: its own first, because most mutants end with the first failure. */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  shares: ["test/contracts/shares", "test/attacks", "test/contracts/rules", "test/contracts/investors"],
  rules: ["test/contracts/rules", "test/attacks", "test/contracts/shares", "test/contracts/investors"],
  investors: ["test/contracts/investors", "test/contracts/rules", "test/contracts/shares", "test/attacks"],
};
/** Attacks on desks: they take long and say nothing about the register. */
const LEFT_OUT = /^test\/attacks\/(desks|income|settlement)/;

/** The test files for a source, in the order in which they are run. */
export function testsOf(source: string, testFiles: readonly string[]): string[] {
  const folder = source.split("/")[1] ?? "";
  const folders = TESTS[folder];
  if (folders === undefined) throw new Error(`tools/mutate/register.ts names no tests for ${source}`);
  const own = source.replace(/^.*\/(\w+)\.sol$/, "$1.test.ts");
  const files = folders.flatMap((each) => testFiles.filter((file) => file.startsWith(`${each}/`)));
  return files
    .filter((file) => !LEFT_OUT.test(file))
    .toSorted((one, other) => Number(other.endsWith(own)) - Number(one.endsWith(own)));
}
