import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { type AddressLike, ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import type {
  ListLeafStruct,
  ListTermsStruct,
  RecordTermsStruct,
} from "../../typechain-types/contracts/income/IncomeDesk.ts";
import { onboard, STATE } from "./books.ts";
import { type Desks, deployDesks, listBackedAsset } from "./desks.ts";

export const INCOME_ASSET = 7n;
export const KIND_OF_DISTRIBUTION = { none: 0n, record: 1n, list: 2n } as const;
export const LIST_PHASE = { none: 0n, announced: 1n, payable: 2n, cancelled: 3n } as const;
export const RECORD_STANDING = { holder: 0n, excluded: 1n, escrow: 2n } as const;
/** How long holders get at least, in seconds. */
export const CLAIM_PERIOD = 30n * 86_400n;

/** A declaration that says nothing special: no tax, no end, everybody is paid. */
export function recordTerms(
  id: bigint,
  record: bigint,
  currency: AddressLike,
  amount: bigint,
  changes: Partial<RecordTermsStruct> = {},
): RecordTermsStruct {
  const special = { withholding: 0n, expiresAt: 0n, reclaimTo: ZeroAddress, excluded: [], escrows: [] };
  return { id, record, currency, amount, ...special, ...changes };
}

/**
 * Alice holds 500 shares, bob 300, carol 199, of 999, dave none; the admin, who pays, has money and has allowed the desk to take
 * it.
 */
export async function heldIncomeAsset(connection: NetworkConnection) {
  const desks = await deployDesks(connection);
  const [alice, bob, carol, dave] = desks.people;
  if (!alice || !bob || !carol || !dave) throw new Error("too few accounts");
  await listBackedAsset(connection, desks, INCOME_ASSET);
  await desks.shares.setAssetState(INCOME_ASSET, STATE.active);
  for (const holder of [alice, bob, carol, dave]) await onboard(connection, desks, holder);
  await desks.shares.mint(alice, INCOME_ASSET, 500n, "0x");
  await desks.shares.mint(bob, INCOME_ASSET, 300n, "0x");
  await desks.shares.mint(carol, INCOME_ASSET, 199n, "0x");
  await desks.dollar.mint(desks.admin, 10n ** 15n);
  await desks.dollar.approve(desks.income, connection.ethers.MaxUint256);
  return { ...desks, alice, bob, carol, dave };
}

/** The same with record 0, readable. */
export async function recordedIncomeAsset(connection: NetworkConnection) {
  const world = await heldIncomeAsset(connection);
  await openReadableRecord(connection, world);
  return world;
}

export type IncomeWorld = Awaited<ReturnType<typeof heldIncomeAsset>>;

/** Opens a record for a little later and lets its instant pass. */
export async function openReadableRecord(
  { networkHelpers: { time } }: NetworkConnection,
  { shares }: Pick<Desks, "shares">,
  asset = INCOME_ASSET,
): Promise<bigint> {
  const instant = BigInt(await time.latest()) + 1_000n;
  await shares.openRecord(asset, instant);
  await time.increaseTo(instant + 1n);
  return (await shares.recordCount(asset)) - 1n;
}

/** A line of a list before it has a place. */
export interface ListedHolder {
  readonly holder: string;
  readonly gross: bigint;
  readonly withheld?: bigint;
}

export interface Plan {
  readonly terms: ListTermsStruct;
  readonly leaves: readonly (ListLeafStruct & { readonly index: bigint; readonly holder: string })[];
  proofOf(index: number): string[];
  pageOf(indices: readonly number[]): readonly [ListLeafStruct[], string[], boolean[]];
}

export const LEAF_ENCODING = ["bytes32", "uint256", "address", "uint256", "uint256"];

/** A list as the paying agent would plan it, with OpenZeppelin's own tree, which judges the desk. */
export async function planList(
  { ethers }: Pick<NetworkConnection, "ethers">,
  { income, dollar, stranger }: Pick<Desks, "income" | "dollar" | "stranger">,
  holders: readonly ListedHolder[],
  changes: Partial<ListTermsStruct> = {},
): Promise<Plan> {
  const id = changes.id ?? INCOME_ASSET;
  const record = changes.record ?? 0n;
  const currency = changes.currency ?? (await dollar.getAddress());
  const salt = changes.salt ?? ethers.id("first list");
  const listKey = await income.listKeyOf(id, record, currency, salt);

  const leaves = holders.map(({ holder, gross, withheld = 0n }, i) => ({ index: BigInt(i), holder, gross, withheld }));
  const values = leaves.map(({ index, holder, gross, withheld }) => [listKey, index, holder, gross, withheld]);
  const tree = StandardMerkleTree.of(values, LEAF_ENCODING, { sortLeaves: false });
  const withheld = leaves.reduce((sum, leaf) => sum + leaf.withheld, 0n);
  const terms = {
    id,
    record,
    currency,
    salt,
    root: tree.root,
    count: BigInt(leaves.length),
    gross: leaves.reduce((sum, leaf) => sum + leaf.gross, 0n),
    withheld,
    taxAccount: withheld === 0n ? ZeroAddress : stranger.address,
    expiresAt: 0n,
    reclaimTo: ZeroAddress,
    planHash: ethers.id("the plan"),
    ...changes,
  };
  return {
    terms,
    leaves,
    proofOf: (index) => tree.getProof(index),
    pageOf: (indices) => {
      const { leaves: proved, proof, proofFlags } = tree.getMultiProof([...indices]);
      const page = proved.map(([, index]) => leaves[Number(index)]).filter((leaf) => leaf !== undefined);
      return [page, proof, proofFlags];
    },
  };
}

/** Announces a list, funds it in full and publishes it; gives its number. */
export async function publishList({ income }: Pick<Desks, "income">, { terms }: Pick<Plan, "terms">): Promise<bigint> {
  await income.announce(terms);
  const distribution = await income.distributionCount();
  await income.fund(distribution, terms.gross);
  await income.publish(distribution);
  return distribution;
}

/** Record 0 can be read; alice, bob, carol and dave are listed, with 100, 60, 39 (4 of them tax) and 1 (all of it tax) base units. */
export async function plannedIncomeList(connection: NetworkConnection) {
  const world = await recordedIncomeAsset(connection);
  const { alice, bob, carol, dave } = world;
  const plan = await planList(connection, world, [
    { holder: alice.address, gross: 100n },
    { holder: bob.address, gross: 60n },
    { holder: carol.address, gross: 39n, withheld: 4n },
    { holder: dave.address, gross: 1n, withheld: 1n },
  ]);
  return { ...world, plan };
}

/** The same list, to be claimed. */
export async function publishedIncomeList(connection: NetworkConnection) {
  const world = await plannedIncomeList(connection);
  await publishList(world, world.plan);
  return world;
}

export function leafOf(plan: Pick<Plan, "leaves">, index: number) {
  const leaf = plan.leaves[index];
  if (leaf === undefined) throw new RangeError(`no leaf ${index}`);
  return leaf;
}
