import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { formatTime } from "../../sdk/time.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";
import { type NamedRoute, nameRoute, type RouteArguments } from "./name-route.ts";

interface RevokeArguments extends RouteArguments {
  readonly atOnce: boolean;
  readonly takeBack: boolean;
}

/** How a route ends: with notice, without, or after all not. */
export type Ending = "announce" | "close" | "take back";

/** Ends a route, or takes the announcement of its end back. What is so already is left alone. */
export async function endRoute(
  { transferDomains }: Pick<Suite, "transferDomains">,
  sender: Sender,
  { words, domains, evidenceHash }: NamedRoute,
  ending: Ending,
): Promise<StepReport[]> {
  const [isOpen, { pending }] = await Promise.all([
    transferDomains.isRoutePermitted(...domains),
    transferDomains.getRevocation(...domains),
  ]);
  if (ending === "take back") {
    if (!isOpen) throw isClosed(words);
    const transaction = () => transferDomains.cancelRevocation.populateTransaction(...domains, evidenceHash);
    return sender.run(pending ? [{ title: `keep the route ${words} open`, transaction }] : []);
  }
  if (!isOpen || (ending === "announce" && pending)) return [];

  const transaction = () =>
    ending === "announce"
      ? transferDomains.initiateRevocation.populateTransaction(...domains, evidenceHash)
      : transferDomains.revokeRoute.populateTransaction(...domains, evidenceHash);
  const verb = ending === "announce" ? "announce that the route closes" : "close the route";
  return sender.run([{ title: `${verb} ${words}`, transaction }]);
}

export default runAction<RevokeArguments>("route.revoke", async (context, args) => {
  if (args.atOnce && args.takeBack) throw badInput("a route is closed at once or kept open, not both");
  const route = await nameRoute(args);
  const { suite } = await context.suite();

  const ending = args.takeBack ? "take back" : args.atOnce ? "close" : "announce";
  const steps = await endRoute(suite, await context.sender(), route, ending);
  const state = await describeRoute(suite, route);
  return { data: { ...route, steps, state }, text: `${describeSteps(steps)}\nThe route ${route.words} is ${state}.` };
});

/** "open", "open until …" or "closed". */
export async function describeRoute(
  { transferDomains }: Pick<Suite, "transferDomains">,
  { domains }: Pick<NamedRoute, "domains">,
): Promise<string> {
  const [isOpen, { pending, effectiveAt }] = await Promise.all([
    transferDomains.isRoutePermitted(...domains),
    transferDomains.getRevocation(...domains),
  ]);
  if (!isOpen) return "closed";
  return pending ? `open until before ${formatTime(effectiveAt)}` : "open";
}

function isClosed(words: string) {
  return badInput(`the route ${words} is closed`, {
    todo: "open it anew with `route set`, on evidence of its own",
    notDone: "nothing was sent",
  });
}
