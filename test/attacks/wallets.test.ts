import { expect } from "chai";
import { FunctionFragment, type HDNodeWallet } from "ethers";
import { network } from "hardhat";
import { FACTORIES } from "../../sdk/contracts.ts";
import { encodeInvestorClaim, signInvestorClaim } from "../../sdk/investor-claim.ts";
import { CLASS, deployBooks, listAsset, onboard, STATE } from "../helpers/books.ts";
import { claimAbout, deploySignedClaims, YEAR } from "../helpers/claims.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const BUILDING = 1n;

/** An active asset of which alice holds 100 shares; carol, a key that may delegate to code, may hold too. */
async function holderAndKey() {
  const books = await deployBooks(connection);
  const [alice, mallory] = books.others;
  if (!alice || !mallory) throw new Error("three accounts are needed");
  const carol = ethers.Wallet.createRandom(ethers.provider);
  await books.admin.sendTransaction({ to: carol.address, value: ethers.parseEther("1") });
  await listAsset(connection, books, BUILDING);
  await books.shares.setAssetState(BUILDING, STATE.active);
  await onboard(connection, books, alice);
  await onboard(connection, books, carol.address);
  await books.shares.mint(alice, BUILDING, 100n, "0x");
  return { ...books, alice, mallory, carol };
}

/** The same key is appointed as an attestor of a verifier. */
async function keyThatAttests() {
  const world = await deploySignedClaims(connection);
  const carol = ethers.Wallet.createRandom(ethers.provider);
  await world.admin.sendTransaction({ to: carol.address, value: ethers.parseEther("1") });
  await world.verifier.setAttestor(carol, CLASS.accredited, YEAR);
  return { ...world, carol };
}

/** A transaction of type 4 (EIP-7702): from now on calls to the key's account run the code at `delegate`. */
async function delegate(key: HDNodeWallet, delegateAt: string): Promise<void> {
  const nonce = await key.getNonce();
  const authorization = await key.authorize({ address: delegateAt, nonce: nonce + 1 });
  const transaction = await key.sendTransaction({
    type: 4,
    to: ethers.ZeroAddress,
    authorizationList: [authorization],
  });
  await transaction.wait();
}

describe("Attacks by way of the wallet", () => {
  describe("P16: a key with delegated code (EIP-7702) as receiver", () => {
    it("is asked as a contract is, and accepts when its delegate knows how to", async () => {
      const { shares, alice, carol } = await networkHelpers.loadFixture(holderAndKey);
      const delegateAt = await (await ethers.deployContract("MockReceiver")).getAddress();
      await delegate(carol, delegateAt);
      expect(await ethers.provider.getCode(carol)).to.equal(`0xef0100${delegateAt.slice(2).toLowerCase()}`);

      await shares.connect(alice).safeTransferFrom(alice, carol, BUILDING, 40n, "0x");
      await shares.connect(alice).safeBatchTransferFrom(alice, carol, [BUILDING], [2n], "0x");
      expect(await shares.balanceOf(carol, BUILDING)).to.equal(42n);
    });

    it("is refused when its delegate does not know shares, and takes them again once it has none", async () => {
      const { shares, alice, carol } = await networkHelpers.loadFixture(holderAndKey);
      await delegate(carol, await (await ethers.deployContract("MockSignatureWallet", [carol])).getAddress());

      await expect(shares.connect(alice).safeTransferFrom(alice, carol, BUILDING, 40n, "0x"))
        .to.be.revertedWithCustomError(shares, "ERC1155InvalidReceiver")
        .withArgs(carol.address);

      await delegate(carol, ethers.ZeroAddress);
      expect(await ethers.provider.getCode(carol)).to.equal("0x");
      await shares.connect(alice).safeTransferFrom(alice, carol, BUILDING, 40n, "0x");
      expect(await shares.balanceOf(carol, BUILDING)).to.equal(40n);
    });

    it("stands in the way of neither enforcement nor netting, and can still send", async () => {
      const { shares, alice, carol } = await networkHelpers.loadFixture(holderAndKey);
      await delegate(carol, await (await ethers.deployContract("MockSignatureWallet", [carol])).getAddress());

      await shares.forcedTransfer(alice, carol, BUILDING, 10n);
      await shares.settleNet(BUILDING, [alice, carol], [-5n, 5n]);
      await shares.connect(carol).safeTransferFrom(carol, alice, BUILDING, 1n, "0x");
      expect(await shares.balanceOf(carol, BUILDING)).to.equal(14n);
    });
  });

  it("P16: an attestor's key with delegated code signs as its delegate says (ERC-1271), and only so", async () => {
    const world = await networkHelpers.loadFixture(keyThatAttests);
    const { registry, verifier, wallet, carol } = world;
    const claim = await claimAbout(connection, world, { attestor: carol.address });
    const { chainId } = await ethers.provider.getNetwork();
    const place = { chainId, verifier: await verifier.getAddress() };
    const encoded = encodeInvestorClaim(claim, await signInvestorClaim(carol, place, claim));

    await delegate(carol, await (await ethers.deployContract("MockReceiver")).getAddress());
    await expect(registry.present(verifier, wallet, encoded))
      .to.be.revertedWithCustomError(verifier, "SignedClaimVerifierInvalidSignature")
      .withArgs(carol.address, await verifier.hashClaim(claim));
    await delegate(carol, await (await ethers.deployContract("MockSignatureWallet", [carol])).getAddress());
    await registry.present(verifier, wallet, encoded);
    expect(await registry.claimId()).to.equal(await verifier.hashClaim(claim));
  });

  describe("P32: a sender named by somebody else", () => {
    const contracts = Object.entries(FACTORIES).map(([name, factory]) => ({
      name,
      functions: factory
        .createInterface()
        .fragments.filter(FunctionFragment.isFragment)
        .map((each) => each.name),
    }));

    for (const { name, functions } of contracts) {
      it(`${name} trusts no forwarder (ERC-2771)`, () => {
        expect(functions.filter((each) => /forwarder/i.test(each))).to.deep.equal([]);
      });
    }

    it("only the AccessManager, which trusts no forwarder, runs several calls in one", () => {
      const several = contracts.filter(({ functions }) => functions.some((each) => /multicall|^batch$/i.test(each)));

      expect(several.map(({ name }) => name)).to.deep.equal(["AccessManager"]);
    });

    it("an address at the end of the call data speaks for nobody", async () => {
      const { shares, alice, mallory, carol } = await networkHelpers.loadFixture(holderAndKey);
      const call = shares.interface.encodeFunctionData("safeTransferFrom", [
        alice.address,
        carol.address,
        BUILDING,
        1n,
        "0x",
      ]);

      await expect(mallory.sendTransaction({ to: shares, data: ethers.concat([call, alice.address]) }))
        .to.be.revertedWithCustomError(shares, "ERC1155MissingApprovalForAll")
        .withArgs(mallory.address, alice.address);
    });
  });
});
