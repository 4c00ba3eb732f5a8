import { globSync } from "node:fs";
import { expect } from "chai";
import { changedLines, isEquivalent, readEquivalents } from "../../tools/mutate/equivalents.ts";
import { judge } from "../../tools/mutate/judge.ts";
import { applyMutant, listMutants, type Mutant } from "../../tools/mutate/list-mutants.ts";
import { createMentions } from "../../tools/mutate/mentions.ts";
import { SOURCES, testsOf } from "../../tools/mutate/register.ts";
import { shareKilled } from "../../tools/mutate/report.ts";
import { firstThatCount } from "../../tools/mutate/run-cases.ts";
import { compile, PROJECT, readSource } from "../../tools/solc/compile.ts";

const PATH = "contracts/Till.sol";
// The ü takes two bytes: solc counts bytes, JavaScript does not.
const SOURCE = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

interface ITill {
    function put(uint256 amount) external;
}

/// @title Kasse für alles
contract Till is ITill {
    bytes32 private constant SLOT = 0xc6e9f77308e8d4b9bb4387d9895545a042255fc81ffd1f88230105a0a3f72800;
    uint256 private constant LIMIT = 1_000;
    uint256 public sum;
    bool public open;
    event Put(uint256 amount);

    modifier whenOpen() {
        require(open);
        _;
    }

    function put(uint256 amount) external whenOpen {
        require(amount != 0 && amount <= LIMIT, "too much"); // <= is a word here
        if (isFull()) revert();
        sum += amount * 2;
        emit Put(amount);
    }

    function clear(uint256[] calldata parts) external {
        for (uint256 i = 0; i < parts.length; ++i) sum = sum - parts[i];
        open = !open;
    }

    function isFull() public view returns (bool) {
        return sum /* so far */ > LIMIT;
    }

    function isOpen() external view returns (bool) {
        return open;
    }

    function always() external pure returns (bool) {
        return true;
    }
}
`;

function mutantsOf(source: string): Mutant[] {
  const { errors, sources } = compile({ [PATH]: source }, { "*": { "": ["ast"] } });
  const ast = sources[PATH]?.ast;
  if (ast === undefined) throw new Error(errors.join("\n"));
  return listMutants(PATH, source, ast);
}

/** `operator: before -> after` of one function, with the blanks made single. */
function changesIn(name: string): string[] {
  return mutantsOf(SOURCE)
    .filter((mutant) => mutant.function === name)
    .map(({ operator, before, after }) => `${operator}: ${before} -> ${after}`.replace(/\s+/g, " "))
    .toSorted();
}

describe("Mutants", () => {
  it("turn conditions, comparisons and connections, and force conditions", () => {
    expect(changesIn("put")).to.deep.equal(
      [
        "arithmetic: * -> /",
        "arithmetic: += -> -=",
        "comparison: != -> ==",
        "comparison: <= -> <",
        "comparison: <= -> >",
        "condition: amount != 0 && amount <= LIMIT -> !(amount != 0 && amount <= LIMIT)",
        "condition: amount != 0 && amount <= LIMIT -> true",
        "condition: isFull() -> !(isFull())",
        "condition: isFull() -> false",
        "condition: isFull() -> true",
        "constant: 0 -> 1",
        "constant: 2 -> 1",
        "constant: 2 -> 3",
        "logic: && -> ||",
        "modifier: whenOpen -> ",
        "statement: emit Put(amount); -> {}",
        "statement: revert(); -> {}",
        "statement: sum += amount * 2; -> {}",
      ].toSorted(),
    );
  });

  it("turn steps and leave out statements, but not the step of a loop", () => {
    expect(changesIn("clear")).to.deep.equal(
      [
        "arithmetic: - -> +",
        "comparison: < -> <=",
        "comparison: < -> >=",
        "constant: 0 -> 1",
        "logic: !open -> open",
        "statement: open = !open; -> {}",
        "statement: sum = sum - parts[i]; -> {}",
        "step: ++i -> --i",
      ].toSorted(),
    );
  });

  it("turn what a function says, once", () => {
    expect(changesIn("isFull")).to.deep.equal(["comparison: > -> <=", "comparison: > -> >="]);
    expect(changesIn("isOpen")).to.deep.equal(["boolean: open -> !(open)"]);
    expect(changesIn("always")).to.deep.equal(["boolean: true -> false"]);
  });

  it("move constants by one, but no hash and no storage slot", () => {
    expect(changesIn("LIMIT")).to.deep.equal(["constant: 1_000 -> 1001", "constant: 1_000 -> 999"]);
    expect(changesIn("SLOT")).to.deep.equal([]);
  });

  it("stand where they say, also after a letter of two bytes", () => {
    for (const mutant of mutantsOf(SOURCE)) {
      const lines = SOURCE.split("\n").slice(mutant.line - 1);
      expect(lines.join("\n")).to.include(mutant.before);
    }
    const turned = mutantsOf(SOURCE).find(({ function: name, after }) => name === "isFull" && after === "<=");
    const line = SOURCE.slice(0, SOURCE.indexOf("*/ > LIMIT")).split("\n").length;
    expect(turned?.line).to.equal(line);
    expect(turned === undefined ? "" : applyMutant(SOURCE, turned)).to.equal(
      SOURCE.replace("*/ > LIMIT", "*/ <= LIMIT"),
    );
  });

  it("compile, all of these", () => {
    for (const mutant of mutantsOf(SOURCE)) {
      const { errors } = compile({ [PATH]: applyMutant(SOURCE, mutant) }, { "*": { "*": ["evm.bytecode.object"] } });
      expect(errors, `${mutant.before} -> ${mutant.after}`).to.deep.equal([]);
    }
  });

  it("are left out when the list says that they are the same, wherever the line has moved", () => {
    const find = (source: string) =>
      mutantsOf(source).find(({ function: name, after }) => name === "isFull" && after === "<=");
    const mutant = find(SOURCE);
    if (mutant === undefined) throw new Error("no such mutant");
    const lines = changedLines(SOURCE, mutant);
    expect(lines).to.deep.equal({
      before: "return sum /* so far */ > LIMIT;",
      after: "return sum /* so far */ <= LIMIT;",
    });
    const entry = { path: PATH, function: "isFull", ...lines, reason: "for this test" };

    expect(isEquivalent(mutant, SOURCE, [entry])).to.equal(true);
    expect(isEquivalent(mutant, SOURCE, [{ ...entry, function: "put" }])).to.equal(false);
    const moved = find(`\n\n${SOURCE}`);
    expect(moved !== undefined && isEquivalent(moved, `\n\n${SOURCE}`, [entry])).to.equal(true);
  });

  it("which are said to be the same are there, each with a reason", () => {
    for (const entry of readEquivalents()) {
      const source = readSource(entry.path);
      const { sources } = compile({ [entry.path]: source }, { "*": { "": ["ast"] } });
      const ast = sources[entry.path]?.ast;
      const mutants = ast === undefined ? [] : listMutants(entry.path, source, ast);
      const isThere = mutants.some((mutant) => isEquivalent(mutant, source, [entry]));
      expect(isThere, `tools/mutate/equivalent.json: ${entry.path} has no longer: ${entry.before}`).to.equal(true);
      expect(entry.reason.length).to.be.greaterThan(20);
    }
  });

  it("count when they compile and change what runs, and a sample ends with the last that counts", () => {
    const outcomes = (["survived", "stillborn", "killed", "same code", "timeout", "killed", "unfinished"] as const).map(
      (verdict, index) => ({ index, verdict }),
    );
    expect(shareKilled(outcomes)).to.equal(3 / 4);
    expect(firstThatCount(outcomes.toReversed(), 2).map(({ index }) => index)).to.deep.equal([0, 1, 2]);
    expect(firstThatCount(outcomes, 9)).to.deep.equal(outcomes);
  });

  it("are judged by the test of their own name first, then by those that are likeliest to notice, the longest last", () => {
    const files = globSync("test/**/*.test.ts").toSorted();
    const first = (path: string, operator: Mutant["operator"] = "logic") => testsOf({ path, operator }, files);

    expect(first("contracts/rules/LockUpRule.sol")[0]).to.equal("test/contracts/rules/LockUpRule.test.ts");
    expect(first("contracts/rules/HolderLedger.sol").slice(0, 3)).to.deep.equal([
      "test/contracts/rules/Counting.test.ts",
      "test/contracts/rules/WhatRulesSee.test.ts",
      "test/contracts/investors/Wallets.test.ts",
    ]);
    expect(first("contracts/shares/ShareLedger.sol").at(-1)).to.match(/OpenZeppelin|recovery|Erc3643/);
    for (const path of globSync(SOURCES).toSorted()) {
      expect(first(path).length, path).to.be.greaterThan(30);
      expect(new Set(first(path)).size, path).to.equal(first(path).length);
    }
    const ofModifiers = first("contracts/shares/ShareToken.sol", "modifier");
    expect(ofModifiers).to.include("test/ignition/roles.test.ts");
    expect(first("contracts/shares/ShareToken.sol")).not.to.include("test/ignition/roles.test.ts");
    expect(() => first("contracts/income/IncomeDesk.sol")).to.throw("names no tests");
  });

  it("are judged by no test that does not mention the contract, nor by way of what it imports", () => {
    const mentions = createMentions(PROJECT);

    expect(mentions("test/contracts/rules/LockUpRule.test.ts", ["LockUpRule"])).to.equal(true);
    expect(mentions("test/contracts/rules/LockUpRule.test.ts", ["IncomeDesk"])).to.equal(false);
    expect(mentions("test/contracts/rules/LockUpRule.test.ts", ["IncomeDesk", "LockUpRule"])).to.equal(true);
    // ShareToken is deployed by a helper, and linked to libraries that only ignition names.
    for (const contract of ["ShareToken", "Enforcement"]) {
      expect(mentions("test/contracts/shares/Records.test.ts", [contract]), contract).to.equal(true);
    }
  });

  it("are not judged when the time is over, and survive where no test is concerned", async () => {
    const noTime = { limitMs: 1_000, seed: 1, endsAt: Date.now() };
    expect((await judge(PROJECT, ["test/tools/mutants.test.ts"], noTime)).verdict).to.equal("unfinished");
    expect((await judge(PROJECT, [], noTime)).verdict).to.equal("survived");
  });
});
