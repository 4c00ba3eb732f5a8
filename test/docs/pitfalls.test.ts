import { existsSync, globSync, readFileSync } from "node:fs";
import { expect } from "chai";

/** A file and the tests in it, as the pages name them: `test/x.test.ts`: "says one thing", "says another". */
const NAMED = /`(test\/[^`]+)`: ("[^"]+"(?:, "[^"]+")*)/g;

/** Rows of the page's tables whose first cell is an id, with their last cell. */
function rowsOf(page: string): { id: string; cells: string[] }[] {
  return readFileSync(page, "utf8")
    .split("\n")
    .filter((line) => /^\| [A-Z]-?\d+/.test(line))
    .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "")))
    .map((cells) => ({ id: cells[0] ?? "", cells }));
}

function testsIn(cell: string): { file: string; name: string }[] {
  return [...cell.matchAll(NAMED)].flatMap(([, file = "", names = ""]) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => ({ file, name })),
  );
}

/** "P80–P86" is seven ids. */
function idsOf(text: string): number[] {
  return [...text.matchAll(/P(\d+)(?:–P(\d+))?/g)].flatMap(([, first, last]) => {
    const from = Number(first);
    return Array.from({ length: Number(last ?? first) - from + 1 }, (_, place) => from + place);
  });
}

for (const page of ["docs/pitfalls.md", "docs/invariants.md"]) {
  describe(page, () => {
    for (const { id, cells } of rowsOf(page).filter((row) => row.cells.length === 4)) {
      it(`names tests of ${id} that exist`, () => {
        const tests = testsIn(cells[3] ?? "");
        const leftOver = (cells[3] ?? "").replace(NAMED, "").replaceAll("<br>", "");

        expect(tests, "no test is named").not.to.have.length(0);
        expect(leftOver, "not in the form that can be checked").to.equal("");
        for (const { file, name } of tests) {
          expect(existsSync(file), file).to.equal(true);
          expect(readFileSync(file, "utf8").includes(name), `${file} has no "${name}"`).to.equal(true);
        }
      });
    }
  });
}

describe("docs/pitfalls.md", () => {
  it("says something of each of the 107 pitfalls, once", () => {
    const ids = rowsOf("docs/pitfalls.md").flatMap(({ id }) => idsOf(id));

    expect(ids.toSorted((one, other) => one - other)).to.deep.equal(
      Array.from({ length: 107 }, (_, place) => place + 1),
    );
  });

  it("has a row for every number that a test carries", () => {
    const named = new Set(
      rowsOf("docs/pitfalls.md")
        .filter(({ cells }) => cells.length === 4)
        .flatMap(({ id }) => idsOf(id)),
    );

    for (const file of globSync("test/attacks/*.test.ts")) {
      const carried = [...readFileSync(file, "utf8").matchAll(/(?:it|describe)\(["`](P[^:]+):/g)];
      for (const [, numbers = ""] of carried) {
        for (const number of idsOf(numbers)) expect(named.has(number), `P${number} of ${file}`).to.equal(true);
      }
    }
  });
});
