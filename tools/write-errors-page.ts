/**
 * Writes docs/errors.md from the contracts: why an error comes is its `@notice`, what to do its `@dev`, and the reasons of the
 * register and the executor are those of the table that both use. With --check nothing is written: it fails if the page is
 * stale, if an error lacks one of the two, or if a contract has an error that the page does not know. Run after `hardhat build`.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { REASONS } from "../executor/formats/reason-codes.ts";
import { INHERITED_ERRORS } from "./inherited-errors.ts";

const PAGE = "docs/errors.md";
const isMock = (path: string) => path.includes("mocks/");

/** An error as the page shows it. */
interface ErrorRow {
  readonly name: string;
  /** `uint256 id, address holder`, in the words of the source. */
  readonly parameters: string;
  readonly why: string;
  readonly todo: string;
}

/** Errors declared in our sources, by the contract that stands for them: `IShareToken` is `ShareToken` to the reader. */
function readOwnErrors(problems: string[]): Map<string, ErrorRow[]> {
  const groups = new Map<string, ErrorRow[]>();

  for (const path of globSync("contracts/**/*.sol").filter((each) => !isMock(each))) {
    const source = readFileSync(path, "utf8");
    const contract = /(?:^|\n)(?:abstract )?(?:interface|contract|library) (\w+)/.exec(source)?.[1] ?? path;
    for (const [, docs = "", name = "", parameters = ""] of source.matchAll(
      /((?:^[ \t]*\/\/\/.*\n)*)^[ \t]*error (\w+)\(([^)]*)\);/gm,
    )) {
      const { notice: why = "", dev: todo = "" } = readTags(docs);
      if (why === "") problems.push(`${path}: ${name} has no @notice that says why it comes`);
      if (todo === "") problems.push(`${path}: ${name} has no @dev that says what to do`);
      const group = contract.replace(/^I(?=[A-Z])/, "");
      groups.set(group, [...(groups.get(group) ?? []), { name, parameters: inOneLine(parameters), why, todo }]);
    }
  }
  return new Map([...groups].toSorted(([one], [other]) => one.localeCompare(other)));
}

/** The tags of a NatSpec comment, each in one line. */
function readTags(docs: string): Readonly<Record<string, string>> {
  const text = docs.replace(/^[ \t]*\/\/\/ ?/gm, " ");
  return Object.fromEntries(
    text
      .split(/(?=@\w+ )/)
      .map(inOneLine)
      .filter((part) => part.startsWith("@"))
      .map((part) => [part.slice(1, part.indexOf(" ")), part.slice(part.indexOf(" ") + 1)]),
  );
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** What the ABIs have beyond our own sources. An error that nobody has explained, or that is gone, is a problem. */
function readInheritedErrors(own: ReadonlySet<string>, problems: string[]): ErrorRow[] {
  const found = new Map<string, string>();
  const paths = globSync(["artifacts/contracts/**/*.json", "artifacts/@openzeppelin/**/*.json"]);
  if (paths.length === 0) problems.push("there are no artifacts: run `npx hardhat build` first");

  for (const path of paths.filter((each) => !isMock(each))) {
    const { abi = [] }: { abi?: { type: string; name: string; inputs: { type: string; name: string }[] }[] } =
      JSON.parse(readFileSync(path, "utf8"));
    for (const { type, name, inputs } of abi) {
      if (type !== "error" || own.has(name)) continue;
      found.set(name, inputs.map((input) => `${input.type} ${input.name}`).join(", "));
    }
  }
  for (const name of found.keys()) {
    if (INHERITED_ERRORS[name] === undefined) problems.push(`tools/inherited-errors.ts does not explain ${name}`);
  }
  return Object.entries(INHERITED_ERRORS).flatMap(([name, [why, todo]]) => {
    const parameters = found.get(name);
    if (parameters === undefined) problems.push(`tools/inherited-errors.ts explains ${name}, which no contract has`);
    return parameters === undefined ? [] : [{ name, parameters, why, todo }];
  });
}

function writePage(own: ReadonlyMap<string, readonly ErrorRow[]>, inherited: readonly ErrorRow[]): string {
  const groups = [...own].map(([contract, rows]) => `## ${contract}\n\n${table(rows)}`);
  const reasons = REASONS.map(({ code, name, sentence, next }) => cells([String(code), name, sentence, next]));

  return `${[
    "# Errors",
    "<!-- Written by tools/write-errors-page.ts from the contracts. Do not edit. -->",
    "Every way in which the contracts refuse, with the reason and what to do about it. The command line, the SDK (`decodeRevert`) and explorers show the same names and values. A number in an error is in the unit of its parameter: " +
      "shares, base units of the currency, or seconds since 1970. *Report it* means that this should not be possible.",
    "An ordinary transfer that a rule refuses reverts with one of ERC-7943's four errors. `transfer check` (`TransferRules.explain`) names every reason, from the [table of reasons](#reasons).",
    ...groups,
    `## From OpenZeppelin\n\n${table(inherited)}`,
    "## Reasons",
    "Why a transfer, a subscription or a trade is refused. The register says 1–91, the executor all of them: in `receipts.csv`, in `transfer check` and in errors with a `code`.",
    ["| code | name | why | what to do |", "|---|---|---|---|", ...reasons].join("\n"),
  ].join("\n\n")}\n`;
}

function table(rows: readonly ErrorRow[]): string {
  const lines = rows.map(({ name, parameters, why, todo }) => cells([`\`${name}(${parameters})\``, why, todo]));
  return ["| error | why | what to do |", "|---|---|---|", ...lines].join("\n");
}

function cells(texts: readonly string[]): string {
  return `| ${texts.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
}

const problems: string[] = [];
const own = readOwnErrors(problems);
const names = new Set([...own.values()].flat().map(({ name }) => name));
const page = writePage(own, readInheritedErrors(names, problems));

if (process.argv.includes("--check")) {
  const isFresh = readFileSync(PAGE, "utf8") === page;
  if (!isFresh)
    problems.push(`${PAGE} is not what the contracts say. Run \`node tools/write-errors-page.ts\` and commit it`);
} else if (problems.length === 0) {
  writeFileSync(PAGE, page);
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
