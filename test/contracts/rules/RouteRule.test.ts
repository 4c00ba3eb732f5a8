import { expect } from "chai";
import { concat, encodeBytes32String, ZeroHash } from "ethers";
import { network } from "hardhat";
import { domainOfCountry, routeClassOf, routeClassOfAsset } from "../../../sdk/transfer-domain.ts";
import {
  A_DESK,
  A_FRENCHMAN,
  ALICE,
  AN_AMERICAN,
  ANOTHER_AMERICAN,
  deployRule,
  FRANCE,
  issue,
  movement,
  redemption,
  TRAIT,
  USA,
} from "../../helpers/rule-world.ts";

const { ethers, networkHelpers } = await network.create();

const REVERTS = 1;
const FINE_ART = encodeBytes32String("fine-art");
const ART_ROUTES = routeClassOf("fine-art");

/** Shares of fine art go from France to the United States, not back, and not within the United States. */
async function routes() {
  const rule = await deployRule(ethers, "RouteRule");
  const registry = await ethers.deployContract("MockAnswers");
  await registry.setRoute(domainOfCountry(FRANCE), domainOfCountry(USA), ART_ROUTES, true);
  const address = (await registry.getAddress()).toLowerCase();
  return { rule, registry, parameters: concat([address, FINE_ART]) };
}

describe("RouteRule", () => {
  it("counts nothing, and looks at pairs", async () => {
    const { rule, parameters } = await networkHelpers.loadFixture(routes);

    expect(await rule.traits()).to.equal(TRAIT.grossOnly);
    expect(await rule.window(parameters)).to.equal(0n);
  });

  it("takes a registry that answers with yes or no, and a class of assets", async () => {
    const { rule, registry, parameters } = await networkHelpers.loadFixture(routes);
    const address = await registry.getAddress();

    await rule.validate(parameters);
    for (const wrong of ["0x", address.toLowerCase(), `${parameters}00`, concat([ALICE, FINE_ART])]) {
      await expect(rule.validate(wrong), wrong)
        .to.be.revertedWithCustomError(rule.contract, "TransferRuleInvalidParameters")
        .withArgs(44n, wrong);
    }
    await registry.setMood(REVERTS);
    await expect(rule.validate(parameters)).to.be.revertedWithCustomError(
      rule.contract,
      "TransferRuleInvalidParameters",
    );
  });

  it("lets shares go where a route is open, in its direction and for its class only", async () => {
    const { rule, registry, parameters } = await networkHelpers.loadFixture(routes);
    const realEstate = concat([await registry.getAddress(), encodeBytes32String("real-estate")]);

    expect(await rule.allows(parameters, movement(), A_FRENCHMAN, AN_AMERICAN)).to.equal(true);
    expect(await rule.allows(parameters, movement(), AN_AMERICAN, A_FRENCHMAN)).to.equal(false);
    expect(await rule.allows(realEstate, movement(), A_FRENCHMAN, AN_AMERICAN)).to.equal(false);
  });

  it("asks for the routes of the asset alone where no class is named", async () => {
    const { rule, registry } = await networkHelpers.loadFixture(routes);
    const ownRoutes = concat([await registry.getAddress(), ZeroHash]);
    await rule.validate(ownRoutes);
    expect(await rule.allows(ownRoutes, movement(), A_FRENCHMAN, AN_AMERICAN)).to.equal(false);

    await registry.setRoute(domainOfCountry(FRANCE), domainOfCountry(USA), routeClassOfAsset(1n), true);
    expect(await rule.allows(ownRoutes, movement(), A_FRENCHMAN, AN_AMERICAN)).to.equal(true);
    expect(await rule.allows(ownRoutes, movement({ id: 2n }), A_FRENCHMAN, AN_AMERICAN)).to.equal(false);
  });

  it("asks for a route within a country as well", async () => {
    const { rule, registry, parameters } = await networkHelpers.loadFixture(routes);
    expect(await rule.allows(parameters, movement(), AN_AMERICAN, ANOTHER_AMERICAN)).to.equal(false);

    await registry.setRoute(domainOfCountry(USA), domainOfCountry(USA), ART_ROUTES, true);
    expect(await rule.allows(parameters, movement(), AN_AMERICAN, ANOTHER_AMERICAN)).to.equal(true);
  });

  it("asks nothing where there is one side only: issues, redemptions, desks, wallets of one investor", async () => {
    const { rule, parameters } = await networkHelpers.loadFixture(routes);

    expect(await rule.allows(parameters, issue())).to.equal(true);
    expect(await rule.allows(parameters, redemption())).to.equal(true);
    expect(await rule.allows(parameters, movement(), A_DESK, AN_AMERICAN)).to.equal(true);
    expect(await rule.allows(parameters, movement(), AN_AMERICAN, A_DESK)).to.equal(true);
    expect(await rule.allows(parameters, movement(), AN_AMERICAN, AN_AMERICAN)).to.equal(true);
  });

  it("fails when the registry does not answer", async () => {
    const { rule, registry, parameters } = await networkHelpers.loadFixture(routes);
    await registry.setMood(REVERTS);

    await expect(rule.allows(parameters, movement(), A_FRENCHMAN, AN_AMERICAN)).to.be.revert(ethers);
  });
});
