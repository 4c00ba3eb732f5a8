import { expect } from "chai";
import fc from "fast-check";
import { MoietyError } from "../../sdk/errors.ts";
import { divide, formatFraction, parseFraction, priceOfUnit } from "../../sdk/fractions.ts";

const seed = Number(process.env["TEST_SEED"] ?? 20261122);

const fractions = (...texts: readonly string[]) => texts.map(parseFraction);

describe("fractions", () => {
  describe("parseFraction", () => {
    it("reads a fraction into its lowest terms", () => {
      expect(parseFraction("1/2")).to.deep.equal({ numerator: 1n, denominator: 2n });
      expect(formatFraction(parseFraction("110/200"))).to.equal("11/20");
      expect(formatFraction(parseFraction("3/3"))).to.equal("1/1");
    });

    for (const text of ["", "1", "0.5", "0/2", "1/0", "-1/2", "1/-2", " 1/2", "1 /2", "01/2", "1/2/3", "½", "1e1/20"]) {
      it(`refuses "${text}"`, () => {
        expect(() => parseFraction(text)).to.throw(MoietyError, `"${text}" is not a fraction`);
      });
    }

    it("refuses more than the whole", () => {
      expect(() => parseFraction("4/3")).to.throw(MoietyError, '"4/3" is more than the whole');
    });
  });

  describe("divide", () => {
    it("takes the fewest units of which every part is a whole number", () => {
      expect(divide(fractions("1/2", "1/2"))).to.deep.equal({ units: 2n, parts: [1n, 1n] });
      expect(divide(fractions("1/4", "1/2", "1/4"))).to.deep.equal({ units: 4n, parts: [1n, 2n, 1n] });
      expect(divide(fractions("1/2", "1/3", "1/6"))).to.deep.equal({ units: 6n, parts: [3n, 2n, 1n] });
      expect(divide(fractions("11/20", "9/20"))).to.deep.equal({ units: 20n, parts: [11n, 9n] });
    });

    it("says what parts add up to if that is not the whole", () => {
      expect(() => divide(fractions("1/2", "1/3"))).to.throw("1/2 + 1/3 is 5/6 of the whole, not all of it");
      expect(() => divide(fractions("2/3", "1/2"))).to.throw("2/3 + 1/2 is 7/6 of the whole, not all of it");
      expect(() => divide([])).to.throw("nothing is 0/1 of the whole, not all of it");
    });

    it("refuses more units than the register can count", () => {
      const half = 10n ** 18n - 1n;
      const parts = [
        { numerator: 1n, denominator: half },
        { numerator: half - 1n, denominator: half },
      ];
      expect(divide(parts).units).to.equal(half);

      const tiny = { numerator: 1n, denominator: 2n ** 63n };
      const rest = { numerator: 2n ** 63n - 1n, denominator: 2n ** 63n };
      expect(() => divide([tiny, rest])).to.throw("9223372036854775808 units are needed");
    });

    it(`gives back every division of a whole into parts, in the fewest units (seed ${seed})`, () => {
      const weights = fc.array(fc.bigInt({ min: 1n, max: 1_000n }), { minLength: 1, maxLength: 6 });

      fc.assert(
        fc.property(weights, (parts) => {
          const whole = parts.reduce((sum, part) => sum + part, 0n);
          const divided = divide(parts.map((part) => parseFraction(`${part}/${whole}`)));

          const common = whole / divided.units;
          expect(divided.parts.map((part) => part * common)).to.deep.equal(parts);
          expect(divided.parts.reduce(gcd, divided.units)).to.equal(1n);
        }),
        { seed },
      );
    });
  });

  describe("priceOfUnit", () => {
    it("divides exactly or not at all", () => {
      expect(priceOfUnit(1_890_000_000n, 3n)).to.equal(630_000_000n);
      expect(() => priceOfUnit(14_000_000_000n, 3n)).to.throw(MoietyError, "the price does not divide by 3 units");
    });

    it(`could not divide by more units what does not divide by fewer (seed ${seed})`, () => {
      const positive = fc.bigInt({ min: 1n, max: 10n ** 12n });

      fc.assert(
        fc.property(
          positive,
          fc.bigInt({ min: 1n, max: 1_000n }),
          fc.bigInt({ min: 1n, max: 50n }),
          (price, units, k) => (price % (units * k) === 0n ? price % units === 0n : true),
        ),
        { seed },
      );
    });
  });
});

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
