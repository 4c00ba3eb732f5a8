import { type AccessState, delayAt, PUBLIC_ROLE, roleName } from "../../sdk/access/access-state.ts";
import { describeCall } from "../../sdk/access/describe-call.ts";
import { readAccess } from "../../sdk/access/read-access.ts";
import { formatTime } from "../../sdk/time.ts";
import { accessPlace } from "../lib/access-place.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

/** Who has which role, what each role is under, and what is announced. */
export function listAccess(state: AccessState) {
  const { readAt, members, roles, announced } = state;
  return {
    roles: roles
      .filter(({ id }) => id !== PUBLIC_ROLE)
      .map(({ id, admin, guardian, grantDelay }) => ({
        role: roleName(id),
        admin: roleName(admin),
        guardian: roleName(guardian),
        grantDelaySeconds: delayAt(grantDelay, readAt),
        pendingGrantDelay: grantDelay.effect > readAt ? { seconds: grantDelay.pending, from: grantDelay.effect } : null,
      })),
    members: members.map(({ role, account, since, delay }) => ({
      role: roleName(role),
      account,
      since,
      isPending: since > readAt,
      delaySeconds: delayAt(delay, readAt),
      pendingDelay: delay.effect > readAt ? { seconds: delay.pending, from: delay.effect } : null,
    })),
    announced: announced.map(({ caller, target, data, readyAt, operation }) => ({
      operation,
      call: describeCall(data),
      caller,
      target,
      readyAt,
      isReady: readyAt <= readAt,
    })),
  };
}

export default runAction<CommonArguments>("role.list", async (context) =>
  report(listAccess(await readAccess(await accessPlace(context)))),
);

function report(listed: ReturnType<typeof listAccess>): Outcome {
  const members = listed.members.map(({ role, account, since, isPending, delaySeconds, pendingDelay }) => [
    role,
    account,
    isPending ? `from ${formatTime(since)} on` : "yes",
    pendingDelay === null
      ? `${delaySeconds} s`
      : `${delaySeconds} s, ${pendingDelay.seconds} s from ${formatTime(pendingDelay.from)} on`,
  ]);
  const roles = listed.roles.map(({ role, admin, guardian, grantDelaySeconds, pendingGrantDelay }) => [
    role,
    admin,
    guardian,
    pendingGrantDelay === null
      ? `${grantDelaySeconds} s`
      : `${grantDelaySeconds} s, ${pendingGrantDelay.seconds} s from ${formatTime(pendingGrantDelay.from)} on`,
  ]);
  const announced = listed.announced.map(({ call, caller, readyAt, isReady }) => [
    call,
    caller,
    isReady ? "now" : formatTime(readyAt),
  ]);
  const text = [
    table(["Role", "Account", "In force", "Delay"], members),
    table(["Role", "Given and taken by", "Called off by", "A grant begins after"], roles),
    announced.length === 0 ? "Nothing is announced." : table(["Announced", "By", "Can be done from"], announced),
  ].join("\n");
  return { data: listed, text };
}
