import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { receiptsOf } from "../../executor/index.ts";
import { ExitCode } from "../../sdk/errors.ts";
import type { SafeCall } from "../../sdk/safe-batch.ts";
import { LOCAL_PACE } from "../../sdk/settler/pace.ts";
import { Sender } from "../../tasks/lib/sender.ts";
import { locateSettlement, showSettlement } from "../../tasks/run/settlement-run.ts";
import { closeOpen, giveUpExported } from "../../tasks/settle/close.ts";
import { postOpen } from "../../tasks/settle/post-open.ts";
import { reconcileBatch } from "../../tasks/settle/reconcile.ts";
import { resumeSettled, settleFile } from "../../tasks/settle/settle-file.ts";
import { failingAfter } from "../helpers/failing-signer.ts";
import { CHAIN_ID, fileOf, type SettlerWorld, settlerWorld } from "../helpers/settler-world.ts";
import { failureOf, silentSender } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;
const { trading } = settlerWorld(connection);

const [ALICE, BOB, CAROL] = [0, 1, 2];
const TRADES = [
  { buyer: BOB, seller: ALICE, quantity: 30n },
  { buyer: CAROL, seller: BOB, quantity: 20n },
];

describe("settle post, close and reconcile", () => {
  let runsFolder: string;
  beforeEach(async () => {
    runsFolder = await mkdtemp(join(tmpdir(), "moiety-post-"));
  });
  afterEach(() => rm(runsFolder, { recursive: true }));

  const toolsOf = ({ suite, sender }: Pick<SettlerWorld, "suite" | "sender">) => ({
    ...{ suite, provider, sender, chainId: CHAIN_ID, fromBlock: 0, runsFolder: join(runsFolder, "runs") },
    logsFolder: join(runsFolder, "settlement"),
    chainInstance: null,
    workers: 0,
    note: () => undefined,
    pace: LOCAL_PACE,
  });
  const placeOf = ({ desk }: SettlerWorld) => {
    return { root: join(runsFolder, "settlement"), chainId: CHAIN_ID, desk, instance: null };
  };
  const sharesOf = ({ suite, traders }: SettlerWorld) =>
    Promise.all(traders.map(({ address }) => suite.shareToken.balanceOf(address, 1n)));

  /** A run that ended before its transaction `sends + 1`. */
  async function interrupted(world: SettlerWorld, text: string, sends: number): Promise<void> {
    const tools = { ...toolsOf(world), sender: silentSender(failingAfter(world.operator, sends)) };
    await failureOf(settleFile(tools, text, "day.ndjson"));
  }

  /** A sender for a multisig, and what it has been given. */
  function multisig({ operator }: SettlerWorld) {
    const given: SafeCall[] = [];
    const exportCalls = async (calls: readonly SafeCall[]) => {
      given.splice(0, given.length, ...calls);
    };
    const sender = new Sender({
      ...{ signer: operator, dryRun: false, confirm: async () => undefined, note: () => undefined },
      exportCalls,
    });
    return { sender, given };
  }

  describe("post", () => {
    it("settles a batch that was decided and never sent, as it is", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const text = await fileOf(world, TRADES);
      await interrupted(world, text, 0);

      const settled = await postOpen(toolsOf(world));

      expect(settled?.ended.map(({ result }) => receiptsOf(result).map(({ code }) => code))).to.deep.equal([[0, 0]]);
      expect(await sharesOf(world)).to.deep.equal([49_970n, 50_010n, 25_020n]);
      const again = await settleFile(toolsOf(world), text, "day.ndjson");
      expect(again).to.deep.include({ steps: [], runId: settled?.runId, settledChunks: 1 });
    });

    it("goes on with one that is open, whoever has begun it", async () => {
      const world = await networkHelpers.loadFixture(trading);
      await interrupted(world, await fileOf(world, TRADES), 1);
      await rm(join(runsFolder, "runs"), { recursive: true });

      const settled = await postOpen(toolsOf(world));

      expect(settled?.runId).to.match(/^batch-1-[0-9a-f]{8}$/);
      expect(settled?.steps).to.have.lengthOf(1);
      expect(await sharesOf(world)).to.deep.equal([49_970n, 50_010n, 25_020n]);
    });

    it("sends nothing in a dry run", async () => {
      const world = await networkHelpers.loadFixture(trading);
      await interrupted(world, await fileOf(world, TRADES), 0);

      const rehearsed = await postOpen({ ...toolsOf(world), sender: silentSender(world.operator, true) });

      expect(rehearsed?.steps.map(({ status }) => status)).to.deep.equal(["simulated", "depends on an earlier step"]);
      expect(await world.suite.settlementDesk.lastBatch()).to.equal(0n);
      expect((await postOpen(toolsOf(world)))?.settledChunks).to.equal(1);
    });

    it("is what `run resume` does, and `run show` shows the journal", async () => {
      const world = await networkHelpers.loadFixture(trading);
      await interrupted(world, await fileOf(world, TRADES), 1);
      const [id = ""] = await readdir(join(runsFolder, "runs"));

      const settled = await resumeSettled(toolsOf(world), id);
      const shown = await locateSettlement(join(runsFolder, "runs"), id);

      expect(settled).to.deep.include({ settledChunks: 1, mismatches: [] });
      expect(shown && showSettlement(shown).text).to.include("closed");
      expect(await locateSettlement(runsFolder, "nothing")).to.equal(undefined);
    });

    it("has nothing to do when nothing is open", async () => {
      const world = await networkHelpers.loadFixture(trading);
      expect(await postOpen(toolsOf(world))).to.equal(undefined);
      await settleFile(toolsOf(world), await fileOf(world, TRADES), "day.ndjson");
      expect(await postOpen(toolsOf(world))).to.equal(undefined);
    });
  });

  describe("close", () => {
    it("frees what has not settled for another file", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const text = await fileOf(world, TRADES);
      await interrupted(world, text, 1);

      const { batch, steps } = await closeOpen(world.suite, world.sender);
      expect({ batch, titles: steps.map(({ title }) => title) }).to.deep.equal({
        batch: 1n,
        titles: ["close batch 1 with 0 of 1 chunks settled"],
      });

      const settled = await settleFile(toolsOf(world), `${text}\n`, "other.ndjson");
      expect(receiptsOf(settled.result).map(({ code }) => code)).to.deep.equal([0, 0]);
      expect(settled.result.header.number).to.equal(2n);
    });

    it("refuses when nothing is open", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const error = await failureOf(closeOpen(world.suite, world.sender));
      expect(error).to.have.property("message", "the desk has no open batch");
    });
  });

  describe("--export-safe", () => {
    it("gives a multisig the calls, and waits for it to send them", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const { suite, operator } = world;
      const text = await fileOf(world, TRADES);
      const { sender, given } = multisig(world);

      const exported = await settleFile({ ...toolsOf(world), sender }, text, "day.ndjson");
      expect(exported.steps.map(({ status }) => status)).to.deep.equal(["exported", "exported"]);
      expect(await suite.settlementDesk.lastBatch()).to.equal(0n);
      const another = await failureOf(settleFile(toolsOf(world), `${text}\n`, "other.ndjson"));
      expect(another).to.have.property("message", "batch 1 is still open");
      expect(another).to.have.property("exitCode", ExitCode.refused);

      for (const { to, data } of given) await operator.sendTransaction({ to, data });
      const settled = await settleFile({ ...toolsOf(world), sender }, text, "day.ndjson");

      expect(settled).to.deep.include({ steps: [], settledChunks: 1 });
      expect(await sharesOf(world)).to.deep.equal([49_970n, 50_010n, 25_020n]);
    });

    it("exports the same calls again", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const text = await fileOf(world, TRADES);
      const [one, other] = [multisig(world), multisig(world)];

      await settleFile({ ...toolsOf(world), sender: one.sender }, text, "day.ndjson");
      await networkHelpers.mine(3);
      await settleFile({ ...toolsOf(world), sender: other.sender }, text, "day.ndjson");

      expect(other.given).to.have.lengthOf(2);
      expect(other.given).to.deep.equal(one.given);
    });

    it("settles nothing twice when a batch that was given up is sent after all", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const { suite, operator } = world;
      const text = await fileOf(world, TRADES);
      const { sender, given } = multisig(world);
      await settleFile({ ...toolsOf(world), sender }, text, "day.ndjson");
      expect(await giveUpExported(suite, placeOf(world))).to.equal(1n);
      await networkHelpers.mine();
      await interrupted(world, `${text}\n`, 0);

      for (const { to, data } of given) await operator.sendTransaction({ to, data });
      const settled = await settleFile(toolsOf(world), `${text}\n`, "other.ndjson");

      expect(receiptsOf(settled.result).map(({ code }) => code)).to.deep.equal([110, 110]);
      expect(settled.result.header.number).to.equal(2n);
      expect(await sharesOf(world)).to.deep.equal([49_970n, 50_010n, 25_020n]);
    });

    it("gives up only what is waited for", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const error = await failureOf(giveUpExported(world.suite, placeOf(world)));
      expect(error).to.have.property("message", "no exported batch is waited for");
    });
  });

  describe("reconcile", () => {
    it("finds every position as the receipts have it, whatever happened later", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const { suite, alice, bob } = world;
      const { folder } = await settleFile(toolsOf(world), await fileOf(world, TRADES), "day.ndjson");
      await suite.shareToken.connect(alice).safeTransferFrom(alice.address, bob.address, 1n, 5n, "0x");

      const { data, exitCode } = await reconcileBatch(suite, provider, folder, 0);

      expect(exitCode).to.equal(undefined);
      expect(data).to.deep.include({ batch: 1n, settledChunks: 1, mismatches: [] });
    });

    it("names the positions that something else has moved meanwhile", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const { suite, alice, bob } = world;
      const text = await fileOf(world, TRADES);
      await interrupted(world, text, 1);
      await suite.shareToken.connect(alice).safeTransferFrom(alice.address, bob.address, 1n, 5n, "0x");
      const { folder } = await settleFile(toolsOf(world), text, "day.ndjson");

      const { exitCode, error } = await reconcileBatch(suite, provider, folder, 0);

      expect(exitCode).to.equal(ExitCode.checkFailed);
      expect(error?.what).to.equal("2 positions are not what the receipts come to");
    });

    it("refuses a batch that is not through", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const text = await fileOf(world, TRADES);
      await interrupted(world, text, 1);
      const [id] = await readdir(join(runsFolder, "runs"));
      const folder = join(runsFolder, "runs", id ?? "");

      const error = await failureOf(reconcileBatch(world.suite, provider, folder, 0));

      expect(error).to.have.property("message", "batch 1 is open on the chain");
    });
  });
});
