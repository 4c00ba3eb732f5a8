import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { type RecordQuestion, readRecordHolders } from "../../../sdk/income/record-holders.ts";
import { openRecord } from "../../../tasks/income/record.ts";
import { failureOf, taskWorld } from "../../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { sold } = taskWorld(connection);
const { provider } = ethers;

const QUESTION: RecordQuestion = {
  asset: 1n,
  record: 0n,
  source: "register",
  deployedAtBlock: 0,
  chain: "31337 of this test",
};
const SOURCES = ["register", "transfers"] as const;

/** Before the record Alice gave Bob 10,000 shares in a batch and all of Carol's went to Alice; after it Bob sold everything. */
async function recorded() {
  const world = await sold();
  const { suite, sender, alice, bob, carol } = world;
  const { shareToken } = suite;
  await shareToken.connect(alice).safeBatchTransferFrom(alice.address, bob.address, [1n, 1n], [4_000n, 6_000n], "0x");
  await shareToken.connect(carol).safeTransferFrom(carol.address, alice.address, 1n, 25_000n, "0x");
  const instant = BigInt(await networkHelpers.time.latest()) + 1_000n;
  await openRecord(suite, sender, 1n, instant);
  await networkHelpers.time.increaseTo(instant + 1n);
  await shareToken.connect(bob).safeTransferFrom(bob.address, carol.address, 1n, 60_000n, "0x");
  return { ...world, instant };
}

describe("readRecordHolders", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-holders-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  for (const source of SOURCES) {
    it(`finds who held what at the record, and not since, in the ${source}`, async () => {
      const { suite, alice, bob, instant } = await networkHelpers.loadFixture(recorded);

      const reading = await readRecordHolders(suite, provider, { ...QUESTION, source });

      const held = new Map(reading.holders.map(({ wallet, shares }) => [wallet, shares]));
      expect(held).to.deep.equal(
        new Map([
          [alice.address, 65_000n],
          [bob.address, 60_000n],
        ]),
      );
      expect(reading).to.deep.include({ supply: 125_000n, instant });
      const wallets = reading.holders.map(({ wallet }) => wallet.toLowerCase());
      expect(wallets).to.deep.equal(wallets.toSorted());
    });

    it(`goes on in the ${source} with what a killed reading has found`, async () => {
      const { suite } = await networkHelpers.loadFixture(recorded);
      const partFile = join(folder, "holders.part");
      const whole = await readRecordHolders(suite, provider, { ...QUESTION, source, partFile });
      const written = await readFile(partFile, "utf8");
      const asked: number[] = [];
      const again = { ...QUESTION, source, partFile, onProgress: (done: number) => asked.push(done) };

      expect(await readRecordHolders(suite, provider, again)).to.deep.equal(whole);
      expect(asked, "nothing is read twice").to.deep.equal([]);

      await writeFile(partFile, written.slice(0, -7));
      expect(await readRecordHolders(suite, provider, again), "a torn line").to.deep.equal(whole);
      expect(asked).to.have.lengthOf(1);
      expect(await readFile(partFile, "utf8")).to.equal(written);

      await appendFile(partFile, '{"last":1,"entries":[]}\nnonsense\n');
      expect(await readRecordHolders(suite, provider, again), "lines that go back").to.deep.equal(whole);
      expect(await readFile(partFile, "utf8")).to.equal(written);
    });

    it(`begins anew in the ${source} where the part is of another chain`, async () => {
      const { suite } = await networkHelpers.loadFixture(recorded);
      const partFile = join(folder, "deep", "holders.part");
      await readRecordHolders(suite, provider, { ...QUESTION, source, partFile });
      const before = await readFile(partFile, "utf8");

      await readRecordHolders(suite, provider, { ...QUESTION, source, partFile, chain: "another life" });

      expect(await readFile(partFile, "utf8")).to.equal(before.replace(QUESTION.chain, "another life"));
    });

    it(`refuses a part from the ${source} that does not sum to the supply`, async () => {
      const { suite } = await networkHelpers.loadFixture(recorded);
      const partFile = join(folder, "holders.part");
      await readRecordHolders(suite, provider, { ...QUESTION, source, partFile });
      await writeFile(partFile, (await readFile(partFile, "utf8")).replace('"65000"', '"64999"'));

      const error = await failureOf(readRecordHolders(suite, provider, { ...QUESTION, source, partFile }));

      expect(error).to.have.nested.property("problem.exitCode", 6);
      expect(error).to.have.nested.property(
        "problem.why",
        "their balances sum to 124999, and the supply is 125000: 1 shares are missing",
      );
    });
  }

  it("says what is missing where a node has forgotten early transfers", async () => {
    const { suite, carol } = await networkHelpers.loadFixture(recorded);
    const deployedAtBlock = (await provider.getBlockNumber()) - 3;

    const error = await failureOf(
      readRecordHolders(suite, provider, { ...QUESTION, source: "transfers", deployedAtBlock }),
    );

    expect(error).to.have.nested.property("problem.exitCode", 6);
    expect(error)
      .to.have.nested.property("problem.details")
      .that.includes(`${carol.address} has given 25000 shares that it never got`);
  });

  it("refuses a record in the future, to the second", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(recorded);
    const instant = BigInt(await networkHelpers.time.latest()) + 1_000n;
    await openRecord(suite, sender, 1n, instant);
    const question = { ...QUESTION, record: 1n };

    await networkHelpers.time.increaseTo(instant);
    const error = await failureOf(readRecordHolders(suite, provider, question));
    expect(error).to.have.property("message", "record 1 of asset 1 lies in the future");
    expect(error).to.have.nested.property("problem.exitCode", 2);

    await networkHelpers.time.increaseTo(instant + 1n);
    expect((await readRecordHolders(suite, provider, question)).supply).to.equal(125_000n);
  });

  it("refuses records and assets that are not there, and a record that was cancelled", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(recorded);
    await openRecord(suite, sender, 1n, BigInt(await networkHelpers.time.latest()) + 1_000n);
    await suite.shareToken.cancelRecord(1n, 1n);
    const messageOf = async (change: Partial<RecordQuestion>) =>
      failureOf(readRecordHolders(suite, provider, { ...QUESTION, ...change }));

    expect(await messageOf({ asset: 9n })).to.have.property("message", "there is no asset 9");
    expect(await messageOf({ record: 2n })).to.have.property("message", "asset 1 has no record 2");
    expect(await messageOf({ record: 1n })).to.have.property("message", "record 1 of asset 1 was cancelled");
  });
});
