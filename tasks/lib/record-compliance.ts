import { z } from "zod";
import { type ComplianceAct, type ComplianceSubject, complianceEntry } from "../../sdk/compliance/compliance-entry.ts";
import type { Suite } from "../../sdk/connect.ts";
import { MoietyError } from "../../sdk/errors.ts";
import type { Sender, StepReport } from "./sender.ts";

/** What became of the entry: `recorded` is false where the log did not take it, and then `why` says why. */
export interface ComplianceRecording {
  readonly recorded: boolean;
  /** Its place among the entries about its subject. */
  readonly index: bigint | null;
  readonly why: string | null;
  readonly steps: readonly StepReport[];
}

/** An act whose time and transaction are those of the step that did it. */
export type RecordedAct = Omit<ComplianceAct, "operation" | "occurredAt">;

/**
 * Says in the compliance log what `acted`, the step of an act of office, has done. To be called after the act: nothing that the log
 * does can stop or undo it, and this never throws. What is not recorded goes to `warn`, with the transaction by which it can be
 * recorded later (`asset log --record`). An act that sent nothing, because nothing was left to do or in a dry run, leaves no entry. An `act` that is a
 * function is asked only then, so that what has to be looked up for it cannot fail the act either.
 */
export async function recordCompliance(
  suite: Pick<Suite, "complianceLog" | "shareToken">,
  sender: Sender,
  acted: StepReport | undefined,
  act: RecordedAct | (() => Promise<RecordedAct>),
  warn: (text: string) => void,
): Promise<ComplianceRecording> {
  if (acted?.status !== "sent" || acted.hash === null) return notRecorded(null);

  try {
    const occurredAt = await timeOf(sender, acted.block);
    const said = typeof act === "function" ? await act() : act;
    const entry = complianceEntry({ ...said, operation: acted.hash, occurredAt });
    const steps = await sender.run([
      {
        title: `record it in the compliance log (${said.event})`,
        transaction: () => suite.complianceLog.recordEvent.populateTransaction(...entry, { gasLimit: GAS_LIMIT }),
      },
    ]);
    if (sender.dryRun) return { ...notRecorded(null), steps };
    const index = await findEntry(suite, sender, steps[0]);
    return { recorded: true, index, why: null, steps };
  } catch (error) {
    const why = reasonOf(error);
    warn(
      `the act is done and NOT in the compliance log: ${why}; whoever is RECORDER can add it (\`asset log --record ${acted.hash}\`)`,
    );
    return notRecorded(why);
  }
}

/** An asset as a subject of the log: by its anchor. */
export async function assetSubject(
  { shareToken }: Pick<Suite, "shareToken">,
  asset: bigint,
): Promise<ComplianceSubject> {
  return { type: "ASSET", id: await shareToken.anchorIdOf(asset) };
}

/** An investor as a subject of the log: by the id that the registry has of him. */
export function investorSubject(investorId: string): ComplianceSubject {
  return { type: "INVESTOR", id: investorId };
}

/** More than the longest entry takes; a log that wants more does not get it. */
const GAS_LIMIT = 5_000_000n;

/** A log that says nothing has recorded nothing: only its event counts. */
async function findEntry(
  { complianceLog }: Pick<Suite, "complianceLog">,
  { signer }: Sender,
  step: StepReport | undefined,
): Promise<bigint> {
  const receipt = await signer.provider?.getTransactionReceipt(step?.hash ?? "");
  const address = await complianceLog.getAddress();
  for (const log of receipt?.logs ?? []) {
    const event = log.address === address ? complianceLog.interface.parseLog(log) : null;
    if (event?.name === "ComplianceEventRecorded") return z.bigint().parse(event.args.getValue("eventIndex"));
  }
  throw new Error(`the log at ${address} took the entry and kept nothing`);
}

function notRecorded(why: string | null): ComplianceRecording {
  return { recorded: false, index: null, why, steps: [] };
}

async function timeOf({ signer }: Sender, block: number | null): Promise<bigint> {
  const mined = await signer.provider?.getBlock(block ?? "latest");
  if (mined === null || mined === undefined) throw new Error("the block of the act is not known");
  return BigInt(mined.timestamp);
}

function reasonOf(error: unknown): string {
  if (error instanceof MoietyError) return error.problem.why ?? error.problem.what;
  return error instanceof Error ? error.message : String(error);
}
