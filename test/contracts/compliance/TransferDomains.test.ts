import { expect } from "chai";
import { network } from "hardhat";
import { domainOfCountry, routeClassOf, routeClassOfAsset } from "../../../sdk/transfer-domain.ts";
import { openTo } from "../../helpers/documents.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { loadFixture, time } = networkHelpers;

const { ZeroHash } = ethers;
const GRACE = 7n * 86_400n;
const [USA, FRANCE] = [domainOfCountry(840), domainOfCountry(250)];
const HOUSES = routeClassOf("real-estate");
const ART = routeClassOf("art");
const ROUTE = [USA, FRANCE, HOUSES] as const;
const PERMIT = ethers.id("permit");
const REVOCATION = ethers.id("revocation");
const OTHER_EVIDENCE = ethers.id("other evidence");
const UNKNOWN = [false, 0n, ZeroHash, ZeroHash];
const NO_REVOCATION = [0n, 0n, ZeroHash, false, false];

async function noRoutes() {
  const [admin, registrar, stranger] = await ethers.getSigners();
  if (!admin || !registrar || !stranger) throw new Error("the network has too few accounts");
  const authority = await ethers.deployContract("AccessManager", [admin]);
  const domains = await ethers.deployContract("TransferDomains", [authority, GRACE]);
  const selectors = [domains.setRoute, domains.revokeRoute, domains.initiateRevocation, domains.cancelRevocation].map(
    ({ fragment }) => fragment.selector,
  );
  await openTo({ authority }, await domains.getAddress(), selectors, 3n, [registrar.address]);
  return { domains, registrar, stranger, asRegistrar: domains.connect(registrar), authority };
}

/** Houses may go from American to French investors. */
async function openRoute() {
  const world = await noRoutes();
  await world.asRegistrar.setRoute(...ROUTE, PERMIT);
  return { ...world, openedAt: BigInt(await time.latest()) };
}

/** The route will close. */
async function closingRoute() {
  const world = await openRoute();
  await world.asRegistrar.initiateRevocation(...ROUTE, REVOCATION);
  const initiatedAt = BigInt(await time.latest());
  return { ...world, initiatedAt, effectiveAt: initiatedAt + GRACE };
}

/** The announced time has come; nobody has finalised it. */
async function closedRoute() {
  const world = await closingRoute();
  await time.increaseTo(world.effectiveAt);
  return world;
}

describe("TransferDomains", () => {
  it("MUST announce both interfaces by the ids of the standard", async () => {
    const { domains } = await loadFixture(noRoutes);

    for (const id of ["0x01ffc9a7", "0xc86613f8", "0x90c5cbc4"]) {
      expect(await domains.supportsInterface(id), id).to.equal(true);
    }
    expect(await domains.supportsInterface("0xffffffff")).to.equal(false);
  });

  it("names domains and classes in TypeScript as in Solidity, no two alike", async () => {
    const harness = await ethers.deployContract("DomainHarness");

    expect(await harness.ofCountry(840)).to.equal(USA);
    expect(await harness.ofClass(ethers.encodeBytes32String("real-estate"))).to.equal(HOUSES);
    expect(await harness.ofAsset(7)).to.equal(routeClassOfAsset(7n));
    expect(new Set([USA, FRANCE, HOUSES, ART, routeClassOfAsset(840n)]).size).to.equal(5);
  });

  it("gives the notice that it was deployed with, and cannot be deployed without", async () => {
    const { domains, authority } = await loadFixture(noRoutes);

    expect(await domains.gracePeriod()).to.equal(GRACE);
    await expect(ethers.deployContract("TransferDomains", [authority, 0n])).to.be.revertedWithCustomError(
      domains,
      "TransferDomainsZeroGrace",
    );
  });

  it("MUST NOT let unauthorized callers set, revoke, initiate or cancel", async () => {
    const { domains, stranger } = await loadFixture(closingRoute);
    const asStranger = domains.connect(stranger);

    for (const attempt of [
      asStranger.setRoute(...ROUTE, PERMIT),
      asStranger.revokeRoute(...ROUTE, PERMIT),
      asStranger.initiateRevocation(...ROUTE, PERMIT),
      asStranger.cancelRevocation(...ROUTE, PERMIT),
    ]) {
      await expect(attempt)
        .to.be.revertedWithCustomError(domains, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
    }
  });

  it("every change MUST reject a zero domain or class and zero evidence", async () => {
    const { domains, asRegistrar } = await loadFixture(closingRoute);

    for (const place of [0, 1, 2]) {
      const [source, destination, assetClass] = ROUTE.map((each, index) => (index === place ? ZeroHash : each));
      const route = [source ?? "", destination ?? "", assetClass ?? ""] as const;
      for (const attempt of [
        asRegistrar.setRoute(...route, PERMIT),
        asRegistrar.revokeRoute(...route, PERMIT),
        asRegistrar.initiateRevocation(...route, PERMIT),
        asRegistrar.cancelRevocation(...route, PERMIT),
        asRegistrar.finalizeRevocation(...route),
      ]) {
        await expect(attempt)
          .to.be.revertedWithCustomError(domains, "TransferDomainsZeroRoute")
          .withArgs(...route);
      }
    }
    for (const attempt of [
      asRegistrar.setRoute(...ROUTE, ZeroHash),
      asRegistrar.revokeRoute(...ROUTE, ZeroHash),
      asRegistrar.initiateRevocation(...ROUTE, ZeroHash),
      asRegistrar.cancelRevocation(...ROUTE, ZeroHash),
    ]) {
      await expect(attempt)
        .to.be.revertedWithCustomError(domains, "TransferDomainsZeroEvidence")
        .withArgs(...ROUTE);
    }
  });

  describe("routes", () => {
    it("MUST be directional and scoped to the class, each triple by itself", async () => {
      const { domains } = await loadFixture(openRoute);

      expect(await domains.isRoutePermitted(...ROUTE)).to.equal(true);
      expect(await domains.isRoutePermitted(FRANCE, USA, HOUSES)).to.equal(false);
      expect(await domains.isRoutePermitted(USA, FRANCE, ART)).to.equal(false);
      expect(await domains.isRoutePermitted(USA, USA, HOUSES)).to.equal(false);
    });

    it("MUST be unknown as all zero, and not permitted", async () => {
      const { domains } = await loadFixture(noRoutes);

      expect([...(await domains.getRoute(...ROUTE))]).to.deep.equal(UNKNOWN);
      expect([...(await domains.getRevocation(...ROUTE))]).to.deep.equal(NO_REVOCATION);
      expect(await domains.isRoutePermitted(...ROUTE)).to.equal(false);
      expect(await domains.isRoutePermitted(ZeroHash, ZeroHash, ZeroHash)).to.equal(false);
    });

    it("MUST NOT be answered by who asks", async () => {
      const { domains, stranger } = await loadFixture(openRoute);

      expect(await domains.connect(stranger).isRoutePermitted(...ROUTE)).to.equal(true);
    });
  });

  describe("setRoute", () => {
    it("MUST set permission, time and evidence, clear the revocation's, and emit RouteSet", async () => {
      const { domains, asRegistrar } = await loadFixture(openRoute);
      await asRegistrar.revokeRoute(...ROUTE, REVOCATION);
      const now = BigInt(await time.latest()) + 10n;
      await time.setNextBlockTimestamp(now);

      await expect(asRegistrar.setRoute(...ROUTE, OTHER_EVIDENCE))
        .to.emit(domains, "RouteSet")
        .withArgs(...ROUTE, OTHER_EVIDENCE, now);

      expect([...(await domains.getRoute(...ROUTE))]).to.deep.equal([true, now, OTHER_EVIDENCE, ZeroHash]);
    });

    it("is allowed for an open route, and replaces its evidence", async () => {
      const { domains, asRegistrar } = await loadFixture(openRoute);

      await asRegistrar.setRoute(...ROUTE, OTHER_EVIDENCE);

      expect((await domains.getRoute(...ROUTE)).permissionEvidenceHash).to.equal(OTHER_EVIDENCE);
    });

    it("MUST clear any pending or finalized graceful revocation", async () => {
      const { domains, asRegistrar, effectiveAt } = await loadFixture(closingRoute);

      await asRegistrar.setRoute(...ROUTE, OTHER_EVIDENCE);
      expect([...(await domains.getRevocation(...ROUTE))]).to.deep.equal(NO_REVOCATION);
      await time.increaseTo(effectiveAt + 1n);
      expect(await domains.isRoutePermitted(...ROUTE)).to.equal(true);

      await asRegistrar.initiateRevocation(...ROUTE, REVOCATION);
      await time.increase(GRACE);
      await domains.finalizeRevocation(...ROUTE);
      await asRegistrar.setRoute(...ROUTE, PERMIT);
      expect([...(await domains.getRevocation(...ROUTE))]).to.deep.equal(NO_REVOCATION);
      expect(await domains.isRoutePermitted(...ROUTE)).to.equal(true);
    });
  });

  describe("revokeRoute", () => {
    it("MUST close at once, keep the permission's evidence, store the revocation's and emit RouteRevoked", async () => {
      const { domains, asRegistrar } = await loadFixture(openRoute);
      const now = BigInt(await time.latest()) + 10n;
      await time.setNextBlockTimestamp(now);

      await expect(asRegistrar.revokeRoute(...ROUTE, REVOCATION))
        .to.emit(domains, "RouteRevoked")
        .withArgs(...ROUTE, REVOCATION, now);

      expect([...(await domains.getRoute(...ROUTE))]).to.deep.equal([false, now, PERMIT, REVOCATION]);
      expect(await domains.isRoutePermitted(...ROUTE)).to.equal(false);
    });

    it("MUST NOT revert because the route is unknown or revoked: it replaces time and evidence and emits again", async () => {
      const { domains, asRegistrar } = await loadFixture(noRoutes);

      await asRegistrar.revokeRoute(...ROUTE, REVOCATION);
      expect([...(await domains.getRoute(...ROUTE))].slice(2)).to.deep.equal([ZeroHash, REVOCATION]);
      await expect(asRegistrar.revokeRoute(...ROUTE, OTHER_EVIDENCE)).to.emit(domains, "RouteRevoked");
      expect((await domains.getRoute(...ROUTE)).revocationEvidenceHash).to.equal(OTHER_EVIDENCE);
    });

    it("MUST clear a pending graceful revocation, without the event of a cancellation", async () => {
      const { domains, asRegistrar } = await loadFixture(closingRoute);

      await expect(asRegistrar.revokeRoute(...ROUTE, OTHER_EVIDENCE)).to.not.emit(domains, "RouteRevocationCancelled");

      expect([...(await domains.getRevocation(...ROUTE))]).to.deep.equal(NO_REVOCATION);
      expect(await domains.isRoutePermitted(...ROUTE)).to.equal(false);
    });
  });

  describe("isRoutePermittedBatch", () => {
    it("MUST equal the single answers, place by place", async () => {
      const { domains } = await loadFixture(openRoute);

      expect(await domains.isRoutePermittedBatch([USA, FRANCE], [FRANCE, USA], [HOUSES, HOUSES])).to.deep.equal([
        true,
        false,
      ]);
      expect(await domains.isRoutePermittedBatch([], [], [])).to.deep.equal([]);
    });

    it("MUST revert when its arrays have different lengths, and above 256", async () => {
      const { domains } = await loadFixture(openRoute);
      const many = (count: number): string[] => Array.from({ length: count }, () => USA);

      for (const [sources, destinations, classes] of [
        [1, 2, 2],
        [2, 1, 2],
        [2, 2, 1],
        [257, 257, 257],
      ] as const) {
        await expect(domains.isRoutePermittedBatch(many(sources), many(destinations), many(classes)))
          .to.be.revertedWithCustomError(domains, "TransferDomainsInvalidBatch")
          .withArgs(sources, destinations, classes);
      }
      expect(await domains.isRoutePermittedBatch(many(256), many(256), many(256))).to.have.lengthOf(256);
    });
  });

  describe("initiateRevocation", () => {
    it("MUST store the announcement and emit it, with an effective time strictly later", async () => {
      const { domains, asRegistrar } = await loadFixture(openRoute);
      const now = BigInt(await time.latest()) + 10n;
      await time.setNextBlockTimestamp(now);

      await expect(asRegistrar.initiateRevocation(...ROUTE, REVOCATION))
        .to.emit(domains, "RouteRevocationInitiated")
        .withArgs(...ROUTE, REVOCATION, now, now + GRACE);

      expect([...(await domains.getRevocation(...ROUTE))]).to.deep.equal([now, now + GRACE, REVOCATION, true, false]);
    });

    it("MUST revert unless the route is permitted and nothing is pending", async () => {
      const { domains, asRegistrar, effectiveAt } = await loadFixture(closingRoute);

      await expect(asRegistrar.initiateRevocation(...ROUTE, OTHER_EVIDENCE))
        .to.be.revertedWithCustomError(domains, "TransferDomainsPending")
        .withArgs(...ROUTE, effectiveAt);
      await expect(asRegistrar.initiateRevocation(FRANCE, USA, HOUSES, OTHER_EVIDENCE))
        .to.be.revertedWithCustomError(domains, "TransferDomainsNotPermitted")
        .withArgs(FRANCE, USA, HOUSES);
      await time.increaseTo(effectiveAt);
      await expect(asRegistrar.initiateRevocation(...ROUTE, OTHER_EVIDENCE))
        .to.be.revertedWithCustomError(domains, "TransferDomainsNotPermitted")
        .withArgs(...ROUTE);
    });

    it("the route MUST remain permitted before effectiveAt, and MUST NOT be from then on, without any transaction", async () => {
      const { domains, effectiveAt, openedAt } = await loadFixture(closingRoute);

      await time.increaseTo(effectiveAt - 1n);
      expect(await domains.isRoutePermitted(...ROUTE)).to.equal(true);
      expect([...(await domains.getRoute(...ROUTE))]).to.deep.equal([true, openedAt, PERMIT, ZeroHash]);

      await time.increaseTo(effectiveAt);
      expect(await domains.isRoutePermitted(...ROUTE)).to.equal(false);
      expect(await domains.isRoutePermittedBatch([USA], [FRANCE], [HOUSES])).to.deep.equal([false]);
      expect([...(await domains.getRoute(...ROUTE))]).to.deep.equal([false, effectiveAt, PERMIT, REVOCATION]);
      expect((await domains.getRevocation(...ROUTE)).pending).to.equal(true);
    });
  });

  describe("cancelRevocation", () => {
    it("MUST clear the announcement and emit, to the last second before effectiveAt; the route stays permitted", async () => {
      const { domains, asRegistrar, effectiveAt } = await loadFixture(closingRoute);
      await time.setNextBlockTimestamp(effectiveAt - 1n);

      await expect(asRegistrar.cancelRevocation(...ROUTE, OTHER_EVIDENCE))
        .to.emit(domains, "RouteRevocationCancelled")
        .withArgs(...ROUTE, OTHER_EVIDENCE);

      await time.increaseTo(effectiveAt + 1n);
      expect(await domains.isRoutePermitted(...ROUTE)).to.equal(true);
      expect([...(await domains.getRevocation(...ROUTE))]).to.deep.equal(NO_REVOCATION);
    });

    it("MUST revert at effectiveAt, and unless something is pending", async () => {
      const { domains, asRegistrar, effectiveAt } = await loadFixture(closingRoute);

      await expect(asRegistrar.cancelRevocation(FRANCE, USA, HOUSES, OTHER_EVIDENCE))
        .to.be.revertedWithCustomError(domains, "TransferDomainsNotPending")
        .withArgs(FRANCE, USA, HOUSES);
      await time.setNextBlockTimestamp(effectiveAt);
      await expect(asRegistrar.cancelRevocation(...ROUTE, OTHER_EVIDENCE))
        .to.be.revertedWithCustomError(domains, "TransferDomainsEffective")
        .withArgs(effectiveAt, effectiveAt);
    });
  });

  describe("finalizeRevocation", () => {
    it("MUST persist what has taken effect and emit RouteRevoked exactly once, whoever calls", async () => {
      const { domains, stranger, effectiveAt, initiatedAt } = await loadFixture(closedRoute);
      const asStranger = domains.connect(stranger);

      await expect(asStranger.finalizeRevocation(...ROUTE))
        .to.emit(domains, "RouteRevoked")
        .withArgs(...ROUTE, REVOCATION, effectiveAt);

      expect([...(await domains.getRoute(...ROUTE))]).to.deep.equal([false, effectiveAt, PERMIT, REVOCATION]);
      expect([...(await domains.getRevocation(...ROUTE))]).to.deep.equal([
        initiatedAt,
        effectiveAt,
        REVOCATION,
        false,
        true,
      ]);
      await expect(asStranger.finalizeRevocation(...ROUTE))
        .to.be.revertedWithCustomError(domains, "TransferDomainsNotPending")
        .withArgs(...ROUTE);
    });

    it("MUST revert unless something is pending and effectiveAt has come", async () => {
      const { domains, effectiveAt } = await loadFixture(closingRoute);

      await expect(domains.finalizeRevocation(FRANCE, USA, HOUSES))
        .to.be.revertedWithCustomError(domains, "TransferDomainsNotPending")
        .withArgs(FRANCE, USA, HOUSES);
      await time.setNextBlockTimestamp(effectiveAt - 1n);
      await expect(domains.finalizeRevocation(...ROUTE))
        .to.be.revertedWithCustomError(domains, "TransferDomainsNotEffective")
        .withArgs(effectiveAt, effectiveAt - 1n);
    });
  });
});
