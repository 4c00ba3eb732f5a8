import { expect } from "chai";
import { getBytes, HDNodeWallet } from "ethers";
import { network } from "hardhat";
import { type BatchInput, BUY, createBulkSigner, packNetVector, receiptsOf, SELL } from "../../../executor/index.ts";
import { ExitCode } from "../../../sdk/errors.ts";
import { openDeskLog } from "../../../sdk/settler/desk-log.ts";
import { findCulprit } from "../../../sdk/settler/find-culprit.ts";
import { LOCAL_PACE, type Pace } from "../../../sdk/settler/pace.ts";
import { readOpening } from "../../../sdk/settler/read-opening.ts";
import { Settler } from "../../../sdk/settler/settler.ts";
import { SettlerJournal } from "../../../sdk/settler/settler-journal.ts";
import { report } from "../../../tasks/settle/run.ts";
import { settleFile } from "../../../tasks/settle/settle-file.ts";
import { failingAfter } from "../../helpers/failing-signer.ts";
import {
  ALICE,
  BOB,
  CAROL,
  codesOf,
  expectAllSettled,
  settlerRig,
  sharesOf,
  TRADES,
} from "../../helpers/settler-rig.ts";
import { CASH, CHAIN_ID, fileOf, type SettlerWorld, settlerWorld } from "../../helpers/settler-world.ts";
import { failureOf, silentSender } from "../../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;
const { trading, lockedUp } = settlerWorld(connection);

/** The keys of a development chain's accounts; Alice's is the third. */
const PHRASE = "test test test test test test test test test test test junk";
const keyAt = (trader: number) => HDNodeWallet.fromPhrase(PHRASE, "", `m/44'/60'/0'/0/${trader + 2}`);

describe("What the chain refuses of a chunk", () => {
  const rig = settlerRig(connection);

  /** Something happens between the batch's opening, by a snapshot, and its first chunk. */
  async function settleAfter(world: SettlerWorld, change: () => Promise<unknown>, pace: Partial<Pace> = {}) {
    const text = await fileOf(world, TRADES);
    await failureOf(
      settleFile({ ...rig.toolsOf(world), sender: silentSender(failingAfter(world.operator, 1)) }, text, "day.ndjson"),
    );
    await change();
    return settleFile(rig.toolsOf(world, pace), text, "day.ndjson");
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
    const tools = { ...rig.toolsOf(world), provider: refusing(world, bob.address, data) };

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
    const tools = { ...rig.toolsOf(world), provider: refusing(world, world.bob.address, "0x12345678") };
    const text = await fileOf(world, TRADES);

    const settled = await settleFile(tools, text, "day.ndjson");

    expect(await sharesOf(world)).to.deep.equal([50_010n, 50_000n, 24_990n]);
    const { data, exitCode, error } = report(settled, false);
    expect({ exitCode, what: error?.what }).to.deep.equal({
      exitCode: ExitCode.partly,
      what: "2 trades were given up",
    });
    expect(data).to.deep.include({ trades: 3, accepted: 1, notSettled: 2 });
    const again = await settleFile(rig.toolsOf(world), `${text}\n`, "other.ndjson");
    expect(codesOf(again)).to.deep.equal([[0, 0, 110]]);
    await expectAllSettled(world);
  });

  it("takes orders that were signed in bulk along with all of their tree", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, bob, desk, currency } = world;
    const tools = rig.toolsOf(world);
    const opening = await readOpening(tools, {
      ...{ assets: [1n], currencies: [currency], accounts: world.traders.map(({ address }) => address) },
      logged: { alreadyFinal: new Set(), filled: new Map() },
    });
    const signer = await createBulkSigner(CHAIN_ID, desk);
    const terms = { asset: 1n, currency, quantity: 10n, limitPrice: 1_000_000n, expiry: 4_000_000_000n, priority: 0 };
    const bulkOf = (trader: number, side: number, salts: readonly bigint[], first: number) => {
      const { address, privateKey } = keyAt(trader);
      const orders = salts.map((salt) => ({ ...terms, trader: address, side, salt }));
      return signer.sign(orders, getBytes(privateKey), first);
    };
    // Carol buys one of each, of Bob and of Alice; nobody names Alice's second order.
    const [alices, bobs, carols] = [
      bulkOf(ALICE, SELL, [1n, 2n], 0),
      bulkOf(BOB, SELL, [3n], 2),
      bulkOf(CAROL, BUY, [4n, 5n], 3),
    ];
    const trade = { quantity: 10n, price: 1_000_000n };
    const input: BatchInput = {
      ...{ number: 1n, mode: "strict", ...opening },
      orders: [...alices.orders, ...bobs.orders, ...carols.orders],
      bulks: [alices.bulk, bobs.bulk, carols.bulk],
      trades: [
        { ...trade, buyOrder: 3, sellOrder: 2, matchNumber: 1n },
        { ...trade, buyOrder: 4, sellOrder: 0, matchNumber: 2n },
      ],
    };

    const log = await openDeskLog({ root: tools.logsFolder, chainId: CHAIN_ID, desk, instance: null }, suite);
    const journal = await SettlerJournal.open(rig.runsFolder);
    const settler = new Settler({
      ...{
        ...tools,
        pace: { ...LOCAL_PACE, pauseMs: 10 },
        signer: world.operator,
        log,
        journal,
        maxChunkInstructions: 8,
      },
      ...{ onPosted: () => undefined, keep: async () => undefined },
    });
    const first = await settler.decide(input, 1);
    await suite.investorRegistry.setWalletFrozen(bob.address, true);
    const ended = await settler.settle(first);
    await Promise.all([journal.close(), log.journal.close()]);

    expect(codesOf({ ended })).to.deep.equal([
      [0, 0],
      [16, 0],
    ]);
    expect(ended.map(({ result }) => [...result.orderStatus])).to.deep.equal([Array(5).fill(0), Array(5).fill(0)]);
    expect(await sharesOf(world)).to.deep.equal([49_990n, 50_000n, 25_010n]);
    expect(ended.flatMap(({ mismatches }) => mismatches)).to.deep.equal([]);
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

    const again = await settleFile(rig.toolsOf(world), await fileOf(world, TRADES), "day.ndjson");

    expect(again.steps).to.deep.equal([]);
    expect(codesOf(again)).to.deep.equal(codesOf(first));
    expect(await suite.settlementDesk.lastBatch()).to.equal(2n);
  });
});
