import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";
import { listAsset } from "./books.ts";
import { deployDesks } from "./desks.ts";

type Connection = NetworkConnection;

export const TOWER = 7n;
export const VILLA = 8n;
export const DAY = 86_400n;
export const HEARTBEAT = 40n * DAY;
export const MOST_AGE = 100n * DAY;
export const NO_CORRECTION = 2n ** 256n - 1n;
export const E18 = 10n ** 18n;

/** Reasons of `PriceReasons`. */
export const PRICE = {
  usable: 0n,
  noTerms: 1n,
  noQuorum: 2n,
  publicationStale: 3n,
  valuationStale: 4n,
  notPositive: 5n,
  providersDisagree: 6n,
  jumpUnconfirmed: 7n,
  noSharePrice: 8n,
  currencyUnknown: 9n,
} as const;

/** Deploys a book of the asset file behind its proxy. */
export async function deployAssetBook(
  { ethers }: Connection,
  name: "NavOracle" | "ImpactLog",
  args: readonly string[],
) {
  const factory = await ethers.getContractFactory(name);
  const implementation = await (await factory.deploy()).getAddress();
  const data = factory.interface.encodeFunctionData("initialize", args);
  const proxy = await ethers.deployContract("ERC1967Proxy", [implementation, data]);
  return { proxy: await proxy.getAddress(), implementation };
}

/** The ERC-165 id of an interface, from its compiled ABI. */
export async function interfaceIdOf({ ethers }: Connection, name: string): Promise<string> {
  const contract = await ethers.getContractAt(name, ethers.ZeroAddress);
  let id = 0n;
  contract.interface.forEachFunction(({ selector }) => {
    id ^= BigInt(selector);
  });
  return ethers.toBeHex(id, 4);
}

/** Two listed assets, and oracle and log with nothing in them. The first account is admin of everything. */
export async function deployValuation(connection: Connection) {
  const { ethers } = connection;
  const desks = await deployDesks(connection);
  const { anchorId: subject } = await listAsset(connection, desks, TOWER);
  const { anchorId: otherSubject } = await listAsset(connection, desks, VILLA);
  const args = [await desks.authority.getAddress(), await desks.shares.getAddress()];
  const oracleAt = await deployAssetBook(connection, "NavOracle", args);
  const logAt = await deployAssetBook(connection, "ImpactLog", args);
  const oracle = await ethers.getContractAt("NavOracle", oracleAt.proxy);
  const log = await ethers.getContractAt("ImpactLog", logAt.proxy);
  const [ann, ben, cleo, ...rest] = desks.people;
  if (!ann || !ben || !cleo) throw new Error("too few accounts");
  const usd = ethers.id("ERC-8330:CURRENCY:USD");
  const total = ethers.id("ERC-8330:NAV_BASIS:TOTAL");
  return {
    ...desks,
    implementations: [oracleAt.implementation, logAt.implementation],
    oracle,
    log,
    subject,
    otherSubject,
    ann,
    ben,
    cleo,
    rest,
    usd,
    total,
  };
}

export type Valuation = Awaited<ReturnType<typeof deployValuation>>;

export interface Value {
  readonly subject?: string;
  readonly currency?: string;
  readonly basis?: string;
  readonly decimals?: bigint;
  readonly instant?: bigint;
  readonly hash?: string;
  readonly uri?: string;
  readonly corrects?: bigint;
}

/** Publishes a whole number of dollars for the tower, valued now, unless said otherwise. */
export async function publish(
  { ethers, networkHelpers }: Connection,
  world: Valuation,
  provider: HardhatEthersSigner,
  nav: bigint,
  value: Value = {},
) {
  return world.oracle
    .connect(provider)
    .publishNAV(
      value.subject ?? world.subject,
      value.currency ?? world.usd,
      value.basis ?? world.total,
      nav,
      value.decimals ?? 0n,
      value.instant ?? BigInt(await networkHelpers.time.latest()),
      value.hash ?? ethers.id("methodology"),
      value.uri ?? "ipfs://methodology",
      value.corrects ?? NO_CORRECTION,
    );
}

/** Ann, Ben and Cleo value the tower in dollars, as a whole; the ages are set. */
export async function appointProviders(world: Valuation) {
  const { oracle, subject, usd, total, ann, ben, cleo } = world;
  for (const provider of [ann, ben, cleo]) await oracle.setProvider(TOWER, provider.address, true);
  await oracle.setNAVBasis(subject, usd, total);
  await oracle.setStalenessConfig(subject, usd, HEARTBEAT, MOST_AGE);
}

/** One provider suffices, 10 % apart at most, and the tower is not offered or traded without a price: ±5 % around it, jumps up to 20 %. */
export async function demandPrice(world: Valuation, quorum = 1n) {
  const { oracle, subject, usd, dollar } = world;
  await oracle.setAggregationConfig(subject, usd, quorum, 1_000n);
  await oracle.setPriceTerms(TOWER, { currency: usd, required: true, bandBps: 500n, jumpBps: 2_000n });
  await oracle.setPriceToken(TOWER, await dollar.getAddress(), true);
}

/** Named states of a world with values, for tests that ask one oracle. */
export function valuationWorld(connection: Connection) {
  const empty = () => deployValuation(connection);

  /** Ann, Ben and Cleo may value the tower; nobody has. */
  async function appointed() {
    const world = await deployValuation(connection);
    await appointProviders(world);
    return world;
  }

  /** One value is a price, and the tower demands one. */
  async function priced() {
    const world = await appointed();
    await demandPrice(world);
    return world;
  }

  /** The values of two providers make a price. */
  async function pricedByTwo() {
    const world = await appointed();
    await demandPrice(world, 2n);
    return world;
  }

  return {
    empty,
    appointed,
    priced,
    pricedByTwo,
    publish: (world: Valuation, provider: Valuation["ann"], nav: bigint, value: Value = {}) =>
      publish(connection, world, provider, nav, value),
    now: async () => BigInt(await connection.networkHelpers.time.latest()),
    codeOf: async ({ oracle }: Valuation, id = TOWER) => (await oracle.isPriceUsable(id)).code,
  };
}
