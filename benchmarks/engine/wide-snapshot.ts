import { randomFillSync } from "node:crypto";
import {
  createPackedAccounts,
  createPackedShares,
  packedOf,
  packSnapshot,
  type Snapshot,
  snapshotOf,
} from "../../executor/index.ts";

const SHARES = 1_000n;

/** `snapshot` with as many more holders, who hold some of every asset and do not trade, as it takes to `positions` positions. */
export function widenSnapshot(snapshot: Snapshot, positions: number): Snapshot {
  const packed = packedOf(snapshot) ?? packSnapshot(snapshot);
  const assets = packed.assets.length;
  const had = packed.accounts.investors.length;
  const rows = packed.shares.account.length;
  const more = Math.max(0, Math.ceil((positions - rows - packed.cash.account.length) / assets));
  const accounts = createPackedAccounts(had + more);
  const shares = createPackedShares(rows + more * assets);

  accounts.addresses.set(packed.accounts.addresses);
  accounts.investors.set(packed.accounts.investors);
  accounts.addresses.set(randomFillSync(Buffer.alloc(20 * more)), 20 * had);
  shares.account.set(packed.shares.account);
  shares.asset.set(packed.shares.asset);
  shares.spendable.set(packed.shares.spendable);
  shares.balance.set(packed.shares.balance);
  shares.sendCode.set(packed.shares.sendCode);
  shares.receiveCode.set(packed.shares.receiveCode);
  for (let holder = 0; holder < more; holder++) {
    accounts.investors[had + holder] = had + holder + 1;
    for (let asset = 0; asset < assets; asset++) {
      const row = rows + holder * assets + asset;
      shares.account[row] = had + holder;
      shares.asset[row] = asset;
      shares.spendable[row] = SHARES;
      shares.balance[row] = SHARES;
    }
  }
  return snapshotOf({ ...packed, accounts, shares });
}
