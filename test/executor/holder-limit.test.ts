import { expect } from "chai";
import { CODE } from "../../executor/index.ts";
import {
  ALICE,
  BOB,
  buys,
  CAROL,
  codes,
  inWorld,
  SECOND_WALLET,
  sells,
  sharesOf,
  trade,
} from "./worlds/trading-world.ts";

describe("Holder limit", () => {
  /** Whoever is named holds so many houses, all others none; the limit is `limit` investors. */
  const holders = (limit: number, balances: Record<number, bigint>) =>
    inWorld((draft) => {
      for (const asset of draft.assets) asset.holderLimit = limit;
      for (const account of draft.accounts.keys()) {
        const balance = balances[account] ?? 0n;
        Object.assign(sharesOf(draft, account), { balance, spendable: balance });
      }
    });
  const full = CODE.holderLimitReached;

  it("refuses one investor too many, and allows the last one", async () => {
    expect(await codes(holders(1, { [BOB]: 20n }))).to.deep.equal([full]);
    expect(await codes(holders(2, { [BOB]: 20n }))).to.deep.equal([0]);
  });

  it("lets a newcomer take the place of a seller who leaves with his last share", async () => {
    expect(await codes(holders(1, { [BOB]: 10n }))).to.deep.equal([0]);
    expect(await codes(holders(1, { [BOB]: 11n }))).to.deep.equal([full]);
  });

  it("counts investors, not wallets", async () => {
    const fromSecondWallet = [buys("alice"), sells("alice's second wallet")];

    expect(await codes(holders(2, { [BOB]: 20n, [SECOND_WALLET]: 1n }))).to.deep.equal([0]);
    expect(await codes({ ...holders(1, { [SECOND_WALLET]: 20n }), orders: fromSecondWallet })).to.deep.equal([0]);
  });

  it("lets nobody leave who still has shares in another wallet", async () => {
    const orders = [buys("carol"), sells("alice")];

    expect(await codes({ ...holders(1, { [ALICE]: 10n, [SECOND_WALLET]: 1n }), orders })).to.deep.equal([full]);
    expect(await codes({ ...holders(1, { [ALICE]: 10n }), orders })).to.deep.equal([0]);
  });

  it("does not count protocol accounts", async () => {
    const toDesk = [buys("the desk"), sells("bob")];
    const fromDesk = [buys("alice"), sells("the desk")];

    expect(await codes({ ...holders(1, { [BOB]: 20n }), orders: toDesk })).to.deep.equal([0]);
    expect(await codes({ ...holders(1, { 4: 10n, [BOB]: 1n }), orders: fromDesk })).to.deep.equal([full]);
    expect(await codes({ ...holders(1, { 4: 10n }), orders: fromDesk })).to.deep.equal([0]);
  });

  it("allows trades among holders though the limit is exceeded already", async () => {
    expect(await codes(holders(1, { [ALICE]: 5n, [BOB]: 20n, [CAROL]: 1n }))).to.deep.equal([0]);
  });

  it("lets a newcomer take the place of one who leaves though the limit is exceeded already", async () => {
    const beyond = { [BOB]: 10n, [CAROL]: 5n };

    expect(await codes(holders(1, beyond))).to.deep.equal([0]);
    expect(await codes(holders(1, { ...beyond, [BOB]: 11n }))).to.deep.equal([full]);
  });

  it("is counted on through a batch", async () => {
    const orders = [buys("alice"), sells("bob"), buys("carol"), sells("alice")];
    const trades = [
      trade({ quantity: 10n }),
      trade({ quantity: 5n, buyOrder: 2, sellOrder: 3 }),
      trade({ quantity: 10n, buyOrder: 2, sellOrder: 3 }),
    ];

    expect(await codes({ ...holders(2, { [BOB]: 20n }), orders, trades })).to.deep.equal([0, full, 0]);
  });
});
