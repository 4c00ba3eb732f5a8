import { expect } from "chai";
import { network } from "hardhat";
import { ExitCode } from "../../sdk/errors.ts";
import { answer, capTableAt, describeAs } from "../../tasks/register/export.ts";
import { failureOf, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const tasks = taskWorld(connection);

/** A record is taken; then bob sells all that he has to alice, and some of hers are frozen and locked. */
async function traded() {
  const world = await tasks.sold();
  const { shareToken } = world.suite;
  const { alice, bob } = world;
  const instant = (await networkHelpers.time.latest()) + 1_000;
  await shareToken.openRecord(1n, instant);
  await networkHelpers.time.increaseTo(instant + 1);
  const block = await ethers.provider.getBlockNumber();
  await shareToken.connect(bob).safeTransferFrom(bob.address, alice.address, 1n, 50_000n, "0x");
  await shareToken.setFrozenTokens(alice.address, 1n, 9n);
  await shareToken.lock(alice.address, 1n, 4n);
  return { ...world, block, instant: BigInt(instant), latest: await ethers.provider.getBlockNumber() };
}

describe("register export", () => {
  it("lists who holds what now, with its investor, and adds it up", async () => {
    const { suite, alice, carol, latest } = await networkHelpers.loadFixture(traded);

    const capTable = await capTableAt(suite, 1n, {}, latest);

    expect(capTable).to.deep.equal({
      ...{ asset: 1n, block: latest, record: null, instant: null, supply: 125_000n, sum: 125_000n },
      rows: [
        { investor: 2, wallet: alice.address, balance: 100_000n, frozen: 9n, locked: 4n },
        { investor: 4, wallet: carol.address, balance: 25_000n, frozen: 0n, locked: 0n },
      ],
    });
    expect(describeAs("x.csv", capTable)).to.equal(
      `investor,wallet,balance,frozen,locked\n2,${alice.address},100000,9,4\n4,${carol.address},25000,0,0\n`,
    );
    expect(JSON.parse(describeAs("x.json", capTable))).to.deep.include({ schema: "moiety.cap-table/1", sum: "125000" });
    const { text, exitCode } = answer(capTable, "");
    expect(exitCode).to.equal(undefined);
    expect(text).to.contain(`Asset 1 at block ${latest}: 125000 shares, 2 investors, 2 wallets.`);
    expect(answer(capTable, "x.csv").text).to.match(/Written to x\.csv\.$/);
  });

  it("lists what everybody held at a record, and at a block", async () => {
    const { suite, alice, bob, carol, block, instant, latest } = await networkHelpers.loadFixture(traded);

    const atRecord = await capTableAt(suite, 1n, { record: 0 }, latest);
    const atBlock = await capTableAt(suite, 1n, { block }, latest);

    const held = [
      [alice.address, 50_000n],
      [bob.address, 50_000n],
      [carol.address, 25_000n],
    ];
    for (const { rows, sum } of [atRecord, atBlock]) {
      expect(rows.map(({ wallet, balance }) => [wallet, balance])).to.deep.equal(held);
      expect(sum).to.equal(125_000n);
    }
    expect(atRecord).to.deep.include({ record: 0, instant });
    expect(atRecord.rows[0]).to.deep.include({ frozen: null, locked: null });
    expect(describeAs("x.csv", atRecord)).to.contain(`2,${alice.address},50000,,\n`);
    expect(atBlock.rows[0]).to.deep.include({ frozen: 0n, locked: 0n });
  });

  it("fails where the sum is not the supply", async () => {
    const { suite, latest } = await networkHelpers.loadFixture(traded);
    const capTable = await capTableAt(suite, 1n, {}, latest);

    const { exitCode, error } = answer({ ...capTable, sum: 124_999n }, "");

    expect(exitCode).to.equal(ExitCode.checkFailed);
    expect(error?.what).to.equal("the balances sum to 124999, and the supply is 125000");
  });

  it("says what it does not know: assets, blocks to come, blocks before the deployment, records", async () => {
    const { suite, latest } = await networkHelpers.loadFixture(traded);

    expect(await failureOf(capTableAt(suite, 9n, {}, latest))).to.have.property(
      "message",
      `there was no asset 9 at block ${latest}`,
    );
    expect(await failureOf(capTableAt(suite, 1n, { block: latest + 1 }, latest))).to.have.property(
      "message",
      `block ${latest + 1} is not there yet; the latest is ${latest}`,
    );
    expect(await failureOf(capTableAt(suite, 1n, { block: 0 }, latest))).to.have.property(
      "message",
      "the register cannot be read at block 0",
    );
    expect(await failureOf(capTableAt(suite, 1n, { record: 5 }, latest))).to.be.instanceOf(Error);
  });
});
