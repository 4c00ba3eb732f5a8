import { resolve } from "node:path";
import { countryCode, parseCountry } from "../../sdk/country.ts";
import { hashDocument } from "../../sdk/document.ts";
import { badInput } from "../../sdk/errors.ts";
import { domainOfCountry, routeClassOf, routeClassOfAsset } from "../../sdk/transfer-domain.ts";
import type { WritingArguments } from "../lib/flags.ts";

export interface RouteArguments extends WritingArguments {
  readonly source: string;
  readonly destination: string;
  readonly class: string;
  readonly asset: bigint;
  readonly evidence: string;
}

/** A route in words and by the three hashes that the registry knows it by. */
export interface NamedRoute {
  readonly words: string;
  readonly domains: readonly [source: string, destination: string, assetClass: string];
  readonly evidenceHash: string;
}

export async function nameRoute(args: RouteArguments): Promise<NamedRoute> {
  const missing = [
    ...(args.source === "" ? ["--source"] : []),
    ...(args.destination === "" ? ["--destination"] : []),
    ...(args.evidence === "" ? ["--evidence"] : []),
    ...((args.class === "") === (args.asset === 0n) ? ["either --class or --asset"] : []),
  ];
  if (missing.length > 0) {
    throw badInput("a route is named by two countries, a class of assets and its evidence", {
      todo: `name ${missing.join(", ")}`,
      notDone: "nothing was sent",
    });
  }

  const [source, destination] = [parseCountry(args.source), parseCountry(args.destination)];
  const assets = args.class === "" ? `asset ${args.asset}` : `"${args.class}"`;
  const assetClass = args.class === "" ? routeClassOfAsset(args.asset) : routeClassOf(args.class);
  return {
    words: `from ${countryCode(source)} to ${countryCode(destination)} for ${assets}`,
    domains: [domainOfCountry(source), domainOfCountry(destination), assetClass],
    evidenceHash: await hashDocument({ file: resolve(args.evidence) }, args.evidence),
  };
}
