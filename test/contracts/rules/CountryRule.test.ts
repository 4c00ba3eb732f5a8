import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";
import { encodeCountries } from "../../../sdk/rules/country-set.ts";
import { fuzz } from "../../helpers/fuzz.ts";
import {
  A_DESK,
  A_FRENCHMAN,
  AN_AMERICAN,
  ANOTHER_AMERICAN,
  deployRule,
  FRANCE,
  GERMANY,
  issue,
  movement,
  packParty,
  redemption,
  USA,
} from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const ONLY_USA = encodeCountries({ allow: [USA] });
const ALL_BUT_USA = encodeCountries({ deny: [USA] });

const countryRule = () => deployRule(ethers, "CountryRule");

describe("CountryRule", () => {
  it("counts nothing", async () => {
    const rule = await networkHelpers.loadFixture(countryRule);

    expect(await rule.traits()).to.equal(0n);
    expect(await rule.window(ONLY_USA)).to.equal(0n);
  });

  it("takes 125 bytes that let somebody in, though not country 0", async () => {
    const rule = await networkHelpers.loadFixture(countryRule);

    for (const fine of [ONLY_USA, ALL_BUT_USA, `0x${"00".repeat(124)}01`, `0x40${"00".repeat(124)}`]) {
      await rule.validate(fine);
    }
    const zero = "00".repeat(125);
    for (const wrong of ["0x", `0x${zero}`, `${ONLY_USA}00`, ONLY_USA.slice(0, -2), `0x80${zero.slice(2)}`]) {
      await expect(rule.validate(wrong), wrong)
        .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
        .withArgs(30n, wrong);
    }
  });

  it("lets in whom an allow list names, and nobody else", async () => {
    const rule = await networkHelpers.loadFixture(countryRule);

    expect(await rule.allows(ONLY_USA, movement(), A_FRENCHMAN, AN_AMERICAN)).to.equal(true);
    expect(await rule.allows(ONLY_USA, movement(), AN_AMERICAN, A_FRENCHMAN)).to.equal(false);
    expect(await rule.allows(ONLY_USA, issue(), 0n, AN_AMERICAN)).to.equal(true);
    expect(await rule.allows(ONLY_USA, issue(), 0n, A_FRENCHMAN)).to.equal(false);
  });

  it("keeps out whom a deny list names, and nobody else", async () => {
    const rule = await networkHelpers.loadFixture(countryRule);

    expect(await rule.allows(ALL_BUT_USA, movement(), AN_AMERICAN, A_FRENCHMAN)).to.equal(true);
    expect(await rule.allows(ALL_BUT_USA, movement(), A_FRENCHMAN, AN_AMERICAN)).to.equal(false);
  });

  it("never stops a holder from leaving: redemptions and desks have no country", async () => {
    const rule = await networkHelpers.loadFixture(countryRule);

    expect(await rule.allows(ONLY_USA, redemption(), A_FRENCHMAN)).to.equal(true);
    expect(await rule.allows(ONLY_USA, movement(), A_FRENCHMAN, A_DESK)).to.equal(true);
  });

  it("judges a movement of nothing, and one between two wallets of one investor, like others", async () => {
    const rule = await networkHelpers.loadFixture(countryRule);

    expect(await rule.allows(ONLY_USA, movement({ value: 0n }), AN_AMERICAN, A_FRENCHMAN)).to.equal(false);
    expect(await rule.allows(ONLY_USA, movement(), A_FRENCHMAN, A_FRENCHMAN)).to.equal(false);
    expect(await rule.allows(ONLY_USA, movement(), AN_AMERICAN, AN_AMERICAN)).to.equal(true);
  });

  it("answers no about a country beyond 999 and about nobody's, even where all are allowed", async () => {
    const rule = await networkHelpers.loadFixture(countryRule);

    for (const country of [0, 1000, 1007, 1008, 65_535]) {
      expect(await rule.allows(ALL_BUT_USA, movement(), AN_AMERICAN, packParty({ country }))).to.equal(false);
    }
    expect(await rule.allows(ALL_BUT_USA, movement(), AN_AMERICAN, packParty({ country: 999 }))).to.equal(true);
  });

  it("agrees with the list it was made from, whatever the countries", async () => {
    const rule = await networkHelpers.loadFixture(countryRule);
    const country = fc.integer({ min: 1, max: 999 });

    await fuzz(
      "countries",
      fc.asyncProperty(fc.uniqueArray(country, { minLength: 1, maxLength: 60 }), country, async (list, other) => {
        for (const asked of [other, list[0] ?? other]) {
          const to = packParty({ number: 9, country: asked });
          const isListed = list.includes(asked);
          expect(await rule.allows(encodeCountries({ allow: list }), movement(), AN_AMERICAN, to)).to.equal(isListed);
          expect(await rule.allows(encodeCountries({ deny: list }), movement(), AN_AMERICAN, to)).to.equal(!isListed);
        }
      }),
    );
  });

  it("looks at the receiver alone, each on his own in a netted chunk", async () => {
    const { contract } = await networkHelpers.loadFixture(countryRule);
    const context = { id: 1n, holdersBefore: 3n, holdersAfter: 3n, supply: 100n };
    const position = (balanceBefore: bigint, balanceAfter: bigint) => {
      return { account: contract, balanceBefore, balanceAfter, totalBefore: 0n, totalAfter: 0n, young: 0n };
    };
    const allowsNet = contract.getFunction("allowsNet");
    const positions = [position(9n, 2n), position(0n, 3n), position(1n, 1n), position(0n, 4n)];

    const fine = [A_FRENCHMAN, AN_AMERICAN, packParty({ country: GERMANY }), A_DESK];
    expect(await allowsNet.staticCall(ONLY_USA, context, positions, fine)).to.equal(true);
    const refused = [AN_AMERICAN, ANOTHER_AMERICAN, packParty({ country: FRANCE }), A_FRENCHMAN];
    expect(await allowsNet.staticCall(ONLY_USA, context, positions, refused)).to.equal(false);
  });
});
