import { id, toUtf8Bytes } from "ethers";
import type { CompliancePayload } from "../../sdk/compliance/compliance-entry.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { assetSubject, investorSubject, recordCompliance } from "./record-compliance.ts";
import type { Sender, StepReport } from "./sender.ts";

/** An act in the name of compliance that was done, as the log is to know it. */
export interface ComplianceAct {
  readonly asset: bigint;
  readonly kind: "FREEZE" | "UNFREEZE" | "FORCED_TRANSFER";
  readonly parties: readonly { readonly addr: string; readonly role: "SENDER" | "RECEIVER" | "TARGET" }[];
  readonly amount: bigint;
  /** Why, in the registrar's words; no names. */
  readonly reason: string;
  /** The transaction that did it. */
  readonly hash: string;
  readonly block: number;
}

/** The log takes uris of this many bytes. */
const MOST_URI_BYTES = 2_048;

/** A reason that the log can keep: it is there for good, in full, for everybody to read. */
export function parseReason(text: string): string {
  const reason = text.trim();
  if (reason === "") {
    throw badInput("no reason is given", {
      where: "--reason",
      todo: 'say by whose order and why, without names: --reason "order 17/2027 of the court of registration"',
      notDone: "nothing was sent",
    });
  }
  if (toUtf8Bytes(uriOf(reason)).length > MOST_URI_BYTES) {
    throw badInput(`the reason is too long for the log, which takes ${MOST_URI_BYTES} bytes, encoded`, {
      where: "--reason",
      todo: "be brief, and name a document that says the rest",
      notDone: "nothing was sent",
    });
  }
  return reason;
}

/** Records an act after it was done, with its reason as evidence: see `recordCompliance`. */
export async function recordAct(
  suite: Suite,
  sender: Sender,
  { asset, kind, parties, amount, reason, hash, block }: ComplianceAct,
  warn: (text: string) => void,
): Promise<readonly StepReport[]> {
  const acted: StepReport = { title: kind, status: "sent", gas: null, hash, block };
  const act = async () => ({
    subject: await assetSubject(suite, asset),
    event: kind,
    parties: parties.map(({ addr, role }) => ({ address: addr, role })),
    // The reason itself is the evidence: its hash, and in the uri its text.
    evidenceHash: id(reason),
    evidenceUri: uriOf(reason),
    ...payloadOf(kind, parties, amount, id(reason)),
  });
  return (await recordCompliance(suite, sender, acted, act, warn)).steps;
}

/** What was done to an investor or a wallet of his, for the log. */
export interface InvestorAct {
  /** The investor's id in the registry. */
  readonly investor: string;
  readonly kind: "FREEZE" | "UNFREEZE" | "REGULATORY_HOLD" | "HOLD_RELEASED" | "RECOVERY";
  readonly wallets: readonly string[];
  /** Nothing is recorded without one. */
  readonly reason: string | undefined;
  /** The step that did it; nothing is recorded if nothing was left to do. */
  readonly acted: StepReport | undefined;
}

/** Records what was done to an investor, after it was done: see `recordCompliance`. */
export async function recordInvestorAct(
  suite: Suite,
  sender: Sender,
  { investor, kind, wallets, reason, acted }: InvestorAct,
  warn: (text: string) => void,
): Promise<readonly StepReport[]> {
  if (reason === undefined) return [];
  const act = {
    subject: investorSubject(investor),
    event: kind,
    parties: wallets.map((address) => ({ address, role: "TARGET" as const })),
    evidenceHash: id(reason),
    evidenceUri: uriOf(reason),
  };
  return (await recordCompliance(suite, sender, acted, act, warn)).steps;
}

/** The option `--reason`, which may be left out. */
export function optionalReason(text: string): string | undefined {
  return text === "" ? undefined : parseReason(text);
}

function payloadOf(
  kind: ComplianceAct["kind"],
  parties: ComplianceAct["parties"],
  amount: bigint,
  reason: string,
): { readonly payload?: CompliancePayload } {
  const [first = "", second = ""] = parties.map(({ addr }) => addr);
  if (kind === "UNFREEZE") return {};
  if (kind === "FREEZE") return { payload: { kind: "freeze", target: first, amount, reason } };
  return { payload: { kind: "forced-transfer", from: first, to: second, amount, legalBasis: reason } };
}

function uriOf(reason: string): string {
  return `data:text/plain;charset=utf-8,${encodeURIComponent(reason)}`;
}
