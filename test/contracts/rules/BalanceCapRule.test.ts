import { expect } from "chai";
import { concat, MaxUint256, toBeHex } from "ethers";
import fc from "fast-check";
import { network } from "hardhat";
import { fuzz } from "../../helpers/fuzz.ts";
import { A_DESK, AN_AMERICAN, deployRule, issue, movement, redemption, TRAIT } from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const limits = (most: bigint, bps: number) => concat([toBeHex(most, 8), toBeHex(bps, 2)]);
const AT_MOST_1000 = limits(1_000n, 0);
const AT_MOST_A_TENTH = limits(0n, 1_000);
const MOST_SHARES = (1n << 64n) - 1n;

const balanceCapRule = () => deployRule(ethers, "BalanceCapRule");

describe("BalanceCapRule", () => {
  it("needs the totals of investors", async () => {
    const rule = await networkHelpers.loadFixture(balanceCapRule);

    expect(await rule.traits()).to.equal(TRAIT.totals);
    expect(await rule.window(AT_MOST_1000)).to.equal(0n);
  });

  it("takes ten bytes with at least one limit and a part of at most the whole", async () => {
    const rule = await networkHelpers.loadFixture(balanceCapRule);

    for (const fine of [AT_MOST_1000, AT_MOST_A_TENTH, limits(MOST_SHARES, 10_000)]) await rule.validate(fine);
    for (const wrong of ["0x", limits(0n, 0), limits(1n, 10_001), AT_MOST_1000.slice(0, -2), `${AT_MOST_1000}00`]) {
      await expect(rule.validate(wrong))
        .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
        .withArgs(34n, wrong);
    }
  });

  it("lets an investor come to hold exactly so many shares, and not one more", async () => {
    const rule = await networkHelpers.loadFixture(balanceCapRule);
    const receive = (value: bigint) => ({ value, toTotal: 400n, fromBalance: 5_000n, fromTotal: 5_000n });

    expect(await rule.allows(AT_MOST_1000, movement(receive(600n)))).to.equal(true);
    expect(await rule.allows(AT_MOST_1000, movement(receive(601n)))).to.equal(false);
    expect(await rule.allows(AT_MOST_1000, issue(receive(600n)))).to.equal(true);
    expect(await rule.allows(AT_MOST_1000, issue(receive(601n)))).to.equal(false);
  });

  it("lets an investor come to hold exactly such a part, rounded down, and not one share more", async () => {
    const rule = await networkHelpers.loadFixture(balanceCapRule);
    const receive = (value: bigint, supply: bigint) =>
      rule.allows(AT_MOST_A_TENTH, movement({ value, supply, fromBalance: 5_000n, fromTotal: 5_000n }));

    expect(await receive(1_000n, 10_000n)).to.equal(true);
    expect(await receive(1_001n, 10_000n)).to.equal(false);
    expect(await receive(1_000n, 9_999n)).to.equal(false);
    expect(await receive(999n, 9_999n)).to.equal(true);
  });

  it("asks for no part of an issue, whose whole is still being made", async () => {
    const rule = await networkHelpers.loadFixture(balanceCapRule);

    expect(await rule.allows(AT_MOST_A_TENTH, issue({ value: 100n, supply: 100n }))).to.equal(true);
    expect(await rule.allows(limits(50n, 1_000), issue({ value: 51n, supply: 51n }))).to.equal(false);
  });

  it("lets whoever is above the limit keep it, move it between own wallets, sell and redeem, but not add", async () => {
    const rule = await networkHelpers.loadFixture(balanceCapRule);
    const tooMuch = { fromBalance: 5_000n, fromTotal: 5_000n, supply: 10_000n };

    for (const parameters of [AT_MOST_1000, AT_MOST_A_TENTH]) {
      const own = movement({ ...tooMuch, toTotal: 5_000n, value: 5_000n });
      expect(await rule.allows(parameters, own, AN_AMERICAN, AN_AMERICAN)).to.equal(true);
      expect(await rule.allows(parameters, movement(tooMuch))).to.equal(true);
      expect(await rule.allows(parameters, redemption(tooMuch))).to.equal(true);
      expect(await rule.allows(parameters, movement({ toTotal: 5_000n, supply: 10_000n }))).to.equal(false);
      expect(await rule.allows(parameters, movement({ toTotal: 5_000n, value: 0n, supply: 10_000n }))).to.equal(true);
    }
  });

  it("does not look at desks", async () => {
    const rule = await networkHelpers.loadFixture(balanceCapRule);
    const all = { value: 5_000n, fromBalance: 5_000n, fromTotal: 5_000n };

    expect(await rule.allows(AT_MOST_1000, movement(all), AN_AMERICAN, A_DESK)).to.equal(true);
    expect(await rule.allows(AT_MOST_1000, movement(all), A_DESK, AN_AMERICAN)).to.equal(false);
  });

  it("answers about amounts that there cannot be, instead of failing", async () => {
    const rule = await networkHelpers.loadFixture(balanceCapRule);

    for (const value of [1n << 64n, 1n << 128n, MaxUint256]) {
      expect(await rule.allows(limits(1_000n, 1_000), movement({ value, toTotal: MOST_SHARES }))).to.equal(false);
      expect(await rule.allows(limits(1_000n, 1_000), redemption({ value }))).to.equal(true);
    }
  });

  it("agrees with the plain sentence, whatever the numbers", async () => {
    const rule = await networkHelpers.loadFixture(balanceCapRule);
    const shares = fc.bigInt({ min: 0n, max: MOST_SHARES });
    const part = fc.integer({ min: 0, max: 10_000 });

    await fuzz(
      "caps",
      fc.asyncProperty(shares, part, shares, shares, shares, async (most, bps, toTotal, value, supply) => {
        const totalAfter = toTotal + value;
        const isWithin =
          (most === 0n || totalAfter <= most) &&
          (bps === 0 || supply === 0n || totalAfter * 10_000n <= BigInt(bps) * supply);
        const asked = movement({ value, toTotal, supply, fromBalance: value, fromTotal: value });

        expect(await rule.allows(limits(most, bps), asked)).to.equal(isWithin || value === 0n);
      }),
    );
  });
});
