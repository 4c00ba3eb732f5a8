import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { ExitCode } from "../../sdk/errors.ts";
import { explainTransfer } from "../../sdk/explain.ts";
import { readRules } from "../../sdk/rules/rules-file.ts";
import { onboardInvestors } from "../../tasks/investor/onboard.ts";
import { listRoutes } from "../../tasks/route/list.ts";
import { nameRoute } from "../../tasks/route/name-route.ts";
import { describeRoute, endRoute } from "../../tasks/route/revoke.ts";
import { openRoute } from "../../tasks/route/set.ts";
import { setRules } from "../../tasks/rules/set.ts";
import { failureOf, SALT, silentSender, taskWorld, VERIFIED_UNTIL } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { sold } = taskWorld(connection);

const NOTICE = 7n * 86_400n;

describe("routes, through the real token", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "moiety-"));
    await writeFile(join(folder, "decision.txt"), "the decision");
  });
  after(() => rm(folder, { recursive: true }));

  /** Names a route as the command line does. */
  const named = (changes: { source?: string; destination?: string; class?: string; asset?: bigint } = {}) =>
    nameRoute({
      source: "US",
      destination: "FR",
      class: "real-estate-fund-interest",
      asset: 0n,
      evidence: join(folder, "decision.txt"),
      json: false,
      dryRun: false,
      yes: true,
      from: "0",
      ...changes,
    });

  /** Asset 1's only rule is that a route is open; the stranger lives in France. */
  async function routed() {
    const world = await sold();
    const { suite, addresses, sender, stranger } = world;
    const row = { reference: "F-1", address: stranger.address, country: 250, class: 4, verifiedUntil: VERIFIED_UNTIL };
    await onboardInvestors(suite, sender, [{ line: 2, row }], { salt: SALT, batchSize: 1, warn: () => undefined });
    const path = join(folder, "rules.json");
    const rules = [{ rule: "route", assetClass: "real-estate-fund-interest" }];
    await writeFile(path, JSON.stringify({ schema: "moiety.rules/1", name: "routes", rules }));
    const list = await readRules(path);
    await setRules(suite, sender, { asset: 1n, list, addresses, acquired: undefined, batchSize: 10 });
    const ask = { id: 1n, from: world.alice.address, to: stranger.address, value: 5n };
    const send = () =>
      suite.shareToken.connect(world.alice).safeTransferFrom(world.alice.address, stranger.address, 1n, 5n, "0x");
    return { ...world, ask, send };
  }

  it("are closed until compliance opens them: the token refuses with the rule's reason, then moves", async () => {
    const { suite, sender, ask, send, stranger } = await networkHelpers.loadFixture(routed);
    const route = await named();
    expect((await explainTransfer(suite, ask)).map(({ rule }) => rule)).to.deep.equal([
      await suite.routeRule.getAddress(),
    ]);
    await expect(send()).to.be.revertedWithCustomError(suite.shareToken, "ERC7943CannotTransfer");

    expect(await openRoute(suite, sender, route)).to.have.lengthOf(1);
    expect(await openRoute(suite, sender, route)).to.deep.equal([]);
    await send();

    expect(await suite.shareToken.balanceOf(stranger.address, 1n)).to.equal(5n);
  });

  it("close with notice: trades go on to the last second before, and not a second longer", async () => {
    const { suite, sender, ask, send } = await networkHelpers.loadFixture(routed);
    const route = await named();
    await openRoute(suite, sender, route);
    expect(await endRoute(suite, sender, route, "announce")).to.have.lengthOf(1);
    expect(await endRoute(suite, sender, route, "announce")).to.deep.equal([]);
    const { effectiveAt, initiatedAt } = await suite.transferDomains.getRevocation(...route.domains);
    expect(effectiveAt - initiatedAt).to.equal(NOTICE);
    expect(await describeRoute(suite, route)).to.match(/^open until before /);

    await networkHelpers.time.setNextBlockTimestamp(effectiveAt - 1n);
    await send();
    await networkHelpers.time.increaseTo(effectiveAt);
    await expect(send()).to.be.revertedWithCustomError(suite.shareToken, "ERC7943CannotTransfer");

    expect(await describeRoute(suite, route)).to.equal("closed");
    expect(await explainTransfer(suite, ask)).to.have.lengthOf(1);
    const error = await failureOf(endRoute(suite, sender, route, "take back"));
    expect(error).to.have.property("exitCode", ExitCode.badInput);
  });

  it("stay open where the announcement is taken back, and close at once where it has to be", async () => {
    const { suite, sender, send } = await networkHelpers.loadFixture(routed);
    const route = await named();
    await openRoute(suite, sender, route);
    await endRoute(suite, sender, route, "announce");
    await endRoute(suite, sender, route, "take back");
    expect(await describeRoute(suite, route)).to.equal("open");

    await endRoute(suite, sender, route, "close");
    await expect(send()).to.be.revertedWithCustomError(suite.shareToken, "ERC7943CannotTransfer");
    expect(await endRoute(suite, sender, route, "close")).to.deep.equal([]);
  });

  it("are listed in words, and opened by compliance alone", async () => {
    const { suite, sender, stranger } = await networkHelpers.loadFixture(routed);
    await openRoute(suite, sender, await named());
    await openRoute(suite, sender, await named({ source: "FR", destination: "US", class: "", asset: 1n }));
    const refused = await failureOf(openRoute(suite, silentSender(stranger), await named({ source: "DE" })));

    const routes = await listRoutes(suite, { deployedAtBlock: 0 }, ethers.provider);

    expect(refused).to.have.property("exitCode", ExitCode.refused);
    expect(routes.map(({ source, destination, assets, state }) => [source, destination, assets, state])).to.deep.equal([
      ["US", "FR", "real-estate-fund-interest", "open"],
      ["FR", "US", "asset 1", "open"],
    ]);
  });

  it("are refused without two countries, a class or an asset, and evidence", async () => {
    const error = await failureOf(named({ source: "", class: "" }));

    expect(error).to.have.nested.property("problem.todo", "name --source, either --class or --asset");
  });
});
