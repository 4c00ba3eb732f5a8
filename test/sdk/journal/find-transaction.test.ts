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
  const node = (answers: Readonly<Record<string, unknown>>) => async (method: string, params: readonly unknown[]) => {
    const answer = answers[method];
    if (method in answers) return typeof answer === "function" ? answer(params) : answer;
    throw new Error(`${method} is not known`);
  };

  const zero = { hash: "0xabc", parentHash: "0x0" };
  /** A chain of so many blocks. */
  const chain = (...blocks: readonly unknown[]) => ({
    eth_getBlockByNumber: ([number]: readonly unknown[]) => blocks[Number(number)] ?? null,
  });

  it("takes the instance id, and nothing of a chain that never forgets", async () => {
    expect(await readChainInstance(node({ hardhat_metadata: { instanceId: "0x1" } }))).to.equal("0x1");
    expect(await readChainInstance(node(chain(zero)))).to.equal(null);
  });

  it("takes the first block of an anvil, which is known from the second one when the node was restarted", async () => {
    const anvil = { anvil_nodeInfo: {}, hardhat_metadata: { instanceId: "0x1", clientVersion: "anvil/v1.7.1" } };
    const one = { hash: "0xdef", parentHash: "0xabc" };
    const another = { hash: "0x999", parentHash: "0x0" };

    expect(await readChainInstance(node({ ...anvil, ...chain(zero) }))).to.equal("genesis 0xabc");
    expect(await readChainInstance(node({ ...anvil, ...chain(zero, one) }))).to.equal("genesis 0xabc");
    expect(await readChainInstance(node({ ...anvil, ...chain(another, one) }))).to.equal("genesis 0xabc");
    expect(await readChainInstance(node({ anvil_nodeInfo: {}, ...chain(zero, one) }))).to.equal("genesis 0xabc");
  });

  it("takes the instance id of an anvil that has forked another chain", async () => {
    const metadata = { instanceId: "0x1", clientVersion: "anvil/v1.7.1", forkedNetwork: { chainId: 1 } };
    expect(await readChainInstance(node({ anvil_nodeInfo: {}, hardhat_metadata: metadata, ...chain(zero) }))).to.equal(
      "0x1",
    );
  });
});
