import { expect } from "chai";
import { BrowserProvider, type JsonRpcApiProvider, type Signer } from "ethers";
import { network } from "hardhat";
import { submitTransaction } from "../../sdk/submit-transaction.ts";
import { failingAfter, KilledError } from "../helpers/failing-signer.ts";

const connection = await network.create();
const { ethers } = connection;
const TO = `0x${"77".repeat(20)}`;

describe("submitTransaction", () => {
  async function firstSigner() {
    const [signer] = await ethers.getSigners();
    if (signer === undefined) throw new Error("no account");
    return signer;
  }

  /** The first account, by a provider that says `answer` of every transaction that it is asked for. */
  async function signerThatHears(answer: () => Promise<null>): Promise<{ signer: Signer; asked: () => number }> {
    const signer = await firstSigner();
    let asked = 0;
    const provider = new Proxy(ethers.provider, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (property !== "getTransaction") return typeof value === "function" ? value.bind(target) : value;
        return () => {
          asked += 1;
          return answer();
        };
      },
    });
    return { signer: signer.connect(provider), asked: () => asked };
  }

  async function expectMined(hash: string, value: bigint): Promise<void> {
    const transaction = await ethers.provider.getTransaction(hash);
    expect(transaction).to.include({ to: TO, value });
    expect(await ethers.provider.getTransactionReceipt(hash)).to.include({ status: 1 });
  }

  for (const [what, answer] of [
    ["forgets it at once", async () => null],
    ["goes away then", () => Promise.reject(new Error("ECONNRESET"))],
  ] as const) {
    it(`comes back with the hash from a node that takes a transaction and ${what}`, async () => {
      const { signer, asked } = await signerThatHears(answer);

      await expectMined(await submitTransaction(signer, { to: TO, value: 5n, gasLimit: 30_000n }), 5n);
      expect(asked()).to.equal(0);
    });
  }

  it("sends everything that a request says", async () => {
    const signer = await firstSigner();
    const nonce = await signer.getNonce();
    const terms = { gasLimit: 60_000n, maxFeePerGas: 9_000_000_000n, maxPriorityFeePerGas: 7n, nonce, data: "0x1234" };

    const hash = await submitTransaction(signer, { to: TO, ...terms });

    expect(await ethers.provider.getTransaction(hash)).to.include({ from: signer.address, to: TO, ...terms });
  });

  it("sends by the accounts of any node that keeps keys", async () => {
    const provider: JsonRpcApiProvider = new BrowserProvider(connection.provider);
    await expectMined(await submitTransaction(await provider.getSigner(1), { to: TO, value: 6n }), 6n);
  });

  it("sends with a key of its own", async () => {
    const signer = await firstSigner();
    const wallet = ethers.Wallet.createRandom(ethers.provider);
    await signer.sendTransaction({ to: wallet.address, value: 10n ** 18n });
    await expectMined(await submitTransaction(wallet, { to: TO, value: 7n }), 7n);
  });

  it("leaves a signer alone that sends in a way of its own", async () => {
    const signer = await firstSigner();
    const error = await submitTransaction(failingAfter(signer, 0), { to: TO }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(KilledError);
  });

  it("throws what the node says", async () => {
    const signer = await firstSigner();
    const error = await submitTransaction(signer, { to: TO, value: 10n ** 30n }).catch((thrown: unknown) => thrown);
    expect(error)
      .to.have.property("message")
      .that.matches(/enough funds/);
  });
});
