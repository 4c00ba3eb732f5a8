import { expect } from "chai";
import { network } from "hardhat";
import { listAsset } from "../../helpers/books.ts";
import {
  type Attestation,
  appointCustodian,
  attestationDigest,
  attestationOf,
  type Desks,
  deployDesks,
  KIND,
  listBackedAsset,
  signAttestation,
} from "../../helpers/desks.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const ASSET = 7n;
const UNKNOWN_ASSET = 8n;

/** A listed asset with a custodian who has said nothing yet, and an inspector. */
async function assetInCustody() {
  const desks = await deployDesks(connection);
  await listAsset(connection, desks, ASSET);
  await appointCustodian(connection, desks, ASSET, desks.custodian);
  await desks.custody.setInspector(ASSET, desks.inspector.address, true);
  return { desks, custody: desks.custody };
}

/** The same, and the custodian has said that the thing exists. */
async function backedAsset() {
  const desks = await deployDesks(connection);
  await listBackedAsset(connection, desks, ASSET);
  const { expiresAt } = await desks.custody.attestationOf(ASSET, KIND.existence);
  return { desks, custody: desks.custody, expiresAt };
}

async function word(desks: Desks, changes: Partial<Attestation> = {}): Promise<Attestation> {
  return attestationOf(connection, desks, ASSET, changes);
}

async function signed(desks: Desks, attestation: Attestation): Promise<string> {
  return signAttestation(connection, desks, desks.custodian, attestation);
}

describe("CustodyDesk", () => {
  describe("setInspector", () => {
    it("appoints and takes back", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      expect(await custody.isInspector(ASSET, desks.inspector)).to.equal(true);

      await expect(custody.setInspector(ASSET, desks.inspector, false))
        .to.emit(custody, "InspectorSet")
        .withArgs(ASSET, desks.inspector.address, false);
      expect(await custody.isInspector(ASSET, desks.inspector)).to.equal(false);
    });
  });

  describe("setProperties", () => {
    const properties = {
      tokenIssuer: "1685 38th REIT, L.L.C.",
      assetHolder: "1685 38th Street Holdings",
      storageLocation: "1685 38th Street, Boulder, Colorado",
      terms: "ipfs://terms",
      jurisdiction: "US-CO",
      declaredValue: { currency: "USD", value: 12_500_000n },
    };

    it("keeps the fields of ERC-7578 and answers in its shape", async () => {
      const { custody } = await loadFixture(assetInCustody);

      await expect(custody.setProperties(ASSET, properties)).to.emit(custody, "PropertiesSet");

      const { declaredValue, ...fields } = properties;
      const [issuer, holder, place, terms, law, value] = await custody.getPropertiesOf(ASSET);
      expect([issuer, holder, place, terms, law]).to.deep.equal(Object.values(fields));
      expect([...value]).to.deep.equal(Object.values(declaredValue));
      expect(custody.interface.getFunction("getPropertiesOf").selector).to.equal("0x3990d2c8");
    });

    it("rejects a field that says nothing, and an asset nobody listed", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);

      for (const field of ["tokenIssuer", "assetHolder", "storageLocation", "terms", "jurisdiction"]) {
        await expect(custody.setProperties(ASSET, { ...properties, [field]: "" }))
          .to.be.revertedWithCustomError(custody, "CustodyDeskIncompleteProperties")
          .withArgs(ASSET);
      }
      await expect(custody.setProperties(ASSET, { ...properties, declaredValue: { currency: "", value: 1n } }))
        .to.be.revertedWithCustomError(custody, "CustodyDeskIncompleteProperties")
        .withArgs(ASSET);
      await expect(custody.setProperties(UNKNOWN_ASSET, properties))
        .to.be.revertedWithCustomError(desks.shares, "ShareTokenUnknownAsset")
        .withArgs(UNKNOWN_ASSET);
    });
  });

  describe("demandInsurance", () => {
    it("takes the backing away until the thing is insured for enough, in the unit that was demanded", async () => {
      const { desks, custody } = await loadFixture(backedAsset);
      const [usd, eur] = [ethers.encodeBytes32String("USD"), ethers.encodeBytes32String("EUR")];
      const insure = async (amount: bigint, unit: string) => {
        const policy = await word(desks, { kind: KIND.insurance, amount, unit, expiresAt: 2_000_000_000n });
        await custody.attest(ASSET, policy, await signed(desks, policy));
        return custody.isBacked(ASSET);
      };

      await expect(custody.demandInsurance(ASSET, 1_000n, usd))
        .to.emit(custody, "InsuranceDemanded")
        .withArgs(ASSET, 1_000n, usd);
      expect([...(await custody.insuranceDemandOf(ASSET))]).to.deep.equal([1_000n, usd]);
      expect(await custody.isBacked(ASSET)).to.equal(false);
      expect(await insure(999n, usd)).to.equal(false);
      expect(await insure(1_000n, eur)).to.equal(false);
      expect(await insure(1_000n, usd)).to.equal(true);

      await custody.demandInsurance(ASSET, 0n, ethers.ZeroHash);
      expect(await custody.isBacked(ASSET)).to.equal(true);
    });

    it("lets the backing lapse with the policy, to the second", async () => {
      const { desks, custody, expiresAt } = await loadFixture(backedAsset);
      const unit = ethers.encodeBytes32String("USD");
      const lapses = expiresAt - 1_000n;
      const policy = await word(desks, { kind: KIND.insurance, amount: 5n, unit, expiresAt: lapses });
      await custody.attest(ASSET, policy, await signed(desks, policy));
      await custody.demandInsurance(ASSET, 5n, unit);
      expect(await custody.backedUntil(ASSET)).to.equal(lapses);

      await time.increaseTo(lapses);
      expect(await custody.isBacked(ASSET)).to.equal(true);
      await time.increaseTo(lapses + 1n);
      expect(await custody.isBacked(ASSET)).to.equal(false);
    });

    it("rejects a sum without a unit and a unit without a sum", async () => {
      const { custody } = await loadFixture(assetInCustody);
      const unit = ethers.encodeBytes32String("USD");

      for (const [amount, of] of [
        [1n, ethers.ZeroHash],
        [0n, unit],
      ] as const) {
        await expect(custody.demandInsurance(ASSET, amount, of))
          .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidInsurance")
          .withArgs(amount, of);
      }
    });
  });

  describe("hashAttestation", () => {
    it("is the digest that wallets sign (EIP-712), and the domain says so (ERC-5267)", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      const attestation = await word(desks);

      expect(await custody.hashAttestation(attestation)).to.equal(
        await attestationDigest(connection, desks, attestation),
      );
      const domain = await custody.eip712Domain();
      const { chainId } = await ethers.provider.getNetwork();
      expect([domain.fields, domain.name, domain.version, domain.chainId, domain.verifyingContract]).to.deep.equal([
        "0x0f",
        "Moiety CustodyDesk",
        "1",
        chainId,
        await custody.getAddress(),
      ]);
    });
  });

  describe("attest", () => {
    it("keeps what the custodian signed, whoever brings it", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      const attestation = await word(desks, { kind: KIND.insurance, amount: 2_000_000n });

      await expect(custody.connect(desks.stranger).attest(ASSET, attestation, await signed(desks, attestation)))
        .to.emit(custody, "Attested")
        .withArgs(
          ASSET,
          KIND.insurance,
          await attestationDigest(connection, desks, attestation),
          Object.values(attestation),
        );

      expect([...(await custody.attestationOf(ASSET, KIND.insurance))]).to.deep.equal(Object.values(attestation));
      expect(await custody.isNonceUsed(desks.custodian.address, attestation.nonce)).to.equal(true);
    });

    it("takes the word of an inspector, and of a contract that signs (ERC-1271)", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      const wallet = await ethers.deployContract("MockSignatureWallet", [desks.custodian.address]);
      await custody.setInspector(ASSET, wallet, true);
      const byInspector = await word(desks, { attester: desks.inspector.address });
      const byContract = await word(desks, { attester: await wallet.getAddress(), kind: KIND.location });

      await custody.attest(ASSET, byInspector, await signAttestation(connection, desks, desks.inspector, byInspector));
      await custody.attest(ASSET, byContract, await signed(desks, byContract));

      expect((await custody.attestationOf(ASSET, KIND.existence)).attester).to.equal(desks.inspector.address);
      expect((await custody.attestationOf(ASSET, KIND.location)).attester).to.equal(await wallet.getAddress());
    });

    it("rejects a contract that does not confirm", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      const wallet = await ethers.deployContract("MockSignatureWallet", [desks.custodian.address]);
      await custody.setInspector(ASSET, wallet, true);
      await wallet.setSilent(true);
      const attestation = await word(desks, { attester: await wallet.getAddress() });

      await expect(custody.attest(ASSET, attestation, await signed(desks, attestation)))
        .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidSignature")
        .withArgs(attestation.attester, await attestationDigest(connection, desks, attestation));
    });

    it("rejects another subject than the asset's anchor", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      const attestation = await word(desks, { subjectId: ethers.id("another house") });

      await expect(custody.attest(ASSET, attestation, await signed(desks, attestation)))
        .to.be.revertedWithCustomError(custody, "CustodyDeskWrongSubject")
        .withArgs(ASSET, attestation.subjectId, await desks.shares.anchorIdOf(ASSET));
    });

    it("rejects an asset nobody listed", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      const attestation = await word(desks);

      await expect(custody.attest(UNKNOWN_ASSET, attestation, await signed(desks, attestation)))
        .to.be.revertedWithCustomError(desks.shares, "ShareTokenUnknownAsset")
        .withArgs(UNKNOWN_ASSET);
    });

    it("rejects a kind above insurance", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      const attestation = await word(desks, { kind: 4n });

      await expect(custody.attest(ASSET, attestation, await signed(desks, attestation)))
        .to.be.revertedWithCustomError(custody, "CustodyDeskUnknownKind")
        .withArgs(4n);
    });

    it("rejects attesters who are not, or not any more, appointed, and nobody", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      await custody.setInspector(ASSET, desks.inspector.address, false);

      for (const attester of [desks.stranger.address, desks.inspector.address, ethers.ZeroAddress]) {
        const attestation = await word(desks, { attester });
        await expect(custody.attest(ASSET, attestation, await signed(desks, attestation)))
          .to.be.revertedWithCustomError(custody, "CustodyDeskNotAppointed")
          .withArgs(ASSET, attester);
      }
    });

    it("accepts what was seen this second and holds to the next, and nothing beyond", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      const now = BigInt(await time.latest()) + 10n;

      for (const [asOf, expiresAt] of [
        [now + 1n, now + 2n], // seen in the future
        [now, now], // over this second
      ] as const) {
        const attestation = await word(desks, { asOf, expiresAt });
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(now);
        await expect(custody.attest(ASSET, attestation, await signed(desks, attestation)))
          .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidDates")
          .withArgs(asOf, expiresAt, now);
        await snapshot.restore();
      }

      const attestation = await word(desks, { asOf: now, expiresAt: now + 1n });
      await time.setNextBlockTimestamp(now);
      await custody.attest(ASSET, attestation, await signed(desks, attestation));
    });

    it("keeps the latest word of a kind: an older one is rejected, one of the same second replaces it", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      const first = await word(desks);
      await custody.attest(ASSET, first, await signed(desks, first));

      const older = await word(desks, { asOf: first.asOf - 1n });
      await expect(custody.attest(ASSET, older, await signed(desks, older)))
        .to.be.revertedWithCustomError(custody, "CustodyDeskOutdated")
        .withArgs(ASSET, KIND.existence, older.asOf, first.asOf);

      const again = await word(desks, { asOf: first.asOf, evidenceHash: ethers.id("better photographs") });
      await custody.attest(ASSET, again, await signed(desks, again));
      expect((await custody.attestationOf(ASSET, KIND.existence)).evidenceHash).to.equal(again.evidenceHash);

      // Kinds do not disturb each other.
      const condition = await word(desks, { asOf: first.asOf - 100n, kind: KIND.condition });
      await custody.attest(ASSET, condition, await signed(desks, condition));
    });
  });

  describe("revokeNonce", () => {
    it("voids an attestation that was signed but not brought", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      const attestation = await word(desks, { nonce: 255n });

      await expect(custody.connect(desks.custodian).revokeNonce(255n))
        .to.emit(custody, "NonceRevoked")
        .withArgs(desks.custodian.address, 255n);
      await expect(custody.attest(ASSET, attestation, await signed(desks, attestation)))
        .to.be.revertedWithCustomError(custody, "CustodyDeskNonceUsed")
        .withArgs(desks.custodian.address, 255n);
    });

    it("touches no other nonce and no other attester, and works once", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      await custody.connect(desks.custodian).revokeNonce(256n);

      for (const nonce of [0n, 255n, 257n, 512n]) {
        expect(await custody.isNonceUsed(desks.custodian.address, nonce), String(nonce)).to.equal(false);
      }
      expect(await custody.isNonceUsed(desks.inspector.address, 256n)).to.equal(false);
      await expect(custody.connect(desks.custodian).revokeNonce(256n))
        .to.be.revertedWithCustomError(custody, "CustodyDeskNonceUsed")
        .withArgs(desks.custodian.address, 256n);
    });
  });

  describe("isBacked", () => {
    it("holds to the last second of the word about existence and not a second longer", async () => {
      const { custody, expiresAt } = await loadFixture(backedAsset);
      expect(await custody.backedUntil(ASSET)).to.equal(expiresAt);

      await time.increaseTo(expiresAt);
      expect(await custody.isBacked(ASSET)).to.equal(true);

      await time.increaseTo(expiresAt + 1n);
      expect(await custody.isBacked(ASSET)).to.equal(false);
      expect(await custody.backedUntil(ASSET)).to.equal(0n);
    });

    it("needs a word about existence: no other kind will do", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);

      for (const kind of [KIND.condition, KIND.location, KIND.insurance]) {
        const attestation = await word(desks, { kind });
        await custody.attest(ASSET, attestation, await signed(desks, attestation));
      }
      expect(await custody.isBacked(ASSET)).to.equal(false);
      const existence = await word(desks);
      await custody.attest(ASSET, existence, await signed(desks, existence));
      expect(await custody.isBacked(ASSET)).to.equal(true);
    });

    it("needs a custodian, even if an inspector's word holds", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      const attestation = await word(desks, { attester: desks.inspector.address });
      await custody.attest(ASSET, attestation, await signAttestation(connection, desks, desks.inspector, attestation));
      expect(await custody.isBacked(ASSET)).to.equal(true);

      await custody.endMandate(ASSET, ethers.id("notice"));
      expect(await custody.isBacked(ASSET)).to.equal(false);
    });

    it("does not outlive the appointment of the one who gave the word", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      const attestation = await word(desks, { attester: desks.inspector.address });
      await custody.attest(ASSET, attestation, await signAttestation(connection, desks, desks.inspector, attestation));
      expect(await custody.isBacked(ASSET)).to.equal(true);

      await custody.setInspector(ASSET, desks.inspector, false);
      expect(await custody.isBacked(ASSET)).to.equal(false);
    });

    it("ends with the mandate, to the second, and begins again with the next", async () => {
      const { desks, custody, expiresAt } = await loadFixture(backedAsset);
      const until = expiresAt - 500n;
      await appointCustodian(connection, desks, ASSET, desks.custodian, { until });
      expect(await custody.backedUntil(ASSET)).to.equal(until);

      await time.increaseTo(until);
      expect(await custody.isBacked(ASSET)).to.equal(true);
      await time.increaseTo(until + 1n);
      expect(await custody.isBacked(ASSET)).to.equal(false);
      expect(await custody.backedUntil(ASSET)).to.equal(0n);
      expect(await custody.custodianOf(ASSET)).to.equal(desks.custodian.address);

      await appointCustodian(connection, desks, ASSET, desks.custodian);
      expect(await custody.backedUntil(ASSET)).to.equal(expiresAt);
    });

    it("ends with the anchor", async () => {
      const { desks, custody } = await loadFixture(backedAsset);

      await desks.anchors.deactivateAnchor(await desks.shares.anchorIdOf(ASSET), "sold");
      expect(await custody.isBacked(ASSET)).to.equal(false);
    });

    it("is bounded by the anchor's expiry where that comes first", async () => {
      const { desks, custody } = await loadFixture(assetInCustody);
      const attestation = await word(desks, { expiresAt: 4_100_000_000n });
      await custody.attest(ASSET, attestation, await signed(desks, attestation));

      const { expiresAt } = await desks.anchors.getMetadata(attestation.subjectId);
      expect(await custody.backedUntil(ASSET)).to.equal(expiresAt);
    });
  });
});
