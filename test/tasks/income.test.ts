import { expect } from "chai";
import { network } from "hardhat";
import { listReceivers } from "../../sdk/holders.ts";
import { declareIncome } from "../../tasks/income/declare.ts";
import { payHolders } from "../../tasks/income/pay-record.ts";
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
  const instant = BigInt(await networkHelpers.time.latest()) + 60n;
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
});
