import { expect } from "chai";
import { id as keccakOf, Wallet } from "ethers";
import { network } from "hardhat";
import { ExitCode, MoietyError } from "../../sdk/errors.ts";
import { signPermit } from "../../sdk/permit.ts";
import { createAsset } from "../../tasks/asset/create.ts";
import { attest } from "../../tasks/custody/attest.ts";
import { onboardInvestors } from "../../tasks/investor/onboard.ts";
import { closeOffering } from "../../tasks/offering/close.ts";
import { openPlanned } from "../../tasks/offering/open.ts";
import { readOfferingStatus } from "../../tasks/offering/status.ts";
import { subscribeAll, type WantedSubscription } from "../../tasks/offering/subscribe.ts";
import { assetOf, type FormD, PRICE, planOf, readFormD, ticketsOf } from "../helpers/form-d.ts";
import { failureOf, SALT, taskWorld, VERIFIED_UNTIL } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;
const { deployed } = taskWorld(connection);

/** Every figure here is the notice's; `remaining` and the commission are what it says of them, too. */
const OFFERINGS = [
  { file: "1685-38th-reit/form-d.json", sold: 125_000n, remaining: 0n, investors: 125, commission: 6_250_000_000n },
  { file: "form-d/ap-fund-iv.json", sold: 659_752n, remaining: 0n, investors: 27, commission: 0n },
  { file: "form-d/shepherds-finance.json", sold: 5_725_051n, remaining: 2_274_949n, investors: 13, commission: 0n },
] as const;

describe("Form D offerings", () => {
  for (const { file, sold, remaining, investors, commission } of OFFERINGS) {
    describe(file, () => {
      it("is sold, allotted and paid out with the figures of its notice", async () => {
        const form = await readFormD(file);
        const world = await onOffer(form, investors);
        const { suite, sender, asset, offering, wallets, treasury, broker } = world;
        const { offeringDesk, shareToken, testDollar } = suite;
        const tickets = ticketsOf(form);
        expect(tickets.every((shares) => shares * PRICE >= form.offering.minimumInvestment)).to.equal(true);

        const wanted = await pay(world, wallets, tickets);
        const subscribed = await subscribeAll(suite, sender, offering, wanted, { provider, signers: wallets });
        expect([subscribed.shares, subscribed.cost]).to.deep.equal([sold, form.offering.sold]);
        if (remaining > 0n) {
          const { terms } = await offeringDesk.offeringOf(offering);
          await networkHelpers.time.increaseTo(terms.closesAt + 1n);
        }
        const closed = await closeOffering(suite, sender, offering, { provider, fromBlock: 0, batchSize: 50 });

        expect([closed.succeeds, closed.entitled]).to.deep.equal([true, []]);
        const status = await readOfferingStatus(suite, offering, {
          fromBlock: 0,
          block: await provider.getBlockNumber(),
        });
        expect(status).to.deep.include({
          phase: "succeeded",
          sold,
          allotted: sold,
          proceeds: form.offering.sold,
          escrow: 0n,
          owed: 0n,
        });
        expect(status.hardCap - status.sold).to.equal(remaining);
        expect(await shareToken.totalSupply(asset)).to.equal(sold);
        expect(await shareToken.everHeldCount(asset)).to.equal(BigInt(investors));
        expect(await testDollar.balanceOf(broker)).to.equal(commission);
        expect(form.offering.salesCommissions).to.equal(commission);
        expect(await testDollar.balanceOf(treasury)).to.equal(form.offering.sold - commission);
        for (const [place, { address }] of wallets.entries()) {
          expect(await shareToken.balanceOf(address, asset)).to.equal(tickets[place]);
          expect(await testDollar.balanceOf(address)).to.equal(0n);
        }
      });

      it("takes no ticket below its minimum, nobody from abroad and nobody unaccredited, and names all of them", async () => {
        const form = await readFormD(file);
        const world = await onOffer(form, 1);
        const { suite, sender, offering, wallets } = world;
        const [foreign, retail] = [makeWallet("F-1"), makeWallet("R-1")];
        await onboardInvestors(suite, sender, [rowOf("F-1", 250, 4), rowOf("R-1", 840, 1)], {
          ...{ salt: SALT, batchSize: 10, warn: () => undefined },
        });
        const minimum = form.offering.minimumInvestment / PRICE;
        const buyers = [...wallets, foreign, retail];
        const ticket = minimum > 1n ? minimum : 2n;
        const wanted = await pay(world, buyers, [minimum > 1n ? minimum - 1n : ticket, ticket, ticket]);

        const error = await failureOf(subscribeAll(suite, sender, offering, wanted, { provider, signers: buyers }));

        if (!(error instanceof MoietyError)) throw error;
        expect(error.problem.exitCode).to.equal(ExitCode.refused);
        const refusals = [
          ...(minimum > 1n ? [`line 2, ${buyers[0]?.address}: offering desk below ticket`] : []),
          `line 3, ${foreign.address}: the register would not issue shares to ${foreign.address} (reason 30)`,
          `line 4, ${retail.address}: the register would not issue shares to ${retail.address} (reason 31)`,
        ];
        expect(error.problem.details).to.have.length(refusals.length);
        for (const [place, refusal] of refusals.entries()) expect(error.problem.details?.[place]).to.include(refusal);
        expect((await suite.offeringDesk.offeringOf(offering)).sold).to.equal(0n);
      });
    });
  }
});

type World = Awaited<ReturnType<typeof onOffer>>;

/** The notice's offering is open, and as many investors are known. */
async function onOffer(form: FormD, investors: number) {
  const world = await networkHelpers.loadFixture(deployed);
  const { suite, sender, custodian } = world;
  const terms = assetOf(form);
  const { id: asset } = await createAsset(suite, sender, terms, custodian.address, [custodian]);
  const now = BigInt(await networkHelpers.time.latest());
  await attest(suite, sender, [custodian], 31337n, {
    ...{ asset, kind: 0, attester: custodian.address, evidenceHash: terms.evidenceHash },
    ...{ amount: 1n, unit: ethers.encodeBytes32String("piece"), asOf: now, expiresAt: now + 400n * 86_400n },
    ...{ nonce: undefined, signature: undefined },
  });
  const references = Array.from({ length: investors }, (_each, place) => `D-${place + 1}`);
  const rows = references.map((reference) => rowOf(reference, 840, 4));
  await onboardInvestors(suite, sender, rows, { salt: SALT, batchSize: 50, warn: () => undefined });

  const [treasury, broker] = [makeWallet("treasury").address, makeWallet("broker").address];
  const currency = { address: await suite.testDollar.getAddress(), decimals: 6 };
  const choices = { currency, treasury, feeRecipient: broker, now };
  const { offering } = await openPlanned(suite, sender, planOf(form, asset, now), choices);
  if (offering === null) throw new Error("the offering was not opened");
  return { ...world, asset, offering, wallets: references.map(makeWallet), treasury, broker };
}

/** Everybody gets the money for his ticket and lets the desk take it, without owning any ether. */
async function pay(
  { suite: { testDollar, offeringDesk } }: Pick<World, "suite">,
  buyers: readonly Wallet[],
  tickets: readonly bigint[],
): Promise<WantedSubscription[]> {
  const desk = await offeringDesk.getAddress();
  const wanted: WantedSubscription[] = [];
  for (const [place, buyer] of buyers.entries()) {
    const shares = tickets[place] ?? 0n;
    const cost = shares * PRICE;
    await testDollar.mint(buyer.address, cost);
    const { deadline, v, r, s } = await signPermit(testDollar, buyer, desk, cost, 4_000_000_000n);
    await testDollar.permit(buyer.address, desk, cost, deadline, v, r, s);
    const row = { address: buyer.address, shares, maxCost: cost, referrer: undefined };
    wanted.push({ where: `line ${place + 2}`, row: { ...row, nonce: undefined, signature: undefined } });
  }
  return wanted;
}

function makeWallet(reference: string): Wallet {
  return new Wallet(keccakOf(`form d ${reference}`), provider);
}

function rowOf(reference: string, country: number, classes: number) {
  const { address } = makeWallet(reference);
  return { line: 2, row: { reference, address, country, class: classes, verifiedUntil: VERIFIED_UNTIL } };
}
