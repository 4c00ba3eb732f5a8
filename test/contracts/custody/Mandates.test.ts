import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import { CUSTODY_MANDATE_TYPES, custodyDomain } from "../../../executor/formats/typed-data.ts";
import { FAR_FUTURE, listAsset, STATE } from "../../helpers/books.ts";
import { handOverOf, signHandOver } from "../../helpers/custody.ts";
import {
  appointCustodian,
  attestationOf,
  type Desks,
  deployDesks,
  listBackedAsset,
  signAttestation,
} from "../../helpers/desks.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const ASSET = 7n;
const UNKNOWN_ASSET = 8n;
const TERMS = ethers.id("what a custodian owes");
const REASON = ethers.id("notice of termination");

/** A listed asset that nobody keeps. */
async function assetNobodyKeeps() {
  const desks = await deployDesks(connection);
  await listAsset(connection, desks, ASSET);
  const mandate = { custodian: desks.custodian.address, from: 1n, until: FAR_FUTURE, termsHash: TERMS };
  return { desks, custody: desks.custody, mandate };
}

/** The issuer has offered the mandate. */
async function offeredMandate() {
  const world = await assetNobodyKeeps();
  await world.custody.offerMandate(ASSET, world.mandate);
  return world;
}

/** The custodian has the mandate, has said that the thing exists, and another one stands ready. */
async function backedAsset() {
  const desks = await deployDesks(connection);
  await listBackedAsset(connection, desks, ASSET);
  return { desks, custody: desks.custody };
}

/** Both custodians have signed a hand-over that the issuer has approved. */
async function agreedHandOver() {
  const world = await backedAsset();
  const { desks, custody } = world;
  const handOver = await handOverOf(connection, desks, ASSET);
  const bySource = await signHandOver(connection, desks, desks.custodian, handOver);
  const byTarget = await signHandOver(connection, desks, desks.inspector, handOver);
  await custody.approveHandOver(ASSET, handOver, true);
  return { ...world, handOver, bySource, byTarget };
}

async function signMandate(desks: Desks, signer: HardhatEthersSigner, mandate: object, nonce: bigint) {
  const { chainId } = await ethers.provider.getNetwork();
  const domain = custodyDomain(chainId, await desks.custody.getAddress());
  const subjectId = await desks.shares.anchorIdOf(ASSET);
  return signer.signTypedData(domain, CUSTODY_MANDATE_TYPES, { subjectId, ...mandate, nonce });
}

describe("CustodyDesk mandates", () => {
  describe("offerMandate", () => {
    it("offers, replaces an offer, and makes nobody responsible", async () => {
      const { custody, mandate } = await loadFixture(assetNobodyKeeps);

      await expect(custody.offerMandate(ASSET, { ...mandate, from: 2n })).to.emit(custody, "MandateOffered");
      await custody.offerMandate(ASSET, mandate);

      expect([...(await custody.mandateOfferOf(ASSET))]).to.deep.equal(Object.values(mandate));
      expect(await custody.custodianOf(ASSET)).to.equal(ethers.ZeroAddress);
    });

    it("rejects nobody, no terms, no time, and a time that is over", async () => {
      const { custody, mandate } = await loadFixture(assetNobodyKeeps);
      const now = BigInt(await time.latest()) + 10n;

      for (const changes of [
        { custodian: ethers.ZeroAddress },
        { termsHash: ethers.ZeroHash },
        { from: now + 5n, until: now + 5n },
        { until: now - 1n },
      ]) {
        const wrong = { ...mandate, ...changes };
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(now);
        await expect(custody.offerMandate(ASSET, wrong))
          .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidMandate")
          .withArgs(Object.values(wrong), now);
        await snapshot.restore();
      }
      await time.setNextBlockTimestamp(now);
      await custody.offerMandate(ASSET, { ...mandate, until: now });
    });

    it("rejects an asset nobody listed", async () => {
      const { desks, custody, mandate } = await loadFixture(assetNobodyKeeps);

      await expect(custody.offerMandate(UNKNOWN_ASSET, mandate))
        .to.be.revertedWithCustomError(desks.shares, "ShareTokenUnknownAsset")
        .withArgs(UNKNOWN_ASSET);
    });
  });

  describe("acceptMandate", () => {
    it("makes the one who accepts responsible", async () => {
      const { desks, custody, mandate } = await loadFixture(offeredMandate);

      await expect(custody.connect(desks.custodian).acceptMandate(ASSET, mandate))
        .to.emit(custody, "CustodianSet")
        .withArgs(ASSET, desks.custodian.address, ethers.ZeroAddress, Object.values(mandate));

      expect(await custody.custodianOf(ASSET)).to.equal(desks.custodian.address);
      expect([...(await custody.mandateOf(ASSET))]).to.deep.equal(Object.values(mandate));
      expect((await custody.mandateOfferOf(ASSET)).custodian).to.equal(ethers.ZeroAddress);
    });

    it("rejects another caller, other terms, and an offer that was taken back", async () => {
      const { desks, custody, mandate } = await loadFixture(offeredMandate);
      const asCustodian = custody.connect(desks.custodian);

      await expect(custody.connect(desks.stranger).acceptMandate(ASSET, mandate))
        .to.be.revertedWithCustomError(custody, "CustodyDeskNotCustodian")
        .withArgs(desks.custodian.address, desks.stranger.address);
      await expect(asCustodian.acceptMandate(ASSET, { ...mandate, termsHash: REASON }))
        .to.be.revertedWithCustomError(custody, "CustodyDeskNotOffered")
        .withArgs(ASSET, desks.custodian.address);

      await expect(custody.withdrawMandateOffer(ASSET))
        .to.emit(custody, "MandateOfferWithdrawn")
        .withArgs(ASSET, desks.custodian.address);
      await expect(asCustodian.acceptMandate(ASSET, mandate))
        .to.be.revertedWithCustomError(custody, "CustodyDeskNotOffered")
        .withArgs(ASSET, desks.custodian.address);
      await expect(custody.withdrawMandateOffer(ASSET))
        .to.be.revertedWithCustomError(custody, "CustodyDeskNotOffered")
        .withArgs(ASSET, ethers.ZeroAddress);
    });

    it("is accepted from its first second to its last", async () => {
      const { desks, custody, mandate } = await loadFixture(assetNobodyKeeps);
      const from = BigInt(await time.latest()) + 1_000n;
      const timed = { ...mandate, from, until: from + 10n };
      await custody.offerMandate(ASSET, timed);

      for (const [instant, isIn] of [
        [from - 1n, false],
        [from, true],
        [from + 10n, true],
        [from + 11n, false],
      ] as const) {
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(instant);
        const attempt = custody.connect(desks.custodian).acceptMandate(ASSET, timed);
        if (isIn) await attempt;
        else {
          await expect(attempt)
            .to.be.revertedWithCustomError(custody, "CustodyDeskMandateNotCurrent")
            .withArgs(from, from + 10n, instant);
        }
        await snapshot.restore();
      }
    });

    it("rejects an asset that has retired since it was offered", async () => {
      const { desks, custody, mandate } = await loadFixture(offeredMandate);
      for (const state of [STATE.active, STATE.redeeming, STATE.retired]) {
        await desks.shares.setAssetState(ASSET, state);
      }

      await expect(custody.connect(desks.custodian).acceptMandate(ASSET, mandate))
        .to.be.revertedWithCustomError(custody, "CustodyDeskAssetRetired")
        .withArgs(ASSET);
    });

    it("lets a custodian go on, and nobody else in", async () => {
      const { desks, custody } = await loadFixture(backedAsset);
      const next = { custodian: desks.custodian.address, from: 1n, until: FAR_FUTURE + 1n, termsHash: TERMS };
      await custody.offerMandate(ASSET, next);
      await custody.connect(desks.custodian).acceptMandate(ASSET, next);
      expect(await custody.isBacked(ASSET)).to.equal(true);

      const other = { ...next, custodian: desks.inspector.address };
      await custody.offerMandate(ASSET, other);
      await expect(custody.connect(desks.inspector).acceptMandate(ASSET, other))
        .to.be.revertedWithCustomError(custody, "CustodyDeskHandOverNeeded")
        .withArgs(ASSET, desks.custodian.address);
    });
  });

  describe("bringMandate", () => {
    it("takes the custodian's signature, whoever brings it, once", async () => {
      const { desks, custody, mandate } = await loadFixture(offeredMandate);
      const signature = await signMandate(desks, desks.custodian, mandate, 5n);

      await custody.connect(desks.stranger).bringMandate(ASSET, mandate, 5n, signature);

      expect(await custody.custodianOf(ASSET)).to.equal(desks.custodian.address);
      await custody.offerMandate(ASSET, mandate);
      await expect(custody.bringMandate(ASSET, mandate, 5n, signature))
        .to.be.revertedWithCustomError(custody, "CustodyDeskNonceUsed")
        .withArgs(desks.custodian.address, 5n);
    });

    it("takes a contract's signature (ERC-1271)", async () => {
      const { desks, custody, mandate } = await loadFixture(assetNobodyKeeps);
      const wallet = await ethers.deployContract("MockSignatureWallet", [desks.custodian.address]);
      const ofContract = { ...mandate, custodian: await wallet.getAddress() };
      await custody.offerMandate(ASSET, ofContract);

      await custody.bringMandate(ASSET, ofContract, 1n, await signMandate(desks, desks.custodian, ofContract, 1n));

      expect(await custody.custodianOf(ASSET)).to.equal(ofContract.custodian);
    });

    it("rejects the signature of somebody else", async () => {
      const { desks, custody, mandate } = await loadFixture(offeredMandate);

      await expect(custody.bringMandate(ASSET, mandate, 5n, await signMandate(desks, desks.stranger, mandate, 5n)))
        .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidSignature")
        .withArgs(desks.custodian.address, await custody.hashMandate(ASSET, mandate, 5n));
    });
  });

  describe("endMandate", () => {
    it("takes the custodian's powers at once and leaves him responsible (P41)", async () => {
      const { desks, custody } = await loadFixture(backedAsset);

      await expect(custody.endMandate(ASSET, REASON))
        .to.emit(custody, "MandateEnded")
        .withArgs(ASSET, desks.custodian.address, REASON);

      expect(await custody.isBacked(ASSET)).to.equal(false);
      expect(await custody.custodianOf(ASSET)).to.equal(desks.custodian.address);
      const word = await attestationOf(connection, desks, ASSET);
      await expect(custody.attest(ASSET, word, await signAttestation(connection, desks, desks.custodian, word)))
        .to.be.revertedWithCustomError(custody, "CustodyDeskNotAppointed")
        .withArgs(ASSET, desks.custodian.address);
      await expect(custody.connect(desks.custodian).reportIncident(ASSET, 0n, 1n, REASON))
        .to.be.revertedWithCustomError(custody, "CustodyDeskNotAppointed")
        .withArgs(ASSET, desks.custodian.address);
    });

    it("rejects no reason, nobody's mandate, and a mandate that is over", async () => {
      const { custody } = await loadFixture(backedAsset);

      await expect(custody.endMandate(ASSET, ethers.ZeroHash))
        .to.be.revertedWithCustomError(custody, "CustodyDeskZeroHash")
        .withArgs(ASSET);
      await custody.endMandate(ASSET, REASON);
      const ended = BigInt(await time.latest()) - 1n;
      await time.setNextBlockTimestamp(ended + 50n);
      await expect(custody.endMandate(ASSET, REASON))
        .to.be.revertedWithCustomError(custody, "CustodyDeskMandateNotCurrent")
        .withArgs(0n, ended, ended + 50n);
      await time.setNextBlockTimestamp(ended + 60n);
      await expect(custody.endMandate(UNKNOWN_ASSET, REASON))
        .to.be.revertedWithCustomError(custody, "CustodyDeskMandateNotCurrent")
        .withArgs(0n, 0n, ended + 60n);
    });
  });

  describe("handOver", () => {
    it("passes responsibility in one transaction, whoever brings it, and old words count no longer", async () => {
      const { desks, custody, handOver, bySource, byTarget } = await loadFixture(agreedHandOver);
      const id = await custody.hashHandOver(handOver);

      await expect(custody.connect(desks.stranger).handOver(ASSET, handOver, bySource, byTarget))
        .to.emit(custody, "HandedOver")
        .withArgs(ASSET, id, Object.values(handOver))
        .and.to.emit(custody, "CustodianSet");

      expect(await custody.custodianOf(ASSET)).to.equal(desks.inspector.address);
      expect([...(await custody.mandateOf(ASSET))]).to.deep.equal([
        handOver.to,
        handOver.mandateFrom,
        handOver.mandateUntil,
        handOver.termsHash,
      ]);
      expect(await custody.isApproved(id)).to.equal(false);
      expect(await custody.isBacked(ASSET)).to.equal(false);

      const word = await attestationOf(connection, desks, ASSET, { attester: handOver.to });
      await custody.attest(ASSET, word, await signAttestation(connection, desks, desks.inspector, word));
      expect(await custody.isBacked(ASSET)).to.equal(true);
    });

    it("does nothing half signed", async () => {
      const { desks, custody, handOver, bySource, byTarget } = await loadFixture(agreedHandOver);
      const id = await custody.hashHandOver(handOver);

      for (const [source, target, missing] of [
        [bySource, "0x", handOver.to],
        ["0x", byTarget, handOver.from],
        [bySource, bySource, handOver.to],
        [byTarget, byTarget, handOver.from],
      ] as const) {
        await expect(custody.handOver(ASSET, handOver, source, target))
          .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidSignature")
          .withArgs(missing, id);
      }
      expect(await custody.custodianOf(ASSET)).to.equal(desks.custodian.address);
      expect(await custody.isBacked(ASSET)).to.equal(true);
      await custody.handOver(ASSET, handOver, bySource, byTarget);
    });

    it("does nothing without the issuer's approval, or after he has taken it back", async () => {
      const { custody, handOver, bySource, byTarget } = await loadFixture(agreedHandOver);
      const id = await custody.hashHandOver(handOver);

      await expect(custody.approveHandOver(ASSET, handOver, false))
        .to.emit(custody, "HandOverApproved")
        .withArgs(ASSET, id, false);
      await expect(custody.handOver(ASSET, handOver, bySource, byTarget))
        .to.be.revertedWithCustomError(custody, "CustodyDeskNotApproved")
        .withArgs(id);
    });

    it("rejects what either custodian has revoked", async () => {
      for (const who of ["custodian", "inspector"] as const) {
        const { desks, custody, handOver, bySource, byTarget } = await loadFixture(agreedHandOver);
        await custody.connect(desks[who]).revokeNonce(handOver.nonce);

        await expect(custody.handOver(ASSET, handOver, bySource, byTarget))
          .to.be.revertedWithCustomError(custody, "CustodyDeskNonceUsed")
          .withArgs(desks[who].address, handOver.nonce);
      }
    });

    it("works from the new mandate's first second to the last of what was signed", async () => {
      const { desks, custody } = await loadFixture(backedAsset);
      const mandateFrom = BigInt(await time.latest()) + 1_000n;
      const expiresAt = mandateFrom + 10n;
      const handOver = await handOverOf(connection, desks, ASSET, { mandateFrom, expiresAt });
      const bySource = await signHandOver(connection, desks, desks.custodian, handOver);
      const byTarget = await signHandOver(connection, desks, desks.inspector, handOver);
      await custody.approveHandOver(ASSET, handOver, true);
      const attemptAt = async (instant: bigint) => {
        await time.setNextBlockTimestamp(instant);
        return custody.handOver(ASSET, handOver, bySource, byTarget);
      };

      await expect(attemptAt(mandateFrom - 1n))
        .to.be.revertedWithCustomError(custody, "CustodyDeskMandateNotCurrent")
        .withArgs(mandateFrom, FAR_FUTURE, mandateFrom - 1n);
      const snapshot = await networkHelpers.takeSnapshot();
      await attemptAt(mandateFrom);
      await snapshot.restore();
      const other = await networkHelpers.takeSnapshot();
      await attemptAt(expiresAt);
      await other.restore();
      await expect(attemptAt(expiresAt + 1n))
        .to.be.revertedWithCustomError(custody, "CustodyDeskExpired")
        .withArgs(expiresAt, expiresAt + 1n);
    });

    it("is not approved between the wrong two, without evidence, or for another subject", async () => {
      const { desks, custody } = await loadFixture(backedAsset);
      const responsible = desks.custodian.address;

      for (const changes of [
        { from: desks.stranger.address },
        { to: responsible },
        { evidenceHash: ethers.ZeroHash },
      ]) {
        const wrong = await handOverOf(connection, desks, ASSET, changes);
        await expect(custody.approveHandOver(ASSET, wrong, true))
          .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidHandOver")
          .withArgs(ASSET, wrong.from, wrong.to, responsible, wrong.evidenceHash);
      }
      const nobody = await handOverOf(connection, desks, ASSET, { to: ethers.ZeroAddress });
      await expect(custody.approveHandOver(ASSET, nobody, true)).to.be.revertedWithCustomError(
        custody,
        "CustodyDeskInvalidMandate",
      );
      const other = await handOverOf(connection, desks, ASSET, { subjectId: REASON });
      await expect(custody.approveHandOver(ASSET, other, true))
        .to.be.revertedWithCustomError(custody, "CustodyDeskWrongSubject")
        .withArgs(ASSET, REASON, await desks.shares.anchorIdOf(ASSET));
    });

    it("needs somebody who answers for the thing", async () => {
      const { desks, custody } = await loadFixture(assetNobodyKeeps);

      await expect(custody.approveHandOver(ASSET, await handOverOf(connection, desks, ASSET), true))
        .to.be.revertedWithCustomError(custody, "CustodyDeskNobodyResponsible")
        .withArgs(ASSET);
    });

    it("works after the old mandate has lapsed: until then the old custodian answers", async () => {
      const { desks, custody } = await loadFixture(backedAsset);
      const until = BigInt(await time.latest()) + 100n;
      await appointCustodian(connection, desks, ASSET, desks.custodian, { until });
      const handOver = await handOverOf(connection, desks, ASSET);
      await custody.approveHandOver(ASSET, handOver, true);
      await time.increaseTo(until + 1_000n);
      expect(await custody.custodianOf(ASSET)).to.equal(desks.custodian.address);

      await custody.handOver(
        ASSET,
        handOver,
        await signHandOver(connection, desks, desks.custodian, handOver),
        await signHandOver(connection, desks, desks.inspector, handOver),
      );
      expect(await custody.custodianOf(ASSET)).to.equal(desks.inspector.address);
    });
  });

  describe("takeOver", () => {
    it("passes responsibility without the old custodian's signature, by order and approval", async () => {
      const { desks, custody, handOver, byTarget } = await loadFixture(agreedHandOver);

      await expect(custody.takeOver(ASSET, handOver, byTarget))
        .to.emit(custody, "TakenOver")
        .withArgs(ASSET, await custody.hashHandOver(handOver), Object.values(handOver));

      expect(await custody.custodianOf(ASSET)).to.equal(desks.inspector.address);
    });

    it("needs the new custodian's signature and the issuer's approval all the same", async () => {
      const { custody, handOver, bySource, byTarget } = await loadFixture(agreedHandOver);
      const id = await custody.hashHandOver(handOver);

      await expect(custody.takeOver(ASSET, handOver, bySource))
        .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidSignature")
        .withArgs(handOver.to, id);
      await custody.approveHandOver(ASSET, handOver, false);
      await expect(custody.takeOver(ASSET, handOver, byTarget))
        .to.be.revertedWithCustomError(custody, "CustodyDeskNotApproved")
        .withArgs(id);
    });
  });
});
