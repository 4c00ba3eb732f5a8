import type { Provider } from "ethers";
import type { AddressBook } from "../../sdk/addresses.ts";
import type { Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { readLogs } from "../../sdk/read-logs.ts";
import { formatTime } from "../../sdk/time.ts";
import { chunk } from "../lib/chunk.ts";
import { describeSteps } from "../lib/describe-steps.ts";
import type { WritingArguments } from "../lib/flags.ts";
import { OPEN, SUCCEEDED } from "../lib/offerings.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";

interface CloseArguments extends WritingArguments {
  readonly offering: bigint;
  readonly batchSize: number;
}

export interface ClosedOffering {
  readonly offering: bigint;
  readonly succeeds: boolean;
  readonly sold: bigint;
  /** Who has paid and got no shares yet; after a failure, whose money waits for him. */
  readonly entitled: readonly string[];
  readonly steps: readonly StepReport[];
}

export interface CloseOptions {
  readonly provider: Provider;
  readonly fromBlock: number;
  readonly batchSize: number;
}

/** Closes the offering if it is open, then does what is left to do for it. */
export async function closeOffering(
  suite: Suite,
  sender: Sender,
  offering: bigint,
  options: CloseOptions,
): Promise<ClosedOffering> {
  const { offeringDesk } = suite;
  if (offering < 1n || offering > (await offeringDesk.offeringCount()))
    throw badInput(`there is no offering ${offering}`);
  const { terms, phase, sold } = await offeringDesk.offeringOf(offering);
  const succeeds = phase === OPEN ? sold >= terms.softCap : phase === SUCCEEDED;
  const entitled = await listEntitled(suite, offering, options);

  const closing = phase === OPEN ? [await close(suite, offering, options.provider)] : [];
  const allotting = succeeds
    ? chunk(entitled, options.batchSize).map((page) => allot(suite, offering, page, closing.length > 0))
    : [];
  const needsEarlier = closing.length + allotting.length > 0;
  const paying = succeeds ? await payOut(suite, offering, needsEarlier) : [];
  const steps = await sender.run([...closing, ...allotting, ...paying]);

  const left = sender.dryRun || steps.length === 0 ? entitled : await listEntitled(suite, offering, options);
  return { offering, succeeds, sold, entitled: left, steps };
}

export default runAction<CloseArguments>("offering.close", async (context, { offering, batchSize }) => {
  const { connection } = await context.connect();
  const { suite, book } = await context.suite();
  const { provider } = connection.ethers;
  const result = await closeOffering(suite, await context.sender(), offering, {
    provider,
    fromBlock: firstBlock(book),
    batchSize,
  });

  if (result.succeeds && result.entitled.length > 0 && !context.dryRun) {
    context.warn(
      `${result.entitled.length} buyers were refused by the register; \`transfer check\` says why, and they may take a refund`,
    );
  }
  const succeeded = context.dryRun ? "would succeed" : "succeeded";
  const failed = context.dryRun ? "would fail" : "failed";
  const said = result.succeeds
    ? `Offering ${offering} ${succeeded} with ${result.sold} shares.`
    : `Offering ${offering} ${failed} with ${result.sold} shares; ${result.entitled.length} buyers may take their money back.`;
  return { data: result, text: `${describeSteps(result.steps)}\n${said}` };
});

function firstBlock(book: AddressBook): number {
  return book.contracts["OfferingDesk"]?.deployedAtBlock ?? book.deployedAtBlock;
}

async function listEntitled(
  { offeringDesk }: Suite,
  offering: bigint,
  { provider, fromBlock }: CloseOptions,
): Promise<string[]> {
  const filter = offeringDesk.filters.Subscribed(offering);
  const events = await readLogs(
    (from, to) => offeringDesk.queryFilter(filter, from, to),
    fromBlock,
    await provider.getBlockNumber(),
  );
  const buyers = [...new Set(events.map(({ args }) => args.buyer))];

  const entitlements = await Promise.all(buyers.map((buyer) => offeringDesk.entitlementOf(offering, buyer)));
  return buyers.filter((_buyer, place) => entitlements[place] !== 0n);
}

async function close({ offeringDesk }: Suite, offering: bigint, provider: Provider): Promise<Step> {
  const { terms, sold } = await offeringDesk.offeringOf(offering);
  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  if (now > terms.closesAt) {
    return { title: `close offering ${offering}`, transaction: () => offeringDesk.close.populateTransaction(offering) };
  }
  if (sold === terms.hardCap) {
    const title = `close offering ${offering}, which is sold out`;
    return { title, transaction: () => offeringDesk.closeSoldOut.populateTransaction(offering) };
  }

  throw badInput(`offering ${offering} is open until ${formatTime(terms.closesAt)}`, {
    why: `${sold} of ${terms.hardCap} shares are sold`,
    todo: "close it after that, or once it is sold out",
    notDone: "nothing was sent",
  });
}

function allot({ offeringDesk }: Suite, offering: bigint, buyers: readonly string[], needsEarlier: boolean): Step {
  return {
    title: `allot shares to ${buyers.length} buyers`,
    transaction: () => offeringDesk.allot.populateTransaction(offering, [...buyers]),
    needsEarlier,
  };
}

/** Proceeds come from allotments: where those are part of the plan, so is the payment. */
async function payOut({ offeringDesk }: Suite, offering: bigint, needsEarlier: boolean): Promise<Step[]> {
  const { terms } = await offeringDesk.offeringOf(offering);
  const { toTreasury, toFeeRecipient } = await offeringDesk.proceedsDue(offering);

  const treasury: Step = {
    title: `pay the treasury ${terms.treasury}`,
    transaction: () => offeringDesk.withdrawProceeds.populateTransaction(offering),
    needsEarlier,
  };
  const fee: Step = {
    title: `pay the commission to ${terms.feeRecipient}`,
    transaction: () => offeringDesk.withdrawFee.populateTransaction(offering),
    needsEarlier,
  };
  return [
    ...(toTreasury > 0n || needsEarlier ? [treasury] : []),
    ...((toFeeRecipient > 0n || needsEarlier) && terms.feeBps > 0n ? [fee] : []),
  ];
}
