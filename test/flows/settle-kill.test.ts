import { expect } from "chai";
import { KillWorld } from "../helpers/kill-world.ts";
import { CASH, fileOf, settlerWorld } from "../helpers/settler-world.ts";

/** Kills of the settler; `npm run soak` asks for more. */
const SETTLER_KILLS = Number(process.env["SETTLER_KILLS"] ?? 10);
const TRADES = 20;
const CHUNK = 4;

describe("the settler, killed at random moments", function () {
  this.timeout(Math.max(600_000, SETTLER_KILLS * 10_000));

  let world: KillWorld;
  before(async () => {
    world = await KillWorld.open("the settler, killed at random moments");
  });
  after(() => world.close());

  it("settles every trade once, and refuses those of the one whom the chain refuses", async () => {
    const { connection, random } = world;
    const state = await settlerWorld(connection, () => world.deployed()).lockedUp();
    const { suite, addresses, traders, currency } = state;
    const { shareToken, settlementDesk } = suite;
    const [ALICE, BOB, CAROL] = [0, 1, 2];
    // Bob sells more than he may in the third chunk of five; who trades with each other is through whatever he does.
    const trades = Array.from({ length: TRADES }, (_, place) =>
      place === 2 * CHUNK + 1
        ? { buyer: CAROL, seller: BOB, quantity: 20n }
        : {
            buyer: place % 2 === 0 ? ALICE : CAROL,
            seller: place % 2 === 0 ? CAROL : ALICE,
            quantity: BigInt(place + 1),
          },
    );
    const fair = trades.filter(({ seller }) => seller !== BOB);
    const netOf = (trader: number) =>
      fair.reduce(
        (sum, { buyer, seller, quantity }) =>
          sum + (buyer === trader ? quantity : 0n) - (seller === trader ? quantity : 0n),
        0n,
      );
    const before = await Promise.all(traders.map(({ address }) => shareToken.balanceOf(address, 1n)));
    const text = await fileOf(state, trades);
    const fromBlock = (await connection.ethers.provider.getBlockNumber()) + 1;

    const task = { addresses, batchSize: 0, work: { settle: { text, maxChunkInstructions: CHUNK } } };
    await world.killAndCheck(task, SETTLER_KILLS, async () => {
      const { seed } = random;
      const after = await Promise.all(traders.map(({ address }) => shareToken.balanceOf(address, 1n)));
      expect(
        after.map((balance, place) => balance - (before[place] ?? 0n)),
        seed,
      ).to.deep.equal([ALICE, BOB, CAROL].map(netOf));
      const cash = await Promise.all(traders.map(({ address }) => settlementDesk.cashOf(address, currency)));
      expect(
        cash.map(({ deposited }) => deposited),
        seed,
      ).to.deep.equal([ALICE, BOB, CAROL].map((trader) => CASH - 1_000_000n * netOf(trader)));

      // Two chunks of five, then nothing of Bob's, then the other three.
      const settled = await settlementDesk.queryFilter(settlementDesk.filters.ChunkSettled(), fromBlock);
      const last = await settlementDesk.lastBatch();
      expect(
        settled.map(({ args }) => [args.number, args.index]),
        seed,
      ).to.deep.equal([
        [1n, 0n],
        [1n, 1n],
        [last, 0n],
        [last, 1n],
        [last, 2n],
      ]);
      expect((await settlementDesk.batchOf(last)).open, seed).to.equal(false);
      const opened = await settlementDesk.queryFilter(settlementDesk.filters.BatchOpened(), fromBlock);
      expect(opened, seed).to.have.lengthOf(Number(last));
    });
  });
});
