import type { Suite } from "../../sdk/connect.ts";
import { classNames } from "../../sdk/investor-class.ts";
import { readEntitlements } from "../../sdk/offering-entitlements.ts";
import { readLogs } from "../../sdk/read-logs.ts";
import { formatTime } from "../../sdk/time.ts";
import { formatAmount } from "../../sdk/units.ts";
import { findCurrency } from "../lib/currency.ts";
import type { CommonArguments } from "../lib/flags.ts";
import { deskBlock, RESERVATION, requireOffering } from "../lib/offerings.ts";
import { runAction } from "../lib/run-action.ts";
import { table } from "../lib/table.ts";

interface StatusArguments extends CommonArguments {
  readonly offering: bigint;
}

const PHASES = ["none", "open", "succeeded", "failed", "waits for its division"] as const;

/** Amounts in base units of the currency. */
export interface OfferingStatus {
  readonly offering: bigint;
  readonly asset: bigint;
  readonly phase: (typeof PHASES)[number];
  readonly kind: "first come" | "reservation";
  readonly currency: string;
  readonly opensAt: bigint;
  readonly closesAt: bigint;
  readonly softCap: bigint;
  readonly hardCap: bigint;
  readonly sold: bigint;
  readonly allotted: bigint;
  readonly buyers: number;
  /** Per tier: up to how many shares in all, at which price, and how many of them are sold. */
  readonly tiers: readonly { readonly upTo: bigint; readonly price: bigint; readonly sold: bigint }[];
  readonly classCaps: readonly { readonly classes: string; readonly most: bigint; readonly used: bigint }[];
  readonly retained: bigint;
  readonly retainedIssued: boolean;
  /** In escrow for buyers, and of it what they have paid too much. */
  readonly owed: bigint;
  readonly excess: bigint;
  readonly escrow: bigint;
  readonly proceeds: bigint;
  readonly treasury: { readonly account: string; readonly paid: bigint; readonly due: bigint };
  readonly fee: { readonly account: string; readonly paid: bigint; readonly due: bigint };
  readonly commission: {
    readonly earned: bigint;
    readonly due: readonly { readonly referrer: string; readonly amount: bigint }[];
  };
}

export interface StatusPlace {
  /** Where the desk's events begin. */
  readonly fromBlock: number;
  /** As of which block. */
  readonly block: number;
}

/** All that the desk knows of an offering, as of one block. */
export async function readOfferingStatus(
  suite: Pick<Suite, "offeringDesk">,
  offering: bigint,
  { fromBlock, block }: StatusPlace,
): Promise<OfferingStatus> {
  const blockTag = block;
  const { offeringDesk } = suite;
  await requireOffering(suite, offering);
  const [found, tiers, counts, due, entitlements] = await Promise.all([
    offeringDesk.offeringOf(offering, { blockTag }),
    offeringDesk.tiersOf(offering, { blockTag }),
    offeringDesk.classCountsOf(offering, { blockTag }),
    offeringDesk.proceedsDue(offering, { blockTag }),
    readEntitlements(suite, offering, blockTag),
  ]);
  const { terms, sold } = found;
  const referrers = await findReferrers(suite, offering, { fromBlock, block });

  return {
    offering,
    asset: terms.id,
    phase: PHASES[Number(found.phase)] ?? "none",
    kind: terms.kind === RESERVATION ? "reservation" : "first come",
    currency: terms.currency,
    opensAt: terms.opensAt,
    closesAt: terms.closesAt,
    softCap: terms.softCap,
    hardCap: terms.hardCap,
    sold,
    allotted: found.allotted,
    buyers: entitlements.length,
    tiers: tiers.map(({ upTo, price }, place) => {
      const from = tiers[place - 1]?.upTo ?? 0n;
      const until = sold > upTo && tiers.length > 1 ? upTo : sold; // a reservation may take more than its one tier has
      return { upTo, price, sold: until > from ? until - from : 0n };
    }),
    classCaps: counts.map(({ classes, most, used }) => ({ classes: classNames(Number(classes)), most, used })),
    retained: terms.retained,
    retainedIssued: found.retainedIssued,
    owed: entitlements.reduce((sum, { paid }) => sum + paid, 0n),
    excess: entitlements.reduce((sum, { excess }) => sum + excess, 0n),
    escrow: found.escrow,
    proceeds: found.proceeds,
    treasury: { account: terms.treasury, paid: found.treasuryPaid, due: due.toTreasury },
    fee: { account: terms.feeRecipient, paid: found.feePaid, due: due.toFeeRecipient },
    commission: {
      earned: found.commission,
      due: await Promise.all(
        referrers.map(async (referrer) => ({
          referrer,
          amount: await offeringDesk.commissionDue(offering, referrer, { blockTag }),
        })),
      ),
    },
  };
}

export default runAction<StatusArguments>("offering.status", async (context, { offering }) => {
  const { connection } = await context.connect();
  const { suite, book } = await context.suite();
  const { provider } = connection.ethers;
  const fromBlock = deskBlock(book);

  const status = await readOfferingStatus(suite, offering, { fromBlock, block: await provider.getBlockNumber() });
  const { decimals } = await findCurrency(suite, provider, status.currency);
  return { data: { ...status, decimals }, text: describe(status, (amount) => formatAmount(amount, decimals)) };
});

/** Whoever has brought a buyer, by the events: he may have been paid, or not be named any more. */
async function findReferrers(
  { offeringDesk }: Pick<Suite, "offeringDesk">,
  offering: bigint,
  { fromBlock, block }: StatusPlace,
): Promise<string[]> {
  const { terms } = await offeringDesk.offeringOf(offering, { blockTag: block });
  if (terms.commissionBps === 0n) return [];
  const filter = offeringDesk.filters.Referred(offering);
  const events = await readLogs((from, to) => offeringDesk.queryFilter(filter, from, to), fromBlock, block);
  return [...new Set(events.map(({ args }) => args.referrer))];
}

function describe(status: OfferingStatus, money: (amount: bigint) => string): string {
  const { treasury, fee, commission } = status;
  const figures = [
    ["Asset", `${status.asset}`],
    ["Phase", `${status.phase}, ${status.kind}`],
    ["Window", `${formatTime(status.opensAt)} to ${formatTime(status.closesAt)}`],
    ["Sold", `${status.sold} of ${status.hardCap} shares (at least ${status.softCap}), ${status.buyers} buyers`],
    ["Allotted", `${status.allotted} shares`],
    ["Retained", `${status.retained} shares${status.retained > 0n && !status.retainedIssued ? ", not issued" : ""}`],
    [
      "Escrow",
      `${money(status.escrow)}, of it buyers' ${money(status.owed)}, of it paid too much ${money(status.excess)}`,
    ],
    ["Proceeds", money(status.proceeds)],
    ["Treasury", `${money(treasury.paid)} paid, ${money(treasury.due)} due to ${treasury.account}`],
    ["Fee", `${money(fee.paid)} paid, ${money(fee.due)} due to ${fee.account}`],
    ["Commission", `${money(commission.earned)} earned`],
    ...commission.due.map(({ referrer, amount }) => [`  ${referrer}`, `${money(amount)} due`]),
  ];
  const tiers = status.tiers.map(({ upTo, price, sold }) => [`${upTo}`, money(price), `${sold}`]);
  const caps = status.classCaps.map(({ classes, most, used }) => [classes, `${most}`, `${used}`]);
  return [
    table([`Offering ${status.offering}`, ""], figures),
    table(["Tier up to", "Price", "Sold"], tiers),
    ...(caps.length === 0 ? [] : [table(["Classes", "Most", "Subscribed"], caps)]),
  ].join("\n");
}
