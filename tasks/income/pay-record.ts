import type { Suite } from "../../sdk/connect.ts";
import { inPages } from "../../sdk/in-pages.ts";
import { chunk } from "../lib/chunk.ts";
import type { Sender, StepReport } from "../lib/sender.ts";
import { type Refused, readReasons } from "./refusals.ts";

/** What paying came to. */
export interface Payment {
  readonly distribution: bigint;
  /** How many were due something when it began. */
  readonly due: number;
  readonly paid: number;
  readonly refused: readonly Refused[];
  readonly steps: readonly StepReport[];
}

interface Due {
  readonly holder: string;
  readonly gross: bigint;
}

/** Rows of one run: its plan is one file, which has to fit the memory. */
export const ROWS_PER_RUN = 10_000;
/** Questions at a time. */
const AT_A_TIME = 50;

/**
 * Pays those of `holders` who are due something from a record's distribution. Who was paid is passed over, here and by the desk.
 * `asked` is what the operator asked for, by which runs are known again: one holder, or everybody.
 */
export async function payHolders(
  suite: Suite,
  sender: Sender,
  distribution: bigint,
  holders: readonly string[],
  batchSize: number,
  asked = "everybody",
): Promise<Payment> {
  const steps: StepReport[] = [];
  const due: Due[] = [];
  const left: Due[] = [];
  for (const [part, some] of parts(holders).entries()) {
    const dueOfPart = await listDue(suite, distribution, some);
    const work = await workOf(suite, distribution, asked, part);
    for (const step of await sender.run(stepsOf(suite, distribution, dueOfPart, batchSize, part), work))
      steps.push(step);
    due.push(...dueOfPart);
    if (!sender.dryRun)
      left.push(
        ...(await listDue(
          suite,
          distribution,
          dueOfPart.map(({ holder }) => holder),
        )),
      );
  }

  const { provider } = sender.signer;
  const reasons = left.length === 0 || provider === null ? new Map() : await readReasons(suite, provider, steps);
  const refused = left.map((each) => ({ ...each, reason: reasons.get(each.holder) ?? "the desk passed him over" }));
  return { distribution, due: due.length, paid: sender.dryRun ? 0 : due.length - refused.length, refused, steps };
}

/** Lists of at most `ROWS_PER_RUN`; nothing, too, has a run, which may be about to end. */
function parts(holders: readonly string[]): string[][] {
  return holders.length === 0 ? [[]] : chunk(holders, ROWS_PER_RUN);
}

function stepsOf({ incomeDesk }: Suite, distribution: bigint, due: readonly Due[], batchSize: number, part: number) {
  const numbered = due.map((each, place) => ({ ...each, row: `holder ${part * ROWS_PER_RUN + place + 1}` }));
  return chunk(numbered, batchSize).map((page) => ({
    title: `pay ${page.length} holders`,
    transaction: () =>
      incomeDesk.claimMany.populateTransaction(
        distribution,
        page.map(({ holder }) => holder),
      ),
    rows: page.map(({ row, holder, gross }) => ({ row, account: holder, amount: gross })),
  }));
}

/** Runs of small distributions have no parts. */
async function workOf({ incomeDesk }: Suite, distribution: bigint, asked: string, part: number) {
  const input = { distribution, holders: asked };
  return {
    task: "income.pay",
    input: part === 0 ? input : { ...input, part },
    contracts: [await incomeDesk.getAddress()],
  };
}

async function listDue({ incomeDesk }: Suite, distribution: bigint, holders: readonly string[]): Promise<Due[]> {
  const answers = await inPages(holders, AT_A_TIME, (holder) => incomeDesk.dueTo(distribution, holder));
  return holders
    .map((holder, place) => ({ holder, gross: answers[place]?.gross ?? 0n }))
    .filter(({ gross }) => gross !== 0n);
}
