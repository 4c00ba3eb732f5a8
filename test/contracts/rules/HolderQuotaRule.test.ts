import { expect } from "chai";
import { concat, toBeHex } from "ethers";
import { network } from "hardhat";
import {
  A_DESK,
  A_FRENCHMAN,
  AN_AMERICAN,
  ANOTHER_AMERICAN,
  CLASS,
  deployRule,
  FRANCE,
  issue,
  type Movement,
  movement,
  packParty,
  redemption,
  TRAIT,
  USA,
} from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const quota = (kind: number, key: number, most: number) =>
  concat([toBeHex(kind, 1), toBeHex(key, 2), toBeHex(most, 4)]);
const inCountry = (country: number, most: number) => quota(1, country, most);
const ofClass = (classBit: number, most: number) => quota(2, classBit, most);
const QUOTAS = concat([inCountry(USA, 100), ofClass(CLASS.retail, 35)]);

/** `holders` stands for the register, which knows how many holders there are of each kind. */
async function quotas() {
  const rule = await deployRule(ethers, "HolderQuotaRule");
  const holders = await ethers.deployContract("MockHolders");
  const count = (americans: number, retail: number) => holders.setHolders(1n, USA, americans, CLASS.retail, retail);
  const ask = (asked: Movement, from = ANOTHER_AMERICAN, to = AN_AMERICAN, parameters = QUOTAS): Promise<boolean> =>
    holders.ask(rule.contract, parameters, asked, from, to);
  return { rule, count, ask };
}

const KEEPS_SOME = movement({ value: 1n });
const LEAVES = movement({ value: 100n });
const AN_AMERICAN_CONSUMER = packParty({ number: 7, classes: CLASS.retail });

describe("HolderQuotaRule", () => {
  it("needs holders counted by kind, and the totals that tell newcomers and leavers", async () => {
    const { rule } = await networkHelpers.loadFixture(quotas);

    expect(await rule.traits()).to.equal(TRAIT.holders | TRAIT.totals | TRAIT.kinds | TRAIT.grossOnly);
    expect(await rule.window(QUOTAS)).to.equal(0n);
  });

  it("takes quotas of seven bytes in ascending order, of a country or a single class", async () => {
    const { rule } = await networkHelpers.loadFixture(quotas);
    const many = (count: number) => concat(Array.from({ length: count }, (_, place) => inCountry(place + 1, 5)));

    for (const fine of [QUOTAS, ofClass(0x8000, 0), inCountry(999, 0), many(32)]) await rule.validate(fine);
    for (const wrong of [
      "0x",
      QUOTAS.slice(0, -2),
      many(33),
      inCountry(0, 1),
      inCountry(1000, 1),
      ofClass(0, 1),
      ofClass(3, 1),
      quota(0, 840, 1),
      quota(3, 1, 1),
      concat([ofClass(CLASS.retail, 35), inCountry(USA, 100)]),
      concat([inCountry(USA, 100), inCountry(USA, 200)]),
    ]) {
      await expect(rule.validate(wrong), wrong)
        .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
        .withArgs(46n, wrong);
    }
  });

  it("lets the last newcomer of a kind in, and no more", async () => {
    const { count, ask } = await networkHelpers.loadFixture(quotas);

    await count(99, 0);
    expect(await ask(KEEPS_SOME)).to.equal(true);
    expect(await ask(issue(), 0n)).to.equal(true);
    await count(100, 0);
    expect(await ask(KEEPS_SOME)).to.equal(false);
    expect(await ask(issue(), 0n)).to.equal(false);
    expect(await ask(KEEPS_SOME, AN_AMERICAN, A_FRENCHMAN), "another country, a class with room").to.equal(true);
    await count(0, 35);
    expect(await ask(KEEPS_SOME, AN_AMERICAN, A_FRENCHMAN), "the class is full").to.equal(false);
    expect(await ask(KEEPS_SOME), "not of that class").to.equal(true);
  });

  it("lets present holders add, and everybody leave, while there are too many", async () => {
    const { count, ask } = await networkHelpers.loadFixture(quotas);
    await count(150, 150);

    expect(await ask(movement({ toTotal: 1n }))).to.equal(true);
    expect(await ask(redemption(), AN_AMERICAN, 0n)).to.equal(true);
    expect(await ask(KEEPS_SOME, AN_AMERICAN, A_DESK)).to.equal(true);
    expect(await ask(movement({ value: 0n }))).to.equal(true);
    expect(await ask(movement({ toTotal: 0n }), AN_AMERICAN, AN_AMERICAN)).to.equal(true);
  });

  it("lets a newcomer take the place of a seller of the same kind who leaves", async () => {
    const { count, ask } = await networkHelpers.loadFixture(quotas);
    await count(100, 35);

    expect(await ask(LEAVES)).to.equal(true);
    expect(await ask(KEEPS_SOME)).to.equal(false);
    expect(await ask(LEAVES, A_FRENCHMAN, AN_AMERICAN), "the leaver is of another country").to.equal(false);
    expect(await ask(LEAVES, A_FRENCHMAN, AN_AMERICAN_CONSUMER), "of the same class only").to.equal(false);
    expect(await ask(LEAVES, AN_AMERICAN, AN_AMERICAN_CONSUMER), "of the same country only").to.equal(false);
    expect(await ask(LEAVES, packParty({ number: 8, classes: CLASS.retail }), AN_AMERICAN_CONSUMER)).to.equal(true);
    expect(await ask(LEAVES, A_DESK, AN_AMERICAN), "a desk leaves no place").to.equal(false);
    expect(await ask(movement({ value: 100n, fromTotal: 101n })), "another wallet still holds").to.equal(false);
    await count(101, 35);
    expect(await ask(LEAVES), "there are too many already").to.equal(false);
  });

  it("is nobody's quota where none is named", async () => {
    const { count, ask } = await networkHelpers.loadFixture(quotas);
    await count(1_000, 1_000);

    expect(await ask(KEEPS_SOME, AN_AMERICAN, packParty({ number: 9, country: FRANCE }))).to.equal(true);
  });
});
