import { expect } from "chai";
import { MaxUint256, toBeHex } from "ethers";
import fc from "fast-check";
import { network } from "hardhat";
import { fuzz } from "../../helpers/fuzz.ts";
import { A_DESK, AN_AMERICAN, deployRule, issue, movement, redemption, TRAIT } from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const AT_LEAST_10 = toBeHex(10, 8);

const minimumHoldingRule = () => deployRule(ethers, "MinimumHoldingRule");

describe("MinimumHoldingRule", () => {
  it("needs the totals of investors", async () => {
    const rule = await networkHelpers.loadFixture(minimumHoldingRule);

    expect(await rule.traits()).to.equal(TRAIT.totals);
    expect(await rule.window(AT_LEAST_10)).to.equal(0n);
  });

  it("takes a number of eight bytes that is not 0", async () => {
    const rule = await networkHelpers.loadFixture(minimumHoldingRule);

    await rule.validate(AT_LEAST_10);
    for (const wrong of ["0x", toBeHex(0, 8), toBeHex(1, 7), toBeHex(1, 9)]) {
      await expect(rule.validate(wrong))
        .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
        .withArgs(35n, wrong);
    }
  });

  it("lets the sender keep nothing or at least the minimum", async () => {
    const rule = await networkHelpers.loadFixture(minimumHoldingRule);

    for (const leave of [movement, redemption]) {
      expect(await rule.allows(AT_LEAST_10, leave({ value: 90n }))).to.equal(true);
      expect(await rule.allows(AT_LEAST_10, leave({ value: 91n }))).to.equal(false);
      expect(await rule.allows(AT_LEAST_10, leave({ value: 99n }))).to.equal(false);
      expect(await rule.allows(AT_LEAST_10, leave({ value: 100n }))).to.equal(true);
    }
  });

  it("lets the receiver come to hold at least the minimum", async () => {
    const rule = await networkHelpers.loadFixture(minimumHoldingRule);

    expect(await rule.allows(AT_LEAST_10, movement({ value: 10n }))).to.equal(true);
    expect(await rule.allows(AT_LEAST_10, movement({ value: 9n }))).to.equal(false);
    expect(await rule.allows(AT_LEAST_10, movement({ value: 9n, toTotal: 1n }))).to.equal(true);
    expect(await rule.allows(AT_LEAST_10, issue({ value: 9n }))).to.equal(false);
    expect(await rule.allows(AT_LEAST_10, issue({ value: 10n }))).to.equal(true);
  });

  it("looks neither at desks nor at movements of nothing or between wallets of one investor", async () => {
    const rule = await networkHelpers.loadFixture(minimumHoldingRule);
    const few = { value: 5n, fromBalance: 5n, fromTotal: 5n };

    expect(await rule.allows(AT_LEAST_10, movement(few), AN_AMERICAN, A_DESK)).to.equal(true);
    expect(await rule.allows(AT_LEAST_10, movement({ ...few, toTotal: 5n }), A_DESK)).to.equal(true);
    expect(await rule.allows(AT_LEAST_10, movement({ fromTotal: 5n, value: 0n }))).to.equal(true);
    const own = movement({ value: 3n, fromBalance: 4n, fromTotal: 5n, toTotal: 5n });
    expect(await rule.allows(AT_LEAST_10, own, AN_AMERICAN, AN_AMERICAN)).to.equal(true);
  });

  it("agrees with the plain sentence, whatever the numbers", async () => {
    const rule = await networkHelpers.loadFixture(minimumHoldingRule);
    const few = fc.bigInt({ min: 0n, max: 30n });

    await fuzz(
      "minimum holdings",
      fc.asyncProperty(fc.bigInt({ min: 1n, max: 12n }), few, few, few, async (least, total, toTotal, sent) => {
        const value = sent > total ? total : sent;
        const isFit = (ends: bigint) => ends === 0n || ends >= least;
        const asked = movement({ value, fromBalance: total, fromTotal: total, toTotal });

        const isFine = value === 0n || (isFit(total - value) && isFit(toTotal + value));
        expect(await rule.allows(toBeHex(least, 8), asked)).to.equal(isFine);
      }),
    );
  });

  it("answers about amounts that there cannot be, instead of failing", async () => {
    const rule = await networkHelpers.loadFixture(minimumHoldingRule);

    expect(await rule.allows(AT_LEAST_10, movement({ value: MaxUint256 }))).to.equal(true);
  });
});
