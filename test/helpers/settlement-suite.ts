import assert from "node:assert/strict";
import { MaxUint256, type Signer } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { signedAlone } from "../../sdk/signed-trade.ts";
import type { SignedTradeStruct } from "../../typechain-types/contracts/settlement/ISettlementDesk.ts";
import type { BatchHeader, PlannedBatch, PlannedChunk } from "./batch.ts";
import { bookFactory, deployBooks, FAR_FUTURE, listAsset, onboard, STATE, USA } from "./books.ts";
import { setRules } from "./rules.ts";
import { type Mandate, type Order, settlementDomain, signMandate, signOrder } from "./settlement-types.ts";

export const OPERATOR_ROLE = 5n;
export const DESK_ROLE = 21n;
export const LOCKER_ROLE = 27n;
export const TOWER = 1685n;
export const VILLA = 1701n;
export const SHARES_EACH = 1_000n;
/** A dollar in base units of the test dollar, which are its engine units too. */
export const DOLLAR = 1_000_000n;
export const CASH_EACH = 5_000n * DOLLAR;
export const FAR_AWAY = FAR_FUTURE;

export interface SignedBy {
  order: Order;
  signer: Signer;
}

export interface TradeTerms {
  quantity: bigint;
  price: bigint;
  matchNumber: bigint;
}

/** A settlement desk with libraries of its own; the arguments are its constructor's. */
export async function deploySettlementDesk(
  connection: Pick<NetworkConnection, "ethers">,
  wiring: [authority: string, shares: string],
) {
  const desk = await (await bookFactory(connection, "SettlementDesk")).deploy(...wiring);
  return connection.ethers.getContractAt("SettlementDesk", await desk.getAddress());
}

/** The real register with two active assets under two rules, and a desk that may settle on it. The first account is admin of all. */
export async function deploySettlementSuite(connection: NetworkConnection) {
  const { ethers } = connection;
  const books = await deployBooks(connection);
  const { admin, authority, investors, shares } = books;
  const [operator, relayer, outsider, ...others] = books.others;
  assert.ok(operator && relayer && outsider, "the chain has accounts");
  const holders = others.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));

  const desk = await deploySettlementDesk(connection, [await authority.getAddress(), await shares.getAddress()]);
  const dollar = await ethers.deployContract("TestDollar", [admin.address]);
  await desk.allowCurrency(dollar.target, 1n);
  await investors.setProtocolAddress(desk.target, true);

  const selectors = (["settleTrade", "settleTrades", "openBatch", "settleChunk", "closeBatch"] as const).map(
    (name) => desk.interface.getFunction(name).selector,
  );
  await authority.grantRole(OPERATOR_ROLE, operator.address, 0n);
  await authority.grantRole(DESK_ROLE, desk.target, 0n);
  await authority.setTargetFunctionRole(desk.target, selectors, OPERATOR_ROLE);
  const settling = (["settleNet", "settlePair"] as const).map((name) => shares.interface.getFunction(name).selector);
  await authority.setTargetFunctionRole(shares.target, settling, DESK_ROLE);
  const locking = (["lock", "unlock"] as const).map((name) => shares.interface.getFunction(name).selector);
  await authority.setTargetFunctionRole(shares.target, locking, LOCKER_ROLE);
  for (const locker of [desk.target, admin.address]) await authority.grantRole(LOCKER_ROLE, locker, 0n);

  for (const asset of [TOWER, VILLA]) {
    await listAsset(connection, books, asset, 1n << 40n);
    await shares.setAssetState(asset, STATE.active);
    await setRules(books, asset, { countries: [USA], holders: 2_000n });
  }

  /** Registers a person with this wallet, verified for good. */
  async function verify(wallet: string) {
    await onboard(connection, books, wallet);
  }

  /** The asset as it would be after its offering: `value` shares for `wallet`. */
  async function giveShares(wallet: string, asset: bigint, value: bigint) {
    await shares.mint(wallet, asset, value, "0x");
  }

  async function giveCash(holder: Signer, amount: bigint) {
    await dollar.mint(await holder.getAddress(), amount);
    await dollar.connect(holder).approve(desk.target, MaxUint256);
    await desk.connect(holder).deposit(dollar.target, amount);
  }

  const domain = settlementDomain(await desk.getAddress(), (await ethers.provider.getNetwork()).chainId);
  const currency = await dollar.getAddress();

  /** A generous mandate; say what should be tighter. */
  function mandateOf(account: string, changes: Partial<Mandate> = {}): Mandate {
    return {
      account,
      currency,
      maxCashOut: CASH_EACH,
      lossAllowance: 0n,
      feeCap: 0n,
      expiry: FAR_AWAY,
      nonce: 1n,
      limits: [TOWER, VILLA].map((asset) => ({
        asset,
        maxIn: 500n,
        maxOut: 500n,
        maxBuyPrice: 11n * DOLLAR,
        minSellPrice: 9n * DOLLAR,
      })),
      ...changes,
    };
  }

  async function giveMandate(holder: Signer, changes: Partial<Mandate> = {}) {
    const mandate = mandateOf(await holder.getAddress(), changes);
    await desk.connect(relayer).registerMandate(mandate, await signMandate(holder, domain, mandate));
    return mandate;
  }

  function orderOf(trader: string, side: bigint, changes: Partial<Order> = {}): Order {
    return {
      trader,
      side,
      asset: TOWER,
      currency,
      quantity: 100n,
      limitPrice: 10n * DOLLAR,
      expiry: FAR_AWAY,
      priority: 0n,
      salt: 1n,
      ...changes,
    };
  }

  async function open(batch: PlannedBatch, changes: Partial<BatchHeader> = {}) {
    return desk.connect(operator).openBatch({ ...batch.header, ...changes });
  }

  async function settle(planned: PlannedChunk | undefined, unlocks: bigint[] = []) {
    assert.ok(planned, "the batch has this chunk");
    return desk.connect(operator).settleChunk(planned.chunk, planned.proof, planned.vector, unlocks);
  }

  const sign = (holder: Signer, order: Order) => signOrder(holder, domain, order);

  /** A trade of two orders that were signed by themselves. */
  async function signedTrade(buy: SignedBy, sell: SignedBy, terms: TradeTerms): Promise<SignedTradeStruct> {
    const [bought, sold] = [await sign(buy.signer, buy.order), await sign(sell.signer, sell.order)];
    return { buy: signedAlone(buy.order, bought), sell: signedAlone(sell.order, sold), ...terms };
  }

  return {
    ...{ ...books, operator, relayer, outsider, holders, domain, currency, desk, dollar },
    ...{ verify, giveShares, giveCash, mandateOf, giveMandate, orderOf, sign, signedTrade, open, settle },
  };
}

/** Four verified holders, in ascending order of address, with shares of both assets, cash on deposit and generous mandates. */
export async function deployFourHolders(connection: NetworkConnection) {
  const suite = await deploySettlementSuite(connection);
  const [alice, bob, carol, dave] = suite.holders;
  assert.ok(alice && bob && carol && dave, "the chain has four more accounts");

  for (const holder of [alice, bob, carol, dave]) {
    await suite.verify(holder.address);
    await suite.giveShares(holder.address, TOWER, SHARES_EACH);
    await suite.giveShares(holder.address, VILLA, SHARES_EACH);
    await suite.giveCash(holder, CASH_EACH);
    await suite.giveMandate(holder);
  }
  return { ...suite, alice, bob, carol, dave };
}
