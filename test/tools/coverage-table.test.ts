import { expect } from "chai";
import { readCoverageTable } from "../../tools/coverage/read-table.ts";

const OUTPUT = `
  12 passing (1s)

╔═══════════════════════════════════════════╗
║              Coverage Report              ║
╟───────────────────────────────────────────╢
║ File Path                 │ Line % │ Statement % │ Uncovered Lines ║
╟───────────────────────────┼────────┼─────────────┼─────────────────╢
║ contracts/rules/Rule.sol  │ 87.50  │ 88.89       │ 28              ║
║ contracts/shares/Life.sol │ 100.00 │ 100.00      │ -               ║
╟───────────────────────────┼────────┼─────────────┼─────────────────╢
║ Total                     │ 98.66  │ 98.45       │                 ║
╚═══════════════════════════╧════════╧═════════════╧═════════════════╝
`;

describe("Coverage table", () => {
  it("is read from what Hardhat prints", () => {
    expect(readCoverageTable(OUTPUT)).to.deep.equal({
      total: { file: "Total", lines: 98.66, statements: 98.45, missing: "" },
      files: [
        { file: "contracts/rules/Rule.sol", lines: 87.5, statements: 88.89, missing: "28" },
        { file: "contracts/shares/Life.sol", lines: 100, statements: 100, missing: "-" },
      ],
    });
  });

  it("is missing when the run broke off", () => {
    expect(readCoverageTable("Error HHE600: compilation failed")).to.equal(undefined);
  });
});
