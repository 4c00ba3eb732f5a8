import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import {
  type FoundInvestor,
  findInvestor,
  holdingsOf,
  isRetired,
  type LogPlace,
  requireWallet,
} from "../../sdk/investors.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { logPlace } from "../lib/log-place.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, StepReport } from "../lib/sender.ts";

interface MoveArguments extends WritingArguments {
  readonly wallet: string;
  readonly to: string;
}

export interface Move {
  readonly wallet: string;
  readonly from: number;
  readonly to: number;
  /** Assets whose shares are counted for the other investor from now on. */
  readonly assets: readonly bigint[];
  readonly steps: readonly StepReport[];
}

/** Corrects to whom a wallet belongs, with everything that it holds. */
export async function moveWallet(
  suite: Suite,
  sender: Sender,
  wallet: string,
  to: FoundInvestor,
  place: LogPlace,
): Promise<Move> {
  const party = await requireWallet(suite, wallet);
  const move = { wallet, from: party.number, to: to.party.number };
  if (party.number === to.party.number) return { ...move, assets: [], steps: [] };
  if (isRetired(party)) {
    throw badInput(`${wallet} was lost`, {
      todo: `name ${await suite.investorRegistry.successorOf(wallet)}, which stands for it`,
      notDone: "nothing was sent",
    });
  }

  const holdings = await holdingsOf(suite, wallet, place);
  const assets = holdings.filter(({ balance }) => balance > 0n).map(({ id }) => id);
  const title = `move the wallet ${wallet} from investor ${move.from} to investor ${move.to}, with ${assets.length} assets`;
  const transaction = () => suite.investorRegistry.moveWallet.populateTransaction(wallet, to.id, assets);
  return { ...move, assets, steps: await sender.run([{ title, transaction }]) };
}

export default runAction<MoveArguments>("investor.move", async (context, { wallet, to }) => {
  const address = parseAddress(wallet, "wallet");
  const { suite } = await context.suite();
  const investor = await findInvestor(suite, to, () => context.investorSalt());
  const result = await moveWallet(suite, await context.sender(), address, investor, await logPlace(context));
  return { data: result, text: describeSteps(result.steps) };
});
