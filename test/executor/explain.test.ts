import { expect } from "chai";
import {
  CODE,
  explainInstruction,
  findInstructions,
  openCase,
  receiptsOf,
  runBatch,
  runSequential,
} from "../../executor/index.ts";
import { randomBatch } from "./worlds/random-world.ts";
import {
  ADDRESS,
  ALICE,
  BOB,
  buys,
  HOUSE,
  idOf,
  inWorld,
  NOW,
  PRICE,
  sells,
  settle,
  sharesOf,
  trade,
  withAssets,
  withCash,
  withLimit,
  withMandate,
  withShares,
} from "./worlds/trading-world.ts";

const { SEED } = process.env;
const two = [trade(), trade({ matchNumber: 2n })];

/** Of a batch's last instruction: what was compared, and the places of those that had a part in it. */
async function lastOf(parts: Parameters<typeof settle>[0]) {
  const batch = openCase(await settle(parts));
  const { reason, decisive, earlier } = explainInstruction(batch, batch.steps.length - 1);
  return { name: reason.name, ...decisive, earlier: earlier.map(({ index, delta }) => [index, delta]) };
}

describe("explainInstruction", () => {
  it("names the seller's position and who took from it", async () => {
    expect(await lastOf({ trades: two, ...withShares(BOB, { spendable: 15n }) })).to.deep.equal({
      name: "BalanceTooSmall",
      what: `shares of asset ${HOUSE} that ${ADDRESS.bob} may move`,
      needed: 10n,
      opening: 15n,
      available: 5n,
      earlier: [[0, -10n]],
    });
  });

  it("names the buyer's cash and who spent it", async () => {
    const { name, ...told } = await lastOf({ trades: two, ...withCash(ALICE, 1_999n) });

    expect(name).to.equal("CashTooSmall");
    expect(told).to.deep.include({ needed: 1_000n, opening: 1_999n, available: 999n, earlier: [[0, -1_000n]] });
  });

  it("names the order that was filled too far, earlier batches included", async () => {
    const orders = [buys("alice", { quantity: 25n }), sells("bob")];
    const id = idOf(orders[0] ?? buys("alice"));

    expect(await lastOf({ orders, trades: two, filled: new Map([[id, 6n]]) })).to.deep.equal({
      name: "BuyOrderOverfilled",
      what: `shares left of order ${id}`,
      needed: 10n,
      opening: 19n,
      available: 9n,
      earlier: [[0, -10n]],
    });
  });

  it("counts the places for holders, and who took the last", async () => {
    const limited = inWorld((draft) => {
      for (const asset of draft.assets) asset.holderLimit = 4;
      for (const account of [0, 2, 3]) Object.assign(sharesOf(draft, account), { balance: 0n, spendable: 0n });
    });
    const orders = [buys("alice"), sells("bob"), buys("carol")];
    const trades = [trade(), trade({ buyOrder: 2, matchNumber: 2n })];

    const all = await lastOf({ orders, trades, ...limited });

    expect(all.name).to.equal("Accepted");
    const tight = inWorld((draft) => {
      for (const asset of draft.assets) asset.holderLimit = 2;
      for (const account of [0, 2, 3]) Object.assign(sharesOf(draft, account), { balance: 0n, spendable: 0n });
    });
    const last = await lastOf({ orders, trades, ...tight });
    expect(last).to.deep.include({ name: "HolderLimitReached", needed: 1n, opening: 1n, available: 0n });
    expect(last.earlier).to.deep.equal([[0, -1n]]);
  });

  it("points at the first instruction of an id", async () => {
    const { name, earlier } = await lastOf({ trades: [trade(), trade()] });

    expect([name, earlier]).to.deep.equal(["Duplicate", [[0, 0n]]]);
  });

  it("compares times and prices with the order's own", async () => {
    const late = await lastOf({ orders: [buys("alice", { expiry: NOW - 1n }), sells("bob")] });
    const dear = await lastOf({ trades: [trade({ price: PRICE + 1n })] });

    expect(late).to.deep.include({ name: "BuyOrderExpired", needed: NOW, available: NOW - 1n });
    expect(dear).to.deep.include({ name: "PriceAboveBuyLimit", needed: PRICE + 1n, available: PRICE });
  });

  it("names the limit of the mandate that would break, and what the chunk had used of it", async () => {
    const shares = await lastOf({ trades: two, ...withLimit(ALICE, { inLeft: 15n }) });
    const cash = await lastOf({ trades: two, ...withMandate(ALICE, { cashOutLeft: 1_500n }) });

    expect(shares).to.deep.include({ name: "BuyMandateExhausted", needed: 10n, opening: 15n, available: 5n });
    expect(shares.earlier).to.deep.equal([[0, -10n]]);
    expect(cash).to.deep.include({ needed: 1_000n, opening: 1_500n, available: 500n });
  });

  it("counts what earlier chunks have used of a mandate", async () => {
    const parts = { trades: two, maxChunkInstructions: 1, ...withLimit(ALICE, { inLeft: 15n }) };

    expect(await lastOf(parts)).to.deep.include({ needed: 10n, opening: 5n, available: 5n, earlier: [] });
  });

  it("leaves what no number decides to the sentence", async () => {
    expect(await lastOf(withAssets({ state: 4 }))).to.deep.equal({ name: "AssetPaused", earlier: [] });
  });

  it("finds instructions by id, by its beginning, by place and by match number", async () => {
    const batch = openCase(await settle({ trades: two }));
    const id = batch.steps[1]?.instruction.id ?? "";

    for (const wanted of [id, id.slice(0, 10), id.toUpperCase().replace("0X", "0x"), "#1", "2"]) {
      expect(findInstructions(batch, wanted), wanted).to.deep.equal([1]);
    }
    expect(findInstructions(batch, id.slice(0, 9))).to.deep.equal([]);
    expect(() => explainInstruction(batch, 2)).to.throw("the batch has no instruction 2; it has 2");
  });

  const WORLDS = 120;
  const firstSeed = Number(SEED ?? Math.floor(Math.random() * 2 ** 31));
  it(`never contradicts the ledger in random worlds (SEED=${firstSeed})`, async () => {
    const met = new Set<number>();
    for (let seed = firstSeed; seed < firstSeed + WORLDS; seed++) {
      const result = await runSequential(randomBatch(seed));
      const batch = openCase(result);
      for (const { index, code } of receiptsOf(result)) {
        const { decisive, earlier } = explainInstruction(batch, index);
        const where = `SEED=${seed}, instruction ${index}, code ${code}`;
        for (const change of earlier) expect(change.index, where).to.be.below(index);
        if (decisive === undefined) continue;
        const { needed, available, opening, what } = decisive;
        const isShort = code === CODE.priceBelowSellLimit ? needed < available : needed > available;
        expect(isShort, `${where}: ${what}, ${needed} of ${available}`).to.equal(true);
        const sum = earlier.reduce((total, { delta }) => total + delta, opening);
        if (!what.startsWith("loss")) expect(sum, where).to.equal(available);
        met.add(code);
      }
    }
    for (const code of [20, 32, 111, 113, 114, 115, 116, 117, 122, 123])
      expect(met.has(code), `${code}`).to.equal(true);
  }).timeout(120_000);

  it("explains what ran on worker threads as well", async () => {
    const batch = openCase(await runBatch(randomBatch(7), { workers: 0 }));

    for (const index of batch.steps.keys()) expect(explainInstruction(batch, index).index).to.equal(index);
  });
});
