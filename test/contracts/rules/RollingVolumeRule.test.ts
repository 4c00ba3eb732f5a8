import { expect } from "chai";
import { type Contract, concat, MaxUint256, toBeHex } from "ethers";
import fc from "fast-check";
import { network } from "hardhat";
import { fuzz } from "../../helpers/fuzz.ts";
import {
  A_DESK,
  ALICE,
  AN_AMERICAN,
  ANOTHER_AMERICAN,
  deployRule,
  issue,
  type Movement,
  movement,
  NOBODY,
  redemption,
  TRAIT,
} from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const DAY = 86_400;
/** Eleven days, so that a bucket is a day. */
const WINDOW = 11 * DAY;
const AN_AMERICANS_NUMBER = 2n;

const limits = (most: bigint, window: number) => concat([toBeHex(most, 8), toBeHex(window, 4)]);
const HUNDRED_IN_11_DAYS = limits(100n, WINDOW);

/** `transferRules` stands for the register; a day begins. */
async function volumes() {
  const [stranger, transferRules] = await ethers.getSigners();
  if (!stranger || !transferRules) throw new Error("two accounts are needed");
  const rule = await deployRule(ethers, "RollingVolumeRule", [transferRules]);
  const { contract } = rule;
  const today = (Math.floor((await networkHelpers.time.latest()) / DAY) + 1) * DAY;
  await networkHelpers.time.increaseTo(today);
  const moved = (contract.connect(transferRules) as Contract).getFunction("moved");
  const move = (
    asked: Movement,
    { isForced = false, from = AN_AMERICAN, to = ANOTHER_AMERICAN, parameters = HUNDRED_IN_11_DAYS } = {},
  ) => moved.send(parameters, asked, from, to, isForced);
  const sentBy = (investor = AN_AMERICANS_NUMBER): Promise<bigint> =>
    contract.getFunction("sentBy").staticCall(1n, investor);
  return { rule, contract, today, move, sentBy, transferRules, stranger };
}

describe("RollingVolumeRule", () => {
  it("has a memory of its own, and looks at single movements", async () => {
    const { rule, contract, transferRules } = await networkHelpers.loadFixture(volumes);

    expect(await rule.traits()).to.equal(TRAIT.tracks | TRAIT.grossOnly);
    expect(await rule.window(HUNDRED_IN_11_DAYS)).to.equal(0n);
    expect(await contract.getFunction("transferRules").staticCall()).to.equal(transferRules.address);
  });

  it("takes twelve bytes with a limit and a window", async () => {
    const { rule } = await networkHelpers.loadFixture(volumes);

    await rule.validate(HUNDRED_IN_11_DAYS);
    for (const wrong of ["0x", limits(0n, WINDOW), limits(1n, 0), `${HUNDRED_IN_11_DAYS}00`, toBeHex(1, 11)]) {
      await expect(rule.validate(wrong), wrong)
        .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
        .withArgs(37n, wrong);
    }
  });

  it("lets an investor send up to the limit, and not one share more", async () => {
    const { rule, move, sentBy } = await networkHelpers.loadFixture(volumes);
    const send = (value: bigint) => rule.allows(HUNDRED_IN_11_DAYS, movement({ value, fromTotal: 1_000n }));
    expect(await send(100n)).to.equal(true);
    expect(await send(101n)).to.equal(false);
    expect(await send(MaxUint256)).to.equal(false);

    await move(movement({ value: 60n }));
    expect(await sentBy()).to.equal(60n);
    expect(await send(40n)).to.equal(true);
    expect(await send(41n)).to.equal(false);
  });

  it("counts redemptions and what goes to a desk, per asset and investor", async () => {
    const { rule, move, sentBy } = await networkHelpers.loadFixture(volumes);
    await move(redemption({ value: 60n }), { to: NOBODY });
    await move(movement({ value: 30n }), { to: A_DESK });

    expect(await sentBy()).to.equal(90n);
    expect(await rule.allows(HUNDRED_IN_11_DAYS, redemption({ value: 11n }))).to.equal(false);
    expect(await rule.allows(HUNDRED_IN_11_DAYS, movement({ value: 11n }), AN_AMERICAN, A_DESK)).to.equal(false);
    expect(await rule.allows(HUNDRED_IN_11_DAYS, movement({ value: 100n }), ANOTHER_AMERICAN, AN_AMERICAN)).to.equal(
      true,
    );
    expect(await rule.allows(HUNDRED_IN_11_DAYS, movement({ value: 100n, id: 2n }))).to.equal(true);
  });

  it("counts neither force, nor issues, nor desks, nor movements of nothing or within one investor", async () => {
    const { rule, contract, move, sentBy } = await networkHelpers.loadFixture(volumes);
    await move(movement({ value: 500n }), { isForced: true });
    await move(movement({ value: 500n }), { to: AN_AMERICAN });
    await move(movement({ value: 500n }), { from: A_DESK });
    await move(issue({ value: 500n }), { from: NOBODY });
    await move(movement({ value: 0n }));
    await contract.getFunction("counted").send(1n, ALICE, AN_AMERICAN, 500n);

    for (const investor of [NOBODY, 1n, AN_AMERICANS_NUMBER]) expect(await sentBy(investor)).to.equal(0n);
    expect(await rule.allows(HUNDRED_IN_11_DAYS, issue({ value: 101n }))).to.equal(true);
    expect(await rule.allows(HUNDRED_IN_11_DAYS, movement({ value: 101n }), A_DESK)).to.equal(true);
    expect(await rule.allows(HUNDRED_IN_11_DAYS, movement({ value: 101n }), AN_AMERICAN, AN_AMERICAN)).to.equal(true);
  });

  it("forgets a share when its window is over, at most a bucket later", async () => {
    const { today, move, sentBy } = await networkHelpers.loadFixture(volumes);
    const lastSecond = today + DAY - 1;
    await networkHelpers.time.setNextBlockTimestamp(lastSecond);
    await move(movement({ value: 60n }));

    await networkHelpers.time.increaseTo(lastSecond + WINDOW - 1);
    expect(await sentBy(), "still within the window").to.equal(60n);
    await networkHelpers.time.increaseTo(lastSecond + WINDOW);
    expect(await sentBy(), "in the bucket that is still counted").to.equal(60n);
    await networkHelpers.time.increaseTo(lastSecond + WINDOW + 1);
    expect(await sentBy()).to.equal(0n);
  });

  it("keeps what was sent while holders are counted anew", async () => {
    const { contract, move, sentBy } = await networkHelpers.loadFixture(volumes);
    await move(movement({ value: 60n }));
    await contract.getFunction("reset").send(1n);

    expect(await sentBy()).to.equal(60n);
  });

  it("keeps what still counts when the window changes, and begins its window anew", async () => {
    const { today, move, sentBy } = await networkHelpers.loadFixture(volumes);
    await move(movement({ value: 60n }));
    await networkHelpers.time.increaseTo(today + 5 * DAY);
    const parameters = limits(100n, 22 * DAY);

    await move(movement({ value: 5n }), { parameters });
    expect(await sentBy()).to.equal(65n);
    await networkHelpers.time.increaseTo(today + 5 * DAY + 22 * DAY - 1);
    expect(await sentBy()).to.equal(65n);
    await networkHelpers.time.increaseTo(today + 5 * DAY + 24 * DAY);
    expect(await sentBy()).to.equal(0n);
  });

  it("works with the longest and the shortest window", async () => {
    for (const window of [1, 2 ** 32 - 1]) {
      const { rule, move, sentBy } = await networkHelpers.loadFixture(volumes);
      const parameters = limits((1n << 64n) - 1n, window);
      await rule.validate(parameters);

      await move(movement({ value: (1n << 64n) - 2n }), { parameters });
      expect(await sentBy()).to.equal((1n << 64n) - 2n);
      expect(await rule.allows(parameters, movement({ value: 1n }))).to.equal(true);
      expect(await rule.allows(parameters, movement({ value: 2n }))).to.equal(false);
    }
  });

  it("never lets more through within a window than it says, and all of it again two windows later", async () => {
    const { rule, today, move } = await networkHelpers.loadFixture(volumes);
    const beginning = await networkHelpers.takeSnapshot();
    const send = fc.record({ wait: fc.integer({ min: 2, max: 3 * DAY }), value: fc.bigInt({ min: 1n, max: 60n }) });

    await fuzz(
      "volumes",
      fc.asyncProperty(fc.array(send, { minLength: 5, maxLength: 25 }), async (sends) => {
        await beginning.restore();
        const made: { readonly when: number; readonly value: bigint }[] = [];
        let when = today;
        for (const { wait, value } of sends) {
          when += wait;
          await networkHelpers.time.increaseTo(when - 1);
          const isFine = await rule.allows(HUNDRED_IN_11_DAYS, movement({ value, fromTotal: 10_000n }));
          if (isFine) {
            await networkHelpers.time.setNextBlockTimestamp(when);
            await move(movement({ value }));
            made.push({ when, value });
          }

          const recent = made.filter((each) => each.when > when - WINDOW);
          expect(sum(recent.map((each) => each.value)) <= 100n, "more than the limit in a window").to.equal(true);
          const counted = sum(made.filter((each) => each.when > when - WINDOW - DAY).map((each) => each.value));
          if (!isFine) expect(counted + value > 100n, "refused without reason").to.equal(true);
        }
      }),
      10,
    );
  });

  it("listens to the register only", async () => {
    const { contract, stranger } = await networkHelpers.loadFixture(volumes);
    const byStranger = contract.connect(stranger) as Contract;

    await expect(
      byStranger.getFunction("moved").send(HUNDRED_IN_11_DAYS, movement(), AN_AMERICAN, ANOTHER_AMERICAN, false),
    )
      .to.be.revertedWithCustomError(contract, "RollingVolumeRuleNotTransferRules")
      .withArgs(stranger.address);
  });
});

const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
