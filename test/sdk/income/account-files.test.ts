import { expect } from "chai";
import { MoietyError } from "../../../sdk/errors.ts";
import { readExcludedFile, readLookThroughFile, TEMPLATES } from "../../../sdk/income/account-files.ts";
import { readWithholdingFile } from "../../../sdk/income/withholding.ts";
import { TestFolder } from "../../helpers/income-world.ts";

const ALICE = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const BOB = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
const CAROL = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
const STRICT = { delimiter: ",", mergeDuplicates: false } as const;
const MERGING = { delimiter: ",", mergeDuplicates: true } as const;

describe("files of income", () => {
  let folder: TestFolder;
  beforeEach(async () => {
    folder = await TestFolder.open();
  });
  afterEach(() => folder.close());

  /** The problem that reading ends with. */
  const problemOf = async (reading: Promise<unknown>) => {
    const error = await reading.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof MoietyError) return error.problem;
    throw new Error("the file was accepted", { cause: error });
  };

  it("are as their templates say", async () => {
    const paths = await Promise.all(
      Object.entries(TEMPLATES).map(async ([name, text]) => [name, await folder.write(name, text)] as const),
    );
    const path = new Map(paths);

    expect((await readExcludedFile(path.get("exclude") ?? "", STRICT)).rows).to.have.lengthOf(1);
    expect((await readLookThroughFile(path.get("look-through") ?? "", STRICT)).rows).to.have.lengthOf(1);
    const { rows, fallbackBps } = await readWithholdingFile(path.get("withholding") ?? "", ALICE, ",");
    expect(rows).to.deep.equal([
      { country: 840, classes: 0, rateBps: 0 },
      { country: 276, classes: 1, rateBps: 2_637 },
    ]);
    expect(fallbackBps).to.equal(3_000);
  });

  it("take a byte order mark, CRLF and a declared semicolon, and say which spaces they ignored", async () => {
    const text = `\ufeffescrow;owner;shares\r\n${ALICE};${BOB} ;1000\r\n`;
    const path = await folder.write("look.csv", text);

    const { rows, notes } = await readLookThroughFile(path, { ...STRICT, delimiter: ";" });
    expect(rows).to.deep.equal([{ line: 2, row: { escrow: ALICE, owner: BOB, shares: 1_000n } }]);
    expect(notes).to.deep.equal([`line 2, owner: spaces around "${BOB}" were ignored`]);
    expect((await problemOf(readLookThroughFile(path, STRICT))).what).to.equal("the header is wrong");
  });

  it("refuse every wrong cell, with its line: exponents, separators, decimals, zero, checksums", async () => {
    const wrong = ALICE.replace("C8", "c8");
    const path = await folder.write(
      "look.csv",
      [
        "escrow,owner,shares",
        `${ALICE},${BOB},1e3`,
        `${ALICE},${wrong},5`,
        `${ALICE},0x0000000000000000000000000000000000000000,5.0`,
        `${CAROL},${ALICE},"1,000"`,
        `${BOB},${BOB},0`,
        `${BOB},${ALICE},-1`,
      ].join("\n"),
    );

    const { what, where, details, notDone, exitCode } = await problemOf(readLookThroughFile(path, STRICT));
    expect([what, where, notDone, exitCode]).to.deep.equal([
      "7 cells are wrong",
      path,
      "no row of the file was used",
      2,
    ]);
    expect(details?.map((detail) => detail.split(";")[0])).to.deep.equal([
      'line 2, shares: shares "1e3" is not a plain decimal number',
      `line 3, owner: address "${wrong}" has a wrong checksum`,
      "line 4, owner: address is the zero address",
      'line 4, shares: shares "5.0" has 1 decimals, 0 are allowed',
      'line 5, shares: shares "1,000" is not a plain decimal number',
      "line 6, shares: is zero",
      'line 7, shares: shares "-1" is not a plain decimal number',
    ]);
  });

  it("refuse rows that repeat each other, and offer to merge them", async () => {
    const path = await folder.write(
      "look.csv",
      ["escrow,owner,shares", `${ALICE},${BOB},5`, `${BOB},${ALICE},6`, `${ALICE},${BOB.toLowerCase()},7`].join("\n"),
    );

    const { details, todo } = await problemOf(readLookThroughFile(path, STRICT));
    expect(details).to.deep.equal([`line 4, escrow and owner: "${ALICE}, ${BOB.toLowerCase()}" is on line 2 already`]);
    expect(todo).to.equal("correct them; rows that repeat each other become one with --merge-duplicates");
    const { rows, notes } = await readLookThroughFile(path, MERGING);
    expect(rows.map(({ line, row }) => [line, row.shares])).to.deep.equal([
      [2, 12n],
      [3, 6n],
    ]);
    expect(notes).to.deep.equal(["line 4 was merged into line 2"]);
  });

  it("join the reasons of an account that is excluded twice", async () => {
    const text = `account,reason\n${ALICE},treasury\n${ALICE},pool\n${ALICE},treasury\n`;
    const path = await folder.write("exclude.csv", text);

    const { details } = await problemOf(readExcludedFile(path, STRICT));
    expect(details).to.deep.equal([
      `line 3, account: "${ALICE}" is on line 2 already`,
      `line 4, account: "${ALICE}" is on line 2 already`,
    ]);
    const { rows } = await readExcludedFile(path, MERGING);
    expect(rows).to.deep.equal([{ line: 2, row: { account: ALICE, reason: "treasury; pool" } }]);
  });

  it("refuse a table of tax that leaves somebody open, takes more than all, or is finer than the desk", async () => {
    const tax = (text: string) => folder.write("tax.csv", `country,class,percent\n${text}\n`);
    const problem = async (text: string) => problemOf(readWithholdingFile(await tax(text), ALICE, ","));

    expect((await problem("US,*,10")).what).to.equal("the last row is not for everybody");
    expect((await problem("*,*,100.01")).details).to.deep.equal(["line 2, percent: 100.01 % is more than all"]);
    expect((await problem("*,*,26.375")).details?.[0]).to.contain('"26.375" has 3 decimals, 2 are allowed');
    expect((await problem("US,*,10\n840,*,11\nUS,*,12\n*,*,30")).details).to.deep.equal([
      'line 4, country and class: "US, *" is on line 2 already',
    ]);
    expect((await problem("XX,*,10\n*,staff,5\n*,*,30")).details).to.have.lengthOf(2);
  });
});
