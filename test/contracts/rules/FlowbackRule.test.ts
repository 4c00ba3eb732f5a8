import { expect } from "chai";
import { concat, toBeHex } from "ethers";
import { network } from "hardhat";
import {
  A_DESK,
  A_FRENCHMAN,
  AN_AMERICAN,
  ANOTHER_AMERICAN,
  deployRule,
  GERMANY,
  issue,
  movement,
  packParty,
  redemption,
  TRAIT,
  USA,
} from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const DAY = 86_400;

/** Until forty days from now, shares do not flow back to the United States. */
async function flowbackRule() {
  const rule = await deployRule(ethers, "FlowbackRule");
  const openFrom = (await networkHelpers.time.latest()) + 40 * DAY;
  return { rule, openFrom, noFlowback: concat([toBeHex(USA, 2), toBeHex(openFrom, 6)]) };
}

describe("FlowbackRule", () => {
  it("counts nothing, and looks at pairs", async () => {
    const { rule, noFlowback } = await networkHelpers.loadFixture(flowbackRule);

    expect(await rule.traits()).to.equal(TRAIT.grossOnly);
    expect(await rule.window(noFlowback)).to.equal(0n);
  });

  it("takes a country and a time to come", async () => {
    const { rule, openFrom, noFlowback } = await networkHelpers.loadFixture(flowbackRule);
    const now = await networkHelpers.time.latest();

    await rule.validate(noFlowback);
    await rule.validate(concat([toBeHex(999, 2), toBeHex(openFrom, 6)]));
    for (const wrong of [
      "0x",
      `${noFlowback}00`,
      concat([toBeHex(0, 2), toBeHex(openFrom, 6)]),
      concat([toBeHex(1000, 2), toBeHex(openFrom, 6)]),
      concat([toBeHex(USA, 2), toBeHex(now - 1, 6)]),
      toBeHex(USA, 2),
    ]) {
      await expect(rule.validate(wrong), wrong)
        .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
        .withArgs(38n, wrong);
    }
  });

  it("keeps shares of holders abroad out of the country", async () => {
    const { rule, noFlowback } = await networkHelpers.loadFixture(flowbackRule);

    expect(await rule.allows(noFlowback, movement(), A_FRENCHMAN, AN_AMERICAN)).to.equal(false);
    expect(await rule.allows(noFlowback, movement({ value: 0n }), A_FRENCHMAN, AN_AMERICAN)).to.equal(false);
  });

  it("lets shares go abroad, stay abroad and stay inside", async () => {
    const { rule, noFlowback } = await networkHelpers.loadFixture(flowbackRule);
    const german = packParty({ number: 8, country: GERMANY });

    expect(await rule.allows(noFlowback, movement(), AN_AMERICAN, A_FRENCHMAN)).to.equal(true);
    expect(await rule.allows(noFlowback, movement(), A_FRENCHMAN, german)).to.equal(true);
    expect(await rule.allows(noFlowback, movement(), AN_AMERICAN, ANOTHER_AMERICAN)).to.equal(true);
  });

  it("asks neither issues, nor redemptions, nor desks, which hold nothing that could flow", async () => {
    const { rule, noFlowback } = await networkHelpers.loadFixture(flowbackRule);

    expect(await rule.allows(noFlowback, issue(), 0n, AN_AMERICAN)).to.equal(true);
    expect(await rule.allows(noFlowback, redemption(), A_FRENCHMAN)).to.equal(true);
    expect(await rule.allows(noFlowback, movement(), A_DESK, AN_AMERICAN)).to.equal(true);
    expect(await rule.allows(noFlowback, movement(), A_FRENCHMAN, A_DESK)).to.equal(true);
  });

  it("ends with the second that it names", async () => {
    const { rule, openFrom, noFlowback } = await networkHelpers.loadFixture(flowbackRule);

    await networkHelpers.time.increaseTo(openFrom - 1);
    expect(await rule.allows(noFlowback, movement(), A_FRENCHMAN, AN_AMERICAN)).to.equal(false);
    await networkHelpers.time.increaseTo(openFrom);
    expect(await rule.allows(noFlowback, movement(), A_FRENCHMAN, AN_AMERICAN)).to.equal(true);
  });
});
