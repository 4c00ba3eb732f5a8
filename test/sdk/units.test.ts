import { expect } from "chai";
import { parseUnits as parseByEthers } from "ethers";
import fc from "fast-check";
import { MoietyError } from "../../sdk/errors.ts";
import { formatAmount, parseUnits, parseWhole } from "../../sdk/units.ts";

const seed = Number(process.env["TEST_SEED"] ?? 20261122);

describe("units", () => {
  describe("parseUnits", () => {
    it("reads an amount exactly", () => {
      expect(parseUnits("1000.00", 6)).to.equal(1_000_000_000n);
      expect(parseUnits("0.000001", 6)).to.equal(1n);
      expect(parseUnits("0", 6)).to.equal(0n);
    });

    for (const text of ["", "1e3", "1,000", "1 000", "+1", "-1", ".5", "5.", "01", "0x10", "1_000", "١", "NaN"]) {
      it(`refuses "${text}"`, () => {
        expect(() => parseUnits(text, 6)).to.throw(MoietyError, `amount "${text}" is not a plain decimal number`);
      });
    }

    it("refuses more decimals than the currency has, instead of rounding", () => {
      const parse = () => parseUnits("1.1234567", 6, "price");

      expect(parse).to.throw(MoietyError, 'price "1.1234567" has 7 decimals, 6 are allowed');
    });

    it(`agrees with ethers on every amount that it accepts (seed ${seed})`, () => {
      const amount = fc
        .tuple(fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.stringMatching(/^[0-9]{1,6}$/))
        .map(([whole, fraction]) => `${whole}.${fraction}`);

      fc.assert(
        fc.property(amount, (text) => parseUnits(text, 6) === parseByEthers(text, 6)),
        { seed },
      );
    });
  });

  describe("parseWhole", () => {
    it("refuses half a share", () => {
      expect(() => parseWhole("1.5", "shares")).to.throw(MoietyError, 'shares "1.5" has 1 decimals, 0 are allowed');
    });
  });

  describe("formatAmount", () => {
    it("shows cents, and further decimals only where there are any", () => {
      expect(formatAmount(1_000_000_000n, 6)).to.equal("1000.00");
      expect(formatAmount(1n, 6)).to.equal("0.000001");
      expect(formatAmount(1_500_000n, 6)).to.equal("1.50");
      expect(formatAmount(7n, 0)).to.equal("7");
    });

    it(`is read back as the same amount (seed ${seed})`, () => {
      fc.assert(
        fc.property(
          fc.bigInt({ min: 0n, max: 2n ** 128n }),
          (units) => parseUnits(formatAmount(units, 6), 6) === units,
        ),
        { seed },
      );
    });
  });
});
