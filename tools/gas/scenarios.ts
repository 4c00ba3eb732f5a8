/** What is measured, and how much it may take: the one file to change when the register gets another interface. */
import { concat, id as hashOf, toBeHex } from "ethers";
import { compact } from "../../sdk/rules/common-rules.ts";
import { encodeCountries } from "../../sdk/rules/country-set.ts";
import { CLASS, FAR_FUTURE, USA } from "../../test/helpers/books.ts";
import { gasOf } from "./gas-of.ts";
import { ASSETS, IN_BATCH, LOCK_UP, MANY, type makeWorld, type World } from "./world.ts";

export interface Scenario {
  readonly name: string;
  /** Gas, or per cent of another row. */
  readonly unit?: "%";
  /** Above it, the check fails with exit code 6. */
  readonly most?: number;
  /** What we would like; the table says whether it is reached. */
  readonly aim?: number;
  /** Long lists in the call data: their zero bytes are cheaper, and addresses have now more, now fewer of them. */
  readonly isLong?: true;
  readonly measure: (world: World) => Promise<number>;
}

type GiveRules = Parameters<typeof makeWorld>[1];

/**
 * Country, class, holder count, balance cap and lock-up, then two more of ours, and mocks that agree to everything for the rest;
 * bound as `rules set` binds them.
 */
export const giveRules: GiveRules = async ({ ethers }, books, id, count) => {
  const deployed = async (
    name: "CommonRules" | "BalanceCapRule" | "LockUpRule" | "MinimumHoldersRule" | "MinimumHoldingRule",
  ) => (await ethers.deployContract(name)).getAddress();
  const addresses = {
    CommonRules: await deployed("CommonRules"),
    CountryRule: await books.country.getAddress(),
    InvestorClassRule: await books.investorClass.getAddress(),
    HolderCountRule: await books.holderCount.getAddress(),
    BalanceCapRule: await deployed("BalanceCapRule"),
    LockUpRule: await deployed("LockUpRule"),
  };
  const settings = [
    { rule: addresses.CountryRule, parameters: encodeCountries({ allow: [Number(USA)] }) },
    { rule: addresses.InvestorClassRule, parameters: toBeHex(CLASS.accredited, 2) },
    { rule: addresses.HolderCountRule, parameters: toBeHex(2_000, 4) },
    { rule: addresses.BalanceCapRule, parameters: concat([toBeHex(1_000_000, 8), toBeHex(0, 2)]) },
    { rule: addresses.LockUpRule, parameters: toBeHex(LOCK_UP, 4) },
    { rule: await deployed("MinimumHoldersRule"), parameters: toBeHex(1, 4) },
    { rule: await deployed("MinimumHoldingRule"), parameters: toBeHex(1, 8) },
  ].slice(0, count);
  for (let code = 50n; settings.length < count; ++code) {
    const mock = await ethers.deployContract("MockRule", [code, 0n]);
    settings.push({ rule: await mock.getAddress(), parameters: "0x" });
  }
  await books.rules.setRules(id, [...compact(settings, addresses)]);
};

export const SCENARIOS: readonly Scenario[] = [
  { name: "transfer, no rules", most: 63_000, measure: (world) => transfer(world, ASSETS.noRules) },
  { name: "transfer, 1 rule", measure: (world) => transfer(world, ASSETS.oneRule) },
  { name: "transfer, 5 rules", most: 115_000, aim: 100_000, measure: (world) => transfer(world, ASSETS.fiveRules) },
  { name: "transfer, 10 rules", measure: (world) => transfer(world, ASSETS.tenRules) },
  { name: "batch of 10 ids, no rules", measure: (world) => transferBatch(world, ASSETS.noRules, IN_BATCH) },
  {
    name: "each further id of it, of a single",
    unit: "%",
    most: 35,
    measure: (world) => furtherId(world, ASSETS.noRules),
  },
  { name: "batch of 10 ids, 5 rules", measure: (world) => transferBatch(world, ASSETS.fiveRules, IN_BATCH) },
  {
    name: "each further id of it, of a single with 5 rules",
    unit: "%",
    measure: (world) => furtherId(world, ASSETS.fiveRules),
  },
  {
    name: "mint to a holder, 5 rules",
    measure: ({ shares, alice }) => gasOf(shares.mint(alice, ASSETS.fiveRules, 5n, "0x")),
  },
  { name: "burn, 5 rules", measure: ({ shares, alice }) => gasOf(shares.burn(alice, ASSETS.fiveRules, 5n)) },
  {
    name: "forced transfer, no rules",
    most: 90_000,
    measure: ({ shares, alice, bob }) => gasOf(shares.forcedTransfer(alice, bob, ASSETS.noRules, 5n)),
  },
  {
    name: "forced transfer, 5 rules",
    measure: ({ shares, alice, bob }) => gasOf(shares.forcedTransfer(alice, bob, ASSETS.fiveRules, 5n)),
  },
  {
    name: "recovery of a lost wallet, its first asset, no rules",
    measure: (world) => recover(world, ASSETS.noRules, 1n),
  },
  { name: "recovery, each further asset, no rules", measure: (world) => recoverFurther(world, ASSETS.noRules) },
  { name: "recovery, each further asset, 5 rules", measure: (world) => recoverFurther(world, ASSETS.fiveRules) },
  {
    name: "freeze shares",
    measure: ({ shares, alice }) => gasOf(shares.setFrozenTokens(alice, ASSETS.fiveRules, 5n)),
  },
  { name: "lock shares", measure: ({ shares, alice }) => gasOf(shares.lock(alice, ASSETS.fiveRules, 5n)) },
  { name: "open a record", measure: ({ shares }) => gasOf(shares.openRecord(ASSETS.fiveRules, FAR_FUTURE)) },
  {
    name: "first transfer after a record, no rules",
    measure: async (world) => {
      await passRecord(world, ASSETS.noRules);
      return transfer(world, ASSETS.noRules);
    },
  },
  {
    name: "net settlement, each further position, no rules",
    isLong: true,
    measure: (world) => furtherPosition(world, ASSETS.noRules),
  },
  {
    name: "net settlement, each further position, 5 rules",
    isLong: true,
    measure: (world) => furtherPosition(world, ASSETS.fiveRules),
  },
  {
    name: "register an investor",
    measure: ({ investors }) => gasOf(investors.register(profile("newcomer"), `0x${"11".repeat(20)}`)),
  },
  {
    name: "register investors, each of 50",
    isLong: true,
    measure: async ({ investors }) => {
      const places = Array.from({ length: 50 }, (_, place) => place);
      const wallets = places.map((place) => `0x${(place + 100).toString(16).padStart(2, "0").repeat(20)}`);
      const profiles = places.map((place) => profile(`one of many ${place}`));
      return Math.round((await gasOf(investors.registerMany(profiles, wallets))) / places.length);
    },
  },
];

/** One person to another, both of whom hold shares before and after. */
function transfer({ shares, alice, bob }: World, asset: bigint): Promise<number> {
  return gasOf(shares.connect(alice).safeTransferFrom(alice, bob, asset, 5n, "0x"));
}

function transferBatch({ shares, alice, bob }: World, first: bigint, count: bigint): Promise<number> {
  const ids = Array.from({ length: Number(count) }, (_, place) => first + BigInt(place));
  const values = ids.map(() => 5n);
  return gasOf(shares.connect(alice).safeBatchTransferFrom(alice, bob, ids, values, "0x"));
}

/** What an id more costs in a batch, in per cent of a transfer of its own. */
async function furtherId(world: World, first: bigint): Promise<number> {
  const batch = await transferBatch(world, first, IN_BATCH);
  const one = await transferBatch(world, first, 1n);
  const single = await transfer(world, first);
  return Math.round((1_000 * (batch - one)) / (Number(IN_BATCH - 1n) * single)) / 10;
}

/** All that a lost wallet has of `count` assets goes to a new one. */
async function recover({ investors, shares, alice }: World, first: bigint, count: bigint): Promise<number> {
  const ids = Array.from({ length: Number(count) }, (_, place) => first + BigInt(place));
  await investors.recover(alice, `0x${"22".repeat(20)}`);
  return gasOf(shares.recoverPositions(alice, ids));
}

async function recoverFurther(world: World, first: bigint): Promise<number> {
  const { networkHelpers } = world.connection;
  const snapshot = await networkHelpers.takeSnapshot();
  const one = await recover(world, first, 1n);
  await snapshot.restore();
  return Math.round(((await recover(world, first, IN_BATCH)) - one) / Number(IN_BATCH - 1n));
}

async function furtherPosition({ shares, holders }: World, asset: bigint): Promise<number> {
  const settle = (count: number) => {
    const deltas = Array.from({ length: count }, (_, place) => (place < count / 2 ? -1n : 1n));
    return gasOf(shares.settleNet(asset, holders.slice(0, count), deltas));
  };
  return Math.round(((await settle(MANY)) - (await settle(MANY / 2))) / (MANY / 2));
}

async function passRecord({ shares, connection: { networkHelpers } }: World, asset: bigint): Promise<void> {
  const instant = (await networkHelpers.time.latest()) + 10;
  await shares.openRecord(asset, instant);
  await networkHelpers.time.increaseTo(instant + 10);
}

/** An American accredited investor. */
function profile(reference: string) {
  return {
    investor: hashOf(reference),
    country: USA,
    classes: CLASS.accredited,
    flags: 0n,
    verifiedUntil: FAR_FUTURE,
  };
}
