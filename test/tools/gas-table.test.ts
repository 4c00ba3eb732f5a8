import { expect } from "chai";
import { findMissed, findMoved, type GasReport, toFile, writePage } from "../../tools/gas/table.ts";

const REPORT: GasReport = {
  rows: [
    { name: "transfer", value: 60_000, most: 63_000, aim: 50_000 },
    { name: "each further id", value: 33.4, unit: "%", most: 35 },
    { name: "settlement", value: 20_000, isLong: true },
  ],
  sizes: [{ name: "ShareToken", value: 21_000, most: 24_576 }],
};

/** The same report with one operation changed. */
function withOperation(name: string, value: number): GasReport {
  return { ...REPORT, rows: REPORT.rows.map((row) => (row.name === name ? { ...row, value } : row)) };
}

describe("Gas table", () => {
  it("finds nothing moved in what was written", () => {
    expect(findMoved(REPORT, toFile(REPORT))).to.deep.equal([]);
  });

  it("names every figure that moved, by how much, in either direction", () => {
    expect(findMoved(withOperation("transfer", 60_001), toFile(REPORT))).to.deep.equal([
      "transfer (gas): 60,000 → 60,001 (+0.00 %)",
    ]);
    expect(findMoved(withOperation("each further id", 30), toFile(REPORT))).to.deep.equal([
      "each further id (gas): 33.4 % → 30.0 % (-10.18 %)",
    ]);
    const larger = { ...REPORT, sizes: [{ name: "ShareToken", value: 21_210, most: 24_576 }] };
    expect(findMoved(larger, toFile(REPORT))).to.deep.equal(["ShareToken (bytes): 21,000 → 21,210 (+1.00 %)"]);
  });

  it("lets half a per cent pass where the call data has long lists, and not more", () => {
    expect(findMoved(withOperation("settlement", 20_100), toFile(REPORT))).to.deep.equal([]);
    expect(findMoved(withOperation("settlement", 19_899), toFile(REPORT))).to.have.lengthOf(1);
  });

  it("names what is new and what is no longer measured", () => {
    const committed = { operations: { transfer: 60_000, settlement: 20_000, burn: 1 }, sizes: { ShareToken: 21_000 } };
    expect(findMoved(REPORT, committed)).to.deep.equal([
      "burn (gas) is committed and no longer measured",
      "each further id (gas) is new: 33.4 %",
    ]);
  });

  it("tells a missed target from a missed aim", () => {
    expect(findMissed(withOperation("transfer", 63_000))).to.deep.equal([]);
    expect(findMissed(withOperation("transfer", 63_001))).to.deep.equal(["transfer: 63,001, and 63,000 is the most"]);
    expect(findMissed(withOperation("each further id", 35.1))).to.deep.equal([
      "each further id: 35.1 %, and 35.0 % is the most",
    ]);
  });

  it("shows a missed target on its page", () => {
    expect(writePage(REPORT)).not.to.include("**missed**");
    expect(writePage(withOperation("transfer", 63_001))).to.include(
      "| transfer | 63,001 | 63,000, aim 50,000 **missed** |",
    );
  });
});
