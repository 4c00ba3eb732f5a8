import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import {
  holdingsOf,
  isRetired,
  type LogPlace,
  namedSuccessor,
  requireWallet,
  settlementCurrencies,
} from "../../sdk/investors.ts";
import { chunk } from "../lib/chunk.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { logPlace } from "../lib/log-place.ts";
import { optionalReason, recordInvestorAct } from "../lib/office-acts.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";

interface RecoverArguments extends WritingArguments {
  readonly lost: string;
  readonly successor: string;
  readonly pageSize: number;
  readonly reason: string;
}

export interface Recovery {
  readonly lost: string;
  readonly successor: string;
  /** Assets that were still to be moved. */
  readonly assets: readonly bigint[];
  /** Currencies in which the lost wallet still had cash or a mandate at the settlement desk. */
  readonly currencies: readonly string[];
  readonly steps: readonly StepReport[];
}

/**
 * Retires a lost wallet, names its successor, and moves what it has: positions page by page, cash currency by currency. What is done
 * already is left alone, so that the same command goes on where it stopped. What was bought in an offering and unclaimed income need
 * no move: they are paid to the successor when their time comes.
 */
export async function recoverWallet(
  suite: Suite,
  sender: Sender,
  { lost, successor, pageSize }: { readonly lost: string; readonly successor: string; readonly pageSize: number },
  place: LogPlace,
): Promise<Recovery> {
  const { investorRegistry, shareToken, settlementDesk } = suite;
  const isKnownLost = await requireSameRecovery(suite, lost, successor, place);
  const holdings = await holdingsOf(suite, lost, place);
  const assets = holdings.map(({ id }) => id);
  const currencies = await currenciesOf(suite, lost, place);

  const recover: Step = {
    title: `retire ${lost}; ${successor} stands for it`,
    transaction: () => investorRegistry.recover.populateTransaction(lost, successor),
  };
  const needsEarlier = !isKnownLost;
  const pages = chunk(assets, pageSize).map((page) => ({
    title: `move its shares of ${page.length === 1 ? `asset ${page[0]}` : `${page.length} assets, ${page[0]} to ${page.at(-1)}`}`,
    transaction: () => shareToken.recoverPositions.populateTransaction(lost, page),
    needsEarlier,
  }));
  const cash = currencies.map((currency) => ({
    title: `move its cash in ${currency} at the settlement desk, and end its mandates`,
    transaction: () => settlementDesk.recoverCash.populateTransaction(currency, lost),
    needsEarlier,
  }));
  const steps = await sender.run([...(isKnownLost ? [] : [recover]), ...pages, ...cash]);
  return { lost, successor, assets, currencies, steps };
}

export default runAction<RecoverArguments>("investor.recover", async (context, args) => {
  if (args.pageSize < 1) throw badInput("a page has to have at least one asset", { where: "--page-size" });
  const { pageSize } = args;
  const reason = optionalReason(args.reason);
  const wallets = { lost: parseAddress(args.lost, "lost"), successor: parseAddress(args.successor, "successor") };
  const { suite } = await context.suite();
  const sender = await context.sender();
  const isKnownLost = isRetired(await requireWallet(suite, wallets.lost));
  const result = await recoverWallet(suite, sender, { ...wallets, pageSize }, await logPlace(context));

  const { investor } = await suite.investorRegistry.profileOf(wallets.lost);
  const acted = isKnownLost ? undefined : result.steps[0]; // a run that goes on was recorded when it began
  const act = { investor, kind: "RECOVERY", wallets: [wallets.lost, wallets.successor], reason, acted } as const;
  const recorded = await recordInvestorAct(suite, sender, act, (text) => context.warn(text));
  const steps = [...result.steps, ...recorded];
  return { data: { ...result, steps }, text: describeSteps(steps) };
});

/** Whether the wallet was recovered before, which has to have been for the same successor. */
async function requireSameRecovery(suite: Suite, lost: string, successor: string, place: LogPlace): Promise<boolean> {
  if (!isRetired(await requireWallet(suite, lost))) return false;

  const before = await namedSuccessor(suite, lost, place);
  if (before === successor) return true;
  throw badInput(`${lost} was recovered before: ${before ?? "another wallet"} stands for it`, {
    todo: "name that wallet; if it is lost too, recover it first",
    notDone: "nothing was sent",
  });
}

async function currenciesOf(suite: Suite, lost: string, place: LogPlace): Promise<string[]> {
  const { settlementDesk } = suite;
  const currencies = await settlementCurrencies(suite, place);
  const isOpen = await Promise.all(
    currencies.map(async (currency) => {
      const [{ deposited, leaving }, mandate] = await Promise.all([
        settlementDesk.cashOf(lost, currency),
        settlementDesk.liveMandate(lost, currency),
      ]);
      return deposited + leaving > 0n || BigInt(mandate) !== 0n;
    }),
  );
  return currencies.filter((_currency, which) => isOpen[which] === true);
}
