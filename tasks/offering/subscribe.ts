import { type Provider, type Signer, ZeroAddress } from "ethers";
import { parseAddress } from "../../sdk/address.ts";
import type { Suite } from "../../sdk/connect.ts";
import { suiteInterfaces } from "../../sdk/contracts.ts";
import { badInput, ExitCode, MoietyError } from "../../sdk/errors.ts";
import { findSigner } from "../../sdk/find-signer.ts";
import { type Permit, signPermit } from "../../sdk/permit.ts";
import { decodeRevert } from "../../sdk/revert.ts";
import { nonceOf, type Subscription, signSubscription, subscriptionDigest } from "../../sdk/subscription.ts";
import { readSubscriptionFile, type SubscriptionRow } from "../../sdk/subscription-file.ts";
import { formatAmount, parseUnits, parseWhole } from "../../sdk/units.ts";
import type { TestDollar } from "../../typechain-types/index.ts";
import { findCurrency } from "../lib/currency.ts";
import { describeRun, describeSteps } from "../lib/describe-steps.ts";
import type { RunArguments, WritingArguments } from "../lib/flags.ts";
import { FIRST_COME, OPEN, requireOffering } from "../lib/offerings.ts";
import { runAction } from "../lib/run-action.ts";
import type { Sender, Step, StepReport } from "../lib/sender.ts";

interface SubscribeArguments extends WritingArguments, RunArguments {
  readonly offering: bigint;
  readonly file: string;
  readonly delimiter: string;
  readonly buyer: string;
  readonly shares: string;
  readonly maxCost: string;
  readonly referrer: string;
}

/** A row, and where it comes from: its line, or nothing for the command line itself. */
export interface WantedSubscription {
  readonly where: string;
  readonly row: SubscriptionRow;
}

export interface SubscribeOptions {
  readonly provider: Provider;
  /** Whose keys are at hand. */
  readonly signers: readonly Signer[];
}

export interface Subscribed {
  readonly offering: bigint;
  readonly shares: bigint;
  readonly cost: bigint;
  /** Who had subscribed exactly this before. */
  readonly skipped: readonly string[];
  /** Whose word is missing, and what he is to sign. */
  readonly waiting: readonly { readonly buyer: string; readonly nonce: bigint; readonly digest: string }[];
  readonly steps: readonly StepReport[];
}

interface Order {
  readonly where: string;
  readonly subscription: Subscription;
  readonly signature: string | undefined;
  /** The buyer's word to his currency, where his allowance is short and his key at hand. */
  readonly permit: Permit | undefined;
}

/**
 * Brings what buyers have signed, or signs it where their keys are at hand; the buyers pay, out of their allowances to the desk, which
 * are signed with the same keys where they are short. All rows are tried first: if one is refused, nothing is sent.
 */
export async function subscribeAll(
  suite: Suite,
  sender: Sender,
  offering: bigint,
  wanted: readonly WantedSubscription[],
  { provider, signers }: SubscribeOptions,
): Promise<Subscribed> {
  const { offeringDesk } = suite;
  const { phase, terms, sold } = await requireOffering(suite, offering);
  if (phase !== OPEN) throw badInput(`offering ${offering} is closed`, { notDone: "nothing was sent" });
  const { chainId } = await provider.getNetwork();
  const { contract: currency } = await findCurrency(suite, provider, terms.currency);
  const place = { chainId, offeringDesk: await offeringDesk.getAddress() };

  const orders: Order[] = [];
  const skipped: string[] = [];
  for (const each of wanted) {
    const subscription = subscriptionOf(offering, each.row, terms.closesAt);
    if (await offeringDesk.isNonceUsed(subscription.buyer, subscription.nonce)) {
      skipped.push(subscription.buyer);
      continue;
    }
    const signer = await findSigner(signers, subscription.buyer);
    const signature = each.row.signature ?? (signer && (await signSubscription(signer, place, subscription)));
    const permit = signer && (await permitFor(currency, signer, place.offeringDesk, subscription));
    orders.push({ where: each.where, subscription, signature, permit });
  }
  const signed = orders.filter(hasWord);
  if (terms.kind === FIRST_COME) requireEnough(signed, terms.hardCap - sold);
  const costs = await tryAll(suite, sender, provider, signed);

  const work = {
    task: "offering.subscribe",
    input: {
      offering,
      subscriptions: signed.map(({ subscription }) => subscriptionDigest(place, subscription)).toSorted(),
    },
    contracts: [place.offeringDesk],
  };
  // Apart from the run: whoever sees a permit may bring it first, and then the allowance is there all the same.
  const permitting = signed.flatMap((order) => allow(currency, place.offeringDesk, order));
  const allowed = await sender.run(permitting);
  const brought = await sender.run(
    signed.map((order, index) => bring(suite, order, costs[index] ?? 0n)),
    work,
  );
  const waiting = orders.filter((order) => !hasWord(order)).map(({ subscription }) => subscription);
  return {
    offering,
    shares: signed.reduce((sum, { subscription }) => sum + subscription.shares, 0n),
    cost: costs.reduce((sum, cost) => sum + cost, 0n),
    skipped,
    waiting: waiting.map((each) => ({ buyer: each.buyer, nonce: each.nonce, digest: subscriptionDigest(place, each) })),
    steps: [...allowed, ...brought],
  };
}

export default runAction<SubscribeArguments>("offering.subscribe", async (context, args) => {
  const { connection } = await context.connect();
  const { provider } = connection.ethers;
  const { suite } = await context.suite();
  const { terms } = await requireOffering(suite, args.offering);
  const { decimals } = await findCurrency(suite, provider, terms.currency);
  const wanted = await readWanted(args, decimals, (note) => context.warn(note));

  const sender = await context.sender();
  const signers = await connection.ethers.getSigners();
  const result = await subscribeAll(suite, sender, args.offering, wanted, { provider, signers });
  const did = context.dryRun ? "would be subscribed" : "were subscribed";
  const said = [
    `${result.shares} shares ${did} for ${formatAmount(result.cost, decimals)}; ${result.skipped.length} buyers had subscribed before.`,
    ...result.waiting.map(({ buyer, nonce, digest }) => `It waits for ${buyer}: digest ${digest}, nonce ${nonce}.`),
  ].join("\n");
  const text = `${describeSteps(result.steps, "Nothing to do.")}\n${said}${describeRun(sender)}`;
  return { data: { runId: sender.runId, ...result }, text };
});

async function readWanted(
  args: SubscribeArguments,
  decimals: number,
  note: (text: string) => void,
): Promise<WantedSubscription[]> {
  const { file, delimiter, buyer, shares, maxCost, referrer } = args;
  if (delimiter !== "," && delimiter !== ";") throw badInput(`the delimiter "${delimiter}" is not , or ;`);
  const isOne = buyer !== "" || shares !== "" || maxCost !== "";
  if (file !== "" ? isOne : buyer === "" || shares === "" || maxCost === "") {
    throw badInput("it has to be said who subscribes how much, once", {
      todo: "name a file with --file, or one buyer with --buyer, --shares and --max-cost",
    });
  }
  if (file !== "") {
    const { rows, notes } = await readSubscriptionFile(file, delimiter, decimals);
    for (const each of notes) note(each);
    return rows.map(({ line, row }) => ({ where: `line ${line}`, row }));
  }
  const row: SubscriptionRow = {
    address: parseAddress(buyer, "--buyer"),
    shares: parseWhole(shares, "--shares"),
    maxCost: parseUnits(maxCost, decimals, "--max-cost"),
    referrer: referrer === "" ? undefined : parseAddress(referrer, "--referrer"),
    nonce: undefined,
    signature: undefined,
  };
  return [{ where: "--buyer", row }];
}

/** All of it or nothing: an operator who brings a list wants what stands in it. It may be brought as long as the sale lasts. */
function subscriptionOf(offeringId: bigint, row: SubscriptionRow, closesAt: bigint): Subscription {
  const { address: buyer, shares, maxCost } = row;
  const referrer = row.referrer ?? ZeroAddress;
  const words = { offeringId, buyer, shares, minShares: shares, maxCost, referrer, deadline: closesAt };
  return { ...words, nonce: row.nonce ?? nonceOf(words, "") };
}

function hasWord(order: Order): order is Order & { readonly signature: string } {
  return order.signature !== undefined;
}

function requireEnough(orders: readonly Order[], left: bigint): void {
  const shares = orders.reduce((sum, { subscription }) => sum + subscription.shares, 0n);
  if (shares <= left) return;
  throw badInput(`${shares} shares are wanted and ${left} are left`, { notDone: "nothing was sent" });
}

/** What each of them costs when all before it are brought; refuses with all that are refused. */
async function tryAll(
  { offeringDesk }: Pick<Suite, "offeringDesk">,
  { signer }: Sender,
  provider: Provider,
  orders: readonly (Order & { readonly signature: string })[],
): Promise<bigint[]> {
  const details: string[] = [];
  const desk = offeringDesk.connect(signer);
  const costs: bigint[] = [];
  let [shares, paid] = [0n, 0n];
  for (const { where, subscription, signature, permit } of orders) {
    const { offeringId, buyer, maxCost } = subscription;
    const attempt =
      permit === undefined
        ? desk.subscribeSigned.staticCall(subscription, signature)
        : tryWithPermit(offeringDesk.connect(provider), subscription, permit);
    const refusal = await attempt.then(
      () => undefined,
      (error: unknown) => {
        const revert = decodeRevert(error, suiteInterfaces());
        if (revert === undefined) throw error;
        return revert.sentence;
      },
    );

    shares += subscription.shares;
    const cost = (await offeringDesk.costOf(offeringId, shares)) - paid;
    paid += cost;
    costs.push(cost);
    const tooDear =
      cost > maxCost ? `it costs ${cost} base units after the rows before it, and may cost ${maxCost}` : undefined;
    const why = refusal ?? tooDear;
    if (why !== undefined) details.push(`${where}, ${buyer}: ${why}`);
  }
  if (details.length === 0) return costs;

  throw new MoietyError({
    what: `${details.length} of ${orders.length} subscriptions are refused`,
    details,
    todo: "remove the causes, or the rows",
    notDone: "nothing was sent",
    exitCode: ExitCode.refused,
  });
}

/** As if the buyer himself came with his permit: the same checks, in the same order. */
function tryWithPermit(
  desk: Suite["offeringDesk"],
  { offeringId, buyer, shares, minShares, maxCost }: Subscription,
  { deadline, v, r, s }: Permit,
): Promise<bigint> {
  const as = { from: buyer };
  return desk.subscribeWithPermit.staticCall(offeringId, shares, minShares, maxCost, deadline, v, r, s, as);
}

/** Nothing where the allowance will do, or where the currency takes no permits. */
async function permitFor(
  currency: TestDollar,
  buyer: Signer,
  desk: string,
  { maxCost, deadline }: Subscription,
): Promise<Permit | undefined> {
  if ((await currency.allowance(await buyer.getAddress(), desk)) >= maxCost) return undefined;
  return signPermit(currency, buyer, desk, maxCost, deadline).catch(() => undefined);
}

function allow(currency: TestDollar, desk: string, { subscription, permit }: Order): Step[] {
  if (permit === undefined) return [];
  const { buyer, maxCost } = subscription;
  const { deadline, v, r, s } = permit;
  const transaction = () => currency.permit.populateTransaction(buyer, desk, maxCost, deadline, v, r, s);
  return [{ title: `let the desk take what ${buyer} pays`, transaction }];
}

function bring(
  { offeringDesk }: Pick<Suite, "offeringDesk">,
  { where, subscription, signature, permit }: Order & { readonly signature: string },
  cost: bigint,
): Step {
  return {
    title: `subscribe ${subscription.shares} shares for ${subscription.buyer}`,
    transaction: () => offeringDesk.subscribeSigned.populateTransaction(subscription, signature),
    needsEarlier: permit !== undefined,
    rows: [{ row: where, account: subscription.buyer, amount: cost }],
  };
}
