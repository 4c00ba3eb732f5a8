import { expect } from "chai";
import { dataSlice } from "ethers";
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
  placed,
  positionOf,
  recordsAt,
  SHARES,
  type Step,
  tradeStep,
  WRONG,
} from "../../helpers/dispute-world.ts";
import {
  type Day,
  everyPosition,
  expectStopped,
  isAt,
  moving,
  type Pair,
  text,
  tryTrade,
} from "../../helpers/disputed-day.ts";
import { DOLLAR, TOWER, VILLA } from "../../helpers/settlement-suite.ts";
import type { Order } from "../../helpers/settlement-types.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const TEN = 10n * DOLLAR;
const CROWN_UNIT = 10n ** 12n;

async function disputedDay() {
  return deployDisputedDay(connection);
}

describe("SettlementDisputes: disputeTrade", () => {
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
