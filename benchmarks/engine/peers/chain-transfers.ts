import { readFile } from "node:fs/promises";
import { getCreateAddress, Interface, keccak256, toQuantity, toUtf8Bytes, Wallet } from "ethers";
import type { Flows } from "../../../executor/index.ts";
import type { PeerChain } from "./chains.ts";

/** OpenZeppelin's ERC-1155 as it is: no rules, no register, nothing that we add. */
const ARTIFACT = new URL("../../../artifacts/contracts/mocks/MockErc1155.sol/MockErc1155.json", import.meta.url);
const PLENTY = 10n ** 12n;
const GAS = { deploy: 3_000_000n, mint: 200_000n, transfer: 100_000n };
const FEE = 10n ** 10n;

/** Share transfers on a chain, each a transaction signed by the holder beforehand. */
export interface ChainTransfers {
  /** Sends the next `count` transfers and mines until all are in blocks. Milliseconds. */
  run(count: number): Promise<number>;
  /** Throws unless every balance is what the transfers come to. */
  check(): Promise<void>;
}

/** Deploys the token, gives every account plenty of every asset, and signs all of `flows`. */
export async function prepareTransfers(chain: PeerChain, flows: Flows): Promise<ChainTransfers> {
  const { abi, bytecode }: { abi: string[]; bytecode: string } = JSON.parse(await readFile(ARTIFACT, "utf8"));
  const token = new Interface(abi);
  const chainId = BigInt(String(await chain.request("eth_chainId")));
  const wallets = Array.from(
    { length: flows.accounts },
    (_, account) => new Wallet(keccak256(toUtf8Bytes(`peer ${account}`))),
  );
  const nonces = new Array<number>(flows.accounts).fill(0);
  for (const { address } of wallets) {
    await chain.request("hardhat_setBalance", address, toQuantity(10n ** 24n));
  }
  await chain.request("evm_setAutomine", false);

  async function sign(account: number, to: string | null, data: string, gasLimit: bigint): Promise<string> {
    const wallet = walletOf(wallets, account);
    const nonce = nonces[account] ?? 0;
    nonces[account] = nonce + 1;
    const fees = { maxFeePerGas: FEE, maxPriorityFeePerGas: 1n };
    return wallet.signTransaction({ type: 2, chainId, to, data, nonce, gasLimit, ...fees });
  }

  await chain.sendAll([await sign(0, null, bytecode, GAS.deploy)]);
  await chain.request("evm_mine");
  const address = getCreateAddress({ from: walletOf(wallets, 0).address, nonce: 0 });
  const everyPair = wallets.flatMap((wallet) =>
    Array.from({ length: flows.assets }, (_, asset) => [wallet.address, asset, PLENTY, "0x"] as const),
  );
  const mints: string[] = [];
  for (const pair of everyPair) {
    mints.push(await sign(0, address, token.encodeFunctionData("mint", pair), GAS.mint));
  }
  await chain.sendAll(mints);
  await mineAll(chain);

  const transfers: string[] = [];
  const balances = new BigInt64Array(flows.accounts * flows.assets).fill(PLENTY);
  for (let flow = 0; flow < flows.count; flow++) {
    const [from, to, asset] = [flows.from[flow] ?? 0, flows.to[flow] ?? 0, flows.asset[flow] ?? 0];
    const words = [walletOf(wallets, from).address, walletOf(wallets, to).address, asset, flows.quantity[flow], "0x"];
    transfers.push(await sign(from, address, token.encodeFunctionData("safeTransferFrom", words), GAS.transfer));
  }
  let sent = 0;

  return {
    async run(count) {
      const part = transfers.slice(sent, sent + count);
      if (part.length < count) throw new Error(`${count} transfers were asked for, and ${part.length} are left`);
      const started = performance.now();
      await chain.sendAll(part);
      await mineAll(chain);
      sent += count;
      return performance.now() - started;
    },

    async check() {
      for (let flow = 0; flow < sent; flow++) {
        const [from, to, asset] = [flows.from[flow] ?? 0, flows.to[flow] ?? 0, flows.asset[flow] ?? 0];
        const quantity = flows.quantity[flow] ?? 0n;
        balances[from * flows.assets + asset] = (balances[from * flows.assets + asset] ?? 0n) - quantity;
        balances[to * flows.assets + asset] = (balances[to * flows.assets + asset] ?? 0n) + quantity;
      }
      for (const [place, expected] of balances.entries()) {
        const account = walletOf(wallets, Math.floor(place / flows.assets)).address;
        const data = token.encodeFunctionData("balanceOf", [account, place % flows.assets]);
        const found = BigInt(String(await chain.request("eth_call", { to: address, data }, "latest")));
        if (found !== expected) throw new Error(`${account} has ${found} on ${chain.name} instead of ${expected}`);
      }
    },
  };
}

/** Mines until nothing is waiting. */
async function mineAll(chain: PeerChain): Promise<void> {
  for (;;) {
    await chain.request("evm_mine");
    const block = await chain.request("eth_getBlockByNumber", "pending", false);
    if (!hasTransactions(block)) return;
  }
}

function hasTransactions(block: unknown): boolean {
  if (typeof block !== "object" || block === null || !("transactions" in block)) return false;
  return Array.isArray(block.transactions) && block.transactions.length > 0;
}

function walletOf(wallets: readonly Wallet[], account: number): Wallet {
  const wallet = wallets[account];
  if (wallet === undefined) throw new Error(`there is no account ${account}`);
  return wallet;
}
