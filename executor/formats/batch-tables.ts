import { sharedBytes } from "../workers/shared-bytes.ts";
import { fromHex, writeHex } from "./hex.ts";
import { viewOf, writeWord } from "./integers.ts";

/** The lists that indices in records point into. */
export interface BatchTables {
  readonly chainId: bigint;
  readonly desk: string;
  readonly assetIds: readonly bigint[];
  readonly assetIndex: ReadonlyMap<bigint, number>;
  readonly currencies: readonly string[];
  readonly currencyIndex: ReadonlyMap<string, number>;
  readonly engineUnits: readonly bigint[];
  /** Addresses of the snapshot's accounts, 20 bytes each, in shared memory. */
  readonly accounts: Uint8Array;
}

/** What of a snapshot the tables are made of. */
interface Tabled {
  readonly chainId: bigint;
  readonly desk: string;
  readonly assets: readonly { readonly id: bigint }[];
  readonly currencies: readonly { readonly address: string; readonly engineUnit: bigint }[];
  /** Left out where nobody's counterparty has to be known: orders name none. */
  readonly accounts?: readonly { readonly address: string }[];
}

/** The tables of a snapshot. Make them once, then encode any number of orders with them. */
export function createBatchTables(snapshot: Tabled): BatchTables {
  const assetIds = snapshot.assets.map(({ id }) => id);
  const currencies = snapshot.currencies.map(({ address }) => address.toLowerCase());

  return {
    chainId: snapshot.chainId,
    desk: snapshot.desk.toLowerCase(),
    assetIds,
    assetIndex: new Map(assetIds.map((id, index) => [id, index])),
    currencies,
    currencyIndex: new Map(currencies.map((address, index) => [address, index])),
    engineUnits: snapshot.currencies.map(({ engineUnit }) => engineUnit),
    accounts: packAddresses(snapshot.accounts ?? []),
  };
}

function packAddresses(accounts: readonly { readonly address: string }[]): Uint8Array {
  const packed = sharedBytes(20 * accounts.length);
  for (const [place, { address }] of accounts.entries()) writeHex(packed, 20 * place, 20, address);
  return packed;
}

/** The same tables padded to 256-bit words, as the hashing loop wants them; small enough to be sent to every worker. */
export interface WordTables {
  readonly chainId: bigint;
  readonly desk: string;
  readonly assets: Uint8Array;
  readonly currencies: Uint8Array;
  readonly engineUnits: readonly bigint[];
  /** 20 bytes each. */
  readonly accounts: Uint8Array;
}

export function createWordTables(tables: BatchTables): WordTables {
  const assets = new Uint8Array(32 * tables.assetIds.length);
  const currencies = new Uint8Array(32 * tables.currencies.length);
  const assetsView = viewOf(assets);

  for (const [index, id] of tables.assetIds.entries()) writeWord(assetsView, 32 * index, id);
  for (const [index, address] of tables.currencies.entries()) currencies.set(fromHex(address, 20), 32 * index + 12);

  const { chainId, desk, engineUnits, accounts } = tables;
  return { chainId, desk, assets, currencies, engineUnits, accounts };
}
