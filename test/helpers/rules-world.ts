import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import type { SuiteAddresses } from "../../sdk/connect.ts";
import { RULE_KINDS, ruleEntrySchema } from "../../sdk/rules/rule-kinds.ts";
import { CLASS, deployBooks, FLAG, FRANCE, listAsset, onboard, STATE, USA } from "./books.ts";

export const REIT = 1n;
export const TOWER = 2n;
export const DAY = 86_400;
const CAP = 1_000_000n;

/** A movement that somebody tries; nobody sends an issue, nobody receives a redemption. */
interface Attempt {
  readonly from?: HardhatEthersSigner;
  readonly to?: HardhatEthersSigner;
  readonly value: bigint;
}

/**
 * Alice, with a second wallet, and bob are American and accredited, carol is American and retail, dora French and retail, erin
 * French and professional. Two assets are active; nothing is issued and no rule is bound yet.
 */
export async function everyRule(connection: NetworkConnection) {
  const { ethers, networkHelpers } = connection;
  const books = await deployBooks(connection);
  const { shares, rules, investors, authority } = books;
  const [alice, alicesOther, bob, carol, dora, erin] = books.others;
  if (!alice || !alicesOther || !bob || !carol || !dora || !erin) throw new Error("seven accounts are needed");
  for (const asset of [REIT, TOWER]) {
    await listAsset(connection, books, asset, CAP);
    await shares.setAssetState(asset, STATE.active);
  }
  const reference = await onboard(connection, books, alice);
  await investors.addWallet(reference, alicesOther);
  await onboard(connection, books, bob);
  await onboard(connection, books, carol, { classes: CLASS.retail });
  await onboard(connection, books, dora, { country: FRANCE, classes: CLASS.retail });
  await onboard(connection, books, erin, { country: FRANCE, classes: CLASS.professional, flags: FLAG.omnibus });

  const answers = await ethers.deployContract("MockAnswers");
  const list = await ethers.deployContract("SanctionsList", [authority]);
  const approvals = await ethers.deployContract("ManualApprovalRule", [authority, rules]);
  const volumes = await ethers.deployContract("RollingVolumeRule", [rules]);
  const addresses: Record<string, string> = {
    SanctionsList: await list.getAddress(),
    Disclosures: await answers.getAddress(),
    CustodyDesk: await answers.getAddress(),
    TransferDomains: await answers.getAddress(),
    ManualApprovalRule: await approvals.getAddress(),
    RollingVolumeRule: await volumes.getAddress(),
    CommonRules: await (await ethers.deployContract("CommonRules")).getAddress(),
  };
  for (const { contract } of RULE_KINDS) {
    addresses[contract] ??= await (await ethers.deployContract(contract)).getAddress();
  }
  const bind = async (entries: readonly object[], asset = REIT) => {
    await rules.setRules(asset, settingsOf(entries, addresses));
  };
  const people = { alice, alicesOther, bob, carol, dora, erin };
  return { ...books, ...people, answers, list, approvals, addresses, bind, networkHelpers };
}

export type RulesWorld = Awaited<ReturnType<typeof everyRule>>;

export function settingsOf(entries: readonly object[], addresses: SuiteAddresses) {
  return entries.map((entry) => {
    const asked = ruleEntrySchema.parse(entry);
    return { rule: addresses[asked.kind.contract] ?? "", parameters: asked.encode(addresses) };
  });
}

/** Makes the movement: as a transfer of its own, as an issue or as a redemption. */
export function make({ shares }: RulesWorld, { from, to, value }: Attempt) {
  if (from === undefined) return shares.mint(to ?? ZeroAddress, REIT, value, "0x");
  if (to === undefined) return shares.burn(from, REIT, value);
  return shares.connect(from).safeTransferFrom(from, to, REIT, value, "0x");
}

/** Codes of all refusals, as `transfer check` tells them. */
export async function codesOf({ rules }: RulesWorld, { from, to, value }: Attempt): Promise<bigint[]> {
  const refusals = await rules.explain(from ?? ZeroAddress, to ?? ZeroAddress, REIT, value);
  return refusals.map(({ code }) => code);
}

/** What can be seen of the register: balances, supply, and everything that is counted. */
async function stateOf({ shares, rules, investors, alice, alicesOther, bob, carol, dora, erin }: RulesWorld) {
  const wallets = [alice, alicesOther, bob, carol, dora, erin];
  const balances = await Promise.all(wallets.map((wallet) => shares.balanceOf(wallet, REIT)));
  const parties = await Promise.all(wallets.map((wallet) => investors.partyOf(wallet)));
  const totals = await Promise.all(parties.map((party) => rules.totalOf(REIT, party & 0xffff_ffffn)));
  const holders = await rules.holdersOf(REIT);
  const [americans, retail] = await rules.holdersWith(REIT, USA, CLASS.retail);
  const supply = await shares.totalSupply(REIT);
  return JSON.stringify({ balances, totals, holders, americans, retail, supply }, (_key, value) =>
    typeof value === "bigint" ? String(value) : value,
  );
}

/** Does something and undoes it. */
async function tryOut<T>({ networkHelpers }: RulesWorld, work: () => Promise<T>): Promise<T> {
  const snapshot = await networkHelpers.takeSnapshot();
  try {
    return await work();
  } finally {
    await snapshot.restore();
  }
}

/** Whether it goes through, and what the register looks like then. */
async function outcomeOf(world: RulesWorld, work: () => Promise<unknown>): Promise<{ done: boolean; state: string }> {
  return tryOut(world, async () => {
    const done = await work().then(
      () => true,
      () => false,
    );
    return { done, state: await stateOf(world) };
  });
}

/**
 * Every way in has to say the same of a movement: `explain`, the token's view, the movement itself, a batch, and, for assets
 * that settle net, a chunk of this one pair.
 */
export async function expectCode(world: RulesWorld, attempt: Attempt, code: number): Promise<void> {
  const { shares, rules } = world;
  const { from, to, value } = attempt;
  const [sender, receiver] = [from ?? ZeroAddress, to ?? ZeroAddress];
  expect(await codesOf(world, attempt), "explain").to.deep.equal(code === 0 ? [] : [BigInt(code)]);
  expect(await rules.detectTransferRestriction(sender, receiver, REIT, value)).to.equal(BigInt(code));

  await tryOut(world, async () => {
    if (code === 0) {
      await expect(make(world, attempt), "the movement").to.emit(shares, "TransferSingle");
    } else {
      await expect(make(world, attempt), "the movement")
        .to.be.revertedWithCustomError(shares, "ERC7943CannotTransfer")
        .withArgs(sender, receiver, REIT, value);
    }
  });
  if (from === undefined || to === undefined) return;

  expect(await shares.canTransfer(from, to, REIT, value), "canTransfer").to.equal(code === 0);
  const single = await outcomeOf(world, () => make(world, attempt));
  const batch = await outcomeOf(world, () =>
    shares.connect(from).safeBatchTransferFrom(from, to, [REIT], [value], "0x"),
  );
  expect(batch, "P48: a batch of one is judged like the transfer").to.deep.equal(single);
  await expectRepeatedIdsLikeSingles(world, from, to, value);
  if (value > 0n && (await shares.balanceOf(from, REIT)) >= value) await expectNetLikeSingle(world, attempt, single);
}

async function expectRepeatedIdsLikeSingles(
  world: RulesWorld,
  from: HardhatEthersSigner,
  to: HardhatEthersSigner,
  value: bigint,
): Promise<void> {
  const { shares } = world;
  const values = [value, value - value / 2n, value / 2n];
  const before = await stateOf(world);
  const singles = await outcomeOf(world, async () => {
    for (const each of values) await make(world, { from, to, value: each });
  });
  const ids = values.map(() => REIT);
  const batch = await outcomeOf(world, () => shares.connect(from).safeBatchTransferFrom(from, to, ids, values, "0x"));

  expect(batch.done, "P1: repeated ids are judged like singles in their order").to.equal(singles.done);
  expect(batch.state, "P1: and leave the same").to.equal(singles.done ? singles.state : before);
}

async function expectNetLikeSingle(
  world: RulesWorld,
  { from, to, value }: Attempt,
  single: { readonly done: boolean; readonly state: string },
): Promise<void> {
  const { shares, rules } = world;
  const settle = () => shares.settleNet(REIT, [from ?? ZeroAddress, to ?? ZeroAddress], [-value, value]);
  if (await rules.isNettable(REIT)) {
    expect(await outcomeOf(world, settle), "I-3: a chunk of one pair is the transfer").to.deep.equal(single);
  } else {
    await expect(settle()).to.be.revertedWithCustomError(rules, "TransferRulesNotNettable");
  }
}
