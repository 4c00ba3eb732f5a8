import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { optionalReason, recordInvestorAct } from "../lib/office-acts.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface SanctionArguments extends WritingArguments {
  readonly wallets: string;
  readonly lift: boolean;
  readonly reason: string;
}

export interface Sanction {
  readonly wallets: readonly string[];
  readonly sanctioned: boolean;
  /** Recorded in the compliance log, if given, for each investor whose wallets changed. */
  readonly reason?: string | undefined;
}

export interface SanctionResult {
  /** Those whose place changed; the others were as wanted already. */
  readonly changed: readonly string[];
  readonly sanctioned: boolean;
  readonly steps: readonly StepReport[];
}

/** An entry of the log names at most so many (ERC-8328). */
const MOST_PARTIES = 10;
/** Wallets per transaction. */
const MOST_WALLETS = 100;

/** Puts wallets on our own list, or takes them off; what an oracle says of them stays. */
export async function sanctionWallets(
  suite: Suite,
  sender: Sender,
  { wallets, sanctioned, reason }: Sanction,
  warn: (text: string) => void,
): Promise<SanctionResult> {
  const { sanctionsList } = suite;
  const listed = await Promise.all(wallets.map((wallet) => sanctionsList.isListed(wallet)));
  const changed = wallets.filter((_, place) => listed[place] !== sanctioned);
  if (changed.length === 0) return { changed, sanctioned, steps: [] };
  if (changed.length > MOST_WALLETS) {
    throw badInput(`${changed.length} wallets are too many for one transaction`, {
      todo: `name at most ${MOST_WALLETS} at a time`,
      notDone: "nothing was sent",
    });
  }

  const title = `${sanctioned ? "put" : "take"} ${changed.join(", ")} ${sanctioned ? "on" : "off"} the list of wallets under sanctions`;
  const transaction = () => sanctionsList.setSanctioned.populateTransaction([...changed], sanctioned);
  const steps = await sender.run([{ title, transaction }]);

  const recorded: StepReport[] = [];
  for (const [investor, own] of await byInvestor(suite, changed)) {
    const kind = sanctioned ? "REGULATORY_HOLD" : "HOLD_RELEASED";
    const act = { investor, kind, wallets: own.slice(0, MOST_PARTIES), reason, acted: steps[0] } as const;
    recorded.push(...(await recordInvestorAct(suite, sender, act, warn)));
  }
  return { changed, sanctioned, steps: [...steps, ...recorded] };
}

export default runAction<SanctionArguments>("rules.sanction", async (context, { wallets, lift, reason }) => {
  const named = wallets.split(",").map((each) => parseAddress(each.trim(), "wallets"));
  const wanted = { wallets: [...new Set(named)], sanctioned: !lift, reason: optionalReason(reason) };
  const { suite } = await context.suite();
  const result = await sanctionWallets(suite, await context.sender(), wanted, (text) => context.warn(text));
  return { data: result, text: describeSteps(result.steps) };
});

/** Wallets by the investor whom they belong to; those of nobody are left out. */
async function byInvestor({ investorRegistry }: Suite, wallets: readonly string[]): Promise<Map<string, string[]>> {
  const owners = await Promise.all(wallets.map((wallet) => investorRegistry.profileOf(wallet)));
  const found = new Map<string, string[]>();
  for (const [place, wallet] of wallets.entries()) {
    const investor = owners[place]?.investor;
    if (investor === undefined || BigInt(investor) === 0n) continue;
    found.set(investor, [...(found.get(investor) ?? []), wallet]);
  }
  return found;
}
