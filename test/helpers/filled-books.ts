import type { NetworkConnection } from "hardhat/types/network";
import { deployBooks, listAsset, onboard, STATE, USA } from "./books.ts";
import { setRules } from "./rules.ts";

const TOWER = 1n;
const VILLA = 2n;

/** What an upgrade must not lose: who and what the books know of. */
export interface Filling {
  readonly books: Readonly<Record<string, string>>;
  /** Values to ask the books about, by type. */
  readonly known: Readonly<Record<"address" | "uint256" | "uint32" | "bytes32", readonly string[]>>;
}

/**
 * Books in the middle of their life: two assets, one active and one merely listed, under rules; four investors, one with two wallets
 * and one suspended; shares moved, frozen and locked; a record in force and one to come.
 */
export async function fillBooks(connection: NetworkConnection): Promise<Filling> {
  const { ethers, networkHelpers } = connection;
  const books = await deployBooks(connection);
  const { shares, investors, rules, anchors } = books;
  const [alice, bob, carol, dave, second] = books.others;
  if (!alice || !bob || !carol || !dave || !second) throw new Error("the chain has too few accounts");

  const assets = [await listAsset(connection, books, TOWER), await listAsset(connection, books, VILLA, 5_000n)];
  await setRules(books, TOWER, { countries: [USA], classes: 4n, holders: 10n });

  const people = [];
  for (const wallet of [alice, bob, carol, dave]) people.push(await onboard(connection, books, wallet));
  await investors.addWallet(people[0] ?? "", second);
  await investors.setStanding(people[3] ?? "", 1n, 4_000_000_000n);

  await shares.setAssetState(TOWER, STATE.active);
  await shares.mint(alice, TOWER, 700n, "0x");
  await shares.mint(bob, TOWER, 300n, "0x");
  const now = BigInt(await networkHelpers.time.latest());
  await shares.openRecord(TOWER, now + 3_600n);
  await networkHelpers.time.increase(7_200n);
  await shares.connect(alice).safeTransferFrom(alice, carol, TOWER, 120n, "0x");
  await shares.connect(alice).setApprovalForAll(bob, true);
  await shares.setFrozenTokens(bob, TOWER, 50n);
  await shares.lock(carol, TOWER, 20n);
  await shares.forcedTransfer(bob, second, TOWER, 10n);
  await shares.openRecord(TOWER, now + 100_000n);

  return {
    books: {
      ShareToken: await shares.getAddress(),
      InvestorRegistry: await investors.getAddress(),
      TransferRules: await rules.getAddress(),
      AnchorRegistry: await anchors.getAddress(),
    },
    known: {
      address: [alice, bob, carol, dave, second].map(({ address }) => address),
      uint256: [TOWER, VILLA].map(String),
      uint32: ["1", "2"],
      bytes32: [...assets.map(({ anchorId }) => anchorId), ...people, ethers.ZeroHash],
    },
  };
}
