import { expect } from "chai";
import { POSITION_KIND } from "../../executor/formats/position-leaf.ts";
import {
  closeKinds,
  closePositions,
  compareResults,
  provePosition,
  receiptsOf,
  runBatch,
  runSequential,
  type Snapshot,
} from "../../executor/index.ts";
import { randomKinds } from "./worlds/random-kinds.ts";

const { SEED } = process.env;

/** Σ of shares per asset and of cash per currency: no instruction makes or loses any. */
function totalsOf({ shares, cash }: Pick<Snapshot, "shares" | "cash">): string[] {
  const totals = new Map<string, bigint>();
  const add = (key: string, amount: bigint) => totals.set(key, (totals.get(key) ?? 0n) + amount);
  for (const { asset, balance } of shares) add(`asset ${asset}`, balance);
  for (const { currency, deposited } of cash) add(`currency ${currency}`, deposited);
  return [...totals].map(([key, total]) => `${key}: ${total}`).sort();
}

function firstOf({ shares: [position], accounts, assets }: Snapshot): { account: string; unit: bigint } {
  return { account: accounts[position?.account ?? 0]?.address ?? "", unit: assets[position?.asset ?? 0]?.id ?? 0n };
}

describe("What a batch of all kinds leaves", function () {
  this.timeout(120_000);
  const firstSeed = Number(SEED ?? Math.floor(Math.random() * 2 ** 31));

  it(`conserves, and is what the next batch may open with (SEED=${firstSeed})`, async () => {
    for (let seed = firstSeed; seed < firstSeed + 40; seed++) {
      const input = randomKinds(seed);
      const result = await runBatch(input, { workers: 0 });
      const all = new Set(result.chunks.keys());
      const snapshot = closeKinds(input.snapshot, closePositions(input.snapshot, result.chunks), result, all);
      const name = `SEED=${seed}`;

      expect(totalsOf(snapshot), name).to.deep.equal(totalsOf(input.snapshot));
      for (const [place, { spendable, balance, frozen = 0n }] of snapshot.shares.entries()) {
        const before = input.snapshot.shares[place]?.spendable ?? 0n;
        expect(spendable >= 0n || spendable >= before, `${name}: nobody lacks more than before`).to.equal(true);
        expect(frozen >= 0n && spendable + frozen <= balance, name).to.equal(true);
      }
      await provePosition(result, { kind: POSITION_KIND.shares, ...firstOf(snapshot) }); // throws if another root comes out

      const alreadyFinal = new Set(receiptsOf(result).map(({ id }) => id));
      const next = { ...randomKinds(seed + 1), snapshot, alreadyFinal };
      const judge = await runSequential(next);
      expect(compareResults(judge, await runBatch(next, { workers: 0 })), name).to.equal(undefined);
    }
  });
});
