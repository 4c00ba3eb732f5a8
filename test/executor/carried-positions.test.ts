import { expect } from "chai";
import { toHex } from "../../executor/formats/hex.ts";
import {
  createRandom,
  loadKeccak,
  POSITION_KIND,
  type Position,
  randomInteger,
  WorkerPool,
} from "../../executor/index.ts";
import { type LedgerState, loadState } from "../../executor/ledger/state.ts";
import { packSnapshot } from "../../executor/packed-snapshot.ts";
import { plainPositionsRoot } from "../../executor/sequential/plain-positions.ts";
import { CarriedPositions } from "../../executor/tree/carried-positions.ts";
import { entry, everyoneMayTrade } from "./worlds/trading-world.ts";

const { SEED } = process.env;
const keccak = await loadKeccak();
const firstSeed = Number(SEED ?? Math.floor(Math.random() * 2 ** 31));

describe("Positions that are carried", function () {
  this.timeout(60_000);

  for (const workers of [0, 2]) {
    it(`have the root of rebuilt ones, while the next batch is already under way, with ${workers} workers (SEED=${firstSeed})`, async () => {
      const pool = await WorkerPool.open(workers);

      for (let seed = firstSeed; seed < firstSeed + 20; seed++) {
        const random = createRandom(seed);
        const snapshot = everyoneMayTrade((draft) => {
          draft.cash = draft.cash.filter(() => random() < 0.5);
        });
        const state = loadState(snapshot);
        const listed = snapshot.cash.map(({ account, currency }) => 2 * account + currency);
        const carried = new CarriedPositions(packSnapshot(snapshot), state);

        const [hashed, expected]: [Promise<Uint8Array>[], string[]] = [[], []];
        for (let batch = 0; batch < 5; batch++) {
          expected.push(toHex(plainPositionsRoot(keccak, positionsIn(snapshot, state, listed))));
          hashed.push(carried.hash(pool));
          for (let change = 0; change < 4; change++) {
            state.cells[randomInteger(random, 0, state.cells.length - 1)] = BigInt(randomInteger(random, 0, 2 ** 40));
          }
        }

        const roots = (await Promise.all(hashed)).map((root) => toHex(root));
        expect(roots, `SEED=${seed}`).to.deep.equal(expected);
      }
      await pool.close();
    });
  }
});

/** Every position by the book; adds to `listed` the cash that is new. */
function positionsIn(
  { accounts, assets, currencies, shares }: ReturnType<typeof everyoneMayTrade>,
  state: LedgerState,
  listed: number[],
) {
  const cell = (place: number) => entry(state.cells[place]);
  for (let place = 0; place < 2 * accounts.length; place++) {
    if (!listed.includes(place) && cell(state.cashAt + place) !== 0n) listed.push(place);
  }
  const cash: Position[] = listed.map((place) => {
    const amount = cell(state.cashAt + place);
    return {
      kind: POSITION_KIND.cash,
      account: entry(accounts[Math.floor(place / 2)]).address,
      unit: BigInt(entry(currencies[place % 2]).address),
      balance: amount,
      spendable: amount,
    };
  });

  return {
    cash,
    shares: shares.map(({ account, asset }, place): Position => {
      const spendable = cell(place);
      return {
        kind: POSITION_KIND.shares,
        account: entry(accounts[account]).address,
        unit: entry(assets[asset]).id,
        balance: spendable + cell(state.lockedAt + place) + cell(state.frozenAt + place),
        spendable,
      };
    }),
  };
}
