import type { AssetTerms } from "../../../sdk/asset-file.ts";
import { explainTransfer, type Refusal } from "../../../sdk/explain.ts";
import { signPermit } from "../../../sdk/permit.ts";
import type { Progress } from "../../lib/progress.ts";
import type { DemoInvestor } from "./investors.ts";
import { chainTime, type DemoWorld, mined } from "./world.ts";

export interface Sale {
  readonly offering: bigint;
  readonly sold: bigint;
  readonly proceeds: bigint;
  readonly commission: bigint;
}

const ALLOTMENT_PAGE = 50;

/** Opens the offering with the terms of the asset's file. */
export async function openOffering(
  { suite, operator, connection, ...world }: DemoWorld,
  id: bigint,
  terms: AssetTerms,
  payees: { treasury: string; broker: string },
): Promise<bigint> {
  const now = await chainTime({ suite, operator, connection, ...world });
  const { price, minTicket, softCap, hardCap, commissionBps, openSeconds } = terms.offering;
  await mined(
    suite.offeringDesk.open({
      id,
      currency: await suite.testDollar.getAddress(),
      price,
      softCap,
      hardCap,
      minTicket: minTicket / price,
      maxPerInvestor: 0n,
      opensAt: now,
      closesAt: now + openSeconds,
      feeBps: commissionBps,
      feeRecipient: payees.broker,
      treasury: payees.treasury,
    }),
  );
  return suite.offeringDesk.offeringCount();
}

/** Every reason why `investor` may not buy, and proof that the desk refuses him for the first of them. */
export async function tryToBuy(
  { suite }: DemoWorld,
  id: bigint,
  offering: bigint,
  investor: DemoInvestor,
  shares: bigint,
): Promise<readonly Refusal[]> {
  const refusals = await explainTransfer(suite, { from: undefined, to: investor.wallet.address, id, value: shares });
  const desk = suite.offeringDesk.connect(investor.wallet);
  const answer = await desk.subscribe.staticCall(offering, shares, shares, shares * 10n ** 6n).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (answer === undefined) throw new Error(`${investor.reference} was to be refused and was not`);
  return refusals;
}

/** Every holder subscribes the same number of shares and pays by permit; then the shares are allotted and the money paid out. */
export async function sellOut(
  world: DemoWorld,
  offering: bigint,
  holders: readonly DemoInvestor[],
  sharesEach: bigint,
  progress: Progress,
): Promise<Sale> {
  const { suite } = world;
  const { offeringDesk, testDollar } = suite;
  const desk = await offeringDesk.getAddress();
  const cost = await offeringDesk.costOf(offering, sharesEach);
  const deadline = (await chainTime(world)) + 86_400n;

  for (const [place, { wallet }] of holders.entries()) {
    await mined(testDollar.mint(wallet.address, cost));
    const { v, r, s } = await signPermit(testDollar, wallet, desk, cost, deadline);
    await mined(
      offeringDesk.connect(wallet).subscribeWithPermit(offering, sharesEach, sharesEach, cost, deadline, v, r, s),
    );
    progress.update(place + 1, holders.length);
  }

  await mined(offeringDesk.closeSoldOut(offering));
  const buyers = holders.map(({ wallet }) => wallet.address);
  for (let from = 0; from < buyers.length; from += ALLOTMENT_PAGE) {
    await mined(offeringDesk.allot(offering, buyers.slice(from, from + ALLOTMENT_PAGE)));
  }
  const [proceeds, commission] = await offeringDesk.proceedsDue(offering);
  await mined(offeringDesk.withdrawProceeds(offering));
  await mined(offeringDesk.withdrawFee(offering));
  const { sold } = await offeringDesk.offeringOf(offering);
  return { offering, sold, proceeds, commission };
}
