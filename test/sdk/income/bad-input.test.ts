import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { openRecord } from "../../../tasks/income/record.ts";
import { incomeWorld, type PlanChange, plan, TestFolder } from "../../helpers/income-world.ts";
import { failureOf } from "../../helpers/task-world.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const { recorded } = incomeWorld(connection);

/** Nobody has this wallet. */
const NOBODY = "0x00000000000000000000000000000000DeaDBeef";

describe("a plan of bad input", () => {
  let folder: TestFolder;
  beforeEach(async () => {
    folder = await TestFolder.open();
  });
  afterEach(() => folder.close());

  /** The problem that planning ends with; nothing of a plan is left. */
  async function problemOf(state: Parameters<typeof plan>[0], change: PlanChange) {
    const error = await failureOf(plan(state, folder.path, change));
    const left = await readdir(folder.path, { recursive: true });
    expect(left.filter((name) => /plan\.json|proofs\.bin|holders\.csv/.test(name))).to.deep.equal([]);
    expect(error).to.have.property("problem");
    return error as {
      problem: { what: string; where?: string; details?: string[]; notDone?: string; exitCode: number };
    };
  }

  it("names every row with an unknown investor, in both files", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { alice, stranger } = state;
    const { problem } = await problemOf(state, {
      excluded: [
        { line: 2, row: { account: alice.address, reason: "" } },
        { line: 3, row: { account: NOBODY, reason: "" } },
      ],
      lookThrough: [{ line: 5, row: { escrow: alice.address, owner: stranger.address, shares: 1n } }],
    });

    expect(problem).to.deep.include({ what: "2 rows are not known to the registry", exitCode: 2 });
    expect(problem.details).to.deep.equal([
      `--exclude line 3, account: ${NOBODY} is no investor`,
      `--look-through line 5, owner: ${stranger.address} is no investor`,
    ]);
  });

  it("names every row that does not fit what was held", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, alice, bob, carol, stranger } = state;
    await suite.investorRegistry.addWallet(
      (await suite.investorRegistry.profileOf(bob.address)).investor,
      stranger.address,
    );
    const { problem } = await problemOf(state, {
      excluded: [
        { line: 2, row: { account: stranger.address, reason: "" } },
        { line: 3, row: { account: carol.address, reason: "" } },
      ],
      lookThrough: [
        { line: 2, row: { escrow: bob.address, owner: alice.address, shares: 49_999n } },
        { line: 3, row: { escrow: carol.address, owner: bob.address, shares: 25_000n } },
      ],
    });

    expect(problem).to.deep.include({ what: "4 rows do not fit the record", exitCode: 2 });
    expect(problem.details).to.deep.equal([
      `--exclude line 2, account: ${stranger.address} held nothing at the record`,
      `--look-through line 2, escrow: ${bob.address} held 50000 shares, and its rows sum to 49999`,
      `--look-through line 3, owner: ${bob.address} is an escrow itself`,
      `--look-through line 3, escrow: ${carol.address} is excluded, too`,
    ]);
  });

  it("is refused for a currency that is not allowed", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { incomeDesk } = state.suite;
    await incomeDesk.setCurrency(state.currency, false);

    const { problem } = await problemOf(state, {});
    expect(problem).to.deep.include({ what: `income is not paid in the currency ${state.currency}`, exitCode: 2 });
  });

  it("is refused for a record in the future", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    await openRecord(state.suite, state.sender, 1n, BigInt(await networkHelpers.time.latest()) + 1_000n);

    const { problem } = await problemOf(state, { terms: { record: 1n } });
    expect(problem).to.deep.include({ what: "record 1 of asset 1 lies in the future", where: "--record", exitCode: 2 });
  });

  it("is refused for nothing, and for less than one unit a share", async () => {
    const state = await networkHelpers.loadFixture(recorded);

    expect((await problemOf(state, { terms: { amount: 0n } })).problem.what).to.equal("the amount is zero");
    const tiny = { terms: { amount: 2n, rounding: "carry" as const } };
    expect((await problemOf(state, tiny)).problem.what).to.equal("nobody would get a single unit");
    const { plan: shared } = await plan(state, join(folder.path, "shared"), { terms: { amount: 2n } });
    expect(shared).to.deep.include({ gross: 2n, count: 2, tooSmall: 1 });
  });

  it("is refused where everybody is excluded", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const everybody = [state.alice, state.bob, state.carol];
    const excluded = everybody.map(({ address }, place) => ({
      line: place + 2,
      row: { account: address, reason: "" },
    }));

    const { problem } = await problemOf(state, { excluded });
    expect(problem).to.deep.include({ what: "the amount cannot be divided", exitCode: 2 });
  });
});
