import { requiredCash } from "../ledger/mandates.ts";
import type { MandateState } from "../snapshot.ts";
import { acceptedBefore, type BatchCase, isSame, type NamedOrder, type Step } from "./batch-case.ts";
import { changesBefore, compare } from "./comparisons.ts";
import type { Decisive } from "./explanation.ts";

/** What an account moves on net: shares by asset, and cash in one currency. */
interface Net {
  readonly shares: Map<number, bigint>;
  cash: bigint;
}

const positive = (value: bigint): bigint => (value > 0n ? value : 0n);

/**
 * 122 and 123: the limit of the mandate that the trade would break, the first in this order: shares in or out of the asset, cash
 * out, loss and fees together. Mandates are used up by whole chunks on net, so earlier instructions are those of the account in
 * this chunk; what earlier chunks have used up is in `opening`.
 */
export function compareMandate(batch: BatchCase, step: Step, order: NamedOrder | undefined): Decisive {
  const { snapshot } = batch.input;
  const account = snapshot.accounts.findIndex(({ address }) => isSame(address, order?.trader));
  const mandate = snapshot.mandates.find((each) => each.account === account && each.currency === order?.currency);
  if (order === undefined || mandate === undefined) return { decisive: undefined, earlier: [] };

  const { chunk, index } = step.receipt;
  const left = leftAtChunk(batch, mandate, order.trader, chunk);
  const before = acceptedBefore(batch, index).filter(({ receipt }) => receipt.chunk === chunk);
  const net = netOf(before, order.trader);
  addStep(net, step, order.trader, step.instruction.quantity, step.instruction.quantity * step.instruction.price);

  const asset = order.asset;
  const limit = left.limits.find((each) => each.asset === asset);
  const shares = net.shares.get(asset) ?? 0n;
  const mine = (delta: (own: Net) => bigint) =>
    changesBefore(batch, step, (other) => (other.receipt.chunk === chunk ? delta(netOf([other], order.trader)) : 0n));
  const name = `of the mandate of ${order.trader}`;
  const id = snapshot.assets[asset]?.id;

  if (limit !== undefined && shares > limit.inLeft) {
    const wanted = step.instruction.quantity;
    return compare(
      `net shares in of asset ${id}, left ${name}`,
      wanted,
      limit.inLeft,
      mine((own) => -(own.shares.get(asset) ?? 0n)),
    );
  }
  if (limit !== undefined && -shares > limit.outLeft) {
    const wanted = step.instruction.quantity;
    return compare(
      `net shares out of asset ${id}, left ${name}`,
      wanted,
      limit.outLeft,
      mine((own) => own.shares.get(asset) ?? 0n),
    );
  }
  if (-net.cash > left.cashOutLeft) {
    const wanted = step.instruction.quantity * step.instruction.price;
    return compare(
      `net cash out, left ${name}`,
      wanted,
      left.cashOutLeft,
      mine((own) => own.cash),
    );
  }
  const short = positive(requiredOf(left, net) - net.cash);
  const bears = left.feeLeft + left.lossLeft;
  const { earlier } = compare(
    "",
    short,
    bears,
    mine((own) => own.cash),
  );
  return {
    decisive: { what: `loss and fees on net, left ${name}`, needed: short, available: bears, opening: bears },
    earlier,
  };
}

/** The mandate when the chunk began. */
function leftAtChunk(batch: BatchCase, mandate: MandateState, trader: string, chunk: number): MandateState {
  let left = mandate;
  for (let earlier = 0; earlier < chunk; earlier++) {
    const steps = batch.steps.filter(({ receipt }) => receipt.chunk === earlier && receipt.code === 0);
    const inCurrency = steps.filter(({ buy }) => buy?.currency === mandate.currency);
    left = consume(left, netOf(inCurrency, trader));
  }
  return left;
}

function consume(mandate: MandateState, net: Net): MandateState {
  const short = positive(requiredOf(mandate, net) - net.cash);
  const fees = short < mandate.feeLeft ? short : mandate.feeLeft;
  return {
    ...mandate,
    cashOutLeft: mandate.cashOutLeft - positive(-net.cash),
    feeLeft: mandate.feeLeft - fees,
    lossLeft: mandate.lossLeft - (short - fees),
    limits: mandate.limits.map((limit) => {
      const shares = net.shares.get(limit.asset) ?? 0n;
      return { ...limit, inLeft: limit.inLeft - positive(shares), outLeft: limit.outLeft - positive(-shares) };
    }),
  };
}

/** What the net shares have to bring in cash at the mandate's prices. */
function requiredOf({ limits }: Pick<MandateState, "limits">, { shares }: Net): bigint {
  return limits.reduce((sum, limit) => sum + requiredCash(shares.get(limit.asset) ?? 0n, limit), 0n);
}

function netOf(steps: readonly Step[], trader: string): Net {
  const net: Net = { shares: new Map(), cash: 0n };
  for (const step of steps) addStep(net, step, trader, step.receipt.quantity, step.receipt.cash);
  return net;
}

function addStep(net: Net, { buy, sell }: Step, trader: string, quantity: bigint, cash: bigint): void {
  if (buy === undefined || sell === undefined) return;
  const sign = BigInt(Number(isSame(buy.trader, trader)) - Number(isSame(sell.trader, trader)));
  net.shares.set(buy.asset, (net.shares.get(buy.asset) ?? 0n) + sign * quantity);
  net.cash -= sign * cash;
}
