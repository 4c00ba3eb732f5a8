import { expect } from "chai";
import { network } from "hardhat";
import { ExitCode } from "../../sdk/errors.ts";
import { readSnapshot, unlocksFor, unlocksInTurn } from "../../sdk/index.ts";
import { lockShares } from "../../tasks/settle/lock.ts";
import { migrateCash } from "../../tasks/settle/migrate.ts";
import { readAccountStatus } from "../../tasks/settle/status.ts";
import { requestUnlock, unlockShares } from "../../tasks/settle/unlock.ts";
import { netVector, sharesWord } from "../helpers/net-vector.ts";
import { deploySettlementDesk } from "../helpers/settlement-suite.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { sold } = taskWorld(connection);
const { provider } = ethers;
const ASSET = 1n;

/** Alice has 50,000 shares of asset 1 and the desk takes dollars. */
async function holding() {
  const world = await sold();
  const { suite, alice } = world;
  const currency = await suite.testDollar.getAddress();
  return { ...world, currency, sender: silentSender(alice) };
}

const now = async () => {
  const block = await provider.getBlock("latest");
  return { block: block?.number ?? 0, time: BigInt(block?.timestamp ?? 0) };
};

describe("settle lock and unlock", () => {
  it("lock shares, and give them back after the window", async () => {
    const { suite, sender, alice, currency } = await networkHelpers.loadFixture(holding);

    const { steps } = await lockShares(suite, sender, ASSET, 600n);
    expect(steps.map(({ title }) => title)).to.deep.equal(["lock 600 shares of asset 1 at the desk"]);
    await requestUnlock(suite, sender, ASSET, 250n);
    const early = await failureOf(unlockShares(suite, sender, provider, ASSET));

    expect(early).to.have.property("exitCode", ExitCode.refused);
    expect(early).to.have.property("message", "250 shares are still on leave");
    const { unlocksAt } = await suite.settlementDesk.locksOf(alice.address, ASSET);
    const status = await readAccountStatus(suite, alice.address, currency, [ASSET], (await now()).block);
    expect(status.locks).to.deep.equal([{ asset: ASSET, locked: 350n, leaving: 250n, unlocksAt, held: 0n }]);
    await networkHelpers.time.increaseTo(unlocksAt);
    expect(await unlockShares(suite, sender, provider, ASSET)).to.deep.include({ shares: 250n });
    expect((await unlockShares(suite, sender, provider, ASSET)).steps).to.deep.equal([]);
  });

  it("refuse what is not there, nothing, and an asset that nobody listed", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(holding);
    const refused = async (attempt: Promise<unknown>, message: string) =>
      expect(await failureOf(attempt)).to.have.property("message", message);

    await refused(lockShares(suite, sender, ASSET, 50_001n), "there are too few shares");
    await refused(lockShares(suite, sender, ASSET, 0n), "the number of shares is zero");
    await refused(lockShares(suite, sender, 9n, 1n), "there is no asset 9");
    await refused(requestUnlock(suite, sender, ASSET, 1n), "there are too few locked shares");
    await refused(requestUnlock(suite, sender, ASSET, 0n), "the number of shares is zero");
  });

  it("give all back at once where a desk follows", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(holding);
    const { settlementDesk, shareToken, accessManager } = suite;
    await lockShares(suite, sender, ASSET, 600n);
    const next = await deploySettlementDesk(connection, [
      await accessManager.getAddress(),
      await shareToken.getAddress(),
    ]);
    await settlementDesk.setSuccessor(next.target);

    expect(await unlockShares(suite, sender, provider, ASSET)).to.deep.include({ shares: 600n });
  });
});

describe("settle migrate", () => {
  it("takes the sender's cash to the desk that follows, once there is one", async () => {
    const { suite, sender, alice, currency } = await networkHelpers.loadFixture(holding);
    const { settlementDesk, shareToken, accessManager, testDollar } = suite;
    await settlementDesk.allowCurrency(currency, 1n);
    await testDollar.mint(alice.address, 5_000_000n);
    await testDollar.connect(alice).approve(settlementDesk.target, 5_000_000n);
    await settlementDesk.connect(alice).deposit(currency, 5_000_000n);
    const next = await deploySettlementDesk(connection, [
      await accessManager.getAddress(),
      await shareToken.getAddress(),
    ]);
    await next.allowCurrency(currency, 1n);

    expect(await failureOf(migrateCash(suite, sender, provider, ""))).to.have.property(
      "message",
      "no desk follows this one",
    );
    await settlementDesk.setSuccessor(next.target);
    expect(await migrateCash(suite, sender, provider, "")).to.deep.include({ amount: 5_000_000n });
    expect((await next.cashOf(alice.address, currency)).deposited).to.equal(5_000_000n);
    expect((await migrateCash(suite, sender, provider, "")).steps).to.deep.equal([]);
  });
});

describe("locked shares, as the executor and the settler see them", () => {
  it("are there to be spent, unless they are on leave or somebody else's", async () => {
    const { suite, sender, alice, bob } = await networkHelpers.loadFixture(holding);
    await lockShares(suite, sender, ASSET, 600n);
    await requestUnlock(suite, sender, ASSET, 200n);
    await suite.shareToken.lock(alice.address, ASSET, 30n);
    await suite.shareToken.setFrozenTokens(alice.address, ASSET, 5n);

    const { shares } = await readSnapshot(suite, {
      chainId: 31337n,
      block: (await now()).block,
      assets: [ASSET],
      currencies: [],
      accounts: [alice.address, bob.address],
    });

    expect(shares.map(({ balance, spendable }) => [balance, spendable])).to.deep.equal([
      [50_000n, 50_000n - 200n - 30n - 5n],
      [50_000n, 50_000n],
    ]);
  });

  it("are fewer than none where more is frozen than is there, by what is missing and by no more than there can be", async () => {
    const { suite, alice, bob } = await networkHelpers.loadFixture(holding);
    const spendable = async () => {
      const terms = { chainId: 31337n, block: (await now()).block, assets: [ASSET], currencies: [] };
      const { shares } = await readSnapshot(suite, { ...terms, accounts: [alice.address, bob.address] });
      return shares.map((position) => position.spendable);
    };

    await suite.shareToken.setFrozenTokens(alice.address, ASSET, 50_001n);
    expect(await spendable()).to.deep.equal([-1n, 50_000n]);
    await suite.shareToken.setFrozenTokens(alice.address, ASSET, 2n ** 63n);
    expect(await spendable()).to.deep.equal([50_000n - (2n ** 63n - 1n), 50_000n]);
    await suite.shareToken.setFrozenTokens(alice.address, ASSET, 2n ** 64n - 1n);
    expect(await spendable()).to.deep.equal([50_000n - (2n ** 63n - 1n), 50_000n]);
  });

  it("are unlocked for a chunk as far as the wallet has too few, and no further than there are", async () => {
    const { suite, sender, alice, bob, currency } = await networkHelpers.loadFixture(holding);
    await lockShares(suite, sender, ASSET, 600n);
    await requestUnlock(suite, sender, ASSET, 200n);
    const place = BigInt(alice.address) < BigInt(bob.address) ? 0 : 1;
    const chunk = (quantity: bigint) =>
      netVector(currency, {
        cash: [],
        shares: [
          [ASSET, alice.address, -quantity],
          [ASSET, bob.address, quantity],
        ],
      });
    const at = await now();
    const later = { ...at, time: at.time + 3_600n };

    expect(await unlocksFor(suite, chunk(49_400n), at)).to.deep.equal([]);
    expect(await unlocksFor(suite, chunk(49_401n), at)).to.deep.equal([sharesWord(0, place, 1n)]);
    expect(await unlocksFor(suite, chunk(50_000n), at)).to.deep.equal([sharesWord(0, place, 600n)]);
    expect(await unlocksFor(suite, chunk(50_000n), later)).to.deep.equal([sharesWord(0, place, 400n)]);
  });

  it("are unlocked once for chunks that are planned at once, after what those before take and bring", async () => {
    const { suite, sender, alice, bob, currency } = await networkHelpers.loadFixture(holding);
    await lockShares(suite, sender, ASSET, 600n);
    const place = BigInt(alice.address) < BigInt(bob.address) ? 0 : 1;
    const chunks = [-49_500n, 30n, -130n, -500n].map((delta) =>
      netVector(currency, {
        cash: [],
        shares: [
          [ASSET, alice.address, delta],
          [ASSET, bob.address, -delta],
        ],
      }),
    );

    const [first, second, third, fourth] = await unlocksInTurn(suite, chunks, await now());

    expect(first).to.deep.equal([sharesWord(0, place, 100n)]);
    expect(second).to.deep.equal([]);
    expect(third).to.deep.equal([sharesWord(0, place, 100n)]);
    expect(fourth).to.deep.equal([sharesWord(0, place, 400n)]); // 100 too few: the register will say so
  });
});
