import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { toQuantity } from "ethers";
import { network } from "hardhat";
import { ExitCode } from "../../../sdk/errors.ts";
import { GAS_LIMIT } from "../../../sdk/settler/gas-model.ts";
import { report } from "../../../tasks/settle/run.ts";
import { settleFile } from "../../../tasks/settle/settle-file.ts";
import { failingAfter } from "../../helpers/failing-signer.ts";
import { eventsOf, expectAllSettled, settlerRig, TRADES } from "../../helpers/settler-rig.ts";
import { fileOf, settlerWorld } from "../../helpers/settler-world.ts";
import { failureOf, silentSender } from "../../helpers/task-world.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const { trading } = settlerWorld(connection);

/** Room for two accounts with shares and cash each, and not for a third. */
const SMALL_BLOCK = 290_000n;

describe("Settler", () => {
  const rig = settlerRig(connection);

  it("writes down what it is about to do before it does it, and what became of it", async () => {
    const world = await networkHelpers.loadFixture(trading);

    const settled = await settleFile(rig.toolsOf(world), await fileOf(world, TRADES), "day.ndjson");

    await expectAllSettled(world);
    const one = ["intent", "sent", "mined"];
    expect(await eventsOf(settled)).to.deep.equal(["begun", "decided", ...one, ...one, "closed"]);
    expect(settled.steps.map(({ title }) => title)).to.deep.equal([
      "open batch 1",
      "settle chunk 0 of batch 1 (3 trades, 3 accounts)",
    ]);
  });
  it("makes chunks that fit the chain's blocks, before anything is sent", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { provider } = connection.ethers;
    const usual = (await provider.getBlock("latest"))?.gasLimit ?? 0n;
    await provider.send("evm_setBlockGasLimit", [toQuantity(SMALL_BLOCK)]);
    await networkHelpers.mine();

    const settled = await settleFile(rig.toolsOf(world), await fileOf(world, TRADES), "day.ndjson").finally(() =>
      provider.send("evm_setBlockGasLimit", [toQuantity(usual)]),
    );

    await expectAllSettled(world);
    expect(settled.ended.map(({ result, refusal }) => [result.chunks.length, refusal])).to.deep.equal([[3, undefined]]);
    expect(settled.steps.every(({ gas }) => (gas ?? SMALL_BLOCK) < SMALL_BLOCK)).to.equal(true);
  });

  it("gives an instruction up for which no chunk is small enough, and says why", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { settlementDesk } = world.suite;
    const { selector } = settlementDesk.getFunction("settleChunk").fragment;
    const greedy = new Proxy(connection.ethers.provider, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (property !== "estimateGas") return typeof value === "function" ? value.bind(target) : value;
        return (...[request]: Parameters<typeof target.estimateGas>) =>
          request.data?.startsWith(selector) === true ? Promise.resolve(GAS_LIMIT + 1n) : target.estimateGas(request);
      },
    });

    const settled = await settleFile({ ...rig.toolsOf(world), provider: greedy }, await fileOf(world, TRADES), "day");

    const why = settled.ended.at(-1)?.refusal?.reason;
    expect(why).to.match(/^"settle chunk 0 of batch \d+ .*" needs 16777217 gas, and a transaction may have 16777216$/);
    const { exitCode, error } = report(settled, false);
    expect({ exitCode, error }).to.deep.include({ exitCode: ExitCode.partly });
    expect(error).to.include({ what: "3 trades were given up", why });
    expect(settled.settledChunks).to.equal(0);
  });

  describe("what stops everything", () => {
    it("is said in the chain's words when the sender has not the role", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const tools = { ...rig.toolsOf(world), sender: silentSender(world.stranger) };

      const error = await failureOf(settleFile(tools, await fileOf(world, TRADES), "day.ndjson"));

      expect(error).to.have.property("exitCode", ExitCode.refused);
      expect(error).to.have.property("message", 'the chain refuses "open batch 1"');
    });

    it("leaves the batch open while the register is paused, and goes on afterwards", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const { suite, operator } = world;
      const text = await fileOf(world, TRADES);
      const interrupted = { ...rig.toolsOf(world), sender: silentSender(failingAfter(operator, 1)) };
      await failureOf(settleFile(interrupted, text, "day.ndjson"));
      await suite.shareToken.pause();

      const error = await failureOf(settleFile(rig.toolsOf(world), text, "day.ndjson"));
      expect(error).to.have.nested.property("problem.why", "share token paused");
      expect((await suite.settlementDesk.batchOf(1n)).open).to.equal(true);

      await suite.shareToken.unpause();
      await settleFile(rig.toolsOf(world), text, "day.ndjson");
      await expectAllSettled(world);
    });

    it("leaves the batch open while the desk is paused, and goes on afterwards", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const { suite, operator } = world;
      const text = await fileOf(world, TRADES);
      const interrupted = { ...rig.toolsOf(world), sender: silentSender(failingAfter(operator, 1)) };
      await failureOf(settleFile(interrupted, text, "day.ndjson"));
      await suite.settlementDesk.pause();

      const error = await failureOf(settleFile(rig.toolsOf(world), text, "day.ndjson"));
      expect(error).to.have.property("exitCode", ExitCode.refused);
      expect(error).to.have.nested.property("problem.why").that.includes("settlement desk paused");

      await suite.settlementDesk.resume();
      await settleFile(rig.toolsOf(world), text, "day.ndjson");
      await expectAllSettled(world);
    });
  });

  describe("the journal", () => {
    it("may be torn anywhere: nothing happens twice, and nothing is left out", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const { operator, suite } = world;
      const text = await fileOf(world, TRADES);
      const interrupted = { ...rig.toolsOf(world), sender: silentSender(failingAfter(operator, 1)) };
      await failureOf(settleFile(interrupted, text, "day.ndjson"));
      const path = join(rig.runsFolder, await runOf(), "settler.jsonl");
      const bytes = (await readFile(path)).length;

      await truncate(path, bytes - 7);
      const settled = await settleFile(rig.toolsOf(world), text, "day.ndjson");

      expect(await eventsOf(settled)).to.include("cut");
      await expectAllSettled(world);
      expect(await suite.settlementDesk.lastBatch()).to.equal(1n);
    });

    it("is not believed when it was changed", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const text = await fileOf(world, TRADES);
      const { folder } = await settleFile(rig.toolsOf(world), text, "day.ndjson");
      const path = join(folder, "settler.jsonl");
      const changed = (await readFile(path, "utf8")).replace('"nonce":', '"nonce":1');
      await writeFile(path, changed);

      const error = await failureOf(settleFile(rig.toolsOf(world), text, "day.ndjson"));

      expect(error).to.have.property("message").that.includes("the journal is damaged in line");
    });

    const runOf = async () => (await readdir(rig.runsFolder)).find((name) => /^[0-9a-f]{16}$/.test(name)) ?? "";
  });
});
