import { expect } from "chai";
import { id } from "ethers";
import { network } from "hardhat";
import {
  CASH,
  type Claim,
  deployDisputes,
  exhibitOf,
  honestClaim,
  neighbours,
  placed,
  positionOf,
  receiptRecord,
  recordsAt,
  SHARES,
  type Step,
  tradeStep,
  transferStep,
  vectorOf,
} from "../../helpers/dispute-world.ts";
import { TOWER } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const TRADES = 511;
const PARTIES = 200;
/** What any dispute of a chunk of this size may take; a transaction may take 16,777,216 (EIP-7825). */
const MOST_GAS = 700_000n;

/** A chunk as large as they come: 511 trades and a transfer among 200 accounts, 2,046 movements. */
async function largeChunk() {
  const world = await deployDisputes(connection);
  const { currency, domain, orderOf, transferOf } = world;
  const accountAt = (place: number) => ethers.getAddress(`0x${id(`party ${place % PARTIES}`).slice(26)}`);
  const pairs = Array.from({ length: TRADES }, (_, place) => {
    const salt = BigInt(place);
    return [orderOf(accountAt(place), 0n, { salt }), orderOf(accountAt(place * 7 + 1), 1n, { salt })] as const;
  });
  const gift = transferOf(accountAt(3), accountAt(4), TOWER);
  const steps = [...pairs.map((pair) => tradeStep(domain, pair, { quantity: 1n })), transferStep(domain, gift)];
  const honest = honestClaim(steps, currency);
  return { ...world, pairs, gift, steps, honest };
}

describe("SettlementDisputes: gas", () => {
  it("takes little for any dispute of a large chunk", async () => {
    const world = await networkHelpers.loadFixture(largeChunk);
    const { disputes, desk, operator, honest, pairs, gift, steps, currency } = world;
    const [first, last] = [pairs[0], steps.at(-1)] as const;
    if (first === undefined || last === undefined) throw new Error("the chunk has trades and a transfer");
    const cash = positionOf(CASH, first[0].trader, BigInt(currency));
    const sent = positionOf(SHARES, gift.from, TOWER);
    const middle = honest.movements.length / 2;
    const forget = (instruction: bigint): Claim => ({
      ...honest,
      movements: honest.movements.filter((each) => each.instruction !== instruction),
    });
    const wrongTotal: Claim = {
      ...honest,
      movements: honest.movements.map((each, i) => (i === middle ? { ...each, total: each.total + 1n } : each)),
    };
    const wrongNet: Claim = {
      ...honest,
      vector: vectorOf(
        honest.movements.map((each) =>
          each.kind === CASH && each.account === cash.account ? { ...each, total: each.total + 1n } : each,
        ),
        currency,
      ),
    };
    const wrongReceipt: Claim = {
      ...honest,
      receipts: honest.receipts.with(-1, receiptRecord({ ...last, id: id("another") } satisfies Step, 511n, 0n)),
    };

    const attempts: [string, Claim, (claim: Claim, exhibit: ReturnType<typeof exhibitOf>) => Promise<Sent>][] = [
      [
        "disputeOrder",
        wrongTotal,
        (claim, exhibit) => disputes.disputeOrder(exhibit, [placed(claim, middle - 1), placed(claim, middle)]),
      ],
      [
        "disputeNet",
        wrongNet,
        (claim, exhibit) => disputes.disputeNet(exhibit, claim.vector, cash, neighbours(claim, cash)),
      ],
      [
        "disputeReceipt",
        wrongReceipt,
        (claim, exhibit) => disputes.disputeReceipt(exhibit, recordsAt(claim, TRADES), []),
      ],
      [
        "disputeTrade",
        forget(0n),
        (claim, exhibit) =>
          disputes.disputeTrade(exhibit, recordsAt(claim, 0), ...first, cash, neighbours(claim, cash, 0n)),
      ],
      [
        "disputeTransfer",
        forget(BigInt(TRADES)),
        (claim, exhibit) =>
          disputes.disputeTransfer(
            ...([exhibit, recordsAt(claim, TRADES), gift, sent, neighbours(claim, sent, BigInt(TRADES))] as const),
          ),
      ],
    ];

    const figures: string[] = [];
    for (const [name, claim, attempt] of attempts) {
      const chunks = await world.claim(claim);
      const receipt = await (await attempt(claim, exhibitOf(chunks, 0, await desk.lastBatch()))).wait();
      const gas = receipt?.gasUsed ?? 0n;
      figures.push(`${name} ${gas.toLocaleString("en")}`);
      expect(gas, name).to.be.greaterThan(0n).and.to.be.lessThan(MOST_GAS);
      await desk.connect(operator).closeBatch();
      await desk.resume();
    }
    console.log(`      ${figures.join(", ")}`);
  });
});

type Sent = Awaited<ReturnType<Awaited<ReturnType<typeof largeChunk>>["disputes"]["disputeOrder"]>>;
