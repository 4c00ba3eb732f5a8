import { expect } from "chai";
import { toBeHex } from "ethers";
import { network } from "hardhat";
import { deployRule, issue, movement, redemption, TRAIT } from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const LEAST = 100n;
const AT_LEAST_100 = toBeHex(LEAST, 4);

const minimumHoldersRule = () => deployRule(ethers, "MinimumHoldersRule");

describe("MinimumHoldersRule", () => {
  it("needs the holders counted, and nothing else", async () => {
    const rule = await networkHelpers.loadFixture(minimumHoldersRule);

    expect(await rule.traits()).to.equal(TRAIT.holders);
    expect(await rule.window(AT_LEAST_100)).to.equal(0n);
  });

  it("takes a number of four bytes that is not 0", async () => {
    const rule = await networkHelpers.loadFixture(minimumHoldersRule);

    await rule.validate(AT_LEAST_100);
    for (const wrong of ["0x", toBeHex(0, 4), toBeHex(1, 3), toBeHex(1, 5)]) {
      await expect(rule.validate(wrong))
        .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
        .withArgs(33n, wrong);
    }
  });

  it("lets holders leave while enough remain, and not one more", async () => {
    const rule = await networkHelpers.loadFixture(minimumHoldersRule);
    const shrinkTo = (holdersAfter: bigint) => ({ holdersBefore: holdersAfter + 1n, holdersAfter });

    for (const leave of [movement, redemption]) {
      expect(await rule.allows(AT_LEAST_100, leave(shrinkTo(LEAST + 1n)))).to.equal(true);
      expect(await rule.allows(AT_LEAST_100, leave(shrinkTo(LEAST)))).to.equal(true);
      expect(await rule.allows(AT_LEAST_100, leave(shrinkTo(LEAST - 1n)))).to.equal(false);
    }
  });

  it("lets everything else go on while there are still too few", async () => {
    const rule = await networkHelpers.loadFixture(minimumHoldersRule);

    expect(await rule.allows(AT_LEAST_100, issue({ holdersBefore: 0n, holdersAfter: 1n }))).to.equal(true);
    expect(await rule.allows(AT_LEAST_100, movement({ holdersBefore: 5n, holdersAfter: 6n }))).to.equal(true);
    expect(await rule.allows(AT_LEAST_100, movement({ holdersBefore: 5n, holdersAfter: 5n }))).to.equal(true);
    expect(await rule.allows(AT_LEAST_100, movement({ holdersBefore: 5n, holdersAfter: 4n }))).to.equal(false);
  });
});
