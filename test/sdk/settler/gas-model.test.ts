import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { bumpFees, firstFees } from "../../../sdk/settler/fees.ts";
import { chunkGas, GAS_LIMIT, OPENING_GAS, positionsThatFit, USABLE_GAS } from "../../../sdk/settler/gas-model.ts";
import { LOCAL_PACE } from "../../../sdk/settler/pace.ts";
import { type SettledFile, settleFile } from "../../../tasks/settle/settle-file.ts";
import { CHAIN_ID, fileOf, settlerWorld } from "../../helpers/settler-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { trading } = settlerWorld(connection);
const [ALICE, BOB, CAROL] = [0, 1, 2];

describe("What a settler expects to pay", () => {
  describe("the gas model", () => {
    let runsFolder: string;
    beforeEach(async () => {
      runsFolder = await mkdtemp(join(tmpdir(), "moiety-gas-"));
    });
    afterEach(() => rm(runsFolder, { recursive: true }));

    const gasOf = ({ steps }: SettledFile) => steps.map(({ gas }) => Number(gas));

    async function settle(trades: readonly { buyer: number; seller: number; quantity: bigint }[]) {
      const world = await networkHelpers.loadFixture(trading);
      const { suite, sender } = world;
      const place = { runsFolder, logsFolder: join(runsFolder, "logs"), chainInstance: null, fromBlock: 0 };
      const how = { workers: 0, note: () => undefined, pace: LOCAL_PACE };
      const tools = { ...place, ...how, suite, sender, provider: ethers.provider, chainId: CHAIN_ID };
      return settleFile(tools, await fileOf(world, trades), "day.ndjson");
    }

    it("is above what a chunk really takes, and not twice of it", async () => {
      const settled = await settle([
        { buyer: BOB, seller: ALICE, quantity: 30n },
        { buyer: CAROL, seller: BOB, quantity: 20n },
      ]);

      const [opening = 0, chunk = 0] = gasOf(settled);
      const [net] = settled.result.chunks.map((each) => each.net);
      expect(opening).to.be.below(OPENING_GAS);
      expect(net && chunkGas(net)).to.be.within(chunk, 2 * chunk);
    });

    it("lets fewer positions into a chunk where some are empty before, and more where no rules are asked", () => {
      const assets = [{ id: 1n, state: 0, holderLimit: 0 }];
      const position = { account: 0, asset: 0, spendable: 5n, balance: 5n, sendCode: 0, receiveCode: 0 };
      const empty = { ...position, account: 1, spendable: 0n, balance: 0n };

      const ruled = positionsThatFit({ assets, shares: [position] }, [true]);
      const free = positionsThatFit({ assets, shares: [position] }, [false]);
      const newcomers = positionsThatFit({ assets, shares: [position, empty] }, [true]);

      expect([newcomers < ruled, ruled < free]).to.deep.equal([true, true]);
      const half = ruled >> 1;
      const vector = { assets: [1n], accounts: Array(half).fill(0n), shares: Array(half).fill(0n) };
      expect(chunkGas(vector)).to.be.within(Number(USABLE_GAS) * 0.95, Number(USABLE_GAS));
      expect(USABLE_GAS < GAS_LIMIT).to.equal(true);
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
