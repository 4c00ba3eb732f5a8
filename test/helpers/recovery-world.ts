import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, toBeHex } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { onboard, STATE } from "./books.ts";
import { deployDesks, listBackedAsset } from "./desks.ts";
import { recordTerms } from "./income.ts";
import { openOffering } from "./offering.ts";
import { deploySettlementDesk } from "./settlement-suite.ts";
import { settlementDomain } from "./settlement-types.ts";

export const TOWER = 1n;
export const VILLA = 2n;
/** What is offered, see {@link deployOffered}. */
export const HOUSE = 3n;
/** How long newly acquired shares are young. */
export const LOCK_UP = 1_000_000n;
const OPERATOR = 55n;
const DESK_ROLE = 78n;

/**
 * Every desk of which an investor has something, two active assets that count holders, totals and lots, and two investors: alice, who
 * has two wallets, and bob. The first account is admin of everything and operates the settlement.
 */
export async function deployRecoveryWorld(connection: NetworkConnection) {
  const { ethers } = connection;
  const desks = await deployDesks(connection);
  const { admin, authority, investors, shares, rules, dollar } = desks;
  const [alice, second, bob, spare, ...more] = desks.people;
  if (!alice || !second || !bob || !spare) throw new Error("too few accounts");

  const desk = await deploySettlementDesk(connection, [await authority.getAddress(), await shares.getAddress()]);
  await desk.allowCurrency(dollar.target, 1n);
  const settling = (["settleNet", "settlePair"] as const).map((name) => shares.interface.getFunction(name).selector);
  await authority.setTargetFunctionRole(shares.target, settling, DESK_ROLE);
  for (const member of [desk.target, admin.address]) await authority.grantRole(DESK_ROLE, member, 0n);
  const operations = (["settleTrade", "settleTrades", "openBatch", "settleChunk", "closeBatch"] as const).map(
    (name) => desk.interface.getFunction(name).selector,
  );
  await authority.setTargetFunctionRole(desk.target, operations, OPERATOR);
  await authority.grantRole(OPERATOR, admin.address, 0n);

  const lockUp = await ethers.deployContract("LockUpRule");
  for (const id of [TOWER, VILLA]) {
    await listBackedAsset(connection, desks, id);
    await shares.setAssetState(id, STATE.active);
    await rules.setRules(id, [
      { rule: lockUp.target, parameters: toBeHex(LOCK_UP, 4) },
      { rule: desks.holderCount.target, parameters: toBeHex(100, 4) },
    ]);
  }

  const investor = await onboard(connection, desks, alice);
  await investors.addWallet(investor, second);
  await onboard(connection, desks, bob);
  for (const holder of [alice, second, bob]) await shares.mint(holder, TOWER, 100n, "0x");
  await shares.mint(alice, VILLA, 50n, "0x");

  const { chainId } = await ethers.provider.getNetwork();
  const domain = settlementDomain(await desk.getAddress(), chainId);
  const currency = await dollar.getAddress();

  async function giveMoney(holder: HardhatEthersSigner, to: { target: unknown }, amount: bigint) {
    await dollar.mint(holder, amount);
    await dollar.connect(holder).approve(String(to.target), MaxUint256);
  }

  async function deposit(holder: HardhatEthersSigner, amount: bigint) {
    await giveMoney(holder, desk, amount);
    await desk.connect(holder).deposit(currency, amount);
  }

  /** A record of the asset as of now, and a dollar for each of its shares. */
  async function declare(id: bigint, perShare = 1n) {
    const instant = BigInt(await connection.networkHelpers.time.latest()) + 60n;
    await connection.networkHelpers.time.setNextBlockTimestamp(instant); // however long ago the last block was
    await shares.openRecord(id, instant);
    await connection.networkHelpers.time.increase(61n);
    const record = (await shares.recordCount(id)) - 1n;
    const amount = (await shares.supplyAt(id, record)) * perShare;
    await giveMoney(admin, desks.income, amount);
    await desks.income.declare(recordTerms(id, record, currency, amount));
    return { record, distribution: await desks.income.distributionCount() };
  }

  return { ...desks, desk, alice, second, bob, spare, more, investor, domain, currency, giveMoney, deposit, declare };
}

export type RecoveryWorld = Awaited<ReturnType<typeof deployRecoveryWorld>>;

/** Alice has lost her first wallet: the registrar names `spare`, and her shares are moved. */
export async function deployRecovered(connection: NetworkConnection) {
  const all = await deployRecoveryWorld(connection);
  await all.deposit(all.alice, 1_000n);
  await all.deposit(all.bob, 1_000n);
  await all.investors.recover(all.alice, all.spare);
  await all.shares.recoverPositions(all.alice, [TOWER, VILLA]);
  return all;
}

/** Alice and bob have asked for shares of a third asset in an offering. */
export async function deployOffered(connection: NetworkConnection) {
  const all = await deployRecoveryWorld(connection);
  await listBackedAsset(connection, all, HOUSE);
  const terms = await openOffering(connection, all, HOUSE, { softCap: 100n });
  for (const buyer of [all.alice, all.bob]) {
    await all.giveMoney(buyer, all.offering, 1_000_000_000n);
    await all.offering.connect(buyer).subscribe(1n, 200n, 200n, 200_000_000n);
  }
  return { ...all, terms };
}
