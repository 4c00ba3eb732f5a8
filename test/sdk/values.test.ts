import { expect } from "chai";
import { parseAddress } from "../../sdk/address.ts";
import { countryName, parseCountry } from "../../sdk/country.ts";
import { MoietyError } from "../../sdk/errors.ts";
import { classNames, parseClasses } from "../../sdk/investor-class.ts";
import { formatTime, parseInstant, parseUntil } from "../../sdk/time.ts";

describe("values of input files", () => {
  describe("parseCountry", () => {
    it("reads the two letters, the three letters and the number of ISO 3166-1", () => {
      expect(["US", "us", "USA", "840"].map(parseCountry)).to.deep.equal([840, 840, 840, 840]);
      expect(["AF", "004", "4"].map(parseCountry)).to.deep.equal([4, 4, 4]);
    });

    for (const text of ["", "UX", "UK", "000", "1000", "United States"]) {
      it(`refuses "${text}"`, () => {
        expect(() => parseCountry(text)).to.throw(MoietyError, `"${text}" is not a country of ISO 3166-1`);
      });
    }

    it("names a country by its number", () => {
      expect(countryName(840)).to.equal("United States of America (840)");
      expect(countryName(999)).to.equal("999");
    });
  });

  describe("parseClasses", () => {
    it("makes one bit set of several classes", () => {
      expect(parseClasses("accredited")).to.equal(4);
      expect(parseClasses("Professional + institutional")).to.equal(10);
      expect(classNames(10)).to.equal("professional+institutional");
    });

    it("refuses a class that nobody knows", () => {
      expect(() => parseClasses("accredited+rich")).to.throw(MoietyError, '"rich" is not an investor class');
    });
  });

  describe("parseUntil", () => {
    it("means the last second of a day in UTC", () => {
      expect(formatTime(parseUntil("2027-01-31"))).to.equal("2027-01-31T23:59:59Z");
      expect(parseUntil("2027-01-31T12:00:00Z")).to.equal(parseInstant("2027-01-31T12:00:00Z"));
    });

    for (const text of ["2027-02-30", "2027-13-01", "31.01.2027", "2027-01-31T12:00:00", "soon"]) {
      it(`refuses "${text}"`, () => {
        expect(() => parseUntil(text)).to.throw(MoietyError, `"${text}" is not a`);
      });
    }
  });

  describe("parseAddress", () => {
    it("gives any lower-case address its checksum", () => {
      const address = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

      expect(parseAddress(address)).to.equal("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
    });

    it("refuses the zero address", () => {
      expect(() => parseAddress(`0x${"0".repeat(40)}`)).to.throw(MoietyError, "address is the zero address");
    });
  });
});
