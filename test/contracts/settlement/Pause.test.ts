import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import { ROLES } from "../../../ignition/roles.ts";
import { planBatch } from "../../helpers/batch.ts";
import { netVector } from "../../helpers/net-vector.ts";
import { CASH_EACH, DOLLAR, deployFourHolders } from "../../helpers/settlement-suite.ts";
import { signMandate } from "../../helpers/settlement-types.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const HOUR = 3_600n;

/** A guardian besides the admin, and no batch so far. */
async function beforeTheFirst() {
  const world = await deployFourHolders(connection);
  const { authority, desk, outsider: guardian } = world;
  await authority.grantRole(ROLES.GUARDIAN, guardian.address, 0n);
  await authority.setTargetFunctionRole(desk.target, [desk.interface.getFunction("pause").selector], ROLES.GUARDIAN);
  return { ...world, guardian };
}

/** The same, and a batch that is open. */
async function guarded() {
  const world = await beforeTheFirst();
  const batch = planBatch(1n, [netVector(world.currency, { cash: [], shares: [] })]);
  await world.open(batch);
  return { ...world, batch };
}

async function paused() {
  const world = await guarded();
  await world.desk.connect(world.guardian).pause();
  return world;
}

describe("SettlementDesk: SettlementPause", () => {
  it("is put on by the guardian, and taken off by the admin alone", async () => {
    const { desk, guardian, admin } = await networkHelpers.loadFixture(guarded);
    expect(await desk.isPaused()).to.equal(false);

    await expect(desk.connect(guardian).pause()).to.emit(desk, "SettlementPaused").withArgs(guardian.address);
    expect(await desk.isPaused()).to.equal(true);
    await expect(desk.connect(guardian).resume())
      .to.be.revertedWithCustomError(desk, "AccessManagedUnauthorized")
      .withArgs(guardian.address);
    await expect(desk.connect(admin).resume()).to.emit(desk, "SettlementResumed").withArgs(admin.address);
    expect(await desk.isPaused()).to.equal(false);
  });

  it("is put on by nobody else", async () => {
    const { desk, operator, alice } = await networkHelpers.loadFixture(guarded);

    for (const caller of [operator, alice]) {
      await expect(desk.connect(caller).pause())
        .to.be.revertedWithCustomError(desk, "AccessManagedUnauthorized")
        .withArgs(caller.address);
    }
  });

  it("lets no trade settle", async () => {
    const { desk, operator, orderOf, signedTrade, alice, bob, admin } = await networkHelpers.loadFixture(paused);
    const [buy, sell] = [orderOf(alice.address, 0n), orderOf(bob.address, 1n)];
    const terms = { quantity: 1n, price: 10n * DOLLAR, matchNumber: 1n };
    const trade = await signedTrade({ order: buy, signer: alice }, { order: sell, signer: bob }, terms);
    const settle = () => desk.connect(operator).settleTrade(trade);

    await expect(settle()).to.be.revertedWithCustomError(desk, "SettlementDeskPaused").withArgs();
    await desk.connect(admin).resume();
    await expect(settle()).to.emit(desk, "TradeSettled");
  });

  it("lets no chunk settle and no batch open, though the open one may be closed", async () => {
    const { desk, operator, batch, open, settle, admin } = await networkHelpers.loadFixture(paused);

    await expect(settle(batch.chunks[0])).to.be.revertedWithCustomError(desk, "SettlementDeskPaused").withArgs();
    await expect(desk.connect(operator).closeBatch()).to.emit(desk, "BatchClosed").withArgs(1n, 0n);
    await expect(open(batch, { number: 2n }))
      .to.be.revertedWithCustomError(desk, "SettlementDeskPaused")
      .withArgs();
    await desk.connect(admin).resume();
    await expect(open(batch, { number: 2n })).to.emit(desk, "BatchOpened");
  });

  it("ends the batch that was open when the admin lets settling go on, and no other", async () => {
    const { desk, guardian, admin, batch, open, settle } = await networkHelpers.loadFixture(paused);

    await expect(desk.connect(admin).resume()).to.emit(desk, "BatchClosed").withArgs(1n, 0n);
    await expect(settle(batch.chunks[0])).to.be.revertedWithCustomError(desk, "SettlementDeskNoBatchOpen");
    expect((await desk.batchOf(1n)).open).to.equal(false);

    await open(batch, { number: 2n });
    await settle(batch.chunks[0]);
    await desk.connect(guardian).pause();
    await expect(desk.connect(admin).resume()).not.to.emit(desk, "BatchClosed");
  });

  it("goes on before the first batch", async () => {
    const { desk, guardian, admin } = await networkHelpers.loadFixture(beforeTheFirst);
    await desk.connect(guardian).pause();

    await expect(desk.connect(admin).resume()).not.to.emit(desk, "BatchClosed");
    expect(await desk.lastBatch()).to.equal(0n);
  });

  it("keeps nobody from bringing in and taking out his cash", async () => {
    const { desk, dollar, alice, currency } = await networkHelpers.loadFixture(paused);
    await dollar.mint(alice.address, DOLLAR);

    await desk.connect(alice).deposit(currency, DOLLAR);
    await desk.connect(alice).requestWithdrawal(currency, CASH_EACH + DOLLAR);
    await networkHelpers.time.increase(HOUR);

    await expect(desk.connect(alice).withdraw(currency)).to.changeTokenBalances(
      connection.ethers,
      dollar,
      [desk, alice],
      [-CASH_EACH - DOLLAR, CASH_EACH + DOLLAR],
    );
  });

  it("keeps nobody from taking his word back, or from giving another", async () => {
    const { desk, alice, currency, orderOf, mandateOf, domain } = await networkHelpers.loadFixture(paused);
    const mandate = mandateOf(alice.address, { nonce: 2n });

    await desk.registerMandate(mandate, await signMandate(alice, domain, mandate));
    await expect(desk.connect(alice).cancelOrder(orderOf(alice.address, 0n))).to.emit(desk, "OrderCancelled");
    await expect(desk.connect(alice).revokeMandates(currency, MaxUint256 >> 192n)).to.emit(desk, "MandatesRevoked");
  });

  it("tells a stranger that he is one, and not that the desk is paused", async () => {
    const { desk, batch, alice } = await networkHelpers.loadFixture(paused);

    await expect(desk.connect(alice).openBatch(batch.header))
      .to.be.revertedWithCustomError(desk, "AccessManagedUnauthorized")
      .withArgs(alice.address);
  });
});
