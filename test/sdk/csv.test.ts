import { expect } from "chai";
import { parseAddress } from "../../sdk/address.ts";
import { cell } from "../../sdk/cell.ts";
import { parseCsv } from "../../sdk/csv.ts";
import { MoietyError } from "../../sdk/errors.ts";
import { parseWhole } from "../../sdk/units.ts";

const format = {
  columns: {
    reference: cell((text) => text),
    wallet: cell((text) => parseAddress(text)),
    shares: cell((text) => parseWhole(text)),
  },
  unique: ["reference"] as const,
};
const ALICE = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const BOB = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

/** The problem that reading `text` ends with. */
function problemOf(text: string) {
  try {
    parseCsv(text, "file.csv", format);
  } catch (error) {
    if (error instanceof MoietyError) return error.problem;
    throw error;
  }
  throw new Error("the file was accepted");
}

describe("csv", () => {
  it("reads rows with their lines, whatever the order of the columns", () => {
    const { rows } = parseCsv(`shares,reference,wallet\n5,A-1,${ALICE}\n`, "file.csv", format);

    expect(rows).to.deep.equal([{ line: 2, row: { reference: "A-1", wallet: ALICE, shares: 5n } }]);
  });

  it("takes a byte order mark, CRLF and empty lines in its stride", () => {
    const text = `\ufeffreference,wallet,shares\r\n\r\nA-1,${ALICE},5\r\nA-2,${BOB},6\n`;
    const { rows } = parseCsv(text, "file.csv", format);

    expect(rows.map(({ line, row }) => [line, row.shares])).to.deep.equal([
      [3, 5n],
      [4, 6n],
    ]);
  });

  it("says which spaces it ignored", () => {
    const { notes } = parseCsv(`reference,wallet,shares\nA-1, ${ALICE},5\n`, "file.csv", format);

    expect(notes).to.deep.equal([`line 2, wallet: spaces around "${ALICE}" were ignored`]);
  });

  it("reads a semicolon only where it was declared", () => {
    const text = `reference;wallet;shares\nA-1;${ALICE};5\n`;

    expect(parseCsv(text, "file.csv", { ...format, delimiter: ";" }).rows).to.have.lengthOf(1);
    expect(problemOf(text).what).to.equal("the header is wrong");
  });

  it("lists every bad cell of every row, with its line and column", () => {
    const problem = problemOf(`reference,wallet,shares\nA-1,0x12,1e3\nA-2,${ALICE},5\nA-3,,5.5\n`);

    expect([problem.what, problem.where, problem.exitCode]).to.deep.equal(["4 cells are wrong", "file.csv", 2]);
    expect(problem.details).to.deep.equal([
      'line 2, wallet: address "0x12" is not an address; write 0x and 40 hex digits',
      'line 2, shares: number "1e3" is not a plain decimal number; write it like "1000"',
      'line 4, wallet: address "" is not an address; write 0x and 40 hex digits',
      'line 4, shares: number "5.5" has 1 decimals, 0 are allowed; nothing is ever rounded: write what the unit can hold',
    ]);
  });

  it("refuses a wrong checksum, because it is a typing error", () => {
    const { details } = problemOf(`reference,wallet,shares\nA-1,${ALICE.replace("C8", "c8")},5\n`);

    expect(details?.[0]).to.contain("line 2, wallet").and.to.contain("wrong checksum");
  });

  it("refuses a value that may occur once only", () => {
    const { details } = problemOf(`reference,wallet,shares\nA-1,${ALICE},5\na-1,${BOB},5\n`);

    expect(details).to.deep.equal(['line 3, reference: "a-1" is on line 2 already']);
  });

  it("refuses a column that is given twice, missing or not known", () => {
    const { details, todo } = problemOf("reference,reference,wallet,colour\n");

    expect(details).to.deep.equal([
      "line 1, reference: given twice",
      "line 1, shares: missing",
      "line 1, colour: not known",
    ]);
    expect(todo).to.equal('start the file with "reference,wallet,shares"');
  });

  it("refuses a row with too many cells", () => {
    expect(problemOf(`reference,wallet,shares\nA-1,${ALICE},5,6\n`).what).to.equal("this is not a well-formed table");
  });

  it("refuses a file without rows", () => {
    expect(problemOf("reference,wallet,shares\n").what).to.equal("the file has no rows");
  });
});
