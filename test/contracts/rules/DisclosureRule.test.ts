import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { A_DESK, ALICE, AN_AMERICAN, BOB, deployRule, issue, movement, redemption } from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const REVERTS = 1;

async function disclosures() {
  const rule = await deployRule(ethers, "DisclosureRule");
  const desk = await ethers.deployContract("MockAnswers");
  return { rule, desk, parameters: (await desk.getAddress()).toLowerCase() };
}

describe("DisclosureRule", () => {
  it("counts nothing", async () => {
    const { rule } = await networkHelpers.loadFixture(disclosures);

    expect(await rule.traits()).to.equal(0n);
  });

  it("takes a contract that answers with yes or no", async () => {
    const { rule, desk, parameters } = await networkHelpers.loadFixture(disclosures);

    await rule.validate(parameters);
    for (const wrong of ["0x", `${parameters}00`, ALICE, ZeroAddress]) {
      await expect(rule.validate(wrong), wrong)
        .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
        .withArgs(40n, wrong);
    }
    await desk.setMood(REVERTS);
    await expect(rule.validate(parameters)).to.be.revertedWithCustomError(
      rule.contract,
      "TransferRuleInvalidParameters",
    );
  });

  it("lets in the wallet that has acknowledged this asset's disclosures, and no other wallet or asset", async () => {
    const { rule, desk, parameters } = await networkHelpers.loadFixture(disclosures);
    expect(await rule.allows(parameters, movement())).to.equal(false);
    expect(await rule.allows(parameters, issue())).to.equal(false);

    await desk.setAcknowledged(1n, BOB, true);
    expect(await rule.allows(parameters, movement())).to.equal(true);
    expect(await rule.allows(parameters, issue())).to.equal(true);
    expect(await rule.allows(parameters, movement({ id: 2n }))).to.equal(false);
    expect(await rule.allows(parameters, movement({ from: BOB, to: ALICE }))).to.equal(false);
  });

  it("never stops a holder from leaving", async () => {
    const { rule, parameters } = await networkHelpers.loadFixture(disclosures);

    expect(await rule.allows(parameters, redemption())).to.equal(true);
    expect(await rule.allows(parameters, movement(), AN_AMERICAN, A_DESK)).to.equal(true);
  });

  it("fails when the contract does not answer", async () => {
    const { rule, desk, parameters } = await networkHelpers.loadFixture(disclosures);
    await desk.setMood(REVERTS);

    await expect(rule.allows(parameters, movement())).to.be.revert(ethers);
  });
});
