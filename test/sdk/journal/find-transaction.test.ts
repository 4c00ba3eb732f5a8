import { expect } from "chai";
import type { BlockTag, Provider } from "ethers";
import { network } from "hardhat";
import { readChainInstance } from "../../../sdk/journal/chain-instance.ts";
import { findTransaction } from "../../../sdk/journal/find-transaction.ts";

const { ethers } = await network.create();

/** A node that has forgotten how many transactions an account had at earlier blocks. */
const forgetful = new Proxy<Provider>(ethers.provider, {
  get(target, property) {
    const value: unknown = Reflect.get(target, property, target);
    if (property !== "getTransactionCount") return typeof value === "function" ? value.bind(target) : value;
    return async (address: string, block?: BlockTag) => {
      if (typeof block === "number") throw new Error("missing trie node");
      return target.getTransactionCount(address, block);
    };
  },
});

describe("findTransaction", () => {
  it("finds a transaction by account and nonce, whether or not the node knows the past", async () => {
    const [alice, bob] = await ethers.getSigners();
    if (!alice || !bob) throw new Error("too few accounts");
    const sent: string[] = [];
    for (let nonce = 0; nonce < 30; nonce += 1) {
      await bob.sendTransaction({ to: alice.address, value: 1n });
      sent.push((await alice.sendTransaction({ to: bob.address, value: BigInt(nonce) })).hash);
    }

    for (const provider of [ethers.provider, forgetful]) {
      for (const nonce of [0, 1, 17, 29]) {
        const found = await findTransaction(provider, { from: alice.address, nonce, fromBlock: 0 });
        expect(found?.hash).to.equal(sent[nonce]);
      }
      expect(await findTransaction(provider, { from: alice.address, nonce: 30, fromBlock: 0 })).to.equal(undefined);
      expect(await findTransaction(provider, { from: alice.address, nonce: 0, fromBlock: 10 })).to.equal(undefined);
    }
  });
});

describe("readChainInstance", () => {
  const node = (answers: Readonly<Record<string, unknown>>) => async (method: string) => {
    if (method in answers) return answers[method];
    throw new Error(`${method} is not known`);
  };

  it("takes the instance id, else the first block of an anvil, and nothing of a chain that never forgets", async () => {
    const block = { hash: "0xabc" };

    expect(await readChainInstance(node({ hardhat_metadata: { instanceId: "0x1" } }))).to.equal("0x1");
    expect(await readChainInstance(node({ anvil_nodeInfo: {}, eth_getBlockByNumber: block }))).to.equal(
      "genesis 0xabc",
    );
    expect(await readChainInstance(node({ eth_getBlockByNumber: block }))).to.equal(null);
  });
});
