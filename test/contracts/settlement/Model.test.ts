import { expect } from "chai";
import { network } from "hardhat";
import { planBatch } from "../../helpers/batch.ts";
import { applyMoves, type DeskModel } from "../../helpers/mandate-model.ts";
import { type Moves, netVector } from "../../helpers/net-vector.ts";
import { type SeededRandom, seededRandom } from "../../helpers/seeded-random.ts";
import { deployFourHolders, TOWER, VILLA } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const CHUNKS = 100;
const ASSETS = [TOWER, VILLA];

async function fourHolders() {
  return deployFourHolders(connection);
}

type Suite = Awaited<ReturnType<typeof fourHolders>>;

/** Mandates with little left and few shares and coins, so that chunks come near every limit. */
async function tightMandates(suite: Suite, random: SeededRandom, round: bigint) {
  for (const holder of suite.holders.slice(0, 4)) {
    const upTo = (bound: number) => BigInt(random.below(bound));
    const limits = ASSETS.map((asset) => ({
      asset,
      maxIn: upTo(20),
      maxOut: upTo(20),
      maxBuyPrice: 10n + upTo(4),
      minSellPrice: 7n + upTo(4),
    }));
    await suite.giveMandate(holder, {
      nonce: 2n + round,
      maxCashOut: upTo(400),
      lossAllowance: upTo(20),
      feeCap: upTo(10),
      limits,
    });
  }
}

/** Everything the desk and the register say now, in the model's words. */
async function modelOf({ desk, shares, currency, holders, mandateOf }: Suite): Promise<DeskModel> {
  const model: DeskModel = { cash: new Map(), shares: new Map(), mandates: new Map() };
  for (const { address } of holders.slice(0, 4)) {
    model.cash.set(address, (await desk.cashOf(address, currency)).deposited);
    const { cashOutLeft, lossLeft, feeLeft } = await desk.mandateCash(address, currency);
    const limits = [];
    for (const asset of ASSETS) {
      model.shares.set(`${address}/${asset}`, await shares.balanceOf(address, asset));
      const { inLeft, outLeft, maxBuyPrice, minSellPrice } = await desk.mandateLimit(address, currency, asset);
      limits.push({ asset, maxIn: inLeft, maxOut: outLeft, maxBuyPrice, minSellPrice });
    }
    const left = { maxCashOut: cashOutLeft, lossAllowance: lossLeft, feeCap: feeLeft, limits };
    model.mandates.set(address, mandateOf(address, left));
  }
  return model;
}

/** A few trades at prices around the limits, netted. */
function randomMoves(accounts: readonly string[], random: SeededRandom): Moves {
  const cash = new Map<string, bigint>();
  const shares = new Map<string, [bigint, string, bigint]>();
  for (let trades = 1 + random.below(4); trades > 0; --trades) {
    const seller = random.below(accounts.length);
    const buyer = (seller + 1 + random.below(accounts.length - 1)) % accounts.length;
    const asset = ASSETS[random.below(ASSETS.length)] ?? TOWER;
    const quantity = BigInt(1 + random.below(5));
    const price = BigInt(7 + random.below(7));
    for (const [place, sign] of [
      [seller, 1n],
      [buyer, -1n],
    ] as const) {
      const account = accounts[place] ?? "";
      const key = `${account}/${asset}`;
      cash.set(account, (cash.get(account) ?? 0n) + sign * quantity * price);
      shares.set(key, [asset, account, (shares.get(key)?.[2] ?? 0n) - sign * quantity]);
    }
  }
  return { cash: [...cash], shares: [...shares.values()].filter(([, , delta]) => delta !== 0n) };
}

describe("SettlementDesk against its model", () => {
  it(`settles exactly those of ${CHUNKS} random chunks that everybody's signature covers`, async function () {
    this.timeout(120_000);
    const suite = await networkHelpers.loadFixture(fourHolders);
    const random = seededRandom("chunks near the limits");
    const accounts = suite.holders.slice(0, 4).map(({ address }) => address);
    let settled = 0;

    for (let i = 0; i < CHUNKS; ++i) {
      if (i % 10 === 0) await tightMandates(suite, random, BigInt(i));
      const before = await modelOf(suite);
      const moves = randomMoves(accounts, random);
      const expected = applyMoves(before, moves);
      const batch = planBatch((await suite.desk.lastBatch()) + 1n, [netVector(suite.currency, moves)]);
      await suite.open(batch);

      const note = `${random.seed}, chunk ${i}: ${typeof expected === "string" ? expected : "covered"}`;
      const outcome = await suite.settle(batch.chunks[0]).then(
        () => "settled",
        () => "refused",
      );

      expect(outcome, note).to.equal(typeof expected === "string" ? "refused" : "settled");
      expect(await modelOf(suite), note).to.deep.equal(typeof expected === "string" ? before : expected);
      if (outcome === "refused") await suite.desk.connect(suite.operator).closeBatch();
      else settled += 1;
    }

    // Both outcomes have to occur, or the run has shown little.
    expect(settled)
      .to.be.greaterThan(CHUNKS / 10)
      .and.lessThan((CHUNKS * 9) / 10);
    expect(await suite.dollar.balanceOf(suite.desk.target)).to.equal(
      [...(await modelOf(suite)).cash.values()].reduce((sum, cash) => sum + cash),
    );
  });
});
