import { expect } from "chai";
import { network } from "hardhat";
import { ExitCode } from "../../sdk/errors.ts";
import { closeOffering } from "../../tasks/offering/close.ts";
import { openOffering } from "../../tasks/offering/open.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { deployed, backed, offered, subscribed, sold } = taskWorld(connection);

const OPEN_SECONDS = 30 * 86_400;

async function choices({ suite, operator, custodian }: Awaited<ReturnType<typeof backed>>) {
  const now = BigInt(await networkHelpers.time.latest());
  const currency = { address: await suite.testDollar.getAddress(), decimals: 6 };
  return { currency, treasury: operator.address, feeRecipient: custodian.address, now };
}

describe("offering open", () => {
  it("offers what the asset's file says", async () => {
    const world = await networkHelpers.loadFixture(backed);
    const { suite, sender, terms, operator, custodian } = world;

    const { offering, asset } = await openOffering(suite, sender, terms, await choices(world));

    expect([offering, asset]).to.deep.equal([1n, 1n]);
    const opened = await suite.offeringDesk.offeringOf(1n);
    expect(await suite.offeringDesk.costOf(1n, 1n)).to.equal(1_000_000n);
    expect([opened.terms.softCap, opened.terms.hardCap, opened.terms.minTicket]).to.deep.equal([
      125_000n,
      125_000n,
      1_000n,
    ]);
    expect(opened.terms.closesAt - opened.terms.opensAt).to.equal(BigInt(OPEN_SECONDS));
    expect([opened.terms.feeBps, opened.terms.feeRecipient, opened.terms.treasury]).to.deep.equal([
      500n,
      custodian.address,
      operator.address,
    ]);
  });

  it("finds nothing to do while the offering is open", async () => {
    const world = await networkHelpers.loadFixture(offered);

    const { offering, steps } = await openOffering(world.suite, world.sender, world.terms, await choices(world));

    expect([offering, steps]).to.deep.equal([1n, []]);
  });

  it("refuses an asset that is not listed", async () => {
    const world = await networkHelpers.loadFixture(deployed);

    const error = await failureOf(openOffering(world.suite, world.sender, world.terms, await choices(world)));

    expect(error).to.have.property("message", "1685 38th REIT, L.L.C. is not listed");
  });

  it("refuses a currency that counts otherwise than the file", async () => {
    const world = await networkHelpers.loadFixture(backed);
    const { currency, ...rest } = await choices(world);

    const wrong = { ...rest, currency: { ...currency, decimals: 18 } };
    const error = await failureOf(openOffering(world.suite, world.sender, world.terms, wrong));

    expect(error).to.have.property("message", "the file counts with 6 decimals, the currency has 18");
  });
});

describe("offering close", () => {
  it("closes a sold-out offering, allots page by page and pays treasury and commission", async () => {
    const { suite, sender, closing, alice, custodian, operator } = await networkHelpers.loadFixture(subscribed);
    const before = await suite.testDollar.balanceOf(operator.address);

    const result = await closeOffering(suite, sender, 1n, closing);

    expect(result).to.deep.include({ succeeds: true, sold: 125_000n, entitled: [] });
    expect(result.steps.map(({ title }) => title)).to.deep.equal([
      "close offering 1, which is sold out",
      "allot shares to 2 buyers",
      "allot shares to 1 buyers",
      `pay the treasury ${operator.address}`,
      `pay the fee to ${custodian.address}`,
    ]);
    expect(await suite.shareToken.balanceOf(alice.address, 1n)).to.equal(50_000n);
    expect(await suite.testDollar.balanceOf(custodian.address)).to.equal(6_250_000_000n);
    expect((await suite.testDollar.balanceOf(operator.address)) - before).to.equal(118_750_000_000n);
  });

  it("finds nothing to do a second time", async () => {
    const { suite, sender, closing } = await networkHelpers.loadFixture(sold);

    expect((await closeOffering(suite, sender, 1n, closing)).steps).to.deep.equal([]);
  });

  it("refuses while the offering is open and not sold out", async () => {
    const { suite, sender, closing } = await networkHelpers.loadFixture(offered);

    const error = await failureOf(closeOffering(suite, sender, 1n, closing));

    expect(error).to.have.property("exitCode", ExitCode.badInput);
    expect(error).to.have.nested.property("problem.why", "0 of 125000 shares are sold");
  });

  it("tells who may take his money back when the soft cap was missed", async () => {
    const { suite, sender, closing, alice } = await networkHelpers.loadFixture(offered);
    await suite.testDollar.mint(alice.address, 1_000_000_000n);
    await suite.testDollar.connect(alice).approve(await suite.offeringDesk.getAddress(), 1_000_000_000n);
    await suite.offeringDesk.connect(alice).subscribe(1n, 1_000n, 1_000n, 1_000_000_000n);
    await networkHelpers.time.increase(OPEN_SECONDS + 1);

    const result = await closeOffering(suite, sender, 1n, closing);

    expect(result).to.deep.include({ succeeds: false, sold: 1_000n, entitled: [alice.address] });
    expect(result.steps.map(({ title }) => title)).to.deep.equal(["close offering 1"]);
  });

  it("sends nothing in a dry run", async () => {
    const { suite, operator, closing } = await networkHelpers.loadFixture(subscribed);

    const { steps } = await closeOffering(suite, silentSender(operator, true), 1n, closing);

    expect(steps[0]?.status).to.equal("simulated");
    expect((await suite.offeringDesk.offeringOf(1n)).phase).to.equal(1n);
    expect(await ethers.provider.getBlockNumber()).to.be.greaterThan(0);
  });

  it("refuses an offering that there is not", async () => {
    const { suite, sender, closing } = await networkHelpers.loadFixture(offered);

    expect(await failureOf(closeOffering(suite, sender, 2n, closing))).to.have.property(
      "message",
      "there is no offering 2",
    );
  });
});
