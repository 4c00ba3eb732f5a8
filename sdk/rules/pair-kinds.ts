import { decodeBytes32String, encodeBytes32String, getAddress, toBeHex, toUtf8Bytes } from "ethers";
import { z } from "zod";
import { parseAddress } from "../address.ts";
import { cell } from "../cell.ts";
import { countryCode, countryName, parseCountry } from "../country.ts";
import { formatTime, parseUntil } from "../time.ts";
import { pack, unpack } from "./packed.ts";
import { contractOf, entryOf, ruleKind } from "./rule-kind.ts";

interface Flowback {
  readonly country: number;
  /** First second in which shares may flow again. */
  readonly openFrom: bigint;
}

const flowback = ruleKind<Flowback>({
  name: "flowback",
  contract: "FlowbackRule",
  code: 38,
  grossOnly: true,
  schema: entryOf("flowback", { into: cell(parseCountry), until: cell(parseUntil) }).transform(({ into, until }) => ({
    country: into,
    openFrom: until + 1n,
  })),
  encode: ({ country, openFrom }) =>
    pack([
      [BigInt(country), 2],
      [openFrom, 6],
    ]),
  decode: (parameters) => {
    const [country, openFrom = 0n] = unpack(parameters, [2, 6]);
    return { country: Number(country), openFrom };
  },
  write: ({ country, openFrom }) => ({ into: countryCode(country), until: formatTime(openFrom - 1n) }),
  describe: ({ country, openFrom }) =>
    `Until ${formatTime(openFrom - 1n)}, nobody outside ${countryName(country)} transfers it to an investor inside.`,
});

/** A rule without parameters. */
function plainKind(name: string, contract: string, code: number, words: string) {
  return ruleKind<null>({
    name,
    contract,
    code,
    grossOnly: true,
    schema: entryOf(name, {}).transform(() => null),
    encode: () => "0x",
    decode: (parameters) => {
      unpack(parameters, []);
      return null;
    },
    write: () => ({}),
    describe: () => words,
  });
}

const fullTransfer = plainKind(
  "fullTransfer",
  "FullTransferRule",
  42,
  "An investor passes on the whole holding, or nothing.",
);

const manualApproval = plainKind(
  "manualApproval",
  "ManualApprovalRule",
  43,
  "Compliance approves every transfer between two investors beforehand.",
);

interface Route {
  readonly registry: string | undefined;
  /** The label of the anchors whose routes count; without it, the asset has routes of its own. */
  readonly assetClass: string | undefined;
}

const label = z
  .string()
  .min(1)
  .refine((text) => toUtf8Bytes(text).length <= 31, "has to fit 31 bytes, because it is stored on chain");

const route = ruleKind<Route>({
  name: "route",
  contract: "RouteRule",
  code: 44,
  grossOnly: true,
  schema: entryOf("route", {
    contract: cell((text) => parseAddress(text, "contract")).optional(),
    assetClass: label.optional(),
  }).transform((said): Route => ({ registry: said.contract, assetClass: said.assetClass })),
  encode: ({ registry, assetClass }, addresses) =>
    pack([
      [BigInt(contractOf(registry, addresses, "TransferDomains")), 20],
      [BigInt(encodeBytes32String(assetClass ?? "")), 32],
    ]),
  decode: (parameters) => {
    const [registry = 0n, assetClass = 0n] = unpack(parameters, [20, 32]);
    return {
      registry: getAddress(toBeHex(registry, 20)),
      assetClass: assetClass === 0n ? undefined : decodeBytes32String(toBeHex(assetClass, 32)),
    };
  },
  write: ({ registry, assetClass }) => ({
    contract: registry,
    ...(assetClass === undefined ? {} : { assetClass }),
  }),
  describe: ({ registry = "TransferDomains", assetClass }) =>
    `It goes from one country to another only where ${registry} has a route open for ${assetClass === undefined ? "this asset" : `"${assetClass}"`}.`,
});

/** What looks at sender and receiver together. */
export const PAIR_KINDS = [flowback, fullTransfer, manualApproval, route] as const;
