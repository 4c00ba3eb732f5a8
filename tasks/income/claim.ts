import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { listReceivers } from "../../sdk/holders.ts";
import { chunk } from "../lib/chunk.ts";
import { describeRun, describeSteps } from "../lib/describe-steps.ts";
import type { RunArguments, WritingArguments } from "../lib/flags.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender } from "../lib/sender.ts";

interface ClaimArguments extends WritingArguments, RunArguments {
  readonly distribution: bigint;
  readonly holder: string;
  readonly batchSize: number;
}

interface Due {
  readonly holder: string;
  readonly amount: bigint;
}

/**
 * Pays those of `holders` who are due something. Who was paid is passed over, here and by the desk. `asked` is what the operator
 * asked for, by which the run is known again: one holder, or everybody, whoever that is by then.
 */
export async function claimIncome(
  suite: Suite,
  sender: Sender,
  distribution: bigint,
  holders: readonly string[],
  batchSize: number,
  asked = "everybody",
) {
  const { incomeDesk } = suite;
  const due = await listDue(suite, distribution, holders);
  const pages = chunk([...due.entries()], batchSize);
  const work = {
    task: "income.claim",
    input: { distribution, holders: asked },
    contracts: [await incomeDesk.getAddress()],
  };

  const steps = await sender.run(
    pages.map((page) => ({
      title: `pay ${page.length} holders`,
      transaction: () =>
        incomeDesk.claimMany.populateTransaction(
          distribution,
          page.map(([, { holder }]) => holder),
        ),
      rows: page.map(([place, { holder, amount }]) => ({ row: `holder ${place + 1}`, account: holder, amount })),
    })),
    work,
  );
  const left = sender.dryRun
    ? []
    : await listDue(
        suite,
        distribution,
        due.map(({ holder }) => holder),
      );
  const unpaid = left.map(({ holder }) => holder);
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

  const sender = await context.sender();
  const asked = holder === "" ? "everybody" : holders.join();
  const result = await claimIncome(suite, sender, distribution, holders, batchSize, asked);
  for (const unpaid of result.unpaid) context.warn(`${unpaid} could not be paid and stays payable`);
  const said = context.dryRun ? `${result.due} holders would be paid.` : `${result.paid} holders were paid.`;
  const done = describeSteps(result.steps, "Nothing to do: nobody is due anything.");
  return { data: { runId: sender.runId, ...result }, text: `${done}\n${said}${describeRun(sender)}` };
});

async function listDue({ incomeDesk }: Suite, distribution: bigint, holders: readonly string[]): Promise<Due[]> {
  const amounts = await Promise.all(holders.map((holder) => incomeDesk.payableTo(distribution, holder)));
  return holders
    .map((holder, place) => ({ holder, amount: amounts[place] ?? 0n }))
    .filter(({ amount }) => amount !== 0n);
}
