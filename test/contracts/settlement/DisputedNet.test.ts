import { expect } from "chai";
import { network } from "hardhat";
import {
  CASH,
  type Claim,
  claimedChunk,
  deployDisputedDay,
  exhibitOf,
  type Movement,
  neighbours,
  placed,
  positionOf,
  SHARES,
  vectorOf,
  WRONG,
} from "../../helpers/dispute-world.ts";
import { type Day, firstOf } from "../../helpers/disputed-day.ts";
import { netHash, netVector } from "../../helpers/net-vector.ts";
import { DOLLAR, TOWER, VILLA } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

async function disputedDay() {
  return deployDisputedDay(connection);
}

describe("SettlementDisputes: the net", () => {
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
