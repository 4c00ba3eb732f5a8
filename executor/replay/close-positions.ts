import type { ChunkResult } from "../batch-result.ts";
import { ExecutorInputError } from "../errors.ts";
import { unpackNetVector } from "../formats/net-vector.ts";
import {
  consumeCash,
  consumeShares,
  limitOf,
  loadMandates,
  mandateOf,
  requiredCash,
  shortfallOf,
} from "../ledger/mandates.ts";
import type { CashPosition, Snapshot } from "../snapshot.ts";

/**
 * What a snapshot is after `chunks` of a batch that opened with it have settled: positions moved by their net vectors,
 * mandates used up by them. Nothing else that may have happened on chain meanwhile is in it.
 */
export function closePositions(opening: Snapshot, chunks: readonly ChunkResult[]): Snapshot {
  const places = placesOf(opening);
  const mandates = loadMandates(opening);
  const shareDeltas = new Map<string, bigint>();
  const cashDeltas = new Map<string, bigint>();

  for (const { net } of chunks) {
    const currency = places.currency(net.currency);
    const { cash, shares } = unpackNetVector(net);
    const required = new Map<number, bigint>();
    for (const { account: address, asset: id, delta } of shares) {
      const [account, asset] = [places.account(address), places.asset(id)];
      const limit = limitOf(mandates, account, currency, asset);
      add(shareDeltas, `${account}/${asset}`, delta);
      if (limit === undefined) continue;
      add(required, account, requiredCash(delta, limit));
      consumeShares(limit, delta);
    }
    for (const { account: address, delta } of cash) {
      const account = places.account(address);
      const mandate = mandateOf(mandates, account, currency);
      add(cashDeltas, `${account}/${currency}`, delta);
      if (mandate !== undefined) consumeCash(mandate, delta, shortfallOf(required.get(account) ?? 0n, delta));
    }
  }

  return {
    ...opening,
    shares: opening.shares.map((position) => {
      const delta = shareDeltas.get(`${position.account}/${position.asset}`) ?? 0n;
      return { ...position, spendable: position.spendable + delta, balance: position.balance + delta };
    }),
    cash: closeCash(opening, cashDeltas),
    mandates: opening.mandates.map((mandate, index) => ({
      ...mandate,
      ...leftOf(mandates.list[index]),
      limits: mandate.limits.map((limit) => {
        const left = limitOf(mandates, mandate.account, mandate.currency, limit.asset);
        return { ...limit, inLeft: left?.inLeft ?? limit.inLeft, outLeft: left?.outLeft ?? limit.outLeft };
      }),
    })),
  };
}

/** Where the accounts, assets and currencies of a net vector stand in the snapshot. */
function placesOf({ accounts, assets, currencies }: Snapshot) {
  const find = <Key>(keys: readonly Key[], name: string) => {
    const places = new Map(keys.map((key, place) => [key, place]));
    return (key: Key): number => {
      const place = places.get(key);
      if (place === undefined) throw new ExecutorInputError(`${name} ${key} moved, but is not in the snapshot`);
      return place;
    };
  };

  return {
    account: find(
      accounts.map(({ address }) => address.toLowerCase()),
      "account",
    ),
    asset: find(
      assets.map(({ id }) => id),
      "asset",
    ),
    currency: find(
      currencies.map(({ address }) => address.toLowerCase()),
      "currency",
    ),
  };
}

/** Cash positions after the deltas; who had none and was paid gets one at the end, in the order of accounts. */
function closeCash({ cash, accounts, currencies }: Snapshot, deltas: ReadonlyMap<string, bigint>): CashPosition[] {
  const listed = new Set(cash.map(({ account, currency }) => `${account}/${currency}`));
  const added = accounts.flatMap((_, account) =>
    currencies.flatMap((__, currency) => {
      const deposited = deltas.get(`${account}/${currency}`) ?? 0n;
      return deposited === 0n || listed.has(`${account}/${currency}`) ? [] : [{ account, currency, deposited }];
    }),
  );

  return [
    ...cash.map(({ account, currency, deposited }) => {
      return { account, currency, deposited: deposited + (deltas.get(`${account}/${currency}`) ?? 0n) };
    }),
    ...added,
  ];
}

function leftOf(mandate: { cashOutLeft: bigint; lossLeft: bigint; feeLeft: bigint } | undefined) {
  if (mandate === undefined) return {};
  const { cashOutLeft, lossLeft, feeLeft } = mandate;
  return { cashOutLeft, lossLeft, feeLeft };
}

function add<Key>(amounts: Map<Key, bigint>, key: Key, delta: bigint): void {
  amounts.set(key, (amounts.get(key) ?? 0n) + delta);
}
