import { expect } from "chai";
import { network } from "hardhat";
import type { Suite } from "../../sdk/connect.ts";
import { listReceivers } from "../../sdk/holders.ts";
import { readDistribution } from "../../sdk/income/distributions.ts";
import { readStatement } from "../../sdk/income/read-statement.ts";
import { claimFor } from "../../tasks/income/claim.ts";
import { declareIncome } from "../../tasks/income/declare.ts";
import { payHolders } from "../../tasks/income/pay-record.ts";
import { reconcileIncome } from "../../tasks/income/reconcile.ts";
import { openRecord } from "../../tasks/income/record.ts";
import { findCurrency } from "../../tasks/lib/currency.ts";
import { failureOf, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { sold } = taskWorld(connection);
const { provider } = ethers;

const AMOUNT = 2_500_000_000n;

/** Record 0 is readable, and the operator has the money. */
async function recorded() {
  const world = await sold();
  const { suite, sender, operator } = world;
  const instant = BigInt(await networkHelpers.time.latest()) + 1_000n;
  await openRecord(suite, sender, 1n, instant);
  await networkHelpers.time.increaseTo(instant + 1n);
  await suite.testDollar.mint(operator.address, 2n * AMOUNT);
  const currency = await findCurrency(suite, provider, "");
  return { ...world, instant, declaration: { asset: 1n, record: 0n, amount: AMOUNT, currency } };
}

describe("income", () => {
  it("opens a record once", async () => {
    const { suite, sender, instant } = await networkHelpers.loadFixture(recorded);

    expect(await openRecord(suite, sender, 1n, instant)).to.deep.include({ record: 0n, steps: [] });
    const next = await openRecord(suite, sender, 1n, instant + 1_000n);
    expect(next.record).to.equal(1n);
    expect(await suite.shareToken.recordCount(1n)).to.equal(2n);
  });

  it("approves and declares", async () => {
    const { suite, sender, declaration } = await networkHelpers.loadFixture(recorded);

    const { distribution, steps } = await declareIncome(suite, sender, declaration, provider, 0);

    expect(distribution).to.equal(1n);
    expect(steps.map(({ title }) => title)).to.deep.equal([
      "let the income desk take 2500.00",
      "declare 2500.00 for record 0 of asset 1",
    ]);
    expect((await suite.incomeDesk.recordIncomeOf(1n)).perShare).to.equal(20_000n);
  });

  it("never declares the same payment twice", async () => {
    const { suite, sender, operator, declaration } = await networkHelpers.loadFixture(recorded);
    await declareIncome(suite, sender, declaration, provider, 0);
    const before = await suite.testDollar.balanceOf(operator.address);

    expect(await declareIncome(suite, sender, declaration, provider, 0)).to.deep.equal({ distribution: 1n, steps: [] });
    expect(await suite.testDollar.balanceOf(operator.address)).to.equal(before);
  });

  it("refuses another amount for a record that was paid", async () => {
    const { suite, sender, declaration } = await networkHelpers.loadFixture(recorded);
    await declareIncome(suite, sender, declaration, provider, 0);

    const error = await failureOf(declareIncome(suite, sender, { ...declaration, amount: 1n }, provider, 0));

    expect(error).to.have.property("message", "record 0 was paid already, by distribution 1 of another amount");
  });

  it("refuses to declare nothing", async () => {
    const { suite, sender, declaration } = await networkHelpers.loadFixture(recorded);

    const error = await failureOf(declareIncome(suite, sender, { ...declaration, amount: 0n }, provider, 0));

    expect(error).to.have.property("message", "the amount is zero");
  });

  it("pays every holder once, page by page", async () => {
    const { suite, sender, declaration, alice } = await networkHelpers.loadFixture(recorded);
    await declareIncome(suite, sender, declaration, provider, 0);
    const holders = await listReceivers(suite, provider, 1n, 0);

    const first = await payHolders(suite, sender, 1n, holders, 2);
    const second = await payHolders(suite, sender, 1n, holders, 2);

    expect(first).to.deep.include({ due: 3, paid: 3, refused: [] });
    expect(first.steps).to.have.lengthOf(2);
    expect(second).to.deep.include({ due: 0, paid: 0, steps: [] });
    expect(await suite.testDollar.balanceOf(alice.address)).to.equal(50_000n * 20_000n);
  });

  it("says who could not be paid, and pays the others", async () => {
    const { suite, sender, declaration, bob } = await networkHelpers.loadFixture(recorded);
    await declareIncome(suite, sender, declaration, provider, 0);
    await suite.testDollar.blacklist(bob.address, true);

    const result = await payHolders(suite, sender, 1n, await listReceivers(suite, provider, 1n, 0), 10);

    const reason = `test dollar blacklisted (account ${bob.address})`;
    expect(result).to.deep.include({ due: 3, paid: 2 });
    expect(result.refused).to.deep.equal([{ holder: bob.address, gross: 50_000n * 20_000n, reason }]);
  });

  it("leaves excluded accounts out, withholds by the asset's table, and ends when it was said to", async () => {
    const { suite, sender, declaration, alice, bob, carol, stranger } = await networkHelpers.loadFixture(recorded);
    await suite.incomeDesk.addWithholding(stranger.address, 1_000, []);
    await suite.incomeDesk.setWithholding(1n, 1);
    const expiresAt = BigInt(await networkHelpers.time.latest()) + 40n * 86_400n;
    const end = { expiresAt, reclaimTo: stranger.address };
    const terms = { ...declaration, end, excluded: [carol.address] };

    await declareIncome(suite, sender, terms, provider, 0);
    const { paid, refused } = await payHolders(suite, sender, 1n, [alice, bob, carol].map(addressOf), 10);

    const income = await readDistribution(suite, 1n);
    expect([paid, refused]).to.deep.equal([2, []]);
    expect(income).to.deep.include({ kind: "record", phase: "payable", expiresAt, total: AMOUNT, paid: AMOUNT });
    expect(income.withheld).to.equal(AMOUNT / 10n);
    expect(await suite.testDollar.balanceOf(alice.address)).to.equal((AMOUNT * 9n) / 20n);
    expect(await suite.testDollar.balanceOf(carol.address)).to.equal(0n);
    expect(await reconcile(suite)).to.deep.include({ rows: 3, paid: 2, mismatches: [] });
  });

  it("refuses a currency that is not allowed before anything is approved", async () => {
    const { suite, sender, operator, declaration } = await networkHelpers.loadFixture(recorded);
    await suite.incomeDesk.setCurrency(declaration.currency.address, false);
    const firstNonce = await operator.getNonce();

    const error = await failureOf(declareIncome(suite, sender, declaration, provider, 0));

    expect(error).to.have.property("message", `income is not paid in the currency ${declaration.currency.address}`);
    expect(await operator.getNonce()).to.equal(firstNonce);
  });

  it("pays one holder, once, and tells him and the books the same", async () => {
    const { suite, sender, declaration, alice, stranger } = await networkHelpers.loadFixture(recorded);
    await declareIncome(suite, sender, declaration, provider, 0);
    const income = await readDistribution(suite, 1n);
    const place = { runsFolder: "", plan: "" };
    const statement = async () => readStatement(suite, provider, [alice.address], async () => null, 0);
    const gross = 50_000n * 20_000n;
    expect((await statement())[0]).to.deep.include({ state: "payable", gross, transaction: null });

    const first = await claimFor(suite, sender, income, alice.address, place);
    const second = await claimFor(suite, sender, income, alice.address, place);
    const nothing = await failureOf(claimFor(suite, sender, income, stranger.address, place));

    expect(first).to.deep.include({ gross, withheld: 0n, paidBefore: false });
    expect(second).to.deep.include({ paidBefore: true, steps: [] });
    expect(nothing).to.have.property("message", `${stranger.address} is due nothing from distribution 1`);
    expect((await statement())[0]).to.deep.include({ state: "paid", gross, transaction: first.steps[0]?.hash });
    await expect(suite.incomeDesk.claim(1n, alice.address))
      .to.be.revertedWithCustomError(suite.incomeDesk, "IncomeDeskAlreadyPaid")
      .withArgs(1n, alice.address);
    expect(await reconcile(suite)).to.deep.include({ rows: 3, paid: 1, mismatches: [] });
  });

  it("P63: pays those for whom an escrow held, and not the escrow", async () => {
    const { suite, sender, declaration, alice, carol } = await networkHelpers.loadFixture(recorded);
    const escrow = await ethers.deployContract("MockEscrow");
    const held = await escrow.getAddress();
    await suite.investorRegistry.setProtocolAddress(held, true);
    await suite.shareToken.connect(alice).safeTransferFrom(alice.address, held, 1n, 10_000n, "0x");
    const instant = BigInt(await networkHelpers.time.latest()) + 1_000n;
    await openRecord(suite, sender, 1n, instant);
    await networkHelpers.time.increaseTo(instant + 1n);
    await escrow.setShares(carol.address, 1n, 1, 10_000n);
    await declareIncome(suite, sender, { ...declaration, record: 1n, escrows: [held] }, provider, 0);
    const income = await readDistribution(suite, 1n);
    const place = { runsFolder: "", plan: "", escrow: held };

    const first = await claimFor(suite, sender, income, carol.address, place);
    const second = await claimFor(suite, sender, income, carol.address, place);
    const { due, paid } = await payHolders(suite, sender, 1n, [held, alice.address], 10);

    const gross = 10_000n * 20_000n;
    expect([first.gross, second.paidBefore, second.steps]).to.deep.equal([gross, true, []]);
    expect([due, paid]).to.deep.equal([1, 1]);
    expect(await suite.testDollar.balanceOf(carol.address)).to.equal(gross);
    const lines = await readStatement(suite, provider, [carol.address], async () => null, 0);
    expect(lines.map((line) => [line.escrow, line.state])).to.deep.equal([
      [held, "paid"],
      [null, "payable"],
    ]);
    expect((await reconcile(suite)).mismatches).to.deep.equal([]);
  });

  it("says where books and events do not agree", async () => {
    const { suite, sender, declaration, alice } = await networkHelpers.loadFixture(recorded);
    await declareIncome(suite, sender, declaration, provider, 0);
    await payHolders(suite, sender, 1n, [alice.address], 10);

    // A node that has lost its logs does not agree with its own state.
    const { mismatches } = await reconcile(suite, (await provider.getBlockNumber()) + 1);
    expect(mismatches).to.deep.equal([
      `${alice.address}: paid by the desk, paid 0 times by events`,
      `the desk counts as paid ${50_000n * 20_000n}, and it is 0`,
    ]);
  });
});

async function reconcile(suite: Suite, fromBlock = 0) {
  const place = { fromBlock, chain: "this", runsFolder: "", plan: "" };
  return reconcileIncome(suite, provider, await readDistribution(suite, 1n), place);
}

function addressOf({ address }: { readonly address: string }): string {
  return address;
}
