import { expect } from "chai";
import { network } from "hardhat";
import { type Acknowledgement, acknowledgementDigest, signAcknowledgement } from "../../../sdk/acknowledgement.ts";
import { deployDocuments } from "../../helpers/documents.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { loadFixture, time } = networkHelpers;

const ASSET = 7n;
const ROLE = ethers.id("MOIETY:ROLE:DISCLOSURE:V1");
const [RISKS, NEW_RISKS] = [ethers.id("risks"), ethers.id("new risks")];
const { ZeroHash } = ethers;

async function undisclosed() {
  const world = await deployDocuments(connection);
  const [wallet, stranger] = world.others;
  if (!wallet || !stranger) throw new Error("the network has too few accounts");
  const disclosures = await ethers.deployContract("Disclosures", [world.shares, world.documents]);
  const { chainId } = await ethers.provider.getNetwork();
  const place = { chainId, disclosures: await disclosures.getAddress() };
  return { ...world, wallet, stranger, disclosures, place };
}

/** The asset has risk disclosures, which nobody has acknowledged yet. */
async function disclosed() {
  const world = await undisclosed();
  await world.documents.anchorBundle(RISKS, world.anchorId, ROLE, 1, "ipfs://risks");
  const said: Acknowledgement = {
    wallet: world.wallet.address,
    asset: ASSET,
    bundleHash: RISKS,
    deadline: BigInt(await time.latest()) + 1000n,
  };
  return { ...world, said };
}

/** `wallet` has acknowledged them. */
async function acknowledged() {
  const world = await disclosed();
  await world.disclosures.connect(world.wallet).acknowledge(ASSET, RISKS);
  return world;
}

describe("Disclosures", () => {
  describe("hasAcknowledged", () => {
    it("P70: is false for an asset without disclosures, and for one that is not there", async () => {
      const { disclosures, wallet } = await loadFixture(undisclosed);

      for (const id of [ASSET, 8n]) {
        expect(await disclosures.hasAcknowledged(id, wallet)).to.equal(false);
        expect(await disclosures.currentDisclosure(id)).to.equal(ZeroHash);
      }
    });

    it("P70: ends with the bundle: when it is superseded, everybody has to acknowledge the next one", async () => {
      const { disclosures, documents, anchorId, wallet } = await loadFixture(acknowledged);
      expect(await disclosures.hasAcknowledged(ASSET, wallet)).to.equal(true);

      await documents.supersedeBundle(RISKS, NEW_RISKS, anchorId, ROLE, 1, "");

      expect(await disclosures.hasAcknowledged(ASSET, wallet)).to.equal(false);
      expect(await disclosures.acknowledgedAt(ASSET, wallet, RISKS)).to.not.equal(0n);
      await disclosures.connect(wallet).acknowledge(ASSET, NEW_RISKS);
      expect(await disclosures.hasAcknowledged(ASSET, wallet)).to.equal(true);
    });

    it("is asked per wallet and per asset", async () => {
      const { disclosures, stranger, wallet } = await loadFixture(acknowledged);

      expect(await disclosures.hasAcknowledged(ASSET, stranger)).to.equal(false);
      expect(await disclosures.hasAcknowledged(8n, wallet)).to.equal(false);
    });

    it("costs a rule less than 45,000 gas", async () => {
      const { disclosures, wallet } = await loadFixture(acknowledged);

      const gas = (await disclosures.hasAcknowledged.estimateGas(ASSET, wallet)) - 21_000n;
      expect(gas).to.be.lessThan(45_000n);
    });
  });

  describe("acknowledge", () => {
    it("keeps when the caller did it, once", async () => {
      const { disclosures, wallet } = await loadFixture(disclosed);
      const asWallet = disclosures.connect(wallet);

      await expect(asWallet.acknowledge(ASSET, RISKS))
        .to.emit(disclosures, "DisclosureAcknowledged")
        .withArgs(ASSET, wallet.address, RISKS);
      const first = BigInt(await time.latest());
      await expect(asWallet.acknowledge(ASSET, RISKS)).to.not.emit(disclosures, "DisclosureAcknowledged");

      expect(await disclosures.acknowledgedAt(ASSET, wallet, RISKS)).to.equal(first);
    });

    it("rejects a bundle that is not, or no longer, the current one, and the zero bundle of an asset without any", async () => {
      const { disclosures, documents, anchorId, wallet } = await loadFixture(disclosed);
      const asWallet = disclosures.connect(wallet);
      await documents.supersedeBundle(RISKS, NEW_RISKS, anchorId, ROLE, 1, "");

      for (const [id, bundle, current] of [
        [ASSET, RISKS, NEW_RISKS],
        [ASSET, ZeroHash, NEW_RISKS],
        [8n, ZeroHash, ZeroHash],
        [8n, RISKS, ZeroHash],
      ] as const) {
        await expect(asWallet.acknowledge(id, bundle))
          .to.be.revertedWithCustomError(disclosures, "DisclosuresNotCurrent")
          .withArgs(id, bundle, current);
      }
    });
  });

  describe("acknowledgeFor", () => {
    it("hashes as wallets sign (EIP-712), and the domain says so (ERC-5267)", async () => {
      const { disclosures, said, place } = await loadFixture(disclosed);

      expect(await disclosures.hashAcknowledgement(said.wallet, said.asset, said.bundleHash, said.deadline)).to.equal(
        acknowledgementDigest(place, said),
      );
      const domain = await disclosures.eip712Domain();
      expect([domain.name, domain.version, domain.chainId, domain.verifyingContract]).to.deep.equal([
        "Moiety Disclosures",
        "1",
        place.chainId,
        place.disclosures,
      ]);
    });

    it("takes the wallet's signature from anybody, to the last second of the deadline", async () => {
      const { disclosures, said, place, wallet, stranger } = await loadFixture(disclosed);
      const signature = await signAcknowledgement(wallet, place, said);
      await time.setNextBlockTimestamp(said.deadline);

      await expect(disclosures.connect(stranger).acknowledgeFor(said.wallet, ASSET, RISKS, said.deadline, signature))
        .to.emit(disclosures, "DisclosureAcknowledged")
        .withArgs(ASSET, wallet.address, RISKS);
      expect(await disclosures.hasAcknowledged(ASSET, wallet)).to.equal(true);
      expect(await disclosures.hasAcknowledged(ASSET, stranger)).to.equal(false);
    });

    it("rejects it a second later", async () => {
      const { disclosures, said, place, wallet } = await loadFixture(disclosed);
      const signature = await signAcknowledgement(wallet, place, said);
      await time.setNextBlockTimestamp(said.deadline + 1n);

      await expect(disclosures.acknowledgeFor(said.wallet, ASSET, RISKS, said.deadline, signature))
        .to.be.revertedWithCustomError(disclosures, "DisclosuresExpired")
        .withArgs(said.deadline, said.deadline + 1n);
    });

    it("takes the word of a contract that signs (ERC-1271), and not its silence", async () => {
      const { disclosures, said, place, wallet } = await loadFixture(disclosed);
      const contract = await ethers.deployContract("MockSignatureWallet", [wallet.address]);
      const its = { ...said, wallet: await contract.getAddress() };
      const signature = await signAcknowledgement(wallet, place, its);

      await contract.setSilent(true);
      await expect(disclosures.acknowledgeFor(its.wallet, ASSET, RISKS, its.deadline, signature))
        .to.be.revertedWithCustomError(disclosures, "DisclosuresInvalidSignature")
        .withArgs(its.wallet, acknowledgementDigest(place, its));
      await contract.setSilent(false);
      await disclosures.acknowledgeFor(its.wallet, ASSET, RISKS, its.deadline, signature);
      expect(await disclosures.hasAcknowledged(ASSET, contract)).to.equal(true);
    });

    it("rejects another's signature, and one for other values, another contract or another chain", async () => {
      const { disclosures, said, place, wallet, stranger } = await loadFixture(disclosed);

      for (const signature of [
        await signAcknowledgement(stranger, place, said),
        await signAcknowledgement(wallet, place, { ...said, asset: 8n }),
        await signAcknowledgement(wallet, place, { ...said, bundleHash: NEW_RISKS }),
        await signAcknowledgement(wallet, place, { ...said, deadline: said.deadline + 1n }),
        await signAcknowledgement(wallet, { ...place, disclosures: stranger.address }, said),
        await signAcknowledgement(wallet, { ...place, chainId: 1n }, said),
        "0x",
      ]) {
        await expect(disclosures.acknowledgeFor(said.wallet, ASSET, RISKS, said.deadline, signature))
          .to.be.revertedWithCustomError(disclosures, "DisclosuresInvalidSignature")
          .withArgs(said.wallet, acknowledgementDigest(place, said));
      }
    });

    it("lets nobody speak for the zero address", async () => {
      const { disclosures, said, place, wallet } = await loadFixture(disclosed);
      const nobody = { ...said, wallet: ethers.ZeroAddress };
      const signature = await signAcknowledgement(wallet, place, nobody);

      await expect(disclosures.acknowledgeFor(nobody.wallet, ASSET, RISKS, nobody.deadline, signature))
        .to.be.revertedWithCustomError(disclosures, "DisclosuresInvalidSignature")
        .withArgs(nobody.wallet, acknowledgementDigest(place, nobody));
    });

    it("does not bring a signature for what has been superseded since", async () => {
      const { disclosures, documents, anchorId, said, place, wallet } = await loadFixture(disclosed);
      const signature = await signAcknowledgement(wallet, place, said);
      await documents.supersedeBundle(RISKS, NEW_RISKS, anchorId, ROLE, 1, "");

      await expect(disclosures.acknowledgeFor(said.wallet, ASSET, RISKS, said.deadline, signature))
        .to.be.revertedWithCustomError(disclosures, "DisclosuresNotCurrent")
        .withArgs(ASSET, RISKS, NEW_RISKS);
    });
  });
});
