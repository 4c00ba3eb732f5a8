import { resolve } from "node:path";
import { parseAddress } from "../../sdk/address.ts";
import {
  COMPLIANCE_AUTHORITIES,
  COMPLIANCE_EVENTS,
  type ComplianceAuthority,
  type ComplianceEventName,
} from "../../sdk/compliance/compliance-words.ts";
import { type ComplianceRecord, readComplianceLog } from "../../sdk/compliance/read-compliance-log.ts";
import { hashDocument } from "../../sdk/document.ts";
import { badInput } from "../../sdk/errors.ts";
import type { ActionContext } from "../lib/action-context.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { assetSubject, type ComplianceRecording, recordCompliance } from "../lib/record-compliance.ts";
import { runAction } from "../lib/run-action.ts";
import type { StepReport } from "../lib/sender.ts";
import { table } from "../lib/table.ts";

interface LogArguments extends WritingArguments {
  readonly id: bigint;
  readonly last: number;
  readonly record: string;
  readonly event: string;
  readonly authority: string;
  readonly target: string;
  readonly evidence: string;
}

export default runAction<LogArguments>("asset.log", async (context, args) => {
  const { suite } = await context.suite();
  const subject = await assetSubject(suite, args.id);
  const recording = args.record === "" ? null : await recordLate(context, args);

  const { count, entries } = await readComplianceLog(suite, subject.id, args.last);
  const text = entries.length === 0 ? `Nothing is recorded about asset ${args.id}.` : describeEntries(entries, count);
  return { data: { id: args.id, count, entries, recording }, text };
});

export function describeEntries(entries: readonly ComplianceRecord[], count: bigint): string {
  const rows = entries.map(({ index, event, outcome, authority, occurredAt, actor, parties, correctedBy }) => [
    String(index),
    correctedBy === null ? event : `${event} (corrected by ${correctedBy})`,
    `${outcome}\n${authority}`,
    occurredAt,
    [`by ${actor}`, ...parties.map(({ address, role }) => `${role} ${address}`)].join("\n"),
  ]);
  return `${table(["#", "What", "Outcome, in whose name", "When", "Who"], rows)}\n${entries.length} of ${count} entries.`;
}

/** An act that was done and that the log did not take at the time: it is recorded by its transaction. */
async function recordLate(context: ActionContext, args: LogArguments): Promise<ComplianceRecording> {
  const event = wordOf(COMPLIANCE_EVENTS, args.event, "--event");
  const authority = wordOf(COMPLIANCE_AUTHORITIES, args.authority, "--authority");
  if (args.evidence === "") throw badInput("every entry names its evidence", { todo: "name --evidence <document>" });
  const { connection } = await context.connect();
  const { suite } = await context.suite();
  const receipt = await connection.ethers.provider.getTransactionReceipt(args.record);
  if (receipt?.status !== 1) {
    throw badInput(`this chain has no transaction ${args.record} that went through`, { notDone: "nothing was sent" });
  }
  const subject = await assetSubject(suite, args.id);
  const { count, entries } = await readComplianceLog(suite, subject.id, Number.MAX_SAFE_INTEGER);
  if (entries.some((each) => each.operation === args.record && each.event === event)) {
    throw badInput(`transaction ${args.record} is recorded as ${event} already, among ${count} entries`, {
      notDone: "nothing was sent",
    });
  }

  const acted: StepReport = {
    title: "an act of office",
    status: "sent",
    gas: receipt.gasUsed,
    hash: receipt.hash,
    block: receipt.blockNumber,
  };
  const parties =
    args.target === "" ? [] : [{ address: parseAddress(args.target, "--target"), role: "TARGET" as const }];
  const evidenceHash = await hashDocument({ file: resolve(args.evidence) }, args.evidence);
  const act = { subject, event, authority, parties, evidenceHash };
  return recordCompliance(suite, await context.sender(), acted, act, (text) => context.warn(text));
}

function wordOf<Name extends ComplianceEventName | ComplianceAuthority>(
  words: Readonly<Record<Name, string>>,
  word: string,
  option: string,
): Name {
  const names = Object.keys(words).filter((name): name is Name => name in words);
  const found = names.find((name) => name === word);
  if (found !== undefined) return found;
  throw badInput(`"${word}" is no word of the log for ${option}`, { todo: `use one of ${names.join(", ")}` });
}
