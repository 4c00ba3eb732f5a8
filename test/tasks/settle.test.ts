import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import {
  BUY,
  ORDER_TYPES,
  readBatchFile,
  readTradeFile,
  receiptsOf,
  SELL,
  settlementDomain,
  writeTradeFile,
} from "../../executor/index.ts";
import { ExitCode } from "../../sdk/errors.ts";
import { signMandate } from "../../sdk/mandate.ts";
import { reconcile } from "../../sdk/reconcile.ts";
import { deskFolder } from "../../sdk/settler/desk-log.ts";
import { onboardInvestors } from "../../tasks/investor/onboard.ts";
import { report } from "../../tasks/settle/run.ts";
import { settleFile } from "../../tasks/settle/settle-file.ts";
import { failingAfter } from "../helpers/failing-signer.ts";
import { settlerRig } from "../helpers/settler-rig.ts";
import { CASH, CHAIN_ID, type SettlerWorld, settlerWorld } from "../helpers/settler-world.ts";
import { failureOf, SALT, silentSender, VERIFIED_UNTIL } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { trading } = settlerWorld(connection);
const { provider } = ethers;

/** A signed order as a line of the file. */
async function orderLine(
  { desk, currency, expiry }: SettlerWorld,
  ref: string,
  trader: HardhatEthersSigner,
  side: number,
  quantity: bigint,
  price: bigint,
) {
  const order = {
    trader: trader.address,
    side,
    asset: 1n,
    currency,
    quantity,
    limitPrice: price,
    expiry,
    priority: 0,
    salt: 1n,
  };
  const signature = await trader.signTypedData(settlementDomain(CHAIN_ID, desk), ORDER_TYPES, order);
  const text = { asset: "1", quantity: `${quantity}`, limitPrice: `${price}`, expiry: `${expiry}`, salt: "1" };
  return JSON.stringify({
    type: "order",
    ref,
    trader: trader.address,
    side: side === BUY ? "buy" : "sell",
    currency,
    priority: 0,
    signature,
    ...text,
  });
}

function tradeLine(buy: string, sell: string, quantity: bigint, price: bigint, matchNumber: number) {
  return JSON.stringify({
    type: "trade",
    buy,
    sell,
    quantity: `${quantity}`,
    price: `${price}`,
    matchNumber: `${matchNumber}`,
  });
}

/** Bob buys 100 of Alice's shares at 1.10 and sells 40 of his to Carol at 1.20; a third trade is beyond Carol's limit. */
async function fileOf(world: SettlerWorld): Promise<string> {
  const { alice, bob, carol } = world;
  return [
    await orderLine(world, "B-1", bob, BUY, 100n, 1_100_000n),
    await orderLine(world, "S-1", alice, SELL, 100n, 1_000_000n),
    await orderLine(world, "B-2", carol, BUY, 100n, 1_200_000n),
    await orderLine(world, "S-2", bob, SELL, 100n, 1_000_000n),
    tradeLine("B-1", "S-1", 100n, 1_100_000n, 1),
    tradeLine("B-2", "S-2", 40n, 1_200_000n, 2),
    tradeLine("B-2", "S-2", 10n, 1_300_000n, 3),
    "",
  ].join("\n");
}

describe("settle run", () => {
  const rig = settlerRig(connection);

  it("settles what is accepted and gives a reason for what is not", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, alice, bob, carol, currency } = world;

    const settled = await settleFile(rig.toolsOf(world), await fileOf(world), "day.ndjson");

    expect(receiptsOf(settled.result).map(({ code }) => code)).to.deep.equal([0, 0, 113]);
    expect(settled).to.deep.include({ settledChunks: 1, mismatches: [] });
    const shares = await Promise.all([alice, bob, carol].map(({ address }) => suite.shareToken.balanceOf(address, 1n)));
    expect(shares).to.deep.equal([49_900n, 50_060n, 25_040n]);
    const cash = await Promise.all(
      [alice, bob, carol].map(({ address }) => suite.settlementDesk.cashOf(address, currency)),
    );
    expect(cash.map(({ deposited }) => deposited)).to.deep.equal([1_110_000_000n, 938_000_000n, 952_000_000n]);
  });

  it("settles out of what sellers have locked at the desk", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, alice, bob } = world;
    await suite.settlementDesk.connect(alice).lockShares(1n, 50_000n);
    await suite.settlementDesk.connect(bob).lockShares(1n, 49_990n);

    const settled = await settleFile(rig.toolsOf(world), await fileOf(world), "day.ndjson");

    expect(receiptsOf(settled.result).map(({ code }) => code)).to.deep.equal([0, 0, 113]);
    expect(settled).to.deep.include({ settledChunks: 1, mismatches: [] });
    expect((await suite.settlementDesk.locksOf(alice.address, 1n)).locked).to.equal(49_900n);
    expect((await suite.settlementDesk.locksOf(bob.address, 1n)).locked).to.equal(49_990n); // on net he buys
  });

  it("writes down the batch file and a receipt for every trade", async () => {
    const world = await networkHelpers.loadFixture(trading);

    const { folder, result } = await settleFile(rig.toolsOf(world), await fileOf(world), "day.ndjson");

    expect(Buffer.from(result.file).equals(await readFile(join(folder, "batch.bin")))).to.equal(true);
    const lines = (await readFile(join(folder, "receipts.csv"), "utf8")).trim().split("\n");
    expect(lines).to.have.lengthOf(4);
    expect(lines[3]).to.contain(",3,113,PriceAboveBuyLimit,");
  });

  it("finds nothing to do a second time", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const text = await fileOf(world);
    await settleFile(rig.toolsOf(world), text, "day.ndjson");

    const again = await settleFile(rig.toolsOf(world), text, "day.ndjson");

    expect(again).to.deep.include({ steps: [], settledChunks: 1, mismatches: [] });
    expect(await world.suite.settlementDesk.lastBatch()).to.equal(1n);
  });

  it("refuses trades of an earlier file as duplicates, and counts what it filled", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const text = await fileOf(world);
    await settleFile(rig.toolsOf(world), text, "day.ndjson");

    const more = `${text}${tradeLine("B-2", "S-2", 61n, 1_100_000n, 4)}\n${tradeLine("B-2", "S-2", 60n, 1_100_000n, 5)}\n`;
    const { result } = await settleFile(rig.toolsOf(world), more, "more.ndjson");

    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([110, 110, 110, 115, 0]);
  });

  it("goes on with a batch that was opened and not settled", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const text = await fileOf(world);
    await world.suite.shareToken.pause();
    await world.suite.shareToken.unpause();
    await failureOf(
      settleFile({ ...rig.toolsOf(world), sender: silentSender(failingAfter(world.operator, 1)) }, text, "day.ndjson"),
    );
    expect((await world.suite.settlementDesk.batchOf(1n)).open).to.equal(true);

    const { steps, settledChunks } = await settleFile(rig.toolsOf(world), text, "day.ndjson");

    expect(steps.map(({ title }) => title)).to.deep.equal(["settle chunk 0 of batch 1 (3 trades, 3 accounts)"]);
    expect(settledChunks).to.equal(1);
  });

  it("refuses another file while a batch is open", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const text = await fileOf(world);
    await failureOf(
      settleFile({ ...rig.toolsOf(world), sender: silentSender(failingAfter(world.operator, 1)) }, text, "day.ndjson"),
    );

    const error = await failureOf(settleFile(rig.toolsOf(world), `${text}\n`, "other.ndjson"));

    expect(error).to.have.property("exitCode", ExitCode.refused);
    expect(error).to.have.property("message", "batch 1 is still open");
  });

  /** A run that ends before its first transaction. */
  async function interruptedBefore(world: SettlerWorld, text: string): Promise<void> {
    const sender = silentSender(failingAfter(world.operator, 0));
    await failureOf(settleFile({ ...rig.toolsOf(world), sender }, text, "day.ndjson"));
  }

  it("gives up a logged batch that the chain never saw, and decides the file anew", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, alice, bob } = world;
    const text = await fileOf(world);
    await interruptedBefore(world, text);
    await suite.shareToken.connect(alice).safeTransferFrom(alice.address, bob.address, 1n, 49_950n, "0x");

    const { result } = await settleFile(rig.toolsOf(world), text, "day.ndjson");

    expect(result.header.number).to.equal(1n);
    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([20, 0, 113]);
  });

  it("lets another file go first when the chain never saw the logged batch", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const text = await fileOf(world);
    await interruptedBefore(world, text);

    const { result } = await settleFile(rig.toolsOf(world), `${text}\n`, "other.ndjson");

    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([0, 0, 113]);
  });

  it("goes on behind batches that others have settled, and remembers what was before them", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite } = world;
    const text = await fileOf(world);
    await settleFile(rig.toolsOf(world), text, "day.ndjson");
    const theirs = {
      ...rig.toolsOf(world),
      runsFolder: join(rig.runsFolder, "theirs"),
      logsFolder: join(rig.runsFolder, "their logs"),
    };
    await settleFile(theirs, `${text}\n`, "theirs.ndjson");
    expect(await suite.settlementDesk.lastBatch()).to.equal(2n);

    const { result } = await settleFile(rig.toolsOf(world), `${text}\n\n`, "more.ndjson");

    expect(result.header.number).to.equal(3n);
    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([110, 110, 110]);
    const place = { root: join(rig.runsFolder, "settlement"), chainId: CHAIN_ID, desk: world.desk, instance: null };
    expect((await readdir(deskFolder(place))).sort()).to.deep.equal(["batches", "from-1", "from-3"]);
  });

  it("closes in its log a batch that the chain has closed without it", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite } = world;
    const text = await fileOf(world);
    const error = await failureOf(
      settleFile(rig.toolsOf(world, { confirmations: 2, patienceMs: 100 }), text, "day.ndjson"),
    );
    expect(error).to.have.property("message", "batch 1 is closed, but not under 2 blocks yet");

    const { result } = await settleFile(rig.toolsOf(world), `${text}\n`, "other.ndjson");

    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([110, 110, 110]);
    expect(await suite.settlementDesk.lastBatch()).to.equal(2n);
  });

  it("knows nothing of an earlier life of a throw-away chain", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const text = await fileOf(world);
    const elsewhere = { ...rig.toolsOf(world), logsFolder: join(rig.runsFolder, "logs") };
    await settleFile({ ...elsewhere, chainInstance: "one" }, text, "day.ndjson");

    const { result } = await settleFile({ ...elsewhere, chainInstance: "two" }, `${text}\n`, "other.ndjson");

    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([0, 0, 113]);
  });

  it("takes the same trades as CSV and in binary", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const file = readTradeFile(Buffer.from(await fileOf(world)));

    const csv = await settleFile(rig.toolsOf(world), writeTradeFile(file, "csv"), "day.csv");
    const binary = await settleFile(rig.toolsOf(world), writeTradeFile(file, "binary"), "day.bin");

    expect(receiptsOf(csv.result).map(({ code }) => code)).to.deep.equal([0, 0, 113]);
    expect(receiptsOf(binary.result).map(({ code }) => code)).to.deep.equal([110, 110, 110]);
  });

  it("asks a trader who is a contract about his signature", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, sender, alice, stranger, desk, currency, expiry } = world;
    const wallet = await ethers.deployContract("MockSignatureWallet", [stranger.address]);
    const account = await wallet.getAddress();
    const row = { reference: "W-1", address: account, country: 840, class: 4, verifiedUntil: VERIFIED_UNTIL };
    const onboarding = { salt: SALT, batchSize: 100, warn: () => undefined };
    await onboardInvestors(suite, sender, [{ line: 2, row }], onboarding);
    await suite.testDollar.mint(account, CASH);
    await networkHelpers.impersonateAccount(account);
    await networkHelpers.setBalance(account, 10n ** 18n);
    const signer = await ethers.getSigner(account);
    await suite.testDollar.connect(signer).approve(desk, CASH);
    await suite.settlementDesk.connect(signer).deposit(currency, CASH);
    const limit = { asset: 1n, maxIn: 1_000n, maxOut: 1_000n, maxBuyPrice: 2_000_000n, minSellPrice: 500_000n };
    const terms = { currency, maxCashOut: CASH, lossAllowance: 0n, feeCap: 0n, expiry, nonce: 1n, limits: [limit] };
    const mandate = { account, ...terms };
    const place = { chainId: CHAIN_ID, desk };
    await suite.settlementDesk.registerMandate(mandate, await signMandate(stranger, place, mandate));
    const asked = { trader: account, side: BUY, asset: 1n, currency, quantity: 10n, limitPrice: 1_000_000n };
    const order = { ...asked, expiry, priority: 0, salt: 7n };
    const signature = await stranger.signTypedData(settlementDomain(CHAIN_ID, desk), ORDER_TYPES, order);
    const words = { asset: "1", quantity: "10", limitPrice: "1000000", expiry: `${expiry}`, salt: "7" };
    const text = [
      JSON.stringify({
        type: "order",
        ref: "W",
        trader: account,
        side: "buy",
        currency,
        priority: 0,
        signature,
        ...words,
      }),
      await orderLine(world, "S", alice, SELL, 10n, 1_000_000n),
      tradeLine("W", "S", 10n, 1_000_000n, 1),
    ].join("\n");

    const { result, settledChunks, mismatches } = await settleFile(rig.toolsOf(world), text, "day.ndjson");

    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([0]);
    expect({ settledChunks, mismatches }).to.deep.equal({ settledChunks: 1, mismatches: [] });
    expect(await suite.shareToken.balanceOf(account, 1n)).to.equal(10n);
    expect(readBatchFile(result.file).contracts?.accounts).to.deep.equal([account.toLowerCase()]);
  });

  it("sends and writes nothing in a dry run", async () => {
    const world = await networkHelpers.loadFixture(trading);

    const settled = await settleFile(
      { ...rig.toolsOf(world), sender: silentSender(world.operator, true) },
      await fileOf(world),
      "day.ndjson",
    );

    expect(settled.steps.map(({ status }) => status)).to.deep.equal(["simulated", "depends on an earlier step"]);
    expect(await world.suite.settlementDesk.lastBatch()).to.equal(0n);
    expect(await failureOf(readFile(join(settled.folder, "batch.bin")))).to.have.property("code", "ENOENT");
  });

  it("notices when the chain is not what the receipts come to", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, alice, bob } = world;
    const settled = await settleFile(rig.toolsOf(world), await fileOf(world), "day.ndjson");
    await suite.shareToken.connect(alice).safeTransferFrom(alice.address, bob.address, 1n, 5n, "0x");

    const mismatches = await reconcile(suite, provider, settled.result, () => true);

    expect(mismatches.map(({ account, expected, actual }) => [account, expected, actual])).to.have.deep.members([
      [alice.address.toLowerCase(), 49_900n, 49_895n],
      [bob.address.toLowerCase(), 50_060n, 50_065n],
    ]);
    expect(report({ ...settled, mismatches }, false).exitCode).to.equal(ExitCode.checkFailed);
  });

  it("lists all mistakes of a file with their lines", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const text = [
      await orderLine(world, "B-1", world.bob, BUY, 1n, 1n),
      await orderLine(world, "B-1", world.bob, BUY, 1n, 1n),
      "not JSON",
      tradeLine("B-1", "S-9", 1n, 1n, 1),
      tradeLine("B-1", "B-1", 1n, 1n, 2).replace('"quantity":"1"', '"quantity":1'),
    ].join("\n");

    const error = await failureOf(settleFile(rig.toolsOf(world), text, "day.ndjson"));

    expect(error).to.have.property("exitCode", ExitCode.badInput);
    expect(error)
      .to.have.nested.property("problem.details")
      .that.satisfies((details: string[]) =>
        ["line 2, ref", "line 3, ", "line 4, sell", "line 5, quantity"].every((place) =>
          details.some((detail) => detail.startsWith(place)),
        ),
      );
  });
});
