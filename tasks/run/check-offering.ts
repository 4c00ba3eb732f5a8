import { z } from "zod";
import { FACTORIES } from "../../sdk/contracts.ts";
import { earliestBlock } from "../../sdk/journal/ask-chain.ts";
import { readLogs } from "../../sdk/read-logs.ts";
import { type CheckEffects, contractOf, sum } from "./check-effects.ts";

const offeringSchema = z.object({ offering: z.string() });

/** What the desk said of one buyer. */
interface Served {
  readonly buyer: string;
  readonly amount: bigint;
  readonly hash: string;
}

/** Every row was allotted its shares exactly once, for its cost, by the events of the whole chain since the plan was made. */
export const checkAllotments: CheckEffects = async (plan, done, provider) => {
  const desk = FACTORIES.OfferingDesk.connect(contractOf(plan), provider);
  const filter = desk.filters.Allotted(BigInt(offeringSchema.parse(plan.input).offering));
  const events = await readLogs(
    (from, to) => desk.queryFilter(filter, from, to),
    earliestBlock(plan.block),
    await provider.getBlockNumber(),
  );
  const served = events.map(({ args, transactionHash }) => ({
    buyer: args.buyer,
    amount: args.cost,
    hash: transactionHash,
  }));

  const rows = done.flatMap((each) => each.rows);
  const repeated = rows.flatMap(({ row, account }) => {
    const times = served.filter(({ buyer }) => buyer === account).length;
    return times === 1 ? [] : [`${row}: ${account} was allotted shares ${times} times`];
  });
  return [...repeated, ...compare(done, served, "allotted shares for")];
};

/** This run has paid every row its amount, and nobody anything else. A buyer may have had an excess back before. */
export const checkRefunds: CheckEffects = async (plan, done, provider) => {
  const desk = FACTORIES.OfferingDesk.connect(contractOf(plan), provider);
  const filter = desk.filters.Refunded(BigInt(offeringSchema.parse(plan.input).offering));
  const events = await readLogs(
    (from, to) => desk.queryFilter(filter, from, to),
    earliestBlock(plan.block),
    await provider.getBlockNumber(),
  );
  const served = events.map(({ args, transactionHash }) => ({
    buyer: args.buyer,
    amount: args.amount,
    hash: transactionHash,
  }));
  return compare(done, served, "paid back");
};

function compare(done: Parameters<CheckEffects>[1], served: readonly Served[], what: string): string[] {
  const own = new Set(done.map(({ receipt }) => receipt.hash));
  const ours = served.filter(({ hash }) => own.has(hash));
  const rows = done.flatMap((each) => each.rows);

  const wrong = rows.flatMap(({ row, account, amount }) => {
    const found = ours.filter(({ buyer }) => buyer === account);
    if (found.length === 1 && found[0]?.amount.toString() === amount) return [];
    const amounts = found.map((each) => each.amount).join(", ");
    return [`${row}: ${account} was ${what} ${amounts === "" ? "nothing" : amounts} by this run, not ${amount}`];
  });
  const planned = sum(rows.map(({ amount }) => BigInt(amount ?? 0)));
  const total = sum(ours.map(({ amount }) => amount));
  return total === planned ? wrong : [...wrong, `all rows together are ${planned}, and ${total} were ${what}`];
}
