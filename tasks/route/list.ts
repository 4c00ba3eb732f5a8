import type { Provider } from "ethers";
import { decodeBytes32String } from "ethers";
import { iso31661 } from "iso-3166";
import type { AddressBook } from "../../sdk/addresses.ts";
import type { Suite } from "../../sdk/connect.ts";
import { countryCode } from "../../sdk/country.ts";
import { readLogs } from "../../sdk/read-logs.ts";
import { formatTime } from "../../sdk/time.ts";
import { domainOfCountry, routeClassOf, routeClassOfAsset } from "../../sdk/transfer-domain.ts";
import { listAssets } from "../custody/status.ts";
import type { CommonArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";
import { describeRoute } from "./revoke.ts";

/** Every route that was ever opened, with its domains in words as far as the hashes are known here. */
export async function listRoutes(suite: Suite, book: Pick<AddressBook, "deployedAtBlock">, provider: Provider) {
  const { transferDomains } = suite;
  const [logs, names] = await Promise.all([
    readLogs(
      (from, to) => transferDomains.queryFilter(transferDomains.filters.RouteSet(), from, to),
      book.deployedAtBlock,
      await provider.getBlockNumber(),
    ),
    knownNames(suite, book, provider),
  ]);
  const routes = new Map(
    logs.map(({ args: [source, destination, assetClass] }) => [
      `${source}${destination}${assetClass}`,
      [source, destination, assetClass] as const,
    ]),
  );

  return Promise.all(
    [...routes.values()].map(async (domains) => {
      const [source, destination, assetClass] = domains;
      const {
        permitted,
        effectiveAt,
        permissionEvidenceHash: evidenceHash,
      } = await transferDomains.getRoute(...domains);
      return {
        source: names.get(source) ?? source,
        destination: names.get(destination) ?? destination,
        assets: names.get(assetClass) ?? assetClass,
        open: permitted,
        state: await describeRoute(suite, { domains }),
        since: formatTime(effectiveAt),
        evidenceHash,
      };
    }),
  );
}

export default runAction<CommonArguments>("route.list", async (context) => {
  const { connection } = await context.connect();
  const { suite, book } = await context.suite();

  const routes = await listRoutes(suite, book, connection.ethers.provider);
  const rows = routes.map((each) => [each.source, each.destination, each.assets, each.state, each.since]);
  const text =
    rows.length === 0 ? "No route was ever opened." : table(["From", "To", "Assets", "State", "Since"], rows);
  return { data: { routes }, text };
});

/** A hash cannot be read backwards: countries and this deployment's assets and classes are hashed to find them. */
async function knownNames(
  suite: Suite,
  book: Pick<AddressBook, "deployedAtBlock">,
  provider: Provider,
): Promise<ReadonlyMap<string, string>> {
  const { shareToken, anchorRegistry } = suite;
  const assets = await listAssets(suite, book, provider);
  const classes = await Promise.all(
    assets.map(async (id) => {
      const { assetClass } = await anchorRegistry.getMetadata(await shareToken.anchorIdOf(id));
      return decodeBytes32String(assetClass);
    }),
  );
  return new Map([
    ...iso31661.map(({ numeric }): [string, string] => [
      domainOfCountry(Number(numeric)),
      countryCode(Number(numeric)),
    ]),
    ...classes.map((label): [string, string] => [routeClassOf(label), label]),
    ...assets.map((id): [string, string] => [routeClassOfAsset(id), `asset ${id}`]),
  ]);
}
