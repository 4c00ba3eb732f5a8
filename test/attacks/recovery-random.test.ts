import { expect } from "chai";
import { network } from "hardhat";
import { deployOffered, LOCK_UP, type RecoveryWorld, TOWER, VILLA } from "../helpers/recovery-world.ts";
import { seededRandom } from "../helpers/seeded-random.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const offered = () => deployOffered(connection);

describe("Recovery of lost wallets, at random (I-12)", () => {
  for (const round of [1, 2, 3]) {
    it(`I-12: random acts and losses, round ${round}: what an investor has over all his wallets stays what it was`, async () => {
      const all = await networkHelpers.loadFixture(offered);
      const random = seededRandom("I-12");
      await playAndCompare(all, random.below);
    });
  }
});

/** Plays random acts; before and after each recovery, and each page of it, compares everything that alice has. */
async function playAndCompare(all: RecoveryWorld, below: (bound: number) => number): Promise<void> {
  const { shares, investors, desk, currency, alice, second, bob, spare, more } = all;
  const keys = [alice, second, spare, ...more];
  const lost: typeof keys = [];
  const mine = [alice, second];
  const reserve = [spare, ...more];
  const distributions: bigint[] = [];
  const pick = <T>(items: readonly T[]): T => {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  };
  const asset = () => (below(2) === 0 ? TOWER : VILLA);

  const acts = [
    async () => shares.mint(pick(mine), asset(), BigInt(1 + below(50)), "0x"),
    async () => shares.setFrozenTokens(pick(mine), asset(), BigInt(below(80))),
    async () => {
      const [wallet, id] = [pick(mine), asset()];
      const free = Number(await shares.spendableOf(wallet, id));
      await shares.lock(wallet, id, BigInt(below(free + 1)));
    },
    async () => networkHelpers.time.increase(below(Number(LOCK_UP))),
    async () => {
      const [from, to, id] = [pick(mine), pick(mine), asset()];
      const free = Number(await shares.spendableOf(from, id));
      await shares.connect(from).safeTransferFrom(from, to, id, BigInt(below(free + 1)), "0x");
    },
    async () => {
      const [from, id] = [pick(mine), asset()];
      await shares.forcedTransfer(from, bob, id, BigInt(below(Number(await shares.balanceOf(from, id)) + 1)));
    },
    async () => distributions.push((await all.declare(TOWER, BigInt(1 + below(3)))).distribution),
    async () => all.deposit(pick(mine), BigInt(1 + below(500))),
    async () => {
      const wallet = pick(mine);
      const { deposited } = await desk.cashOf(wallet, currency);
      if (deposited > 0n) await desk.connect(wallet).requestWithdrawal(currency, BigInt(1 + below(Number(deposited))));
    },
  ];

  for (let step = 0; step < 25; ++step) {
    if (below(4) !== 0 || reserve.length === 0) {
      await pick(acts)();
      continue;
    }

    const before = await possessions(all, keys, distributions);
    const later = (await networkHelpers.time.latest()) + below(Number(LOCK_UP)) + 100;
    const snapshot = await networkHelpers.takeSnapshot();
    const youngAsEver = await youngAt(all, later);
    await snapshot.restore();
    const wallet = pick(mine);
    const others = mine.filter((each) => each !== wallet);
    const successor = others.length > 0 && below(3) === 0 ? pick(others) : reserve.shift();
    if (successor === undefined) throw new Error("no wallet is left");
    await investors.recover(wallet, successor);
    mine.splice(mine.indexOf(wallet), 1);
    if (!mine.includes(successor)) mine.push(successor);
    lost.push(wallet);
    expect(await possessions(all, keys, distributions), "after the recovery").to.deep.equal(before);

    for (const page of below(2) === 0 ? [[TOWER, VILLA]] : [[VILLA], [TOWER]]) {
      await shares.connect(bob).recoverPositions(wallet, page);
      expect(await possessions(all, keys, distributions), "after a page").to.deep.equal(before);
    }
    await desk.connect(bob).recoverCash(currency, wallet);
    expect(await possessions(all, keys, distributions), "after the cash").to.deep.equal(before);
    for (const each of lost) {
      for (const id of [TOWER, VILLA]) expect(await shares.balanceOf(each, id)).to.equal(0n);
    }
    expect(await youngAt(all, later), "what is young, at the same second, without and with the loss").to.deep.equal(
      youngAsEver,
    );
    if (distributions.length > 0 && below(2) === 0) {
      await all.income.claimMany(pick(distributions), [wallet, successor]);
      expect((await possessions(all, keys, distributions)).income, "paid or due").to.equal(before.income);
    }
  }
  for (const distribution of distributions) await all.income.claimMany(distribution, keys);
  const paid = await Promise.all(keys.map((key) => all.income.payableTo(distributions[0] ?? 1n, key).catch(() => 0n)));
  expect(paid.every((due) => due === 0n)).to.equal(true);
}

/** How many of alice's shares are young at an instant, to which time goes on. */
async function youngAt({ rules, investors, investor }: RecoveryWorld, instant: number) {
  await networkHelpers.time.increaseTo(instant);
  const number = await investors.numberOf(investor);
  return Promise.all([TOWER, VILLA].map(async (id) => (await rules.totalOf(id, number)).young));
}

/** What alice has, over all the wallets that she ever had or may yet have. */
async function possessions(all: RecoveryWorld, keys: RecoveryWorld["more"], distributions: readonly bigint[]) {
  const { shares, rules, investors, desk, income, offering, currency, dollar, investor } = all;
  const sum = async (ask: (wallet: string) => Promise<bigint>) =>
    (await Promise.all(keys.map(({ address }) => ask(address)))).reduce((one, other) => one + other, 0n);
  const number = await investors.numberOf(investor);

  const held = await Promise.all(
    [TOWER, VILLA].map(async (id) => ({
      balance: await sum((wallet) => shares.balanceOf(wallet, id)),
      frozen: await sum((wallet) => shares.getFrozenTokens(wallet, id)),
      locked: await sum((wallet) => shares.lockedOf(wallet, id)),
      total: (await rules.totalOf(id, number)).total,
      holders: await rules.holdersOf(id),
      records: await Promise.all(
        Array.from({ length: Number(await shares.recordCount(id)) }, (_, record) =>
          sum((wallet) => shares.balanceOfAt(wallet, id, record)),
        ),
      ),
    })),
  );
  const due = await Promise.all(distributions.map((each) => sum((wallet) => income.payableTo(each, wallet))));
  const paid = await sum((wallet) => dollar.balanceOf(wallet));
  return {
    held,
    income: due.reduce((one, other) => one + other, paid),
    cash: await sum(async (wallet) => {
      const { deposited, leaving } = await desk.cashOf(wallet, currency);
      return deposited + leaving;
    }),
    entitlement: await sum((wallet) => offering.entitlementOf(1n, wallet)),
  };
}
