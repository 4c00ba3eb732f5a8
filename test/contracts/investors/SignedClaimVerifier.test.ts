import { expect } from "chai";
import { network } from "hardhat";
import { encodeInvestorClaim, type InvestorClaim } from "../../../sdk/investor-claim.ts";
import { CLASS, USA } from "../../helpers/books.ts";
import { claimAbout, deploySignedClaims, type SignedClaims, signedClaim, YEAR } from "../../helpers/claims.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

async function oneAttestor() {
  return deploySignedClaims(connection);
}

/** The same, and a claim of the attestor's was presented. */
async function acceptedClaim() {
  const world = await oneAttestor();
  const claim = await claimAbout(connection, world);
  await present(world, claim);
  return { ...world, claim, claimId: await world.verifier.hashClaim(claim) };
}

async function present(world: SignedClaims, claim: InvestorClaim, wallet = claim.wallet) {
  return world.registry.present(
    world.verifier,
    wallet,
    await signedClaim(connection, world.verifier, world.attestor, claim),
  );
}

describe("SignedClaimVerifier", () => {
  describe("verify", () => {
    it("says what the attestor signed, and nothing of flags", async () => {
      const world = await loadFixture(oneAttestor);
      const { verifier, registry } = world;
      const claim = await claimAbout(connection, world, { classes: CLASS.retail | CLASS.accredited });
      const claimId = await verifier.hashClaim(claim);

      await expect(present(world, claim))
        .to.emit(verifier, "ClaimAccepted")
        .withArgs(claimId, claim.attestor, claim.investor, claim.wallet);

      expect(await registry.claimId()).to.equal(claimId);
      expect([...(await registry.profile())]).to.deep.equal([
        claim.investor,
        USA,
        CLASS.retail | CLASS.accredited,
        0n,
        claim.verifiedUntil,
      ]);
      expect(await verifier.isNonceUsed(claim.attestor, claim.nonce)).to.equal(true);
    });

    it("is for the registry alone, because a claim is used up", async () => {
      const world = await loadFixture(oneAttestor);
      const { verifier, registry, admin, wallet, attestor } = world;
      const claim = await claimAbout(connection, world);
      expect(await verifier.investors()).to.equal(registry.target);

      await expect(verifier.verify(wallet, await signedClaim(connection, verifier, attestor, claim)))
        .to.be.revertedWithCustomError(verifier, "ClaimVerifierNotRegistry")
        .withArgs(admin.address);
    });

    it("rejects bytes that are no claim, with a name", async () => {
      const world = await loadFixture(oneAttestor);
      const { verifier, registry, wallet } = world;
      const claim = await claimAbout(connection, world);
      const good = encodeInvestorClaim(claim, `0x${"11".repeat(65)}`);
      const dirtyCountry = ethers.concat([
        ethers.dataSlice(good, 0, 96),
        ethers.toBeHex(0x10000n + claim.country, 32),
        ethers.dataSlice(good, 128),
      ]);

      for (const bytes of ["0x", "0x00", ethers.dataSlice(good, 0, 32 * 9), dirtyCountry]) {
        await expect(registry.present(verifier, wallet, bytes), bytes)
          .to.be.revertedWithCustomError(verifier, "SignedClaimVerifierMalformed")
          .withArgs(ethers.dataLength(bytes));
      }
    });

    it("rejects attestors who were never, or are not any more, appointed", async () => {
      const world = await loadFixture(oneAttestor);
      const { verifier, attestor, stranger } = world;
      const byStranger = await claimAbout(connection, world, { attestor: stranger.address });
      await expect(present(world, byStranger))
        .to.be.revertedWithCustomError(verifier, "SignedClaimVerifierNotAppointed")
        .withArgs(stranger.address);

      await verifier.setAttestor(attestor, 0n, 0n);
      await expect(present(world, await claimAbout(connection, world)))
        .to.be.revertedWithCustomError(verifier, "SignedClaimVerifierNotAppointed")
        .withArgs(attestor.address);
    });

    it("rejects a claim about another wallet", async () => {
      const world = await loadFixture(oneAttestor);
      const claim = await claimAbout(connection, world);

      await expect(present(world, claim, world.otherWallet.address))
        .to.be.revertedWithCustomError(world.verifier, "SignedClaimVerifierWrongWallet")
        .withArgs(world.otherWallet.address, claim.wallet);
    });

    it("rejects a claim about nobody, and countries that are none", async () => {
      const world = await loadFixture(oneAttestor);

      for (const changes of [{ investor: ethers.ZeroHash }, { country: 0n }, { country: 1_000n }]) {
        const claim = await claimAbout(connection, world, changes);
        await expect(present(world, claim))
          .to.be.revertedWithCustomError(world.verifier, "SignedClaimVerifierInvalidProfile")
          .withArgs(claim.investor, claim.country);
      }
      await present(world, await claimAbout(connection, world, { country: 999n }));
    });

    it("rejects no class, and classes beyond what the attestor may attest", async () => {
      const world = await loadFixture(oneAttestor);
      const allowed = CLASS.retail | CLASS.accredited;

      for (const classes of [0n, CLASS.professional, CLASS.retail | CLASS.institutional]) {
        const claim = await claimAbout(connection, world, { classes });
        await expect(present(world, claim))
          .to.be.revertedWithCustomError(world.verifier, "SignedClaimVerifierClassesNotAllowed")
          .withArgs(claim.attestor, classes, allowed);
      }
    });

    it("P42: accepts a verification up to the attestor's longest term to the second, and none that is over", async () => {
      const world = await loadFixture(oneAttestor);
      const now = BigInt(await time.latest()) + 100n;

      for (const verifiedUntil of [now - 1n, now + YEAR + 1n, 2n ** 48n - 1n]) {
        const claim = await claimAbout(connection, world, { verifiedUntil });
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(now);
        await expect(present(world, claim))
          .to.be.revertedWithCustomError(world.verifier, "SignedClaimVerifierInvalidTerm")
          .withArgs(verifiedUntil, now, YEAR);
        await snapshot.restore();
      }
      for (const verifiedUntil of [now, now + YEAR]) {
        const claim = await claimAbout(connection, world, { verifiedUntil });
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(now);
        await present(world, claim);
        await snapshot.restore();
      }
    });

    it("P35: accepts a claim in the second of its deadline, and not in the next one", async () => {
      const world = await loadFixture(oneAttestor);
      const deadline = BigInt(await time.latest()) + 100n;
      const claim = await claimAbout(connection, world, { deadline });
      const snapshot = await networkHelpers.takeSnapshot();
      await time.setNextBlockTimestamp(deadline);
      await present(world, claim);
      await snapshot.restore();

      await time.setNextBlockTimestamp(deadline + 1n);
      await expect(present(world, claim))
        .to.be.revertedWithCustomError(world.verifier, "SignedClaimVerifierExpired")
        .withArgs(deadline, deadline + 1n);
    });
  });

  describe("setAttestor", () => {
    it("appoints, changes and ends, and what was accepted stands", async () => {
      const { verifier, attestor, claimId } = await loadFixture(acceptedClaim);
      expect([...(await verifier.attestorOf(attestor))]).to.deep.equal([CLASS.retail | CLASS.accredited, YEAR, false]);

      await expect(verifier.setAttestor(attestor, 0n, 0n))
        .to.emit(verifier, "AttestorSet")
        .withArgs(attestor.address, 0n, 0n);
      expect(await verifier.isRevoked(claimId)).to.equal(false);
    });

    it("rejects an appointment of nobody, or to nothing, or for no time", async () => {
      const { verifier, attestor } = await loadFixture(oneAttestor);

      for (const [account, classes, term] of [
        [ethers.ZeroAddress, CLASS.retail, YEAR],
        [attestor.address, 0n, YEAR],
        [attestor.address, CLASS.retail, 0n],
      ] as const) {
        await expect(verifier.setAttestor(account, classes, term))
          .to.be.revertedWithCustomError(verifier, "SignedClaimVerifierInvalidAppointment")
          .withArgs(account, classes, term);
      }
    });

    it("is not for strangers, nor is disowning or revoking for others", async () => {
      const { verifier, attestor, stranger } = await loadFixture(oneAttestor);
      const asStranger = verifier.connect(stranger);

      for (const attempt of [
        asStranger.setAttestor(stranger, CLASS.retail, YEAR),
        asStranger.disownAttestor(attestor),
        asStranger.revokeFor(attestor, ethers.ZeroHash),
      ]) {
        await expect(attempt)
          .to.be.revertedWithCustomError(verifier, "AccessManagedUnauthorized")
          .withArgs(stranger.address);
      }
    });
  });

  describe("disownAttestor", () => {
    it("revokes everything accepted from him, and takes nothing more, for good", async () => {
      const world = await loadFixture(acceptedClaim);
      const { verifier, attestor, claimId } = world;

      await expect(verifier.disownAttestor(attestor)).to.emit(verifier, "AttestorDisowned").withArgs(attestor.address);

      expect(await verifier.isRevoked(claimId)).to.equal(true);
      const claim = await claimAbout(connection, world);
      for (const attempt of [
        () => present(world, claim),
        () => verifier.setAttestor(attestor, CLASS.retail, YEAR),
        () => verifier.disownAttestor(attestor),
      ]) {
        await expect(attempt())
          .to.be.revertedWithCustomError(verifier, "SignedClaimVerifierDisowned")
          .withArgs(attestor.address);
      }
    });

    it("leaves other attestors' claims alone", async () => {
      const { verifier, stranger, claimId } = await loadFixture(acceptedClaim);

      await verifier.disownAttestor(stranger);
      expect(await verifier.isRevoked(claimId)).to.equal(false);
    });
  });

  describe("revoke", () => {
    it("lets the attestor take back what was accepted, also after his appointment ended", async () => {
      const { verifier, attestor, claimId } = await loadFixture(acceptedClaim);
      await verifier.setAttestor(attestor, 0n, 0n);

      await expect(verifier.connect(attestor).revoke(claimId))
        .to.emit(verifier, "ClaimRevoked")
        .withArgs(claimId, attestor.address);
      expect(await verifier.isRevoked(claimId)).to.equal(true);
    });

    it("lets compliance do the same", async () => {
      const { verifier, attestor, claimId } = await loadFixture(acceptedClaim);

      await expect(verifier.revokeFor(attestor, claimId))
        .to.emit(verifier, "ClaimRevoked")
        .withArgs(claimId, attestor.address);
      expect(await verifier.isRevoked(claimId)).to.equal(true);
    });

    it("takes back only the caller's own word", async () => {
      const { verifier, stranger, claimId } = await loadFixture(acceptedClaim);

      await verifier.connect(stranger).revoke(claimId);
      expect(await verifier.isRevoked(claimId)).to.equal(false);
      expect(await verifier.isRevokedBy(stranger, claimId)).to.equal(true);
    });

    it("does not call a claim revoked that was never accepted", async () => {
      const { verifier, attestor } = await loadFixture(oneAttestor);
      const claimId = ethers.id("never presented");

      await verifier.connect(attestor).revoke(claimId);
      expect(await verifier.isRevoked(claimId)).to.equal(false);
      expect(await verifier.isRevokedBy(attestor, claimId)).to.equal(true);
    });
  });

  describe("revokeNonce", () => {
    it("voids a claim that was signed but not presented, and works once", async () => {
      const world = await loadFixture(oneAttestor);
      const { verifier, attestor } = world;

      await expect(verifier.connect(attestor).revokeNonce(256n))
        .to.emit(verifier, "NonceRevoked")
        .withArgs(attestor.address, 256n);
      const claim = await claimAbout(connection, world, { nonce: 256n });
      for (const attempt of [() => present(world, claim), () => verifier.connect(attestor).revokeNonce(256n)]) {
        await expect(attempt())
          .to.be.revertedWithCustomError(verifier, "SignedClaimVerifierNonceUsed")
          .withArgs(attestor.address, 256n);
      }
      for (const nonce of [0n, 255n, 257n, 512n]) {
        expect(await verifier.isNonceUsed(attestor, nonce), String(nonce)).to.equal(false);
      }
    });
  });
});
