import { expect } from "chai";
import { concat } from "ethers";
import fc from "fast-check";
import { network } from "hardhat";
import { compileExpression, decompileExpression, type Expression } from "../../../sdk/rules/expression.ts";
import { fuzz } from "../../helpers/fuzz.ts";
import {
  A_DESK,
  AN_AMERICAN,
  CLASS,
  deployRule,
  FLAG,
  FRANCE,
  GERMANY,
  issue,
  movement,
  type PartyFacts,
  packParty,
  redemption,
  USA,
} from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

/** Code that counts its own lines takes more gas than what is deployed. */
const countsLines = process.argv.includes("--coverage");

const MALFORMED = {
  "nothing at all": "0x",
  "an unknown term": "0x99",
  "a list of no countries": "0x0100",
  "a list that ends early": "0x01020348",
  "a list without its length": "0x01",
  "countries out of order": "0x010203480114",
  "a country twice": "0x010203480348",
  "country 0": "0x01010000",
  "country 1000": "0x010103e8",
  "no class": "0x020000",
  "all of no class": "0x030000",
  "no flag": "0x040000",
  "half a class": "0x0200",
  "half a duration": "0x05000000",
  "a not of nothing": "0x10",
  "all of nothing": "0x1100",
  "all of more than is there": "0x0200041102",
  "any without its number": "0x02000412",
  "two answers in the end": "0x020004020008",
} as const;

const attributeRule = () => deployRule(ethers, "AttributeRule");

describe("AttributeRule", () => {
  it("counts nothing", async () => {
    const rule = await networkHelpers.loadFixture(attributeRule);

    expect(await rule.traits()).to.equal(0n);
    expect(await rule.window("0x020004")).to.equal(0n);
  });

  describe("validate", () => {
    for (const [what, parameters] of Object.entries(MALFORMED)) {
      it(`rejects ${what}`, async () => {
        const rule = await networkHelpers.loadFixture(attributeRule);

        await expect(rule.validate(parameters))
          .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
          .withArgs(45n, parameters);
        expect(() => decompileExpression(parameters)).to.throw("is not an expression of attributes");
      });
    }

    it("takes 512 bytes, 64 terms and 32 answers waiting, and not one more", async () => {
      const rule = await networkHelpers.loadFixture(attributeRule);
      const test = "0x020004";
      const tests = (count: number) => concat(Array.from({ length: count }, () => test));
      const nots = (count: number) => concat([test, `0x${"10".repeat(count)}`]);
      const countries = (count: number) =>
        compileExpression({ country: Array.from({ length: count }, (_, i) => i + 1) });

      for (const [longest, tooLong] of [
        [concat([tests(32), "0x1120"]), concat([tests(33), "0x1121"])],
        [nots(63), nots(64)],
        [concat([countries(252), test, "0x110210"]), concat([countries(253), test, "0x1102"])],
      ] as const) {
        await rule.validate(longest);
        const allows = rule.contract.getFunction("allows");
        const gas = await allows.estimateGas(longest, movement(), AN_AMERICAN, AN_AMERICAN);
        if (!countsLines) expect(gas).to.be.lessThan(200_000n);
        await expect(rule.validate(tooLong)).to.be.revertedWithCustomError(
          rule.contract,
          "TransferRuleInvalidParameters",
        );
      }
    });
  });

  describe("each term", () => {
    const ask = async (expression: Expression, facts: Partial<PartyFacts>) => {
      const rule = await networkHelpers.loadFixture(attributeRule);
      const parameters = compileExpression(expression);
      await rule.validate(parameters);
      return rule.allows(parameters, movement(), AN_AMERICAN, packParty({ number: 9, ...facts }));
    };

    it("finds the country in a list", async () => {
      expect(await ask({ country: [USA, FRANCE] }, { country: FRANCE })).to.equal(true);
      expect(await ask({ country: [USA, FRANCE] }, { country: GERMANY })).to.equal(false);
    });

    it("asks for one class, or for all of several", async () => {
      const both = CLASS.accredited | CLASS.institutional;

      expect(await ask({ anyClass: both }, { classes: CLASS.institutional })).to.equal(true);
      expect(await ask({ anyClass: both }, { classes: CLASS.retail })).to.equal(false);
      expect(await ask({ allClasses: both }, { classes: CLASS.institutional })).to.equal(false);
      expect(await ask({ allClasses: both }, { classes: both | CLASS.retail })).to.equal(true);
    });

    it("asks for flags of investor and wallet", async () => {
      expect(await ask({ anyFlag: FLAG.omnibus }, { flags: FLAG.omnibus })).to.equal(true);
      expect(await ask({ not: { anyFlag: FLAG.omnibus } }, { flags: FLAG.omnibus })).to.equal(false);
      expect(await ask({ not: { anyFlag: FLAG.omnibus } }, {})).to.equal(true);
    });

    it("asks that the verification holds for as long as it says, to the second", async () => {
      const rule = await networkHelpers.loadFixture(attributeRule);
      const parameters = compileExpression({ verifiedFor: 86_400 });
      const now = await networkHelpers.time.latest();
      const ends = (verifiedUntil: number) =>
        rule.allows(parameters, movement(), AN_AMERICAN, packParty({ number: 9, verifiedUntil }));

      expect(await ends(now + 86_400)).to.equal(true);
      expect(await ends(now + 86_399)).to.equal(false);
    });

    it("joins answers with all, any and not", async () => {
      const european: Expression = { country: [FRANCE, GERMANY] };
      const expert: Expression = { anyClass: CLASS.professional };

      expect(await ask({ all: [european, expert] }, { country: FRANCE, classes: CLASS.retail })).to.equal(false);
      expect(await ask({ any: [european, expert] }, { country: FRANCE, classes: CLASS.retail })).to.equal(true);
      expect(await ask({ any: [european, expert] }, { country: USA, classes: CLASS.retail })).to.equal(false);
      expect(await ask({ all: [{ not: european }, expert] }, { country: USA, classes: CLASS.professional })).to.equal(
        true,
      );
    });
  });

  it("is asked of issues, and never stops a holder from leaving", async () => {
    const rule = await networkHelpers.loadFixture(attributeRule);
    const europeans = compileExpression({ country: [FRANCE] });

    expect(await rule.allows(europeans, issue(), 0n, AN_AMERICAN)).to.equal(false);
    expect(await rule.allows(europeans, redemption(), AN_AMERICAN)).to.equal(true);
    expect(await rule.allows(europeans, movement(), AN_AMERICAN, A_DESK)).to.equal(true);
  });

  it("agrees with the expression as it reads, whatever the expression and the investor", async () => {
    const rule = await networkHelpers.loadFixture(attributeRule);
    const now = await networkHelpers.time.latest();

    await fuzz(
      "expressions",
      fc.asyncProperty(anyExpression(), anyFacts(now), async (expression, facts) => {
        const parameters = compileExpression(expression);
        await rule.validate(parameters);

        expect(compileExpression(decompileExpression(parameters)), "decompiled").to.equal(parameters);
        expect(await rule.allows(parameters, movement(), AN_AMERICAN, packParty(facts))).to.equal(
          isMet(expression, facts, now),
        );
      }),
      100,
    );
  });
});

/** The plain reading, against which the compiled one is held. */
function isMet(expression: Expression, facts: PartyFacts, now: number): boolean {
  if ("country" in expression) return expression.country.includes(facts.country);
  if ("anyClass" in expression) return (facts.classes & expression.anyClass) !== 0;
  if ("allClasses" in expression) return (facts.classes & expression.allClasses) === expression.allClasses;
  if ("anyFlag" in expression) return (facts.flags & expression.anyFlag) !== 0;
  if ("verifiedFor" in expression) return facts.verifiedUntil >= now + expression.verifiedFor;
  if ("not" in expression) return !isMet(expression.not, facts, now);
  if ("all" in expression) return expression.all.every((part) => isMet(part, facts, now));
  return expression.any.some((part) => isMet(part, facts, now));
}

function anyExpression(): fc.Arbitrary<Expression> {
  const country = fc.constantFrom(USA, FRANCE, GERMANY, 1, 999);
  const classes = fc.integer({ min: 1, max: 15 });
  return fc.letrec<{ tree: Expression }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      fc.record({ country: fc.uniqueArray(country, { minLength: 1 }) }),
      fc.record({ anyClass: classes }),
      fc.record({ allClasses: classes }),
      fc.record({ anyFlag: fc.constantFrom(2, 4, 6) }),
      fc.record({ verifiedFor: fc.constantFrom(60, 86_400) }),
      fc.record({ not: tie("tree") }),
      fc.record({ all: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
      fc.record({ any: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
    ),
  })).tree;
}

/** Verifications end well before or after the seconds that expressions name. */
function anyFacts(now: number): fc.Arbitrary<PartyFacts> {
  return fc.record({
    number: fc.constant(9),
    country: fc.constantFrom(USA, FRANCE, GERMANY, 1, 999, 12),
    classes: fc.integer({ min: 0, max: 15 }),
    flags: fc.constantFrom(0, 2, 4, 6),
    verifiedUntil: fc.constantFrom(now - 1_000, now + 1_000, now + 90_000),
  });
}
