import { expect } from "chai";
import { network } from "hardhat";
import { ExitCode } from "../../../sdk/errors.ts";
import type { Pace } from "../../../sdk/settler/pace.ts";
import { settleFile } from "../../../tasks/settle/settle-file.ts";
import { eventsOf, eventsSoFar, expectAllSettled, settlerRig, TRADES } from "../../helpers/settler-rig.ts";
import { fileOf, type SettlerWorld, settlerWorld } from "../../helpers/settler-world.ts";
import { failureOf } from "../../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;
const { trading } = settlerWorld(connection);

describe("A settler's transactions", () => {
  const rig = settlerRig(connection);

  const mined = () => provider.send("evm_mine", []);
  const automine = (isOn: boolean) => provider.send("evm_setAutomine", [isOn]);
  const pendingOf = async (): Promise<{ hash: string; maxFeePerGas: string; nonce: string }[]> =>
    (await provider.send("eth_getBlockByNumber", ["pending", true])).transactions;
  afterEach(() => automine(true));

  /** Starts without automatic mining, and waits until so many offers were written down. */
  async function begin(world: SettlerWorld, pace: Partial<Pace>) {
    const tools = rig.toolsOf(world, pace);
    await automine(false);
    const running = settleFile(tools, await fileOf(world, TRADES), "day.ndjson");
    running.catch(() => undefined);
    return { running, tools };
  }

  async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      const found = await ask();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it("offers one that the node has dropped again, under the same nonce with a higher fee", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { running } = await begin(world, {});
    const dropped = await until(async () => (await pendingOf())[0]);

    await provider.send("hardhat_dropTransaction", [dropped.hash]);
    const offered = await until(async () => (await pendingOf())[0]);
    await automine(true);
    await mined();

    const settled = await running;
    await expectAllSettled(world);
    expect(offered.nonce).to.equal(dropped.nonce);
    expect(BigInt(offered.maxFeePerGas) > BigInt(dropped.maxFeePerGas)).to.equal(true);
    expect(settled.steps).to.have.lengthOf(2);
  });

  it("offers more for one that is stuck, as long as the cap allows it", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const baseFee = (await provider.getBlock("latest"))?.baseFeePerGas ?? 0n;
    const { running } = await begin(world, {
      feeCap: 4n * baseFee + 2n * 10n ** 9n,
      mostOffers: 3,
      bumpAfterMs: 100,
    });

    const error = await failureOf(running);

    expect(error).to.have.property("exitCode", ExitCode.partly);
    expect(error).to.have.property("message").that.includes("is still on its way");
    const pending = await pendingOf();
    expect(pending).to.have.lengthOf(1);

    await automine(true);
    await mined();
    await settleFile(rig.toolsOf(world), await fileOf(world, TRADES), "day.ndjson");
    await expectAllSettled(world);
    expect(await world.suite.settlementDesk.lastBatch()).to.equal(1n);
  });

  it("takes note when something else used its nonce, and goes on with another", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { operator, stranger } = world;
    const { running } = await begin(world, { bumpAfterMs: 5_000 });
    const first = await until(async () => (await pendingOf())[0]);

    await operator.sendTransaction({
      to: stranger.address,
      nonce: Number(first.nonce),
      maxFeePerGas: 10n * BigInt(first.maxFeePerGas),
      maxPriorityFeePerGas: 10n * BigInt(first.maxFeePerGas),
    });
    await automine(true);
    await mined();

    const settled = await running;
    await expectAllSettled(world);
    expect(await eventsOf(settled)).to.include("displaced");
    expect(await world.suite.settlementDesk.lastBatch()).to.equal(1n);
  });

  it("posts again what a reorganisation has taken back", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const snapshot = await provider.send("evm_snapshot", []);
    const running = settleFile(rig.toolsOf(world, { confirmations: 3 }), await fileOf(world, TRADES), "day.ndjson");
    running.catch(() => undefined);
    // Both transactions: from here on it waits for blocks on top of them.
    const hasSettled = async () =>
      (await eventsSoFar(rig.runsFolder)).filter((event) => event === "mined").length === 2;
    await until(async () => (await hasSettled()) || undefined);

    await provider.send("evm_revert", [snapshot]);
    await until(async () => ((await world.suite.settlementDesk.batchOf(1n)).settledChunks === 1n ? true : undefined));
    await networkHelpers.mine(3);

    const settled = await running;
    await expectAllSettled(world);
    expect(await eventsOf(settled)).to.include("vanished");
    expect(settled.steps).to.have.lengthOf(4);
    expect(settled.mismatches).to.deep.equal([]);
  });

  it("asks a node again that does not answer, and gives up when it stays silent", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const text = await fileOf(world, TRADES);
    const silentFor = (times: number) => {
      let left = times;
      return new Proxy(provider, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property, target);
          if (property !== "estimateGas") return typeof value === "function" ? value.bind(target) : value;
          return (...[request]: Parameters<typeof provider.estimateGas>) => {
            left -= 1;
            if (left >= 0) throw new Error("connect ECONNREFUSED 127.0.0.1:8545");
            return target.estimateGas(request);
          };
        },
      });
    };

    const mute = { ...rig.toolsOf(world, { silenceMs: 50 }), provider: silentFor(1_000_000) };
    const error = await failureOf(settleFile(mute, text, "day.ndjson"));
    expect(error).to.have.property("message").that.includes("ECONNREFUSED");

    await settleFile({ ...rig.toolsOf(world), provider: silentFor(3) }, text, "day.ndjson");
    await expectAllSettled(world);
    expect(rig.notes).to.include("the node does not answer; it is asked again");
  });

  it("says who cannot pay, and goes on when he can", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { operator } = world;
    const text = await fileOf(world, TRADES);
    await networkHelpers.setBalance(operator.address, 1n);

    const error = await failureOf(settleFile(rig.toolsOf(world), text, "day.ndjson"));
    expect(error).to.have.property("message", `${operator.address} cannot pay for the gas`);

    await networkHelpers.setBalance(operator.address, 10n ** 20n);
    await settleFile(rig.toolsOf(world), text, "day.ndjson");
    await expectAllSettled(world);
  });

  it("pays no more than it may", async () => {
    const world = await networkHelpers.loadFixture(trading);

    const error = await failureOf(settleFile(rig.toolsOf(world, { feeCap: 1n }), await fileOf(world, TRADES), "day"));

    expect(error).to.have.property("message").that.includes("at most 1 are to be paid");
    expect(await world.suite.settlementDesk.lastBatch()).to.equal(0n);
  });
});
