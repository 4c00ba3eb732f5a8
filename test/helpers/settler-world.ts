import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { toBeHex } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import { BUY, ORDER_TYPES, SELL, settlementDomain } from "../../executor/index.ts";
import { signMandate } from "../../sdk/mandate.ts";
import type { DeployedSuite } from "./suite.ts";
import { taskWorld } from "./task-world.ts";

export const CHAIN_ID = 31337n;
/** What everybody has at the desk: USD 1,000. */
export const CASH = 1_000_000_000n;
const EXPIRY = 4_000_000_000n;

/** A trade of a settlement file; the parties by their places among Alice, Bob and Carol. */
export interface PlannedTrade {
  readonly buyer: number;
  readonly seller: number;
  readonly quantity: bigint;
}

/**
 * Alice, Bob and Carol have USD 1,000 each at the desk, and mandates that let them trade asset 1 at USD 1: the state, and files of
 * their trades.
 */
export function settlerWorld(connection: NetworkConnection, deploy?: () => Promise<DeployedSuite>) {
  const { sold } = taskWorld(connection, deploy);

  async function trading() {
    const world = await sold();
    const { suite, alice, bob, carol } = world;
    const desk = await suite.settlementDesk.getAddress();
    const currency = await suite.testDollar.getAddress();
    const traders = [alice, bob, carol] as const;
    await suite.settlementDesk.allowCurrency(currency, 1n);

    for (const account of traders) {
      await suite.testDollar.mint(account.address, CASH);
      await suite.testDollar.connect(account).approve(desk, CASH);
      await suite.settlementDesk.connect(account).deposit(currency, CASH);
      const limit = { asset: 1n, maxIn: 1_000n, maxOut: 1_000n, maxBuyPrice: 2_000_000n, minSellPrice: 500_000n };
      const amounts = { maxCashOut: CASH, lossAllowance: 0n, feeCap: 0n };
      const mandate = { account: account.address, currency, ...amounts, expiry: EXPIRY, nonce: 1n, limits: [limit] };
      const signature = await signMandate(account, { chainId: CHAIN_ID, desk }, mandate);
      await suite.settlementDesk.registerMandate(mandate, signature);
    }
    return { ...world, desk, currency, traders, expiry: EXPIRY };
  }

  /** Of Bob's shares all but ten are young, and young ones may not be sold: the executor's snapshot does not tell. */
  async function lockedUp() {
    const world = await trading();
    const { suite, alice, bob, carol } = world;
    const { transferRules, lockUpRule, shareToken } = suite;
    const bound = await transferRules.rulesOf(1n);
    const settings = bound.map(({ rule, parameters }) => ({ rule, parameters }));
    const lockUp = { rule: await lockUpRule.getAddress(), parameters: toBeHex(DAY, 4) };
    await transferRules.setRules(1n, [...settings, lockUp]);
    const wallets = [alice, bob, carol].map(({ address }) => address);
    await transferRules.countHolders(1n, wallets.sort(byNumber), 1n);
    await shareToken.connect(bob).safeTransferFrom(bob.address, alice.address, 1n, 49_990n, "0x");
    await shareToken.connect(alice).safeTransferFrom(alice.address, bob.address, 1n, 100n, "0x");
    return world;
  }

  return { trading, lockedUp };
}

const DAY = 86_400;
const byNumber = (one: string, other: string): number => (BigInt(one) < BigInt(other) ? -1 : 1);

export type SettlerWorld = Awaited<ReturnType<ReturnType<typeof settlerWorld>["trading"]>>;

/** A settlement file: every trade with two orders of its own, at USD 1. */
export async function fileOf(world: SettlerWorld, trades: readonly PlannedTrade[], salt = 1n): Promise<string> {
  const lines = await Promise.all(
    trades.map(async ({ buyer, seller, quantity }, place) => [
      await orderLine(world, { ref: `B-${place}`, trader: buyer, side: BUY, quantity, salt: salt + BigInt(place) }),
      await orderLine(world, { ref: `S-${place}`, trader: seller, side: SELL, quantity, salt: salt + BigInt(place) }),
      JSON.stringify({
        type: "trade",
        buy: `B-${place}`,
        sell: `S-${place}`,
        quantity: `${quantity}`,
        price: "1000000",
        matchNumber: `${place + 1}`,
      }),
    ]),
  );
  return `${lines.flat().join("\n")}\n`;
}

interface PlannedOrder {
  readonly ref: string;
  readonly trader: number;
  readonly side: number;
  readonly quantity: bigint;
  readonly salt: bigint;
}

async function orderLine({ desk, currency, traders }: SettlerWorld, planned: PlannedOrder): Promise<string> {
  const { ref, side, quantity, salt } = planned;
  const signer: HardhatEthersSigner | undefined = traders[planned.trader];
  if (signer === undefined) throw new RangeError(`there is no trader ${planned.trader}`);
  const terms = { asset: 1n, currency, quantity, limitPrice: 1_000_000n, expiry: EXPIRY, priority: 0, salt };
  const order = { trader: signer.address, side, ...terms };
  const signature = await signer.signTypedData(settlementDomain(CHAIN_ID, desk), ORDER_TYPES, order);
  return JSON.stringify({
    type: "order",
    ref,
    trader: signer.address,
    side: side === BUY ? "buy" : "sell",
    currency,
    priority: 0,
    signature,
    asset: "1",
    quantity: `${quantity}`,
    limitPrice: "1000000",
    expiry: `${EXPIRY}`,
    salt: `${salt}`,
  });
}
