import { expect } from "chai";
import { toBeHex, ZeroAddress } from "ethers";
import { network } from "hardhat";
import {
  A_DESK,
  ALICE,
  AN_AMERICAN,
  ANOTHER_AMERICAN,
  BOB,
  deployRule,
  issue,
  movement,
  redemption,
} from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const MOOD = { answers: 0, reverts: 1, nonsense: 2, nothing: 3, burnsGas: 4 };

/** Compliance keeps a list; an oracle stands by. */
async function sanctions() {
  const [compliance, stranger] = await ethers.getSigners();
  const manager = await ethers.deployContract("AccessManager", [compliance]);
  const list = await ethers.deployContract("SanctionsList", [manager]);
  const oracle = await ethers.deployContract("MockAnswers");
  const rule = await deployRule(ethers, "SanctionsRule");
  const parameters = (await list.getAddress()).toLowerCase();
  return { rule, list, oracle, parameters, compliance, stranger };
}

describe("SanctionsRule", () => {
  it("counts nothing", async () => {
    const { rule, parameters } = await networkHelpers.loadFixture(sanctions);

    expect(await rule.traits()).to.equal(0n);
    expect(await rule.window(parameters)).to.equal(0n);
  });

  it("takes a contract that answers with yes or no", async () => {
    const { rule, oracle, parameters } = await networkHelpers.loadFixture(sanctions);
    const oracleAddress = (await oracle.getAddress()).toLowerCase();

    await rule.validate(parameters);
    await rule.validate(oracleAddress);
    const withoutAnswer = (await rule.contract.getAddress()).toLowerCase();
    for (const wrong of ["0x", `${parameters}00`, parameters.slice(0, -2), ALICE, ZeroAddress, withoutAnswer]) {
      await expect(rule.validate(wrong), wrong)
        .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
        .withArgs(39n, wrong);
    }
    for (const mood of [MOOD.reverts, MOOD.nonsense, MOOD.nothing, MOOD.burnsGas]) {
      await oracle.setMood(mood);
      await expect(rule.validate(oracleAddress), String(mood)).to.be.revertedWithCustomError(
        rule.contract,
        "TransferRuleInvalidParameters",
      );
    }
  });

  it("asks a contract that it is to be bound to with 200,000 gas, and takes no other answer than yes or no", async () => {
    const { rule } = await networkHelpers.loadFixture(sanctions);
    // GAS PUSH3 `left` EQ ISZERO DUP1 ADD PUSH0 MSTORE PUSH1 `size` PUSH0 RETURN: 0 if that much was left, 2 if not
    const meter = (left: number, size = 32) =>
      `0x5a62${toBeHex(left, 3).slice(2)}1415${"80015f5260"}${toBeHex(size, 1).slice(2)}5ff3`;
    const isTaken = async (code: string) => {
      await networkHelpers.setCode(BOB, code);
      return rule.validate(BOB).then(
        () => true,
        () => false,
      );
    };

    expect(await isTaken(meter(199_998))).to.equal(true);
    expect([await isTaken(meter(199_997)), await isTaken(meter(199_999))]).to.deep.equal([false, false]);
    expect([await isTaken(meter(199_998, 31)), await isTaken(meter(199_998, 33))]).to.deep.equal([false, true]);
    for (const [word, taken] of [
      ["00", true],
      ["01", true],
      ["02", false],
      ["ff", false],
    ] as const) {
      expect(await isTaken(`0x60${word}5f5260205ff3`), word).to.equal(taken);
    }
  });

  it("refuses senders and receivers on our list", async () => {
    const { rule, list, parameters } = await networkHelpers.loadFixture(sanctions);
    expect(await rule.allows(parameters, movement())).to.equal(true);

    for (const wallet of [ALICE, BOB]) {
      await list.setSanctioned([wallet], true);
      expect(await rule.allows(parameters, movement()), wallet).to.equal(false);
      expect(await rule.allows(parameters, movement({ value: 0n })), wallet).to.equal(false);
      expect(await rule.allows(parameters, movement(), AN_AMERICAN, AN_AMERICAN), wallet).to.equal(false);
      await list.setSanctioned([wallet], false);
      expect(await rule.allows(parameters, movement()), wallet).to.equal(true);
    }
  });

  it("is asked of issues and redemptions, on the side of the investor", async () => {
    const { rule, list, parameters } = await networkHelpers.loadFixture(sanctions);
    await list.setSanctioned([ALICE, ZeroAddress], true);

    expect(await rule.allows(parameters, redemption())).to.equal(false);
    expect(await rule.allows(parameters, issue())).to.equal(true);
    expect(await rule.allows(parameters, issue({ to: ALICE }), 0n, AN_AMERICAN)).to.equal(false);
    expect(await rule.allows(parameters, movement(), A_DESK, ANOTHER_AMERICAN)).to.equal(true);
    expect(await rule.allows(parameters, movement({ from: BOB, to: ALICE }), AN_AMERICAN, A_DESK)).to.equal(true);
  });

  it("refuses whom the oracle names, though our list does not", async () => {
    const { rule, list, oracle, parameters } = await networkHelpers.loadFixture(sanctions);
    await list.setOracle(oracle);
    expect(await rule.allows(parameters, movement())).to.equal(true);

    await oracle.setSanctioned(BOB, true);
    expect(await rule.allows(parameters, movement())).to.equal(false);
    expect(await list.isListed(BOB)).to.equal(false);
  });

  it("fails while the oracle does not answer, and goes on once compliance has taken it off", async () => {
    const { rule, list, oracle, parameters } = await networkHelpers.loadFixture(sanctions);
    await list.setOracle(oracle);

    for (const mood of [MOOD.reverts, MOOD.nonsense, MOOD.nothing]) {
      await oracle.setMood(mood);
      await expect(rule.allows(parameters, movement()), String(mood)).to.be.revert(ethers);
    }
    await list.setOracle(ZeroAddress);
    expect(await rule.allows(parameters, movement())).to.equal(true);
  });
});

describe("SanctionsList", () => {
  it("takes only an oracle that answers, or none", async () => {
    const { list, oracle } = await networkHelpers.loadFixture(sanctions);

    await expect(list.setOracle(ALICE))
      .to.be.revertedWithCustomError(list, "SanctionsListNotAnOracle")
      .withArgs(ethers.getAddress(ALICE));
    await expect(list.setOracle(oracle)).to.emit(list, "OracleSet").withArgs(oracle);
    expect(await list.oracle()).to.equal(await oracle.getAddress());
    await expect(list.setOracle(ZeroAddress)).to.emit(list, "OracleSet").withArgs(ZeroAddress);
  });

  it("tells of every wallet that goes on it or comes off", async () => {
    const { list } = await networkHelpers.loadFixture(sanctions);

    await expect(list.setSanctioned([ALICE, BOB], true))
      .to.emit(list, "WalletSanctioned")
      .withArgs(ethers.getAddress(ALICE), true)
      .and.to.emit(list, "WalletSanctioned")
      .withArgs(ethers.getAddress(BOB), true);
    expect(await list.isSanctioned(BOB)).to.equal(true);
  });

  it("is kept by compliance alone", async () => {
    const { list, stranger } = await networkHelpers.loadFixture(sanctions);
    if (stranger === undefined) throw new Error("two accounts are needed");
    const byStranger = list.connect(stranger);

    for (const attempt of [byStranger.setSanctioned([ALICE], true), byStranger.setOracle(ZeroAddress)]) {
      await expect(attempt).to.be.revertedWithCustomError(list, "AccessManagedUnauthorized").withArgs(stranger.address);
    }
  });
});
