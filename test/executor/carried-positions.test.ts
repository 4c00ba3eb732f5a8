import { expect } from "chai";
import { CarriedPositions } from "../../executor/engine/carried-positions.ts";
import { toHex } from "../../executor/formats/hex.ts";
import { CODE } from "../../executor/formats/reason-codes.ts";
import { RECEIPT_AT, RECEIPT_BYTES } from "../../executor/formats/receipt.ts";
import {
  createPackedAccounts,
  createPackedCash,
  createPackedShares,
  createRandom,
  packedOf,
  randomInteger,
  snapshotOf,
  WorkerPool,
} from "../../executor/index.ts";
import { MOVED_AT, MOVED_WORDS } from "../../executor/ledger/rows.ts";
import { type LedgerState, loadState } from "../../executor/ledger/state.ts";
import { DESK, DOLLAR } from "./worlds/trading-world.ts";

const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const ACCOUNTS = 40;
const ASSETS = 3;
const LISTED_CASH = 10;
const NO_CELL = -1;

/** Every account with 100 of each asset, the first ten with cash. */
function openWorld() {
  const accounts = createPackedAccounts(ACCOUNTS);
  const shares = createPackedShares(ACCOUNTS * ASSETS);
  const cash = createPackedCash(LISTED_CASH);
  for (let account = 0; account < ACCOUNTS; account++) {
    accounts.addresses[20 * account + 19] = account + 1;
    accounts.investors[account] = account + 1;
    for (let asset = 0; asset < ASSETS; asset++) {
      const row = account * ASSETS + asset;
      shares.account[row] = account;
      shares.asset[row] = asset;
      shares.spendable[row] = 100n;
      shares.balance[row] = 100n;
    }
  }
  for (let row = 0; row < LISTED_CASH; row++) {
    cash.account[row] = row;
    cash.deposited[row] = 1_000n;
  }
  const assets = Array.from({ length: ASSETS }, (_, place) => ({ id: BigInt(place + 1), state: 0, holderLimit: 0 }));
  const currencies = [{ address: DOLLAR, engineUnit: 1n }];
  const where = { chainId: 31337n, desk: DESK, openingBlock: 1n };
  const snapshot = snapshotOf({ ...where, assets, currencies, accounts, mandates: [], shares, cash });
  const packed = packedOf(snapshot);
  if (packed === undefined) throw new RangeError("a packed snapshot is packed");
  return { packed, ledger: loadState(snapshot) };
}

/** Moves shares and cash at random, and refuses some; what a ledger says of that. */
function moveAtRandom(ledger: LedgerState, random: () => number, count: number) {
  const { cells, cashAt } = ledger;
  const receipts = new Uint8Array(RECEIPT_BYTES * count);
  const moved = new Int32Array(MOVED_WORDS * count).fill(NO_CELL);
  const view = new DataView(receipts.buffer);
  const add = (cell: number, amount: bigint) => {
    cells[cell] = (cells[cell] ?? 0n) + amount;
  };

  for (let index = 0; index < count; index++) {
    const [asset, seller, buyer] = [ASSETS, ACCOUNTS, ACCOUNTS].map((most) => randomInteger(random, 0, most - 1));
    const [from, to] = [seller ?? 0, buyer ?? 0].map((account) => account * ASSETS + (asset ?? 0));
    const [pay, receive] = [cashAt + (buyer ?? 0), cashAt + (seller ?? 0)];
    const isAccepted = randomInteger(random, 0, 3) > 0;
    const isPaid = randomInteger(random, 0, 3) > 0;
    moved[index * MOVED_WORDS + MOVED_AT.from] = from ?? 0;
    moved[index * MOVED_WORDS + MOVED_AT.to] = to ?? 0;
    if (isPaid) moved[index * MOVED_WORDS + MOVED_AT.pay] = pay;
    if (isPaid) moved[index * MOVED_WORDS + MOVED_AT.receive] = receive;
    view.setUint16(index * RECEIPT_BYTES + RECEIPT_AT.code, isAccepted ? CODE.accepted : CODE.cashTooSmall);
    if (!isAccepted) continue;
    add(from ?? 0, -1n);
    add(to ?? 0, 1n);
    if (isPaid) add(pay, -3n);
    if (isPaid) add(receive, 3n);
  }
  return { receipts, moved, movesOnly: true };
}

describe("Carried positions", () => {
  it(`take over what was moved as if they looked at everything (SEED=${seed})`, async () => {
    const random = createRandom(seed);
    const pool = await WorkerPool.open(0);
    const { packed, ledger } = openWorld();
    const told = await CarriedPositions.open(packed, ledger, pool);
    const looking = await CarriedPositions.open(packed, ledger, pool);
    const rootOf = async (positions: CarriedPositions, touched: ReturnType<CarriedPositions["absorb"]>) => {
      await positions.trees.update(positions.tables, pool, {}, touched);
      return toHex(positions.trees.root());
    };

    for (let batch = 0; batch < 40; batch++) {
      const decided = moveAtRandom(ledger, random, randomInteger(random, 0, 12));
      if (batch % 7 === 3) {
        told.miss(); // the ledger goes on, and nobody absorbs
        Object.assign(decided, moveAtRandom(ledger, random, 5));
      }
      if (batch % 7 === 5) {
        ledger.cells[ledger.frozenAt + batch] = 9n;
        decided.movesOnly = false;
      }
      const [one, other] = [told.absorb(decided), looking.absorb()];
      const what = `batch ${batch} (SEED=${seed})`;
      expect([...one.shares].sort(), `shares of ${what}`).to.deep.equal([...other.shares].sort());
      expect([...one.cash].sort(), `cash of ${what}`).to.deep.equal([...other.cash].sort());
      expect(told.tables.cash, `rows of ${what}`).to.deep.equal(looking.tables.cash);
      expect(await rootOf(told, one), what).to.equal(await rootOf(looking, other));
    }
  });
});
