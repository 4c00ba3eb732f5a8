import { expect } from "chai";
import type { HDNodeWallet, Signer } from "ethers";
import { network } from "hardhat";
import { deployBookCode, deployBooks, listAsset } from "../../helpers/books.ts";
import { encodingsOf } from "../../helpers/claims.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

const A = 1n;
const TYPES = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "operator", type: "address" },
    { name: "id", type: "uint256" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

interface Words {
  readonly owner: string;
  readonly operator: string;
  readonly id: bigint;
  readonly value: bigint;
  readonly nonce: bigint;
  readonly deadline: bigint;
}

/** A register, and alice, whose key signs permits for the operator. */
async function ownerWhoSigns() {
  const books = await deployBooks(connection);
  const [alice, operator, carrier] = books.others;
  if (!alice || !operator || !carrier) throw new Error("four accounts are needed");
  await listAsset(connection, books, A);
  const { shares } = books;
  const domain = await domainOf(shares);
  const words: Words = {
    owner: alice.address,
    operator: operator.address,
    id: A,
    value: 40n,
    nonce: 0n,
    deadline: BigInt(await time.latest()) + 1_000n,
  };
  const bring = (said: Words, signature: string) =>
    shares.connect(carrier).permit(said.owner, said.operator, said.id, said.value, said.deadline, signature);
  return { ...books, alice, operator, carrier, domain, words, bring };
}

/** The domain as the contract publishes it (ERC-5267). */
async function domainOf(contract: Awaited<ReturnType<typeof deployBooks>>["shares"]) {
  const { name, version, chainId, verifyingContract } = await contract.eip712Domain();
  return { name, version, chainId, verifyingContract };
}

const sign = (key: Signer | HDNodeWallet, domain: Awaited<ReturnType<typeof domainOf>>, words: Words) =>
  key.signTypedData(domain, TYPES, words);

describe("ShareToken permits", () => {
  it("publishes the domain under which owners sign (ERC-5267)", async () => {
    const { shares } = await networkHelpers.loadFixture(ownerWhoSigns);
    const { chainId } = await ethers.provider.getNetwork();

    expect([...(await shares.eip712Domain())]).to.deep.equal([
      "0x0f",
      "Moiety ShareToken",
      "1",
      chainId,
      await shares.getAddress(),
      ethers.ZeroHash,
      [],
    ]);
  });

  it("P34: sets the allowance that its owner signed with ethers, whoever brings it", async () => {
    const { shares, alice, operator, domain, words, bring } = await networkHelpers.loadFixture(ownerWhoSigns);

    await expect(bring(words, await sign(alice, domain, words)))
      .to.emit(shares, "Approval")
      .withArgs(alice, operator, A, 40n);
    expect(await shares.allowance(alice, operator, A)).to.equal(40n);
    expect(await shares.nonces(alice)).to.equal(1n);
  });

  it("P34: says nothing else than what was signed", async () => {
    const { shares, alice, carrier, domain, words, bring } = await networkHelpers.loadFixture(ownerWhoSigns);
    const signature = await sign(alice, domain, words);
    const forged: Partial<Words>[] = [
      { owner: carrier.address },
      { operator: carrier.address },
      { id: 2n },
      { value: 41n },
      { deadline: words.deadline + 1n },
    ];

    for (const change of forged) {
      const said = { ...words, ...change };
      await expect(bring(said, signature), Object.keys(change).join())
        .to.be.revertedWithCustomError(shares, "ShareTokenInvalidPermit")
        .withArgs(said.owner, said.operator, said.id);
    }
    const foreign = [
      { ...domain, name: "Another" },
      { ...domain, version: "2" },
    ];
    for (const other of foreign) {
      await expect(bring(words, await sign(alice, other, words))).to.be.revertedWithCustomError(
        shares,
        "ShareTokenInvalidPermit",
      );
    }
    expect(await shares.nonces(alice)).to.equal(0n);
  });

  it("P33: is good once, and only under the owner's next nonce", async () => {
    const { shares, alice, operator, domain, words, bring } = await networkHelpers.loadFixture(ownerWhoSigns);
    const signature = await sign(alice, domain, words);
    const later = { ...words, nonce: 1n, value: 7n };
    const signedLater = await sign(alice, domain, later);

    await expect(bring(later, signedLater)).to.be.revertedWithCustomError(shares, "ShareTokenInvalidPermit");
    await bring(words, signature);
    await expect(bring(words, signature))
      .to.be.revertedWithCustomError(shares, "ShareTokenInvalidPermit")
      .withArgs(alice, operator, A);
    await bring(later, signedLater);
    expect(await shares.allowance(alice, operator, A)).to.equal(7n);
  });

  it("P33: means nothing on another chain and for another register", async () => {
    const { shares, alice, domain, words, bring } = await networkHelpers.loadFixture(ownerWhoSigns);
    const other = await deployBooks(connection);

    for (const place of [
      { ...domain, chainId: domain.chainId + 1n },
      { ...domain, verifyingContract: await other.shares.getAddress() },
    ]) {
      await expect(bring(words, await sign(alice, place, words))).to.be.revertedWithCustomError(
        shares,
        "ShareTokenInvalidPermit",
      );
    }
    const signature = await sign(alice, domain, words);
    await expect(
      other.shares.permit(words.owner, words.operator, A, words.value, words.deadline, signature),
    ).to.be.revertedWithCustomError(other.shares, "ShareTokenInvalidPermit");
  });

  it("P34: means nothing after a fork: the domain follows the chain's id", async () => {
    const fork = await network.create({ override: { chainId: 4_242 } });
    const books = await deployBooks(fork);
    const [alice, operator] = await fork.ethers.getSigners();
    if (!alice || !operator) throw new Error("two accounts are needed");
    const { chainId } = await books.shares.eip712Domain();
    expect(chainId).to.equal(4_242n);

    const deadline = 4_000_000_000n;
    const words = { owner: alice.address, operator: operator.address, id: A, value: 1n, nonce: 0n, deadline };
    const domain = await domainOf(books.shares);
    const here = await sign(alice, { ...domain, chainId: 31_337n }, words);
    await expect(books.shares.permit(alice, operator, A, 1n, deadline, here)).to.be.revertedWithCustomError(
      books.shares,
      "ShareTokenInvalidPermit",
    );
    await books.shares.permit(alice, operator, A, 1n, deadline, await sign(alice, domain, words));
    await fork.close();
  });

  it("P35: holds to the last second of its deadline and not a second longer", async () => {
    const { shares, alice, domain, words, bring } = await networkHelpers.loadFixture(ownerWhoSigns);
    const signature = await sign(alice, domain, words);
    const snapshot = await networkHelpers.takeSnapshot();

    await time.setNextBlockTimestamp(words.deadline + 1n);
    await expect(bring(words, signature))
      .to.be.revertedWithCustomError(shares, "ShareTokenPermitExpired")
      .withArgs(words.deadline);
    await snapshot.restore();
    await time.setNextBlockTimestamp(words.deadline);
    await bring(words, signature);
  });

  it("P35: can be taken back by spending its nonce on another one", async () => {
    const { shares, alice, operator, domain, words, bring } = await networkHelpers.loadFixture(ownerWhoSigns);
    const signature = await sign(alice, domain, words);
    const nothing = { ...words, value: 0n };

    await bring(nothing, await sign(alice, domain, nothing));
    await expect(bring(words, signature)).to.be.revertedWithCustomError(shares, "ShareTokenInvalidPermit");
    expect(await shares.allowance(alice, operator, A)).to.equal(0n);
  });

  it("P36: refuses malleable, compact, short, empty and zero signatures, and a zero owner", async () => {
    const { shares, alice, domain, words, bring } = await networkHelpers.loadFixture(ownerWhoSigns);
    const signature = await sign(alice, domain, words);
    const { compactSerialized } = ethers.Signature.from(signature);
    const bad = [
      ...encodingsOf(connection, signature).filter((encoding) => encoding !== signature),
      compactSerialized,
      ethers.dataSlice(signature, 0, 64),
      ethers.concat([signature, "0x00"]),
      `0x${"00".repeat(65)}`,
      "0x",
    ];

    expect(bad).not.to.include(signature);
    for (const encoding of bad) {
      await expect(bring(words, encoding), encoding).to.be.revertedWithCustomError(shares, "ShareTokenInvalidPermit");
    }
    const nobody = { ...words, owner: ethers.ZeroAddress };
    for (const encoding of [signature, `0x${"00".repeat(65)}`]) {
      await expect(bring(nobody, encoding))
        .to.be.revertedWithCustomError(shares, "ShareTokenInvalidPermit")
        .withArgs(ethers.ZeroAddress, words.operator, A);
    }
    await bring(words, signature);
  });

  it("P36: asks an owner that is a contract (ERC-1271)", async () => {
    const { shares, alice, carrier, operator, domain, words, bring } = await networkHelpers.loadFixture(ownerWhoSigns);
    const wallet = await ethers.deployContract("MockSignatureWallet", [alice]);
    const said = { ...words, owner: await wallet.getAddress() };

    await expect(bring(said, await sign(carrier, domain, said)))
      .to.be.revertedWithCustomError(shares, "ShareTokenInvalidPermit")
      .withArgs(wallet, operator, A);
    await bring(said, await sign(alice, domain, said));
    expect(await shares.allowance(wallet, operator, A)).to.equal(40n);
    const mute = await ethers.deployContract("MockReceiver");
    const ofMute = { ...words, owner: await mute.getAddress() };
    await expect(bring(ofMute, await sign(alice, domain, ofMute))).to.be.revertedWithCustomError(
      shares,
      "ShareTokenInvalidPermit",
    );
  });

  it("needs an operator, and works while the register is paused: it moves nothing", async () => {
    const { shares, alice, operator, domain, words, bring } = await networkHelpers.loadFixture(ownerWhoSigns);
    const toNobody = { ...words, operator: ethers.ZeroAddress };
    await shares.pause();

    await expect(bring(toNobody, await sign(alice, domain, toNobody)))
      .to.be.revertedWithCustomError(shares, "ERC1155InvalidOperator")
      .withArgs(ethers.ZeroAddress);
    await bring(words, await sign(alice, domain, words));
    expect(await shares.allowance(alice, operator, A)).to.equal(40n);
  });

  it("is one register's over an upgrade: same domain, same nonces", async () => {
    const { shares, alice, domain, words, bring } = await networkHelpers.loadFixture(ownerWhoSigns);
    await bring(words, await sign(alice, domain, words));

    await shares.upgradeToAndCall(await deployBookCode(connection, "ShareToken"), "0x");
    expect(await domainOf(shares)).to.deep.equal(domain);
    const next = { ...words, nonce: 1n, value: 3n };
    await bring(next, await sign(alice, domain, next));
    await expect(bring(words, await sign(alice, domain, words))).to.be.revertedWithCustomError(
      shares,
      "ShareTokenInvalidPermit",
    );
  });

  it("lets an owner act who may not hold shares himself: an allowance moves nothing by itself", async () => {
    const { shares, carrier, domain, words, bring, admin } = await networkHelpers.loadFixture(ownerWhoSigns);
    expect(await shares.canSend(carrier)).to.equal(false);
    const said = { ...words, owner: carrier.address, operator: admin.address };

    await bring(said, await sign(carrier, domain, said));
    await expect(shares.safeTransferFrom(carrier, admin, A, 1n, "0x")).to.be.revertedWithCustomError(
      shares,
      "ERC7943CannotSend",
    );
  });
});
