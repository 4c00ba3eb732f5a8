import type { NetworkConnection } from "hardhat/types/network";
import { CLASS, deployBooks, FRANCE, listAsset, onboard, STATE, USA } from "./books.ts";
import { setRules } from "./rules.ts";

const TOWER = 1n;
const VILLA = 2n;
/** An interface that a registry answers for. */
const REGISTRY = "0x12345678";

/** What an upgrade must not lose: who and what the books know of. */
export interface Filling {
  readonly books: Readonly<Record<string, string>>;
  /** Values to ask the books about, by type. */
  readonly known: Readonly<Record<"address" | "uint256" | "uint32" | "bytes32" | "bytes4", readonly string[]>>;
}

/**
 * Books in the middle of their life: two assets, one active and one merely listed and paused, under rules; five investors, one with
 * two wallets, one suspended, who has moved abroad and whose wallet is frozen, and one who has lost his wallet; shares moved, frozen,
 * locked, approved and recovered; a record in force and one to come.
 */
export async function fillBooks(connection: NetworkConnection): Promise<Filling> {
  const { ethers, networkHelpers } = connection;
  const books = await deployBooks(connection);
  const { shares, investors, rules, anchors } = books;
  const [alice, bob, carol, dave, second, lost, found] = books.others;
  if (!alice || !bob || !carol || !dave || !second || !lost || !found)
    throw new Error("the chain has too few accounts");

  const assets = [await listAsset(connection, books, TOWER), await listAsset(connection, books, VILLA, 5_000n)];
  await setRules(books, TOWER, { countries: [USA], classes: 4n, holders: 10n });

  const people = [];
  for (const wallet of [alice, bob, carol, dave, lost]) people.push(await onboard(connection, books, wallet));
  await investors.addWallet(people[0] ?? "", second);
  await investors.setStanding(people[3] ?? "", 1n, 4_000_000_000n);
  await investors.setKind(people[3] ?? "", FRANCE, CLASS.professional);
  await investors.setWalletFrozen(dave, true);

  await shares.setContractURI("ipfs://moiety");
  await shares.setRegistry(REGISTRY, anchors);
  await shares.setRoyalty(TOWER, alice, 250n);
  await shares.setAssetPaused(VILLA, true);
  await shares.setAssetState(TOWER, STATE.active);
  await shares.mint(alice, TOWER, 700n, "0x");
  await shares.mint(bob, TOWER, 300n, "0x");
  await shares.mint(lost, TOWER, 40n, "0x");
  const now = BigInt(await networkHelpers.time.latest());
  await shares.openRecord(TOWER, now + 3_600n);
  await networkHelpers.time.increase(7_200n);
  await shares.connect(alice).safeTransferFrom(alice, carol, TOWER, 120n, "0x");
  await shares.connect(alice).setApprovalForAll(bob, true);
  await shares.connect(alice).approve(carol, TOWER, 30n);
  await investors.recover(lost, found);
  await shares.recoverPositions(lost, [TOWER]);
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
      address: [alice, bob, carol, dave, second, lost, found].map(({ address }) => address),
      uint256: [TOWER, VILLA].map(String),
      uint32: ["1", "2", "5"],
      bytes4: [REGISTRY],
      bytes32: [...assets.map(({ anchorId }) => anchorId), ...people, ethers.ZeroHash],
    },
  };
}
