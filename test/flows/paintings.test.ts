import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";
import { deploySuite } from "../../sdk/deploy.ts";
import { roleId } from "../../sdk/documents/bundle.ts";
import { type Painting, readPaintings } from "../../sdk/painting-file.ts";
import { StepReporter } from "../../tasks/lib/progress.ts";
import { withReviewers } from "../../tasks/system/demo/open-chain.ts";
import { describePaintings, summarisePainting } from "../../tasks/system/demo/painting-summary.ts";
import { type OwnedPainting, runPaintings } from "../../tasks/system/demo/paintings.ts";
import { type DemoWorld, openWorld } from "../../tasks/system/demo/world.ts";

const FOLDER = fileURLToPath(new URL("../../data/co-owned-paintings", import.meta.url));
const SLOW_MS = 120_000;
const ACTIVE = 3n;
const REDEEMING = 5n;

/** The one unsold work, and those whose record does not tie out. */
const UNSOLD = "K-10482";
const ODD = { "K-13776": "-0.40", "K-13886": "-12313.80" } as const;

describe("co-owned paintings", () => {
  let world: DemoWorld;
  let paintings: readonly Painting[];
  let owned: readonly OwnedPainting[];
  before(async function () {
    this.timeout(SLOW_MS);
    const connection = await network.create();
    const deployment = await deploySuite(connection, await withReviewers(connection));
    world = await openWorld(connection, deployment, 0, 1);
    paintings = await readPaintings(FOLDER);
    owned = await runPaintings(world, silentReporter(), paintings, FOLDER);
  });

  it("are listed on one register, each with an anchor of its own", async () => {
    const { shareToken } = world.suite;
    const anchors = await Promise.all(owned.map(({ asset }) => shareToken.anchorIdOf(asset)));

    expect(owned.map(({ painting }) => painting.record)).to.deep.equal(paintings.map(({ record }) => record));
    expect(new Set(anchors).size).to.equal(paintings.length);
  });

  it("belong to their owners in exactly the recorded fractions", async () => {
    for (const { asset, painting, parts } of owned) {
      expect(await world.suite.shareToken.totalSupply(asset), painting.title).to.equal(painting.units);
      for (const { units, fraction, account } of parts) {
        expect(await world.suite.shareToken.balanceOf(account, asset), painting.title).to.equal(units);
        expect(units * fraction.denominator, painting.title).to.equal(painting.units * fraction.numerator);
      }
    }
  });

  it("cost every owner his fraction of the recorded price, to the last unit", () => {
    for (const { painting, parts } of owned) {
      const { amount } = painting.bought;
      for (const { paid, fraction } of parts) {
        expect(paid * fraction.denominator, painting.title).to.equal(amount * fraction.numerator);
      }
      expect(sum(parts.map(({ paid }) => paid))).to.equal(amount);
    }
  });

  it("pay every owner his fraction of the recorded sale; what does not divide is named", () => {
    for (const { painting, parts, carried } of owned) {
      if (painting.outcome.kind === "unsold") continue;
      const { amount } = painting.outcome;
      for (const { received = 0n, units } of parts) {
        expect(received, painting.title).to.equal((amount / painting.units) * units);
      }
      expect(sum(parts.map(({ received = 0n }) => received)) + (carried ?? 0n)).to.equal(amount);
    }
    expect(owned.filter(({ carried = 0n }) => carried > 0n).map(({ painting }) => painting.title)).to.deep.equal([
      "Solitude",
    ]);
  });

  it("stay active with nothing paid while unsold, and move no more once sold", async () => {
    for (const { asset, painting, parts, carried } of owned) {
      const isSold = painting.record !== UNSOLD;
      expect(await world.suite.shareToken.stateOf(asset), painting.title).to.equal(isSold ? REDEEMING : ACTIVE);
      expect(await world.suite.shareToken.recordCount(asset)).to.equal(isSold ? 1n : 0n);
      if (!isSold) expect([parts[0].received, carried]).to.deep.equal([undefined, undefined]);
    }
  });

  it("name those whose record does not tie out, and by how much; the others tie out to the unit", () => {
    for (const each of owned.map(summarisePainting)) {
      const odd = Object.entries(ODD).find(([record]) => record === each.record)?.[1];
      expect(each.tiesOut, each.title).to.equal(odd === undefined);
      expect(each.difference, each.title).to.equal(odd ?? "0.00");
      if (odd === undefined) expect(each.dealerSharePaid).to.equal(each.dealerShareRecorded);
    }
  });

  it("are shown with the record's own money and a sentence for every record that is odd", () => {
    const text = describePaintings(owned.map(summarisePainting));

    expect(text).to.match(/The Lute Player.*1\/2 \+ 1\/2.*GBP 18000\.00.*GBP 50000\.00.*GBP 25000\.00/);
    expect(text).to.match(/Portrait of a Youth.*11\/20 \+ 9\/20.*FRF 110000\.00.*unsold/);
    expect(text).to.match(/^Isabella Brown in a White Frock: The record names one partner/m);
  });

  it("have been reviewed by two people, documented, valued and measured before anybody bought", async () => {
    const { suite } = world;
    for (const { asset, painting, file } of owned) {
      expect(file, painting.title).to.include({ reviews: 2, words: 3 + 4 * file.handOvers, values: 2, measures: 3 });
      const subject = await suite.shareToken.anchorIdOf(asset);
      expect(await suite.documentAnchor.activeBundle(subject, roleId("EVIDENCE")), painting.title).not.to.equal(
        ZeroHash,
      );
      expect((await suite.custodyDesk.insuranceDemandOf(asset)).amount * 1_000_000n).to.equal(painting.bought.amount);
    }
  });

  it("had two jumps of value that were looked at, one hand-over and one incident that is over", async () => {
    const { suite } = world;
    const that = (condition: (file: OwnedPainting["file"]) => boolean) =>
      owned.filter(({ file }) => condition(file)).map(({ painting }) => painting.title);

    expect(that(({ confirmed }) => confirmed > 0)).to.deep.equal(["The Lute Player", "The Frugal Meal"]);
    expect(that(({ handOvers }) => handOvers > 0)).to.deep.equal(["Le Vieux Chêne"]);
    expect(that(({ incidents }) => incidents > 0)).to.deep.equal(["The Lute Player"]);
    for (const { asset, file } of owned) {
      expect(await suite.custodyDesk.isBacked(asset)).to.equal(true);
      const { all, open } = await suite.custodyDesk.incidentCount(asset);
      expect([all, open]).to.deep.equal([BigInt(file.incidents), 0n]);
    }
  });

  it("were sold to those only who had signed that they know the risks, where a rule demands it", async () => {
    const [twilight] = owned;
    if (twilight === undefined) throw new Error("there is a first painting");
    const rules = await world.suite.transferRules.rulesOf(twilight.asset);

    expect(twilight.file.acknowledgements).to.equal(4);
    expect(rules.map(({ rule }) => rule)).to.include(world.suite.disclosureRule.target);
    for (const { account } of twilight.parts) {
      expect(await world.suite.disclosures.hasAcknowledged(twilight.asset, account)).to.equal(true);
    }
  });

  it("leave every investor registered once, however many works he had a part in", async () => {
    const names = new Set(paintings.flatMap(({ owners }) => owners.map(({ name }) => name)));
    const { investorRegistry } = world.suite;
    const registered = await investorRegistry.queryFilter(investorRegistry.filters.WalletAdded());

    expect(registered).to.have.lengthOf(names.size);
  });
});

function silentReporter(): StepReporter {
  const nowhere = { write: () => true };
  return new StepReporter({ stdout: nowhere, stderr: nowhere, ask: undefined }, 1, false);
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
