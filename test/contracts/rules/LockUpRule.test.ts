import { expect } from "chai";
import { MaxUint256, toBeHex } from "ethers";
import { network } from "hardhat";
import { A_DESK, AN_AMERICAN, deployRule, issue, movement, redemption, TRAIT } from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const YEAR = 31_536_000n;
const A_YEAR = toBeHex(YEAR, 4);

const lockUpRule = () => deployRule(ethers, "LockUpRule");

describe("LockUpRule", () => {
  it("needs the totals of investors and their lots, over as many seconds as its parameters say", async () => {
    const rule = await networkHelpers.loadFixture(lockUpRule);

    expect(await rule.traits()).to.equal(TRAIT.totals | TRAIT.lots);
    expect(await rule.window(A_YEAR)).to.equal(YEAR);
    expect(await rule.window("0xffffffff")).to.equal(4_294_967_295n);
  });

  it("takes four bytes that are not 0", async () => {
    const rule = await networkHelpers.loadFixture(lockUpRule);

    await rule.validate(A_YEAR);
    for (const wrong of ["0x", toBeHex(0, 4), toBeHex(1, 3), toBeHex(1, 5)]) {
      await expect(rule.validate(wrong))
        .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
        .withArgs(36n, wrong);
    }
  });

  it("lets an investor pass on what is not young, and not one share more", async () => {
    const rule = await networkHelpers.loadFixture(lockUpRule);

    expect(await rule.allows(A_YEAR, movement({ value: 40n, fromYoung: 60n }))).to.equal(true);
    expect(await rule.allows(A_YEAR, movement({ value: 41n, fromYoung: 60n }))).to.equal(false);
    expect(await rule.allows(A_YEAR, movement({ value: 1n, fromYoung: 100n }))).to.equal(false);
    expect(await rule.allows(A_YEAR, movement({ value: 100n, fromYoung: 0n }))).to.equal(true);
  });

  it("holds for redemptions and for shares sent to a desk as well", async () => {
    const rule = await networkHelpers.loadFixture(lockUpRule);

    expect(await rule.allows(A_YEAR, redemption({ value: 40n, fromYoung: 60n }))).to.equal(true);
    expect(await rule.allows(A_YEAR, redemption({ value: 41n, fromYoung: 60n }))).to.equal(false);
    expect(await rule.allows(A_YEAR, movement({ value: 41n, fromYoung: 60n }), AN_AMERICAN, A_DESK)).to.equal(false);
  });

  it("stops neither issues, nor desks, nor movements of nothing or between wallets of one investor", async () => {
    const rule = await networkHelpers.loadFixture(lockUpRule);
    const locked = { value: 100n, fromYoung: 100n };

    expect(await rule.allows(A_YEAR, issue({ value: 100n, toTotal: 5n }))).to.equal(true);
    expect(await rule.allows(A_YEAR, movement(locked), A_DESK, AN_AMERICAN)).to.equal(true);
    expect(await rule.allows(A_YEAR, movement({ ...locked, value: 0n }))).to.equal(true);
    expect(await rule.allows(A_YEAR, movement({ ...locked, toTotal: 100n }), AN_AMERICAN, AN_AMERICAN)).to.equal(true);
  });

  it("answers about more than the sender has, instead of failing", async () => {
    const rule = await networkHelpers.loadFixture(lockUpRule);

    for (const value of [101n, 1n << 64n, MaxUint256]) {
      expect(await rule.allows(A_YEAR, movement({ value, fromYoung: 1n }))).to.equal(false);
      expect(await rule.allows(A_YEAR, movement({ value, fromYoung: 0n }))).to.equal(true);
    }
  });
});
