import { expect } from "chai";
import { network } from "hardhat";
import {
  CASH,
  type Claim,
  deployDisputedDay,
  exhibitOf,
  honestClaim,
  type Movement,
  placed,
  SHARES,
  WRONG,
  withTotals,
} from "../../helpers/dispute-world.ts";
import { changed, type Day, firstOf, withMovements } from "../../helpers/disputed-day.ts";
import { TOWER, VILLA } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);

async function disputedDay() {
  return deployDisputedDay(connection);
}

describe("SettlementDisputes: disputeOrder", () => {
  type Fraud = (day: Day) => { claim: Claim; place: number };
  const second = ({ honest, alice }: Day) => firstOf(honest, SHARES, alice.address) + 1;
  const at =
    (change: (movement: Movement, day: Day) => Partial<Movement>): Fraud =>
    (day) => {
      const place = second(day);
      const movement = day.honest.movements[place];
      if (movement === undefined) throw new Error("alice has two movements");
      return { claim: changed(day.honest, place, change(movement, day)), place };
    };
  const frauds: [string, Fraud][] = [
    ["a total that is one too high", at(({ total }) => ({ total: total + 1n }))],
    ["a total that is one too low", at(({ total }) => ({ total: total - 1n }))],
    ["a delta that is not in the total", at(({ delta }) => ({ delta: delta + 1n }))],
    ["a delta of nothing", at(({ total, delta }) => ({ delta: 0n, total: total - delta }))],
    ["an instruction behind the chunk", at(() => ({ instruction: 6n }))],
    [
      "a total that goes on from another position",
      ({ honest, carol }) => {
        const place = firstOf(honest, SHARES, carol.address);
        const [before, movement] = [honest.movements[place - 1], honest.movements[place]];
        return {
          claim: changed(honest, place, { total: (before?.total ?? 0n) + (movement?.delta ?? 0n) }),
          place,
        };
      },
    ],
    [
      "two movements in the wrong order",
      (day) => {
        const place = second(day);
        const swap = (movements: Movement[]) => {
          const [one, other] = movements.slice(place - 1, place + 1);
          return one && other ? movements.toSpliced(place - 1, 2, ...withTotals([other, one])) : movements;
        };
        return { claim: withMovements(day.honest, swap), place };
      },
    ],
    [
      "a movement that stands twice",
      (day) => {
        const place = second(day);
        const double = (movements: Movement[]) => {
          const [one] = movements.slice(place - 1, place);
          return one ? movements.toSpliced(place, 0, { ...one, total: one.total + one.delta }) : movements;
        };
        return { claim: withMovements(day.honest, double), place };
      },
    ],
    [
      "positions in the wrong order",
      (day) => ({ claim: withMovements(day.honest, (movements) => movements.toReversed()), place: 1 }),
    ],
    [
      "a kind that is neither shares nor cash",
      ({ honest }) => {
        const place = honest.movements.length - 1;
        return { claim: changed(honest, place, { kind: 3n }), place };
      },
    ],
    [
      "a sum beyond 63 bits that begins again from below",
      ({ honest, alice }) => {
        const place = firstOf(honest, SHARES, alice.address);
        const overflow = (movements: Movement[]) =>
          movements.map((each, i) =>
            i === place
              ? { ...each, delta: MOST, total: MOST }
              : i === place + 1
                ? { ...each, delta: 1n, total: LEAST }
                : each,
          );
        return { claim: withMovements(honest, overflow), place: place + 1 };
      },
    ],
  ];

  for (const [name, fraud] of frauds) {
    it(`stops the desk for ${name}`, async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const { claim, place } = fraud(day);
      const chunks = await day.claim(claim);

      await expect(day.disputes.disputeOrder(exhibitOf(chunks), [placed(claim, place - 1), placed(claim, place)]))
        .to.emit(day.disputes, "WrongChunkProved")
        .withArgs(1n, 0n, WRONG.order, day.admin.address);
      expect(await day.desk.isPaused()).to.equal(true);
    });
  }

  it("stops the desk for a first movement that is wrong by itself, also where it is the only one", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const [first] = day.honest.movements;
    if (first === undefined) throw new Error("the day has movements");
    const wrong: Movement[] = [
      { ...first, total: first.delta + 1n },
      { ...first, total: first.delta - 1n },
      { ...first, delta: 0n, total: 0n },
      { ...first, kind: 0n },
      { ...first, instruction: 99n },
      { ...first, delta: 1n, total: LEAST },
    ];

    for (const movement of wrong) {
      const alone = { ...day.honest, movements: [movement] };
      const claims = [alone, changed(day.honest, 0, movement)];
      for (const claim of claims) {
        const chunks = await day.claim(claim);
        const number = await day.desk.lastBatch();
        await expect(day.disputes.disputeOrder(exhibitOf(chunks, 0, number), [placed(claim, 0)]))
          .to.emit(day.disputes, "WrongChunkProved")
          .withArgs(number, 0n, WRONG.order, day.admin.address);
        await day.desk.connect(day.operator).closeBatch();
        await day.desk.resume();
      }
    }
  });

  it("stops the desk for an instruction before the chunk, and not for its first and last", async () => {
    const day = await networkHelpers.loadFixture(disputedDay);
    const claim = honestClaim(day.steps, day.currency, 0n, 10n);
    const judged = async (instruction: bigint) => {
      const [first] = claim.movements;
      const other = { ...claim, movements: first ? [{ ...first, instruction }] : [] };
      const chunks = await day.claim(other);
      const number = await day.desk.lastBatch();
      await day.desk.connect(day.operator).closeBatch();
      return day.disputes.disputeOrder.staticCall(exhibitOf(chunks, 0, number), [placed(other, 0)]);
    };

    for (const outside of [9n, 16n, 0n, 2n ** 32n - 1n]) await judged(outside);
    for (const inside of [10n, 15n]) {
      await expect(judged(inside))
        .to.be.revertedWithCustomError(day.disputes, "SettlementDisputesOrderIsRight")
        .withArgs(0n);
    }
  });

  it("finds nothing in an honest chunk, wherever one looks", async () => {
    const { disputes, claim, honest } = await networkHelpers.loadFixture(disputedDay);
    const chunks = await claim(honest);

    for (const place of honest.movements.keys()) {
      const pair = place === 0 ? [placed(honest, 0)] : [placed(honest, place - 1), placed(honest, place)];
      await expect(disputes.disputeOrder(exhibitOf(chunks), pair))
        .to.be.revertedWithCustomError(disputes, "SettlementDisputesOrderIsRight")
        .withArgs(BigInt(place));
    }
  });

  it("finds nothing in totals as large and as small as there can be", async () => {
    const { disputes, claim, honest, alice, bob } = await networkHelpers.loadFixture(disputedDay);
    const extremes = withTotals([
      { kind: SHARES, account: alice.address, unit: TOWER, instruction: 0n, delta: MOST },
      { kind: SHARES, account: alice.address, unit: TOWER, instruction: 1n, delta: LEAST },
      { kind: SHARES, account: alice.address, unit: TOWER, instruction: 2n, delta: 1n },
      { kind: SHARES, account: bob.address, unit: 2n ** 256n - 1n, instruction: 0n, delta: LEAST },
      { kind: CASH, account: ethers.ZeroAddress, unit: 0n, instruction: 5n, delta: MOST },
    ]);
    const extreme = { ...honest, movements: extremes };
    const chunks = await claim(extreme);

    for (const place of [1, 2, 3, 4]) {
      await expect(disputes.disputeOrder(exhibitOf(chunks), [placed(extreme, place - 1), placed(extreme, place)]))
        .to.be.revertedWithCustomError(disputes, "SettlementDisputesOrderIsRight")
        .withArgs(BigInt(place));
    }
  });

  it("takes only neighbours, or the first of all by itself", async () => {
    const { disputes, claim, honest } = await networkHelpers.loadFixture(disputedDay);
    const chunks = await claim(honest);
    const sets = [[], [1], [0, 2], [1, 0], [0, 0], [0, 1, 2]];

    for (const places of sets) {
      const brought = places.map((place) => placed(honest, place));
      await expect(disputes.disputeOrder(exhibitOf(chunks), brought))
        .to.be.revertedWithCustomError(disputes, "SettlementDisputesNotNeighbours")
        .withArgs();
    }
  });

  it("takes no movement that is not the chunk's, or whose proof has another length or place", async () => {
    const { disputes, claim, honest } = await networkHelpers.loadFixture(disputedDay);
    const chunks = await claim(honest);
    const real = placed(honest, 0);
    const { movement, proof } = real;
    const count = BigInt(honest.movements.length);
    const forged = [
      { ...real, movement: { ...movement, total: movement.total + 1n } },
      { ...real, movement: { ...movement, unit: VILLA } },
      { ...real, proof: proof.slice(1) },
      { ...real, proof: [...proof, ethers.ZeroHash] },
      { ...real, proof: [] },
      { ...real, proof: proof.toReversed() },
      { ...real, place: 1n },
      { ...real, place: count },
      { ...real, place: 2n ** 256n - 1n },
    ];

    for (const each of forged) {
      await expect(disputes.disputeOrder(exhibitOf(chunks), [each]))
        .to.be.revertedWithCustomError(disputes, "SettlementDisputesMovementNotProved")
        .withArgs(each.place);
    }
  });
});
