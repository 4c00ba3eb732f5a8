import { expect } from "chai";
import { network } from "hardhat";
import { ExitCode } from "../../sdk/errors.ts";
import { settlementMandateSchema } from "../../sdk/settlement-mandate-file.ts";
import { depositCash } from "../../tasks/settle/deposit.ts";
import { registerMandate } from "../../tasks/settle/mandate.ts";
import { revokeMandates } from "../../tasks/settle/revoke.ts";
import { readAccountStatus, readDeskStatus } from "../../tasks/settle/status.ts";
import { requestWithdrawal, withdrawCash } from "../../tasks/settle/withdraw.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { deployed } = taskWorld(connection);
const { provider } = ethers;

const CASH = 1_000_000_000n;
const NO_MANDATE = `0x${"00".repeat(32)}`;

/** The desk takes dollars, and Alice has USD 1,000. */
async function funded() {
  const world = await deployed();
  const { suite, alice } = world;
  const currency = await suite.testDollar.getAddress();
  await suite.settlementDesk.allowCurrency(currency, 1n);
  await suite.testDollar.mint(alice.address, CASH);
  const signers = await ethers.getSigners();
  return { ...world, currency, sender: silentSender(alice), options: { provider, signers } };
}

type Funded = Awaited<ReturnType<typeof funded>>;

/** Alice may buy ten of asset 1 at up to 1.10. */
const mandateOf = ({ alice }: Funded, change: Record<string, unknown> = {}) =>
  settlementMandateSchema.parse({
    schema: "moiety.settlement-mandate/1",
    account: alice.address,
    maxCashOut: "11.00",
    lossAllowance: "0",
    feeCap: "0.50",
    expiresAt: "2090-12-31",
    limits: [
      { asset: "2", maxIn: "1", maxOut: "1", maxBuyPrice: "5", minSellPrice: "4" },
      { asset: "1", maxIn: "10", maxOut: "0", maxBuyPrice: "1.10", minSellPrice: "0" },
    ],
    ...change,
  });
const block = () => provider.getBlockNumber();

describe("settle deposit and withdraw", () => {
  it("deposit after granting exactly that much, and give it back after the window", async () => {
    const world = await networkHelpers.loadFixture(funded);
    const { suite, sender, alice, currency } = world;

    const { steps } = await depositCash(suite, sender, provider, { amount: "600", currency: "" });
    expect(steps.map(({ title }) => title)).to.deep.equal(["allow the desk 600.00", "deposit 600.00"]);
    await requestWithdrawal(suite, sender, provider, { amount: "250.5", currency: "" });
    const early = await failureOf(withdrawCash(suite, sender, provider, ""));

    expect(early).to.have.property("exitCode", ExitCode.refused);
    expect(early).to.have.property("message", "250.50 are still on leave");
    const { unlocksAt } = await suite.settlementDesk.cashOf(alice.address, currency);
    await networkHelpers.time.increaseTo(unlocksAt);
    expect(await withdrawCash(suite, sender, provider, "")).to.deep.include({ amount: 250_500_000n });
    expect(await suite.testDollar.balanceOf(alice.address)).to.equal(650_500_000n);
    expect((await withdrawCash(suite, sender, provider, "")).steps).to.deep.equal([]);
  });

  it("refuse what is not there, nothing, and a currency that the desk does not take", async () => {
    const { suite, sender, alice } = await networkHelpers.loadFixture(funded);
    const deposit = (amount: string) => failureOf(depositCash(suite, sender, provider, { amount, currency: "" }));

    expect(await deposit("1000.000001")).to.have.property("message", "the balance is too small");
    expect(await deposit("0")).to.have.property("message", "the amount is zero");
    expect(await failureOf(requestWithdrawal(suite, sender, provider, { amount: "1", currency: "" }))).to.have.property(
      "message",
      "the deposit is too small",
    );
    const other = await ethers.deployContract("TestDollar", [alice.address]);
    const foreign = { amount: "1", currency: await other.getAddress() };
    expect(await failureOf(depositCash(suite, sender, provider, foreign)))
      .to.have.property("message")
      .that.contains("does not take the currency");
  });

  it("refuse parts of an engine unit", async () => {
    const { suite, sender, alice } = await networkHelpers.loadFixture(funded);
    const coarse = await ethers.deployContract("TestDollar", [alice.address]);
    const currency = await coarse.getAddress();
    await suite.settlementDesk.allowCurrency(currency, 100n);
    await coarse.connect(alice).mint(alice.address, CASH);

    const error = await failureOf(depositCash(suite, sender, provider, { amount: "1.000050", currency }));

    expect(error).to.have.property("message", "1000050 base units are no whole number of engine units");
  });
});

describe("settle mandate and revoke", () => {
  it("register what the account's key signs, once", async () => {
    const world = await networkHelpers.loadFixture(funded);
    const { suite, sender, alice, currency, options } = world;

    const { id, steps } = await registerMandate(suite, sender, mandateOf(world), "mandate.json", options);
    const again = await registerMandate(suite, sender, mandateOf(world), "mandate.json", options);

    expect(steps).to.have.lengthOf(1);
    expect(again).to.deep.include({ id, steps: [] });
    const status = await readAccountStatus(suite, alice.address, currency, [1n, 2n], await block());
    expect(status).to.deep.include({ mandate: id, deposited: 0n, leaving: 0n });
    expect(status.left).to.deep.include({ cashOut: 11_000_000n, loss: 0n, fees: 500_000n });
    expect(status.limits[0]).to.deep.equal({ asset: 1n, in: 10n, out: 0n, maxBuyPrice: 1_100_000n, minSellPrice: 0n });
  });

  it("say which digest is to be signed where the key is elsewhere, and take the signature from the file", async () => {
    const world = await networkHelpers.loadFixture(funded);
    const { suite, sender, alice, options } = world;
    const away = { ...options, signers: [] };

    const error = await failureOf(registerMandate(suite, sender, mandateOf(world), "mandate.json", away));
    expect(error)
      .to.have.nested.property("problem.todo")
      .that.matches(/sign the digest 0x[0-9a-f]{64} \(nonce 1\)/);

    const { id } = await registerMandate(suite, sender, mandateOf(world), "mandate.json", options);
    await revokeMandates(suite, silentSender(alice), world.currency);
    const wrong = mandateOf(world, { nonce: "9", signature: `0x${"11".repeat(65)}` });
    const refused = await failureOf(registerMandate(suite, sender, wrong, "mandate.json", away));
    expect(refused).to.have.property("exitCode", ExitCode.refused);
    expect(id).to.not.equal(NO_MANDATE);
  });

  it("end a mandate and rule out the next one that was signed", async () => {
    const world = await networkHelpers.loadFixture(funded);
    const { suite, sender, alice, currency, options } = world;
    await registerMandate(suite, sender, mandateOf(world), "mandate.json", options);

    expect(await revokeMandates(suite, sender, currency)).to.have.lengthOf(1);

    expect(await revokeMandates(suite, sender, currency)).to.deep.equal([]);
    expect(await suite.settlementDesk.mandateNonce(alice.address, currency)).to.equal(2n);
    const status = await readAccountStatus(suite, alice.address, currency, [], await block());
    expect(status.mandate).to.equal(NO_MANDATE);
  });

  it("refuse a file with two limits for an asset, and money with too many decimals", async () => {
    const world = await networkHelpers.loadFixture(funded);
    const { suite, sender, options } = world;
    const limit = { asset: "1", maxIn: "1", maxOut: "1", maxBuyPrice: "1", minSellPrice: "1" };
    const register = (change: Record<string, unknown>) =>
      failureOf(registerMandate(suite, sender, mandateOf(world, change), "mandate.json", options));

    expect(await register({ limits: [limit, limit] })).to.have.property("message", "asset 1 has two limits");
    expect(await register({ feeCap: "0.0000001" }))
      .to.have.property("message")
      .that.contains("7 decimals");
  });
});

describe("settle status", () => {
  it("knows a desk that has settled nothing", async () => {
    const { suite } = await networkHelpers.loadFixture(funded);

    expect(await readDeskStatus(suite, await block())).to.deep.include({ lastBatch: 0n, open: false, chunks: 0n });
  });
});
