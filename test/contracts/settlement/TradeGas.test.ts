import { expect } from "chai";
import { id, Wallet } from "ethers";
import { network } from "hardhat";
import { bulkOrder } from "../../../sdk/bulk-order.ts";
import { signedAlone } from "../../../sdk/signed-trade.ts";
import { giveRules } from "../../../tools/gas/scenarios.ts";
import { listAsset, STATE } from "../../helpers/books.ts";
import { SHARES_EACH } from "../../helpers/settlement-suite.ts";
import { ORDER_TYPES } from "../../helpers/settlement-types.ts";
import { deployTradeList } from "../../helpers/trade-list.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const PLAIN = 1_848n;
const RULED = 1_849n;
const FIVE = 5;
/** EIP-7825: what one transaction may use. */
const GAS_CAP = 16_777_216n;

/** Alice and bob hold both assets for a while, have traded them before, and both have cash: what a trade finds on an ordinary day. */
async function ordinaryDay() {
  const suite = await deployTradeList(connection);
  const { desk, operator, shares, alice, bob, tradeOf } = suite;
  for (const asset of [PLAIN, RULED]) {
    await listAsset(connection, suite, asset, 1n << 40n);
    if (asset === RULED) await giveRules(connection, suite, asset, FIVE);
    await shares.setAssetState(asset, STATE.active);
    for (const holder of [alice, bob]) await suite.giveShares(holder.address, asset, SHARES_EACH);
  }
  await networkHelpers.time.increase(7_200n);

  const trade = (asset: bigint) => tradeOf({ buy: { asset }, sell: { asset } });
  async function gasOf(settlement: ReturnType<typeof desk.settleTrade>) {
    return (await (await settlement).wait())?.gasUsed ?? 0n;
  }
  for (const asset of [PLAIN, RULED]) await desk.connect(operator).settleTrade(await trade(asset));
  return { ...suite, trade, gasOf };
}

describe("SettlementDesk: gas of trades", () => {
  it("takes at most 190,000 for a trade without rules and 240,000 with five", async () => {
    const { desk, operator, trade, gasOf } = await networkHelpers.loadFixture(ordinaryDay);

    const plain = await gasOf(desk.connect(operator).settleTrade(await trade(PLAIN)));
    const ruled = await gasOf(desk.connect(operator).settleTrade(await trade(RULED)));

    console.log(`      one trade ${plain}, with five rules ${ruled}`);
    expect(plain).to.be.at.most(190_000n);
    expect(ruled).to.be.at.most(240_000n);
  });

  it("takes less for a trade in a list, and 128 of them fit one transaction", async () => {
    const { desk, operator, trade, gasOf } = await networkHelpers.loadFixture(ordinaryDay);
    const plain = await gasOf(desk.connect(operator).settleTrade(await trade(PLAIN)));
    const many = await Promise.all(Array.from({ length: 128 }, () => trade(PLAIN)));

    const list = await gasOf(desk.connect(operator).settleTrades(many, { gasLimit: GAS_CAP }));

    console.log(`      one trade of 128 in a list ${list / 128n}`);
    expect(list / 128n).to.be.lessThan(plain);
    expect(list).to.be.lessThan(GAS_CAP - 1_600_000n); // and the last trade can still be refused
  });

  it("takes at most 5,000 more for a bulk order, and at most 1,500 for each further level of its tree", async () => {
    const { desk, operator, domain, trade, gasOf, shares, verify, giveShares, orderOf } =
      await networkHelpers.loadFixture(ordinaryDay);
    const sally = new Wallet(id("sally"));
    await verify(sally.address);
    await giveShares(sally.address, PLAIN, SHARES_EACH);

    /** Sally sells; `height` 0 for a signature over the order alone. */
    async function gasAt(height: number) {
      const { sell: _, ...rest } = await trade(PLAIN);
      const sell = orderOf(sally.address, 1n, { asset: PLAIN, salt: BigInt(height) });
      const bulk = bulkOrder([sell], Math.max(1, height));
      const signed =
        height > 0
          ? bulk.signed(0, sally.signingKey.sign(bulk.digest(domain)).serialized)
          : signedAlone(sell, await sally.signTypedData(domain, ORDER_TYPES, sell));
      return gasOf(desk.connect(operator).settleTrade({ ...rest, sell: signed }));
    }

    await gasAt(24); // sally's first cash
    const [alone, lowest, highest] = [await gasAt(0), await gasAt(1), await gasAt(23)];
    console.log(`      bulk order ${lowest - alone} more, each further level ${(highest - lowest) / 22n}`);
    expect(lowest - alone).to.be.at.most(5_000n);
    expect(highest - lowest).to.be.at.most(22n * 1_500n);
    expect(await shares.balanceOf(sally.address, PLAIN)).to.equal(SHARES_EACH - 40n);
  });
});
