import { expect } from "chai";
import { network } from "hardhat";
import { ROLES } from "../../../ignition/roles.ts";
import {
  CASH,
  type Claim,
  claimedChunk,
  deployDisputedDay,
  exhibitOf,
  headerOf,
  honestClaim,
  type Movement,
  neighbours,
  placed,
  positionOf,
  SHARES,
  vectorOf,
  WRONG,
  withTotals,
} from "../../helpers/dispute-world.ts";
import { netHash, netVector } from "../../helpers/net-vector.ts";
import { DOLLAR, deploySettlementDesk, TOWER, VILLA } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);

async function disputedDay() {
  return deployDisputedDay(connection);
}

type Day = Awaited<ReturnType<typeof disputedDay>>;

/** The same claim with other movements, under the same net vector. */
const withMovements = (claim: Claim, change: (movements: Movement[]) => Movement[]): Claim => ({
  ...claim,
  movements: change(claim.movements.map((movement) => ({ ...movement }))),
});

const changed = (claim: Claim, place: number, change: Partial<Movement>): Claim =>
  withMovements(claim, (movements) => movements.map((each, i) => (i === place ? { ...each, ...change } : each)));

/** Where the first movement of a position stands. */
const firstOf = ({ movements }: Claim, kind: bigint, account: string) =>
  movements.findIndex((each) => each.kind === kind && each.account === account);

describe("SettlementDisputes: the movements and the net", () => {
  describe("whoever proves a chunk wrong", () => {
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

      await expect(dispute(0))
        .to.be.revertedWithCustomError(disputes, "SettlementDisputesProvedBefore")
        .withArgs(1n, 0n);
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

  describe("disputeOrder", () => {
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

  describe("disputeNet", () => {
    const judges =
      (day: Day, claim: Claim, position: ReturnType<typeof positionOf>, brought?: ReturnType<typeof neighbours>) =>
      async (number = 1n) =>
        day.disputes.disputeNet(
          { ...exhibitOf([claimedChunk(claim)], 0, number) },
          claim.vector,
          position,
          brought ?? neighbours(claim, position),
        );

    /** The same movements under a vector that some other movements would make. */
    const withVector = (claim: Claim, currency: string, change: (movements: Movement[]) => Movement[]): Claim => ({
      ...claim,
      vector: vectorOf(change(claim.movements.map((movement) => ({ ...movement }))), currency),
    });
    const shift = (kind: bigint, account: string, by: bigint) => (movements: Movement[]) =>
      movements.map((each) =>
        each.kind === kind && each.account === account ? { ...each, total: each.total + by } : each,
      );

    type Lie = (day: Day) => { claim: Claim; position: ReturnType<typeof positionOf> };
    const lies: [string, Lie][] = [
      [
        "takes one share more from bob",
        ({ honest, currency, bob }) => ({
          claim: withVector(honest, currency, shift(SHARES, bob.address, -1n)),
          position: positionOf(SHARES, bob.address, TOWER),
        }),
      ],
      [
        "takes one unit of cash too little from carol",
        ({ honest, currency, carol }) => ({
          claim: withVector(honest, currency, shift(CASH, carol.address, 1n)),
          position: positionOf(CASH, carol.address, BigInt(currency)),
        }),
      ],
      [
        "forgets carol's villa",
        ({ honest, currency, carol }) => ({
          claim: withVector(honest, currency, (movements) =>
            movements.filter(({ account, unit }) => account !== carol.address || unit !== VILLA),
          ),
          position: positionOf(SHARES, carol.address, VILLA),
        }),
      ],
      [
        "forgets dave's cash",
        ({ honest, currency, dave }) => ({
          claim: withVector(honest, currency, (movements) =>
            movements.filter(({ kind, account }) => kind !== CASH || account !== dave.address),
          ),
          position: positionOf(CASH, dave.address, BigInt(currency)),
        }),
      ],
      [
        "moves what nets to nothing",
        ({ honest, currency, alice }) => ({
          claim: withVector(honest, currency, shift(SHARES, alice.address, 1n)),
          position: positionOf(SHARES, alice.address, TOWER),
        }),
      ],
      [
        "moves a position that no instruction touched, between others",
        ({ honest, currency, bob }) => ({
          claim: {
            ...honest,
            vector: netVector(currency, { cash: [], shares: [[VILLA, bob.address, 1n]] }),
          },
          position: positionOf(SHARES, bob.address, VILLA),
        }),
      ],
      [
        "moves shares of the lowest account there is, before all others",
        ({ honest, currency }) => {
          const lowest = "0x0000000000000000000000000000000000000001";
          return {
            claim: { ...honest, vector: netVector(currency, { cash: [], shares: [[TOWER, lowest, 1n]] }) },
            position: positionOf(SHARES, lowest, TOWER),
          };
        },
      ],
      [
        "moves cash of the highest account there is, behind all others",
        ({ honest, currency }) => {
          const highest = ethers.getAddress(`0x${"ff".repeat(20)}`);
          return {
            claim: { ...honest, vector: netVector(currency, { cash: [[highest, 1n]], shares: [] }) },
            position: positionOf(CASH, highest, BigInt(currency)),
          };
        },
      ],
      [
        "moves something though no instruction did anything",
        ({ honest, currency, alice }) => ({
          claim: {
            ...honest,
            movements: [],
            vector: netVector(currency, { cash: [[alice.address, -1n]], shares: [] }),
          },
          position: positionOf(CASH, alice.address, BigInt(currency)),
        }),
      ],
      [
        "forgets the only movement there is",
        ({ honest, currency }) => {
          const [only] = honest.movements;
          if (only === undefined) throw new Error("the day has movements");
          const claim = { ...honest, movements: [only], vector: netVector(currency, { cash: [], shares: [] }) };
          return { claim, position: positionOf(only.kind, only.account, only.unit) };
        },
      ],
      [
        "is in another currency than the cash that moved",
        ({ honest, currency, carol }) => ({
          claim: { ...honest, vector: { ...honest.vector, currency: carol.address } },
          position: positionOf(CASH, carol.address, BigInt(currency)),
        }),
      ],
    ];

    for (const [name, lie] of lies) {
      it(`stops the desk for a vector that ${name}`, async () => {
        const day = await networkHelpers.loadFixture(disputedDay);
        const { claim, position } = lie(day);
        await day.claim(claim);

        await expect(judges(day, claim, position)())
          .to.emit(day.disputes, "WrongChunkProved")
          .withArgs(1n, 0n, WRONG.net, day.admin.address);
        expect(await day.desk.isPaused()).to.equal(true);
      });
    }

    it("finds nothing in an honest chunk, whoever looks for what, moved or not", async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const { honest, currency, disputes } = day;
      await day.claim(honest);
      const accounts = [...day.holders.map(({ address }) => address), ethers.ZeroAddress];
      const units = [TOWER, VILLA, BigInt(currency), 0n, 2n ** 256n - 1n];

      for (const kind of [0n, SHARES, CASH, 3n]) {
        for (const account of accounts) {
          for (const unit of units) {
            const position = positionOf(kind, account, unit);
            const moved = honest.movements.filter(
              (each) => each.kind === kind && each.account === account && each.unit === unit,
            );
            const net = moved.at(-1)?.total ?? 0n;
            await expect(judges(day, honest, position)(), `${kind} ${account} ${unit}`)
              .to.be.revertedWithCustomError(disputes, "SettlementDisputesNetIsRight")
              .withArgs(net);
            expect(
              await disputes.isNetProved(
                exhibitOf([claimedChunk(honest)]),
                position,
                net,
                neighbours(honest, position),
              ),
            ).to.equal(true);
          }
        }
      }
    });

    it("finds nothing in chunks of no movement and of one", async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const { honest, currency, disputes, alice, operator, desk } = day;
      const nothing = { ...honest, movements: [], vector: netVector(currency, { cash: [], shares: [] }) };
      const [first] = honest.movements;
      if (first === undefined) throw new Error("the day has movements");
      const one = { ...honest, movements: [first], vector: vectorOf([first], currency) };

      for (const [number, claim] of [nothing, one].entries()) {
        await day.claim(claim);
        for (const kind of [0n, SHARES, CASH]) {
          const position = positionOf(kind, alice.address, TOWER);
          await expect(judges(day, claim, position)(BigInt(number) + 1n)).to.be.revertedWithCustomError(
            disputes,
            "SettlementDisputesNetIsRight",
          );
        }
        await desk.connect(operator).closeBatch();
      }
    });

    it("takes no movement for the last of its position that is not, and no gap that is none", async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const { honest, currency, disputes, alice, bob } = day;
      await day.claim(honest);
      const position = positionOf(SHARES, alice.address, TOWER);
      const first = firstOf(honest, SHARES, alice.address);
      const end = honest.movements.length - 1;
      const wrong: [ReturnType<typeof positionOf>, number[]][] = [
        [position, [first]],
        [position, [first, first + 1]],
        [position, [first + 1]],
        [position, [first + 2, first + 3]],
        [position, []],
        [position, [0]],
        [position, [end]],
        [position, [first + 1, first + 2, first + 3]],
        [positionOf(SHARES, bob.address, VILLA), [0, 1]],
        [positionOf(CASH, ethers.getAddress(`0x${"ff".repeat(20)}`), BigInt(currency)), [end - 1, end]],
        [positionOf(CASH, ethers.getAddress(`0x${"ff".repeat(20)}`), BigInt(currency)), [end - 1]],
      ];

      for (const [of, places] of wrong) {
        const brought = places.map((place) => placed(honest, place));
        await expect(judges(day, honest, of, brought)(), `${of.account} ${places.join()}`)
          .to.be.revertedWithCustomError(disputes, "SettlementDisputesNotNeighbours")
          .withArgs();
      }
    });

    it("takes no other vector than the chunk's own", async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const { honest, currency, disputes, alice } = day;
      const chunks = await day.claim(honest);
      const position = positionOf(SHARES, alice.address, TOWER);
      const other = netVector(currency, { cash: [], shares: [] });

      await expect(disputes.disputeNet(exhibitOf(chunks), other, position, neighbours(honest, position)))
        .to.be.revertedWithCustomError(disputes, "SettlementDisputesVectorDiffers")
        .withArgs(netHash(other), netHash(honest.vector));
    });
  });

  describe("isNetProved", () => {
    it("proves to a participant what is and what is not his net delta", async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const { honest, disputes, currency, carol } = day;
      const exhibit = exhibitOf(await day.claim(honest));
      const position = positionOf(CASH, carol.address, BigInt(currency));
      const net = -140n * DOLLAR;
      const isProved = (value: bigint) => disputes.isNetProved(exhibit, position, value, neighbours(honest, position));

      expect(await isProved(net)).to.equal(true);
      for (const other of [net - 1n, net + 1n, 0n, -net]) expect(await isProved(other)).to.equal(false);
    });

    it("proves nothing of a chunk that is not the batch's", async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const { honest, disputes, currency, carol } = day;
      const position = positionOf(CASH, carol.address, BigInt(currency));

      expect(
        await disputes.isNetProved(
          exhibitOf([claimedChunk(honest)]),
          position,
          -140n * DOLLAR,
          neighbours(honest, position),
        ),
      ).to.equal(false);
    });
  });
});
