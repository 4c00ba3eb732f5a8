import type { Provider } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { readLogs } from "../../sdk/read-logs.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { deskBlock, requireOffering } from "../lib/offerings.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface ReleaseArguments extends WritingArguments {
  readonly offering: bigint;
}

export interface ReleasedOffering {
  readonly offering: bigint;
  /** Of how many holders shares were let go, and how many of them together. */
  readonly holders: number;
  readonly shares: bigint;
  /** What is locked up still. */
  readonly left: bigint;
  readonly steps: readonly StepReport[];
}

/** Lets go of all that the lock-up of an offering frees by now, of everybody. What is not due is left alone. */
export async function releaseOffering(
  suite: Pick<Suite, "offeringDesk">,
  sender: Sender,
  offering: bigint,
  { provider, fromBlock }: { readonly provider: Provider; readonly fromBlock: number },
): Promise<ReleasedOffering> {
  const { offeringDesk } = suite;
  await requireOffering(suite, offering);
  const filter = offeringDesk.filters.LockedUp(offering);
  const until = await provider.getBlockNumber();
  const events = await readLogs((from, to) => offeringDesk.queryFilter(filter, from, to), fromBlock, until);
  const holders = [...new Set(events.map(({ args }) => args.holder))];

  const locks = await Promise.all(holders.map((holder) => offeringDesk.lockOf(offering, holder)));
  const due = holders.flatMap((holder, place) => {
    const releasable = locks[place]?.releasable ?? 0n;
    return releasable === 0n ? [] : [{ holder, releasable }];
  });
  const steps = await sender.run(
    due.map(({ holder, releasable }) => ({
      title: `let go of ${releasable} shares of ${holder}`,
      transaction: () => offeringDesk.release.populateTransaction(offering, holder),
    })),
  );
  const shares = due.reduce((sum, { releasable }) => sum + releasable, 0n);
  const locked = locks.reduce((sum, { lock }) => sum + lock.left, 0n);
  return { offering, holders: due.length, shares, left: locked - shares, steps };
}

export default runAction<ReleaseArguments>("offering.release", async (context, { offering }) => {
  const { connection } = await context.connect();
  const { suite, book } = await context.suite();
  const { provider } = connection.ethers;

  const sender = await context.sender();
  const result = await releaseOffering(suite, sender, offering, { provider, fromBlock: deskBlock(book) });
  const did = context.dryRun ? "would be let go" : "were let go";
  const said = `${result.shares} shares of ${result.holders} holders ${did}; ${result.left} stay locked up.`;
  return { data: result, text: `${describeSteps(result.steps, "Nothing to do: nothing is due.")}\n${said}` };
});
