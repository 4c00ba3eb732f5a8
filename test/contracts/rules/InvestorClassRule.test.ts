import { expect } from "chai";
import { toBeHex } from "ethers";
import { network } from "hardhat";
import {
  A_DESK,
  A_FRENCHMAN,
  AN_AMERICAN,
  CLASS,
  deployRule,
  issue,
  movement,
  packParty,
  redemption,
} from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const ACCREDITED = toBeHex(CLASS.accredited, 2);
const ACCREDITED_OR_BETTER = toBeHex(CLASS.accredited | CLASS.institutional, 2);

const investorClassRule = () => deployRule(ethers, "InvestorClassRule");

describe("InvestorClassRule", () => {
  it("counts nothing", async () => {
    const rule = await networkHelpers.loadFixture(investorClassRule);

    expect(await rule.traits()).to.equal(0n);
  });

  it("takes two bytes with at least one class", async () => {
    const rule = await networkHelpers.loadFixture(investorClassRule);

    await rule.validate(ACCREDITED);
    for (const wrong of ["0x", "0x0000", "0x04", "0x000400"]) {
      await expect(rule.validate(wrong))
        .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
        .withArgs(31n, wrong);
    }
  });

  it("lets in whoever is of one of the classes", async () => {
    const rule = await networkHelpers.loadFixture(investorClassRule);
    const receive = (classes: number) =>
      rule.allows(ACCREDITED_OR_BETTER, movement(), A_FRENCHMAN, packParty({ number: 9, classes }));

    expect(await receive(CLASS.accredited)).to.equal(true);
    expect(await receive(CLASS.institutional)).to.equal(true);
    expect(await receive(CLASS.institutional | CLASS.retail)).to.equal(true);
    expect(await receive(CLASS.retail | CLASS.professional)).to.equal(false);
    expect(await receive(0)).to.equal(false);
  });

  it("is asked of issues too, and never stops a holder from leaving", async () => {
    const rule = await networkHelpers.loadFixture(investorClassRule);

    expect(await rule.allows(ACCREDITED, issue(), 0n, AN_AMERICAN)).to.equal(true);
    expect(await rule.allows(ACCREDITED, issue(), 0n, A_FRENCHMAN)).to.equal(false);
    expect(await rule.allows(ACCREDITED, redemption(), A_FRENCHMAN)).to.equal(true);
    expect(await rule.allows(ACCREDITED, movement(), A_FRENCHMAN, A_DESK)).to.equal(true);
  });
});
