import { expect } from "chai";
import { id } from "ethers";
import { network } from "hardhat";
import {
  byKey,
  type Claim,
  claimedChunk,
  deployDisputedDay,
  exhibitOf,
  honestClaim,
  type Movement,
  placed,
  positionOf,
  receiptRecord,
  recordsAt,
  SHARES,
  WRONG,
} from "../../helpers/dispute-world.ts";
import { type Day, expectStopped, moving, stepOf } from "../../helpers/disputed-day.ts";
import { TOWER } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { networkHelpers } = connection;

async function disputedDay() {
  return deployDisputedDay(connection);
}

describe("SettlementDisputes: disputeReceipt", () => {
  const tryReceipt = (day: Day, claim: Claim, place: number, moved: number[] = [], number = 1n) =>
    day.disputes.disputeReceipt(
      exhibitOf([claimedChunk(claim)], 0, number),
      recordsAt(claim, place),
      moved.map((each) => placed(claim, each)),
    );
  const withReceipt = (day: Day, place: number, receipt: string): Claim => ({
    ...day.honest,
    receipts: day.honest.receipts.with(place, receipt),
  });

  const others: [string, (day: Day) => string][] = [
    ["another instruction's", (day) => receiptRecord({ ...stepOf(day, 1), id: id("another") }, 1n, 0n)],
    ["of another index", (day) => receiptRecord(stepOf(day, 1), 2n, 0n)],
    ["of another chunk", (day) => receiptRecord(stepOf(day, 1), 1n, 1n)],
  ];
  for (const [name, receipt] of others) {
    it(`stops the desk for a receipt that is ${name}`, async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const claim = withReceipt(day, 1, receipt(day));
      await day.claim(claim);

      await expectStopped(tryReceipt(day, claim, 1), day, WRONG.receipt);
    });
  }

  /** A share that alice gets by `instruction`. */
  const extra =
    ({ alice }: Day, instruction: bigint) =>
    (all: Movement[]) =>
      [...all, { ...positionOf(SHARES, alice.address, TOWER), instruction, delta: 1n, total: 1n }].sort(byKey);

  it("stops the desk where an instruction moved something that was refused", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const claim = moving(day.honest, day.currency, extra(day, 4n));
    await day.claim(claim);
    const moved = claim.movements.findIndex(({ instruction }) => instruction === 4n);

    await expectStopped(tryReceipt(day, claim, 4, [moved]), day, WRONG.receipt);
  });

  it("stops the desk where an instruction moved something whose kind moves nothing, and only there", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);

    for (let kind = 0n; kind < 16n; ++kind) {
      const steps = day.steps.with(5, { ...stepOf(day, 5), kind });
      const claim = moving(honestClaim(steps, day.currency), day.currency, extra(day, 5n));
      await day.claim(claim);
      const number = kind + 1n;
      const moved = claim.movements.findIndex(({ instruction }) => instruction === 5n);
      const attempt = tryReceipt(day, claim, 5, [moved], number);
      if ([5n, 7n, 8n, 9n, 10n, 11n].includes(kind)) {
        await expect(attempt)
          .to.emit(day.disputes, "WrongChunkProved")
          .withArgs(number, 0n, WRONG.receipt, day.admin.address);
      } else {
        await expect(attempt)
          .to.be.revertedWithCustomError(day.disputes, "SettlementDisputesReceiptIsRight")
          .withArgs(5n);
      }
      await day.desk.connect(day.operator).closeBatch();
      await day.desk.resume();
    }
  });

  it("finds nothing in an honest chunk, whatever movement one brings", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const { honest, disputes } = day;
    await day.claim(honest);

    for (const place of day.steps.keys()) {
      for (const moved of [[], ...[...honest.movements.keys()].map((each) => [each])]) {
        await expect(tryReceipt(day, honest, place, moved))
          .to.be.revertedWithCustomError(disputes, "SettlementDisputesReceiptIsRight")
          .withArgs(BigInt(place));
      }
    }
  });

  it("takes one movement at most, and only one of the chunk's", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const claim = moving(day.honest, day.currency, extra(day, 4n));
    await day.claim(claim);
    const moved = claim.movements.findIndex(({ instruction }) => instruction === 4n);
    const real = placed(claim, moved);
    const exhibit = exhibitOf([claimedChunk(claim)]);

    await expect(tryReceipt(day, claim, 4, [moved, moved + 1]))
      .to.be.revertedWithCustomError(day.disputes, "SettlementDisputesNotNeighbours")
      .withArgs();
    for (const forged of [
      { ...real, place: real.place + 1n },
      { ...real, proof: real.proof.slice(1) },
      { ...real, movement: { ...real.movement, delta: 2n } },
    ]) {
      await expect(day.disputes.disputeReceipt(exhibit, recordsAt(claim, 4), [forged]))
        .to.be.revertedWithCustomError(day.disputes, "SettlementDisputesMovementNotProved")
        .withArgs(forged.place);
    }
  });
});
