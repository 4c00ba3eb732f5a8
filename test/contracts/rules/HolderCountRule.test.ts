import { expect } from "chai";
import { toBeHex } from "ethers";
import { network } from "hardhat";
import { deployRule, issue, movement, redemption, TRAIT } from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const LIMIT = 100n;
const AT_MOST_100 = toBeHex(LIMIT, 4);

const holderCountRule = () => deployRule(ethers, "HolderCountRule");

describe("HolderCountRule", () => {
  it("needs the holders counted, and nothing else", async () => {
    const rule = await networkHelpers.loadFixture(holderCountRule);

    expect(await rule.traits()).to.equal(TRAIT.holders);
    expect(await rule.window(AT_MOST_100)).to.equal(0n);
  });

  it("takes a limit of four bytes that is not 0", async () => {
    const rule = await networkHelpers.loadFixture(holderCountRule);

    await rule.validate(AT_MOST_100);
    for (const wrong of ["0x", toBeHex(0, 4), toBeHex(1, 3), toBeHex(1, 5)]) {
      await expect(rule.validate(wrong))
        .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
        .withArgs(32n, wrong);
    }
  });

  it("lets the last holder in, and no more", async () => {
    const rule = await networkHelpers.loadFixture(holderCountRule);
    const growTo = (holdersAfter: bigint) => movement({ holdersBefore: holdersAfter - 1n, holdersAfter });

    expect(await rule.allows(AT_MOST_100, growTo(LIMIT - 1n))).to.equal(true);
    expect(await rule.allows(AT_MOST_100, growTo(LIMIT))).to.equal(true);
    expect(await rule.allows(AT_MOST_100, growTo(LIMIT + 1n))).to.equal(false);
    expect(await rule.allows(AT_MOST_100, issue({ holdersBefore: LIMIT, holdersAfter: LIMIT + 1n }))).to.equal(false);
  });

  it("lets present holders trade while there are too many, and holders leave", async () => {
    const rule = await networkHelpers.loadFixture(holderCountRule);

    expect(await rule.allows(AT_MOST_100, movement({ holdersBefore: 150n, holdersAfter: 150n }))).to.equal(true);
    expect(await rule.allows(AT_MOST_100, movement({ holdersBefore: 150n, holdersAfter: 149n }))).to.equal(true);
    expect(await rule.allows(AT_MOST_100, redemption({ holdersBefore: 150n, holdersAfter: 150n }))).to.equal(true);
    expect(await rule.allows(AT_MOST_100, movement({ holdersBefore: 150n, holdersAfter: 151n }))).to.equal(false);
  });
});
