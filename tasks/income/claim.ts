import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { listReceivers } from "../../sdk/holders.ts";
import { chunk } from "../lib/chunk.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender } from "../lib/sender.ts";

interface ClaimArguments extends WritingArguments {
  readonly distribution: bigint;
  readonly holder: string;
  readonly batchSize: number;
}

/** Pays those of `holders` who are due something. Who was paid is passed over, here and by the desk. */
export async function claimIncome(
  suite: Suite,
  sender: Sender,
  distribution: bigint,
  holders: readonly string[],
  batchSize: number,
) {
  const { incomeDesk } = suite;
  const due = await listDue(suite, distribution, holders);
  const pages = chunk(due, batchSize);

  const steps = await sender.run(
    pages.map((page) => ({
      title: `pay ${page.length} holders`,
      transaction: () => incomeDesk.claimMany.populateTransaction(distribution, page),
    })),
  );
  const unpaid = sender.dryRun ? [] : await listDue(suite, distribution, due);
  return { distribution, due: due.length, paid: sender.dryRun ? 0 : due.length - unpaid.length, unpaid, steps };
}

export default runAction<ClaimArguments>("income.claim", async (context, { distribution, holder, batchSize }) => {
  const { connection } = await context.connect();
  const { suite, book } = await context.suite();
  if (distribution < 1n || distribution > (await suite.incomeDesk.distributionCount())) {
    throw badInput(`there is no distribution ${distribution}`);
  }
  const { id } = await suite.incomeDesk.distributionOf(distribution);
  const holders =
    holder === ""
      ? await listReceivers(suite, connection.ethers.provider, id, book.deployedAtBlock)
      : [parseAddress(holder, "--holder")];

  const result = await claimIncome(suite, await context.sender(), distribution, holders, batchSize);
  for (const unpaid of result.unpaid) context.warn(`${unpaid} could not be paid and stays payable`);
  const said = context.dryRun ? `${result.due} holders would be paid.` : `${result.paid} holders were paid.`;
  return { data: result, text: `${describeSteps(result.steps, "Nothing to do: nobody is due anything.")}\n${said}` };
});

async function listDue({ incomeDesk }: Suite, distribution: bigint, holders: readonly string[]): Promise<string[]> {
  const amounts = await Promise.all(holders.map((holder) => incomeDesk.payableTo(distribution, holder)));
  return holders.filter((_holder, place) => amounts[place] !== 0n);
}
