import { expect } from "chai";
import { network } from "hardhat";
import {
  appointProviders,
  DAY,
  demandPrice,
  deployValuation,
  E18,
  MOST_AGE,
  PRICE,
  publish,
  TOWER,
} from "../../helpers/valuation.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

/** A feed of the tower; Ann has valued it yesterday and today. */
async function feedOfTower() {
  const world = await deployValuation(connection);
  await appointProviders(world);
  await demandPrice(world);
  const feed = await ethers.deployContract("NavFeed", [
    await world.oracle.getAddress(),
    TOWER,
    "Tower, all of it, USD",
  ]);
  const today = BigInt(await time.latest());
  await publish(connection, world, world.ann, 100n, { instant: today - DAY });
  const yesterdayAt = BigInt(await time.latest());
  await publish(connection, world, world.ann, 10_550n, { instant: today, decimals: 2n });
  return { ...world, feed, today, yesterdayAt, todayAt: BigInt(await time.latest()) };
}

describe("NavFeed", () => {
  it("answers in the shape of AggregatorV3, with 18 decimals, rounds being the instants that were valued", async () => {
    const { feed, oracle, today, yesterdayAt, todayAt } = await loadFixture(feedOfTower);

    expect([...(await feed.latestRoundData())]).to.deep.equal([today, (10_550n * E18) / 100n, today, todayAt, today]);
    const yesterday = today - DAY;
    expect([...(await feed.getRoundData(yesterday))]).to.deep.equal([
      yesterday,
      100n * E18,
      yesterday,
      yesterdayAt,
      yesterday,
    ]);
    expect(
      await Promise.all([feed.decimals(), feed.version(), feed.description(), feed.id(), feed.oracle()]),
    ).to.deep.equal([18n, 1n, "Tower, all of it, USD", TOWER, await oracle.getAddress()]);
  });

  it("reverts instead of telling a price that may not be used, and still tells the past", async () => {
    const { feed, today } = await loadFixture(feedOfTower);
    await time.increaseTo(today + MOST_AGE + 1n);

    await expect(feed.latestRoundData())
      .to.be.revertedWithCustomError(feed, "NavFeedNotUsable")
      .withArgs(TOWER, PRICE.publicationStale, "The value was published too long ago; ask the providers to publish.");
    expect((await feed.getRoundData(today)).answer).to.equal((10_550n * E18) / 100n);
  });

  it("knows no round that nobody has valued", async () => {
    const { feed, today } = await loadFixture(feedOfTower);

    for (const round of [today + 1n, today + 2n ** 64n]) {
      await expect(feed.getRoundData(round))
        .to.be.revertedWithCustomError(feed, "NavFeedNoSuchRound")
        .withArgs(TOWER, round);
    }
  });
});
