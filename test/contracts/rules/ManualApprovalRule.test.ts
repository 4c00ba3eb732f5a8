import { expect } from "chai";
import { type Contract, ZeroAddress } from "ethers";
import { network } from "hardhat";
import {
  A_DESK,
  ALICE,
  AN_AMERICAN,
  ANOTHER_AMERICAN,
  BOB,
  deployRule,
  issue,
  type Movement,
  movement,
  NOBODY,
  redemption,
  TRAIT,
} from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const NONE = "0x";
const DAY = 86_400;

/** Compliance keeps approvals; `transferRules` stands for the register. */
async function approvals() {
  const [compliance, transferRules, stranger] = await ethers.getSigners();
  if (!compliance || !transferRules || !stranger) throw new Error("three accounts are needed");
  const manager = await ethers.deployContract("AccessManager", [compliance]);
  const rule = await deployRule(ethers, "ManualApprovalRule", [manager, transferRules]);
  const { contract } = rule;
  const until = (await networkHelpers.time.latest()) + DAY;
  const approve = (value: bigint, from = ALICE, to = BOB) =>
    contract.getFunction("approve").send(1n, from, to, value, until);
  const move = (asked: Movement, isForced = false, from = AN_AMERICAN, to = ANOTHER_AMERICAN) =>
    (contract.connect(transferRules) as Contract).getFunction("moved").send(NONE, asked, from, to, isForced);
  return { rule, contract, until, approve, move, transferRules, stranger };
}

describe("ManualApprovalRule", () => {
  it("has a memory of its own, and looks at pairs", async () => {
    const { rule, contract, transferRules } = await networkHelpers.loadFixture(approvals);

    expect(await rule.traits()).to.equal(TRAIT.tracks | TRAIT.grossOnly);
    expect(await rule.window(NONE)).to.equal(0n);
    expect(await contract.getFunction("transferRules").staticCall()).to.equal(transferRules.address);
  });

  it("takes no parameters", async () => {
    const { rule } = await networkHelpers.loadFixture(approvals);

    await rule.validate(NONE);
    await expect(rule.validate("0x00"))
      .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
      .withArgs(43n, "0x00");
  });

  it("refuses what was not approved exactly so", async () => {
    const { rule, approve } = await networkHelpers.loadFixture(approvals);
    expect(await rule.allows(NONE, movement({ value: 5n }))).to.equal(false);

    await approve(5n);
    expect(await rule.allows(NONE, movement({ value: 5n }))).to.equal(true);
    expect(await rule.allows(NONE, movement({ value: 4n }))).to.equal(false);
    expect(await rule.allows(NONE, movement({ value: 6n }))).to.equal(false);
    expect(await rule.allows(NONE, movement({ value: 5n, id: 2n }))).to.equal(false);
    expect(await rule.allows(NONE, movement({ value: 5n, from: BOB, to: ALICE }))).to.equal(false);
    expect(await rule.allows(NONE, movement({ value: 5n }), AN_AMERICAN, A_DESK)).to.equal(true);
  });

  it("needs no approval for issues, redemptions, movements of nothing or within one investor", async () => {
    const { rule } = await networkHelpers.loadFixture(approvals);

    expect(await rule.allows(NONE, issue())).to.equal(true);
    expect(await rule.allows(NONE, redemption())).to.equal(true);
    expect(await rule.allows(NONE, movement({ value: 0n }))).to.equal(true);
    expect(await rule.allows(NONE, movement(), AN_AMERICAN, AN_AMERICAN)).to.equal(true);
    expect(await rule.allows(NONE, movement(), AN_AMERICAN, A_DESK)).to.equal(false);
  });

  it("lets an approved transfer be made once", async () => {
    const { rule, contract, approve, move } = await networkHelpers.loadFixture(approvals);
    await approve(5n);

    await expect(move(movement({ value: 5n })))
      .to.emit(contract, "ApprovalUsed")
      .withArgs(1n, ethers.getAddress(ALICE), ethers.getAddress(BOB), 5n);
    expect(await rule.allows(NONE, movement({ value: 5n }))).to.equal(false);
  });

  it("uses up no approval by force, nor by what needs none", async () => {
    const { rule, contract, approve, move } = await networkHelpers.loadFixture(approvals);
    await approve(5n);
    await approve(5n, ZeroAddress);
    await approve(0n);

    await move(movement({ value: 5n }), true);
    await move(movement({ value: 5n }), false, AN_AMERICAN, AN_AMERICAN);
    await move(issue({ value: 5n }), false, NOBODY);
    await move(movement({ value: 0n }));
    await contract.getFunction("reset").send(1n);
    await contract.getFunction("counted").send(1n, ALICE, AN_AMERICAN, 5n);
    expect(await rule.allows(NONE, movement({ value: 5n }))).to.equal(true);
  });

  it("ends with the last second of the approval", async () => {
    const { rule, contract, until, approve } = await networkHelpers.loadFixture(approvals);
    await approve(5n);
    expect(await contract.getFunction("approvedUntil").staticCall(1n, ALICE, BOB, 5n)).to.equal(until);

    await networkHelpers.time.increaseTo(until);
    expect(await rule.allows(NONE, movement({ value: 5n }))).to.equal(true);
    await networkHelpers.time.increaseTo(until + 1);
    expect(await rule.allows(NONE, movement({ value: 5n }))).to.equal(false);
  });

  it("rejects an approval that has ended already", async () => {
    const { contract } = await networkHelpers.loadFixture(approvals);
    const next = (await networkHelpers.time.latest()) + 10;
    const approveUntil = (expiresAt: number) => contract.getFunction("approve").send(1n, ALICE, BOB, 5n, expiresAt);

    await networkHelpers.time.setNextBlockTimestamp(next);
    await expect(approveUntil(next - 1))
      .to.be.revertedWithCustomError(contract, "ManualApprovalRuleExpired")
      .withArgs(next - 1, next);
    await networkHelpers.time.setNextBlockTimestamp(next + 1);
    await expect(approveUntil(next + 1))
      .to.emit(contract, "TransferApproved")
      .withArgs(1n, ethers.getAddress(ALICE), ethers.getAddress(BOB), 5n, next + 1);
  });

  it("lets compliance take an approval back, once", async () => {
    const { rule, contract, approve } = await networkHelpers.loadFixture(approvals);
    await approve(5n);
    const names = [1n, ethers.getAddress(ALICE), ethers.getAddress(BOB), 5n] as const;
    const revoke = contract.getFunction("revoke");

    await expect(revoke.send(...names))
      .to.emit(contract, "ApprovalRevoked")
      .withArgs(...names);
    expect(await rule.allows(NONE, movement({ value: 5n }))).to.equal(false);
    await expect(revoke.send(...names))
      .to.be.revertedWithCustomError(contract, "ManualApprovalRuleNotApproved")
      .withArgs(...names);
  });

  it("obeys compliance and the register only", async () => {
    const { contract, until, stranger } = await networkHelpers.loadFixture(approvals);
    const byStranger = contract.connect(stranger) as Contract;

    await expect(byStranger.getFunction("approve").send(1n, ALICE, BOB, 5n, until))
      .to.be.revertedWithCustomError(contract, "AccessManagedUnauthorized")
      .withArgs(stranger.address);
    await expect(byStranger.getFunction("revoke").send(1n, ALICE, BOB, 5n))
      .to.be.revertedWithCustomError(contract, "AccessManagedUnauthorized")
      .withArgs(stranger.address);
    await expect(byStranger.getFunction("moved").send(NONE, movement(), AN_AMERICAN, ANOTHER_AMERICAN, false))
      .to.be.revertedWithCustomError(contract, "ManualApprovalRuleNotTransferRules")
      .withArgs(stranger.address);
  });
});
