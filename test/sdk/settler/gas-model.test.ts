import { expect } from "chai";
import { network } from "hardhat";
import { MIN_CHUNK_POSITIONS } from "../../../executor/index.ts";
import { bumpFees, firstFees } from "../../../sdk/settler/fees.ts";
import {
  assetGas,
  chunkGas,
  GAS_LIMIT,
  OPENING_GAS,
  positionsThatFit,
  readAssetGas,
  readPositionLimit,
  usableGas,
} from "../../../sdk/settler/gas-model.ts";
import { deployShapedChunks, PEOPLE, SPARSE_ASSET } from "../../helpers/shaped-chunks.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const shapedChunks = () => deployShapedChunks(connection);

/** How much more than a chunk takes may be planned for it. */
const MOST_SPARE = 1.25;

describe("What a settler expects to pay", () => {
  describe("the gas model", () => {
    /** Share positions: one account gives what the other gets; ten, a hundred and three hundred of one asset or of five. */
    const SHAPES = [
      { accounts: 2, assets: 0 },
      { accounts: 60, assets: 0 },
      { accounts: 2, assets: 1 },
      { accounts: 10, assets: 1 },
      { accounts: 2, assets: 5 },
      { accounts: 60, assets: 1 },
      { accounts: 20, assets: 5 },
      { accounts: 60, assets: 5 },
    ] as const;

    for (const rules of [0, 3, 5]) {
      describe(`with ${rules} rules`, function () {
        this.timeout(180_000);
        let world: Awaited<ReturnType<typeof shapedChunks>>;
        before(async () => {
          world = await networkHelpers.loadFixture(shapedChunks);
          await world.bind(rules);
        });
        const assetsOf = (ids: readonly bigint[]) => readAssetGas({ transferRules: world.rules }, ids);

        it("is above what chunks of all shapes take, and a quarter of it at most", async () => {
          for (const shape of SHAPES) {
            const { gas, opening, net } = await world.undoing(() => world.settleShape(shape));
            const what = `${net.shares.length} positions of ${shape.accounts} accounts: ${gas} gas`;
            const estimate = chunkGas(net, { assets: await assetsOf(net.assets) });
            expect(estimate, what).to.be.within(gas, MOST_SPARE * gas);
            expect(OPENING_GAS, what).to.be.within(opening, MOST_SPARE * opening);
          }
        });

        it("knows what newcomers and unlocked shares take more", async () => {
          const assets = await assetsOf([SPARSE_ASSET]);
          const others = world.people.filter((_person, place) => place % 2 === 1);
          const newcomers = new Set(others.map(({ address }) => address.toLowerCase()));
          const isNew = (_asset: bigint, account: string) => newcomers.has(account);

          const first = await world.undoing(() => world.settleMoves(SPARSE_ASSET, PEOPLE));
          expect(chunkGas(first.net, { assets, isNew })).to.be.within(first.gas, MOST_SPARE * first.gas);

          const locked = await world.undoing(async () => {
            await world.lockAll(SPARSE_ASSET, 5n);
            return world.settleMoves(SPARSE_ASSET, PEOPLE, 5n);
          });
          const estimate = chunkGas(locked.net, { assets, isNew, unlocks: PEOPLE / 2 });
          expect(estimate).to.be.within(locked.gas, MOST_SPARE * locked.gas);
        });
      });
    }

    describe("for packing", () => {
      const HELD = { account: 0, asset: 0, spendable: 5n, balance: 5n, sendCode: 0, receiveCode: 0 };
      const EMPTY = { ...HELD, account: 1, spendable: 0n, balance: 0n };
      const [FREE, RULED, TOTALLED] = [assetGas(0, 0n), assetGas(1, 1n), assetGas(1, 3n)];
      const many = (count: number) => Array.from({ length: count }, (_, account) => ({ ...EMPTY, account }));

      /** The dearest vector of so many positions: each account has all the assets. */
      function fullChunk(positions: number, assets: number) {
        const accounts = Math.floor(positions / (assets + 1));
        const word = (asset: number, account: number) =>
          (BigInt(asset) << 240n) | (BigInt(account) << 224n) | (1n << 160n);
        return {
          currency: `0x${"00".repeat(20)}`,
          assets: Array.from({ length: assets }, (_, place) => BigInt(place)),
          accounts: Array.from({ length: accounts }, (_, place) => BigInt(place + 1) << 96n),
          shares: Array.from({ length: assets }, (_, asset) =>
            Array.from({ length: accounts }, (_, account) => word(asset, account)),
          ).flat(),
        };
      }

      it("fills a chunk with what fits a transaction, however many assets there are, and never with more", () => {
        for (const assets of [1, 2, 5, 20]) {
          for (const kind of [FREE, RULED, TOTALLED]) {
            const gas = Array(assets).fill(kind);
            const steady = fullChunk(positionsThatFit({ shares: [HELD] }, gas), assets);
            const fresh = fullChunk(positionsThatFit({ shares: many(5_000) }, gas), assets);

            expect(chunkGas(steady, { assets: gas })).to.be.within(0.95 * usableGas(GAS_LIMIT), usableGas(GAS_LIMIT));
            const withNewcomers = chunkGas(fresh, { assets: gas, isNew: () => true });
            expect(withNewcomers).to.be.within(0.8 * usableGas(GAS_LIMIT), usableGas(GAS_LIMIT));
          }
        }
      });

      it("counts no more newcomers than there are", () => {
        const [none, few, all] = [0, 10, 5_000].map((count) =>
          positionsThatFit({ shares: [HELD, ...many(count)] }, [RULED]),
        );
        expect([(none ?? 0) > (few ?? 0), (few ?? 0) > (all ?? 0)]).to.deep.equal([true, true]);
      });

      it("leaves room for the account of every share that moves alone", () => {
        const [traded, transferred] = [false, true].map((movesSharesAlone) =>
          positionsThatFit({ shares: [HELD] }, [RULED], { movesSharesAlone }),
        );
        expect(transferred).to.be.within((traded ?? 0) / 2 - 1, (traded ?? 0) / 2 + 1);
      });

      it("says so where not even one trade fits", async () => {
        const world = await networkHelpers.loadFixture(shapedChunks);
        const suite = { transferRules: world.rules };
        const snapshot = { assets: [{ id: 11n, state: 0, holderLimit: 0 }], shares: [HELD] };
        const whole = {
          ...{
            ...snapshot,
            chainId: 31337n,
            desk: "",
            openingBlock: 1n,
            currencies: [],
            accounts: [],
            cash: [],
            mandates: [],
          },
        };
        const blocksOf = (gasLimit: bigint) => ({ getBlock: async () => ({ gasLimit }) });
        const limitIn = (gasLimit: bigint) => readPositionLimit(suite, blocksOf(gasLimit), whole);

        let smallest = 200_000n;
        while ((await limitIn(smallest).catch(() => 0)) === 0) smallest += 1_000n;
        expect(await limitIn(smallest)).to.equal(MIN_CHUNK_POSITIONS);
        const error = await limitIn(smallest - 1_000n).catch((thrown: unknown) => thrown);
        expect(error).to.have.property(
          "message",
          `not even one trade fits a transaction, which may have ${smallest - 1_000n} gas here`,
        );
        expect(await limitIn(60_000_000n)).to.equal(await limitIn(GAS_LIMIT));
      });
    });
  });

  describe("the fee", () => {
    it("begins at twice the base fee and the tip, within the cap", () => {
      expect(firstFees(10n, 2n, 100n)).to.deep.equal({ maxFeePerGas: 22n, maxPriorityFeePerGas: 2n });
      expect(firstFees(10n, 2n, 15n)).to.deep.equal({ maxFeePerGas: 15n, maxPriorityFeePerGas: 2n });
      expect(firstFees(10n, 0n, 11n)).to.deep.equal({ maxFeePerGas: 11n, maxPriorityFeePerGas: 1n });
      expect(firstFees(10n, 2n, 10n)).to.equal(undefined);
    });

    it("is raised by a quarter, or to what would be offered now, and never above the cap", () => {
      const before = { maxFeePerGas: 100n, maxPriorityFeePerGas: 10n };
      const low = { maxFeePerGas: 50n, maxPriorityFeePerGas: 1n };
      const high = { maxFeePerGas: 300n, maxPriorityFeePerGas: 20n };
      expect(bumpFees(before, low, 125n)).to.deep.equal({ maxFeePerGas: 125n, maxPriorityFeePerGas: 13n });
      expect(bumpFees(before, high, 300n)).to.deep.equal({ maxFeePerGas: 300n, maxPriorityFeePerGas: 20n });
      expect(bumpFees(before, low, 124n)).to.equal(undefined);
    });
  });
});
