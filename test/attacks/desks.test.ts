import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { network } from "hardhat";
import { FAR_FUTURE, onboard } from "../helpers/books.ts";
import { appointCustodian, attestationOf, deployDesks, listBackedAsset, signAttestation } from "../helpers/desks.ts";
import { BUYER_MONEY, openOffering } from "../helpers/offering.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time, loadFixture } = networkHelpers;

const ASSET = 7n;
const OTHER_ASSET = 8n;
const PRICE = 1_000_000n;
const FIRST = 1n; // number of the first offering

/** A listed and backed asset; alice, bob and carol verified, with money and an allowance to the offering desk. */
async function assetToOffer() {
  const desks = await deployDesks(connection);
  await listBackedAsset(connection, desks, ASSET);
  const [alice, bob, carol] = desks.people;
  if (!alice || !bob || !carol) throw new Error("too few accounts");
  for (const buyer of [alice, bob, carol]) {
    await onboard(connection, desks, buyer);
    await desks.dollar.mint(buyer, BUYER_MONEY);
    await desks.dollar.connect(buyer).approve(desks.offering, ethers.MaxUint256);
  }
  return { ...desks, alice, bob, carol };
}

type World = Awaited<ReturnType<typeof assetToOffer>>;

async function buy({ offering }: Pick<World, "offering">, buyer: HardhatEthersSigner, shares: bigint) {
  return offering.connect(buyer).subscribe(FIRST, shares, shares, shares * PRICE);
}

describe("Attacks on the desks", () => {
  describe("custody", () => {
    it("P33: an attestation works once, for one asset, on one desk of one chain", async () => {
      const world = await loadFixture(assetToOffer);
      const { custody, custodian, authority, shares } = world;
      const word = await attestationOf(connection, world, ASSET);
      const signature = await signAttestation(connection, world, custodian, word);
      await custody.attest(ASSET, word, signature);

      await expect(custody.attest(ASSET, word, signature))
        .to.be.revertedWithCustomError(custody, "CustodyDeskNonceUsed")
        .withArgs(custodian.address, word.nonce);

      await listBackedAsset(connection, world, OTHER_ASSET);
      await expect(custody.attest(OTHER_ASSET, word, signature))
        .to.be.revertedWithCustomError(custody, "CustodyDeskWrongSubject")
        .withArgs(OTHER_ASSET, word.subjectId, await shares.anchorIdOf(OTHER_ASSET));

      const otherDesk = await ethers.deployContract("CustodyDesk", [authority, shares]);
      await appointCustodian(connection, { custody: otherDesk }, ASSET, custodian);
      await expect(otherDesk.attest(ASSET, word, signature))
        .to.be.revertedWithCustomError(otherDesk, "CustodyDeskInvalidSignature")
        .withArgs(custodian.address, await otherDesk.hashAttestation(word));

      const next = { ...word, nonce: word.nonce ^ 1n };
      const elsewhere = await signAttestation(connection, world, custodian, next, { chainId: 1n });
      await expect(custody.attest(ASSET, next, elsewhere))
        .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidSignature")
        .withArgs(custodian.address, await custody.hashAttestation(next));
    });

    it("P34: no field can be changed under a signature", async () => {
      const world = await loadFixture(assetToOffer);
      const { custody, custodian, inspector } = world;
      await custody.setInspector(ASSET, inspector, true);
      const word = await attestationOf(connection, world, ASSET);
      const signature = await signAttestation(connection, world, custodian, word);

      for (const change of [
        { kind: 1n },
        { attester: inspector.address },
        { evidenceHash: ethers.id("another report") },
        { amount: word.amount + 1n },
        { unit: ethers.encodeBytes32String("USD") },
        { asOf: word.asOf + 1n },
        { expiresAt: word.expiresAt + 1n },
        { nonce: word.nonce ^ 1n },
      ]) {
        const changed = { ...word, ...change };
        await expect(custody.attest(ASSET, changed, signature), Object.keys(change)[0])
          .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidSignature")
          .withArgs(changed.attester, await custody.hashAttestation(changed));
      }
      await custody.attest(ASSET, word, signature);
    });

    it("P36: empty, short, compact, high-s and zero signatures are nobody's", async () => {
      const world = await loadFixture(assetToOffer);
      const { custody, custodian } = world;
      const word = await attestationOf(connection, world, ASSET);
      const good = ethers.Signature.from(await signAttestation(connection, world, custodian, word));
      const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
      const highS = ethers.toBeHex(order - BigInt(good.s), 32);

      for (const signature of [
        "0x",
        good.serialized.slice(0, -2),
        good.compactSerialized,
        ethers.concat([good.r, highS, good.v === 27 ? "0x1c" : "0x1b"]),
        ethers.concat([good.r, good.s, good.v === 27 ? "0x00" : "0x01"]),
        `0x${"00".repeat(65)}`,
      ]) {
        await expect(custody.attest(ASSET, word, signature), signature)
          .to.be.revertedWithCustomError(custody, "CustodyDeskInvalidSignature")
          .withArgs(custodian.address, await custody.hashAttestation(word));
      }
    });

    it("P101: a custody word that lapses closes the offering by itself, to the second", async () => {
      const world = await loadFixture(assetToOffer);
      const { custody, custodian, offering, alice } = world;
      const expiresAt = BigInt(await time.latest()) + 100n;
      const word = await attestationOf(connection, world, ASSET, { expiresAt });
      await custody.attest(ASSET, word, await signAttestation(connection, world, custodian, word));
      await openOffering(connection, world, ASSET);

      await time.setNextBlockTimestamp(expiresAt);
      await buy(world, alice, 10n);
      await time.setNextBlockTimestamp(expiresAt + 1n);
      await expect(buy(world, alice, 10n))
        .to.be.revertedWithCustomError(offering, "OfferingDeskNotBacked")
        .withArgs(ASSET);
    });

    it("P102: an anchor binds in both directions: if the token names another one, nothing is backed", async () => {
      const world = await loadFixture(assetToOffer);
      const { anchors, shares, custody } = world;
      const named = await shares.anchorIdOf(ASSET);
      const { boundToken, bindingScope } = await anchors.getAnchor(named);
      const metadata = ethers.AbiCoder.defaultAbiCoder().encode(
        ["bytes32", "bytes32", "uint64", "uint64", "bytes", "bytes"],
        [ethers.id("real-estate"), ethers.id("US"), 1n, FAR_FUTURE, "0x75", "0x"],
      );
      expect(await custody.isBacked(ASSET)).to.equal(true);

      await anchors.invalidateTokenBinding(named, ethers.id("wrong deed"));
      await anchors.registerAndBind(ethers.id("right deed"), ethers.id("x"), metadata, boundToken, bindingScope, ASSET);

      expect(await shares.anchorIdOf(ASSET)).to.equal(named);
      expect(await shares.isAnchorActiveFor(ASSET)).to.equal(false);
      expect(await custody.isBacked(ASSET)).to.equal(false);
    });

    it("P103: one asset cannot be pledged to two tokens, nor one token to two assets", async () => {
      const world = await loadFixture(assetToOffer);
      const { anchors, shares, stranger } = world;
      const anchorId = await shares.anchorIdOf(ASSET);
      const { boundToken, bindingScope } = await anchors.getAnchor(anchorId);
      const metadata = ethers.AbiCoder.defaultAbiCoder().encode(
        ["bytes32", "bytes32", "uint64", "uint64", "bytes", "bytes"],
        [ethers.id("real-estate"), ethers.id("US"), 1n, FAR_FUTURE, "0x75", "0x"],
      );

      for (const [token, id] of [
        [stranger.address, ASSET],
        [boundToken, OTHER_ASSET],
      ] as const) {
        await expect(anchors.bindToken(anchorId, token, bindingScope, id))
          .to.be.revertedWithCustomError(anchors, "AnchorRegistryAlreadyBound")
          .withArgs(anchorId, boundToken, bindingScope, ASSET);
      }
      await expect(
        anchors.registerAndBind(ethers.id("a deed"), ethers.id("x"), metadata, boundToken, bindingScope, ASSET),
      )
        .to.be.revertedWithCustomError(anchors, "AnchorRegistryTokenTaken")
        .withArgs(anchorId, boundToken, bindingScope, ASSET);
    });
  });
});
