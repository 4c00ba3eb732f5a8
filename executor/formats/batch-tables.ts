import { sharedBytes } from "../workers/shared-bytes.ts";
import { fromHex, writeHex } from "./hex.ts";
import { copyBytes, viewOf, writeWord } from "./integers.ts";

/** The lists that indices in records point into. */
export interface BatchTables {
  readonly chainId: bigint;
  readonly desk: string;
  readonly assetIds: readonly bigint[];
  readonly assetIndex: ReadonlyMap<bigint, number>;
  readonly currencies: readonly string[];
  readonly currencyIndex: ReadonlyMap<string, number>;
  readonly engineUnits: readonly bigint[];
  readonly accounts: readonly string[];
  /** Place of an account; made when it is first asked for, because trades alone do not need it. */
  readonly accountPlace: (address: string) => number | undefined;
  readonly subjects: Subjects;
}

/** Ids of what instructions without a message of their own are about, in the order of the snapshot's lists. */
export interface Subjects {
  readonly offerings: readonly bigint[];
  readonly entitlements: readonly { readonly distribution: bigint; readonly account: number }[];
  readonly holds: readonly string[];
}

/** What of a snapshot the tables are made of. */
interface Tabled {
  readonly chainId: bigint;
  readonly desk: string;
  readonly assets: readonly { readonly id: bigint }[];
  readonly currencies: readonly { readonly address: string; readonly engineUnit: bigint }[];
  readonly accounts?: readonly { readonly address: string }[];
  readonly offerings?: readonly { readonly id: bigint }[] | undefined;
  readonly distributions?: readonly { readonly id: bigint }[] | undefined;
  readonly entitlements?: readonly { readonly distribution: number; readonly account: number }[] | undefined;
  readonly holds?: readonly { readonly id: string }[] | undefined;
}

/** The tables of a snapshot. Make them once, then encode any number of orders with them. */
export function createBatchTables(snapshot: Tabled): BatchTables {
  const assetIds = snapshot.assets.map(({ id }) => id);
  const currencies = snapshot.currencies.map(({ address }) => address.toLowerCase());
  const accounts = (snapshot.accounts ?? []).map(({ address }) => address.toLowerCase());
  let places: ReadonlyMap<string, number> | undefined;

  return {
    chainId: snapshot.chainId,
    desk: snapshot.desk.toLowerCase(),
    assetIds,
    assetIndex: new Map(assetIds.map((id, index) => [id, index])),
    currencies,
    currencyIndex: new Map(currencies.map((address, index) => [address, index])),
    engineUnits: snapshot.currencies.map(({ engineUnit }) => engineUnit),
    accounts,
    accountPlace(address) {
      places ??= new Map(accounts.map((each, place) => [each, place]));
      return places.get(address.toLowerCase());
    },
    subjects: {
      offerings: (snapshot.offerings ?? []).map(({ id }) => id),
      entitlements: (snapshot.entitlements ?? []).map(({ distribution, account }) => {
        return { distribution: snapshot.distributions?.[distribution]?.id ?? 0n, account };
      }),
      holds: (snapshot.holds ?? []).map(({ id }) => id),
    },
  };
}

/** The same tables padded to 256-bit words, as the hashing loop wants them; small enough to be sent to every worker. */
export interface WordTables {
  readonly chainId: bigint;
  readonly desk: string;
  readonly assets: Uint8Array;
  readonly currencies: Uint8Array;
  readonly engineUnits: readonly bigint[];
  /** Addresses of the snapshot's accounts, 20 bytes each, in memory that the workers share. */
  readonly accounts: Uint8Array;
  readonly offerings: Uint8Array;
  /** Distribution and holder, two words each. */
  readonly entitlements: Uint8Array;
  readonly holds: Uint8Array;
}

export function createWordTables(tables: BatchTables): WordTables {
  const { subjects } = tables;
  const accounts = sharedBytes(20 * tables.accounts.length);
  const offerings = new Uint8Array(32 * subjects.offerings.length);
  const entitlements = new Uint8Array(64 * subjects.entitlements.length);
  const holds = new Uint8Array(32 * subjects.holds.length);
  const assets = new Uint8Array(32 * tables.assetIds.length);
  const currencies = new Uint8Array(32 * tables.currencies.length);
  const assetsView = viewOf(assets);

  for (const [index, id] of tables.assetIds.entries()) writeWord(assetsView, 32 * index, id);
  for (const [index, address] of tables.currencies.entries()) currencies.set(fromHex(address, 20), 32 * index + 12);
  for (const [index, address] of tables.accounts.entries()) writeHex(accounts, 20 * index, 20, address);
  for (const [index, id] of subjects.offerings.entries()) writeWord(viewOf(offerings), 32 * index, id);
  for (const [index, { distribution, account }] of subjects.entitlements.entries()) {
    writeWord(viewOf(entitlements), 64 * index, distribution);
    copyBytes(accounts, 20 * account, entitlements, 64 * index + 44, 20);
  }
  for (const [index, id] of subjects.holds.entries()) writeHex(holds, 32 * index, 32, id);

  const { chainId, desk, engineUnits } = tables;
  return { chainId, desk, assets, currencies, engineUnits, accounts, offerings, entitlements, holds };
}
