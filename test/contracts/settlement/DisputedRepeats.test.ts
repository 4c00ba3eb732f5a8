import { expect } from "chai";
import { network } from "hardhat";
import {
  deployDisputedDay,
  exhibitOf,
  honestClaim,
  recordsAt,
  refused,
  type Step,
  WRONG,
} from "../../helpers/dispute-world.ts";
import { type Day, expectStopped, stepOf } from "../../helpers/disputed-day.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

async function disputedDay() {
  return deployDisputedDay(connection);
}

describe("SettlementDisputes: disputeRepeat", () => {
  /** A batch of one chunk with these steps; what is needed to settle it, and to bring one of its records. */
  async function batchOf(day: Day, steps: readonly Step[]) {
    const claim = honestClaim(steps, day.currency);
    const chunks = await day.claim(claim);
    const exhibit = exhibitOf(chunks, 0, await day.desk.lastBatch());
    return {
      bring: (place: number) => [exhibit, recordsAt(claim, place)] as const,
      settle: () => day.desk.connect(day.operator).settleChunk(exhibit.chunk, exhibit.chunkProof, claim.vector, []),
      close: () => day.desk.connect(day.operator).closeBatch(),
    };
  }
  type Batch = Awaited<ReturnType<typeof batchOf>>;
  const tryRepeat = ({ disputes }: Day, first: Batch, place: number, again: Batch, other: number) =>
    disputes.disputeRepeat(...first.bring(place), ...again.bring(other));
  const expectNone = (day: Day, attempt: Promise<unknown>, index: bigint) =>
    expect(attempt).to.be.revertedWithCustomError(day.disputes, "SettlementDisputesNotRepeated").withArgs(index);

  it("stops the desk for a trade that is accepted again after it has settled", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const trade = stepOf(day, 0);
    const first = await batchOf(day, [trade]);
    await first.settle();
    const again = await batchOf(day, [stepOf(day, 1), trade]);

    await expect(tryRepeat(day, first, 0, again, 1))
      .to.emit(day.disputes, "WrongChunkProved")
      .withArgs(2n, 0n, WRONG.repeat, day.admin.address)
      .and.to.emit(day.desk, "SettlementPaused");
    expect(await day.disputes.isDisputed(1n, 0n)).to.equal(false);
  });

  it("stops the desk for an instruction that is accepted twice in a batch, settled or not", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const gift = stepOf(day, 3);
    const batch = await batchOf(day, [gift, gift]);

    await expectNone(day, tryRepeat(day, batch, 1, batch, 0), 0n);
    await expectNone(day, tryRepeat(day, batch, 0, batch, 0), 0n);
    await expectStopped(tryRepeat(day, batch, 0, batch, 1), day, WRONG.repeat);
  });

  it("finds nothing where the first chunk never settled: what is recycled may be accepted later", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const trade = stepOf(day, 0);
    const first = await batchOf(day, [trade]);
    await first.close();
    const again = await batchOf(day, [trade]);

    await expectNone(day, tryRepeat(day, first, 0, again, 0), 0n);
    await again.settle();
    await expectNone(day, tryRepeat(day, first, 0, again, 0), 0n);
    await expectNone(day, tryRepeat(day, again, 0, first, 0), 0n);
  });

  it("finds nothing where one of the two was refused, or is another instruction, or has no id", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const [trade, other] = [stepOf(day, 0), stepOf(day, 1)];
    const nameless = { ...stepOf(day, 5), id: ethers.ZeroHash };
    const first = await batchOf(day, [trade, refused(other), nameless]);
    await first.settle();
    const again = await batchOf(day, [refused(trade), other, nameless]);

    for (const [place, index] of [
      [0, 0],
      [1, 1],
      [2, 2],
      [0, 1],
    ] as const) {
      await expectNone(day, tryRepeat(day, first, place, again, index), BigInt(index));
    }
  });

  it("takes no records and no chunks that are not the batch's, on either side, and each chunk once", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const trade = stepOf(day, 0);
    const first = await batchOf(day, [trade]);
    await first.settle();
    const again = await batchOf(day, [trade]);
    const [[one, oneRecords], [two, twoRecords]] = [first.bring(0), again.bring(0)];
    const { disputes } = day;

    await expect(disputes.disputeRepeat({ ...one, number: 3n }, oneRecords, two, twoRecords))
      .to.be.revertedWithCustomError(disputes, "SettlementDisputesChunkNotProved")
      .withArgs(3n, 0n);
    await expect(disputes.disputeRepeat(one, oneRecords, { ...two, number: 3n }, twoRecords))
      .to.be.revertedWithCustomError(disputes, "SettlementDisputesChunkNotProved")
      .withArgs(3n, 0n);
    for (const [left, right] of [
      [{ ...oneRecords, index: 1n }, twoRecords],
      [oneRecords, { ...twoRecords, index: 1n }],
    ] as const) {
      await expect(disputes.disputeRepeat(one, left, two, right))
        .to.be.revertedWithCustomError(disputes, "SettlementDisputesRecordsNotProved")
        .withArgs(1n);
    }
    await disputes.disputeRepeat(one, oneRecords, two, twoRecords);
    await expect(disputes.disputeRepeat(one, oneRecords, two, twoRecords))
      .to.be.revertedWithCustomError(disputes, "SettlementDisputesProvedBefore")
      .withArgs(2n, 0n);
  });

  it("is heard of a repeat of what stands in a chunk that was itself proved wrong", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const trade = stepOf(day, 0);
    const batch = await batchOf(day, [trade, trade]);
    await batch.settle();
    await tryRepeat(day, batch, 0, batch, 1);
    await day.desk.resume();
    const again = await batchOf(day, [trade]);

    await expect(tryRepeat(day, batch, 0, again, 0))
      .to.emit(day.disputes, "WrongChunkProved")
      .withArgs(2n, 0n, WRONG.repeat, day.admin.address);
  });
});
