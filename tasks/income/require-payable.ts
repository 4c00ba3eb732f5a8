import type { Provider } from "ethers";
import { badInput, ExitCode, MoietyError } from "../../sdk/errors.ts";
import type { DistributionState } from "../../sdk/income/distributions.ts";
import { formatTime } from "../../sdk/time.ts";

/** Refuses to pay from a list that is not published, and from a distribution whose time is over. */
export async function requirePayable(provider: Provider, income: DistributionState): Promise<void> {
  const { distribution, phase, expiresAt } = income;
  if (phase === "announced") {
    throw badInput(`distribution ${distribution} is announced, and not published`, {
      todo: "fund it (`income fund`) and publish it (`income publish`)",
      notDone: "nothing was sent",
    });
  }
  if (phase === "cancelled")
    throw badInput(`distribution ${distribution} was cancelled`, { notDone: "nothing was sent" });

  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  if (expiresAt === 0n || now <= expiresAt) return;
  throw new MoietyError({
    what: `the time of distribution ${distribution} is over`,
    why: `it was paid until ${formatTime(expiresAt)}`,
    todo: "what is left goes back: `income reclaim`",
    notDone: "nothing was sent",
    exitCode: ExitCode.refused,
  });
}
