import { sharedBytes } from "../workers/shared-bytes.ts";
import { fromHex, toHex, writeHex } from "./hex.ts";
import { copyBytes, viewOf, writeWord } from "./integers.ts";

const ADDRESS_BYTES = 20;

/** The lists that indices in records point into. */
export interface BatchTables {
  readonly chainId: bigint;
  readonly desk: string;
  readonly assetIds: readonly bigint[];
  readonly assetIndex: ReadonlyMap<bigint, number>;
  readonly currencies: readonly string[];
  readonly currencyIndex: ReadonlyMap<string, number>;
  readonly engineUnits: readonly bigint[];
  /** Made when they are first asked for, if the accounts came as bytes. */
  readonly accounts: readonly string[];
  /** The same, 20 bytes each, in memory that threads share. */
  readonly addresses: Uint8Array;
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

/**
 * The tables of a snapshot. Make them once, then encode any number of orders with them. `addresses`, if given, are the
 * snapshot's accounts, 20 bytes each, whose list is then not asked for. Nothing of the snapshot's long lists is kept but these.
 */
export function createBatchTables(snapshot: Tabled, addresses?: Uint8Array): BatchTables {
  const assetIds = snapshot.assets.map(({ id }) => id);
  const currencies = snapshot.currencies.map(({ address }) => address.toLowerCase());
  const accounts = addresses === undefined ? listedAccounts(snapshot.accounts ?? []) : packedAccounts(addresses);

  return {
    chainId: snapshot.chainId,
    desk: snapshot.desk.toLowerCase(),
    assetIds,
    assetIndex: new Map(assetIds.map((id, index) => [id, index])),
    currencies,
    currencyIndex: new Map(currencies.map((address, index) => [address, index])),
    engineUnits: snapshot.currencies.map(({ engineUnit }) => engineUnit),
    get accounts() {
      return accounts.list();
    },
    get addresses() {
      return accounts.bytes();
    },
    accountPlace: accounts.place,
    subjects: subjectsOf(snapshot),
  };
}

/** The accounts of a snapshot in both forms. */
interface Accounts {
  readonly list: () => readonly string[];
  readonly bytes: () => Uint8Array;
  readonly place: (address: string) => number | undefined;
}

function listedAccounts(listed: readonly { readonly address: string }[]): Accounts {
  const list = listed.map(({ address }) => address.toLowerCase());
  const bytes = once(() => {
    const written = sharedBytes(ADDRESS_BYTES * list.length);
    for (const [index, address] of list.entries()) writeHex(written, ADDRESS_BYTES * index, ADDRESS_BYTES, address);
    return written;
  });
  return { list: () => list, bytes, place: placeIn(() => list) };
}

function packedAccounts(addresses: Uint8Array): Accounts {
  const count = addresses.length / ADDRESS_BYTES;
  const list = once(() =>
    Array.from({ length: count }, (_, index) => toHex(addresses, ADDRESS_BYTES * index, ADDRESS_BYTES)),
  );
  return { list, bytes: once(() => sharedWords(addresses)), place: placeIn(list) };
}

function placeIn(list: () => readonly string[]): Accounts["place"] {
  const places = once(() => new Map(list().map((each, place) => [each, place])));
  return (address) => places().get(address.toLowerCase());
}

/** `bytes` where threads can read them by words: themselves, if they lie so already. */
function sharedWords(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer && bytes.byteOffset % 4 === 0) return bytes;
  const copy = sharedBytes(bytes.length);
  copy.set(bytes);
  return copy;
}

/** A function that makes something when it is first called. */
function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function subjectsOf(snapshot: Tabled): Subjects {
  return {
    offerings: (snapshot.offerings ?? []).map(({ id }) => id),
    entitlements: (snapshot.entitlements ?? []).map(({ distribution, account }) => {
      return { distribution: snapshot.distributions?.[distribution]?.id ?? 0n, account };
    }),
    holds: (snapshot.holds ?? []).map(({ id }) => id),
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
  const { subjects, addresses: accounts } = tables;
  const offerings = new Uint8Array(32 * subjects.offerings.length);
  const entitlements = new Uint8Array(64 * subjects.entitlements.length);
  const holds = new Uint8Array(32 * subjects.holds.length);
  const assets = new Uint8Array(32 * tables.assetIds.length);
  const currencies = new Uint8Array(32 * tables.currencies.length);
  const assetsView = viewOf(assets);

  for (const [index, id] of tables.assetIds.entries()) writeWord(assetsView, 32 * index, id);
  for (const [index, address] of tables.currencies.entries()) currencies.set(fromHex(address, 20), 32 * index + 12);
  for (const [index, id] of subjects.offerings.entries()) writeWord(viewOf(offerings), 32 * index, id);
  for (const [index, { distribution, account }] of subjects.entitlements.entries()) {
    writeWord(viewOf(entitlements), 64 * index, distribution);
    copyBytes(accounts, 20 * account, entitlements, 64 * index + 44, 20);
  }
  for (const [index, id] of subjects.holds.entries()) writeHex(holds, 32 * index, 32, id);

  const { chainId, desk, engineUnits } = tables;
  return { chainId, desk, assets, currencies, engineUnits, accounts, offerings, entitlements, holds };
}
