import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { deployBooks, FLAG, listAsset, onboard, STATE } from "../../helpers/books.ts";
import { TRAIT } from "../../helpers/rules.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const A = 1n;
const CAP = 1_000n;

/** An asset of which alice holds 100 shares and bob none; stranger is nobody. It can be brought into any state. */
async function issuedAsset() {
  const books = await deployBooks(connection);
  const [alice, bob, stranger, desk] = books.others;
  if (!alice || !bob || !stranger || !desk) throw new Error("five accounts are needed");
  await listAsset(connection, books, A, CAP);
  await books.shares.setAssetState(A, STATE.active);
  const [anna, ben] = [await onboard(connection, books, alice), await onboard(connection, books, bob)];
  await books.shares.mint(alice, A, 100n, "0x");
  const codesOf = async (from: string, to: string, value: bigint) =>
    (await books.rules.explain(from, to, A, value)).map(({ code }) => code);
  const issue = (value: bigint) => codesOf(ZeroAddress, bob.address, value);
  const redeem = (value: bigint) => codesOf(alice.address, ZeroAddress, value);
  const transfer = (value: bigint) => codesOf(alice.address, bob.address, value);
  return { ...books, alice, bob, stranger, desk, anna, ben, codesOf, issue, redeem, transfer };
}

describe("What the register itself explains", () => {
  it("is of an issue that it is beyond the cap, by one share or by all there are", async () => {
    const { issue, shares, bob } = await networkHelpers.loadFixture(issuedAsset);

    expect(await issue(CAP - 100n)).to.deep.equal([]);
    for (const value of [CAP - 99n, MaxUint256 - 101n, MaxUint256 - 100n, MaxUint256 - 99n, MaxUint256]) {
      expect(await issue(value), String(value)).to.deep.equal([5n]);
    }
    await shares.mint(bob, A, CAP - 100n, "0x");
    expect(await issue(0n)).to.deep.equal([]);
    expect(await issue(1n)).to.deep.equal([5n]);
  });

  it("is of a redemption and a transfer what is missing, and never the cap or a side that is not there", async () => {
    const { redeem, transfer, shares, investors, anna, ben, issue } = await networkHelpers.loadFixture(issuedAsset);

    for (const ask of [redeem, transfer]) {
      expect(await ask(100n)).to.deep.equal([]);
      expect(await ask(101n)).to.deep.equal([20n]);
      expect(await ask(MaxUint256)).to.deep.equal([20n]);
    }
    await investors.setStanding(anna, FLAG.suspended, 0n);
    expect([await redeem(1n), await transfer(1n), await issue(1n)]).to.deep.equal([[11n], [11n], []]);
    await investors.setStanding(ben, FLAG.suspended, 0n);
    expect([await redeem(1n), await transfer(1n), await issue(1n)]).to.deep.equal([[11n], [11n, 13n], [13n]]);
    await shares.setAssetPaused(A, true);
    await shares.pause();
    expect(await transfer(101n)).to.deep.equal([3n, 4n, 11n, 13n, 20n]);
  });

  it("is of each state which of issue, redemption and transfer it does not allow", async () => {
    const { redeem, transfer, issue, shares } = await networkHelpers.loadFixture(issuedAsset);
    const all = async () => [await issue(1n), await redeem(1n), await transfer(1n)];

    expect(await all()).to.deep.equal([[], [], []]);
    await shares.setAssetState(A, STATE.suspended);
    expect(await all()).to.deep.equal([[2n], [2n], [2n]]);
    await shares.setAssetState(A, STATE.redeeming);
    expect(await all()).to.deep.equal([[2n], [], [2n]]);
  });

  it("tells frozen from locked to the last share, also where more is frozen than is there", async () => {
    const { transfer, shares, alice } = await networkHelpers.loadFixture(issuedAsset);

    await shares.setFrozenTokens(alice, A, 99n);
    expect([await transfer(1n), await transfer(2n), await transfer(101n)]).to.deep.equal([[], [21n], [20n]]);
    await shares.setFrozenTokens(alice, A, 100n);
    expect([await transfer(0n), await transfer(1n), await transfer(100n)]).to.deep.equal([[], [21n], [21n]]);
    await shares.setFrozenTokens(alice, A, 500n);
    expect([await transfer(0n), await transfer(1n), await transfer(101n)]).to.deep.equal([[], [21n], [20n]]);
    await shares.setFrozenTokens(alice, A, 0n);
    await shares.lock(alice, A, 100n);
    expect([await transfer(0n), await transfer(1n), await transfer(101n)]).to.deep.equal([[], [22n], [20n]]);
  });

  it("comes with no rule's address, and a rule's refusal with its own", async () => {
    const { rules, stranger, bob } = await networkHelpers.loadFixture(issuedAsset);
    const mock = await ethers.deployContract("MockRule", [77, 0n]);
    await rules.setRules(A, [{ rule: mock, parameters: "0x" }]);
    await mock.setMood(1n);

    const refusals = await rules.explain(stranger, bob, A, 1n);
    expect(refusals.map(({ code, rule }) => [code, rule])).to.deep.equal([
      [10n, ZeroAddress],
      [20n, ZeroAddress],
      [77n, mock.target],
    ]);
  });
});

/** Code that answers a question with yes if the gas it was given lies between two bounds, and with no otherwise. */
function gasMeter(least: number, most: number): string {
  const word = (value: number) => ethers.toBeHex(value, 3).slice(2);
  // GAS DUP1 PUSH3 least-1 LT SWAP1 PUSH3 most+1 GT AND PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
  return `0x5a8062${word(least - 1)}109062${word(most + 1)}1116${"5f5260205ff3"}`;
}

/**
 * Code of a rule that refuses every movement, and says why in a text: `size` bytes in all, the last of the first 32 of which is 1 if
 * `gas` was left after the first instruction.
 */
function sayer({ size, gas }: { size: number; gas: number }): string {
  const three = (value: number) => `62${ethers.toBeHex(value, 3).slice(2)}`;
  // The text is in memory from 0x40 on. A question with arguments is one about a movement: the answer is a word that is empty.
  const told = `5a${three(gas)}14604052`; // GAS PUSH3 gas EQ PUSH1 0x40 MSTORE
  const head = `60205f52${three(size - 0x40)}602052`; // 0x20 at 0, the length at 0x20
  const asked = `36602010${three(0x30)}57`; // 0x20 < CALLDATASIZE: to 0x30
  const say = `${three(size)}5ff3`;
  const before = `${told}${head}${asked}${say}`;
  return `0x${before.padEnd(0x60, "00")}5b6020${three(0x8000)}f3`;
}

describe("The gas that a rule gets", () => {
  it("is 300,000 to answer, whoever asks and however much there is", async () => {
    const { rules, transfer, shares, alice, bob } = await networkHelpers.loadFixture(issuedAsset);
    const mock = await ethers.deployContract("MockRule", [77, 0n]);
    await rules.setRules(A, [{ rule: mock, parameters: "0x" }]);
    const meter = async (least: number, most: number) =>
      networkHelpers.setCode(String(mock.target), gasMeter(least, most));

    await meter(299_998, 299_998); // what is left after the first instruction
    expect(await transfer(1n)).to.deep.equal([]);
    expect(await shares.canTransfer(alice, bob, A, 1n)).to.equal(true);
    await shares.connect(alice).safeTransferFrom(alice, bob, A, 1n, "0x");
    await shares.connect(alice).safeTransferFrom(alice, bob, A, 1n, "0x", { gasLimit: 5_000_000n });
    for (const other of [299_997, 299_999]) {
      await meter(other, other);
      expect(await transfer(1n)).to.deep.equal([77n]);
    }
  });

  it("is as much to note a movement by force, and enforcement is refused where that much is not there", async () => {
    const { rules, shares, alice, bob } = await networkHelpers.loadFixture(issuedAsset);
    const mock = await ethers.deployContract("MockRule", [77, TRAIT.tracks | TRAIT.grossOnly]);
    await rules.setRules(A, [{ rule: mock, parameters: "0x" }]);
    await rules.countHolders(A, [alice], 0n);

    const force = (gasLimit: bigint) => shares.forcedTransfer(alice, bob, A, 1n, { gasLimit });
    const needed = 26n * 300_000n;
    const isEnough = async (gasLimit: bigint) =>
      shares.forcedTransfer.staticCall(alice, bob, A, 1n, { gasLimit }).then(
        () => true,
        () => false,
      );
    let [low, high] = [1_000_000n, 12_000_000n];
    expect([await isEnough(low), await isEnough(high)]).to.deep.equal([false, true]);
    while (high - low > 1n) {
      const middle = (low + high) / 2n;
      if (await isEnough(middle)) high = middle;
      else low = middle;
    }
    // What is left of it deep inside: 62 parts of 64 have to be enough, to a few hundred units of gas.
    const isNearly = (left: bigint) => (left * 62n) / 64n < needed && ((left + 300n) * 62n) / 64n >= needed;
    await expect(force(low))
      .to.be.revertedWithCustomError(rules, "TransferRulesNotEnoughGas")
      .withArgs(isNearly, needed);
    await expect(force(high)).to.emit(mock, "MockRuleMoved").and.not.to.emit(rules, "RulesMarkedStale");
  });

  it("is 50,000 to say why, in 1,024 bytes; a longer text is none", async () => {
    const { rules, alice, bob } = await networkHelpers.loadFixture(issuedAsset);
    const mock = await ethers.deployContract("MockRule", [77, 0n]);
    await rules.setRules(A, [{ rule: mock, parameters: "0x" }]);
    const say = async (size: number, gas: number) => {
      await networkHelpers.setCode(String(mock.target), sayer({ size, gas }));
      const [refusal] = await rules.explain(alice, bob, A, 1n);
      expect(refusal?.code).to.equal(77n);
      expect(await rules.messageForTransferRestriction(A, 77n)).to.equal(refusal?.sentence);
      expect(refusal?.nextStep).to.equal(refusal?.sentence);
      return refusal?.sentence;
    };
    const text = (length: number, last: string) => `${"\0".repeat(31)}${last}${"\0".repeat(length - 32)}`;

    for (const size of [96, 1_024]) {
      expect(await say(size, 49_998)).to.equal(text(size - 64, "\u0001"));
      for (const gas of [49_997, 49_999]) expect(await say(size, gas)).to.equal(text(size - 64, "\0"));
    }
    for (const size of [1_025, 1_056]) expect(await say(size, 49_998)).to.equal("");
  });
});
