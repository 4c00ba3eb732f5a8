import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { network } from "hardhat";
import { ExitCode } from "../../sdk/errors.ts";
import { impactUnitName, indicatorName } from "../../sdk/impact.ts";
import { readImpactFile } from "../../sdk/impact-file.ts";
import { formatDecimal, navCurrencyName, parseDecimal } from "../../sdk/nav.ts";
import { readValuationFile, type ValuationFile } from "../../sdk/valuation-file.ts";
import { inspectImpact, recordImpact } from "../../tasks/asset/impact.ts";
import { inspectValuation, recordValues, requireSameAsset, setValuationTerms } from "../../tasks/asset/value.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const { loadFixture, time } = networkHelpers;
const world = taskWorld(connection);
const { listed, sold } = world;

const pathOf = (name: string) => fileURLToPath(new URL(`../../data/${name}`, import.meta.url));
const VALUATION = pathOf("1685-38th-reit/valuation.json");
const IMPACT = pathOf("1685-38th-reit/impact.json");
const UNKNOWN_ID = `0x${"ab".repeat(32)}`;

type World = Awaited<ReturnType<typeof listed>>;

/** The file's values are published; the operator is the provider. */
async function valued({ suite, sender, operator }: World) {
  const file = await readValuationFile(VALUATION);
  const terms = file.terms && {
    ...file.terms,
    providers: [operator.address],
    tokens: [await (suite.testDollar?.getAddress() ?? "")],
  };
  const set = await setValuationTerms(suite, sender, 1n, { ...file, terms });
  const published = await recordValues(suite, sender, 1n, file, false);
  return { file: { ...file, terms }, set, published };
}

function withNav(file: ValuationFile, text: string): ValuationFile {
  return { ...file, snapshots: file.snapshots.map((snapshot) => ({ ...snapshot, nav: parseDecimal(text) })) };
}

describe("asset value", () => {
  it("sets the terms, appoints and publishes both values of the file, and finds nothing to do a second time", async () => {
    const state = await loadFixture(listed);
    const { suite, sender } = state;
    const { file, set, published } = await valued(state);

    expect(set.map(({ title }) => title.split(" ")[0])).to.deep.equal([
      "value",
      "let",
      "ask",
      "demand",
      "appoint",
      "count",
    ]);
    expect(published).to.have.lengthOf(2);
    expect(await setValuationTerms(suite, sender, 1n, file)).to.deep.equal([]);
    expect(await recordValues(suite, sender, 1n, file, false)).to.deep.equal([]);
    expect(await setValuationTerms(suite, sender, 1n, { ...file, terms: undefined })).to.deep.equal([]);
  });

  it("shows what an asset is worth, and the band of a share once there are shares", async () => {
    const state = await loadFixture(sold);
    const { suite } = state;
    await valued(state);

    const shown = await inspectValuation(suite, 1n, await suite.testDollar.getAddress());

    expect(shown).to.deep.include({
      currency: "USD",
      of: "total",
      usable: true,
      nav: "118750",
      valuedAt: "2026-03-31T00:00:00Z",
    });
    // 118,750 / 125,000 = 0.95; 25 % below and above.
    expect(shown.band).to.deep.include({ low: 712_500n, high: 1_187_500n, code: 0n });
    expect(shown.snapshots.map(({ nav, correctedBy }) => [nav, correctedBy])).to.deep.equal([
      ["125000.00", null],
      ["118750.00", null],
    ]);
  });

  it("does not show as zero what nobody has said", async () => {
    const { suite } = await loadFixture(listed);

    const shown = await inspectValuation(suite, 1n);

    expect(shown).to.deep.include({
      currency: null,
      of: null,
      terms: null,
      usable: false,
      nav: null,
      valuedAt: null,
      band: null,
    });
    expect(shown.snapshots).to.deep.equal([]);
    expect((await inspectValuation(suite, 1n, undefined, "EUR")).currency).to.equal("EUR");
  });

  it("refuses another value of the same instant, corrects it where that is said, and shows both", async () => {
    const state = await loadFixture(listed);
    const { suite, sender } = state;
    const { file } = await valued(state);
    const other = withNav(file, "120000.0");

    const error = await failureOf(recordValues(suite, sender, 1n, other, false));
    expect(error).to.have.property("message", "asset 1 is valued as of 2023-01-27T00:00:00Z already");
    expect(error).to.have.property("exitCode", ExitCode.badInput);
    const steps = await recordValues(suite, sender, 1n, other, true);

    expect(steps.map(({ title }) => title)).to.deep.equal([
      "correct 125000.00 to 120000.0 USD as of 2023-01-27T00:00:00Z (fact)",
      "correct 118750.00 to 120000.0 USD as of 2026-03-31T00:00:00Z (assumed)",
    ]);
    const { nav, snapshots } = await inspectValuation(suite, 1n);
    expect(nav).to.equal("120000");
    expect(snapshots.map(({ correctedBy }) => correctedBy)).to.deep.equal([2n, 3n, null, null]);
    expect(await recordValues(suite, sender, 1n, other, false)).to.deep.equal([]);
  });

  it("does not turn a stream's basis around", async () => {
    const state = await loadFixture(listed);
    const { file } = await valued(state);

    const error = await failureOf(setValuationTerms(state.suite, state.sender, 1n, { ...file, of: "per-share" }));

    expect(error).to.have.property("message", "asset 1 is valued in USD total already");
  });

  it("is refused by the chain to whoever is not appointed", async () => {
    const state = await loadFixture(listed);
    const { suite, stranger } = state;
    const { file } = await valued(state);

    const error = await failureOf(recordValues(suite, silentSender(stranger), 1n, file, false));

    expect(error).to.have.property("exitCode", ExitCode.refused);
  });

  it("uses a file that names its asset for that one only", () => {
    requireSameAsset(1n, undefined);
    requireSameAsset(1n, 1n);
    expect(() => requireSameAsset(1n, 2n)).to.throw("the file is about asset 2, not about 1");
  });
});

describe("asset impact", () => {
  it("appoints, records a period and finds nothing to do a second time", async () => {
    const { suite, sender, operator } = await loadFixture(listed);
    const file = await readImpactFile(IMPACT);
    const reporter = operator.address;

    expect(await recordImpact(suite, sender, 1n, file, { reporter })).to.have.lengthOf(4);
    expect(await recordImpact(suite, sender, 1n, file, { reporter })).to.deep.equal([]);
    expect(
      (await inspectImpact(suite, 1n)).map(({ indicator, value, unit, share }) => [indicator, value, unit, share]),
    ).to.deep.equal([
      ["energy-used", "10000", "kWh", null],
      ["carbon-emitted", "3.90", "tCO2e", null],
      ["water-used", "120", "m3", null],
    ]);
  });

  it("shows a holder's part by what he held at a record, with what rounding took", async () => {
    const { suite, sender, operator, carol } = await loadFixture(sold);
    await recordImpact(suite, sender, 1n, await readImpactFile(IMPACT), { reporter: operator.address });
    await suite.shareToken.openRecord(1n, BigInt(await time.latest()) + 1_000n);
    await time.increase(1_001);

    const [energy, carbon] = await inspectImpact(suite, 1n, { holder: carol.address, record: 0n });

    // Carol has 25,000 of 125,000 shares.
    expect(energy?.share).to.deep.equal({ value: "2000", remainder: 0n, balance: 25_000n, supply: 125_000n });
    expect(carbon?.share).to.deep.include({ value: "0.78", remainder: 0n });
  });

  it("refuses another figure for the same period, and corrects it where that is said", async () => {
    const { suite, sender, operator } = await loadFixture(listed);
    const file = await readImpactFile(IMPACT);
    await recordImpact(suite, sender, 1n, file, { reporter: operator.address });
    const other = {
      ...file,
      indicators: file.indicators.slice(0, 1).map((each) => ({ ...each, value: parseDecimal("-5.5") })),
    };

    expect(await failureOf(recordImpact(suite, sender, 1n, other))).to.have.property(
      "message",
      "energy-used of asset 1 is recorded for this period already",
    );
    const [step] = await recordImpact(suite, sender, 1n, other, { correct: true });

    expect(step?.title).to.equal("correct 10000 to -5.5 kWh energy-used (assumed)");
    expect((await inspectImpact(suite, 1n)).map(({ value }) => value)).to.deep.equal(["3.90", "120", "-5.5"]);
  });
});

describe("valuation and impact files", () => {
  it("of the demo can all be read, two values and one period per asset", async () => {
    for (const name of await readdir(pathOf("co-owned-paintings/valuations"))) {
      expect(
        (await readValuationFile(pathOf(`co-owned-paintings/valuations/${name}`))).snapshots,
        name,
      ).to.have.lengthOf(2);
      expect((await readImpactFile(pathOf(`co-owned-paintings/impact/${name}`))).indicators, name).to.have.lengthOf(3);
    }
  });

  it("are read as a whole or not at all", async () => {
    const folder = await mkdtemp(join(tmpdir(), "moiety-files-"));
    const path = join(folder, "file.json");
    const hash = { hash: `0x${"11".repeat(32)}` };
    const snapshot = { valuedOn: "2026-01-01", nav: "1", basis: "fact", note: "n" };
    const measure = { indicator: "water-used", value: "1", unit: "m3", basis: "fact", note: "n" };
    const shared = { methodology: hash, methodologyUri: "ipfs://m", source: "s" };
    const valuation = { schema: "moiety.valuation/1", currency: "USD", of: "total", snapshots: [snapshot], ...shared };
    const impact = {
      schema: "moiety.impact/1",
      period: { from: "2025-01-01", until: "2026-01-01" },
      indicators: [measure],
      ...shared,
    };
    const write = (content: object) => writeFile(path, JSON.stringify(content));

    await write({ ...valuation, asset: 3 });
    expect((await readValuationFile(path)).asset).to.equal(3n);
    await write({ ...valuation, snapshots: [snapshot, snapshot] });
    expect(await failureOf(readValuationFile(path))).to.have.property(
      "message",
      "two values of the file speak of the same instant",
    );
    await write({
      ...valuation,
      currency: "usd",
      snapshots: [
        { ...snapshot, nav: "1e5" },
        { ...snapshot, nav: `0.${"1".repeat(19)}` },
      ],
    });
    expect(await failureOf(readValuationFile(path)))
      .to.have.nested.property("problem.details")
      .with.lengthOf(3);
    await write({ ...impact, asset: 3 });
    expect((await readImpactFile(path)).asset).to.equal(3n);
    await write({ ...impact, indicators: [measure, measure] });
    expect(await failureOf(readImpactFile(path))).to.have.property("message", "an indicator stands in the file twice");
    await write({ ...impact, period: { from: "2026-01-01", until: "2026-01-01" } });
    expect(await failureOf(readImpactFile(path))).to.have.property("message", "the period ends before it begins");
    await rm(folder, { recursive: true });
    expect(await failureOf(readImpactFile(path))).to.have.property("message", "the impact file cannot be read");
  });

  it("write numbers back as they were read, and names as far as ids can be named", () => {
    for (const text of ["0", "-0.05", "125000.00", "-7", "0.000000000000000001"]) {
      expect(formatDecimal(parseDecimal(text))).to.equal(text);
    }
    expect(navCurrencyName(UNKNOWN_ID)).to.equal(UNKNOWN_ID);
    expect(indicatorName(UNKNOWN_ID)).to.equal(UNKNOWN_ID);
    expect(impactUnitName(UNKNOWN_ID)).to.equal(UNKNOWN_ID);
  });
});
