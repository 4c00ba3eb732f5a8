import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { explainCode, REASONS } from "../../executor/index.ts";
import { CLASS, deployBooks, FLAG, FRANCE, listAsset, onboard, STATE, USA } from "../helpers/books.ts";
import { setRules, settingsOf, TRAIT } from "../helpers/rules.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const REIT = 1n;
const NEVER_LISTED = 99n;
const MOOD = { reverts: 2n, failsToCount: 6n };

/** Codes that the chain says; the executor's own begin at 100. */
const FIRST_OF_EXECUTOR = 100;

/** An active asset for at most two American accredited holders; alice holds all 100 shares, bob may buy, stranger is unknown. */
async function activeAsset() {
  const books = await deployBooks(connection);
  const { rules, shares } = books;
  const [alice, bob, carol, dora, stranger] = books.others;
  if (!alice || !bob || !carol || !dora || !stranger) throw new Error("six accounts are needed");
  await listAsset(connection, books, REIT);
  const mock = await ethers.deployContract("MockRule", [77, TRAIT.tracks | TRAIT.grossOnly]);
  const common = settingsOf(books, { countries: [USA], classes: CLASS.accredited, holders: 2n });
  await rules.setRules(REIT, [...common, { rule: mock, parameters: "0x" }]);
  await shares.setAssetState(REIT, STATE.active);
  for (const wallet of [alice, bob, carol]) await onboard(connection, books, wallet);
  await onboard(connection, books, dora, { country: FRANCE, classes: CLASS.retail });
  await shares.mint(alice, REIT, 100n, "0x");
  return { ...books, mock, alice, bob, carol, dora, stranger };
}

type World = Awaited<ReturnType<typeof activeAsset>>;

interface Question {
  readonly from?: { readonly address: string };
  readonly to?: { readonly address: string };
  readonly id?: bigint;
  readonly value?: bigint;
}

/** Who issues. */
const NOBODY = { address: ethers.ZeroAddress };

/** What has to happen before the transfer of one share from alice to bob, or another one, is refused with each code. */
const STATES: Readonly<Record<number, (world: World) => Promise<Question>>> = {
  1: async () => ({ id: NEVER_LISTED }),
  2: async ({ shares }) => {
    await shares.setAssetState(REIT, STATE.suspended);
    return {};
  },
  3: async ({ shares }) => {
    await shares.pause();
    return {};
  },
  4: async ({ shares }) => {
    await shares.setAssetPaused(REIT, true);
    return {};
  },
  5: async () => ({ from: NOBODY, value: 1_000_000n }),
  10: async ({ stranger }) => ({ from: stranger }),
  11: async ({ investors, alice }) => {
    await investors.setStanding(ethers.id(alice.address), FLAG.suspended, 4_000_000_000n);
    return {};
  },
  12: async ({ stranger }) => ({ to: stranger }),
  13: async ({ investors, bob }) => {
    await investors.setStanding(ethers.id(bob.address), FLAG.suspended, 4_000_000_000n);
    return {};
  },
  14: async ({ investors, bob }) => {
    await investors.setStanding(ethers.id(bob.address), 0n, 1n);
    return {};
  },
  15: async ({ investors, bob }) => {
    await investors.setStanding(ethers.id(bob.address), FLAG.liquidateOnly, 4_000_000_000n);
    return {};
  },
  16: async ({ investors, alice }) => {
    await investors.setWalletFrozen(alice, true);
    return {};
  },
  17: async ({ investors, bob }) => {
    await investors.setWalletFrozen(bob, true);
    return {};
  },
  18: async ({ investors, alice, stranger }) => {
    await investors.recover(alice, stranger);
    return {};
  },
  19: async ({ investors, bob, stranger }) => {
    await investors.recover(bob, stranger);
    return {};
  },
  20: async () => ({ value: 101n }),
  21: async ({ shares, alice }) => {
    await shares.setFrozenTokens(alice, REIT, 100n);
    return {};
  },
  22: async ({ shares, alice }) => {
    await shares.lock(alice, REIT, 100n);
    return {};
  },
  30: async ({ dora }) => ({ to: dora }),
  31: async ({ dora }) => ({ to: dora }),
  32: async (world) => {
    await setRules(world, REIT, { holders: 1n });
    return {};
  },
  90: async ({ mock }) => {
    await mock.setMood(MOOD.reverts);
    return {};
  },
  91: async ({ mock, shares, alice, bob }) => {
    await mock.setMood(MOOD.failsToCount);
    await shares.forcedTransfer(alice, bob, REIT, 1n);
    return {};
  },
};

/** Rules that are no part of the world above say their words themselves; what makes each refuse is in its own test. */
const OTHER_RULES = [
  "MinimumHoldersRule",
  "BalanceCapRule",
  "MinimumHoldingRule",
  "LockUpRule",
  "FlowbackRule",
  "SanctionsRule",
  "DisclosureRule",
  "CustodyRule",
  "FullTransferRule",
  "RouteRule",
  "AttributeRule",
  "HolderQuotaRule",
] as const;
const isOfOtherRule = (code: number) => code > 32 && code < 90;

describe("Reasons", () => {
  for (const { code, name } of REASONS.filter(
    (reason) => reason.code > 0 && reason.code < FIRST_OF_EXECUTOR && !isOfOtherRule(reason.code),
  )) {
    it(`say on the chain what the table says of ${code} ${name}`, async () => {
      const world = await networkHelpers.loadFixture(activeAsset);
      const prepare = STATES[code];
      if (prepare === undefined) throw new Error(`no state gives ${code}`);
      const { from = world.alice, to = world.bob, id = REIT, value = 1n } = await prepare(world);

      const refusals = await world.rules.explain(from.address, to.address, id, value);

      const refusal = refusals.find((each) => each.code === BigInt(code));
      const { sentence, next } = explainCode(code);
      expect(refusal?.sentence).to.equal(sentence);
      expect(refusal?.nextStep).to.equal(next);
    });
  }

  it("are said by each rule itself in the same words", async () => {
    const { country, investorClass, holderCount, authority, rules } = await networkHelpers.loadFixture(activeAsset);
    const others = await Promise.all(OTHER_RULES.map((name) => ethers.deployContract(name)));
    const volume = await ethers.deployContract("RollingVolumeRule", [rules]);
    const approval = await ethers.deployContract("ManualApprovalRule", [authority, rules]);
    const all = [country, investorClass, holderCount, ...others, volume, approval];

    const told = await Promise.all(all.map(async (rule) => Number(await rule.code())));
    const tabled = REASONS.filter(({ code }) => code >= 30 && code < 90).map(({ code }) => code);
    expect(told.sort((one, other) => one - other)).to.deep.equal(tabled);
    for (const rule of all) {
      const { name, sentence, next } = explainCode(Number(await rule.code()));
      expect(await rule.sentence(), name).to.equal(sentence);
      expect(await rule.nextStep(), name).to.equal(next);
    }
  });

  it("are constants of ReasonCodes under the same names, and no others", async () => {
    const source = await readFile("contracts/rules/ReasonCodes.sol", "utf8");
    const constants = [...source.matchAll(/constant ([A-Z_]+) = (\d+);/g)].map(([, name = "", code]) => [
      Number(code),
      name.toLowerCase().replace(/(?:^|_)([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
    ]);

    const listed = REASONS.filter(({ code }) => code < FIRST_OF_EXECUTOR).map(({ code, name }) => [code, name]);
    expect(constants).to.deep.equal(listed);
  });

  it("are listed in docs/formats.md, section 5, with the same codes and names", async () => {
    const page = await readFile("docs/formats.md", "utf8");
    const [section = ""] = page.slice(page.indexOf("## 5. Reason codes")).split("\n## ");
    const rows = [...section.matchAll(/^\| (\d+) \| (\w+) \|/gm)].map(([, code, name]) => [Number(code), name]);

    expect(rows).to.deep.equal(REASONS.map(({ code, name }) => [code, name]));
  });
});
