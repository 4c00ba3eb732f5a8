import { AbiCoder, id, MaxUint256, toUtf8Bytes, ZeroHash } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
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

/**
 * Records an act after it was done. An act is never undone or held up by its record: what goes wrong is a warning, which says how to
 * make up for it.
 */
export async function recordAct(
  suite: Suite,
  sender: Sender,
  act: ComplianceAct,
  warn: (text: string) => void,
): Promise<StepReport[]> {
  const title = `record it in the compliance log (${act.kind})`;
  try {
    const time = BigInt((await sender.signer.provider?.getBlock(act.block))?.timestamp ?? 0);
    const subject = await suite.shareToken.anchorIdOf(act.asset);
    const entry = entryOf(subject, act, time);
    return await sender.run([
      { title, transaction: () => suite.complianceLog.recordEvent.populateTransaction(...entry) },
    ]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    warn(
      `the act is done and NOT in the compliance log: ${why}; whoever is RECORDER can add it (transaction ${act.hash})`,
    );
    return [];
  }
}

const word = (kind: string, name: string): string => id(`ERC-8328:${kind}:${name}`);

/** The arguments of `recordEvent`. The reason itself is the evidence: its hash, and in the uri its text. */
function entryOf(subject: string, act: ComplianceAct, time: bigint): Parameters<Suite["complianceLog"]["recordEvent"]> {
  return [
    subject,
    word("SUBJECT_TYPE", "ASSET"),
    word("EVENT_TYPE", `${act.kind}:V1`),
    word("OUTCOME", "EXECUTED"),
    word("AUTHORITY", "INTERNAL_POLICY:V1"),
    act.parties.map(({ addr, role }) => ({ addr, role: word("PARTY_ROLE", role) })),
    id(act.reason),
    uriOf(act.reason),
    act.kind === "UNFREEZE" ? ZeroHash : word("PAYLOAD", `${act.kind}:V1`),
    payloadOf(act),
    act.hash,
    time,
    MaxUint256, // it corrects nothing
  ];
}

function payloadOf({ kind, parties, amount, reason }: ComplianceAct): string {
  const [first = "", second = ""] = parties.map(({ addr }) => addr);
  const coder = AbiCoder.defaultAbiCoder();
  if (kind === "UNFREEZE") return "0x";
  if (kind === "FREEZE")
    return coder.encode(["address", "uint256", "uint64", "bytes32"], [first, amount, 0n, id(reason)]);
  return coder.encode(["address", "address", "uint256", "bytes32"], [first, second, amount, id(reason)]);
}

function uriOf(reason: string): string {
  return `data:text/plain;charset=utf-8,${encodeURIComponent(reason)}`;
}
