import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { ZeroAddress } from "ethers";
import fc from "fast-check";
import { network } from "hardhat";
import type { SuiteAddresses } from "../../../sdk/connect.ts";
import { compact } from "../../../sdk/rules/common-rules.ts";
import { RULE_KINDS, ruleEntrySchema } from "../../../sdk/rules/rule-kinds.ts";
import { domainOfCountry, routeClassOf } from "../../../sdk/transfer-domain.ts";
import { CLASS, deployBooks, FLAG, FRANCE, listAsset, onboard, STATE, USA } from "../../helpers/books.ts";
import { fuzz } from "../../helpers/fuzz.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const REIT = 1n;
const TOWER = 2n;
const DAY = 86_400;
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
async function everyRule() {
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
  return { ...books, alice, alicesOther, bob, carol, dora, erin, answers, list, approvals, addresses, bind };
}

type World = Awaited<ReturnType<typeof everyRule>>;

function settingsOf(entries: readonly object[], addresses: SuiteAddresses) {
  return entries.map((entry) => {
    const asked = ruleEntrySchema.parse(entry);
    return { rule: addresses[asked.kind.contract] ?? "", parameters: asked.encode(addresses) };
  });
}

/** Makes the movement: as a transfer of its own, as an issue or as a redemption. */
function make({ shares }: World, { from, to, value }: Attempt) {
  if (from === undefined) return shares.mint(to ?? ZeroAddress, REIT, value, "0x");
  if (to === undefined) return shares.burn(from, REIT, value);
  return shares.connect(from).safeTransferFrom(from, to, REIT, value, "0x");
}

/** Codes of all refusals, as `transfer check` tells them. */
async function codesOf({ rules }: World, { from, to, value }: Attempt): Promise<bigint[]> {
  const refusals = await rules.explain(from ?? ZeroAddress, to ?? ZeroAddress, REIT, value);
  return refusals.map(({ code }) => code);
}

/** What can be seen of the register: balances, supply, and everything that is counted. */
async function stateOf({ shares, rules, investors, alice, alicesOther, bob, carol, dora, erin }: World) {
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
async function tryOut<T>(work: () => Promise<T>): Promise<T> {
  const snapshot = await networkHelpers.takeSnapshot();
  try {
    return await work();
  } finally {
    await snapshot.restore();
  }
}

/** Whether it goes through, and what the register looks like then. */
async function outcomeOf(world: World, work: () => Promise<unknown>): Promise<{ done: boolean; state: string }> {
  return tryOut(async () => {
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
async function expectCode(world: World, attempt: Attempt, code: number): Promise<void> {
  const { shares, rules } = world;
  const { from, to, value } = attempt;
  const [sender, receiver] = [from ?? ZeroAddress, to ?? ZeroAddress];
  expect(await codesOf(world, attempt), "explain").to.deep.equal(code === 0 ? [] : [BigInt(code)]);
  expect(await rules.detectTransferRestriction(sender, receiver, REIT, value)).to.equal(BigInt(code));

  await tryOut(async () => {
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
  world: World,
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
  world: World,
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

/** What each rule lets through and what it refuses, over all ways in. */
const SCENES: Readonly<Record<string, (world: World) => Promise<void>>> = {
  country: async (world) => {
    const { bind, alice, alicesOther, bob, dora } = world;
    await bind([{ rule: "country", allow: ["US"] }]);
    await expectCode(world, { to: alice, value: 100n }, 0);
    await expectCode(world, { to: dora, value: 100n }, 30);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 10n }, 0);
    await expectCode(world, { from: alice, to: alicesOther, value: 10n }, 0);
    await expectCode(world, { from: alice, to: dora, value: 10n }, 30);
    await expectCode(world, { from: alice, to: dora, value: 0n }, 30);
    await expectCode(world, { from: alice, value: 10n }, 0);
  },
  investorClass: async (world) => {
    const { bind, alice, bob, carol } = world;
    await bind([{ rule: "investorClass", anyOf: "accredited" }]);
    await expectCode(world, { to: carol, value: 100n }, 31);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 10n }, 0);
    await expectCode(world, { from: alice, to: carol, value: 10n }, 31);
  },
  holderCount: async (world) => {
    const { bind, alice, alicesOther, bob, carol } = world;
    await bind([{ rule: "holderCount", atMost: 2 }]);
    for (const to of [alice, bob]) await make(world, { to, value: 100n });
    await expectCode(world, { from: alice, to: alicesOther, value: 10n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 100n }, 0);
    await expectCode(world, { from: alice, to: carol, value: 99n }, 32);
    await expectCode(world, { from: alice, to: carol, value: 100n }, 0);
    await expectCode(world, { from: alice, to: carol, value: 0n }, 0);
    await expectCode(world, { to: carol, value: 1n }, 32);
    await expectCode(world, { to: alicesOther, value: 1n }, 0);
    await make(world, { from: alice, to: alicesOther, value: 50n });
    await expectCode(world, { from: alice, to: carol, value: 50n }, 32);
  },
  minimumHolders: async (world) => {
    const { bind, alice, bob, carol } = world;
    await bind([{ rule: "minimumHolders", atLeast: 2 }]);
    await expectCode(world, { to: alice, value: 100n }, 0);
    for (const to of [alice, bob]) await make(world, { to, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 99n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 100n }, 33);
    await expectCode(world, { from: alice, to: carol, value: 100n }, 0);
    await expectCode(world, { from: alice, value: 100n }, 33);
    await expectCode(world, { from: alice, value: 99n }, 0);
  },
  balanceCap: async (world) => {
    const { bind, alice, alicesOther, bob, carol } = world;
    await bind([{ rule: "balanceCap", shares: "150", percent: "50" }]);
    for (const to of [alice, bob]) await make(world, { to, value: 100n });
    await expectCode(world, { to: alicesOther, value: 50n }, 0);
    await expectCode(world, { to: alicesOther, value: 51n }, 34);
    await expectCode(world, { from: alice, to: bob, value: 1n }, 34);
    await expectCode(world, { from: alice, to: carol, value: 100n }, 0);
    await expectCode(world, { from: alice, to: alicesOther, value: 100n }, 0);
    await expectCode(world, { from: alice, value: 50n }, 0);
    await make(world, { from: alice, to: alicesOther, value: 99n });
    await expectCode(world, { from: bob, to: alice, value: 1n }, 34);
  },
  minimumHolding: async (world) => {
    const { bind, alice, alicesOther, bob } = world;
    await bind([{ rule: "minimumHolding", shares: "10" }]);
    await expectCode(world, { to: alice, value: 9n }, 35);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 9n }, 35);
    await expectCode(world, { from: alice, to: bob, value: 91n }, 35);
    await expectCode(world, { from: alice, to: bob, value: 100n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 10n }, 0);
    await expectCode(world, { from: alice, to: alicesOther, value: 1n }, 0);
    await expectCode(world, { from: alice, value: 91n }, 35);
  },
  lockUp: async (world) => {
    const { bind, alice, alicesOther, bob } = world;
    await bind([{ rule: "lockUp", for: "30 days" }]);
    await make(world, { to: alice, value: 100n });
    await networkHelpers.time.increase(30 * DAY);
    await make(world, { to: alice, value: 50n });
    await expectCode(world, { from: alice, to: bob, value: 100n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 101n }, 36);
    await expectCode(world, { from: alice, value: 101n }, 36);
    await expectCode(world, { from: alice, to: alicesOther, value: 150n }, 0);
    await make(world, { from: alice, to: alicesOther, value: 60n });
    await expectCode(world, { from: alicesOther, to: bob, value: 60n }, 0);
    await make(world, { from: alicesOther, to: bob, value: 60n });
    await expectCode(world, { from: alice, to: bob, value: 41n }, 36);
    await expectCode(world, { from: bob, to: alice, value: 1n }, 36);
  },
  rollingVolume: async (world) => {
    const { bind, alice, alicesOther, bob } = world;
    await bind([{ rule: "rollingVolume", shares: "10", within: "11 days" }]);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 10n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 11n }, 37);
    await expectCode(world, { from: alice, to: alicesOther, value: 50n }, 0);
    await make(world, { from: alice, to: alicesOther, value: 50n });
    await make(world, { from: alicesOther, to: bob, value: 6n });
    await expectCode(world, { from: alice, to: bob, value: 4n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 5n }, 37);
    await expectCode(world, { from: alice, value: 5n }, 37);
    await world.shares.forcedTransfer(alice, bob, REIT, 20n);
    await expectCode(world, { from: alice, to: bob, value: 4n }, 0);
    await networkHelpers.time.increase(12 * DAY);
    await expectCode(world, { from: alice, to: bob, value: 10n }, 0);
  },
  flowback: async (world) => {
    const { bind, alice, bob, dora, erin } = world;
    const ends = (await networkHelpers.time.latest()) + 40 * DAY;
    const until = new Date((ends - 1) * 1_000).toISOString().replace(".000Z", "Z");
    await bind([{ rule: "flowback", into: "US", until }]);
    for (const to of [alice, dora]) await make(world, { to, value: 100n });
    await expectCode(world, { to: alice, value: 1n }, 0);
    await expectCode(world, { from: dora, to: bob, value: 1n }, 38);
    await expectCode(world, { from: dora, to: erin, value: 1n }, 0);
    await expectCode(world, { from: alice, to: dora, value: 1n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 1n }, 0);
    await expectCode(world, { from: dora, value: 1n }, 0);
    await networkHelpers.time.increaseTo(ends);
    await expectCode(world, { from: dora, to: bob, value: 1n }, 0);
  },
  sanctions: async (world) => {
    const { bind, list, alice, alicesOther, bob } = world;
    await bind([{ rule: "sanctions" }]);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 1n }, 0);
    await list.setSanctioned([bob, alicesOther], true);
    await expectCode(world, { from: alice, to: bob, value: 1n }, 39);
    await expectCode(world, { from: alice, to: alicesOther, value: 1n }, 39);
    await expectCode(world, { to: bob, value: 1n }, 39);
    await list.setSanctioned([alice], true);
    await expectCode(world, { from: alice, value: 1n }, 39);
  },
  disclosure: async (world) => {
    const { bind, answers, alice, bob } = world;
    await bind([{ rule: "disclosure" }]);
    await expectCode(world, { to: alice, value: 1n }, 40);
    await answers.setAcknowledged(REIT, alice, true);
    await expectCode(world, { to: alice, value: 1n }, 0);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 1n }, 40);
    await expectCode(world, { from: alice, value: 1n }, 0);
  },
  custody: async (world) => {
    const { bind, answers, alice, bob } = world;
    await bind([{ rule: "custody" }]);
    await expectCode(world, { to: alice, value: 1n }, 41);
    await answers.setBacked(REIT, true);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 1n }, 0);
    await answers.setBacked(REIT, false);
    await expectCode(world, { from: alice, to: bob, value: 1n }, 41);
    await expectCode(world, { from: alice, value: 1n }, 0);
  },
  fullTransfer: async (world) => {
    const { bind, alice, alicesOther, bob } = world;
    await bind([{ rule: "fullTransfer" }]);
    await make(world, { to: alice, value: 100n });
    await make(world, { from: alice, to: alicesOther, value: 30n });
    await expectCode(world, { from: alice, to: bob, value: 70n }, 42);
    await expectCode(world, { from: alicesOther, to: alice, value: 30n }, 0);
    await make(world, { from: alicesOther, to: alice, value: 30n });
    await expectCode(world, { from: alice, to: bob, value: 100n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 99n }, 42);
    await expectCode(world, { from: alice, value: 99n }, 42);
  },
  manualApproval: async (world) => {
    const { bind, approvals, alice, alicesOther, bob } = world;
    await bind([{ rule: "manualApproval" }]);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: bob, value: 10n }, 43);
    await expectCode(world, { from: alice, to: alicesOther, value: 10n }, 0);
    await expectCode(world, { from: alice, value: 10n }, 0);
    await approvals.approve(REIT, alice, bob, 10n, 4_000_000_000n);
    await expectCode(world, { from: alice, to: bob, value: 10n }, 0);
    await world.shares.forcedTransfer(alice, bob, REIT, 10n);
    await expectCode(world, { from: alice, to: bob, value: 10n }, 0);
    await make(world, { from: alice, to: bob, value: 10n });
    await expectCode(world, { from: alice, to: bob, value: 10n }, 43);
  },
  route: async (world) => {
    const { bind, answers, alice, bob, dora } = world;
    await bind([{ rule: "route", assetClass: "fine-art" }]);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { from: alice, to: dora, value: 1n }, 44);
    await answers.setRoute(domainOfCountry(840), domainOfCountry(250), routeClassOf("fine-art"), true);
    await expectCode(world, { from: alice, to: dora, value: 1n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 1n }, 44);
    await expectCode(world, { from: alice, value: 1n }, 0);
  },
  attributes: async (world) => {
    const { bind, alice, bob, carol, dora, erin } = world;
    const receiver = {
      any: [{ all: [{ country: ["FR"] }, { not: { anyFlag: "omnibus" } }] }, { anyClass: "accredited" }],
    };
    await bind([{ rule: "attributes", receiver }]);
    await make(world, { to: alice, value: 100n });
    await expectCode(world, { to: carol, value: 1n }, 45);
    await expectCode(world, { from: alice, to: bob, value: 1n }, 0);
    await expectCode(world, { from: alice, to: dora, value: 1n }, 0);
    await expectCode(world, { from: alice, to: erin, value: 1n }, 45);
    await expectCode(world, { from: alice, to: carol, value: 1n }, 45);
  },
  holderQuota: async (world) => {
    const { bind, alice, alicesOther, bob, carol, dora, erin } = world;
    await bind([{ rule: "holderQuota", countries: { US: 2 }, classes: { retail: 1 } }]);
    for (const to of [alice, dora]) await make(world, { to, value: 100n });
    await expectCode(world, { to: bob, value: 1n }, 0);
    await expectCode(world, { to: carol, value: 1n }, 46);
    await expectCode(world, { from: dora, to: carol, value: 100n }, 0);
    await expectCode(world, { from: dora, to: carol, value: 99n }, 46);
    await make(world, { to: bob, value: 100n });
    await expectCode(world, { from: dora, to: carol, value: 100n }, 46);
    await expectCode(world, { from: alice, to: alicesOther, value: 100n }, 0);
    await expectCode(world, { from: alice, to: erin, value: 1n }, 0);
    await expectCode(world, { from: alice, to: bob, value: 100n }, 0);
  },
};

describe("Every rule on the token", () => {
  it("is played", () => {
    expect(Object.keys(SCENES).toSorted()).to.deep.equal(RULE_KINDS.map(({ name }) => name).toSorted());
  });

  for (const [name, play] of Object.entries(SCENES)) {
    it(`${name}: says the same by view, transfer, issue, redemption, batch and net chunk`, async () => {
      await play(await networkHelpers.loadFixture(everyRule));
    });
  }

  for (const name of ["country", "investorClass", "holderCount", "balanceCap", "lockUp"]) {
    it(`${name}: says the same as a part of CommonRules`, async () => {
      const world = await networkHelpers.loadFixture(everyRule);
      const { rules, addresses } = world;
      const silent =
        name === "holderCount" ? { rule: "country", deny: ["AQ"] } : { rule: "holderCount", atMost: 2 ** 32 - 1 };
      await SCENES[name]?.({
        ...world,
        bind: async (entries, asset = REIT) => {
          const settings = compact(settingsOf([...entries, silent], addresses), addresses);
          expect(settings).to.have.lengthOf(1);
          await rules.setRules(asset, [...settings]);
        },
      });
    });
  }

  it("keeps the counts of two assets apart", async () => {
    const world = await networkHelpers.loadFixture(everyRule);
    const { shares, alice, bob, bind } = world;
    await bind([{ rule: "holderCount", atMost: 1 }]);
    await bind([{ rule: "balanceCap", shares: "5" }], TOWER);
    await make(world, { to: alice, value: 100n });
    await shares.mint(bob, TOWER, 5n, "0x");

    await expect(shares.mint(bob, TOWER, 1n, "0x")).to.be.revertedWithCustomError(shares, "ERC7943CannotTransfer");
    await expectCode(world, { from: alice, to: bob, value: 1n }, 32);
  });

  it("P21: a lock-up that becomes longer, or comes back, does not take forgotten lots for old: holders are counted anew", async () => {
    for (const first of [[{ rule: "lockUp", for: "1 day" }], [{ rule: "balanceCap", shares: "1000" }]]) {
      const world = await networkHelpers.loadFixture(everyRule);
      const { rules, alice, bob, bind } = world;
      const year = { rule: "lockUp", for: "365 days" };
      await bind([year]);
      await make(world, { to: bob, value: 1n });
      await bind(first);
      for (let lot = 0; lot < 5; ++lot) {
        await make(world, { to: alice, value: 100n });
        await networkHelpers.time.increase(2 * DAY);
      }
      expect(await codesOf(world, { from: alice, to: bob, value: 300n })).to.deep.equal([]);

      await bind([year]);
      expect((await rules.countOf(REIT)).isStale, "before the holders are counted").to.equal(true);
      const wallets = [alice, bob]
        .map(({ address }) => address)
        .toSorted((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1));
      await rules.countHolders(REIT, wallets, BigInt(await networkHelpers.time.latest()) - 10n * BigInt(DAY));
      await expectCode(world, { from: alice, to: bob, value: 1n }, 36);
    }
  });

  it("leaves a count as it is when a lock-up becomes shorter", async () => {
    const world = await networkHelpers.loadFixture(everyRule);
    const { rules, alice, bob, bind } = world;
    await bind([{ rule: "lockUp", for: "365 days" }]);
    await make(world, { to: alice, value: 100n });
    await networkHelpers.time.increase(2 * DAY);

    await bind([{ rule: "lockUp", for: "1 day" }]);
    expect((await rules.countOf(REIT)).isStale).to.equal(false);
    await expectCode(world, { from: alice, to: bob, value: 100n }, 0);
  });

  it("P45 and P46: a change of class counts nothing twice, and lets nobody past a quota", async () => {
    const world = await networkHelpers.loadFixture(everyRule);
    const { rules, investors, carol, dora, bind } = world;
    await bind([{ rule: "holderQuota", classes: { retail: 1 } }]);
    await make(world, { to: carol, value: 100n });
    const number = (await investors.partyOf(carol)) & 0xffff_ffffn;
    const become = (classes: bigint) => investors.setKind(ethers.id(carol.address), USA, classes);
    const retail = async () => (await rules.holdersWith(REIT, USA, CLASS.retail)).ofClass;

    await become(CLASS.retail);
    for (let time = 0; time < 2; ++time) await rules.refreshKinds(REIT, [number, number]);
    expect(await retail(), "the same once more").to.equal(1n);
    await become(CLASS.accredited);
    await expectCode(world, { to: dora, value: 1n }, 46);
    await rules.refreshKinds(REIT, [number]);
    expect(await retail()).to.equal(0n);
    await expectCode(world, { to: dora, value: 1n }, 0);
    await make(world, { to: dora, value: 1n });
    await become(CLASS.retail);
    await rules.refreshKinds(REIT, [number]);
    expect(await retail(), "who holds already keeps it").to.equal(2n);
    await expectCode(world, { from: carol, to: dora, value: 1n }, 0);
    await expectCode(world, { from: carol, value: 1n }, 0);
  });

  it("moves by force whatever the rules say, and counts on", async () => {
    const world = await networkHelpers.loadFixture(everyRule);
    const { shares, rules, alice, dora, bind } = world;
    await bind([
      { rule: "country", allow: ["US"] },
      { rule: "holderCount", atMost: 1 },
      { rule: "lockUp", for: "30 days" },
      { rule: "fullTransfer" },
      { rule: "manualApproval" },
      { rule: "rollingVolume", shares: "1", within: "1 day" },
    ]);
    await make(world, { to: alice, value: 100n });

    await shares.forcedTransfer(alice, dora, REIT, 40n);
    expect(await rules.holdersOf(REIT)).to.equal(2n);
    expect((await rules.countOf(REIT)).isStale).to.equal(false);
    expect(await codesOf(world, { from: alice, to: dora, value: 10n })).to.deep.equal([30n, 36n, 42n, 43n, 37n]);
  });

  it("tells every reason at once, and then refuses with the first", async () => {
    const world = await networkHelpers.loadFixture(everyRule);
    const { rules, alice, dora, bind, answers } = world;
    await answers.setBacked(REIT, true);
    await bind([{ rule: "custody" }]);
    await make(world, { to: alice, value: 100n });
    await bind([
      { rule: "country", allow: ["US"] },
      { rule: "investorClass", anyOf: "accredited" },
      { rule: "custody" },
      { rule: "disclosure" },
      { rule: "sanctions" },
    ]);
    await answers.setBacked(REIT, false);
    expect(await codesOf(world, { from: alice, to: dora, value: 1n })).to.deep.equal([30n, 31n, 41n, 40n]);
    expect(await rules.detectTransferRestriction(alice, dora, REIT, 1n)).to.equal(30n);
    const refusals = await rules.explain(alice, dora, REIT, 1n);
    expect(refusals[3]?.sentence).to.equal(await rules.messageForTransferRestriction(REIT, 40n));
  });

  it("I-3: says before what happens then, under random rules and movements", async () => {
    const world = await networkHelpers.loadFixture(everyRule);
    const { shares, rules, alice, alicesOther, bob, carol, dora, erin, addresses, answers } = world;
    const people = [alice, alicesOther, bob, carol, dora, erin];
    await answers.setBacked(REIT, true);
    const untouched = await networkHelpers.takeSnapshot();

    await fuzz(
      "rules and movements",
      fc.asyncProperty(
        fc.subarray([...RANDOM_RULES], { minLength: 1 }),
        fc.boolean(),
        fc.array(anyMove(people.length), { minLength: 10, maxLength: 20 }),
        async (bound, isCompact, moves) => {
          await untouched.restore();
          const settings = settingsOf(bound, addresses);
          await rules.setRules(REIT, isCompact ? [...compact(settings, addresses)] : settings);
          await nextMinute(0);
          for (const person of people) await tryQuietly(() => shares.mint(person, REIT, 30n, "0x"));
          for (const { from, to, value, wait } of moves) {
            await nextMinute(wait);
            const attempt = { ...pick("from", people[from]), ...pick("to", people[to]), value };
            const codes = await codesOf(world, attempt);
            const done = await tryQuietly(() => make(world, attempt));
            expect(done, `explain says ${codes} of ${from} to ${to}, ${value}`).to.equal(codes.length === 0);
          }
        },
      ),
      8,
    );
  });
});

/**
 * Rules that can stand side by side in any selection. Their terms are tight, so that both answers are common. What they wait for
 * ends neither in the first nor in the second second of a minute, and buckets of volumes are whole minutes.
 */
const RANDOM_RULES: readonly object[] = [
  { rule: "country", allow: ["US", "FR"] },
  { rule: "investorClass", anyOf: "retail+accredited" },
  { rule: "holderCount", atMost: 4 },
  { rule: "minimumHolders", atLeast: 3 },
  { rule: "balanceCap", shares: "70", percent: "50" },
  { rule: "minimumHolding", shares: "5" },
  { rule: "lockUp", for: "172830 seconds" },
  { rule: "rollingVolume", shares: "40", within: "132 hours" },
  { rule: "flowback", into: "US", until: "2099-12-31" },
  { rule: "sanctions" },
  { rule: "custody" },
  { rule: "attributes", receiver: { not: { anyFlag: "omnibus" } } },
  { rule: "holderQuota", countries: { US: 2, FR: 2 }, classes: { retail: 1 } },
];

/** A minute begins: what is asked in its first second and done in its second one sees the same clocks. */
async function nextMinute(wait: number): Promise<void> {
  const now = await networkHelpers.time.latest();
  await networkHelpers.time.increaseTo((Math.floor((now + wait) / 60) + 1) * 60);
}

/** `from` or `to` one beyond the people is nobody: an issue or a redemption. */
function anyMove(people: number) {
  return fc
    .record({
      from: fc.integer({ min: 0, max: people }),
      to: fc.integer({ min: 0, max: people }),
      value: fc.oneof(fc.bigInt({ min: 0n, max: 40n }), fc.constant(30n)),
      wait: fc.integer({ min: 0, max: DAY }),
    })
    .filter(({ from, to }) => from < people || to < people);
}

function pick<Name extends "from" | "to">(name: Name, person: HardhatEthersSigner | undefined) {
  return person === undefined ? {} : { [name]: person };
}

async function tryQuietly(work: () => Promise<unknown>): Promise<boolean> {
  return work().then(
    () => true,
    () => false,
  );
}
