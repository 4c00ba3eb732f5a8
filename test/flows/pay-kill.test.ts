import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { Wallet } from "ethers";
import { openProofFile } from "../../executor/index.ts";
import { readDistribution } from "../../sdk/income/distributions.ts";
import { makeIncomePlan } from "../../sdk/income/make-plan.ts";
import { readRecordHolders } from "../../sdk/income/record-holders.ts";
import { announceList } from "../../tasks/income/announce.ts";
import { fundList } from "../../tasks/income/fund.ts";
import { publishList } from "../../tasks/income/publish.ts";
import { reconcileIncome } from "../../tasks/income/reconcile.ts";
import { openRecord } from "../../tasks/income/record.ts";
import { onboardInvestors } from "../../tasks/investor/onboard.ts";
import { KILLS, KillWorld } from "../helpers/kill-world.ts";
import { planQuestion, SALT, VERIFIED_UNTIL } from "../helpers/mortal-world.ts";
import { taskWorld } from "../helpers/task-world.ts";

const HOLDERS = 40;
const PAGE = 2;
/** An odd number of units, so that rounding has something to do. */
const INCOME = 2_500_000_007n;
const PLANNING_KILLS = 5;

describe("income by a list, killed at random moments", function () {
  this.timeout(Math.max(600_000, KILLS * 20_000));

  let world: KillWorld;
  before(async () => {
    world = await KillWorld.open("income by a list, killed at random moments");
  });
  after(() => world.close());

  /** Asset 1 has many holders at record 0, which can be read. */
  async function recorded() {
    const state = await taskWorld(world.connection, () => world.deployed()).sold();
    const { suite, sender, alice, operator } = state;
    const { provider } = world.connection.ethers;
    const wallets = Array.from({ length: HOLDERS }, () => Wallet.createRandom().address);
    const lines = wallets.map((address, place) => ({
      line: place + 2,
      row: { reference: `L-${place}`, address, country: 840, class: 4, verifiedUntil: VERIFIED_UNTIL },
    }));
    await onboardInvestors(suite, sender, lines, { salt: SALT, batchSize: 100, warn: () => undefined });
    for (const [place, wallet] of wallets.entries())
      await suite.shareToken.connect(alice).safeTransferFrom(alice.address, wallet, 1n, 100n + BigInt(place), "0x");
    const { timestamp } = (await provider.getBlock("latest")) ?? { timestamp: 0 };
    await openRecord(suite, sender, 1n, BigInt(timestamp) + 60n);
    await world.request("evm_increaseTime", 120);
    await world.request("evm_mine");
    await suite.testDollar.mint(operator.address, INCOME);

    const currency = await suite.testDollar.getAddress();
    const place = { chainId: 31337n, instance: world.instance, desk: await suite.incomeDesk.getAddress() };
    const order = { currency, amount: INCOME.toString() };
    const plan = await makeIncomePlan(suite, provider, planQuestion(place, order, join(world.folder, "plans")));
    return { ...state, provider, plan, order };
  }

  it("is worked out to the same bytes, and paid to everybody once", async () => {
    const { suite, sender, operator, addresses, provider, plan, order } = await recorded();
    const { incomeDesk, testDollar } = suite;
    const { seed } = world.random;

    await world.killAndCheck({ addresses, batchSize: PAGE, work: { plan: order } }, PLANNING_KILLS, async (folder) => {
      for (const name of await readdir(plan.folder)) {
        const [killed, whole] = await Promise.all([readFile(join(folder, name)), readFile(join(plan.folder, name))]);
        expect(killed.equals(whole), `${name}, ${seed}`).to.equal(true);
      }
      expect(await readdir(folder), seed).to.have.members(await readdir(plan.folder));
    });

    const { distribution } = await announceList(suite, sender, plan, provider, { fromBlock: 0, again: false });
    const number = distribution ?? 0n;
    await fundList(suite, sender, provider, await readDistribution(suite, number), null);
    await publishList(suite, sender, await readDistribution(suite, number), plan);
    const question = { asset: 1n, record: 0n, source: "transfers" as const, deployedAtBlock: 0, chain: "this" };
    const { holders } = await readRecordHolders(suite, provider, question);
    const proofs = await openProofFile(join(plan.folder, "proofs.bin"));
    const due = await Promise.all(holders.map(async ({ wallet }) => (await proofs.find(wallet))?.gross ?? 0n));
    await proofs.close();
    expect(due.reduce((sum, gross) => sum + gross, 0n)).to.equal(INCOME);
    const before = await Promise.all(holders.map(({ wallet }) => testDollar.balanceOf(wallet)));
    const firstNonce = await operator.getNonce();

    const work = { payList: { distribution: `${number}`, planFolder: plan.folder } };
    await world.killAndCheck({ addresses, batchSize: PAGE, work }, 2 * KILLS, async (runFolder) => {
      await world.checkRun(runFolder, firstNonce, Math.ceil(holders.length / PAGE), operator.address);
      const after = await Promise.all(holders.map(({ wallet }) => testDollar.balanceOf(wallet)));
      expect(
        after.map((balance, place) => balance - (before[place] ?? 0n)),
        seed,
      ).to.deep.equal(due);
      const place = { fromBlock: 0, chain: "this", runsFolder: "", plan: plan.folder };
      const income = await readDistribution(suite, number);
      const { paid, payments, mismatches } = await reconcileIncome(suite, provider, income, place);
      expect([paid, payments.length, mismatches], seed).to.deep.equal([holders.length, holders.length, []]);
      expect(await incomeDesk.outstandingOf(number), seed).to.equal(0n);
    });
  });
});
