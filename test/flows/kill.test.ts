import { mkdtemp, readdir, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Wallet } from "ethers";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { readAddressBook } from "../../sdk/addresses.ts";
import { connectAddresses } from "../../sdk/connect.ts";
import { listReceivers } from "../../sdk/holders.ts";
import { investorIdOf } from "../../sdk/investor-file.ts";
import { readChainInstance } from "../../sdk/journal/chain-instance.ts";
import { readRun } from "../../sdk/journal/run-folder.ts";
import { runStateOf } from "../../sdk/journal/run-state.ts";
import { declareIncome } from "../../tasks/income/declare.ts";
import { openRecord } from "../../tasks/income/record.ts";
import { onboardInvestors } from "../../tasks/investor/onboard.ts";
import { findCurrency } from "../../tasks/lib/currency.ts";
import { verifyRun } from "../../tasks/run/verify-run.ts";
import { freePort, LocalNode, runHardhat } from "../helpers/local-node.ts";
import { MortalProcess, type Order } from "../helpers/mortal-process.ts";
import { SALT, VERIFIED_UNTIL } from "../helpers/mortal-world.ts";
import { type SeededRandom, seededRandom } from "../helpers/seeded-random.ts";
import { type DeployedSuite, withTestDollar } from "../helpers/suite.ts";
import { taskWorld } from "../helpers/task-world.ts";

/** Kills of each of the two tasks; `npm run soak` asks for more. */
const KILLS = Math.ceil(Number(process.env["KILLS"] ?? 52) / 2);
const INVESTORS = 60;
const HOLDERS = 40;
const PAGE = { onboard: 3, claim: 2 };
const INCOME = 2_500_000_000n;
/** A run is killed within this part of the time that it takes undisturbed, so that it dies several times. */
const LIFETIME = 0.4;
/** When a run that is not to be killed is given up. */
const HANGS_AFTER_MS = 60_000;
/** The tail that a torn write loses at most; every second time it is any byte of the whole journal. */
const TAIL_BYTES = 400;

describe("killed at random moments", function () {
  this.timeout(Math.max(600_000, KILLS * 10_000));

  let node: LocalNode;
  let connection: NetworkConnection;
  let spare: MortalProcess;
  let instance: string | null;
  let folder: string;
  let random: SeededRandom;

  before(async () => {
    random = seededRandom("killed at random moments");
    const port = await freePort();
    [node, folder] = await Promise.all([LocalNode.start(port), mkdtemp(join(tmpdir(), "moiety-kill-"))]);
    connection = await hre.network.create({ network: "localhost", override: { url: node.url } });
    // In a process of its own, as an operator does it: its files stay in this test's folder.
    const env = { MOIETY_WORK_FOLDER: folder, LOCALHOST_RPC_URL: node.url };
    const deployed = await runHardhat(["run", "--no-compile", "scripts/deploy.ts", "--network", "localhost"], env);
    if (deployed.exitCode !== 0) throw new Error(deployed.stderr);
    instance = await readChainInstance((method, params) =>
      connection.provider.request({ method, params: [...params] }),
    );
    spare = new MortalProcess();
  });
  after(async () => {
    spare.dismiss();
    await node.stop();
    await rm(folder, { recursive: true });
  });

  /** The suite as the address book has it. */
  const deployed = async (): Promise<DeployedSuite> => {
    const [operator] = await connection.ethers.getSigners();
    const { contracts } = await readAddressBook(31337, "localhost", join(folder, "deployments"));
    const addresses = Object.fromEntries(Object.entries(contracts).map(([name, { address }]) => [name, address]));
    if (operator === undefined) throw new Error("the node has no accounts");
    return { addresses, suite: withTestDollar(connectAddresses(addresses, operator)) };
  };
  const request = (method: string, ...params: unknown[]) => connection.provider.request({ method, params });
  const nextProcess = () => {
    const process = spare;
    spare = new MortalProcess();
    return process;
  };

  /** Starts the work again and again from the same state of the chain, until it was killed often enough, and checks each time. */
  async function killAndCheck(
    order: Omit<Order, "url" | "instance" | "runsFolder">,
    check: (runFolder: string) => Promise<void>,
  ) {
    let snapshot = await request("evm_snapshot");
    let kills = 0;
    let undisturbedMs = 0;
    let lives = 0;

    for (; kills < KILLS; lives += 1) {
      const runsFolder = join(folder, `${random.below(2 ** 30)}`);
      const whole = { ...order, url: node.url, instance, runsFolder };
      if (lives === 0) undisturbedMs = (await nextProcess().carryOut(whole, HANGS_AFTER_MS)).tookMs;
      else kills += await killUntilDone(whole, undisturbedMs * LIFETIME, KILLS - kills);

      const [id] = await readdir(runsFolder);
      await check(join(runsFolder, id ?? ""));
      await request("evm_revert", snapshot);
      snapshot = await request("evm_snapshot");
    }
    console.log(`      ${kills} kills in ${lives} runs; undisturbed one takes ${undisturbedMs.toFixed(0)} ms`);
  }

  /** Restarts a run until it is done, and returns how often it was killed. */
  async function killUntilDone(order: Order, killWithinMs: number, mostKills: number): Promise<number> {
    for (let kills = 0; ; kills += 1) {
      const killAfterMs = kills < mostKills ? random.below(Math.ceil(killWithinMs)) : HANGS_AFTER_MS;
      const { end } = await nextProcess().carryOut(order, killAfterMs);
      if (end === "done") return kills;
      if (random.below(2) === 0) await tearJournal(order.runsFolder);
    }
  }

  /** Cuts the journal at a random byte: near its end, or anywhere. */
  async function tearJournal(runsFolder: string): Promise<void> {
    const [id] = await readdir(runsFolder).catch(() => []);
    const path = join(runsFolder, id ?? "", "journal.jsonl");
    const size = (await stat(path).catch(() => undefined))?.size ?? 0;
    if (size === 0) return;
    const lost = random.below(2) === 0 ? random.below(Math.min(size, TAIL_BYTES)) : random.below(size + 1);
    await truncate(path, size - lost);
  }

  /** The run is done, its transactions are the only ones, and a third party finds all of it on the chain. */
  async function checkRun(runFolder: string, firstNonce: number, steps: number, operator: string): Promise<void> {
    const run = await readRun(runFolder);
    if (run === undefined) return expect.fail(`there is no run in ${runFolder}`);
    const { provider } = connection.ethers;
    expect(runStateOf(run.steps), random.seed).to.equal("done");
    expect(run.steps, random.seed).to.have.lengthOf(steps);
    expect((await provider.getTransactionCount(operator)) - firstNonce, random.seed).to.equal(steps);
    expect((await verifyRun(run, provider)).mismatches, random.seed).to.deep.equal([]);
  }

  it("onboarding registers everybody once", async () => {
    const { suite, operator, addresses } = await taskWorld(connection, deployed).deployed();
    const { investorRegistry } = suite;
    const investors = Array.from({ length: INVESTORS }, (_, place) => ({
      reference: `K-${place}`,
      address: Wallet.createRandom().address,
    }));
    const firstNonce = await operator.getNonce();
    const fromBlock = (await connection.ethers.provider.getBlockNumber()) + 1;

    await killAndCheck({ addresses, batchSize: PAGE.onboard, work: { onboard: investors } }, async (runFolder) => {
      await checkRun(runFolder, firstNonce, INVESTORS / PAGE.onboard, operator.address);
      const profiles = await investorRegistry.profilesOf(investors.map(({ address }) => address));
      const values = profiles.map((each) => [
        each.investor,
        each.country,
        each.classes,
        each.flags,
        each.verifiedUntil,
      ]);
      expect(values, random.seed).to.deep.equal(
        investors.map(({ reference }) => [investorIdOf(reference, SALT), 840n, 4n, 0n, VERIFIED_UNTIL]),
      );
      const registered = await investorRegistry.queryFilter(investorRegistry.filters.InvestorSet(), fromBlock);
      expect(registered, random.seed).to.have.lengthOf(INVESTORS);
    });
  });

  it("income is paid to everybody once", async () => {
    const { suite, sender, operator, addresses, alice } = await taskWorld(connection, deployed).sold();
    const { provider } = connection.ethers;
    const { incomeDesk, shareToken, testDollar } = suite;
    const wallets = Array.from({ length: HOLDERS }, () => Wallet.createRandom().address);
    const lines = wallets.map((address, place) => ({
      line: place + 2,
      row: { reference: `P-${place}`, address, country: 840, class: 4, verifiedUntil: VERIFIED_UNTIL },
    }));
    await onboardInvestors(suite, sender, lines, { salt: SALT, batchSize: 100, warn: () => undefined });
    for (const [place, wallet] of wallets.entries()) {
      await shareToken.connect(alice).safeTransferFrom(alice.address, wallet, 1n, 100n + BigInt(place), "0x");
    }
    const { timestamp } = (await provider.getBlock("latest")) ?? { timestamp: 0 };
    await openRecord(suite, sender, 1n, BigInt(timestamp) + 60n);
    await request("evm_increaseTime", 120);
    await request("evm_mine");
    await testDollar.mint(operator.address, INCOME);
    const declaration = { asset: 1n, record: 0n, amount: INCOME, currency: await findCurrency(suite, provider, "") };
    const { distribution } = await declareIncome(suite, sender, declaration, provider, 0);
    const { perShare } = await incomeDesk.recordIncomeOf(distribution ?? 0n);

    const holders = await listReceivers(suite, provider, 1n, 0);
    const due = await Promise.all(holders.map((holder) => incomeDesk.payableTo(distribution ?? 0n, holder)));
    const before = await Promise.all(holders.map((holder) => testDollar.balanceOf(holder)));
    const payees = due.filter((amount) => amount > 0n).length;
    expect(due.reduce((sum, amount) => sum + amount, 0n)).to.equal(perShare * 125_000n);
    const firstNonce = await operator.getNonce();

    const work = { claim: { distribution: `${distribution}`, holders } };
    await killAndCheck({ addresses, batchSize: PAGE.claim, work }, async (runFolder) => {
      await checkRun(runFolder, firstNonce, Math.ceil(payees / PAGE.claim), operator.address);
      const after = await Promise.all(holders.map((holder) => testDollar.balanceOf(holder)));
      expect(
        after.map((balance, place) => balance - (before[place] ?? 0n)),
        random.seed,
      ).to.deep.equal(due);
      const payments = await incomeDesk.queryFilter(incomeDesk.filters.IncomePaid(distribution ?? 0n), 0);
      expect(payments, random.seed).to.have.lengthOf(payees);
      expect(await incomeDesk.outstandingOf(distribution ?? 0n), random.seed).to.equal(0n);
    });
  });
});
