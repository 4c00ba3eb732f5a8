import { ExitCode, MoietyError } from "../../sdk/errors.ts";
import { formatTime } from "../../sdk/time.ts";
import type { AccessManager } from "../../typechain-types/index.ts";
import type { Sender, Step } from "./sender.ts";

/** Who acts: the one who sends, or somebody else, a multisig for example, who is told what to send. */
export type Actor = { readonly sender: Sender } | { readonly by: string };

/** Whose role counts. */
export async function accountOf(actor: Actor): Promise<string> {
  return "by" in actor ? actor.by : actor.sender.signer.getAddress();
}

/** A call that the AccessManager allows to members of one role, some of them only after they announced it. */
export interface GovernedCall {
  readonly title: string;
  readonly target: string;
  readonly data: string;
  readonly role: bigint;
  /** The role in words. */
  readonly roleName: string;
}

/** Where a call stands: it needs no notice, has to be announced, is announced, or can be done now. */
export type Phase = "at once" | "to announce" | "announced" | "ready";

export interface Standing extends GovernedCall {
  readonly phase: Phase;
  /** Whose call it is. */
  readonly by: string;
  readonly delaySeconds: bigint;
  /** Once announced: from when on it can be done. */
  readonly readyAt: bigint | null;
  /** What is to be sent next; nothing while the announcement ripens. */
  readonly next: { readonly to: string; readonly data: string } | null;
}

/** Finds out what a call by somebody needs next. Refuses if he does not have the role at all. */
export async function standingOf(accessManager: AccessManager, by: string, call: GovernedCall): Promise<Standing> {
  const { isMember, executionDelay } = await accessManager.hasRole(call.role, by);
  if (!isMember) throw notHis(by, call);

  const manager = await accessManager.getAddress();
  const { target, data } = call;
  const standing = { ...call, by, delaySeconds: executionDelay };
  if (executionDelay === 0n) return { ...standing, phase: "at once", readyAt: null, next: { to: target, data } };

  const readyAt = await accessManager.getSchedule(await accessManager.hashOperation(by, target, data));
  if (readyAt === 0n) {
    const announcement = accessManager.interface.encodeFunctionData("schedule", [target, data, 0n]);
    return { ...standing, phase: "to announce", readyAt: null, next: { to: manager, data: announcement } };
  }
  if (readyAt > (await timeOf(accessManager))) return { ...standing, phase: "announced", readyAt, next: null };
  const execution = accessManager.interface.encodeFunctionData("execute", [target, data]);
  return { ...standing, phase: "ready", readyAt, next: { to: manager, data: execution } };
}

/** What there is to send for it. */
export function stepsOf({ phase, title, next }: Standing): Step[] {
  if (next === null) return [];
  return [{ title: phase === "to announce" ? `announce: ${title}` : title, transaction: async () => next }];
}

/** Where a call stands after `stepsOf` was sent (or would have been), in a sentence; `isForOther` shows what another account is to send. */
export function describeStanding(
  { phase, title, by, delaySeconds, readyAt, next }: Standing,
  how: "sent" | "simulated" | "for another",
): string {
  if (next === null)
    return `Announced: ${title}. It can be done from ${formatTime(readyAt ?? 0n)} on; run this again then.`;
  if (how === "for another")
    return `${by} is to send, to ${phase === "to announce" ? "announce" : "do"} it (${title}):\n  to    ${next.to}\n  data  ${next.data}`;
  if (how === "simulated") return `Nothing was sent: ${title}.`;
  if (phase !== "to announce") return `Done: ${title}.`;
  return `Announced: ${title}. It can be done in ${delaySeconds} seconds, for a week; run this again then.`;
}

/** The chain's clock. */
async function timeOf(accessManager: AccessManager): Promise<bigint> {
  const block = await accessManager.runner?.provider?.getBlock("latest");
  return BigInt(block?.timestamp ?? 0);
}

function notHis(by: string, { title, roleName }: GovernedCall): MoietyError {
  return new MoietyError({
    what: `${by} may not do this: ${title}`,
    why: `it needs the role ${roleName}`,
    todo: "send it --from a member (`role list`), or print it for one with --for <address>",
    notDone: "nothing was sent",
    exitCode: ExitCode.refused,
  });
}
