import { expect } from "chai";
import { concat, dataSlice, toBeHex } from "ethers";
import fc from "fast-check";
import { compact, expand } from "../../sdk/rules/common-rules.ts";

/** Lower case, as a book written by hand may have them. */
const ADDRESSES = Object.fromEntries(
  [
    "CommonRules",
    "CountryRule",
    "InvestorClassRule",
    "HolderCountRule",
    "BalanceCapRule",
    "LockUpRule",
    "RouteRule",
  ].map((name, place) => [name, toBeHex(0xa0 + place, 20)]),
);
const SIZES: Readonly<Record<string, number>> = {
  CountryRule: 125,
  InvestorClassRule: 2,
  HolderCountRule: 4,
  BalanceCapRule: 10,
  LockUpRule: 4,
};
const NAMES = Object.keys(SIZES);

const settingOf = (name: string, parameters: string) => ({ rule: ADDRESSES[name] ?? "", parameters });
const CLASS = settingOf("InvestorClassRule", "0x0004");
const HOLDERS = settingOf("HolderCountRule", "0x000007d0");
const LOCK_UP = settingOf("LockUpRule", "0x01e13380");
const ROUTE = settingOf("RouteRule", "0x");

describe("Common rules", () => {
  it("become one where the first of them stood, in the order of their codes", () => {
    const mask = "0x16";
    const parameters = concat([mask, CLASS.parameters, HOLDERS.parameters, LOCK_UP.parameters]);

    const bound = compact([ROUTE, LOCK_UP, ROUTE, CLASS, HOLDERS], ADDRESSES);
    expect(bound).to.deep.equal([ROUTE, settingOf("CommonRules", parameters), ROUTE]);
    expect(expand(bound, ADDRESSES)).to.deep.equal([ROUTE, CLASS, HOLDERS, LOCK_UP, ROUTE]);
  });

  it("stay as they are where there is only one, or where the deployment has no contract for all", () => {
    const { CommonRules: _left, ...old } = ADDRESSES;

    expect(compact([], ADDRESSES)).to.deep.equal([]);
    expect(compact([ROUTE, LOCK_UP], ADDRESSES)).to.deep.equal([ROUTE, LOCK_UP]);
    expect(compact([CLASS, LOCK_UP], old)).to.deep.equal([CLASS, LOCK_UP]);
    expect(expand([CLASS, LOCK_UP], old)).to.deep.equal([CLASS, LOCK_UP]);
  });

  it("read as what they are bound as, where the single rules are not known or the parameters make no sense", () => {
    const { LockUpRule: _left, ...without } = ADDRESSES;
    const bound = compact([CLASS, LOCK_UP], ADDRESSES);
    expect(expand(bound, without)).to.deep.equal(bound);

    for (const parameters of ["0x", "0x00", "0x02", "0x02000400", "0x200004", "0x220004"]) {
      const odd = [settingOf("CommonRules", parameters)];
      expect(expand(odd, ADDRESSES), parameters).to.deep.equal(odd);
    }
  });

  it("say the same after they were bound and read, whatever they say", () => {
    const anySettings = fc
      .subarray(NAMES, { minLength: 2 })
      .chain((names) =>
        fc
          .tuple(...names.map(() => fc.uint8Array({ minLength: 125, maxLength: 125 })))
          .map((bytes) => names.map((name, place) => settingOf(name, dataSlice(bytes[place] ?? "0x", 0, SIZES[name])))),
      );

    fc.assert(
      fc.property(anySettings, (settings) => {
        const bound = compact(settings.toReversed(), ADDRESSES);
        expect(bound).to.have.lengthOf(1);
        expect(expand(bound, ADDRESSES)).to.deep.equal(settings);
      }),
    );
  });
});
