import { expect } from "chai";
import { network } from "hardhat";
import { ROLES } from "../../../ignition/roles.ts";
import {
  type Claim,
  claimedChunk,
  deployDisputedDay,
  exhibitOf,
  headerOf,
  honestClaim,
  placed,
  WRONG,
} from "../../helpers/dispute-world.ts";
import { changed, type Day } from "../../helpers/disputed-day.ts";
import { deploySettlementDesk } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

async function disputedDay() {
  return deployDisputedDay(connection);
}

describe("SettlementDisputes: whoever proves a chunk wrong", () => {
  const wrongTotal = ({ honest }: Day) => changed(honest, 0, { total: (honest.movements[0]?.total ?? 0n) + 1n });

  it("pauses the desk, whoever he is", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const { desk, disputes, outsider } = day;
    const chunks = await day.claim(wrongTotal(day));
    const [chunk] = chunks;

    await expect(disputes.connect(outsider).disputeOrder(exhibitOf(chunks), [placed(chunk as Claim, 0)]))
      .to.emit(disputes, "WrongChunkProved")
      .withArgs(1n, 0n, WRONG.order, outsider.address)
      .and.to.emit(desk, "SettlementPaused")
      .withArgs(disputes.target);
    expect(await desk.isPaused()).to.equal(true);
    expect(await disputes.isDisputed(1n, 0n)).to.equal(true);
    expect(await disputes.isDisputed(1n, 1n)).to.equal(false);
  });

  it("keeps the chunk from settling, now and after the admin has resumed", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const { desk, disputes, operator } = day;
    const chunks = await day.claim(wrongTotal(day));
    const exhibit = exhibitOf(chunks);
    await disputes.disputeOrder(exhibit, [placed(chunks[0] as Claim, 0)]);
    const { chunk, chunkProof } = exhibit;
    const settle = () => desk.connect(operator).settleChunk(chunk, chunkProof, day.honest.vector, []);

    await expect(settle()).to.be.revertedWithCustomError(desk, "SettlementDeskPaused");
    await desk.resume();
    await expect(settle()).to.be.revertedWithCustomError(desk, "SettlementDeskNoBatchOpen");
    expect(await desk.isChunkSettled(1n, 0n)).to.equal(false);
  });

  it("pauses it once: after the admin has resumed, the same chunk stops nothing, and another one does", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const { desk, disputes, admin } = day;
    const other = honestClaim(day.steps, day.currency, 1n, 6n);
    const chunks = await day.claim(wrongTotal(day), changed(other, 0, { delta: 0n }));
    const dispute = (index: number) =>
      disputes.disputeOrder(exhibitOf(chunks, index), [placed(chunks[index] as Claim, 0)]);
    await dispute(0);
    await desk.connect(admin).resume();

    await expect(dispute(0)).to.be.revertedWithCustomError(disputes, "SettlementDisputesProvedBefore").withArgs(1n, 0n);
    await expect(dispute(1)).to.emit(desk, "SettlementPaused");
  });

  it("is heard while the desk is paused, and after the batch was closed", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const { authority, desk, disputes, admin, operator } = day;
    const chunks = await day.claim(wrongTotal(day));
    await desk.connect(operator).closeBatch();
    await authority.grantRole(ROLES.GUARDIAN, admin.address, 0n);
    await desk.connect(admin).pause();

    await expect(disputes.disputeOrder(exhibitOf(chunks), [placed(chunks[0] as Claim, 0)]))
      .to.emit(disputes, "WrongChunkProved")
      .withArgs(1n, 0n, WRONG.order, admin.address);
  });

  it("gets nowhere with a chunk of no batch, of another batch or of another desk", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const { authority, shares, disputes, desk, operator } = day;
    const chunks = [claimedChunk(wrongTotal(day))];
    const evidence = [placed(chunks[0] as Claim, 0)];
    const refuses = (number: bigint) =>
      expect(disputes.disputeOrder(exhibitOf(chunks, 0, number), evidence))
        .to.be.revertedWithCustomError(disputes, "SettlementDisputesChunkNotProved")
        .withArgs(number, 0n);

    await refuses(1n);
    await day.claim(day.honest);
    await refuses(1n);
    const second = await deploySettlementDesk(connection, [await authority.getAddress(), await shares.getAddress()]);
    await authority.setTargetFunctionRole(second.target, [second.interface.getFunction("openBatch").selector], 5n);
    await second.connect(operator).openBatch(headerOf(chunks));
    await refuses(1n);
    await desk.connect(operator).closeBatch();
    await desk.connect(operator).openBatch(headerOf(chunks, 2n));
    await refuses(1n);
    await expect(disputes.disputeOrder(exhibitOf(chunks, 0, 2n), evidence)).to.emit(disputes, "WrongChunkProved");
  });

  it("has to bring the chunk as it is", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const { disputes } = day;
    const chunks = await day.claim(day.honest, honestClaim(day.steps, day.currency, 1n, 6n));
    const exhibit = exhibitOf(chunks);
    const evidence = [placed(day.honest, 0)];
    const changes = [
      { firstInstruction: 1n },
      { instructionCount: 5n },
      { movementCount: exhibit.chunk.movementCount - 1n },
      { movementsRoot: ethers.ZeroHash },
      { netHash: ethers.ZeroHash },
    ];

    for (const change of changes) {
      const chunk = { ...exhibit.chunk, ...change };
      await expect(disputes.disputeOrder({ ...exhibit, chunk }, evidence))
        .to.be.revertedWithCustomError(disputes, "SettlementDisputesChunkNotProved")
        .withArgs(1n, 0n);
    }
    for (const chunkProof of [[], [...exhibit.chunkProof, ethers.ZeroHash], [ethers.ZeroHash]]) {
      await expect(disputes.disputeOrder({ ...exhibit, chunkProof }, evidence))
        .to.be.revertedWithCustomError(disputes, "SettlementDisputesChunkNotProved")
        .withArgs(1n, 0n);
    }
  });
});
