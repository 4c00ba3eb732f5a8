import { expect } from "chai";
import { type BigNumberish, id, TypedDataEncoder, Wallet, ZeroAddress, ZeroHash } from "ethers";
import { network } from "hardhat";
import { bulkType } from "../../executor/formats/bulk.ts";
import { bulkOrder } from "../../sdk/bulk-order.ts";
import { signedAlone } from "../../sdk/signed-trade.ts";
import { DOLLAR, deploySettlementSuite, TOWER, VILLA } from "../helpers/settlement-suite.ts";
import { ORDER_TYPES, type Order, settlementDomain } from "../helpers/settlement-types.ts";
import { deployTradeList } from "../helpers/trade-list.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const TRADE_GAS = 1_500_000n;
const BURNS_GAS = 7n;

/** Sally signed three orders in bulk; whoever saw the signature has it. */
async function sallySigned() {
  const suite = await deployTradeList(connection);
  const { desk, operator, alice, orderOf, sign, domain } = suite;
  const sally = new Wallet(id("sally"));
  await suite.verify(sally.address);
  await suite.giveShares(sally.address, TOWER, 100n);
  const orders = [0n, 1n, 2n].map((salt) => orderOf(sally.address, 1n, { quantity: 10n, salt }));
  const bulk = bulkOrder(orders);
  const signature = sally.signingKey.sign(bulk.digest(domain)).serialized;
  const buy = orderOf(alice.address, 0n, { quantity: 100n });
  const bought = signedAlone(buy, await sign(alice, buy));

  const settleWith = (sell: ReturnType<typeof bulk.signed>, quantity = 10n, matchNumber = 1n) =>
    desk.connect(operator).settleTrade({ buy: bought, sell, quantity, price: 10n * DOLLAR, matchNumber });

  /** The digest that the contract comes to with this path, which nobody signed. */
  function digestOf(order: Order, place: BigNumberish, path: readonly string[]) {
    let node = TypedDataEncoder.from(ORDER_TYPES).hash(order);
    for (const [depth, sibling] of path.entries()) {
      const isRight = ((BigInt(place) >> BigInt(depth)) & 1n) === 1n;
      node = ethers.keccak256(ethers.concat(isRight ? [sibling, node] : [node, sibling]));
    }
    const structHash = ethers.keccak256(ethers.concat([id(bulkType(path.length)), node]));
    return ethers.keccak256(ethers.concat(["0x1901", TypedDataEncoder.hashDomain(domain), structHash]));
  }

  return { ...suite, sally, orders, bulk, signature, settleWith, digestOf };
}

describe("Attacks on trades", () => {
  describe("P33, P34: a bulk order's signature for something else", () => {
    for (const [field, value] of Object.entries({
      side: 0n,
      asset: VILLA,
      quantity: 11n,
      limitPrice: 1n,
      expiry: 1n,
      priority: 1n,
      salt: 9n,
    })) {
      if (field === "side" || field === "asset") continue; // such orders do not match: refused before any signature is looked at
      it(`rejects an order whose ${field} was changed`, async () => {
        const { desk, sally, orders, bulk, signature, settleWith, digestOf } =
          await networkHelpers.loadFixture(sallySigned);
        const signed = bulk.signed(1, signature);
        const [, order] = orders;
        if (order === undefined) throw new Error("there are three orders");
        const changed = { ...order, [field]: value };

        await expect(settleWith({ ...signed, order: changed }))
          .to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid")
          .withArgs(sally.address, digestOf(changed, 1n, bulk.pathOf(1)));
      });
    }

    it("rejects an order that is not in the tree, at another place, or with a path from another height", async () => {
      const { desk, sally, domain, orders, orderOf, bulk, signature, settleWith } =
        await networkHelpers.loadFixture(sallySigned);
      const stranger = orderOf(sally.address, 1n, { quantity: 10n, salt: 7n });
      const higher = bulkOrder(orders, 3);
      const higherSignature = sally.signingKey.sign(higher.digest(domain)).serialized;
      const [path, tooLong] = [bulk.pathOf(1), [...bulk.pathOf(1), ZeroHash]];
      const forgeries = [
        { ...bulk.signed(1, signature), order: stranger },
        { ...bulk.signed(1, signature), place: 0n },
        { ...bulk.signed(1, signature), path: path.slice(0, 1) },
        { ...bulk.signed(1, signature), path: tooLong },
        { ...bulk.signed(1, signature), path: path.toReversed() },
        { ...higher.signed(1, higherSignature), path },
        higher.signed(1, signature),
        { ...bulk.signed(1, signature), place: 0n, path: [] },
      ];

      for (const forgery of forgeries) {
        await expect(settleWith(forgery)).to.be.revertedWithCustomError(desk, "SettlementDeskSignatureInvalid");
      }
      await settleWith(bulk.signed(1, signature));
    });

    it("rejects the signature of a tree under another type, another domain, another desk and another chain", async () => {
      const { desk, sally, domain, orders, bulk, settleWith } = await networkHelpers.loadFixture(sallySigned);
      const root = TypedDataEncoder.from({ Root: [{ name: "root", type: "bytes32" }] });
      const signatures = [
        sally.signingKey.sign(bulk.digest({ ...domain, version: "2" })).serialized,
        sally.signingKey.sign(bulk.digest(settlementDomain(sally.address))).serialized,
        sally.signingKey.sign(bulk.digest({ ...domain, chainId: 1n })).serialized,
        sally.signingKey.sign(root.hash({ root: bulk.digest(domain) })).serialized,
        await sally.signTypedData(
          domain,
          { BulkOrder: [{ name: "trees", type: "Order[2][2]" }], ...ORDER_TYPES },
          {
            trees: [orders.slice(0, 2), [orders[2], orders[2]]],
          },
        ),
      ];

      for (const signature of signatures) {
        await expect(settleWith(bulk.signed(0, signature))).to.be.revertedWithCustomError(
          desk,
          "SettlementDeskSignatureInvalid",
        );
      }
    });

    it("gives nobody the empty places of a tree", async () => {
      const { desk, bulk, signature, settleWith, digestOf } = await networkHelpers.loadFixture(sallySigned);
      const empty = {
        ...{ trader: ZeroAddress, side: 0n, asset: 0n, currency: ZeroAddress, quantity: 0n, limitPrice: 0n },
        ...{ expiry: 0n, priority: 0n, salt: 0n },
      };
      const path = bulk.pathOf(2);
      const trade = { ...bulk.signed(2, signature), order: empty, place: 3n };
      expect(digestOf(empty, 3n, path)).not.to.equal(ZeroHash);

      await expect(settleWith(trade)).to.be.revertedWithCustomError(desk, "SettlementDeskSidesDoNotMatch");
    });

    it("fills an order no further by way of the tree and by itself together, nor brings back a cancelled one", async () => {
      const { desk, sally, domain, orders, bulk, signature, settleWith } =
        await networkHelpers.loadFixture(sallySigned);
      const [order, other] = orders;
      if (order === undefined || other === undefined) throw new Error("there are three orders");
      const alone = signedAlone(order, await sally.signTypedData(domain, ORDER_TYPES, order));
      await settleWith(alone, 10n, 1n);

      await expect(settleWith(bulk.signed(0, signature), 1n, 2n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskOverfilled")
        .withArgs(await desk.hashOrder(order), 1n, 0n);
      await networkHelpers.impersonateAccount(sally.address);
      await networkHelpers.setBalance(sally.address, 10n ** 18n);
      await desk.connect(await ethers.getSigner(sally.address)).cancelOrder(other);
      await expect(settleWith(bulk.signed(1, signature), 1n, 3n))
        .to.be.revertedWithCustomError(desk, "SettlementDeskOverfilled")
        .withArgs(await desk.hashOrder(other), 1n, 0n);
    });

    it("means nothing to a second desk", async () => {
      const suite = await networkHelpers.loadFixture(sallySigned);
      const second = await deploySettlementSuite(connection);

      expect(await second.desk.hashOrder(suite.orders[0] ?? suite.orderOf(ZeroAddress, 0n))).not.to.equal(
        await suite.desk.hashOrder(suite.orders[0] ?? suite.orderOf(ZeroAddress, 0n)),
      );
    });
  });

  describe("a list and its gas", () => {
    /** Anna's wallet is a contract, which burns all the gas it gets. */
    async function greedyWallet() {
      const suite = await deployTradeList(connection);
      const wallet = await ethers.deployContract("MockMoodyWallet");
      const anna = await wallet.getAddress();
      await suite.verify(anna);
      const { buy, ...terms } = await suite.tradeOf();
      const greedy = { ...terms, buy: { ...buy, order: { ...buy.order, trader: anna } } };
      await wallet.setMood(BURNS_GAS);
      return { ...suite, wallet, anna, greedy };
    }

    it("lets a wallet that burns gas burn its trade's share and no more, and settles the others", async () => {
      const { desk, tradeOf, idOf, isSettled, settle, greedy, anna } = await networkHelpers.loadFixture(greedyWallet);
      const good = await tradeOf();
      const reason = desk.interface.encodeErrorResult("SettlementDeskSignatureInvalid", [
        anna,
        await desk.hashOrder(greedy.buy.order),
      ]);

      const settlement = await settle([greedy, good], { gasLimit: 2_500_000n });

      await expect(settlement)
        .to.emit(desk, "TradeRefused")
        .withArgs(await idOf(greedy), 0n, reason);
      expect(await isSettled(good)).to.equal(true);
      expect((await settlement.wait())?.gasUsed).to.be.lessThan(TRADE_GAS + 400_000n);
    });

    it("calls no trade refused that had too little gas: the list as a whole fails", async () => {
      const { desk, settle, greedy } = await networkHelpers.loadFixture(greedyWallet);

      for (const gasLimit of [300_000n, 800_000n, 1_400_000n]) {
        await expect(settle([greedy], { gasLimit })).to.be.revertedWithCustomError(desk, "SettlementDeskGasTooLow");
      }
    });

    it("settles a good trade with what it needs, or the list fails: no amount of gas has it refused", async () => {
      const { desk, tradeOf, isSettled, settle } = await networkHelpers.loadFixture(greedyWallet);
      let [failed, settled] = [0, 0];

      for (let gasLimit = 90_000n; gasLimit <= 330_000n; gasLimit += 10_000n) {
        const trade = await tradeOf({ quantity: 1n });
        try {
          await expect(settle([trade], { gasLimit })).not.to.emit(desk, "TradeRefused");
          settled += 1;
        } catch {
          failed += 1;
          expect(await isSettled(trade)).to.equal(false);
        }
      }

      expect(failed).to.be.greaterThan(0);
      expect(settled).to.be.greaterThan(0);
    });
  });

  describe("P57: a trade that would stop a list, without words or with too many", () => {
    for (const { length, kept } of [
      { length: 0n, kept: 0 },
      { length: 256n, kept: 256 },
      { length: 257n, kept: 256 },
      { length: 60_000n, kept: 256 },
    ]) {
      it(`keeps ${kept} bytes of ${length}, and settles the others`, async () => {
        const { desk, tradeOf, idOf, isSettled, settle } = await networkHelpers.loadFixture(sallySigned);
        const guard = await ethers.deployContract("MockRantingGuard", [VILLA, length]);
        await desk.setPriceGuard(guard.target);
        const bad = await tradeOf({ buy: { asset: VILLA }, sell: { asset: VILLA } });
        const good = await tradeOf();

        const settlement = await settle([bad, good]);

        await expect(settlement)
          .to.emit(desk, "TradeRefused")
          .withArgs(await idOf(bad), 0n, `0x${"ff".repeat(kept)}`);
        expect(await isSettled(good)).to.equal(true);
      });
    }
  });
});
