import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import {
  BUY,
  HOLD_TYPES,
  type Message,
  type MessageInput,
  ORDER_TYPES,
  readBatchFile,
  readTradeFile,
  receiptsOf,
  runSequential,
  SELL,
  settlementDomain,
  TRANSFER_TYPES,
  writeTradeFile,
} from "../../executor/index.ts";
import { ExitCode } from "../../sdk/errors.ts";
import { signMandate } from "../../sdk/mandate.ts";
import { reconcile } from "../../sdk/reconcile.ts";
import { commonAddresses, expand } from "../../sdk/rules/common-rules.ts";
import { encodeCountries } from "../../sdk/rules/country-set.ts";
import { deskFolder } from "../../sdk/settler/desk-log.ts";
import { LOCAL_PACE } from "../../sdk/settler/pace.ts";
import { readSnapshot } from "../../sdk/snapshot.ts";
import { onboardInvestors } from "../../tasks/investor/onboard.ts";
import { report } from "../../tasks/settle/run.ts";
import { settleFile } from "../../tasks/settle/settle-file.ts";
import { failingAfter } from "../helpers/failing-signer.ts";
import { failureOf, SALT, silentSender, taskWorld, VERIFIED_UNTIL } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { sold } = taskWorld(connection);
const { provider } = ethers;

const CHAIN_ID = 31337n;
const CASH = 1_000_000_000n;

/** Alice, Bob and Carol have USD 1,000 each at the settlement desk, and mandates that let them trade. */
async function trading() {
  const world = await sold();
  const { suite, alice, bob, carol } = world;
  const desk = await suite.settlementDesk.getAddress();
  const currency = await suite.testDollar.getAddress();
  const expiry = BigInt(await networkHelpers.time.latest()) + 1_000_000n;
  await suite.settlementDesk.allowCurrency(currency, 1n);

  for (const account of [alice, bob, carol]) {
    await suite.testDollar.mint(account.address, CASH);
    await suite.testDollar.connect(account).approve(desk, CASH);
    await suite.settlementDesk.connect(account).deposit(currency, CASH);
    const limit = { asset: 1n, maxIn: 1_000n, maxOut: 1_000n, maxBuyPrice: 2_000_000n, minSellPrice: 500_000n };
    const mandate = {
      account: account.address,
      currency,
      maxCashOut: CASH,
      lossAllowance: 0n,
      feeCap: 0n,
      expiry,
      nonce: 1n,
      limits: [limit],
    };
    await suite.settlementDesk.registerMandate(
      mandate,
      await signMandate(account, { chainId: CHAIN_ID, desk }, mandate),
    );
  }
  return { ...world, desk, currency, expiry };
}

type Trading = Awaited<ReturnType<typeof trading>>;

/** A signed order as a line of the file. */
async function orderLine(
  { desk, currency, expiry }: Trading,
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
async function fileOf(world: Trading): Promise<string> {
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
  let runsFolder: string;
  beforeEach(async () => {
    runsFolder = await mkdtemp(join(tmpdir(), "moiety-runs-"));
  });
  afterEach(() => rm(runsFolder, { recursive: true }));

  const toolsOf = ({ suite, sender }: Trading) => ({
    suite,
    provider,
    sender,
    chainId: CHAIN_ID,
    fromBlock: 0,
    runsFolder,
    logsFolder: join(runsFolder, "settlement"),
    chainInstance: null,
    pace: LOCAL_PACE,
    workers: 0,
    note: () => undefined,
  });

  it("settles what is accepted and gives a reason for what is not", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, alice, bob, carol, currency } = world;

    const settled = await settleFile(toolsOf(world), await fileOf(world), "day.ndjson");

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

    const settled = await settleFile(toolsOf(world), await fileOf(world), "day.ndjson");

    expect(receiptsOf(settled.result).map(({ code }) => code)).to.deep.equal([0, 0, 113]);
    expect(settled).to.deep.include({ settledChunks: 1, mismatches: [] });
    expect((await suite.settlementDesk.locksOf(alice.address, 1n)).locked).to.equal(49_900n);
    expect((await suite.settlementDesk.locksOf(bob.address, 1n)).locked).to.equal(49_990n); // on net he buys
  });

  it("writes down the batch file and a receipt for every trade", async () => {
    const world = await networkHelpers.loadFixture(trading);

    const { folder, result } = await settleFile(toolsOf(world), await fileOf(world), "day.ndjson");

    expect(Buffer.from(result.file).equals(await readFile(join(folder, "batch.bin")))).to.equal(true);
    const lines = (await readFile(join(folder, "receipts.csv"), "utf8")).trim().split("\n");
    expect(lines).to.have.lengthOf(4);
    expect(lines[3]).to.contain(",3,113,PriceAboveBuyLimit,");
  });

  it("finds nothing to do a second time", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const text = await fileOf(world);
    await settleFile(toolsOf(world), text, "day.ndjson");

    const again = await settleFile(toolsOf(world), text, "day.ndjson");

    expect(again).to.deep.include({ steps: [], settledChunks: 1, mismatches: [] });
    expect(await world.suite.settlementDesk.lastBatch()).to.equal(1n);
  });

  it("refuses trades of an earlier file as duplicates, and counts what it filled", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const text = await fileOf(world);
    await settleFile(toolsOf(world), text, "day.ndjson");

    const more = `${text}${tradeLine("B-2", "S-2", 61n, 1_100_000n, 4)}\n${tradeLine("B-2", "S-2", 60n, 1_100_000n, 5)}\n`;
    const { result } = await settleFile(toolsOf(world), more, "more.ndjson");

    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([110, 110, 110, 115, 0]);
  });

  it("goes on with a batch that was opened and not settled", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const text = await fileOf(world);
    await world.suite.shareToken.pause();
    await world.suite.shareToken.unpause();
    await failureOf(
      settleFile({ ...toolsOf(world), sender: silentSender(failingAfter(world.operator, 1)) }, text, "day.ndjson"),
    );
    expect((await world.suite.settlementDesk.batchOf(1n)).open).to.equal(true);

    const { steps, settledChunks } = await settleFile(toolsOf(world), text, "day.ndjson");

    expect(steps.map(({ title }) => title)).to.deep.equal(["settle chunk 0 of batch 1 (3 trades, 3 accounts)"]);
    expect(settledChunks).to.equal(1);
  });

  it("refuses another file while a batch is open", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const text = await fileOf(world);
    await failureOf(
      settleFile({ ...toolsOf(world), sender: silentSender(failingAfter(world.operator, 1)) }, text, "day.ndjson"),
    );

    const error = await failureOf(settleFile(toolsOf(world), `${text}\n`, "other.ndjson"));

    expect(error).to.have.property("exitCode", ExitCode.refused);
    expect(error).to.have.property("message", "batch 1 is still open");
  });

  /** A run that ends before its first transaction. */
  async function interruptedBefore(world: Trading, text: string): Promise<void> {
    const sender = silentSender(failingAfter(world.operator, 0));
    await failureOf(settleFile({ ...toolsOf(world), sender }, text, "day.ndjson"));
  }

  it("gives up a logged batch that the chain never saw, and decides the file anew", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, alice, bob } = world;
    const text = await fileOf(world);
    await interruptedBefore(world, text);
    await suite.shareToken.connect(alice).safeTransferFrom(alice.address, bob.address, 1n, 49_950n, "0x");

    const { result } = await settleFile(toolsOf(world), text, "day.ndjson");

    expect(result.header.number).to.equal(1n);
    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([20, 0, 113]);
  });

  it("lets another file go first when the chain never saw the logged batch", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const text = await fileOf(world);
    await interruptedBefore(world, text);

    const { result } = await settleFile(toolsOf(world), `${text}\n`, "other.ndjson");

    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([0, 0, 113]);
  });

  it("goes on behind batches that others have settled, and remembers what was before them", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite } = world;
    const text = await fileOf(world);
    await settleFile(toolsOf(world), text, "day.ndjson");
    const theirs = {
      ...toolsOf(world),
      runsFolder: join(runsFolder, "theirs"),
      logsFolder: join(runsFolder, "their logs"),
    };
    await settleFile(theirs, `${text}\n`, "theirs.ndjson");
    expect(await suite.settlementDesk.lastBatch()).to.equal(2n);

    const { result } = await settleFile(toolsOf(world), `${text}\n\n`, "more.ndjson");

    expect(result.header.number).to.equal(3n);
    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([110, 110, 110]);
    const place = { root: join(runsFolder, "settlement"), chainId: CHAIN_ID, desk: world.desk, instance: null };
    expect((await readdir(deskFolder(place))).sort()).to.deep.equal(["batches", "from-1", "from-3"]);
  });

  it("closes in its log a batch that the chain has closed without it", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite } = world;
    const text = await fileOf(world);
    const impatient = { ...LOCAL_PACE, confirmations: 2, patienceMs: 100 };
    const error = await failureOf(settleFile({ ...toolsOf(world), pace: impatient }, text, "day.ndjson"));
    expect(error).to.have.property("message", "batch 1 is closed, but not under 2 blocks yet");

    const { result } = await settleFile(toolsOf(world), `${text}\n`, "other.ndjson");

    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([110, 110, 110]);
    expect(await suite.settlementDesk.lastBatch()).to.equal(2n);
  });

  it("knows nothing of an earlier life of a throw-away chain", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const text = await fileOf(world);
    const elsewhere = { ...toolsOf(world), logsFolder: join(runsFolder, "logs") };
    await settleFile({ ...elsewhere, chainInstance: "one" }, text, "day.ndjson");

    const { result } = await settleFile({ ...elsewhere, chainInstance: "two" }, `${text}\n`, "other.ndjson");

    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([0, 0, 113]);
  });

  it("takes the same trades as CSV and in binary", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const file = readTradeFile(Buffer.from(await fileOf(world)));

    const csv = await settleFile(toolsOf(world), writeTradeFile(file, "csv"), "day.csv");
    const binary = await settleFile(toolsOf(world), writeTradeFile(file, "binary"), "day.bin");

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

    const { result, settledChunks, mismatches } = await settleFile(toolsOf(world), text, "day.ndjson");

    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([0]);
    expect({ settledChunks, mismatches }).to.deep.equal({ settledChunks: 1, mismatches: [] });
    expect(await suite.shareToken.balanceOf(account, 1n)).to.equal(10n);
    expect(readBatchFile(result.file).contracts?.accounts).to.deep.equal([account.toLowerCase()]);
  });

  it("sends and writes nothing in a dry run", async () => {
    const world = await networkHelpers.loadFixture(trading);

    const settled = await settleFile(
      { ...toolsOf(world), sender: silentSender(world.operator, true) },
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
    const settled = await settleFile(toolsOf(world), await fileOf(world), "day.ndjson");
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

    const error = await failureOf(settleFile(toolsOf(world), text, "day.ndjson"));

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

describe("reconcile", () => {
  /** A batch with one message that Alice signs. */
  async function batchOf(world: Trading, message: Message, instruction: MessageInput) {
    const { suite, alice, bob, desk, currency } = world;
    const { type: _, ...terms } = message;
    const types = message.type === "transfer" ? TRANSFER_TYPES : HOLD_TYPES;
    const signature = await alice.signTypedData(settlementDomain(CHAIN_ID, desk), types, terms);
    const snapshot = await readSnapshot(suite, {
      chainId: CHAIN_ID,
      block: await provider.getBlockNumber(),
      assets: [1n],
      currencies: [currency],
      accounts: [alice.address, bob.address],
    });
    const time = BigInt(await networkHelpers.time.latest());
    const batch = { orders: [{ ...message, signature }], trades: [instruction] };
    return runSequential({
      number: 1n,
      mode: "strict",
      time,
      snapshot: { ...snapshot, mandates: [], withoutMandates: true },
      ...batch,
    });
  }

  it("holds transfers against the chain as it does trades", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, alice, bob, expiry } = world;
    const terms = { asset: 1n, quantity: 5n, expiry, priority: 0, salt: 1n };
    const message = { type: "transfer", from: alice.address, to: bob.address, ...terms } as const;
    const result = await batchOf(world, message, { kind: "transfer", message: 0, quantity: 5n });
    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([0]);

    expect(await reconcile(suite, provider, result, () => true)).to.have.lengthOf(2);
    await suite.shareToken.connect(alice).safeTransferFrom(alice.address, bob.address, 1n, 5n, "0x");
    expect(await reconcile(suite, provider, result, () => true)).to.deep.equal([]);
  });

  it("refuses a batch in which more was accepted than trades and transfers", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, alice, bob, expiry } = world;
    const terms = { asset: 1n, quantity: 5n, until: expiry, expiry, priority: 0, salt: 1n };
    const parties = { holder: alice.address, beneficiary: bob.address, agent: bob.address };
    const hold = { type: "hold", ...parties, ...terms } as const;
    const result = await batchOf(world, hold, { kind: "hold", message: 0, quantity: 5n });
    expect(receiptsOf(result).map(({ code }) => code)).to.deep.equal([0]);

    const error = await failureOf(reconcile(suite, provider, result, () => true));
    expect(error).to.have.property("message").that.includes("only trades and transfers");
    expect(await reconcile(suite, provider, result, () => false)).to.deep.equal([]);
  });
});

describe("readSnapshot", () => {
  it("reads positions, eligibility, cash and mandates at one block", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, alice, stranger, currency, expiry } = world;
    const block = await provider.getBlockNumber();
    await suite.shareToken.connect(alice).safeTransferFrom(alice.address, world.bob.address, 1n, 7n, "0x");

    const snapshot = await readSnapshot(suite, {
      chainId: CHAIN_ID,
      block,
      assets: [1n],
      currencies: [currency],
      accounts: [alice.address, stranger.address, alice.address.toLowerCase()],
    });

    expect(snapshot.assets).to.deep.equal([{ id: 1n, state: 0, holderLimit: 2_000 }]);
    expect(snapshot.accounts.map(({ address }) => address)).to.deep.equal([alice.address, stranger.address]);
    expect(snapshot.shares).to.deep.equal([
      { account: 0, asset: 0, balance: 50_000n, spendable: 50_000n, sendCode: 0, receiveCode: 0 },
      { account: 1, asset: 0, balance: 0n, spendable: 0n, sendCode: 10, receiveCode: 12 },
    ]);
    expect(snapshot.cash.map(({ deposited }) => deposited)).to.deep.equal([CASH, 0n]);
    expect(snapshot.mandates).to.have.lengthOf(1);
    expect(snapshot.mandates[0]).to.deep.include({ account: 0, currency: 0, expiry, cashOutLeft: CASH });
    expect(snapshot.mandates[0]?.limits[0]).to.deep.include({ asset: 0, inLeft: 1_000n, outLeft: 1_000n });
  });

  it("carries what the asset's rules say about an account, and the asset's own state", async () => {
    const world = await networkHelpers.loadFixture(trading);
    const { suite, alice, bob, currency } = world;
    const bound = expand(await suite.transferRules.rulesOf(1n), await commonAddresses(suite));
    const elsewhere = encodeCountries({ allow: [250] });
    await suite.transferRules.setRules(
      1n,
      bound.map(({ rule, parameters }, place) => ({ rule, parameters: place === 0 ? elsewhere : parameters })),
    );
    await suite.shareToken.setFrozenTokens(bob.address, 1n, 49_000n);
    await suite.shareToken.pause();

    const request = { chainId: CHAIN_ID, block: await provider.getBlockNumber(), assets: [1n], currencies: [currency] };
    const snapshot = await readSnapshot(suite, { ...request, accounts: [alice.address, bob.address] });

    expect(snapshot.assets[0]?.state).to.equal(3);
    expect(snapshot.shares.map(({ receiveCode }) => receiveCode)).to.deep.equal([30, 30]);
    expect(snapshot.shares[1]?.spendable).to.equal(1_000n);
  });

  it("carries the price guard's bands in whole engine units, and nothing where any price is fine", async () => {
    const { suite, currency } = await networkHelpers.loadFixture(trading);
    const bands = await ethers.deployContract("MockPriceBands");
    const request = { chainId: CHAIN_ID, assets: [1n], currencies: [currency], accounts: [] };
    const read = async () => (await readSnapshot(suite, { ...request, block: await provider.getBlockNumber() })).bands;

    expect(await read()).to.equal(undefined);
    await suite.settlementDesk.setPriceGuard(bands.target);
    expect(await read()).to.equal(undefined);
    for (const [band, expected] of [
      [
        { code: 0n, low: 95n, high: 105n },
        { low: 95n, high: 105n },
      ],
      [
        { code: 0n, low: 0n, high: 105n },
        { low: 0n, high: 105n },
      ],
      [
        { code: 0n, low: 7n, high: 2n ** 127n },
        { low: 7n, high: 2n ** 63n - 1n },
      ],
      [
        { code: 0n, low: 2n ** 63n, high: 2n ** 64n },
        { low: 1n, high: 0n },
      ],
      [
        { code: 3n, low: 95n, high: 105n },
        { low: 1n, high: 0n },
      ],
    ] as const) {
      await bands.getFunction("setBand")(1n, currency, band);
      expect(await read()).to.deep.equal([{ asset: 0, currency: 0, ...expected }]);
    }
  });

  it("refuses a currency that the desk does not take", async () => {
    const { suite, stranger } = await networkHelpers.loadFixture(trading);
    const request = { chainId: CHAIN_ID, block: await provider.getBlockNumber(), assets: [1n], accounts: [] };

    const error = await failureOf(readSnapshot(suite, { ...request, currencies: [stranger.address] }));

    expect(error).to.have.property("message", `the settlement desk does not take the currency ${stranger.address}`);
  });
});
