import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { ALICE, AN_AMERICAN, deployRule, issue, movement, redemption } from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const REVERTS = 1;

/** Asset 1 is backed, asset 2 is not. */
async function custody() {
  const rule = await deployRule(ethers, "CustodyRule");
  const desk = await ethers.deployContract("MockAnswers");
  await desk.setBacked(1n, true);
  return { rule, desk, parameters: (await desk.getAddress()).toLowerCase() };
}

describe("CustodyRule", () => {
  it("counts nothing", async () => {
    const { rule, parameters } = await networkHelpers.loadFixture(custody);

    expect(await rule.traits()).to.equal(0n);
    expect(await rule.window(parameters)).to.equal(0n);
  });

  it("takes a contract that answers with yes or no", async () => {
    const { rule, desk, parameters } = await networkHelpers.loadFixture(custody);

    await rule.validate(parameters);
    for (const wrong of ["0x", `${parameters}00`, ALICE, ZeroAddress]) {
      await expect(rule.validate(wrong), wrong)
        .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
        .withArgs(41n, wrong);
    }
    await desk.setMood(REVERTS);
    await expect(rule.validate(parameters)).to.be.revertedWithCustomError(
      rule.contract,
      "TransferRuleInvalidParameters",
    );
  });

  it("P101: when custody lapses, transfers and issues stop and redemptions go on", async () => {
    const { rule, desk, parameters } = await networkHelpers.loadFixture(custody);
    for (const asked of [movement(), issue(), redemption()])
      expect(await rule.allows(parameters, asked)).to.equal(true);
    expect(await rule.allows(parameters, movement({ id: 2n }))).to.equal(false);

    await desk.setBacked(1n, false);
    expect(await rule.allows(parameters, movement())).to.equal(false);
    expect(await rule.allows(parameters, movement(), AN_AMERICAN, AN_AMERICAN)).to.equal(false);
    expect(await rule.allows(parameters, issue())).to.equal(false);
    expect(await rule.allows(parameters, redemption())).to.equal(true);
  });

  it("fails when the contract does not answer, and lets holders redeem even then", async () => {
    const { rule, desk, parameters } = await networkHelpers.loadFixture(custody);
    await desk.setMood(REVERTS);

    await expect(rule.allows(parameters, movement())).to.be.revert(ethers);
    const { contract } = rule;
    expect(await contract.getFunction("allows").staticCall(parameters, redemption(), AN_AMERICAN, 0n)).to.equal(true);
  });
});
