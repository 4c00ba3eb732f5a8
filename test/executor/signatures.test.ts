import { expect } from "chai";
import { Wallet } from "ethers";
import {
  addressOf,
  CODE,
  createOrderSigner,
  cryptoKind,
  loadKeccak,
  ORDER_TYPES,
  privateKeyFrom,
  settlementDomain,
} from "../../executor/index.ts";
import { ADDRESS, buys, CHAIN_ID, codes, DESK, idOf, sells } from "./worlds/trading-world.ts";

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe("Signatures", () => {
  const key = `0x${"4a".repeat(32)}`;

  it("are checked by the native library wherever it loads", () => {
    expect(cryptoKind()).to.be.oneOf(["native", "javascript"]);
  });

  it("are the wallet's: the fast signer and ethers sign the same bytes", async () => {
    const wallet = new Wallet(key);
    const signer = await createOrderSigner(CHAIN_ID, DESK);
    const { signature: _, ...order } = { ...buys("alice"), trader: wallet.address };

    const ours = signer.sign(order, privateKeyFrom(key)).signature;
    expect(ours).to.equal(await wallet.signTypedData(settlementDomain(CHAIN_ID, DESK), ORDER_TYPES, order));
    expect(await addressOf(privateKeyFrom(key))).to.equal(wallet.address.toLowerCase());
  });

  it("are refused for another chain or another desk", async () => {
    const wallet = new Wallet(`0x${Buffer.from((await loadKeccak())(Buffer.from("key of alice"))).toString("hex")}`);
    expect(wallet.address.toLowerCase()).to.equal(ADDRESS.alice);

    for (const domain of [settlementDomain(1n, DESK), settlementDomain(CHAIN_ID, ADDRESS.bob)]) {
      const { signature: _, ...order } = buys("alice");
      const signature = await wallet.signTypedData(domain, ORDER_TYPES, order);
      expect(await codes({ orders: [{ ...order, signature }, sells("bob")] })).to.deep.equal([
        CODE.buySignatureInvalid,
      ]);
    }
  });

  it("are refused when malleated, out of range, of another length or with another v", async () => {
    const good = buys("alice");
    const r = good.signature.slice(2, 66);
    const s = good.signature.slice(66, 130);
    const v = good.signature.slice(130);
    const otherV = v === "1b" ? "1c" : "1b";
    const word = (value: bigint) => value.toString(16).padStart(64, "0");
    const highS = word(CURVE_ORDER - BigInt(`0x${s}`));
    expect(await codes({ orders: [good, sells("bob")] })).to.deep.equal([CODE.accepted]);

    for (const signature of [
      `0x${r}${highS}${otherV}`, // recovers to the signer, and still is not the one signature we accept
      `0x${r}${s}${otherV}`,
      `0x${r}${s}00`,
      `0x${r}${s}1d`,
      `0x${r}${s}`,
      `0x${r}${s}${v}00`,
      "0x",
      `0x${word(0n)}${s}${v}`,
      `0x${r}${word(0n)}${v}`,
      `0x${word(CURVE_ORDER)}${s}${v}`,
      `0x${"00".repeat(65)}`,
    ]) {
      const told = await codes({ orders: [{ ...good, signature }, sells("bob")] });
      expect(told, signature).to.deep.equal([CODE.buySignatureInvalid]);
    }
  });

  it("give orders ids that a changed field changes", () => {
    const good = buys("alice");
    const ids = [good, { ...good, quantity: 101n }, { ...good, priority: 1 }, { ...good, salt: 0n }].map(idOf);

    expect(new Set(ids).size).to.equal(4);
  });
});
