import { expect } from "chai";
import {
  type BatchInput,
  type BatchResult,
  closePositions,
  instructionsOf,
  readBatchFile,
  receiptsOf,
  runBatch,
} from "../../executor/index.ts";
import { closeBatch, emptyState } from "../../executor/replay/log-state.ts";
import { seededRandom } from "../helpers/seeded-random.ts";
import { randomBatch } from "./worlds/random-world.ts";
import { ALICE, BOB, batch, buys, cashOf, everyoneMayTrade, sells, settle, trade } from "./worlds/trading-world.ts";

const WORLDS = 80;

describe("Closed positions", function () {
  this.timeout(120_000);

  it("are moved by a chunk's trades, and its mandates used up", async () => {
    const snapshot = everyoneMayTrade((draft) => {
      draft.cash = draft.cash.filter(({ account, currency }) => account !== BOB || currency !== 0);
    });
    const { chunks } = await settle({ snapshot, orders: [buys("alice"), sells("bob")], trades: [trade()] });
    const closed = closePositions(snapshot, chunks);

    const shares = [closed.shares[2 * ALICE], closed.shares[2 * BOB]];
    expect(shares.map((position) => [position?.balance, position?.spendable])).to.deep.equal([
      [1_010n, 1_010n],
      [990n, 990n],
    ]);
    expect(closed.cash[0]?.deposited).to.equal(cashOf(snapshot, ALICE).deposited - 1_000n);
    expect(closed.cash.at(-1)).to.deep.equal({ account: BOB, currency: 0, deposited: 1_000n });
    expect(closed.mandates[0]).to.deep.include({ cashOutLeft: 10n ** 12n - 1_000n, lossLeft: 10n ** 12n });
    expect(closed.mandates[0]?.limits[0]).to.include({ inLeft: 9_990n, outLeft: 10_000n });
    expect(closed.mandates[2]?.limits[0]).to.include({ inLeft: 10_000n, outLeft: 9_990n });
    expect(closePositions(snapshot, [])).to.deep.equal(snapshot);
  });

  it("and what is final and filled let a batch be cut in two at any chunk: every receipt stays the same", async () => {
    const random = seededRandom("a batch cut in two");
    let cuts = 0;

    for (let world = 0; world < WORLDS; world++) {
      const whole = await runBatch(randomBatch(random.below(2 ** 30)), { workers: 0 });
      if (whole.chunks.length < 2) continue;
      const chunk = 1 + random.below(whole.chunks.length - 1);
      const input = readBatchFile(whole.file);
      const first = whole.chunks[chunk]?.firstInstruction ?? 0;
      const one = await runBatch(part(input, whole, 0, first), { workers: 0 });

      const state = emptyState(1n);
      closeBatch(state, input.snapshot, one, new Set(one.chunks.keys()));
      const rest = { ...part(input, whole, first, whole.header.instructionCount), alreadyFinal: state.final };
      const opening = { ...rest, snapshot: state.positions ?? input.snapshot, filled: state.filled };
      const two = await runBatch(opening, { workers: 0 });

      const outcomes = [...receiptsOf(one), ...receiptsOf(two)].map(outcome);
      expect(outcomes, `${random.seed}, world ${world}`).to.deep.equal(receiptsOf(whole).map(outcome));
      expect(closePositions(opening.snapshot, two.chunks), `${random.seed}, world ${world}`).to.deep.equal(
        closePositions(input.snapshot, whole.chunks),
      );
      cuts += 1;
    }
    expect(cuts, random.seed).to.be.greaterThan(WORLDS / 4);
  });

  const outcome = ({ id, code, quantity, cash }: ReturnType<typeof receiptsOf>[number]) => [id, code, quantity, cash];

  /** Some instructions of a batch as a batch of their own. */
  function part(input: BatchInput, whole: BatchResult, from: number, to: number): BatchInput {
    expect(instructionsOf(whole)).to.have.lengthOf(whole.header.instructionCount);
    return { ...batch(), ...input, trades: whole.instructions.slice(from * 80, to * 80) };
  }
});
