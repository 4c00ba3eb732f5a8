import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { isRetired, requireWallet } from "../../sdk/investors.ts";
import { FLAG } from "../../sdk/party.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { optionalReason, recordInvestorAct } from "../lib/office-acts.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface FreezeArguments extends WritingArguments {
  readonly wallet: string;
  readonly lift: boolean;
  readonly reason: string;
}

export interface WalletFreeze {
  readonly wallet: string;
  readonly frozen: boolean;
  readonly steps: readonly StepReport[];
}

/** Freezes one wallet as a whole, or lifts it. The investor's other wallets go on; `investor suspend` stops all of them. */
export async function freezeWallet(
  suite: Suite,
  sender: Sender,
  wallet: string,
  frozen: boolean,
): Promise<WalletFreeze> {
  const party = await requireWallet(suite, wallet);
  if (isRetired(party)) {
    throw badInput(`${wallet} was lost`, {
      todo: `name ${await suite.investorRegistry.successorOf(wallet)}, which stands for it`,
      notDone: "nothing was sent",
    });
  }
  if (((party.flags & FLAG.frozen) !== 0) === frozen) return { wallet, frozen, steps: [] };

  const title = `${frozen ? "freeze" : "unfreeze"} the wallet ${wallet}`;
  const transaction = () => suite.investorRegistry.setWalletFrozen.populateTransaction(wallet, frozen);
  return { wallet, frozen, steps: await sender.run([{ title, transaction }]) };
}

export default runAction<FreezeArguments>("investor.freeze", async (context, args) => {
  const address = parseAddress(args.wallet, "wallet");
  const reason = optionalReason(args.reason);
  const { suite } = await context.suite();
  const sender = await context.sender();
  const result = await freezeWallet(suite, sender, address, !args.lift);

  const { investor } = await suite.investorRegistry.profileOf(address);
  const kind = args.lift ? "UNFREEZE" : "FREEZE";
  const act = { investor, kind, wallets: [address], reason, acted: result.steps[0] } as const;
  const recorded = await recordInvestorAct(suite, sender, act, (text) => context.warn(text));
  const steps = [...result.steps, ...recorded];
  return { data: { ...result, steps }, text: describeSteps(steps) };
});
