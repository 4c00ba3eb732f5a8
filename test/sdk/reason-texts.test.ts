import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { explainCode, REASONS } from "../../executor/index.ts";
import { setRules, settingsOf, TRAIT } from "../helpers/rules.ts";
import { CLASS, deployBooks, FLAG, FRANCE, listAsset, onboard, STATE, USA } from "../helpers/books.ts";

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

describe("Reasons", () => {
  for (const { code, name } of REASONS.filter((reason) => reason.code > 0 && reason.code < FIRST_OF_EXECUTOR)) {
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
    const { country, investorClass, holderCount } = await networkHelpers.loadFixture(activeAsset);

    for (const rule of [country, investorClass, holderCount]) {
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
    const section = page.slice(page.indexOf("## 5. Reason codes"));
    const rows = [...section.matchAll(/^\| (\d+) \| (\w+) \|/gm)].map(([, code, name]) => [Number(code), name]);

    expect(rows).to.deep.equal(REASONS.map(({ code, name }) => [code, name]));
  });
});
