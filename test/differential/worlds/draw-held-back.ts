import { TypedDataEncoder } from "ethers";
import { signDigest } from "../../../executor/crypto/sign-order.ts";
import { HOLD_TYPES } from "../../../executor/index.ts";
import { FAR_FUTURE } from "../../helpers/books.ts";
import { type Hold, settlementDomain } from "../../helpers/settlement-types.ts";
import type { Step, Transaction } from "../relay.ts";
import { INTERFACES } from "../stage.ts";
import { actAs, type Trader } from "../traders.ts";
import type { Dice } from "./dice.ts";
import type { Scene } from "./draw-world.ts";

/** Shares that their owner has locked at the desk, so that chunks may count on them. */
export interface DeskLock {
  readonly owner: string;
  readonly asset: bigint;
  /** Without those on leave. */
  readonly quantity: bigint;
}

/** A hold of a world and what its agent, the relay, will do. */
export interface DrawnHold {
  readonly hold: Hold;
  /** How many shares are handed over; with 0 it is released. */
  readonly executed: bigint;
  /** Whether more of the position is held back than is there. */
  readonly isShort: boolean;
  /** After which part of the batch: 0 before everything, 1 after everything. */
  readonly at: number;
}

/** What is held back of a position, and what has to be done for it: steps, what the owner does himself, and steps after that. */
interface HeldBack {
  readonly issue: readonly Step[];
  readonly acts: readonly Transaction[];
  readonly steps: readonly Step[];
  readonly locks: readonly DeskLock[];
  readonly holds: readonly DrawnHold[];
}

const GAS = 450_000;

/** Some of `value` shares locked by another desk, held for somebody, locked at the desk, or frozen: even more than there are. */
export function drawHeldBack(
  stage: Scene,
  dice: Dice,
  trader: Trader,
  asset: bigint,
  value: bigint,
  batchTime: bigint,
): HeldBack {
  const { shares, desk } = INTERFACES;
  const register = stage.addresses["ShareToken"] ?? "";
  const step = (target: string, data: string): Step => ({ target, data, gas: GAS });
  const act = (data: string) => actAs(trader, stage.helper, stage.desk, data);
  const [issue, acts, steps]: [Step[], Transaction[], Step[]] = [[], [], []];
  const locks: DeskLock[] = [];
  let free = value;
  const take = (isSo: boolean, isAll = false): bigint => {
    const taken = isSo && free > 0n ? dice.amount(isAll ? Number(free) : 1, Number(free)) : 0n;
    free -= taken;
    return taken;
  };

  const elsewhere = take(dice.strikes(7));
  if (elsewhere > 0n) {
    issue.push(step(register, shares.encodeFunctionData("lock", [trader.address, asset, elsewhere])));
  }

  const held = take(dice.oneIn(6));
  const hold = holdOf(stage, trader, asset, held, batchTime);
  if (held > 0n) {
    issue.push(step(stage.desk, desk.encodeFunctionData("createHold", [hold, signHold(stage, trader, hold)])));
  }

  const locked = take(dice.oneIn(3), dice.oneIn(2));
  const leaving = locked > 1n && dice.oneIn(4) ? dice.amount(1, Number(locked) - 1) : 0n;
  if (locked > 0n) acts.push(act(desk.encodeFunctionData("lockShares", [asset, locked])));
  if (leaving > 0n) acts.push(act(desk.encodeFunctionData("requestUnlock", [asset, leaving])));
  if (locked > 0n) locks.push({ owner: trader.address, asset, quantity: locked - leaving });

  const frozen = dice.strikes(8) ? dice.amount(1, 2 * Number(value)) : 0n;
  if (frozen > 0n) {
    steps.push(step(register, shares.encodeFunctionData("setFrozenTokens", [trader.address, asset, frozen])));
  }

  const executed = dice.oneIn(2) ? held : dice.amount(0, Number(held));
  const isShort = frozen + elsewhere + held + locked > value;
  return { issue, acts, steps, locks, holds: held > 0n ? [{ hold, executed, isShort, at: 1 }] : [] };
}

/** `quantity` shares kept for the beneficiary, of which the relay decides. */
function holdOf(
  { relay, beneficiary }: Scene,
  { address }: Trader,
  asset: bigint,
  quantity: bigint,
  until: bigint,
): Hold {
  const parties = { holder: address, beneficiary: beneficiary.address, agent: relay.address };
  return { ...parties, asset, quantity, until, expiry: FAR_FUTURE, priority: 0n, salt: 0n };
}

function signHold({ desk, chainId }: Scene, { key }: Trader, hold: Hold): string {
  const digest = TypedDataEncoder.hash(settlementDomain(desk, chainId), HOLD_TYPES, hold);
  return signDigest(Buffer.from(digest.slice(2), "hex"), key);
}
