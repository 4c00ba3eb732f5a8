import { expect } from "chai";
import { network } from "hardhat";
import { planBatch } from "../../helpers/batch.ts";
import { netVector, sharesWord } from "../../helpers/net-vector.ts";
import { type SeededRandom, seededRandom } from "../../helpers/seeded-random.ts";
import { DOLLAR, deployFourHolders, FAR_AWAY, TOWER } from "../../helpers/settlement-suite.ts";
import type { Hold } from "../../helpers/settlement-types.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const ACTS = 150;
const HOUR = 3_600;

async function fourHolders() {
  const suite = await deployFourHolders(connection);
  for (const holder of suite.holders.slice(0, 4)) {
    await suite.giveMandate(holder, {
      nonce: 2n,
      maxCashOut: 1n << 60n,
      limits: [{ asset: TOWER, maxIn: 1n << 40n, maxOut: 1n << 40n, maxBuyPrice: 11n * DOLLAR, minSellPrice: 0n }],
    });
  }
  return suite;
}

type Suite = Awaited<ReturnType<typeof fourHolders>>;

/** One act of a random holder, which the desk or the register may refuse; whether it was done. */
async function act(suite: Suite, holds: Hold[], random: SeededRandom): Promise<boolean> {
  const { desk, shares, holders, currency, operator } = suite;
  const people = holders.slice(0, 4);
  const [someone, other] = [random.below(4), random.below(3)];
  const owner = people[someone];
  const peer = people[(someone + 1 + other) % 4];
  if (!owner || !peer) throw new Error("there are four holders");
  const quantity = BigInt(1 + random.below(400));
  const hold = holds[random.below(Math.max(1, holds.length))];
  const own = desk.connect(owner);

  const acts: (() => Promise<unknown>)[] = [
    () => own.lockShares(TOWER, quantity),
    () => own.lockShares(TOWER, quantity),
    () => own.requestUnlock(TOWER, quantity),
    () => own.unlockShares(TOWER),
    async () => {
      const parties = { holder: owner.address, beneficiary: peer.address, agent: peer.address };
      const until = BigInt((await networkHelpers.time.latest()) + random.below(2 * HOUR));
      const salt = BigInt(holds.length);
      const created = { ...parties, asset: TOWER, quantity, until, expiry: FAR_AWAY, priority: 0n, salt };
      await own.createHold(created, "0x");
      holds.push(created);
    },
    async () => hold && desk.connect(await decider(suite, hold)).executeHold(hold, 1n + quantity / 4n),
    async () => hold && desk.connect(await decider(suite, hold)).releaseHold(hold),
    async () => hold && own.reclaimHold(hold),
    () => shares.forcedTransfer(owner.address, peer.address, TOWER, quantity),
    () => shares.setFrozenTokens(owner.address, TOWER, BigInt(random.below(200))),
    () => networkHelpers.time.increase(random.below(HOUR)),
    async () => {
      const [low, high] = BigInt(owner.address) < BigInt(peer.address) ? [owner, peer] : [peer, owner];
      const moves = [
        [TOWER, owner.address, -quantity],
        [TOWER, peer.address, quantity],
      ] as const;
      const vector = netVector(currency, { cash: [], shares: moves });
      const batch = planBatch((await desk.lastBatch()) + 1n, [vector]);
      const [planned] = batch.chunks;
      if (planned === undefined) throw new Error("planned with one chunk");
      await desk.connect(operator).openBatch(batch.header);
      const unlocks = [sharesWord(0, owner === low ? 0 : 1, 1n + BigInt(random.below(Number(quantity))))];
      expect(high).to.not.equal(low);
      try {
        await desk.connect(operator).settleChunk(planned.chunk, planned.proof, planned.vector, unlocks);
      } catch (error) {
        await desk.connect(operator).closeBatch();
        throw error;
      }
    },
  ];
  const chosen = acts[random.below(acts.length)];
  return chosen === undefined
    ? false
    : chosen().then(
        () => true,
        () => false,
      );
}

async function decider({ holders }: Suite, hold: Hold) {
  const agent = holders.find(({ address }) => address === hold.agent);
  if (agent === undefined) throw new Error("agents are holders");
  return agent;
}

describe("SettlementDesk: locks against the register", () => {
  it("SL-1: through random acts nobody unlocks what is not his, and nothing stays locked for ever", async function () {
    this.timeout(120_000);
    const random = seededRandom("locks, holds, chunks and enforcement");
    const suite = await networkHelpers.loadFixture(fourHolders);
    const { desk, shares, holders, outsider } = suite;
    const people = holders.slice(0, 4);
    const holds: Hold[] = [];
    const supply = await shares.totalSupply(TOWER);
    let done = 0;

    for (let round = 0; round < ACTS; ++round) {
      if (await act(suite, holds, random)) ++done;
      for (const { address } of people) {
        const { locked, leaving, held } = await desk.locksOf(address, TOWER);
        const inRegister = await shares.lockedOf(address, TOWER);
        const sum = locked + leaving + held;
        const note = `${random.seed}, act ${round}: ${sum} here, ${inRegister} in the register`;
        expect(sum >= inRegister, `SL-1 a share is locked for nobody; ${note}`).to.equal(true);
        expect(held > inRegister || sum === inRegister, `SL-1 a share counts twice; ${note}`).to.equal(true);
      }
    }
    expect(done).to.be.greaterThan(0);

    // Everybody goes: nobody needs the operator, and all is his own again.
    await networkHelpers.time.increase(3 * HOUR);
    for (const hold of holds) {
      if ((await desk.holdOf(await desk.hashHold(hold))).held > 0n) await desk.connect(outsider).reclaimHold(hold);
    }
    for (const holder of people) {
      const { locked } = await desk.locksOf(holder.address, TOWER);
      if (locked > 0n) await desk.connect(holder).requestUnlock(TOWER, locked);
    }
    await networkHelpers.time.increase(HOUR);
    let sum = 0n;
    for (const holder of people) {
      const { leaving } = await desk.locksOf(holder.address, TOWER);
      if (leaving > 0n) await desk.connect(holder).unlockShares(TOWER);
      expect(await shares.lockedOf(holder.address, TOWER), "SL-1 a share stayed locked").to.equal(0n);
      sum += await shares.balanceOf(holder.address, TOWER);
    }
    expect(sum, "SL-1 shares were made or lost").to.equal(supply);
  });
});
