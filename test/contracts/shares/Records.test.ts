import { expect } from "chai";
import { network } from "hardhat";
import { deployBooks, listAsset, onboard, STATE } from "../../helpers/books.ts";
import { seededRandom } from "../../helpers/seeded-random.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

const BUILDING = 1n;

/** One active asset; alice holds 100 shares, bob none; no record yet. */
async function registerWithOneAsset() {
  const books = await deployBooks(connection);
  const [alice, bob, carol] = books.others;
  if (!alice || !bob || !carol) throw new Error("four accounts are needed");
  await listAsset(connection, books, BUILDING);
  await books.shares.setAssetState(BUILDING, STATE.active);
  for (const wallet of [alice, bob, carol]) await onboard(connection, books, wallet);
  await books.shares.mint(alice, BUILDING, 100n, "0x");
  return { ...books, alice, bob, carol };
}

describe("ShareToken records", () => {
  it("means the end of the last block at or before the instant", async () => {
    const { shares, alice, bob } = await networkHelpers.loadFixture(registerWithOneAsset);
    const instant = BigInt(await time.latest()) + 1_000n;
    await shares.openRecord(BUILDING, instant);
    const sendAt = async (timestamp: bigint, value: bigint) => {
      await time.setNextBlockTimestamp(timestamp);
      await shares.connect(alice).safeTransferFrom(alice, bob, BUILDING, value, "0x");
    };

    await sendAt(instant, 30n); // in the very second of the record: still part of it
    await sendAt(instant + 1n, 50n); // one second later: not any more

    expect(await shares.balanceOfAt(alice, BUILDING, 0n)).to.equal(70n);
    expect(await shares.balanceOfAt(bob, BUILDING, 0n)).to.equal(30n);
    expect(await shares.supplyAt(BUILDING, 0n)).to.equal(100n);
    expect(await shares.balanceOf(alice, BUILDING)).to.equal(20n);
  });

  it("cannot be read before its instant has passed", async () => {
    const { shares, alice } = await networkHelpers.loadFixture(registerWithOneAsset);
    const instant = BigInt(await time.latest()) + 1_000n;
    await shares.openRecord(BUILDING, instant);

    await time.increaseTo(instant);
    await expect(shares.balanceOfAt(alice, BUILDING, 0n))
      .to.be.revertedWithCustomError(shares, "ShareTokenRecordNotReadable")
      .withArgs(BUILDING, 0n, instant);
    await time.increaseTo(instant + 1n);
    expect(await shares.balanceOfAt(alice, BUILDING, 0n)).to.equal(100n);
    await expect(shares.supplyAt(BUILDING, 1n))
      .to.be.revertedWithCustomError(shares, "ShareTokenUnknownRecord")
      .withArgs(BUILDING, 1n);
  });

  it("rejects an instant in the past, or not after the last record", async () => {
    const { shares } = await networkHelpers.loadFixture(registerWithOneAsset);
    const now = BigInt(await time.latest());
    await time.setNextBlockTimestamp(now + 10n);
    await expect(shares.openRecord(BUILDING, now + 9n))
      .to.be.revertedWithCustomError(shares, "ShareTokenRecordTooEarly")
      .withArgs(BUILDING, now + 9n, now + 10n);
    await shares.openRecord(BUILDING, now + 500n);
    await expect(shares.openRecord(BUILDING, now + 500n))
      .to.be.revertedWithCustomError(shares, "ShareTokenRecordTooEarly")
      .withArgs(BUILDING, now + 500n, now + 501n);
  });

  it("keeps at most eight pending, and takes more once they have passed", async () => {
    const { shares } = await networkHelpers.loadFixture(registerWithOneAsset);
    const start = BigInt(await time.latest()) + 1_000n;
    for (let i = 0n; i < 8n; i++) {
      expect(await shares.openRecord.staticCall(BUILDING, start + i)).to.equal(i);
      await expect(shares.openRecord(BUILDING, start + i))
        .to.emit(shares, "RecordOpened")
        .withArgs(BUILDING, i, start + i);
    }

    await expect(shares.openRecord(BUILDING, start + 8n))
      .to.be.revertedWithCustomError(shares, "ShareTokenTooManyRecords")
      .withArgs(BUILDING, 8n);
    await time.increaseTo(start + 3n);
    await shares.openRecord(BUILDING, start + 8n);
    expect(await shares.recordCount(BUILDING)).to.equal(9n);
  });

  it("can be cancelled before its instant, which frees the time after the last one that stands", async () => {
    const { shares, alice } = await networkHelpers.loadFixture(registerWithOneAsset);
    const start = BigInt(await time.latest()) + 1_000n;
    for (const offset of [0n, 10n, 20n]) await shares.openRecord(BUILDING, start + offset);

    await shares.cancelRecord(BUILDING, 1n);
    await shares.cancelRecord(BUILDING, 2n);
    await shares.openRecord(BUILDING, start + 5n); // earlier than both cancelled ones
    await time.increaseTo(start + 30n);

    expect(await shares.balanceOfAt(alice, BUILDING, 3n)).to.equal(100n);
    await expect(shares.balanceOfAt(alice, BUILDING, 1n))
      .to.be.revertedWithCustomError(shares, "ShareTokenRecordIsCancelled")
      .withArgs(BUILDING, 1n);
    await expect(shares.cancelRecord(BUILDING, 3n))
      .to.be.revertedWithCustomError(shares, "ShareTokenRecordPast")
      .withArgs(BUILDING, 3n, start + 5n);
  });

  it("frees the same time when the later of two is cancelled first", async () => {
    const { shares, alice } = await networkHelpers.loadFixture(registerWithOneAsset);
    const start = BigInt(await time.latest()) + 1_000n;
    for (const offset of [0n, 10n, 20n]) await shares.openRecord(BUILDING, start + offset);

    await shares.cancelRecord(BUILDING, 2n);
    await shares.cancelRecord(BUILDING, 1n);
    expect(await shares.recordAt(BUILDING, 2n)).to.deep.equal([start, true]);
    await shares.openRecord(BUILDING, start + 1n);
    await time.increaseTo(start + 30n);
    expect(await shares.balanceOfAt(alice, BUILDING, 3n)).to.equal(100n);
  });

  it("is exact when a block holds several movements, before and after a record is opened for this very second", async () => {
    const { shares, alice, bob, carol } = await networkHelpers.loadFixture(registerWithOneAsset);
    const instant = BigInt(await time.latest()) + 5n;
    const inOneBlock = async (timestamp: bigint, sends: (() => Promise<unknown>)[]) => {
      await ethers.provider.send("evm_setAutomine", [false]);
      for (const send of sends) await send();
      await time.setNextBlockTimestamp(timestamp);
      await networkHelpers.mine();
      await ethers.provider.send("evm_setAutomine", [true]);
    };
    const gas = { gasLimit: 1_000_000n };
    const move = (from: typeof alice, to: typeof alice, value: bigint) => () =>
      shares.connect(from).safeTransferFrom(from, to, BUILDING, value, "0x", gas);

    await inOneBlock(instant, [
      move(alice, bob, 10n),
      () => shares.openRecord(BUILDING, instant, gas), // immediate: for the end of this very block
      move(bob, carol, 4n),
      () => shares.mint(carol, BUILDING, 7n, "0x", gas),
      move(carol, alice, 1n),
    ]);
    await inOneBlock(instant + 1n, [move(alice, bob, 50n), move(alice, carol, 5n), move(bob, alice, 56n)]);
    await inOneBlock(instant + 2n, [() => shares.burn(carol, BUILDING, 15n, gas), move(alice, bob, 1n)]);

    for (const later of [0, 1]) {
      expect(await shares.balanceOfAt(alice, BUILDING, 0n)).to.equal(91n);
      expect(await shares.balanceOfAt(bob, BUILDING, 0n)).to.equal(6n);
      expect(await shares.balanceOfAt(carol, BUILDING, 0n)).to.equal(10n);
      expect(await shares.supplyAt(BUILDING, 0n)).to.equal(107n);
      if (later === 0) await shares.forcedTransfer(bob, carol, BUILDING, 1n);
    }
    expect(await shares.balanceOf(carol, BUILDING)).to.equal(1n);
  });

  it("counts a cancelled record as pending until the one before it has passed", async () => {
    const { shares } = await networkHelpers.loadFixture(registerWithOneAsset);
    const start = BigInt(await time.latest()) + 1_000n;
    for (let i = 0n; i < 8n; i++) await shares.openRecord(BUILDING, start + i);
    for (let i = 1n; i < 8n; i++) await shares.cancelRecord(BUILDING, i);

    await expect(shares.openRecord(BUILDING, start + 20n))
      .to.be.revertedWithCustomError(shares, "ShareTokenTooManyRecords")
      .withArgs(BUILDING, 8n);
    await shares.cancelRecord(BUILDING, 0n); // none stands before it, so that all of them have passed
    await shares.openRecord(BUILDING, start + 20n);
  });

  it("cannot be cancelled twice, or in its second, and takes no number that is not there", async () => {
    const { shares } = await networkHelpers.loadFixture(registerWithOneAsset);
    const start = BigInt(await time.latest()) + 1_000n;
    for (const offset of [0n, 10n]) await shares.openRecord(BUILDING, start + offset);

    await shares.cancelRecord(BUILDING, 1n);
    await expect(shares.cancelRecord(BUILDING, 1n))
      .to.be.revertedWithCustomError(shares, "ShareTokenRecordIsCancelled")
      .withArgs(BUILDING, 1n);
    await expect(shares.cancelRecord(BUILDING, 2n))
      .to.be.revertedWithCustomError(shares, "ShareTokenUnknownRecord")
      .withArgs(BUILDING, 2n);
    await expect(shares.openRecord(BUILDING, 2n ** 48n - 1n))
      .to.be.revertedWithCustomError(shares, "ShareTokenTooLarge")
      .withArgs(2n ** 48n - 1n);
    await time.setNextBlockTimestamp(start);
    await expect(shares.cancelRecord(BUILDING, 0n))
      .to.be.revertedWithCustomError(shares, "ShareTokenRecordPast")
      .withArgs(BUILDING, 0n, start);
  });

  it("writes one checkpoint however many records a holder slept through", async () => {
    const { shares, alice, bob } = await networkHelpers.loadFixture(registerWithOneAsset);
    for (let i = 0; i < 40; i++) {
      const instant = BigInt(await time.latest()) + 1n;
      await time.setNextBlockTimestamp(instant);
      await shares.openRecord(BUILDING, instant);
      await time.increase(10);
    }

    const transfer = await shares.connect(alice).safeTransferFrom(alice, bob, BUILDING, 100n, "0x");
    const receipt = await transfer.wait();
    expect(receipt?.gasUsed).to.be.lessThan(300_000n);
    for (const record of [0n, 17n, 39n]) {
      expect(await shares.balanceOfAt(alice, BUILDING, record)).to.equal(100n);
      expect(await shares.balanceOfAt(bob, BUILDING, record)).to.equal(0n);
    }
  });

  it("agrees with a full history over random movements, issues, records and cancellations", async () => {
    const { shares, alice, bob, carol } = await networkHelpers.loadFixture(registerWithOneAsset);
    const random = seededRandom("records");
    const wallets = [alice, bob, carol];
    const balances = new Map(wallets.map((wallet) => [wallet.address, wallet === alice ? 100n : 0n]));
    const supply = () => [...balances.values()].reduce((sum, balance) => sum + balance, 0n);
    /** The plain truth: all balances at the end of every block, by its timestamp. */
    const history: { timestamp: bigint; balances: Map<string, bigint>; supply: bigint }[] = [];
    const opened: { instant: bigint; cancelled: boolean }[] = [];
    const remember = (timestamp: bigint) => history.push({ timestamp, balances: new Map(balances), supply: supply() });
    remember(BigInt(await time.latest()));

    for (let step = 0; step < 250; step++) {
      const now = BigInt(await time.latest()) + BigInt(random.below(4) + 1);
      await time.setNextBlockTimestamp(now);
      const dice = random.below(10);
      const from = wallets[random.below(3)] ?? alice;
      const to = wallets[random.below(3)] ?? bob;
      const held = balances.get(from.address) ?? 0n;
      const pending = opened.findIndex((record) => !record.cancelled && record.instant > now);
      if (dice < 6) {
        const value = BigInt(random.below(Number(held) + 1));
        await shares.connect(from).safeTransferFrom(from, to, BUILDING, value, "0x");
        balances.set(from.address, (balances.get(from.address) ?? 0n) - value);
        balances.set(to.address, (balances.get(to.address) ?? 0n) + value);
      } else if (dice === 6) {
        await shares.mint(to, BUILDING, 5n, "0x");
        balances.set(to.address, (balances.get(to.address) ?? 0n) + 5n);
      } else if (dice === 7 && held > 0n) {
        await shares.burn(from, BUILDING, 1n);
        balances.set(from.address, held - 1n);
      } else if (dice === 8 && pending >= 0) {
        await shares.cancelRecord(BUILDING, BigInt(pending));
        const cancelled = opened[pending];
        if (cancelled) cancelled.cancelled = true;
      } else {
        const standing = opened.filter((record) => !record.cancelled).at(-1)?.instant ?? 0n;
        const instant = (standing >= now ? standing + 1n : now) + BigInt(random.below(6));
        if (opened.filter((record) => record.instant >= now).length < 8) {
          await shares.openRecord(BUILDING, instant);
          opened.push({ instant, cancelled: false });
        }
      }
      remember(BigInt(await time.latest()));
    }
    await time.increase(1_000);

    expect(opened.filter((record) => !record.cancelled).length).to.be.greaterThan(10, random.seed);
    for (const [number, record] of opened.entries()) {
      if (record.cancelled) continue;
      const truth = history.filter((block) => block.timestamp <= record.instant).at(-1);
      for (const wallet of wallets) {
        expect(await shares.balanceOfAt(wallet, BUILDING, number), `${random.seed} record ${number}`).to.equal(
          truth?.balances.get(wallet.address),
        );
      }
      expect(await shares.supplyAt(BUILDING, number), `${random.seed} record ${number}`).to.equal(truth?.supply);
    }
  });
});
