import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import type { TransactionRequest } from "ethers";
import { network } from "hardhat";
import { ExitCode } from "../../sdk/errors.ts";
import type { OfferingPlan } from "../../sdk/offering-plan.ts";
import { planOfAsset } from "../../sdk/offering-plan.ts";
import { allotOffering } from "../../tasks/offering/allot.ts";
import { closeOffering } from "../../tasks/offering/close.ts";
import { openPlanned } from "../../tasks/offering/open.ts";
import { refundOffering } from "../../tasks/offering/refund.ts";
import { releaseOffering } from "../../tasks/offering/release.ts";
import { readOfferingStatus } from "../../tasks/offering/status.ts";
import { subscribeAll, type WantedSubscription } from "../../tasks/offering/subscribe.ts";
import { verifyRun } from "../../tasks/run/verify-run.ts";
import { JournalWorld } from "../helpers/journal-world.ts";
import { type SeededRandom, seededRandom } from "../helpers/seeded-random.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;
const { backed } = taskWorld(connection);

const DOLLAR = 1_000_000n;
/** What alice, bob and carol reserve of 1,000 shares; 2,100 in all, of which they get 476, 286 and 238. */
const RESERVED = [1_000n, 600n, 500n] as const;
const PARTS = [476n, 286n, 238n] as const;

type World = Awaited<ReturnType<typeof offered>>;

/** An offering of 1,000 shares at a dollar, with these changes, is open; three buyers have money and the desk's allowance. */
async function offered(changes: Partial<OfferingPlan>) {
  const world = await backed();
  const { suite, sender, terms, operator, custodian, alice, bob, carol } = world;
  const { offeringDesk, testDollar } = suite;
  const now = BigInt(await networkHelpers.time.latest());
  const plan = {
    ...planOfAsset(1n, terms, now),
    ...{ tiers: [{ upTo: 1_000n, price: DOLLAR }], hardCap: 1_000n, softCap: 400n, minTicket: 1n, ...changes },
  };
  const currency = { address: await testDollar.getAddress(), decimals: 6 };
  await openPlanned(suite, sender, plan, {
    currency,
    treasury: operator.address,
    feeRecipient: custodian.address,
    now,
  });
  const buyers = [alice, bob, carol] as const;
  for (const buyer of buyers) {
    await testDollar.mint(buyer.address, 10_000n * DOLLAR);
    await testDollar.connect(buyer).approve(offeringDesk, ethers.MaxUint256);
  }
  return { ...world, plan, buyers };
}

const open = () => offered({});
const reservation = () => offered({ isReservation: true });

/** More was reserved than there is, and the window is over. */
async function oversubscribed() {
  const world = await reservation();
  await reserve(world);
  await networkHelpers.time.increaseTo(world.plan.closesAt + 1n);
  await world.suite.offeringDesk.close(1n);
  return world;
}

/** Three buyers have paid for 300 of 400 shares that were needed. */
async function failed() {
  const world = await open();
  for (const buyer of world.buyers)
    await world.suite.offeringDesk.connect(buyer).subscribe(1n, 100n, 100n, 100n * DOLLAR);
  await networkHelpers.time.increaseTo(world.plan.closesAt + 1n);
  await world.suite.offeringDesk.close(1n);
  return world;
}

async function reserve({ suite, buyers }: Pick<World, "suite" | "buyers">) {
  for (const [place, buyer] of buyers.entries()) {
    const shares = RESERVED[place] ?? 0n;
    await suite.offeringDesk.connect(buyer).subscribe(1n, shares, shares, shares * DOLLAR);
  }
}

describe("offering subscribe", () => {
  const wantedBy = (buyers: World["buyers"], shares: readonly bigint[]): WantedSubscription[] =>
    buyers.map(({ address }, place) => ({
      where: `line ${place + 2}`,
      row: {
        address,
        shares: shares[place] ?? 0n,
        maxCost: 1_000n * DOLLAR,
        referrer: undefined,
        nonce: undefined,
        signature: undefined,
      },
    }));

  it("brings what the buyers sign, and a second run finds it brought", async () => {
    const { suite, sender, buyers } = await networkHelpers.loadFixture(open);
    const wanted = wantedBy(buyers, [100n, 200n, 300n]);

    const first = await subscribeAll(suite, sender, 1n, wanted, { provider, signers: buyers });
    const second = await subscribeAll(suite, sender, 1n, wanted, { provider, signers: buyers });

    expect([first.shares, first.cost, first.steps.length]).to.deep.equal([600n, 600n * DOLLAR, 3]);
    expect([second.shares, second.skipped, second.steps]).to.deep.equal([0n, buyers.map(({ address }) => address), []]);
    expect((await suite.offeringDesk.offeringOf(1n)).sold).to.equal(600n);
  });

  it("says what those have to sign whose keys are elsewhere", async () => {
    const { suite, sender, buyers, alice } = await networkHelpers.loadFixture(open);
    const wanted = wantedBy(buyers, [100n, 200n, 300n]);

    const result = await subscribeAll(suite, sender, 1n, wanted, { provider, signers: [alice] });

    expect(result.shares).to.equal(100n);
    expect(result.waiting.map(({ buyer }) => buyer)).to.deep.equal([buyers[1].address, buyers[2].address]);
  });

  it("names every row that is refused, and sends nothing", async () => {
    const { suite, sender, buyers } = await networkHelpers.loadFixture(open);
    const wanted = wantedBy(buyers, [100n, 200n, 300n]);
    await suite.investorRegistry.setWalletFrozen(buyers[1].address, true);
    await suite.testDollar.connect(buyers[2]).transfer(buyers[0].address, 10_000n * DOLLAR);

    const error = await failureOf(subscribeAll(suite, sender, 1n, wanted, { provider, signers: buyers }));

    expect(error).to.have.nested.property("problem.exitCode", ExitCode.refused);
    expect(error).to.have.nested.property("problem.details").that.has.length(2);
    expect(error)
      .to.have.nested.property("problem.details[0]")
      .that.matches(/^line 3, 0x\w+: /);
    expect(error)
      .to.have.nested.property("problem.details[1]")
      .that.matches(/^line 4, 0x\w+: /);
    expect((await suite.offeringDesk.offeringOf(1n)).sold).to.equal(0n);
  });

  it("signs the allowance, too, where it is short and the currency takes permits", async () => {
    const { suite, sender, buyers, alice } = await networkHelpers.loadFixture(open);
    await suite.testDollar.connect(alice).approve(suite.offeringDesk, 0n);

    const { steps } = await subscribeAll(suite, sender, 1n, wantedBy(buyers, [100n, 200n, 300n]), {
      ...{ provider, signers: buyers },
    });

    expect(steps.map(({ title }) => title)[0]).to.equal(`let the desk take what ${alice.address} pays`);
    expect(steps).to.have.length(4);
    expect((await suite.offeringDesk.offeringOf(1n)).sold).to.equal(600n);
  });

  it("counts a row's cost after the rows before it, tier by tier", async () => {
    const { suite, sender, buyers } = await networkHelpers.loadFixture(tiered);
    const options = { provider, signers: buyers };

    const tooDear = wantedBy(buyers, [100n, 500n, 400n]); // alone, the third row would cost 400 dollars
    expect(await failureOf(subscribeAll(suite, sender, 1n, tooDear, options))).to.have.nested.property(
      "problem.details[0]",
      `line 4, ${buyers[2].address}: it costs ${1_200n * DOLLAR} base units after the rows before it, and may cost ${1_000n * DOLLAR}`,
    );
    const fitting = await subscribeAll(suite, sender, 1n, wantedBy(buyers, [100n, 500n, 200n]), options);
    expect(fitting.cost).to.equal((600n + 200n * 3n) * DOLLAR);
    expect(await suite.offeringDesk.escrowOf(1n)).to.equal(fitting.cost);
  });

  async function tiered() {
    return offered({
      tiers: [
        { upTo: 600n, price: DOLLAR },
        { upTo: 1_000n, price: 3n * DOLLAR },
      ],
    });
  }

  it("refuses a list that wants more than is left", async () => {
    const { suite, sender, buyers } = await networkHelpers.loadFixture(open);
    const wanted = wantedBy(buyers, [400n, 400n, 201n]);

    const error = await failureOf(subscribeAll(suite, sender, 1n, wanted, { provider, signers: buyers }));

    expect(error).to.have.property("message", "1001 shares are wanted and 1000 are left");
  });
});

describe("offering allot and offering refund", () => {
  let journal: JournalWorld;
  beforeEach(async () => {
    journal = await JournalWorld.open();
  });
  afterEach(() => journal.close());

  it("divide what was reserved too much, allot it and pay the rest back, to the unit", async () => {
    const { suite, operator, buyers } = await networkHelpers.loadFixture(oversubscribed);
    const sender = journal.sender(operator);

    const allotted = await allotOffering(suite, sender, 1n, 2);
    const allotting = await journal.run(sender.runId);
    const refunded = await refundOffering(suite, sender, 1n, { provider, batchSize: 2 });
    const refunding = await journal.run(sender.runId);

    expect(allotted).to.deep.include({ buyers: 3, shares: 1_000n, refused: [] });
    expect(refunded).to.deep.include({ buyers: 3, amount: 1_100n * DOLLAR, unpaid: [] });
    await expectServed(suite, buyers);
    expect(await verifyRun(allotting, provider)).to.deep.equal({ steps: 3, rows: 3, mismatches: [] });
    expect(await verifyRun(refunding, provider)).to.deep.equal({ steps: 2, rows: 3, mismatches: [] });
    expect((await allotOffering(suite, journal.sender(operator), 1n, 2)).steps).to.deep.equal([]);
    expect((await refundOffering(suite, journal.sender(operator), 1n, { provider, batchSize: 2 })).steps).to.deep.equal(
      [],
    );
  });

  it("go on where they were killed, at any step, before or after it was sent, and serve everybody once", async () => {
    const random = seededRandom("killed allotments");
    for (let round = 0; round < 12; round++) {
      const { suite, operator, buyers } = await networkHelpers.loadFixture(oversubscribed);
      const mortal = () => dyingSigner(operator, random);
      const where = `${random.seed}, round ${round}`;

      await untilDone(() => allotOffering(suite, journal.sender(mortal(), { instance: where }), 1n, 1));
      await untilDone(() =>
        refundOffering(suite, journal.sender(mortal(), { instance: where }), 1n, { provider, batchSize: 1 }),
      );

      await expectServed(suite, buyers, where);
    }
  }).timeout(240_000);

  it("pay everybody back after a failure but whom the currency refuses, and him later", async () => {
    const { suite, operator, alice, buyers } = await networkHelpers.loadFixture(failed);
    await suite.testDollar.blacklist(alice.address, true);

    const sender = journal.sender(operator);
    const first = await refundOffering(suite, sender, 1n, { provider, batchSize: 10 });
    expect(first.unpaid).to.deep.equal([alice.address]);
    expect(await verifyRun(await journal.run(sender.runId), provider)).to.deep.equal({
      ...{ steps: 1, rows: 2, mismatches: [] },
    });
    await suite.testDollar.blacklist(alice.address, false);
    const second = await refundOffering(suite, journal.sender(operator), 1n, { provider, batchSize: 10 });

    expect([second.amount, second.unpaid]).to.deep.equal([100n * DOLLAR, []]);
    for (const { address } of buyers) expect(await suite.testDollar.balanceOf(address)).to.equal(10_000n * DOLLAR);
  });

  it("wait for the close, and each other's turn", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(open);
    const early = [allotOffering(suite, sender, 1n, 2), refundOffering(suite, sender, 1n, { provider, batchSize: 2 })];
    for (const attempt of early)
      expect(await failureOf(attempt)).to.have.property("message", "offering 1 is not closed");

    const divided = await networkHelpers.loadFixture(oversubscribed);
    const refund = refundOffering(divided.suite, divided.sender, 1n, { provider, batchSize: 2 });
    expect(await failureOf(refund)).to.have.property("message", "offering 1 is not divided yet");

    const lost = await networkHelpers.loadFixture(failed);
    const allot = allotOffering(lost.suite, lost.sender, 1n, 2);
    expect(await failureOf(allot)).to.have.property("message", "offering 1 failed");
  });

  it("send nothing in a dry run", async () => {
    const { suite, operator } = await networkHelpers.loadFixture(oversubscribed);

    const { steps, buyers } = await allotOffering(suite, silentSender(operator, true), 1n, 10);

    expect(steps.map(({ status }) => status)).to.deep.equal(["simulated", "depends on an earlier step"]);
    expect(buyers).to.equal(3);
    expect((await suite.offeringDesk.offeringOf(1n)).phase).to.equal(4n);
  });
});

describe("offering close and offering status", () => {
  it("divide, allot, issue what is retained and pay everybody, referrers too", async () => {
    const world = await networkHelpers.loadFixture(withEverything);
    const { suite, sender, stranger, alice, bob, carol, custodian, plan } = world;
    const { offeringDesk, testDollar, shareToken } = suite;
    await offeringDesk.connect(alice).subscribeReferred(1n, 500n, 500n, 1_000n * DOLLAR, stranger.address);
    await offeringDesk.connect(bob).subscribe(1n, 400n, 400n, 1_000n * DOLLAR);
    await networkHelpers.time.increaseTo(plan.closesAt + 1n);

    const closed = await closeOffering(suite, sender, 1n, { provider, fromBlock: 0, batchSize: 10 });

    expect([closed.succeeds, closed.entitled, closed.hasExcess]).to.deep.equal([true, [], false]);
    expect(closed.steps.map(({ title }) => title)).to.deep.equal([
      "close offering 1",
      "allot shares to 2 buyers",
      `issue 50 retained shares to ${carol.address}`,
      `pay the treasury ${world.operator.address}`,
      `pay the fee to ${custodian.address}`,
      `pay the referrer ${stranger.address}`,
    ]);
    expect(await testDollar.balanceOf(stranger.address)).to.equal(10n * DOLLAR); // 2 % of 500
    expect(await shareToken.balanceOf(carol.address, 1n)).to.equal(50n);
    const block = await provider.getBlockNumber();
    const status = await readOfferingStatus(suite, 1n, { fromBlock: 0, block });
    expect(status).to.deep.include({
      ...{ phase: "succeeded", kind: "first come", sold: 900n, allotted: 900n, buyers: 2, retainedIssued: true },
      tiers: [
        { upTo: 600n, price: DOLLAR, sold: 600n },
        { upTo: 1_000n, price: 2n * DOLLAR, sold: 300n },
      ],
      classCaps: [{ classes: "accredited", most: 950n, used: 900n }],
      ...{ proceeds: 1_200n * DOLLAR, escrow: 0n, owed: 0n, excess: 0n },
      commission: { earned: 10n * DOLLAR, due: [{ referrer: stranger.address, amount: 0n }] },
    });
  });

  async function withEverything() {
    const [, , , , carol, stranger] = await ethers.getSigners();
    if (!carol || !stranger) throw new Error("too few accounts");
    return offered({
      tiers: [
        { upTo: 600n, price: DOLLAR },
        { upTo: 1_000n, price: 2n * DOLLAR },
      ],
      classCaps: [{ classes: 4, most: 950n }],
      ...{ commissionBps: 200n, referrers: [stranger.address], retained: 50n, retainedBy: carol.address },
    });
  }
});

describe("offering release", () => {
  it("lets go of what is due, of everybody, and of nothing twice", async () => {
    const world = await networkHelpers.loadFixture(lockedUp);
    const { suite, sender, buyers, plan } = world;
    const release = () => releaseOffering(suite, sender, 1n, { provider, fromBlock: 0 });
    expect(await release()).to.deep.include({ holders: 0, shares: 0n, left: 300n, steps: [] });

    await networkHelpers.time.increaseTo((plan.lockUp?.until ?? 0n) - 100_000n);
    expect(await release()).to.deep.include({ holders: 3, shares: 297n, left: 3n });
    await networkHelpers.time.increaseTo(plan.lockUp?.until ?? 0n);
    expect(await release()).to.deep.include({ holders: 3, shares: 3n, left: 0n });
    expect((await release()).steps).to.deep.equal([]);
    for (const { address } of buyers) expect(await suite.shareToken.spendableOf(address, 1n)).to.equal(100n);
  });

  /** Three buyers have 100 shares each, free in the course of a year after a first half. */
  async function lockedUp() {
    const from = BigInt(await networkHelpers.time.latest()) + 40n * 86_400n;
    const lockUp = { from, cliff: from + 15_000_000n, until: from + 31_000_000n };
    const world = await offered({ softCap: 300n, lockUp });
    for (const buyer of world.buyers) {
      await world.suite.offeringDesk.connect(buyer).subscribe(1n, 100n, 100n, 100n * DOLLAR);
    }
    await networkHelpers.time.increaseTo(world.plan.closesAt + 1n);
    await closeOffering(world.suite, world.sender, 1n, { provider, fromBlock: 0, batchSize: 10 });
    return world;
  }
});

/** Everybody has his part of the shares, and exactly its price less money. */
async function expectServed({ shareToken, testDollar }: World["suite"], buyers: World["buyers"], where = "") {
  for (const [place, { address }] of buyers.entries()) {
    const part = PARTS[place] ?? 0n;
    expect(await shareToken.balanceOf(address, 1n), where).to.equal(part);
    expect(await testDollar.balanceOf(address), where).to.equal((10_000n - part) * DOLLAR);
  }
}

/** A signer that fails at one of its next transactions: before it is sent, or after. */
function dyingSigner(signer: HardhatEthersSigner, random: SeededRandom): HardhatEthersSigner {
  let left = random.below(4);
  const isSent = random.below(2) === 0;
  const sendTransaction = async (request: TransactionRequest) => {
    if (left-- > 0) return signer.sendTransaction(request);
    if (isSent) await signer.sendTransaction(request);
    throw new Error("killed");
  };
  return new Proxy(signer, {
    get: (target, name) => {
      if (name === "sendTransaction") return sendTransaction;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

async function untilDone(act: () => Promise<unknown>): Promise<void> {
  for (let start = 0; start < 20; start++) {
    const isDone = await act().then(
      () => true,
      () => false,
    );
    if (isDone) return;
  }
  throw new Error("it does not come to an end");
}
