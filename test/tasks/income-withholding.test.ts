import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { readChainWithholding, readWithholdingFile } from "../../sdk/income/withholding.ts";
import { setWithholding } from "../../tasks/income/withholding.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const { listed } = taskWorld(connection);

const REIT = 1n;
const RATES = "country,class,percent\nUS,institutional,0\nUS,*,24\n*,*,30\n";

/** A table as a file would say it. */
async function tableOf(taxAccount: string, text = RATES) {
  const path = join(await mkdtemp(join(tmpdir(), "moiety-withholding-")), "rates.csv");
  await writeFile(path, text);
  return readWithholdingFile(path, taxAccount, ",");
}

describe("income withholding", () => {
  it("adds a table and points the asset to it, and has nothing to do a second time", async () => {
    const { suite, sender, carol } = await networkHelpers.loadFixture(listed);
    const wanted = await tableOf(carol.address);

    const first = await setWithholding(suite, sender, REIT, wanted);
    expect(first.table).to.equal(1);
    expect(first.steps.map(({ title }) => title)).to.deep.equal([
      `add a table of 3 rates, whose tax goes to ${carol.address}`,
      "withhold income of asset 1 by table 1",
    ]);
    expect(await setWithholding(suite, sender, REIT, wanted)).to.deep.equal({ table: 1, steps: [] });

    const { notes: _, ...said } = wanted;
    expect(await readChainWithholding(suite, REIT)).to.deep.equal({ ...said, table: 1 });
  });

  it("uses a table again that the desk has, as the default of all assets", async () => {
    const { suite, sender, carol } = await networkHelpers.loadFixture(listed);
    const wanted = await tableOf(carol.address);
    await setWithholding(suite, sender, REIT, wanted);
    await setWithholding(suite, sender, REIT, await tableOf(carol.address, "country,class,percent\n*,*,15\n"));

    const { table, steps } = await setWithholding(suite, sender, 0n, wanted);

    expect(table).to.equal(1);
    expect(steps.map(({ title }) => title)).to.deep.equal(["withhold by table 1 where an asset has none of its own"]);
    expect(await suite.incomeDesk.withholdingOf(REIT)).to.equal(2n);
    expect(await suite.incomeDesk.withholdingOf(9n)).to.equal(1n);
  });

  it("goes back to the default, and from there to nothing", async () => {
    const { suite, sender, carol } = await networkHelpers.loadFixture(listed);
    await setWithholding(suite, sender, REIT, await tableOf(carol.address));

    await setWithholding(suite, sender, REIT, null);

    expect((await readChainWithholding(suite, REIT)).taxAccount).to.equal(null);
    expect((await setWithholding(suite, sender, REIT, null)).steps).to.deep.equal([]);
  });

  it("changes nothing in a dry run", async () => {
    const { suite, operator, carol } = await networkHelpers.loadFixture(listed);
    const { table, steps } = await setWithholding(
      suite,
      silentSender(operator, true),
      REIT,
      await tableOf(carol.address),
    );
    expect(table).to.equal(1);
    expect(steps.map(({ status }) => status)).to.deep.equal(["simulated", "depends on an earlier step"]);
    expect(await suite.incomeDesk.withholdingCount()).to.equal(0n);
  });

  it("refuses an asset that there is not", async () => {
    const { suite, sender, carol } = await networkHelpers.loadFixture(listed);
    const failure = await failureOf(setWithholding(suite, sender, 9n, await tableOf(carol.address)));
    expect(failure).to.have.nested.property("problem.what", "there is no asset 9");
  });
});
