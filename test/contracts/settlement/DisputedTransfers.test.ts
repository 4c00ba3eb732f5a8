import { expect } from "chai";
import { network } from "hardhat";
import {
  byKey,
  CASH,
  claimedChunk,
  deployDisputedDay,
  exhibitOf,
  honestClaim,
  neighbours,
  type Position,
  positionOf,
  recordsAt,
  refused,
  SHARES,
  type Step,
  type Transfer,
  transferStep,
  WRONG,
} from "../../helpers/dispute-world.ts";
import { type Day, everyPosition, expectStopped, isAt, moving, tryTransfer } from "../../helpers/disputed-day.ts";
import { TOWER } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { networkHelpers } = connection;

async function disputedDay() {
  return deployDisputedDay(connection);
}

describe("SettlementDisputes: disputeTransfer", () => {
  for (const [name, of] of [
    ["the sender's", (day: Day) => day.bob.address],
    ["the receiver's", (day: Day) => day.dave.address],
  ] as const) {
    it(`stops the desk where ${name} shares did not move, or by one more or less`, async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const leg = positionOf(SHARES, of(day), TOWER);
      const wrong = [0n, 1n, -1n].map((by) =>
        moving(day.honest, day.currency, (all) =>
          by === 0n
            ? all.filter((each) => !isAt(each, leg, 3n))
            : all.map((each) => (isAt(each, leg, 3n) ? { ...each, delta: each.delta + by } : each)),
        ),
      );

      for (const [place, claim] of wrong.entries()) {
        await day.claim(claim);
        const exhibit = exhibitOf([claimedChunk(claim)], 0, BigInt(place) + 1n);
        await expect(
          day.disputes.disputeTransfer(exhibit, recordsAt(claim, 3), day.gift, leg, neighbours(claim, leg, 3n)),
        )
          .to.emit(day.disputes, "WrongChunkProved")
          .withArgs(BigInt(place) + 1n, 0n, WRONG.transfer, day.admin.address);
        await day.desk.connect(day.operator).closeBatch();
        await day.desk.resume();
      }
    });
  }

  const beyond: [string, Partial<Step>, Partial<Transfer>][] = [
    ["of one more than was signed", { quantity: 6n }, {}],
    ["of one less than was signed", { quantity: 4n }, {}],
    ["settled for one more", { settled: 6n }, {}],
    ["settled for one less", { settled: 4n }, {}],
    ["settled in part for one more", { settled: 6n, flags: 2n }, {}],
    ["settled in part for nothing", { settled: 0n, flags: 2n }, {}],
    ["that was paid for", { cash: 1n }, {}],
    ["of nothing", {}, { quantity: 0n }],
  ];
  for (const [name, step, terms] of beyond) {
    it(`stops the desk for a transfer ${name}, without any movement`, async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const transfer = { ...day.gift, ...terms };
      const claim = honestClaim([transferStep(day.domain, transfer, step)], day.currency);
      await day.claim(claim);

      const position = positionOf(SHARES, day.bob.address, TOWER);
      await expectStopped(tryTransfer(day, claim, 0, transfer, position, []), day, WRONG.transfer);
    });
  }

  it("stops the desk for a transfer from an account to itself", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const transfer = { ...day.gift, to: day.gift.from };
    const claim = honestClaim([transferStep(day.domain, transfer)], day.currency);
    await day.claim(claim);

    const position = positionOf(SHARES, day.bob.address, TOWER);
    await expectStopped(tryTransfer(day, claim, 0, transfer, position, []), day, WRONG.transfer);
  });

  it("stops the desk where a transfer that was refused moved something, and where one moved cash", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const { bob, currency } = day;
    const cases: [Step, Position][] = [
      [refused(transferStep(day.domain, day.gift)), positionOf(SHARES, bob.address, TOWER)],
      [transferStep(day.domain, day.gift), positionOf(CASH, bob.address, BigInt(currency))],
    ];

    for (const [place, [step, position]] of cases.entries()) {
      const claim = moving(honestClaim([step], currency), currency, (all) =>
        [...all, { ...position, instruction: 0n, delta: -5n, total: -5n }].sort(byKey),
      );
      await day.claim(claim);
      const exhibit = exhibitOf([claimedChunk(claim)], 0, BigInt(place) + 1n);
      await expect(
        day.disputes.disputeTransfer(exhibit, recordsAt(claim, 0), day.gift, position, neighbours(claim, position, 0n)),
      ).to.emit(day.disputes, "WrongChunkProved");
      await day.desk.connect(day.operator).closeBatch();
      await day.desk.resume();
    }
  });

  it("finds nothing in an honest transfer, in whole, in part or refused, whose position it may be", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const { disputes } = day;
    const steps = [
      transferStep(day.domain, day.gift),
      transferStep(day.domain, day.gift, { settled: 2n, flags: 2n }),
      refused(transferStep(day.domain, day.gift)),
    ];
    const claim = honestClaim(steps, day.currency);
    await day.claim(claim);

    for (const place of steps.keys()) {
      for (const position of everyPosition(day)) {
        const moved = claim.movements.find((each) => isAt(each, position, BigInt(place)));
        await expect(tryTransfer(day, claim, place, day.gift, position))
          .to.be.revertedWithCustomError(disputes, "SettlementDisputesMovementIsRight")
          .withArgs(moved?.delta ?? 0n);
      }
    }
  });

  it("takes transfers only, and the one that was signed", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const { honest, gift, disputes, domain } = day;
    await day.claim(honest);
    const position = positionOf(SHARES, day.bob.address, TOWER);

    await expect(tryTransfer(day, honest, 0, gift, position))
      .to.be.revertedWithCustomError(disputes, "SettlementDisputesKindDiffers")
      .withArgs(1n, 2n);
    for (const change of [
      { to: day.carol.address },
      { quantity: 6n },
      { salt: 2n },
      { priority: 1n },
      { expiry: 1n },
    ]) {
      const other = { ...gift, ...change };
      await expect(tryTransfer(day, honest, 3, other, position))
        .to.be.revertedWithCustomError(disputes, "SettlementDisputesIdDiffers")
        .withArgs(transferStep(domain, other).id, transferStep(domain, gift).id);
    }
  });
});
