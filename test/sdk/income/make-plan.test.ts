import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { keccak256 } from "ethers";
import { network } from "hardhat";
import { openProofFile } from "../../../executor/index.ts";
import { parseIncomePlan } from "../../../sdk/income/income-plan.ts";
import { requireWholePlan, type WrittenPlan } from "../../../sdk/income/plan-folder.ts";
import { readChainWithholding, readWithholdingFile } from "../../../sdk/income/withholding.ts";
import { openRecord } from "../../../tasks/income/record.ts";
import { DEPOSIT, incomeWorld, plan, TestFolder } from "../../helpers/income-world.ts";
import { failureOf } from "../../helpers/task-world.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const { recorded } = incomeWorld(connection);

const LEAF = ["bytes32", "uint256", "address", "uint256", "uint256"];

/** The rows of a plan as its proofs have them, by wallet in lower case. */
async function rowsOf({ folder }: WrittenPlan) {
  const proofs = await openProofFile(join(folder, "proofs.bin"));
  const rows = [];
  for await (const row of proofs.rows()) rows.push(row);
  await proofs.close();
  return rows;
}

describe("makeIncomePlan", () => {
  let folder: TestFolder;
  beforeEach(async () => {
    folder = await TestFolder.open();
  });
  afterEach(() => folder.close());

  it("divides the deposit to the unit, and says so in every file", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const written = await plan(state, folder.path);

    const rows = await rowsOf(written);
    const due = new Map(rows.map(({ holder, gross }) => [holder, gross]));
    expect(due.get(state.carol.address.toLowerCase())).to.equal(500_000_001n);
    expect(rows.reduce((sum, { gross }) => sum + gross, 0n)).to.equal(DEPOSIT);
    expect(written.plan).to.deep.include({ gross: DEPOSIT, remainder: 0n, count: 3, supply: 125_000n, withheld: 0n });
    expect(written.planHash).to.equal(keccak256(await readFile(join(written.folder, "plan.json"))));
    const csv = (await readFile(join(written.folder, "holders.csv"), "utf8")).trim().split("\n");
    expect(csv[0]).to.equal("index,holder,shares,gross,withheld,net");
    expect(csv.slice(1).join("\n")).to.contain(`${state.carol.address},25000,500.000001,0.000000,500.000001`);
    expect(await readdir(written.folder)).to.have.members(["plan.json", "holders.csv", "proofs.bin"]);
  });

  it("keeps what does not divide with the payer where that is asked for", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { plan: made } = await plan(state, folder.path, { terms: { rounding: "carry" } });

    expect(made).to.deep.include({ gross: DEPOSIT - 1n, remainder: 1n });
  });

  it("has the root that OpenZeppelin's tree has, over the key of the desk", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const written = await plan(state, folder.path);
    const { salt, listKey, root } = written.plan;

    expect(listKey).to.equal(await state.suite.incomeDesk.listKeyOf(1n, 0n, state.currency, salt));
    const values = (await rowsOf(written)).map(({ index, holder, gross, withheld }) => [
      listKey,
      index,
      holder,
      gross,
      withheld,
    ]);
    expect(StandardMerkleTree.of(values, LEAF, { sortLeaves: false }).root).to.equal(root);
  });

  it("is the same plan whoever asks again, and from transfers as from the register", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const written = await plan(state, folder.path);
    const elsewhere = await TestFolder.open();

    expect(await plan(state, folder.path)).to.deep.equal(written);
    const other = await plan(state, elsewhere.path, { source: "transfers" });
    expect([other.planHash, other.plan]).to.deep.equal([written.planHash, written.plan]);
    const reworded = await plan(state, folder.path, { terms: { reference: "rent 2027-01" } });
    expect(reworded.plan.listKey).not.to.equal(written.plan.listKey);
    await elsewhere.close();
  });

  it("leaves excluded accounts out, and pays those for whom an escrow holds", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { alice, bob, carol } = state;
    const rows = [
      { line: 2, row: { escrow: bob.address, owner: alice.address, shares: 20_000n } },
      { line: 3, row: { escrow: bob.address, owner: carol.address, shares: 30_000n } },
    ];
    const written = await plan(state, folder.path, {
      excluded: [{ line: 2, row: { account: carol.address, reason: "treasury" } }],
    });
    const through = await plan(state, folder.path, { lookThrough: rows });

    expect((await rowsOf(written)).map(({ holder }) => holder)).not.to.include(carol.address.toLowerCase());
    expect(written.plan).to.deep.include({ totalShares: 100_000n, excludedShares: 25_000n, gross: DEPOSIT });
    const due = new Map((await rowsOf(through)).map(({ holder, gross }) => [holder, gross]));
    expect([...due.keys()]).to.have.members([alice, carol].map(({ address }) => address.toLowerCase()));
    expect(due.get(alice.address.toLowerCase())).to.equal(1_400_000_002n);
  });

  it("withholds what the desk's own table would, rounded down for everybody", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, alice, bob, stranger } = state;
    const { incomeDesk, investorRegistry } = suite;
    await investorRegistry.setKind((await investorRegistry.profileOf(bob.address)).investor, 276, 1);
    const rows = [
      { country: 276, classes: 1, rateBps: 2_637 },
      { country: 0, classes: 4, rateBps: 1_001 },
    ];
    await incomeDesk.addWithholding(stranger.address, 3_000, rows);
    await incomeDesk.setDefaultWithholding(1);

    const withholding = await readChainWithholding(suite, 1n);
    const written = await plan(state, folder.path, { terms: { withholding } });

    expect(withholding).to.deep.equal({ table: 1, taxAccount: stranger.address, fallbackBps: 3_000, rows });
    for (const { holder, gross, withheld } of await rowsOf(written)) {
      const { rateBps } = await incomeDesk.rateOf(1, holder);
      expect(withheld, holder).to.equal((gross * rateBps) / 10_000n);
    }
    expect((await incomeDesk.rateOf(1, alice.address)).rateBps).to.equal(1_001n);
    expect((await incomeDesk.rateOf(1, bob.address)).rateBps).to.equal(2_637n);
  });

  it("withholds the rest's rate from those nobody vouches for any more, and says who they are", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, bob, stranger } = state;
    const { investorRegistry } = suite;
    const path = await folder.write("tax.csv", "country,class,percent\nUS,accredited,10\n*,*,30.5\n");
    const { notes: _notes, ...withholding } = await readWithholdingFile(path, stranger.address, ",");
    // A restored snapshot's last block is as old as its fixture; the next one is of the clock's time.
    const last = BigInt(await networkHelpers.time.latest()) + 86_400n;
    await investorRegistry.setStanding((await investorRegistry.profileOf(bob.address)).investor, 0, last);
    const warnings: string[] = [];
    const planned = (reference: string) =>
      plan(state, folder.path, { terms: { withholding, reference }, warn: (text) => warnings.push(text) });
    const rateOfBob = async (written: WrittenPlan) => {
      const row = (await rowsOf(written)).find(({ holder }) => holder === bob.address.toLowerCase());
      return ((row?.withheld ?? 0n) * 10_000n) / (row?.gross ?? 1n);
    };

    await networkHelpers.time.increaseTo(last);
    expect(await rateOfBob(await planned("in the last second"))).to.be.oneOf([1_000n, 999n]);
    expect(warnings).to.deep.equal([]);
    await networkHelpers.time.increaseTo(last + 1n);
    expect(await rateOfBob(await planned("a second later"))).to.be.oneOf([3_050n, 3_049n]);
    expect(warnings).to.deep.equal([`nobody vouches for 1 holders now, from whom 30.5 % are withheld: ${bob.address}`]);
  });

  it("P63: refuses to pay the suite's own addresses the income of others", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { suite, sender, alice, carol, stranger } = state;
    await suite.investorRegistry.setProtocolAddress(stranger.address, true);
    await suite.shareToken.connect(alice).safeTransferFrom(alice.address, stranger.address, 1n, 10n, "0x");
    const instant = BigInt(await networkHelpers.time.latest()) + 1_000n;
    await openRecord(suite, sender, 1n, instant);
    await networkHelpers.time.increaseTo(instant + 1n);
    const terms = { record: 1n };

    const error = await failureOf(plan(state, folder.path, { terms }));
    expect(error).to.have.nested.property("problem.details").deep.equal([stranger.address]);
    const row = { escrow: stranger.address, owner: carol.address, shares: 10n };
    const { plan: through } = await plan(state, folder.path, { terms, lookThrough: [{ line: 2, row }] });
    expect(through).to.deep.include({ count: 3, totalShares: 125_000n });
    const treasury = { account: stranger.address, reason: "treasury" };
    const { plan: without } = await plan(state, folder.path, { terms, excluded: [{ line: 2, row: treasury }] });
    expect(without).to.deep.include({ count: 3, totalShares: 124_990n });
  });

  it("refuses a folder whose files were changed", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const written = await plan(state, folder.path);
    const path = join(written.folder, "holders.csv");
    await writeFile(path, (await readFile(path, "utf8")).replace("500.000001", "500.000002"));

    for (const act of [() => requireWholePlan(written), () => plan(state, folder.path)]) {
      const error = await failureOf(act());
      expect(error).to.have.nested.property("problem.exitCode", 6);
      expect(error)
        .to.have.nested.property("problem.details")
        .deep.equal(["holders.csv: was changed since the plan was made"]);
    }
  });

  it("refuses a plan whose terms were changed", async () => {
    const state = await networkHelpers.loadFixture(recorded);
    const { folder: place } = await plan(state, folder.path);
    const text = (await readFile(join(place, "plan.json"), "utf8")).replace(`"${DEPOSIT}"`, `"${DEPOSIT - 1n}"`);

    expect(() => parseIncomePlan(text, "plan.json")).to.throw("this is not the plan of a distribution");
  });
});
