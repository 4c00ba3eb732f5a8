import { expect } from "chai";
import { network } from "hardhat";
import { encodeErc3643Claim } from "../../../sdk/investor-claim.ts";
import { CLASS } from "../../helpers/books.ts";
import {
  addClaim,
  DAY,
  deployErc3643,
  type Erc3643World,
  registerIdentity,
  TOPIC,
  YEAR,
} from "../../helpers/claims.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const FRANCE = 250n;
const GERMANY = 276n;
const UNMAPPED_TOPIC = 9n;

async function emptySource() {
  return deployErc3643(connection);
}

/** The source knows one French investor, identified and accredited. */
async function knownInvestor() {
  const world = await emptySource();
  const identity = await registerIdentity(connection, world, world.wallet, Object.values(TOPIC));
  return { ...world, identity };
}

/** The same, and the registry has taken him over. */
async function takenOver() {
  const world = await knownInvestor();
  await present(world);
  return { ...world, claimId: await world.registry.claimId() };
}

async function present(world: Erc3643World, wallet = world.wallet) {
  return world.registry.present(world.verifier, wallet, encodeErc3643Claim(String(world.source.target)));
}

/** A source that answers with whole words, whatever they mean, beside the usual topics and issuers. */
async function credulousSource() {
  const world = await emptySource();
  const source = await ethers.deployContract("MockCredulousRegistry", [world.trust, world.trust]);
  await world.verifier.setSource(source, YEAR, [{ topic: TOPIC.identity, classes: CLASS.retail }]);
  const identity = await ethers.deployContract("MockIdentity");
  await addClaim(connection, world, identity, TOPIC.identity);
  await source.setIdentity(BigInt(await identity.getAddress()));
  return { ...world, credulous: source, identity };
}

const selectorOf = (name: string) => ethers.id(name).slice(0, 10);

describe("Erc3643Verifier", () => {
  describe("verify", () => {
    it("takes over identity, country and proven classes, for the source's term", async () => {
      const world = await loadFixture(knownInvestor);
      const { verifier, source, identity, wallet, registry } = world;
      const now = BigInt(await time.latest()) + 10n;
      const classes = CLASS.retail | CLASS.accredited;
      const investor = await verifier.investorOf(source, identity);
      const claimId = await verifier.claimIdOf(source, wallet, identity, FRANCE, classes);

      await time.setNextBlockTimestamp(now);
      await expect(present(world))
        .to.emit(verifier, "WalletVerified")
        .withArgs(claimId, source.target, wallet.address, [identity.target, investor, FRANCE, classes]);

      expect(await registry.claimId()).to.equal(claimId);
      expect([...(await registry.profile())]).to.deep.equal([investor, FRANCE, classes, 0n, now + YEAR]);
    });

    it("makes one investor of one identity on one chain in one source", async () => {
      const { verifier, source, identity } = await loadFixture(knownInvestor);
      const { chainId } = await ethers.provider.getNetwork();
      const encoded = ethers.AbiCoder.defaultAbiCoder().encode(
        ["uint256", "address", "address"],
        [chainId, source.target, identity.target],
      );

      expect(await verifier.investorOf(source, identity)).to.equal(ethers.keccak256(encoded));
    });

    it("gives a second wallet of the identity the same investor", async () => {
      const world = await loadFixture(knownInvestor);
      const { source, verifier, identity, otherWallet, registry } = world;
      await source.registerIdentity(otherWallet, identity, FRANCE);

      await present(world, otherWallet);
      expect((await registry.profile()).investor).to.equal(await verifier.investorOf(source, identity));
    });

    it("adds no class for a topic that is not proven, if the source does not require it", async () => {
      const world = await loadFixture(emptySource);
      await registerIdentity(connection, world, world.wallet, [TOPIC.identity]);

      await present(world);
      expect((await world.registry.profile()).classes).to.equal(CLASS.retail);
    });

    it("takes the claim of any issuer trusted for the topic", async () => {
      const world = await loadFixture(knownInvestor);
      const { trust, issuer, attestor, stranger } = world;
      const others = await Promise.all(
        [stranger, attestor].map((key) => ethers.deployContract("MockClaimIssuer", [key.address])),
      );
      await trust.setIssuers(TOPIC.identity, [...others, issuer]);

      await present(world);
    });

    it("rejects bytes that are no address", async () => {
      const { verifier, registry, wallet, source } = await loadFixture(emptySource);
      const good = encodeErc3643Claim(String(source.target));

      for (const bytes of ["0x", ethers.dataSlice(good, 0, 31), `${good}00`, `0x01${good.slice(4)}`]) {
        await expect(registry.present(verifier, wallet, bytes), bytes)
          .to.be.revertedWithCustomError(verifier, "Erc3643VerifierMalformed")
          .withArgs(ethers.dataLength(bytes));
      }
    });

    it("is for the registry alone", async () => {
      const { verifier, wallet, source, admin } = await loadFixture(knownInvestor);

      await expect(verifier.verify(wallet, encodeErc3643Claim(String(source.target))))
        .to.be.revertedWithCustomError(verifier, "ClaimVerifierNotRegistry")
        .withArgs(admin.address);
    });

    it("rejects a source that compliance did not name", async () => {
      const { verifier, registry, wallet, trust } = await loadFixture(emptySource);
      const other = await ethers.deployContract("MockIdentityRegistry", [trust, trust]);

      await expect(registry.present(verifier, wallet, encodeErc3643Claim(String(other.target))))
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierUnknownSource")
        .withArgs(other.target);
    });

    it("rejects a wallet that the source does not count as verified, or does not know", async () => {
      const world = await loadFixture(knownInvestor);
      const { verifier, source, issuer, identity } = world;
      await expect(present(world, world.stranger))
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierNotVerified")
        .withArgs(source.target, world.stranger.address);

      const id = ethers.AbiCoder.defaultAbiCoder().encode(["address", "uint256"], [issuer.target, TOPIC.identity]);
      await identity.removeClaim(ethers.keccak256(id));
      await expect(present(world))
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierNotVerified")
        .withArgs(source.target, world.wallet.address);
    });

    it("rejects an investor without any class", async () => {
      const world = await loadFixture(knownInvestor);
      const { verifier, source, identity } = world;
      await verifier.setSource(source, YEAR, [{ topic: UNMAPPED_TOPIC, classes: CLASS.retail }]);

      await expect(present(world))
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierNoClass")
        .withArgs(identity.target);
    });

    it("gives no class where the source requires nothing and nothing is proven", async () => {
      const world = await loadFixture(emptySource);
      await world.trust.setTopics([]);
      const identity = await registerIdentity(connection, world, world.wallet, []);
      expect(await world.source.isVerified(world.wallet)).to.equal(true);

      await expect(present(world))
        .to.be.revertedWithCustomError(world.verifier, "Erc3643VerifierNoClass")
        .withArgs(identity.target);
    });
  });

  describe("examine", () => {
    it("rejects countries that are none, and words that are no country", async () => {
      const { verifier, credulous, wallet } = await loadFixture(credulousSource);

      for (const country of [0n, 1_000n, 0x10000n + FRANCE]) {
        await credulous.setCountry(country);
        await expect(verifier.examine(credulous, wallet))
          .to.be.revertedWithCustomError(verifier, "Erc3643VerifierInvalidCountry")
          .withArgs(credulous.target, wallet.address, country);
      }
      await credulous.setCountry(999n);
      expect((await verifier.examine(credulous, wallet)).country).to.equal(999n);
    });

    it("rejects a yes that is not 1, no identity, and a word that is no address", async () => {
      const { verifier, credulous, wallet } = await loadFixture(credulousSource);

      await credulous.setIdentity(1n << 160n);
      await expect(verifier.examine(credulous, wallet))
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierUnreadable")
        .withArgs(credulous.target, selectorOf("identity(address)"));
      await credulous.setIdentity(0n);
      await expect(verifier.examine(credulous, wallet))
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierNoIdentity")
        .withArgs(credulous.target, wallet.address);
      await credulous.setVerified(2n);
      await expect(verifier.examine(credulous, wallet))
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierNotVerified")
        .withArgs(credulous.target, wallet.address);
    });

    it("names the required topic that nobody trusted stands behind", async () => {
      const { verifier, credulous, wallet, trust, identity } = await loadFixture(credulousSource);
      await trust.setTopics([TOPIC.identity, UNMAPPED_TOPIC]);

      await expect(verifier.examine(credulous, wallet))
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierTopicUnproven")
        .withArgs(identity.target, UNMAPPED_TOPIC);
    });

    it("names the part of the source that does not answer, or at too great length", async () => {
      const { verifier, credulous, wallet, trust, issuer } = await loadFixture(credulousSource);

      await trust.setIssuers(TOPIC.identity, Array(16).fill(issuer.target));
      await expect(verifier.examine(credulous, wallet))
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierUnreadable")
        .withArgs(trust.target, selectorOf("getTrustedIssuersForClaimTopic(uint256)"));
      await trust.setTopics(Array(16).fill(TOPIC.identity));
      await expect(verifier.examine(credulous, wallet))
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierUnreadable")
        .withArgs(trust.target, selectorOf("getClaimTopics()"));
      await networkHelpers.setCode(String(credulous.target), "0x");
      await expect(verifier.examine(credulous, wallet))
        .to.be.revertedWithCustomError(verifier, "Erc3643VerifierUnreadable")
        .withArgs(credulous.target, selectorOf("isVerified(address)"));
    });

    it("looks at fifteen topics and fifteen issuers, within a transaction's gas", async () => {
      const { verifier, credulous, wallet, trust, issuer, stranger } = await loadFixture(credulousSource);
      const other = await ethers.deployContract("MockClaimIssuer", [stranger.address]);
      await trust.setTopics(Array(15).fill(TOPIC.identity));
      await trust.setIssuers(TOPIC.identity, [...Array(14).fill(other.target), issuer.target]);

      expect(await verifier.examine.estimateGas(credulous, wallet)).to.be.lessThan(2n ** 24n);
      expect((await verifier.examine(credulous, wallet)).classes).to.equal(CLASS.retail);
    });
  });

  describe("isRevoked", () => {
    it("is false while the source says the same or more, and for what was never verified", async () => {
      const world = await loadFixture(emptySource);
      const { verifier, registry, trust } = world;
      const identity = await registerIdentity(connection, world, world.wallet, [TOPIC.identity]);
      await present(world);
      const claimId = await registry.claimId();
      expect(await verifier.isRevoked(claimId)).to.equal(false);

      await addClaim(connection, world, identity, TOPIC.accreditation);
      await trust.setTopics([TOPIC.identity, TOPIC.accreditation]);
      expect(await verifier.isRevoked(claimId)).to.equal(false);
      expect(await verifier.isRevoked(ethers.id("never verified"))).to.equal(false);
    });

    for (const [what, change] of [
      [
        "the issuer took a required claim back",
        async (world) => {
          const identity = String(await world.source.identity(world.wallet));
          const id = ethers.AbiCoder.defaultAbiCoder().encode(
            ["address", "uint256"],
            [world.issuer.target, TOPIC.identity],
          );
          const [, , , signature] = await (await ethers.getContractAt("MockIdentity", identity)).getClaim(
            ethers.keccak256(id),
          );
          await world.issuer.revokeClaimBySignature(signature);
        },
      ],
      [
        "a claim that gave a class is gone",
        async (world) => {
          await world.trust.setIssuers(TOPIC.accreditation, []);
        },
      ],
      [
        "the wallet has another identity",
        async (world) => {
          await registerIdentity(connection, world, world.wallet, Object.values(TOPIC));
        },
      ],
      [
        "the investor moved to another country",
        async (world) => {
          await world.source.registerIdentity(world.wallet, await world.source.identity(world.wallet), GERMANY);
        },
      ],
      [
        "the source forgot the wallet",
        async (world) => {
          await world.source.registerIdentity(world.wallet, ethers.ZeroAddress, 0n);
        },
      ],
      [
        "the issuer is not trusted any more",
        async (world) => {
          await world.trust.setIssuers(TOPIC.identity, []);
        },
      ],
      [
        "the source answers no more",
        async (world) => {
          await world.source.setRegistries(world.stranger, world.stranger);
        },
      ],
      [
        "compliance took the source away",
        async (world) => {
          await world.verifier.setSource(world.source, 0n, []);
        },
      ],
    ] satisfies [string, (world: Erc3643World) => Promise<void>][]) {
      it(`is true once ${what}`, async () => {
        const world = await loadFixture(takenOver);
        expect(await world.verifier.isRevoked(world.claimId)).to.equal(false);

        await change(world);
        expect(await world.verifier.isRevoked(world.claimId)).to.equal(true);
      });
    }
  });

  describe("setSource", () => {
    it("keeps term and topics, and replaces them as a whole", async () => {
      const { verifier, source } = await loadFixture(emptySource);
      const topics = [{ topic: UNMAPPED_TOPIC, classes: CLASS.professional }];

      await expect(verifier.setSource(source, DAY, topics))
        .to.emit(verifier, "SourceSet")
        .withArgs(source.target, DAY, [[UNMAPPED_TOPIC, CLASS.professional]]);
      expect(await verifier.termOf(source)).to.equal(DAY);
      expect((await verifier.topicsOf(source)).map((each) => [...each])).to.deep.equal([
        [UNMAPPED_TOPIC, CLASS.professional],
      ]);
    });

    it("P42: rejects a term beyond the longest, and a source that means nothing", async () => {
      const { verifier, source } = await loadFixture(emptySource);
      const longest = await verifier.LONGEST_TERM();
      const one = { topic: TOPIC.identity, classes: CLASS.retail };

      for (const [account, term, topics] of [
        [ethers.ZeroAddress, YEAR, [one]],
        [source.target, longest + 1n, [one]],
        [source.target, 0n, [one]],
        [source.target, YEAR, []],
        [source.target, YEAR, [one, { topic: TOPIC.accreditation, classes: 0n }]],
        [source.target, YEAR, Array(16).fill(one)],
      ] as const) {
        await expect(verifier.setSource(account, term, [...topics]))
          .to.be.revertedWithCustomError(verifier, "Erc3643VerifierInvalidSource")
          .withArgs(account, term, topics.length);
      }
      await verifier.setSource(source, longest, Array(15).fill(one));
    });

    it("is not for strangers", async () => {
      const { verifier, source, stranger } = await loadFixture(emptySource);

      await expect(verifier.connect(stranger).setSource(source, 0n, []))
        .to.be.revertedWithCustomError(verifier, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
    });
  });
});
