import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import { BUY, CODE, ORDER_TYPES, SELL, settlementDomain } from "../../executor/index.ts";
import { ExitCode } from "../../sdk/errors.ts";
import type { SafeCall } from "../../sdk/safe-batch.ts";
import { RunBook } from "../../tasks/lib/run-book.ts";
import { Sender } from "../../tasks/lib/sender.ts";
import { report, settleTradeFile } from "../../tasks/settle/trade.ts";
import { silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;
const { sold } = taskWorld(connection);
const CHAIN_ID = 31337n;
const CASH = 1_000_000_000n;
const DOLLAR = 1_000_000n;

/** Bob buys three times from alice; the third time for more than his limit. None of them has a mandate. */
async function threeTrades() {
  const world = await sold();
  const { suite, alice, bob } = world;
  const desk = await suite.settlementDesk.getAddress();
  const currency = await suite.testDollar.getAddress();
  await suite.settlementDesk.allowCurrency(currency, 1n);
  await suite.testDollar.mint(bob.address, CASH);
  await suite.testDollar.connect(bob).approve(desk, CASH);
  await suite.settlementDesk.connect(bob).deposit(currency, CASH);
  const expiry = BigInt(await networkHelpers.time.latest()) + 1_000_000n;

  async function orderOf(trader: HardhatEthersSigner, side: typeof BUY | typeof SELL) {
    const terms = { asset: 1n, currency, quantity: 100n, limitPrice: DOLLAR, expiry, priority: 0, salt: 1n } as const;
    const order = { trader: trader.address, side, ...terms };
    return { ...order, signature: await trader.signTypedData(settlementDomain(CHAIN_ID, desk), ORDER_TYPES, order) };
  }
  const orders = [await orderOf(bob, BUY), await orderOf(alice, SELL)];
  const pair = { buyOrder: 0, sellOrder: 1, quantity: 10n };
  const trades = [
    { ...pair, price: DOLLAR, matchNumber: 1n },
    { ...pair, price: DOLLAR + 1n, matchNumber: 2n },
    { ...pair, price: DOLLAR, matchNumber: 3n },
  ];
  return { ...world, file: { orders, trades } };
}

describe("settle trade", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-runs-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("settles what the desk accepts, list by list, and says why not the rest", async () => {
    const { suite, sender, bob, file } = await networkHelpers.loadFixture(threeTrades);
    const before = await suite.shareToken.balanceOf(bob.address, 1n);

    const settled = await settleTradeFile(suite, sender, file, { provider, listSize: 2 });

    expect(settled.steps.map(({ title }) => title)).to.deep.equal([
      "settle 2 trades one by one",
      "settle 1 trades one by one",
    ]);
    expect(settled).to.deep.include({ before: 0, settled: 2 });
    expect(settled.refusals.map(({ trade, error, code }) => [trade, error, code])).to.deep.equal([
      [settled.trades[1]?.id, "SettlementDeskPriceAboveLimit", CODE.priceAboveBuyLimit],
    ]);
    expect(await suite.shareToken.balanceOf(bob.address, 1n)).to.equal(before + 20n);
    const { exitCode, text } = report(settled);
    expect(exitCode).to.equal(ExitCode.checkFailed);
    expect(text).to.contain("2 of 3 trades are settled, 0 of them before.").and.contain("PriceAboveLimit");
  });

  it("leaves out what was settled before, and tries again what was refused", async () => {
    const { suite, sender, file } = await networkHelpers.loadFixture(threeTrades);
    await settleTradeFile(suite, sender, file, { provider, listSize: 128 });

    const again = await settleTradeFile(suite, sender, file, { provider, listSize: 128 });
    const [good] = file.trades;
    if (good === undefined) throw new Error("the file has trades");
    const done = await settleTradeFile(suite, sender, { ...file, trades: [good] }, { provider, listSize: 1 });

    expect(again).to.deep.include({ before: 2, settled: 2 });
    expect(again.refusals).to.have.length(1);
    expect(done).to.deep.include({ before: 1, settled: 1, steps: [], refusals: [] });
    expect(report(done).text).to.contain("every trade of this file is settled");
  });

  it("sends nothing in a dry run", async () => {
    const { suite, operator, file } = await networkHelpers.loadFixture(threeTrades);
    const block = await provider.getBlockNumber();

    const { steps, settled } = await settleTradeFile(suite, silentSender(operator, true), file, {
      provider,
      listSize: 64,
    });

    expect(steps.map(({ status }) => status)).to.deep.equal(["simulated"]);
    expect(settled).to.equal(0);
    expect(await provider.getBlockNumber()).to.equal(block);
  });

  it("writes the calls for a multisig instead of sending them", async () => {
    const { suite, operator, file } = await networkHelpers.loadFixture(threeTrades);
    const exported: SafeCall[] = [];
    const sender = new Sender({
      ...{ signer: operator, dryRun: false, confirm: async () => undefined, note: () => undefined },
      exportCalls: async (calls) => void exported.push(...calls),
    });

    await settleTradeFile(suite, sender, file, { provider, listSize: 64 });

    const selector = suite.settlementDesk.interface.getFunction("settleTrades").selector;
    expect(exported.map(({ to, data }) => [to, data.slice(0, 10)])).to.deep.equal([
      [await suite.settlementDesk.getAddress(), selector],
    ]);
  });

  it("goes on with the run that was begun, and settles nothing twice", async () => {
    const { suite, operator, file } = await networkHelpers.loadFixture(threeTrades);
    const runs = () =>
      new RunBook({ folder, runId: undefined, chainId: CHAIN_ID, instance: null, note: () => undefined });
    const senderOf = () =>
      new Sender({
        ...{ signer: operator, dryRun: false, confirm: async () => undefined, note: () => undefined },
        runs: runs(),
      });

    const sender = senderOf();
    const first = await settleTradeFile(suite, sender, file, { provider, listSize: 1 });
    const second = await settleTradeFile(suite, senderOf(), file, { provider, listSize: 1 });

    expect(sender.runId).to.match(/^[0-9a-f]{16}$/);
    expect(first).to.deep.include({ before: 0, settled: 2 });
    expect(second).to.deep.include({ before: 2, settled: 2 });
    expect(second.refusals).to.have.length(1);
  });

  it("takes lists of 1 to 128 trades", async () => {
    const { suite, sender, file } = await networkHelpers.loadFixture(threeTrades);

    for (const listSize of [0, 129, 1.5]) {
      let failure: unknown;
      await settleTradeFile(suite, sender, file, { provider, listSize }).catch((error: unknown) => {
        failure = error;
      });
      expect(String(failure)).to.contain("a list has 1 to 128 trades");
    }
  });
});
