import assert from "node:assert/strict";
import { type Signer, ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { EXCHANGE_TYPES, type Leg, partiesOf, sortLegs } from "../../sdk/exchange.ts";
import { listAsset, STATE } from "./books.ts";
import { DOLLAR, deployFourHolders, FAR_AWAY, SHARES_EACH, TOWER, VILLA } from "./settlement-suite.ts";

/** A third asset, without rules. */
export const MILL = 1_848n;

export interface Terms {
  legs: Leg[];
  expiry: bigint;
  salt: bigint;
}

/** Four holders with shares of three assets and cash in two currencies. */
export async function deployExchangeWorld(connection: NetworkConnection) {
  const { ethers } = connection;
  const suite = await deployFourHolders(connection);
  const { desk, domain, outsider, currency, alice, bob, carol, dave } = suite;
  const holders = [alice, bob, carol, dave];
  await listAsset(connection, suite, MILL, 1n << 40n);
  await suite.shares.setAssetState(MILL, STATE.active);

  // Its engine unit is a hundred base units.
  const euro = await ethers.deployContract("TestDollar", [suite.admin.address]);
  await desk.allowCurrency(euro.target, 100n);
  for (const holder of holders) {
    await suite.giveShares(holder.address, MILL, SHARES_EACH);
    await euro.mint(holder.address, 1_000n * DOLLAR);
    await euro.connect(holder).approve(desk.target, 1_000n * DOLLAR);
    await desk.connect(holder).deposit(euro.target, 1_000n * DOLLAR);
  }
  const euroAddress = await euro.getAddress();

  const giveShares = (from: Signer, to: Signer, asset: bigint, amount: bigint) =>
    leg(from, to, ZeroAddress, asset, amount);
  const giveCash = (from: Signer, to: Signer, money: string, amount: bigint) => leg(from, to, money, 0n, amount);

  async function leg(from: Signer, to: Signer, money: string, asset: bigint, amount: bigint): Promise<Leg> {
    return { from: await from.getAddress(), to: await to.getAddress(), currency: money, asset, amount };
  }

  /** Alice gives her tower for bob's villa, bob carol's mill for dollars, and carol gets alice's euros. */
  async function roundTrip(changes: Partial<Terms> = {}): Promise<Terms> {
    const legs = await Promise.all([
      giveShares(alice, bob, TOWER, 10n),
      giveShares(bob, alice, VILLA, 20n),
      giveShares(carol, bob, MILL, 30n),
      giveCash(bob, carol, currency, 40n * DOLLAR),
      giveCash(alice, carol, euroAddress, 500n),
    ]);
    return { legs: sortLegs(legs), expiry: FAR_AWAY, salt: 1n, ...changes };
  }

  const signers = new Map<string, Signer>(holders.map((holder) => [holder.address, holder]));

  /** The signatures of these parties over the exchange. */
  async function signAll(terms: Terms, parties = partiesOf(terms.legs)) {
    const signing = parties.map((party) => {
      const signer = signers.get(party);
      assert.ok(signer, `${party} can sign`);
      return signer.signTypedData(domain, EXCHANGE_TYPES, terms);
    });
    return Promise.all(signing);
  }

  /** Settles an exchange that all of its parties signed, sent by somebody who is none of them. */
  async function exchange(terms: Terms, parties = partiesOf(terms.legs), signatures?: string[]) {
    return desk.connect(outsider).settleExchange(terms, parties, signatures ?? (await signAll(terms, parties)));
  }

  /** What everybody has: tower, villa, mill, dollars, euros in engine units. */
  async function holdings() {
    const of = (account: string) =>
      Promise.all([
        ...[TOWER, VILLA, MILL].map((asset) => suite.shares.balanceOf(account, asset)),
        ...[currency, euroAddress].map((money) => desk.cashOf(account, money).then(([deposited]) => deposited)),
      ]);
    return Promise.all(holders.map(({ address }) => of(address)));
  }

  return {
    ...suite,
    ...{ euro, euroAddress, signers, giveShares, giveCash, roundTrip, signAll, exchange, holdings },
  };
}
