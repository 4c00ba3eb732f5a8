import { expect } from "chai";
import { AbiCoder, keccak256 } from "ethers";
import { plainNetVector } from "../../executor/sequential/plain-net-vector.ts";
import type { Snapshot } from "../../executor/snapshot.ts";

const ADDRESSES = ["f0", "0a", "77"].map((end) => `0x${end.padStart(40, "0")}`);

const snapshot: Snapshot = {
  chainId: 31337n,
  desk: `0x${"de".repeat(20)}`,
  openingBlock: 1n,
  assets: [9n, 2n ** 255n + 1n, 7n].map((id) => ({ id, state: 0, holderLimit: 0 })),
  currencies: [{ address: `0x${"c0".repeat(20)}`, engineUnit: 1n }],
  accounts: ADDRESSES.map((address) => ({ address, investor: "" })),
  shares: [],
  cash: [],
  mandates: [],
};

describe("The plain net vector", () => {
  const cases = [
    ["of nothing", undefined, [], []],
    ["of cash alone", 0, [[0, -5n] as const, [1, 5n] as const], []],
    [
      "of assets and accounts that are not in order",
      0,
      [[2, 2n ** 62n] as const, [0, -(2n ** 62n)] as const, [1, 0n] as const],
      [["0/0", 3n] as const, ["2/0", -3n] as const, ["1/1", -8n] as const, ["0/1", 8n] as const, ["1/2", 0n] as const],
    ],
  ] as const;

  for (const [name, currency, cash, shares] of cases) {
    it(`${name} is hashed as ethers encodes it`, () => {
      const { net, netHash } = plainNetVector(snapshot, currency, new Map(cash), new Map(shares));
      const lists = [net.assets, net.accounts, net.shares];
      const types = ["address", "uint256[]", "uint256[]", "uint256[]"];

      expect(netHash).to.equal(keccak256(AbiCoder.defaultAbiCoder().encode(types, [net.currency, ...lists])));
    });
  }
});
