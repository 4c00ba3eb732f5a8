import { expect } from "chai";
import { network } from "hardhat";
import { STATE } from "../../helpers/books.ts";
import { empowerCustody, INCIDENT } from "../../helpers/custody.ts";
import { deployDesks, listBackedAsset } from "../../helpers/desks.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const ASSET = 7n;
const UNKNOWN_ASSET = 8n;
const EVIDENCE = ethers.id("photographs of the fire");
const RESOLUTION = ethers.id("report of the restorer");

/** A backed asset whose shares trade, with an inspector; the custody desk has its power over the life of assets. */
async function activeAsset() {
  const desks = await deployDesks(connection);
  await empowerCustody(desks);
  await listBackedAsset(connection, desks, ASSET);
  await desks.custody.setInspector(ASSET, desks.inspector, true);
  await desks.shares.setAssetState(ASSET, STATE.active);
  return { desks, custody: desks.custody, shares: desks.shares };
}

/** The custodian has reported damage. */
async function damagedAsset() {
  const world = await activeAsset();
  await world.custody.connect(world.desks.custodian).reportIncident(ASSET, INCIDENT.damage, 1n, EVIDENCE);
  return world;
}

describe("CustodyDesk incidents", () => {
  describe("reportIncident", () => {
    it("records what the custodian says, suspends the asset and takes its backing", async () => {
      const { desks, custody, shares } = await loadFixture(activeAsset);
      const instant = BigInt(await time.latest()) + 10n;
      await time.setNextBlockTimestamp(instant);

      await expect(custody.connect(desks.custodian).reportIncident(ASSET, INCIDENT.loss, instant, EVIDENCE))
        .to.emit(shares, "AssetStateChanged")
        .withArgs(ASSET, STATE.active, STATE.suspended)
        .and.to.emit(custody, "IncidentReported");

      const incident = [INCIDENT.loss, desks.custodian.address, instant, instant, 0n, EVIDENCE, ethers.ZeroHash];
      expect([...(await custody.incidentOf(ASSET, 0n))]).to.deep.equal(incident);
      expect([...(await custody.incidentCount(ASSET))]).to.deep.equal([1n, 1n]);
      expect(await custody.isBacked(ASSET)).to.equal(false);
      expect(await custody.backedUntil(ASSET)).to.equal(0n);
    });

    it("is for inspectors and the custodian; the issuer has his own way", async () => {
      const { desks, custody } = await loadFixture(activeAsset);

      await custody.connect(desks.inspector).reportIncident(ASSET, INCIDENT.lien, 1n, EVIDENCE);
      await custody.recordIncident(ASSET, INCIDENT.lien, 1n, EVIDENCE);
      for (const caller of [desks.stranger, desks.admin]) {
        await expect(custody.connect(caller).reportIncident(ASSET, INCIDENT.lien, 1n, EVIDENCE))
          .to.be.revertedWithCustomError(custody, "CustodyDeskNotAppointed")
          .withArgs(ASSET, caller.address);
      }
    });

    it("is recorded in every state, and suspends what is active or redeeming", async () => {
      const { custody, shares } = await loadFixture(damagedAsset);
      await custody.recordIncident(ASSET, INCIDENT.damage, 1n, EVIDENCE);
      expect(await shares.stateOf(ASSET)).to.equal(STATE.suspended);

      await shares.setAssetState(ASSET, STATE.redeeming);
      await custody.recordIncident(ASSET, INCIDENT.damage, 1n, EVIDENCE);
      expect(await shares.stateOf(ASSET)).to.equal(STATE.suspended);
      expect([...(await custody.incidentCount(ASSET))]).to.deep.equal([3n, 3n]);
    });

    it("is recorded even if the register does not let the desk suspend", async () => {
      const { desks, custody, shares } = await loadFixture(activeAsset);
      await desks.authority.revokeRole(79n, custody);

      await expect(custody.recordIncident(ASSET, INCIDENT.loss, 1n, EVIDENCE))
        .to.emit(custody, "SuspensionFailed")
        .withArgs(ASSET, 0n);

      expect(await shares.stateOf(ASSET)).to.equal(STATE.active);
      expect(await custody.isBacked(ASSET)).to.equal(false);
    });

    it("rejects the future, no time, no evidence, an unknown kind and an unknown asset", async () => {
      const { desks, custody, shares } = await loadFixture(activeAsset);
      const now = BigInt(await time.latest()) + 10n;

      for (const [occurredAt, evidence] of [
        [now + 1n, EVIDENCE],
        [0n, EVIDENCE],
        [now, ethers.ZeroHash],
      ] as const) {
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(now);
        await expect(custody.connect(desks.custodian).reportIncident(ASSET, INCIDENT.loss, occurredAt, evidence))
          .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidIncident")
          .withArgs(ASSET, occurredAt, evidence, now);
        await snapshot.restore();
      }
      await expect(custody.recordIncident(ASSET, 3n, 1n, EVIDENCE))
        .to.be.revertedWithCustomError(custody, "CustodyDeskUnknownKind")
        .withArgs(3n);
      await expect(custody.recordIncident(UNKNOWN_ASSET, 0n, 1n, EVIDENCE))
        .to.be.revertedWithCustomError(shares, "ShareTokenUnknownAsset")
        .withArgs(UNKNOWN_ASSET);
    });
  });

  describe("resolveIncident", () => {
    it("gives the backing back when the last one is over, and leaves the suspension to the issuer", async () => {
      const { custody, shares } = await loadFixture(damagedAsset);
      await custody.recordIncident(ASSET, INCIDENT.lien, 1n, EVIDENCE);

      await expect(custody.resolveIncident(ASSET, 0n, RESOLUTION))
        .to.emit(custody, "IncidentResolved")
        .withArgs(ASSET, 0n, RESOLUTION);
      expect(await custody.isBacked(ASSET)).to.equal(false);
      await custody.resolveIncident(ASSET, 1n, RESOLUTION);

      const { resolvedAt, resolutionHash } = await custody.incidentOf(ASSET, 1n);
      expect([resolvedAt, resolutionHash]).to.deep.equal([BigInt(await time.latest()), RESOLUTION]);
      expect(await custody.isBacked(ASSET)).to.equal(true);
      expect(await shares.stateOf(ASSET)).to.equal(STATE.suspended);
    });

    it("rejects no evidence, an unknown number, and a second time", async () => {
      const { custody } = await loadFixture(damagedAsset);

      await expect(custody.resolveIncident(ASSET, 0n, ethers.ZeroHash))
        .to.be.revertedWithCustomError(custody, "CustodyDeskZeroHash")
        .withArgs(ASSET);
      for (const question of [
        () => custody.resolveIncident(ASSET, 1n, RESOLUTION),
        () => custody.incidentOf(ASSET, 1n),
      ]) {
        await expect(question())
          .to.be.revertedWithCustomError(custody, "CustodyDeskUnknownIncident")
          .withArgs(ASSET, 1n);
      }
      await custody.resolveIncident(ASSET, 0n, RESOLUTION);
      await expect(custody.resolveIncident(ASSET, 0n, RESOLUTION))
        .to.be.revertedWithCustomError(custody, "CustodyDeskIncidentResolved")
        .withArgs(ASSET, 0n);
    });
  });
});
