import { expect } from "chai";
import { network } from "hardhat";
import {
  encodeErc3643Claim,
  encodeInvestorClaim,
  type InvestorClaim,
  signInvestorClaim,
} from "../../sdk/investor-claim.ts";
import { CLASS } from "../helpers/books.ts";
import {
  claimAbout,
  deployErc3643,
  deploySignedClaims,
  type Erc3643World,
  encodingsOf,
  registerIdentity,
  signedClaim,
  signOnchainClaim,
  TOPIC,
  YEAR,
} from "../helpers/claims.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { loadFixture } = networkHelpers;

/** A claim of the attestor's that nobody has presented yet. */
async function signedClaims() {
  const world = await deploySignedClaims(connection);
  const claim = await claimAbout(connection, world);
  const { chainId } = await ethers.provider.getNetwork();
  const place = { chainId, verifier: await world.verifier.getAddress() };
  const signature = await signInvestorClaim(world.attestor, place, claim);
  const present = (changed: InvestorClaim = claim, signedWith = signature) =>
    world.registry.present(world.verifier, world.wallet, encodeInvestorClaim(changed, signedWith));
  return { ...world, claim, claimId: await world.verifier.hashClaim(claim), place, signature, present };
}

/** Moods of `MockHostileIdentity`, as it numbers them. */
const MOOD = {
  answersAnything: 0n,
  reverts: 1n,
  burnsGas: 2n,
  dawdlesPolitely: 3n,
  answersTooLittle: 4n,
  answersNonsense: 5n,
  answersHugely: 6n,
} as const;

/** A French investor with an honest identity in an ERC-3643 registry, taken over already. */
async function honestInvestor() {
  const world = await deployErc3643(connection);
  const identity = await registerIdentity(connection, world, world.wallet, Object.values(TOPIC));
  await present(world);
  return { ...world, identity, claimId: await world.registry.claimId() };
}

/** An identity contract that its investor wrote himself. Nobody trusted has ever looked at him. */
async function hostileInvestor() {
  const world = await deployErc3643(connection);
  const identity = await ethers.deployContract("MockHostileIdentity");
  await world.source.registerIdentity(world.wallet, identity, 250n);
  return { ...world, identity, identityAt: await identity.getAddress() };
}

/** The same under a registry that believes every identity, so that only the verifier's own check is left. */
async function hostileInvestorBelieved() {
  const world = await hostileInvestor();
  const { trust, verifier, identityAt } = world;
  const source = await ethers.deployContract("MockCredulousRegistry", [trust, trust]);
  await source.setIdentity(BigInt(identityAt));
  await verifier.setSource(source, YEAR, [{ topic: TOPIC.identity, classes: CLASS.retail }]);
  return { ...world, credulous: source };
}

function present(world: Pick<Erc3643World, "registry" | "verifier" | "source" | "wallet">) {
  return world.registry.present(world.verifier, world.wallet, encodeErc3643Claim(String(world.source.target)));
}

describe("Attacks on claims", () => {
  describe("P31: a claim answered by the wrong issuer", () => {
    it("is refused where the registry itself believes it (ERC-3643#101)", async () => {
      const world = await loadFixture(hostileInvestor);
      const { identity, identityAt, verifier, source, wallet } = world;
      await identity.setClaim(TOPIC.identity, BigInt(identityAt), "0x", "0x"); // names itself as the issuer
      expect(await source.isVerified(wallet)).to.equal(true);

      await expect(present(world))
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierTopicUnproven")
        .withArgs(identityAt, TOPIC.identity);
    });

    it("is refused from an issuer who is trusted, but for another topic", async () => {
      const world = await loadFixture(hostileInvestor);
      const { identity, identityAt, trust, stranger, verifier } = world;
      const other = await ethers.deployContract("MockClaimIssuer", [stranger.address]);
      await trust.setIssuers(TOPIC.accreditation, [other]);
      const signature = await signOnchainClaim(connection, stranger, identityAt, TOPIC.identity, "0x");
      await identity.setClaim(TOPIC.identity, BigInt(await other.getAddress()), signature, "0x");
      expect(await world.source.isVerified(world.wallet)).to.equal(true);

      await expect(present(world))
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierTopicUnproven")
        .withArgs(identityAt, TOPIC.identity);
    });

    it("is refused when it names the trusted issuer, but he signed nothing, another topic or another identity", async () => {
      const world = await loadFixture(hostileInvestorBelieved);
      const { identity, identityAt, issuer, attestor, credulous, verifier, wallet } = world;
      const sign = (account: string, topic: bigint) => signOnchainClaim(connection, attestor, account, topic, "0x");

      for (const signature of [
        "0x",
        await sign(identityAt, TOPIC.accreditation),
        await sign(await credulous.getAddress(), TOPIC.identity),
      ]) {
        await identity.setClaim(TOPIC.identity, BigInt(await issuer.getAddress()), signature, "0x");
        await expect(verifier.examine(credulous, wallet))
          .to.be.revertedWithCustomError(verifier, "Erc3643VerifierTopicUnproven")
          .withArgs(identityAt, TOPIC.identity);
      }
    });

    it("is refused when a valid claim of another topic is given for the one asked about", async () => {
      const world = await loadFixture(hostileInvestorBelieved);
      const { identity, identityAt, issuer, attestor, credulous, verifier, wallet } = world;
      const signature = await signOnchainClaim(connection, attestor, identityAt, TOPIC.accreditation, "0x");
      await identity.setClaim(TOPIC.accreditation, BigInt(await issuer.getAddress()), signature, "0x");

      await expect(verifier.examine(credulous, wallet))
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierTopicUnproven")
        .withArgs(identityAt, TOPIC.identity);
    });

    it("is refused when the issuer's address has something in its upper bits", async () => {
      const world = await loadFixture(hostileInvestorBelieved);
      const { identity, identityAt, issuer, attestor, credulous, verifier, wallet } = world;
      const signature = await signOnchainClaim(connection, attestor, identityAt, TOPIC.identity, "0x");
      const issuerAt = BigInt(await issuer.getAddress());

      await identity.setClaim(TOPIC.identity, issuerAt | (1n << 160n), signature, "0x");
      await expect(verifier.examine(credulous, wallet))
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierTopicUnproven")
        .withArgs(identityAt, TOPIC.identity);
      await identity.setClaim(TOPIC.identity, issuerAt, signature, "0x");
      expect((await verifier.examine(credulous, wallet)).classes).to.equal(CLASS.retail);
    });

    for (const mood of ["reverts", "burnsGas", "answersTooLittle", "answersNonsense", "answersHugely"] as const) {
      it(`does no harm when the identity ${mood.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`, async () => {
        const world = await loadFixture(hostileInvestorBelieved);
        const { identity, identityAt, issuer, attestor, trust, credulous, verifier, wallet } = world;
        const signature = await signOnchainClaim(connection, attestor, identityAt, TOPIC.identity, "0x");
        await identity.setClaim(TOPIC.identity, BigInt(await issuer.getAddress()), signature, "0x");
        await trust.setIssuers(TOPIC.identity, Array(5).fill(issuer.target));
        await identity.setMood(MOOD[mood]);

        await expect(verifier.examine(credulous, wallet, { gasLimit: 10_000_000n }))
          .to.be.revertedWithCustomError(verifier, "Erc3643VerifierTopicUnproven")
          .withArgs(identityAt, TOPIC.identity);
      });
    }

    it("gives up on an identity that answers every question, but at the greatest cost", async () => {
      const world = await loadFixture(hostileInvestorBelieved);
      const { identity, identityAt, issuer, trust, registry, credulous, verifier, wallet } = world;
      await verifier.setSource(credulous, YEAR, Array(15).fill({ topic: TOPIC.accreditation, classes: CLASS.retail }));
      await trust.setTopics([]);
      await trust.setIssuers(TOPIC.accreditation, Array(15).fill(issuer.target));
      await identity.setMood(MOOD.dawdlesPolitely);

      const attempt = registry.present(verifier, wallet, encodeErc3643Claim(String(credulous.target)), {
        gasLimit: 16_000_000n,
      });
      await expect(attempt)
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierTooExpensive")
        .withArgs(identityAt, await verifier.EXAMINATION_GAS());
    });

    it("cannot make its own revocation too expensive to be found out", async () => {
      const world = await loadFixture(hostileInvestorBelieved);
      const { identity, identityAt, issuer, attestor, trust, registry, credulous, verifier, wallet } = world;
      const signature = await signOnchainClaim(connection, attestor, identityAt, TOPIC.identity, "0x");
      await identity.setClaim(TOPIC.identity, BigInt(await issuer.getAddress()), signature, "0x");
      await trust.setTopics([]);
      await trust.setIssuers(TOPIC.accreditation, []);
      await verifier.setSource(credulous, YEAR, [
        { topic: TOPIC.identity, classes: CLASS.retail },
        ...Array(14).fill({ topic: TOPIC.accreditation, classes: CLASS.accredited }),
      ]);
      await registry.present(verifier, wallet, encodeErc3643Claim(String(credulous.target)));
      const claimId = await registry.claimId();
      for (const topic of Object.values(TOPIC)) await trust.setIssuers(topic, Array(15).fill(issuer.target));

      for (const mood of [MOOD.burnsGas, MOOD.dawdlesPolitely]) {
        await identity.setMood(mood);
        expect(await verifier.isRevoked(claimId, { gasLimit: 2n ** 24n })).to.equal(true);
      }
    });
  });

  describe("P33: a claim used again", () => {
    it("is accepted once", async () => {
      const { verifier, claim, present } = await loadFixture(signedClaims);
      await present();

      await expect(present())
        .to.be.revertedWithCustomError(verifier, "SignedClaimVerifierNonceUsed")
        .withArgs(claim.attestor, claim.nonce);
    });

    it("does not restore a verification that was revoked, before or after it was presented", async () => {
      const { verifier, attestor, claim, claimId, present } = await loadFixture(signedClaims);
      const snapshot = await networkHelpers.takeSnapshot();
      await verifier.connect(attestor).revoke(claimId);
      await expect(present()).to.be.revertedWithCustomError(verifier, "SignedClaimVerifierRevoked").withArgs(claimId);
      await snapshot.restore();

      await present();
      await verifier.revokeFor(attestor, claimId);
      await expect(present()).to.be.revertedWithCustomError(verifier, "SignedClaimVerifierRevoked").withArgs(claimId);
      expect(await verifier.isRevoked(claimId)).to.equal(true);
      expect(await verifier.isNonceUsed(claim.attestor, claim.nonce)).to.equal(true);
    });

    it("means nothing to a second verifier", async () => {
      const { authority, registry, attestor, wallet, claim, signature } = await loadFixture(signedClaims);
      const second = await ethers.deployContract("SignedClaimVerifier", [authority, registry]);
      await second.setAttestor(attestor, CLASS.accredited, YEAR);

      await expect(registry.present(second, wallet, encodeInvestorClaim(claim, signature)))
        .to.be.revertedWithCustomError(second, "SignedClaimVerifierInvalidSignature")
        .withArgs(claim.attestor, await second.hashClaim(claim));
    });

    it("means nothing from another attestor with the same key", async () => {
      const { verifier, attestor, claim, claimId, present } = await loadFixture(signedClaims);
      const purse = await ethers.deployContract("MockSignatureWallet", [attestor.address]);
      await verifier.setAttestor(purse, CLASS.accredited, YEAR);
      await verifier.connect(attestor).revoke(claimId);
      const inThePursesName = { ...claim, attestor: await purse.getAddress() };

      await expect(present(inThePursesName))
        .to.be.revertedWithCustomError(verifier, "SignedClaimVerifierInvalidSignature")
        .withArgs(inThePursesName.attestor, await verifier.hashClaim(inThePursesName));
    });

    it("means nothing on a fork of the chain, to the very same code at the very same address", async () => {
      const [chain, fork] = [await network.create(), await network.create({ override: { chainId: 31338 } })];
      const [original, forked] = [await deploySignedClaims(chain), await deploySignedClaims(fork)];
      const at = await original.verifier.getAddress();
      expect(await forked.verifier.getAddress()).to.equal(at);
      await fork.networkHelpers.setCode(at, await chain.ethers.provider.getCode(at));
      const claim = await claimAbout(chain, original);
      const encodedForOriginal = await signedClaim(chain, original.verifier, original.attestor, claim);

      await expect(forked.registry.present(forked.verifier, claim.wallet, encodedForOriginal))
        .to.be.revertedWithCustomError(forked.verifier, "SignedClaimVerifierInvalidSignature")
        .withArgs(claim.attestor, await forked.verifier.hashClaim(claim));
      expect(await forked.verifier.hashClaim(claim)).not.to.equal(await original.verifier.hashClaim(claim));
      // The code has kept the first chain's domain; that it does not use it shows in what it takes instead.
      expect((await forked.verifier.eip712Domain()).chainId).to.equal(31338n);
      const again = await claimAbout(fork, forked);
      const encoded = await signedClaim(fork, forked.verifier, forked.attestor, again);
      await forked.registry.present(forked.verifier, again.wallet, encoded);
    });
  });

  describe("P34: another type, struct or domain than was signed", () => {
    it("gives the id of a claim as wallets do (EIP-712), and says its domain (ERC-5267)", async () => {
      const { verifier, claim, claimId, place } = await loadFixture(signedClaims);
      const fields =
        "address attestor,address wallet,bytes32 investor,uint16 country,uint16 classes,uint48 verifiedUntil,uint64 deadline,uint256 nonce";
      const types = {
        InvestorClaim: fields.split(",").map((field) => {
          const [type = "", name = ""] = field.split(" ");
          return { type, name };
        }),
      };
      const domain = {
        name: "Moiety SignedClaimVerifier",
        version: "1",
        chainId: place.chainId,
        verifyingContract: place.verifier,
      };

      expect(ethers.TypedDataEncoder.hash(domain, types, claim)).to.equal(claimId);
      expect([...(await verifier.eip712Domain())].slice(0, 5)).to.deep.equal(["0x0f", ...Object.values(domain)]);
    });

    it("refuses a signature when any signed field is another", async () => {
      const { verifier, stranger, claim, present } = await loadFixture(signedClaims);
      await verifier.setAttestor(stranger, CLASS.retail | CLASS.accredited, YEAR);

      const changes: Partial<InvestorClaim>[] = [
        { attestor: stranger.address },
        { investor: ethers.id("somebody else") },
        { country: 250n },
        { classes: CLASS.retail },
        { verifiedUntil: claim.verifiedUntil + 1n },
        { deadline: claim.deadline + 1n },
        { nonce: claim.nonce + 1n },
      ];
      for (const change of changes) {
        const changed = { ...claim, ...change };
        await expect(present(changed), Object.keys(change).join())
          .to.be.revertedWithCustomError(verifier, "SignedClaimVerifierInvalidSignature")
          .withArgs(changed.attestor, await verifier.hashClaim(changed));
      }
      await present();
    });
  });

  describe("P36: signatures out of shape", () => {
    it("empty, short, long, compact, high-s and zero signatures are nobody's", async () => {
      const { verifier, claim, claimId, signature, present } = await loadFixture(signedClaims);
      const [, ...others] = encodingsOf(connection, signature);

      for (const wrong of [
        "0x",
        signature.slice(0, -2),
        `${signature}00`,
        ethers.Signature.from(signature).compactSerialized,
        `0x${"00".repeat(65)}`,
        ...others,
      ]) {
        await expect(present(claim, wrong), wrong)
          .to.be.revertedWithCustomError(verifier, "SignedClaimVerifierInvalidSignature")
          .withArgs(claim.attestor, claimId);
      }
      await present();
    });

    it("nobody is an attestor, so that what recovers nobody counts for nothing", async () => {
      const { verifier, claim, present } = await loadFixture(signedClaims);

      await expect(present({ ...claim, attestor: ethers.ZeroAddress }, `0x${"00".repeat(65)}`))
        .to.be.revertedWithCustomError(verifier, "SignedClaimVerifierNotAppointed")
        .withArgs(ethers.ZeroAddress);
    });

    it("a contract signs by ERC-1271, and not when it does not confirm", async () => {
      const { verifier, attestor, place, claim, present } = await loadFixture(signedClaims);
      const purse = await ethers.deployContract("MockSignatureWallet", [attestor.address]);
      await verifier.setAttestor(purse, CLASS.accredited, YEAR);
      const byPurse = { ...claim, attestor: await purse.getAddress() };
      const signature = await signInvestorClaim(attestor, place, byPurse);

      await purse.setSilent(true);
      await expect(present(byPurse, signature))
        .to.be.revertedWithCustomError(verifier, "SignedClaimVerifierInvalidSignature")
        .withArgs(byPurse.attestor, await verifier.hashClaim(byPurse));
      await purse.setSilent(false);
      await present(byPurse, signature);
    });
  });

  describe("P43: revocation got around by another encoding", () => {
    it("reaches a signed claim by its id, however signature and bytes are written", async () => {
      const { verifier, registry, attestor, wallet, claim, claimId, signature } = await loadFixture(signedClaims);
      await verifier.connect(attestor).revoke(claimId);

      for (const encoding of encodingsOf(connection, signature)) {
        const bytes = encodeInvestorClaim(claim, encoding);
        for (const presented of [bytes, `${bytes}00`]) {
          await expect(registry.present(verifier, wallet, presented))
            .to.be.revertedWithCustomError(verifier, "SignedClaimVerifierRevoked")
            .withArgs(claimId);
        }
      }
    });

    it("reaches an ONCHAINID claim whichever encoding was revoked and whichever is shown (onchain-id#170)", async () => {
      const world = await loadFixture(honestInvestor);
      const { identity, issuer, attestor, source, wallet, verifier, claimId } = world;
      const signature = await signOnchainClaim(connection, attestor, await identity.getAddress(), TOPIC.identity, "0x");
      const encodings = encodingsOf(connection, signature);

      for (const revoked of encodings) {
        const snapshot = await networkHelpers.takeSnapshot();
        await issuer.revokeClaimBySignature(revoked);
        for (const shown of encodings) {
          await identity.addClaim(TOPIC.identity, issuer, shown, "0x");
          // The registry is taken in by every encoding but the one that was revoked.
          expect(await source.isVerified(wallet)).to.equal(shown !== revoked);
          expect(await verifier.isRevoked(claimId)).to.equal(true);
        }
        await snapshot.restore();
      }
    });

    it("takes an issuer who does not say whether he revoked for one who did", async () => {
      const world = await loadFixture(honestInvestor);
      await world.issuer.setSilentOnRevocation(true);
      expect(await world.source.isVerified(world.wallet)).to.equal(true);

      expect(await world.verifier.isRevoked(world.claimId)).to.equal(true);
    });
  });

  it("P42: nobody's verification is ended by a sender who brings too little gas to look", async () => {
    const { verifier, claimId } = await loadFixture(honestInvestor);
    const outcomes = new Set<string>();

    for (let gasLimit = 50_000n; gasLimit < 4_000_000n; gasLimit += 50_000n) {
      const outcome = await verifier.isRevoked(claimId, { gasLimit }).catch(() => "no answer");
      outcomes.add(String(outcome));
    }
    expect([...outcomes]).to.deep.equal(["no answer", "false"]);
    await expect(verifier.isRevoked(claimId, { gasLimit: 500_000n })).to.be.revertedWithCustomError(
      verifier,
      "Erc3643VerifierGasTooLow",
    );
  });
});
