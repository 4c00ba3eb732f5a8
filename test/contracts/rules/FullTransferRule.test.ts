import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import { A_DESK, AN_AMERICAN, deployRule, issue, movement, redemption, TRAIT } from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const NONE = "0x";

const fullTransferRule = () => deployRule(ethers, "FullTransferRule");

describe("FullTransferRule", () => {
  it("needs the totals of investors, and looks at single movements", async () => {
    const rule = await networkHelpers.loadFixture(fullTransferRule);

    expect(await rule.traits()).to.equal(TRAIT.totals | TRAIT.grossOnly);
    expect(await rule.window(NONE)).to.equal(0n);
  });

  it("takes no parameters", async () => {
    const rule = await networkHelpers.loadFixture(fullTransferRule);

    await rule.validate(NONE);
    await expect(rule.validate("0x00"))
      .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
      .withArgs(42n, "0x00");
  });

  it("lets an investor pass on everything, and not one share less", async () => {
    const rule = await networkHelpers.loadFixture(fullTransferRule);

    for (const leave of [movement, redemption]) {
      expect(await rule.allows(NONE, leave({ value: 100n }))).to.equal(true);
      expect(await rule.allows(NONE, leave({ value: 99n }))).to.equal(false);
      expect(await rule.allows(NONE, leave({ value: 1n }))).to.equal(false);
      expect(await rule.allows(NONE, leave({ value: 100n, fromTotal: 101n }))).to.equal(false);
    }
    expect(await rule.allows(NONE, movement({ value: MaxUint256 }))).to.equal(true);
  });

  it("lets an investor gather shares in one wallet, and asks neither issues nor desks nor movements of nothing", async () => {
    const rule = await networkHelpers.loadFixture(fullTransferRule);

    expect(await rule.allows(NONE, movement({ value: 1n, toTotal: 100n }), AN_AMERICAN, AN_AMERICAN)).to.equal(true);
    expect(await rule.allows(NONE, issue({ value: 1n }))).to.equal(true);
    expect(await rule.allows(NONE, movement({ value: 1n }), A_DESK)).to.equal(true);
    expect(await rule.allows(NONE, movement({ value: 0n }))).to.equal(true);
    expect(await rule.allows(NONE, movement({ value: 1n }), AN_AMERICAN, A_DESK)).to.equal(false);
  });
});
