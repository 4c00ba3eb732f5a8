import type { Provider } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { type OfferingEntitlement, readEntitlements } from "../../sdk/offering-entitlements.ts";
import { formatTime } from "../../sdk/time.ts";
import { chunk } from "../lib/chunk.ts";
import { describeRun, describeSteps } from "../lib/describe-steps.ts";
import type { RunArguments, WritingArguments } from "../lib/flags.ts";
import { FAILED, OPEN, PRORATING, requireOffering } from "../lib/offerings.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface RefundArguments extends WritingArguments, RunArguments {
  readonly offering: bigint;
  readonly batchSize: number;
}

export interface RefundedOffering {
  readonly offering: bigint;
  /** Whose money was to be paid back, and how much of it together, in base units. */
  readonly buyers: number;
  readonly amount: bigint;
  /** Who could not be paid; his money stays his, in escrow. */
  readonly unpaid: readonly string[];
  /** From when on entitlements that were not allotted are paid back, too; null where nobody waits for shares. */
  readonly refundableFrom: bigint | null;
  readonly steps: readonly StepReport[];
}

/** `ALLOTMENT_PERIOD` of the desk. */
const ALLOTMENT_SECONDS = 30n * 86_400n;

/** Pays back what can be paid back now: everything if the offering failed or its time for allotments is over, else what was too much. */
export async function refundOffering(
  suite: Pick<Suite, "offeringDesk">,
  sender: Sender,
  offering: bigint,
  { provider, batchSize }: { readonly provider: Provider; readonly batchSize: number },
): Promise<RefundedOffering> {
  const { phase, closedAt } = await requireOffering(suite, offering);
  if (phase === OPEN || phase === PRORATING) {
    throw badInput(`offering ${offering} ${phase === OPEN ? "is not closed" : "is not divided yet"}`, {
      todo: phase === OPEN ? "close it first, with `offering close`" : "divide it, with `offering allot`",
      notDone: "nothing was sent",
    });
  }
  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  const refundableFrom = closedAt + ALLOTMENT_SECONDS;
  const isWhole = phase === FAILED || now >= refundableFrom;
  const due = await listDue(suite, offering, isWhole);
  const work = { task: "offering.refund", input: { offering }, contracts: [await suite.offeringDesk.getAddress()] };

  const steps = await sender.run(
    chunk(due, batchSize).map((page) => ({
      title: `pay ${page.length} buyers back`,
      transaction: () =>
        suite.offeringDesk.refundMany.populateTransaction(
          offering,
          page.map(({ buyer }) => buyer),
        ),
      rows: page.map(({ buyer, place, amount }) => ({ row: `buyer ${place + 1}`, account: buyer, amount })),
    })),
    work,
  );
  const left = sender.dryRun ? [] : await listDue(suite, offering, isWhole);
  const isAllServed = (await readEntitlements(suite, offering)).every(({ shares }) => shares === 0n);
  return {
    offering,
    buyers: due.length,
    amount: due.reduce((sum, each) => sum + each.amount, 0n),
    unpaid: left.map(({ buyer }) => buyer),
    refundableFrom: isWhole || isAllServed ? null : refundableFrom,
    steps,
  };
}

export default runAction<RefundArguments>("offering.refund", async (context, { offering, batchSize }) => {
  if (batchSize < 1) throw badInput("a batch has to have at least one buyer", { where: "--batch-size" });
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  const sender = await context.sender();

  const result = await refundOffering(suite, sender, offering, { provider: connection.ethers.provider, batchSize });
  for (const buyer of result.unpaid) context.warn(`${buyer} could not be paid; the money stays his, in escrow`);
  if (result.refundableFrom !== null)
    context.warn(`what was not allotted can be paid back from ${formatTime(result.refundableFrom)} on`);
  const did = context.dryRun ? "would be paid back" : "were to be paid back";
  const said = `${result.buyers} buyers ${did}, ${result.unpaid.length} could not be paid.`;
  const text = `${describeSteps(result.steps, "Nothing to do: nobody is owed anything now.")}\n${said}${describeRun(sender)}`;
  return { data: { runId: sender.runId, ...result }, text };
});

type Due = OfferingEntitlement & { readonly amount: bigint };

async function listDue(suite: Pick<Suite, "offeringDesk">, offering: bigint, isWhole: boolean): Promise<Due[]> {
  const entitlements = await readEntitlements(suite, offering);
  return entitlements
    .map((each) => ({ ...each, amount: isWhole ? each.paid : each.excess }))
    .filter(({ amount }) => amount > 0n);
}
