import { expect } from "chai";
import { hexlify } from "ethers";
import { network } from "hardhat";
import type { MockRule } from "../../../typechain-types/index.ts";
import { deployBooks, listAsset, onboard, STATE } from "../../helpers/books.ts";
import { TRAIT } from "../../helpers/rules.ts";
import { seededRandom } from "../../helpers/seeded-random.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const A = 1n;
/** What a contract's code may be (EIP-170), less the byte that stops calls. */
const LONGEST = 24_575;
/** What an entry takes besides its parameters. */
const HEAD = 24;

/** An active asset with two holders, and 25 rules of different codes that agree with everything. */
async function assetAndRules() {
  const books = await deployBooks(connection);
  const [alice, bob] = books.others;
  if (!alice || !bob) throw new Error("three accounts are needed");
  await listAsset(connection, books, A);
  await books.shares.setAssetState(A, STATE.active);
  for (const wallet of [alice, bob]) {
    await onboard(connection, books, wallet);
    await books.shares.mint(wallet, A, 10n, "0x");
  }
  const mocks: MockRule[] = [];
  for (let code = 30; code < 55; code++) mocks.push(await ethers.deployContract("MockRule", [code, 0n]));
  const settings = (lengths: readonly number[], fill: (place: number) => number = () => 0xab) =>
    lengths.map((length, place) => ({
      rule: String(mocks[place]?.target),
      parameters: hexlify(new Uint8Array(length).map((_, each) => fill(each + place) & 0xff)),
    }));
  const move = () => books.shares.connect(alice).safeTransferFrom(alice, bob, A, 1n, "0x");
  return { ...books, alice, bob, mocks, settings, move };
}

describe("RuleList", () => {
  it("reads back whatever was written: any number of rules up to 25, with parameters of any length", async () => {
    const { rules, settings, move } = await networkHelpers.loadFixture(assetAndRules);
    const random = seededRandom("rule lists");

    for (let round = 0; round < 9; round++) {
      const count = round < 2 ? 25 * round : 1 + random.below(25);
      const lengths = Array.from({ length: count }, () => (random.below(3) === 0 ? 0 : random.below(900)));
      const list = settings(lengths, (place) => place * 37 + round);
      await rules.setRules(A, list);

      const read = (await rules.rulesOf(A)).map(({ rule, parameters }) => ({ rule, parameters }));
      expect(read, random.seed).to.deep.equal(list);
      await move();
    }
  });

  it("keeps the longest parameters there may be, and tells each rule exactly its own", async () => {
    const { rules, shares, bob, alice } = await networkHelpers.loadFixture(assetAndRules);
    const tracking = await ethers.deployContract("MockRule", [60, TRAIT.tracks | TRAIT.grossOnly]);
    const other = await ethers.deployContract("MockRule", [61, TRAIT.tracks | TRAIT.grossOnly]);
    const long = hexlify(new Uint8Array(4_096).map((_, place) => place & 0xff));
    await rules.setRules(A, [
      { rule: other, parameters: "0x0102" },
      { rule: tracking, parameters: long },
    ]);
    const holders = [alice.address, bob.address].sort((one, next) => (BigInt(one) < BigInt(next) ? -1 : 1));
    await rules.countHolders(A, holders, 0n);

    const receipt = await (await shares.connect(alice).safeTransferFrom(alice, bob, A, 1n, "0x")).wait();
    const told = receipt?.logs
      .filter(({ address }) => [tracking.target, other.target].includes(address))
      .map((log) => tracking.interface.parseLog(log)?.args["parameters"]);
    expect(told).to.deep.equal(["0x0102", long]);
  });

  it("is as long as the code of a contract may be and not a byte longer, and says so", async () => {
    const { rules, settings, move } = await networkHelpers.loadFixture(assetAndRules);
    const five = [4_096, 4_096, 4_096, 4_096, 4_096];
    const rest = LONGEST - 5 * (HEAD + 4_096) - HEAD;

    await rules.setRules(A, settings([...five, rest]));
    expect((await rules.rulesOf(A)).length).to.equal(6);
    await move();
    await expect(rules.setRules(A, settings([...five, rest + 1])))
      .to.be.revertedWithCustomError(rules, "RuleListNotWritten")
      .withArgs(LONGEST + 1);
    expect((await rules.rulesOf(A)).length).to.equal(6);
  });

  it("says so, too, where creation code may not be that long any more: 25 rules of 4,096 bytes", async () => {
    const { rules, settings } = await networkHelpers.loadFixture(assetAndRules);

    await expect(rules.setRules(A, settings(Array.from({ length: 25 }, () => 4_096))))
      .to.be.revertedWithCustomError(rules, "RuleListNotWritten")
      .withArgs(25 * (HEAD + 4_096));
  });

  it("is a contract that cannot be called", async () => {
    const { rules, settings, admin } = await networkHelpers.loadFixture(assetAndRules);
    const receipt = await (await rules.setRules(A, settings([3]))).wait();
    const log = receipt?.logs.map((each) => rules.interface.parseLog(each)).find((each) => each?.name === "RulesSet");
    const list = String(log?.args["list"]);

    expect((await ethers.provider.getCode(list)).slice(0, 4)).to.equal("0x00");
    expect(await admin.call({ to: list, data: "0x12345678" })).to.equal("0x");
  });
});

describe("Rules that change after they were bound", () => {
  it("refuse everything ordinary once they have no code, and stop no enforcement", async () => {
    const { rules, shares, alice, bob, mocks, settings, move } = await networkHelpers.loadFixture(assetAndRules);
    await rules.setRules(A, settings([0, 0]));
    await move();
    await networkHelpers.setCode(String(mocks[1]?.target), "0x");

    expect((await rules.explain(alice, bob, A, 1n)).map(({ code, sentence }) => [code, sentence !== ""])).to.deep.equal(
      [[90n, true]],
    );
    expect(await shares.canTransfer(alice, bob, A, 1n)).to.equal(false);
    await expect(move()).to.be.revertedWithCustomError(shares, "ERC7943CannotTransfer");
    await expect(shares.settleNet(A, [alice, bob], [-1n, 1n]))
      .to.be.revertedWithCustomError(rules, "TransferRulesNetRefused")
      .withArgs(A, mocks[1]?.target, 90n);
    await shares.forcedTransfer(alice, bob, A, 1n);
    await rules.setRules(A, settings([0]));
    await move();
  });

  it("with a memory that is gone: enforcement goes on, and the count begins anew", async () => {
    const { rules, shares, alice, bob, move } = await networkHelpers.loadFixture(assetAndRules);
    const tracking = await ethers.deployContract("MockRule", [60, TRAIT.tracks | TRAIT.grossOnly]);
    await rules.setRules(A, [{ rule: tracking, parameters: "0x" }]);
    const holders = [alice.address, bob.address].sort((one, next) => (BigInt(one) < BigInt(next) ? -1 : 1));
    await rules.countHolders(A, holders, 0n);
    await networkHelpers.setCode(String(tracking.target), "0x");

    await expect(move()).to.be.revertedWithCustomError(shares, "ERC7943CannotTransfer");
    await expect(shares.forcedTransfer(alice, bob, A, 1n)).to.emit(rules, "RulesMarkedStale");
    expect(await shares.balanceOf(bob, A)).to.equal(11n);
    await rules.setRules(A, []);
    await move();
  });

  it("explain other refusals although one cannot say why it refuses", async () => {
    const { rules, alice, bob, mocks, settings } = await networkHelpers.loadFixture(assetAndRules);
    await rules.setRules(A, settings([0, 0, 0]));
    await mocks[0]?.setMood(8n); // refuses, reverts when asked for its sentence and burns all gas when asked for a next step
    await mocks[2]?.setMood(1n);

    const refusals = await rules.explain(alice, bob, A, 1n);
    expect(refusals.map(({ code, sentence, nextStep }) => [code, sentence, nextStep])).to.deep.equal([
      [30n, "", ""],
      [32n, "The mock refuses.", "Cheer it up."],
    ]);
    expect(await rules.detectTransferRestriction(alice, bob, A, 1n)).to.equal(30n);
    expect(await rules.messageForTransferRestriction(A, 30n)).to.equal("");
    expect(await rules.messageForTransferRestriction(A, 32n)).to.equal("The mock refuses.");
    expect(await rules.messageForTransferRestriction(A, 91n)).to.match(/\.$/);
  });

  it("explain with as many codes as there may be, although composites refuse with more than they bind", async () => {
    const { rules, shares, alice, bob } = await networkHelpers.loadFixture(assetAndRules);
    const everyCode = (1n << 90n) - (1n << 30n);
    const refusing = async (code: bigint, all: bigint) => {
      const composite = await ethers.deployContract("MockComposite", [1n << code]);
      await composite.setAnswers(code, all, 0);
      return composite;
    };
    const wide = [await refusing(30n, everyCode), await refusing(31n, everyCode)];
    const nonsense = await refusing(32n, ethers.MaxUint256);
    const bind = (composites: readonly { target: unknown }[]) =>
      rules.setRules(
        A,
        composites.map(({ target }) => ({ rule: String(target), parameters: "0x" })),
      );
    const codes = async () => (await rules.explain(alice, bob, A, 1n)).map(({ code }) => code);

    await bind([nonsense]);
    expect(await codes()).to.deep.equal([90n]);
    await bind(wide);
    expect((await codes()).slice(0, 60)).to.deep.equal(Array.from({ length: 60 }, (_, place) => BigInt(30 + place)));
    expect(await rules.detectTransferRestriction(alice, bob, A, 1n)).to.equal(30n);
    expect(await shares.canTransfer(alice, bob, A, 1n)).to.equal(false);
  });

  it("burn gas without end: 25 of them make a transfer dear, and no view, no transfer and no enforcement impossible", async () => {
    const { rules, shares, alice, bob, mocks, settings } = await networkHelpers.loadFixture(assetAndRules);
    await rules.setRules(A, settings(mocks.map(() => 0)));
    for (const mock of mocks) await mock.setMood(3n);

    expect((await rules.explain(alice, bob, A, 1n)).map(({ code }) => code)).to.deep.equal(mocks.map(() => 90n));
    expect(await shares.canTransfer(alice, bob, A, 1n)).to.equal(false);
    const receipt = await (await shares.forcedTransfer(alice, bob, A, 1n)).wait();
    expect(receipt?.gasUsed).to.be.lessThan(200_000n);
  });
});
