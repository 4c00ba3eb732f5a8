import { expect } from "chai";
import { Wallet } from "ethers";
import { listReceivers } from "../../sdk/holders.ts";
import { investorIdOf } from "../../sdk/investor-file.ts";
import { declareIncome } from "../../tasks/income/declare.ts";
import { openRecord } from "../../tasks/income/record.ts";
import { onboardInvestors } from "../../tasks/investor/onboard.ts";
import { findCurrency } from "../../tasks/lib/currency.ts";
import { KILLS, KillWorld } from "../helpers/kill-world.ts";
import { SALT, VERIFIED_UNTIL } from "../helpers/mortal-world.ts";
import { taskWorld } from "../helpers/task-world.ts";

const INVESTORS = 60;
const HOLDERS = 40;
const PAGE = { onboard: 3, claim: 2 };
const INCOME = 2_500_000_000n;

describe("killed at random moments", function () {
  this.timeout(Math.max(600_000, KILLS * 10_000));

  let world: KillWorld;
  before(async () => {
    world = await KillWorld.open("killed at random moments");
  });
  after(() => world.close());

  it("onboarding registers everybody once", async () => {
    const { connection, random } = world;
    const { suite, operator, addresses } = await taskWorld(connection, () => world.deployed()).deployed();
    const { investorRegistry } = suite;
    const investors = Array.from({ length: INVESTORS }, (_, place) => ({
      reference: `K-${place}`,
      address: Wallet.createRandom().address,
    }));
    const firstNonce = await operator.getNonce();
    const fromBlock = (await connection.ethers.provider.getBlockNumber()) + 1;

    const task = { addresses, batchSize: PAGE.onboard, work: { onboard: investors } };
    await world.killAndCheck(task, KILLS, async (runFolder) => {
      await world.checkRun(runFolder, firstNonce, INVESTORS / PAGE.onboard, operator.address);
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
    const { connection, random } = world;
    const { suite, sender, operator, addresses, alice } = await taskWorld(connection, () => world.deployed()).sold();
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
    await world.request("evm_increaseTime", 120);
    await world.request("evm_mine");
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
    await world.killAndCheck({ addresses, batchSize: PAGE.claim, work }, KILLS, async (runFolder) => {
      await world.checkRun(runFolder, firstNonce, Math.ceil(payees / PAGE.claim), operator.address);
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
