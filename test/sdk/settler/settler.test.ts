import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { packNetVector, receiptsOf } from "../../../executor/index.ts";
import { ExitCode } from "../../../sdk/errors.ts";
import { findCulprit } from "../../../sdk/settler/find-culprit.ts";
import { LOCAL_PACE, type Pace } from "../../../sdk/settler/pace.ts";
import { readSettlerJournal } from "../../../sdk/settler/settler-journal.ts";
import { report } from "../../../tasks/settle/run.ts";
import { type SettledFile, settleFile } from "../../../tasks/settle/settle-file.ts";
import { failingAfter } from "../../helpers/failing-signer.ts";
import { CASH, CHAIN_ID, fileOf, type SettlerWorld, settlerWorld } from "../../helpers/settler-world.ts";
import { failureOf, silentSender } from "../../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;
const { trading, lockedUp } = settlerWorld(connection);

const [ALICE, BOB, CAROL] = [0, 1, 2];
/** Bob buys of Alice, Carol of Bob, Alice of Carol: nobody owes anything in the end but who trades more. */
const TRADES = [
  { buyer: BOB, seller: ALICE, quantity: 30n },
  { buyer: CAROL, seller: BOB, quantity: 20n },
  { buyer: ALICE, seller: CAROL, quantity: 10n },
];

describe("Settler", () => {
  let runsFolder: string;
  let notes: string[];
  beforeEach(async () => {
    notes = [];
    runsFolder = await mkdtemp(join(tmpdir(), "moiety-settler-"));
  });
  afterEach(() => rm(runsFolder, { recursive: true }));

  const toolsOf = ({ suite, sender }: Pick<SettlerWorld, "suite" | "sender">, pace: Partial<Pace> = {}) => ({
    ...{ suite, provider, sender, chainId: CHAIN_ID, fromBlock: 0, runsFolder },
    logsFolder: join(runsFolder, "settlement"),
    chainInstance: null,
    workers: 0,
    note: (text: string) => notes.push(text),
    pace: { ...LOCAL_PACE, bumpAfterMs: 300, pauseMs: 10, ...pace },
  });
  const codesOf = ({ ended }: SettledFile) => ended.map(({ result }) => receiptsOf(result).map(({ code }) => code));
  const sharesOf = ({ suite, traders }: SettlerWorld) =>
    Promise.all(traders.map(({ address }) => suite.shareToken.balanceOf(address, 1n)));
  const cashOf = ({ suite, traders, currency }: SettlerWorld) =>
    Promise.all(traders.map(async ({ address }) => (await suite.settlementDesk.cashOf(address, currency)).deposited));
  const eventsOf = async ({ folder }: SettledFile) => (await readSettlerJournal(folder)).map(({ event }) => event);

  /** Everything of TRADES has settled, once. */
  async function expectAllSettled(world: SettlerWorld): Promise<void> {
    expect(await sharesOf(world)).to.deep.equal([49_980n, 50_010n, 25_010n]);
    expect(await cashOf(world)).to.deep.equal([CASH + 20_000_000n, CASH - 10_000_000n, CASH - 10_000_000n]);
  }

  it("writes down what it is about to do before it does it, and what became of it", async () => {
    const world = await networkHelpers.loadFixture(trading);

    const settled = await settleFile(toolsOf(world), await fileOf(world, TRADES), "day.ndjson");

    await expectAllSettled(world);
    const one = ["intent", "sent", "mined"];
    expect(await eventsOf(settled)).to.deep.equal(["begun", "decided", ...one, ...one, "closed"]);
    expect(settled.steps.map(({ title }) => title)).to.deep.equal([
      "open batch 1",
      "settle chunk 0 of batch 1 (3 trades, 3 accounts)",
    ]);
  });

  describe("what the chain refuses", () => {
    /** Something happens between the batch's opening, by a snapshot, and its first chunk. */
    async function settleAfter(world: SettlerWorld, change: () => Promise<unknown>, pace: Partial<Pace> = {}) {
      const text = await fileOf(world, TRADES);
      await failureOf(
        settleFile({ ...toolsOf(world), sender: silentSender(failingAfter(world.operator, 1)) }, text, "day.ndjson"),
      );
      await change();
      return settleFile(toolsOf(world, pace), text, "day.ndjson");
    }

    it("goes into the next batch, where the executor refuses what the chain's state explains", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const { suite, bob } = world;

      const settled = await settleAfter(world, () => suite.investorRegistry.setWalletFrozen(bob.address, true));

      expect(codesOf(settled)).to.deep.equal([
        [0, 0, 0],
        [17, 16, 0],
      ]);
      expect(settled.ended.map(({ settled: chunks }) => chunks.size)).to.deep.equal([0, 1]);
      expect(settled.ended[0]?.refusal).to.deep.include({ account: bob.address.toLowerCase(), asset: 1n, code: 17 });
      expect(settled.mismatches).to.deep.equal([]);
      expect(await sharesOf(world)).to.deep.equal([50_010n, 50_000n, 24_990n]);
      const { data, exitCode } = report(settled, false);
      expect(exitCode).to.equal(undefined);
      expect(data).to.deep.include({ trades: 3, accepted: 1, notSettled: 0 });
    });

    it("is asked for again with what the account has left of its deposit", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const { suite, bob, currency } = world;
      const withdraw = async () => {
        await suite.settlementDesk.connect(bob).requestWithdrawal(currency, CASH - 5_000_000n);
        await networkHelpers.time.increase(3_600);
      };

      const settled = await settleAfter(world, withdraw);

      expect(settled.ended[0]?.refusal).to.include({ error: "SettlementDeskCashTooSmall", code: 117 });
      expect(codesOf(settled)[1]).to.deep.equal([117, 0, 0]);
      expect(await sharesOf(world)).to.deep.equal([50_010n, 49_980n, 25_010n]);
    });

    it("is refused under an asset's own code when the whole asset stands still", async () => {
      const world = await networkHelpers.loadFixture(trading);

      const settled = await settleAfter(world, () => world.suite.shareToken.setAssetPaused(1n, true));

      expect(codesOf(settled)).to.deep.equal([
        [0, 0, 0],
        [4, 4, 4],
      ]);
      expect(settled.ended[0]?.refusal).to.deep.include({ error: "ShareTokenAssetPaused", asset: 1n, account: null });
    });

    /** A node that refuses every chunk in which an account has a part, for a reason that no snapshot tells. */
    function refusing(world: SettlerWorld, account: string, data: string) {
      const { selector } = world.suite.settlementDesk.getFunction("settleChunk").fragment;
      const part = account.slice(2).toLowerCase();
      return new Proxy(provider, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property, target);
          if (property !== "call") return typeof value === "function" ? value.bind(target) : value;
          return (...[request]: Parameters<typeof provider.call>) => {
            const calls = request.data ?? "";
            if (!calls.startsWith(selector) || !calls.includes(part)) return target.call(request);
            throw Object.assign(new Error("execution reverted"), { data });
          };
        },
      });
    }

    it("is refused in the chain's words when it comes again and the snapshot does not tell why", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const { suite, bob } = world;
      const data = suite.shareToken.interface.encodeErrorResult("ShareTokenPartyRefused", [1n, bob.address, 36]);
      const tools = { ...toolsOf(world), provider: refusing(world, bob.address, data) };

      const settled = await settleFile(tools, await fileOf(world, TRADES), "day.ndjson");

      expect(codesOf(settled)).to.deep.equal([
        [0, 0, 0],
        [0, 0, 0],
        [36, 36, 0],
      ]);
      const account = bob.address.toLowerCase();
      expect(settled.ended.map(({ refusal }) => refusal?.account)).to.deep.equal([account, account, undefined]);
      expect(settled.mismatches).to.deep.equal([]);
      expect(await sharesOf(world)).to.deep.equal([50_010n, 50_000n, 24_990n]);
    });

    it("stands alone in the end when nobody says whose fault it is, and is given up without using up its id", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const tools = { ...toolsOf(world), provider: refusing(world, world.bob.address, "0x12345678") };
      const text = await fileOf(world, TRADES);

      const settled = await settleFile(tools, text, "day.ndjson");

      expect(await sharesOf(world)).to.deep.equal([50_010n, 50_000n, 24_990n]);
      const { data, exitCode, error } = report(settled, false);
      expect({ exitCode, what: error?.what }).to.deep.equal({
        exitCode: ExitCode.partly,
        what: "2 trades were given up",
      });
      expect(data).to.deep.include({ trades: 3, accepted: 1, notSettled: 2 });
      const again = await settleFile(toolsOf(world), `${text}\n`, "other.ndjson");
      expect(codesOf(again)).to.deep.equal([[0, 0, 110]]);
      await expectAllSettled(world);
    });

    it("is looked into where a rule judges an end state and names nobody", async () => {
      const world = await networkHelpers.loadFixture(lockedUp);
      const { suite, alice, bob, carol } = world;
      const net = packNetVector(
        world.currency.toLowerCase(),
        [],
        [
          { asset: 1n, account: alice.address.toLowerCase(), delta: -5n },
          { asset: 1n, account: bob.address.toLowerCase(), delta: -20n },
          { asset: 1n, account: carol.address.toLowerCase(), delta: 25n },
        ],
      );
      const question = { net, asset: 1n, error: "TransferRulesNetRefused" };

      expect(await findCulprit(suite, provider, question)).to.equal(bob.address.toLowerCase());
      expect(await findCulprit(suite, provider, { ...question, error: "ShareTokenPaused" })).to.equal(undefined);
    });

    it("keeps its attempt in its record and is through afterwards", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const { suite, bob } = world;
      const first = await settleAfter(world, () => suite.investorRegistry.setWalletFrozen(bob.address, true));
      expect(receiptsOf(first.ended[1]?.result ?? first.result).map(({ attempt }) => attempt)).to.deep.equal([1, 1, 1]);

      const again = await settleFile(toolsOf(world), await fileOf(world, TRADES), "day.ndjson");

      expect(again.steps).to.deep.equal([]);
      expect(codesOf(again)).to.deep.equal(codesOf(first));
      expect(await suite.settlementDesk.lastBatch()).to.equal(2n);
    });
  });

  describe("transactions", () => {
    const mined = () => provider.send("evm_mine", []);
    const automine = (isOn: boolean) => provider.send("evm_setAutomine", [isOn]);
    const pendingOf = async (): Promise<{ hash: string; maxFeePerGas: string; nonce: string }[]> =>
      (await provider.send("eth_getBlockByNumber", ["pending", true])).transactions;
    afterEach(() => automine(true));

    /** Starts without automatic mining, and waits until so many offers were written down. */
    async function begin(world: SettlerWorld, pace: Partial<Pace>) {
      const tools = toolsOf(world, pace);
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
      await settleFile(toolsOf(world), await fileOf(world, TRADES), "day.ndjson");
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
      const running = settleFile(toolsOf(world, { confirmations: 3 }), await fileOf(world, TRADES), "day.ndjson");
      await until(async () => ((await world.suite.settlementDesk.batchOf(1n)).settledChunks === 1n ? true : undefined));
      // Whoever waits has seen the batch closed by now.
      await new Promise((resolve) => setTimeout(resolve, 200));

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

      const mute = { ...toolsOf(world, { silenceMs: 50 }), provider: silentFor(1_000_000) };
      const error = await failureOf(settleFile(mute, text, "day.ndjson"));
      expect(error).to.have.property("message").that.includes("ECONNREFUSED");

      await settleFile({ ...toolsOf(world), provider: silentFor(3) }, text, "day.ndjson");
      await expectAllSettled(world);
      expect(notes).to.include("the node does not answer; it is asked again");
    });

    it("says who cannot pay, and goes on when he can", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const { operator } = world;
      const text = await fileOf(world, TRADES);
      await networkHelpers.setBalance(operator.address, 1n);

      const error = await failureOf(settleFile(toolsOf(world), text, "day.ndjson"));
      expect(error).to.have.property("message", `${operator.address} cannot pay for the gas`);

      await networkHelpers.setBalance(operator.address, 10n ** 20n);
      await settleFile(toolsOf(world), text, "day.ndjson");
      await expectAllSettled(world);
    });

    it("pays no more than it may", async () => {
      const world = await networkHelpers.loadFixture(trading);

      const error = await failureOf(settleFile(toolsOf(world, { feeCap: 1n }), await fileOf(world, TRADES), "day"));

      expect(error).to.have.property("message").that.includes("at most 1 are to be paid");
      expect(await world.suite.settlementDesk.lastBatch()).to.equal(0n);
    });
  });

  describe("what stops everything", () => {
    it("is said in the chain's words when the sender has not the role", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const tools = { ...toolsOf(world), sender: silentSender(world.stranger) };

      const error = await failureOf(settleFile(tools, await fileOf(world, TRADES), "day.ndjson"));

      expect(error).to.have.property("exitCode", ExitCode.refused);
      expect(error).to.have.property("message", 'the chain refuses "open batch 1"');
    });

    it("leaves the batch open while the register is paused, and goes on afterwards", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const { suite, operator } = world;
      const text = await fileOf(world, TRADES);
      const interrupted = { ...toolsOf(world), sender: silentSender(failingAfter(operator, 1)) };
      await failureOf(settleFile(interrupted, text, "day.ndjson"));
      await suite.shareToken.pause();

      const error = await failureOf(settleFile(toolsOf(world), text, "day.ndjson"));
      expect(error).to.have.nested.property("problem.why", "share token paused");
      expect((await suite.settlementDesk.batchOf(1n)).open).to.equal(true);

      await suite.shareToken.unpause();
      await settleFile(toolsOf(world), text, "day.ndjson");
      await expectAllSettled(world);
    });

    it("leaves the batch open while the desk is paused, and goes on afterwards", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const { suite, operator } = world;
      const text = await fileOf(world, TRADES);
      const interrupted = { ...toolsOf(world), sender: silentSender(failingAfter(operator, 1)) };
      await failureOf(settleFile(interrupted, text, "day.ndjson"));
      await suite.settlementDesk.pause();

      const error = await failureOf(settleFile(toolsOf(world), text, "day.ndjson"));
      expect(error).to.have.property("exitCode", ExitCode.refused);
      expect(error).to.have.nested.property("problem.why").that.includes("settlement desk paused");

      await suite.settlementDesk.resume();
      await settleFile(toolsOf(world), text, "day.ndjson");
      await expectAllSettled(world);
    });
  });

  describe("the journal", () => {
    it("may be torn anywhere: nothing happens twice, and nothing is left out", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const { operator, suite } = world;
      const text = await fileOf(world, TRADES);
      const interrupted = { ...toolsOf(world), sender: silentSender(failingAfter(operator, 1)) };
      await failureOf(settleFile(interrupted, text, "day.ndjson"));
      const path = join(runsFolder, await runOf(), "settler.jsonl");
      const bytes = (await readFile(path)).length;

      await truncate(path, bytes - 7);
      const settled = await settleFile(toolsOf(world), text, "day.ndjson");

      expect(await eventsOf(settled)).to.include("cut");
      await expectAllSettled(world);
      expect(await suite.settlementDesk.lastBatch()).to.equal(1n);
    });

    it("is not believed when it was changed", async () => {
      const world = await networkHelpers.loadFixture(trading);
      const text = await fileOf(world, TRADES);
      const { folder } = await settleFile(toolsOf(world), text, "day.ndjson");
      const path = join(folder, "settler.jsonl");
      const changed = (await readFile(path, "utf8")).replace('"nonce":', '"nonce":1');
      await writeFile(path, changed);

      const error = await failureOf(settleFile(toolsOf(world), text, "day.ndjson"));

      expect(error).to.have.property("message").that.includes("the journal is damaged in line");
    });

    const runOf = async () => (await readdir(runsFolder)).find((name) => /^[0-9a-f]{16}$/.test(name)) ?? "";
  });
});
