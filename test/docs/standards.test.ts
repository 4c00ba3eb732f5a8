import { readFileSync } from "node:fs";
import { expect } from "chai";

const PAGE = "docs/standards.md";
const ROW = /^\| (\d{4}-\d+) \| [^|]* \| `(test\/[^`]+)`: "(.+)" \|$/gm;
const STANDARDS = ["8325", "8326", "8327", "8328", "8329", "8330"];

/** The statements of the page, in its order. */
function statements(): { id: string; file: string; name: string }[] {
  return [...readFileSync(PAGE, "utf8").matchAll(ROW)].map(([, id = "", file = "", name = ""]) => ({ id, file, name }));
}

/** Tests of a file whose names say that something MUST be. */
function namedAfterStatements(file: string): string[] {
  const tests = readFileSync(file, "utf8").matchAll(/\bit\(\s*"([^"]*\bMUST\b[^"]*)"/g);
  return [...tests].map(([, name = ""]) => name);
}

/** A file and the tests in it that a row of another table names. */
const NAMED = /`(test\/[^`]+\.test\.ts)`: ("[^"]+"(?:, "[^"]+")*)/g;

describe(PAGE, () => {
  it("names tests that exist, whatever they show", () => {
    const named = [...readFileSync(PAGE, "utf8").matchAll(NAMED)];

    expect(named.length).to.be.greaterThan(statements().length);
    for (const [, file = "", names = ""] of named) {
      for (const [, name = ""] of names.matchAll(/"([^"]+)"/g)) {
        expect(readFileSync(file, "utf8").includes(name), `${file} has no "${name}"`).to.equal(true);
      }
    }
  });

  for (const standard of STANDARDS) {
    const own = statements().filter(({ id }) => id.startsWith(standard));

    it(`names a test for every statement of ERC-${standard}`, () => {
      expect(own.length).to.be.greaterThan(0);
      for (const { id, file, name } of own) expect(namedAfterStatements(file), id).to.include(name);
    });

    it(`leaves out no test that says what ERC-${standard} demands, and numbers each once`, () => {
      for (const file of new Set(own.map((each) => each.file))) {
        const named = own.filter((each) => each.file === file).map(({ name }) => name);
        expect(named.toSorted()).to.deep.equal(namedAfterStatements(file).toSorted());
      }
      expect(own.map(({ id }) => id)).to.deep.equal(own.map((_, place) => `${standard}-${place + 1}`));
    });
  }
});
