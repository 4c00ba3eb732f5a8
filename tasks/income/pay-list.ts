import { getAddress } from "ethers";
import type { ProofFile } from "../../executor/index.ts";
import type { Suite } from "../../sdk/connect.ts";
import { inPages } from "../../sdk/in-pages.ts";
import { readPaid } from "../../sdk/income/paid-bits.ts";
import { openProofs, type WrittenPlan } from "../../sdk/income/plan-folder.ts";
import { proveLeaves } from "../../sdk/income/prove-leaves.ts";
import { chunk } from "../lib/chunk.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";
import { type Payment, ROWS_PER_RUN } from "./pay-record.ts";
import { readReasons } from "./refusals.ts";

/** Rows read at a time. */
const AT_A_TIME = 100;

/**
 * Pays every leaf of a published list that was not paid, in pages with one proof each. The list is cut into runs at fixed places, so
 * that a start after a kill finds the run that it was killed in.
 */
export async function payList(
  suite: Suite,
  sender: Sender,
  distribution: bigint,
  written: WrittenPlan,
  batchSize: number,
  rowsPerRun = ROWS_PER_RUN,
): Promise<Payment> {
  const { incomeDesk } = suite;
  const { count, root } = written.plan;
  const contracts = [await incomeDesk.getAddress()];
  const proofs = await openProofs(written);
  try {
    const paidBefore = await readPaid(suite, distribution, count);
    const steps: StepReport[] = [];
    for (let first = 0; first < count; first += rowsPerRun) {
      const places = Array.from({ length: Math.min(rowsPerRun, count - first) }, (_, place) => first + place);
      const unpaid = places.filter((index) => paidBefore[index] !== true);
      const input = { distribution, root, ...(first === 0 ? {} : { part: first / rowsPerRun }) };
      const pages = await Promise.all(
        chunk(unpaid, batchSize).map((page) => stepOf(suite, proofs, distribution, page)),
      );
      for (const step of await sender.run(pages, { task: "income.pay", input, contracts })) steps.push(step);
    }

    const due = paidBefore.filter((isPaid) => !isPaid).length;
    if (sender.dryRun || due === 0) return { distribution, due, paid: 0, refused: [], steps };
    const paidNow = await readPaid(suite, distribution, count);
    const left = paidNow.flatMap((isPaid, index) => (isPaid ? [] : [index]));
    const refused = await describeRefused(suite, sender, proofs, left, steps);
    return { distribution, due, paid: due - refused.length, refused, steps };
  } finally {
    await proofs.close();
  }
}

async function stepOf(
  { incomeDesk }: Suite,
  proofs: ProofFile,
  distribution: bigint,
  page: readonly number[],
): Promise<Step> {
  const { leaves, proof, proofFlags } = await proveLeaves(proofs, page);
  return {
    title: `pay ${leaves.length} holders`,
    transaction: () =>
      incomeDesk.claimListedPage.populateTransaction(distribution, [...leaves], [...proof], [...proofFlags]),
    rows: leaves.map(({ index, holder, gross }) => ({ row: `leaf ${index}`, account: holder, amount: gross })),
  };
}

async function describeRefused(
  suite: Suite,
  { signer }: Sender,
  proofs: ProofFile,
  left: readonly number[],
  steps: readonly StepReport[],
) {
  if (left.length === 0) return [];
  const reasons =
    signer.provider === null ? new Map<string, string>() : await readReasons(suite, signer.provider, steps);
  const rows = await inPages(left, AT_A_TIME, (index) => proofs.leaf(index));
  return rows.map(({ holder, gross }) => {
    const wallet = getAddress(holder);
    return { holder: wallet, gross, reason: reasons.get(wallet) ?? "the desk passed him over" };
  });
}
