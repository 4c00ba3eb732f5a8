import { expect } from "chai";
import { type BaseWallet, type HDNodeWallet, id, TypedDataEncoder, Wallet } from "ethers";
import { network } from "hardhat";
import { bulkOrder } from "../../../sdk/bulk-order.ts";
import { signedAlone } from "../../../sdk/signed-trade.ts";
import { DOLLAR, deployFourHolders, TOWER } from "../../helpers/settlement-suite.ts";
import { ORDER_TYPES, type Order } from "../../helpers/settlement-types.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

/** Sally sells: her wallet's key is here, so that she can sign what no wallet's form shows. */
async function sallySells() {
  const suite = await deployFourHolders(connection);
  const { desk, operator, alice, orderOf, sign, domain } = suite;
  const sally: BaseWallet | HDNodeWallet = new Wallet(id("sally"));
  await suite.verify(sally.address);
  await suite.giveShares(sally.address, TOWER, 100n);
  const buy = orderOf(alice.address, 0n);
  const bought = signedAlone(buy, await sign(alice, buy));

  /** So many orders of hers, which differ in the salt alone. */
  const orders = (count: number) =>
    Array.from({ length: count }, (_, salt) => orderOf(sally.address, 1n, { quantity: 10n, salt: BigInt(salt) }));

  function signBulk(list: readonly Order[], height?: number) {
    const bulk = bulkOrder(list, height);
    return { bulk, signature: sally.signingKey.sign(bulk.digest(domain)).serialized };
  }

  const settle = (sell: ReturnType<ReturnType<typeof bulkOrder>["signed"]>, quantity = 10n, matchNumber = 1n) =>
    desk.connect(operator).settleTrade({ buy: bought, sell, quantity, price: 10n * DOLLAR, matchNumber });

  return { ...suite, sally, orders, signBulk, settle };
}

describe("SettlementDesk: orders that were signed in bulk", () => {
  for (const { height, count } of [
    { height: 1, count: 1 },
    { height: 1, count: 2 },
    { height: 2, count: 3 },
    { height: 4, count: 9 },
    { height: 24, count: 5 },
  ]) {
    it(`settle one by one out of a tree of height ${height} with ${count} orders, wherever they stand`, async () => {
      const { shares, sally, orders, signBulk, settle } = await networkHelpers.loadFixture(sallySells);
      const { bulk, signature } = signBulk(orders(count), height);

      for (let place = 0; place < count; place++) await settle(bulk.signed(place, signature));

      expect(await shares.balanceOf(sally.address, TOWER)).to.equal(100n - 10n * BigInt(count));
    });
  }

  it("are the orders that a wallet shows, by the words of EIP-712 as they are", async () => {
    const { domain, sally, orders, settle } = await networkHelpers.loadFixture(sallySells);
    const [one, two, three, four] = orders(4);
    const types = { BulkOrder: [{ name: "tree", type: "Order[2][2]" }], ...ORDER_TYPES };
    const tree = [
      [one, two],
      [three, four],
    ];
    const bulk = bulkOrder(orders(4));
    expect(bulk.digest(domain)).to.equal(TypedDataEncoder.hash(domain, types, { tree }));

    await settle(bulk.signed(2, await sally.signTypedData(domain, types, { tree })));
  });

  it("keep their ids, so that what one signature let through counts for the other", async () => {
    const { desk, domain, sally, orders, signBulk, settle } = await networkHelpers.loadFixture(sallySells);
    const list = orders(2);
    const [order] = list;
    if (order === undefined) throw new Error("there are two orders");
    const { bulk, signature } = signBulk(list);
    const orderId = await desk.hashOrder(order);
    await settle(bulk.signed(0, signature), 6n, 1n);

    const alone = signedAlone(order, await sally.signTypedData(domain, ORDER_TYPES, order));
    await expect(settle(alone, 5n, 2n))
      .to.be.revertedWithCustomError(desk, "SettlementDeskOverfilled")
      .withArgs(orderId, 5n, 4n);
    await settle(alone, 4n, 3n);
    await expect(settle(bulk.signed(0, signature), 1n, 4n))
      .to.be.revertedWithCustomError(desk, "SettlementDeskOverfilled")
      .withArgs(orderId, 1n, 0n);
  });

  it("can be of a wallet that is a contract", async () => {
    const suite = await networkHelpers.loadFixture(sallySells);
    const { desk, operator, bob, orderOf, sign } = suite;
    const wallet = await ethers.deployContract("MockSignatureWallet", [suite.sally.address]);
    const trader = await wallet.getAddress();
    await suite.verify(trader);
    const { bulk, signature } = suite.signBulk([orderOf(trader, 0n, { limitPrice: 0n })]);
    const sell = orderOf(bob.address, 1n, { limitPrice: 0n });
    const trade = { quantity: 10n, price: 0n, matchNumber: 1n, sell: signedAlone(sell, await sign(bob, sell)) };

    await desk.connect(operator).settleTrade({ buy: bulk.signed(0, signature), ...trade });

    expect(await suite.shares.balanceOf(trader, TOWER)).to.equal(10n);
  });

  it("are of trees up to 24 levels high, at a place that the tree has", async () => {
    const { desk, orders, signBulk, settle } = await networkHelpers.loadFixture(sallySells);
    const { bulk, signature } = signBulk(orders(2));
    const signed = bulk.signed(1, signature);

    await expect(settle({ ...signed, path: Array<string>(25).fill(id("sibling")) }))
      .to.be.revertedWithCustomError(desk, "SettlementDeskNoSuchLeaf")
      .withArgs(1n, 25n);
    await expect(settle({ ...signed, place: 2n }))
      .to.be.revertedWithCustomError(desk, "SettlementDeskNoSuchLeaf")
      .withArgs(2n, 1n);
    await expect(settle({ ...signed, path: [] }))
      .to.be.revertedWithCustomError(desk, "SettlementDeskNoSuchLeaf")
      .withArgs(1n, 0n);
    await settle(signed);
  });

  it("are refused by the SDK where the tree does not fit", async () => {
    const { orders } = await networkHelpers.loadFixture(sallySells);

    for (const height of [0, 25, 1.5]) expect(() => bulkOrder(orders(1), height)).to.throw("do not fit a tree");
    expect(() => bulkOrder(orders(3), 1)).to.throw("3 orders do not fit a tree of height 1");
    expect(() => bulkOrder([])).to.throw("0 orders do not fit");
    expect(() => bulkOrder(orders(1)).pathOf(1)).to.throw("has no order 1");
  });
});
