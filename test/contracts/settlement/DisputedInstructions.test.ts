import { expect } from "chai";
import { dataSlice, id } from "ethers";
import { network } from "hardhat";
import {
  byKey,
  CASH,
  type Claim,
  claimedChunk,
  deployDisputedDay,
  exhibitOf,
  honestClaim,
  type Movement,
  neighbours,
  type PlacedMovement,
  placed,
  positionOf,
  receiptRecord,
  recordsAt,
  refused,
  SHARES,
  type Step,
  type Transfer,
  tradeStep,
  transferStep,
  vectorOf,
  WRONG,
  withTotals,
} from "../../helpers/dispute-world.ts";
import { DOLLAR, TOWER, VILLA } from "../../helpers/settlement-suite.ts";
import type { Order } from "../../helpers/settlement-types.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const TEN = 10n * DOLLAR;
const CROWN_UNIT = 10n ** 12n;

async function disputedDay() {
  return deployDisputedDay(connection);
}

type Day = Awaited<ReturnType<typeof disputedDay>>;
type Pair = readonly [Order, Order];
type Position = ReturnType<typeof positionOf>;

/** The chunk with other movements, of which totals and net vector are made again: wrong in nothing but these. */
function moving(claim: Claim, currency: string, change: (movements: Movement[]) => Omit<Movement, "total">[]): Claim {
  const movements = withTotals(change(claim.movements.map((movement) => ({ ...movement }))));
  return { ...claim, movements, vector: vectorOf(movements, currency) };
}

const isAt = (movement: Omit<Movement, "total" | "delta">, { kind, account, unit }: Position, instruction: bigint) =>
  movement.kind === kind &&
  movement.account === account &&
  movement.unit === unit &&
  movement.instruction === instruction;

/** Brings a trade of the batch's only chunk before the desk. */
const tryTrade = (
  { disputes }: Pick<Day, "disputes">,
  claim: Claim,
  place: number,
  [buy, sell]: Pair,
  position: Position,
  brought: PlacedMovement[] = neighbours(claim, position, claim.first + BigInt(place)),
) => disputes.disputeTrade(exhibitOf([claimedChunk(claim)]), recordsAt(claim, place), buy, sell, position, brought);

const tryTransfer = (
  { disputes }: Pick<Day, "disputes">,
  claim: Claim,
  place: number,
  transfer: Transfer,
  position: Position,
  brought: PlacedMovement[] = neighbours(claim, position, claim.first + BigInt(place)),
) => disputes.disputeTransfer(exhibitOf([claimedChunk(claim)]), recordsAt(claim, place), transfer, position, brought);

async function expectStopped(attempt: Promise<unknown>, { desk, disputes, admin }: Day, kind: bigint) {
  await expect(attempt).to.emit(disputes, "WrongChunkProved").withArgs(1n, 0n, kind, admin.address);
  expect(await desk.isPaused()).to.equal(true);
}

describe("SettlementDisputes: instructions", () => {
  describe("disputeTrade", () => {
    const legs: [string, (day: Day) => Position][] = [
      ["the buyer's shares", ({ alice }) => positionOf(SHARES, alice.address, TOWER)],
      ["the seller's shares", ({ bob }) => positionOf(SHARES, bob.address, TOWER)],
      ["the buyer's cash", ({ alice, currency }) => positionOf(CASH, alice.address, BigInt(currency))],
      ["the seller's cash", ({ bob, currency }) => positionOf(CASH, bob.address, BigInt(currency))],
    ];

    for (const [name, legOf] of legs) {
      it(`stops the desk where ${name} did not move`, async () => {
        const day = await networkHelpers.loadFixture(disputedDay);
        const leg = legOf(day);
        const claim = moving(day.honest, day.currency, (all) => all.filter((each) => !isAt(each, leg, 0n)));
        await day.claim(claim);

        await expectStopped(tryTrade(day, claim, 0, day.orders.bought, leg), day, WRONG.trade);
      });

      for (const by of [1n, -1n]) {
        it(`stops the desk where ${name} moved by ${by} too much`, async () => {
          const day = await networkHelpers.loadFixture(disputedDay);
          const leg = legOf(day);
          const claim = moving(day.honest, day.currency, (all) =>
            all.map((each) => (isAt(each, leg, 0n) ? { ...each, delta: each.delta + by } : each)),
          );
          await day.claim(claim);

          await expectStopped(tryTrade(day, claim, 0, day.orders.bought, leg), day, WRONG.trade);
        });
      }
    }

    it("stops the desk where a trade moved what is none of its business", async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const { alice, dave, currency } = day;
      const strange = [
        positionOf(SHARES, dave.address, TOWER),
        positionOf(SHARES, alice.address, VILLA),
        positionOf(SHARES, alice.address, BigInt(currency)),
        positionOf(CASH, dave.address, BigInt(currency)),
        positionOf(CASH, alice.address, TOWER),
      ];

      for (const [place, position] of strange.entries()) {
        const claim = moving(day.honest, currency, (all) =>
          [...all, { ...position, instruction: 0n, delta: 1n, total: 1n }].sort(byKey),
        );
        await day.claim(claim);
        const number = BigInt(place) + 1n;
        const brought = neighbours(claim, position, 0n);
        await expect(
          day.disputes.disputeTrade(
            exhibitOf([claimedChunk(claim)], 0, number),
            recordsAt(claim, 0),
            ...day.orders.bought,
            position,
            brought,
          ),
        ).to.emit(day.disputes, "WrongChunkProved");
        await day.desk.connect(day.operator).closeBatch();
        await day.desk.resume();
      }
    });

    it("stops the desk where a refused trade moved something", async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const { alice, currency } = day;
      const position = positionOf(SHARES, alice.address, TOWER);
      const claim = moving(day.honest, currency, (all) =>
        [...all, { ...position, instruction: 4n, delta: 10n, total: 10n }].sort(byKey),
      );
      await day.claim(claim);

      await expectStopped(tryTrade(day, claim, 4, day.orders.refused, position), day, WRONG.trade);
    });

    type Terms = { pair: (day: Day) => Pair; step?: Partial<Step> };
    const ordersOf =
      (buy: Partial<Order>, sell: Partial<Order> = {}) =>
      (day: Day): Pair => [
        { ...day.orders.bought[0], ...buy },
        { ...day.orders.bought[1], ...sell },
      ];
    const beyond: [string, Terms][] = [
      ["above the buyer's limit", { pair: ordersOf({ limitPrice: TEN - 1n }), step: { price: TEN } }],
      ["below the seller's limit", { pair: ordersOf({}, { limitPrice: TEN + 1n }), step: { price: TEN } }],
      ["of two buyers", { pair: ordersOf({}, { side: 0n }) }],
      ["of two sellers", { pair: ordersOf({ side: 1n }) }],
      ["of different assets", { pair: ordersOf({ asset: VILLA }) }],
      ["of one trader with himself", { pair: (day) => ordersOf({}, { trader: day.alice.address })(day) }],
      ["of more than the buyer wanted", { pair: ordersOf({ quantity: 9n }), step: { quantity: 10n } }],
      ["of more than the seller had", { pair: ordersOf({}, { quantity: 9n }), step: { quantity: 10n } }],
      ["settled for more than was traded", { pair: ordersOf({}), step: { quantity: 10n, settled: 11n } }],
      ["settled for less than was traded", { pair: ordersOf({}), step: { quantity: 10n, settled: 9n } }],
      [
        "settled in part for more than was traded",
        { pair: ordersOf({}), step: { quantity: 10n, settled: 11n, flags: 2n } },
      ],
      ["settled in part for nothing", { pair: ordersOf({}), step: { quantity: 10n, settled: 0n, flags: 2n } }],
      ["settled for nothing", { pair: ordersOf({}), step: { quantity: 0n } }],
      ["paid one unit too little", { pair: ordersOf({}), step: { quantity: 10n, cash: 10n * TEN - 1n } }],
      ["paid one unit too much", { pair: ordersOf({}), step: { quantity: 10n, cash: 10n * TEN + 1n } }],
    ];

    for (const [name, { pair, step }] of beyond) {
      it(`stops the desk for a trade ${name}, without any movement`, async () => {
        const day = await networkHelpers.loadFixture(disputedDay);
        const orders = pair(day);
        const claim = honestClaim([tradeStep(day.domain, orders, { quantity: 10n, ...step })], day.currency);
        await day.claim(claim);

        const position = positionOf(SHARES, day.alice.address, TOWER);
        await expectStopped(tryTrade(day, claim, 0, orders, position, []), day, WRONG.trade);
      });
    }

    it("stops the desk for a trade in different currencies", async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const orders = ordersOf({}, { currency: day.carol.address })(day);
      const claim = honestClaim([tradeStep(day.domain, orders)], day.currency);
      await day.claim(claim);

      const position = positionOf(SHARES, day.alice.address, TOWER);
      await expectStopped(tryTrade(day, claim, 0, orders, position, []), day, WRONG.trade);
    });

    const within: [string, Terms][] = [
      ["at the buyer's limit", { pair: ordersOf({}, { limitPrice: TEN - 1n }) }],
      ["at the seller's limit", { pair: ordersOf({ limitPrice: TEN + 1n }), step: { price: TEN } }],
      ["of all that the buyer wanted", { pair: ordersOf({ quantity: 10n }) }],
      ["of all that the seller had", { pair: ordersOf({}, { quantity: 10n }), step: { quantity: 10n } }],
      ["settled for a part", { pair: ordersOf({}), step: { quantity: 10n, settled: 1n, flags: 2n } }],
      ["settled in whole though a part would do", { pair: ordersOf({}), step: { quantity: 10n, flags: 3n } }],
      ["for nothing", { pair: ordersOf({ limitPrice: 0n }, { limitPrice: 0n }) }],
    ];

    for (const [name, { pair, step }] of within) {
      it(`finds nothing in a trade ${name}, whose position it may be`, async () => {
        const day = await networkHelpers.loadFixture(disputedDay);
        const orders = pair(day);
        const asked = tradeStep(day.domain, orders, { quantity: 10n, ...step });
        const claim = honestClaim([asked], day.currency);
        await day.claim(claim);
        const touched = new Map(asked.moves.map(([position, delta]) => [JSON.stringify(position, text), delta]));

        for (const position of everyPosition(day)) {
          await expect(tryTrade(day, claim, 0, orders, position))
            .to.be.revertedWithCustomError(day.disputes, "SettlementDisputesMovementIsRight")
            .withArgs(touched.get(JSON.stringify(position, text)) ?? 0n);
        }
      });
    }

    it("reckons prices in engine units and limits in base units", async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const crown = await ethers.deployContract("TestDollar", [day.admin.address]);
      const currency = await crown.getAddress();
      await day.desk.allowCurrency(currency, CROWN_UNIT);
      const terms = { currency, limitPrice: 7n * CROWN_UNIT };
      const orders = ordersOf(terms, terms)(day);
      const claim = honestClaim([tradeStep(day.domain, orders, { quantity: 10n }, CROWN_UNIT)], currency);
      const dear = ordersOf({ ...terms, limitPrice: 7n * CROWN_UNIT - 1n }, terms)(day);
      const tooDear = honestClaim([tradeStep(day.domain, dear, { quantity: 10n, price: 7n }, CROWN_UNIT)], currency);
      const cash = positionOf(CASH, day.alice.address, BigInt(currency));

      await day.claim(claim);
      await expect(tryTrade(day, claim, 0, orders, cash))
        .to.be.revertedWithCustomError(day.disputes, "SettlementDisputesMovementIsRight")
        .withArgs(-70n);
      await day.desk.connect(day.operator).closeBatch();
      await day.claim(tooDear);
      const exhibit = exhibitOf([claimedChunk(tooDear)], 0, 2n);
      await expect(day.disputes.disputeTrade(exhibit, recordsAt(tooDear, 0), ...dear, cash, []))
        .to.emit(day.disputes, "WrongChunkProved")
        .withArgs(2n, 0n, WRONG.trade, day.admin.address);
    });

    it("finds nothing in any trade of an honest chunk, accepted or refused, whose position it may be", async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const { honest, orders } = day;
      await day.claim(honest);

      for (const [place, pair] of [orders.bought, orders.sold, orders.villas, undefined, orders.refused].entries()) {
        for (const position of pair === undefined ? [] : everyPosition(day)) {
          const moved = honest.movements.find((each) => isAt(each, position, BigInt(place)));
          await expect(tryTrade(day, honest, place, pair ?? orders.bought, position))
            .to.be.revertedWithCustomError(day.disputes, "SettlementDisputesMovementIsRight")
            .withArgs(moved?.delta ?? 0n);
        }
      }
    });

    it("takes the trade's movement by itself, and no other for it", async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const { honest, orders, alice, disputes } = day;
      await day.claim(honest);
      const position = positionOf(SHARES, alice.address, TOWER);
      const own = honest.movements.findIndex((each) => isAt(each, position, 0n));
      const judged = (places: number[]) =>
        tryTrade(
          day,
          honest,
          0,
          orders.bought,
          position,
          places.map((place) => placed(honest, place)),
        );

      await expect(judged([own]))
        .to.be.revertedWithCustomError(disputes, "SettlementDisputesMovementIsRight")
        .withArgs(10n);
      for (const places of [[], [own + 1], [own + 1, own + 2], [own, own + 1, own + 2]]) {
        await expect(judged(places), places.join())
          .to.be.revertedWithCustomError(disputes, "SettlementDisputesNotNeighbours")
          .withArgs();
      }
      await expect(judged([own, own + 2]))
        .to.be.revertedWithCustomError(disputes, "SettlementDisputesNotNeighbours")
        .withArgs();
    });

    it("takes no other orders than the trade's own", async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const { honest, orders, alice, disputes } = day;
      await day.claim(honest);
      const position = positionOf(SHARES, alice.address, TOWER);
      const [buy, sell] = orders.bought;
      const others: Pair[] = [
        [{ ...buy, limitPrice: 1n }, sell],
        [buy, { ...sell, salt: 9n }],
        [sell, buy],
        orders.refused,
      ];

      for (const pair of others) {
        await expect(tryTrade(day, honest, 0, pair, position))
          .to.be.revertedWithCustomError(disputes, "SettlementDisputesIdDiffers")
          .withArgs(
            tradeStep(day.domain, pair, { quantity: 10n, price: TEN }).id,
            dataSlice(honest.instructions[0] ?? "", 48),
          );
      }
    });

    it("takes trades only", async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const { honest, orders, alice, disputes } = day;
      await day.claim(honest);
      const position = positionOf(SHARES, alice.address, TOWER);

      for (const [place, kind] of [
        [3, 2n],
        [5, 5n],
      ] as const) {
        await expect(tryTrade(day, honest, place, orders.bought, position))
          .to.be.revertedWithCustomError(disputes, "SettlementDisputesKindDiffers")
          .withArgs(kind, 1n);
      }
    });

    it("takes no records that are not the chunk's, or whose proofs have another length or place", async () => {
      const day = await networkHelpers.loadFixture(disputedDay);
      const { honest, orders, alice, disputes } = day;
      const later = honestClaim(day.steps, day.currency, 1n, 6n);
      const chunks = await day.claim(honest, later);
      const position = positionOf(SHARES, alice.address, TOWER);
      const real = recordsAt(later, 0);
      const another = recordsAt(later, 1);
      const node = ethers.concat([ethers.keccak256(ethers.concat(["0x00", real.receipt])), real.receiptProof[0] ?? ""]);
      const forged = [
        { ...real, index: 7n },
        { ...real, index: 0n },
        { ...real, index: 12n },
        { ...real, index: 2n ** 256n - 1n },
        { ...real, instruction: another.instruction },
        { ...real, instruction: `${real.instruction}00` },
        { ...real, instruction: dataSlice(real.instruction, 0, 79) },
        { ...real, instruction: real.receipt },
        { ...real, receipt: another.receipt },
        { ...real, receipt: dataSlice(real.receipt, 0, 63) },
        { ...real, receipt: node, receiptProof: real.receiptProof.slice(1) },
        { ...real, instructionProof: real.instructionProof.slice(1) },
        { ...real, instructionProof: [...real.instructionProof, ethers.ZeroHash] },
        { ...real, receiptProof: real.instructionProof },
        { ...real, receiptProof: [] },
      ];

      for (const records of forged) {
        await expect(disputes.disputeTrade(exhibitOf(chunks, 1), records, ...orders.bought, position, []))
          .to.be.revertedWithCustomError(disputes, "SettlementDisputesRecordsNotProved")
          .withArgs(records.index);
      }
      await expect(disputes.disputeTrade(exhibitOf(chunks, 0), real, ...orders.bought, position, []))
        .to.be.revertedWithCustomError(disputes, "SettlementDisputesRecordsNotProved")
        .withArgs(6n);
    });
  });

  describe("disputeTransfer", () => {
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
          day.disputes.disputeTransfer(
            exhibit,
            recordsAt(claim, 0),
            day.gift,
            position,
            neighbours(claim, position, 0n),
          ),
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

  describe("disputeReceipt", () => {
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

  describe("disputeRepeat", () => {
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

  /** Every position that somebody could ask for: of every holder, in everything that is known and in nothing. */
  function everyPosition({ alice, bob, carol, dave, currency }: Day): Position[] {
    return [alice, bob, carol, dave].flatMap(({ address }) => [
      positionOf(SHARES, address, TOWER),
      positionOf(SHARES, address, VILLA),
      positionOf(CASH, address, BigInt(currency)),
      positionOf(CASH, address, TOWER),
      positionOf(0n, address, TOWER),
      positionOf(3n, address, BigInt(currency)),
    ]);
  }

  function stepOf({ steps }: Day, place: number): Step {
    const step = steps[place];
    if (step === undefined) throw new Error("the day has this step");
    return step;
  }

  function text(_: string, value: unknown): unknown {
    return typeof value === "bigint" ? value.toString() : value;
  }
});
