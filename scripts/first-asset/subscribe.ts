import { openLocal } from "./open-local.ts";

// npx hardhat run scripts/first-asset/subscribe.ts --network localhost
//
// Ana and Ben buy half of the newest offering each: they approve the price and subscribe, each from an own account.

const { suite, ana, ben } = await openLocal();
const { offeringDesk, testDollar } = suite;
const offering = await offeringDesk.offeringCount();
const { terms } = await offeringDesk.offeringOf(offering);
const shares = terms.hardCap / 2n;
const cost = await offeringDesk.costOf(offering, shares);

for (const buyer of [ana, ben]) {
  await (await testDollar.mint(buyer.address, cost)).wait();
  await (await testDollar.connect(buyer).approve(offeringDesk, cost)).wait();
  await (await offeringDesk.connect(buyer).subscribe(offering, shares, shares, cost)).wait();
  console.log(`${buyer.address} subscribed ${shares} shares of offering ${offering}.`);
}
