import type { Suite } from "../../sdk/connect.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";
import { type NamedRoute, nameRoute, type RouteArguments } from "./name-route.ts";

/** Opens a route. One that is open on the same evidence, and about whose end nothing is announced, is left alone. */
export async function openRoute(
  { transferDomains }: Pick<Suite, "transferDomains">,
  sender: Sender,
  { words, domains, evidenceHash }: NamedRoute,
): Promise<StepReport[]> {
  const [route, revocation] = await Promise.all([
    transferDomains.getRoute(...domains),
    transferDomains.getRevocation(...domains),
  ]);
  if (route.permitted && route.permissionEvidenceHash === evidenceHash && !revocation.pending) return [];

  const transaction = () => transferDomains.setRoute.populateTransaction(...domains, evidenceHash);
  return sender.run([{ title: `open the route ${words}`, transaction }]);
}

export default runAction<RouteArguments>("route.set", async (context, args) => {
  const route = await nameRoute(args);
  const { suite } = await context.suite();

  const steps = await openRoute(suite, await context.sender(), route);
  const would = context.dryRun ? "would be" : "is";
  return { data: { ...route, steps }, text: `${describeSteps(steps)}\nThe route ${route.words} ${would} open.` };
});
