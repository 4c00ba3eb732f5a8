import { expect } from "chai";
import { network } from "hardhat";
import {
  askContracts,
  type BatchInput,
  CODE,
  createOrderSigner,
  privateKeyFrom,
  receiptsOf,
  runBatch,
} from "../../executor/index.ts";
import { openContractReader } from "../../sdk/contract-reader.ts";
import { expectRejected } from "../helpers/expect-rejected.ts";

const { ethers, networkHelpers } = await network.create();

const KEY = `0x${"4a".repeat(32)}`;
const DIGEST = `0x${"d1".repeat(32)}`;
const MOODS = [
  "Answers",
  "SaysNo",
  "Reverts",
  "AnswersNonsense",
  "AnswersAlmost",
  "AnswersTooLittle",
  "AnswersNothing",
  "BurnsGas",
] as const;

/** A wallet that says yes to the digest, repeated as often as one likes; and one that a key owns. */
async function twoWallets() {
  const owner = new ethers.Wallet(KEY);
  const moody = await ethers.deployContract("MockMoodyWallet");
  const owned = await ethers.deployContract("MockSignatureWallet", [owner.address]);
  return { owner, moody, owned, accounts: { moody: await moody.getAddress(), owned: await owned.getAddress() } };
}

/** The chain as it is now. */
async function readerNow() {
  return openContractReader(ethers.provider, BigInt(await ethers.provider.getBlockNumber()));
}

describe("openContractReader", function () {
  this.timeout(60_000);

  it("tells contracts from accounts without code", async () => {
    const { owner, accounts } = await networkHelpers.loadFixture(twoWallets);
    const reader = await readerNow();

    expect(await reader.hasCode(accounts.moody)).to.equal(true);
    expect(await reader.hasCode(owner.address)).to.equal(false);
    expect(await reader.isValidSignature({ account: owner.address, digest: DIGEST, signature: "0x" })).to.equal(false);
  });

  for (const mood of MOODS) {
    it(`takes nothing for yes but yes: a wallet that ${mood}`, async () => {
      const { moody, accounts } = await networkHelpers.loadFixture(twoWallets);
      await moody.getFunction("setMood")(MOODS.indexOf(mood));
      const reader = await readerNow();

      const said = await reader.isValidSignature({ account: accounts.moody, digest: DIGEST, signature: DIGEST });
      expect(said).to.equal(mood === "Answers");
    });
  }

  it("brings signatures of any length before the wallet", async () => {
    const { accounts } = await networkHelpers.loadFixture(twoWallets);
    const reader = await readerNow();
    const ask = (signature: string) => reader.isValidSignature({ account: accounts.moody, digest: DIGEST, signature });

    for (const times of [1, 2, 9, 1024]) expect(await ask(`0x${"d1".repeat(32 * times)}`), `${times}`).to.equal(true);
    expect(await ask(`0x${"d1".repeat(32 * 1025)}`)).to.equal(false);
    expect(await ask(`0x${"d1".repeat(33)}`)).to.equal(false);
    expect(await ask("0x")).to.equal(false);
  });

  it("says what was true at its block, whatever has become of it", async () => {
    const { moody, accounts } = await networkHelpers.loadFixture(twoWallets);
    const before = await readerNow();
    await moody.getFunction("setMood")(MOODS.indexOf("Reverts"));
    const after = await readerNow();
    const question = { account: accounts.moody, digest: DIGEST, signature: DIGEST };

    expect(await after.isValidSignature(question)).to.equal(false);
    expect(await before.isValidSignature(question)).to.equal(true);
    expect(before.block + 1n).to.equal(after.block);
    expect(before.blockHash).to.not.equal(after.blockHash);
  });

  it("takes a delegation for code, as the contracts on chain do", async () => {
    const { owner, accounts } = await networkHelpers.loadFixture(twoWallets);
    await networkHelpers.setCode(owner.address, ethers.concat(["0xef0100", accounts.moody]));
    const reader = await readerNow();

    expect(await reader.hasCode(owner.address)).to.equal(true);
    expect(await reader.isValidSignature({ account: owner.address, digest: DIGEST, signature: DIGEST })).to.equal(true);
  });

  it("throws if there is no such block, or the node does not answer: that is no no", async () => {
    const { accounts } = await networkHelpers.loadFixture(twoWallets);
    await expectRejected(openContractReader(ethers.provider, 10n ** 9n), Error, "The node has no block 1000000000.");

    let isUp = true;
    const reader = await openContractReader(
      {
        async send(method, params) {
          if (!isUp) throw new Error("connection lost");
          return ethers.provider.send(method, params);
        },
      },
      BigInt(await ethers.provider.getBlockNumber()),
    );
    isUp = false;
    const question = { account: accounts.moody, digest: DIGEST, signature: DIGEST };
    await expectRejected(reader.isValidSignature(question), Error, "connection lost");
    await expectRejected(reader.hasCode(accounts.moody), Error, "connection lost");
  });

  it("lets a batch take the order of a wallet whose owner signed it, and no other", async () => {
    const { accounts, owner } = await networkHelpers.loadFixture(twoWallets);
    const desk = `0x${"de".repeat(20)}`;
    const currency = `0x${"cc".repeat(20)}`;
    const signer = await createOrderSigner(31337n, desk);
    const terms = { asset: 7n, currency, quantity: 10n, limitPrice: 100n, expiry: 2_000_000_000n, priority: 0 };
    const sign = (trader: string, side: number, salt: bigint) =>
      signer.sign({ ...terms, trader, side, salt }, privateKeyFrom(KEY));
    const both = [accounts.owned, owner.address];
    const input: BatchInput = {
      number: 1n,
      mode: "strict",
      time: 1_900_000_000n,
      snapshot: {
        chainId: 31337n,
        desk,
        openingBlock: 1n,
        assets: [{ id: 7n, state: 0, holderLimit: 0 }],
        currencies: [{ address: currency, engineUnit: 1n }],
        accounts: [...both, accounts.moody].map((address) => ({ address, investor: address })),
        shares: [],
        cash: [],
        mandates: [],
      },
      orders: [sign(accounts.owned, 0, 1n), sign(owner.address, 1, 2n), sign(accounts.moody, 0, 3n)],
      trades: [0, 2].map((buyOrder) => ({ buyOrder, sellOrder: 1, quantity: 1n, price: 100n, matchNumber: 1n })),
    };

    const asked = await askContracts(input, await readerNow());
    const codes = receiptsOf(await runBatch(asked, { workers: 0 })).map(({ code }) => code);
    expect(asked.contracts?.accounts).to.have.members(
      [accounts.owned, accounts.moody].map((each) => each.toLowerCase()),
    );
    expect(codes).to.deep.equal([CODE.senderUnknown, CODE.buySignatureInvalid]); // the first gets past its signature
  });
});
