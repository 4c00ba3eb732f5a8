import type { Wallet } from "ethers";
import type { AssetTerms } from "../../../sdk/asset-file.ts";
import { explainTransfer, type Refusal } from "../../../sdk/explain.ts";
import { signPermit } from "../../../sdk/permit.ts";
import { findCurrency } from "../../lib/currency.ts";
import type { Progress } from "../../lib/progress.ts";
import { closeOffering } from "../../offering/close.ts";
import { openOffering } from "../../offering/open.ts";
import type { DemoInvestor } from "./investors.ts";
import { chainTime, type DemoWorld, mined } from "./world.ts";

export interface Sale {
  readonly offering: bigint;
  readonly sold: bigint;
  /** What the treasury got, in base units; the broker's commission is apart. */
  readonly proceeds: bigint;
  readonly commission: bigint;
  /** What each buyer paid, in the order of the purchases. */
  readonly costs: readonly bigint[];
}

export interface Purchase {
  readonly wallet: Wallet;
  readonly shares: bigint;
}

export interface Payees {
  readonly treasury: string;
  readonly broker: string;
}

const ALLOTMENT_PAGE = 50;

/** Opens the offering at the terms of the asset's file. */
export async function offer(world: DemoWorld, terms: AssetTerms, { treasury, broker }: Payees): Promise<bigint> {
  const { suite, sender, connection } = world;
  const currency = await findCurrency(suite, connection.ethers.provider, "");
  const now = await chainTime(world);
  const { offering } = await openOffering(suite, sender, terms, { currency, treasury, feeRecipient: broker, now });
  if (offering === null) throw new Error("the offering was not opened");
  return offering;
}

/** Every reason why `investor` may not buy; the desk has to refuse him too. */
export async function tryToBuy(
  world: DemoWorld,
  asset: bigint,
  offering: bigint,
  investor: DemoInvestor,
  shares: bigint,
): Promise<readonly Refusal[]> {
  const { offeringDesk } = world.suite;
  const refusals = await explainTransfer(world.suite, { id: asset, to: investor.wallet.address, value: shares });
  const cost = await offeringDesk.costOf(offering, shares);
  const attempt = offeringDesk.connect(investor.wallet).subscribe.staticCall(offering, shares, shares, cost);

  const refused = await attempt.then(
    () => false,
    () => true,
  );
  if (!refused || refusals.length === 0) throw new Error(`${investor.reference} was to be refused and was not`);
  return refusals;
}

/** Everybody subscribes his shares and pays by permit; then the shares are allotted and the money is paid out. */
export async function sellOut(
  world: DemoWorld,
  offering: bigint,
  purchases: readonly Purchase[],
  progress?: Progress,
): Promise<Sale> {
  const { suite, sender, connection } = world;
  const { offeringDesk, testDollar } = suite;
  const desk = await offeringDesk.getAddress();
  const deadline = (await chainTime(world)) + 86_400n;
  const costs: bigint[] = [];

  for (const [place, { wallet, shares }] of purchases.entries()) {
    const cost = await offeringDesk.costOf(offering, shares);
    await mined(testDollar.mint(wallet.address, cost));
    const { v, r, s } = await signPermit(testDollar, wallet, desk, cost, deadline);
    await mined(offeringDesk.connect(wallet).subscribeWithPermit(offering, shares, shares, cost, deadline, v, r, s));
    costs.push(cost);
    progress?.update(place + 1, purchases.length);
  }

  const { provider } = connection.ethers;
  await closeOffering(suite, sender, offering, { provider, fromBlock: world.firstBlock, batchSize: ALLOTMENT_PAGE });
  const { sold, treasuryPaid, feePaid } = await offeringDesk.offeringOf(offering);
  return { offering, sold, proceeds: treasuryPaid, commission: feePaid, costs };
}
