import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { ContractTransactionResponse, TransactionReceipt } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";
import type { Suite } from "../../../sdk/connect.ts";
import type { SuiteDeployment } from "../../../sdk/deploy.ts";
import { Sender } from "../../lib/sender.ts";

/** The chain, the suite on it and who runs it: what every step of the demo works with. */
export interface DemoWorld {
  readonly connection: NetworkConnection;
  readonly suite: Suite & { readonly testDollar: NonNullable<Suite["testDollar"]> };
  /** Holds every office, as the deployer of a development chain does. */
  readonly operator: HardhatEthersSigner;
  /** Sends the operator's transactions. */
  readonly sender: Sender;
  /** The block after which this suite's events begin. */
  readonly firstBlock: number;
  readonly chainId: bigint;
  readonly seed: number;
}

/** The demo's world on a development chain that the suite was just deployed to. */
export async function openWorld(
  connection: NetworkConnection,
  deployment: SuiteDeployment,
  firstBlock: number,
  seed: number,
): Promise<DemoWorld> {
  const [operator] = await connection.ethers.getSigners();
  const { testDollar } = deployment.suite;
  if (operator === undefined || testDollar === undefined) {
    throw new Error("a development chain comes with accounts and a TestDollar");
  }
  const silent = { dryRun: false, confirm: async () => {}, note: () => {} };
  return {
    connection,
    suite: { ...deployment.suite, testDollar },
    operator,
    sender: new Sender({ signer: operator, ...silent }),
    firstBlock,
    chainId: deployment.chainId,
    seed,
  };
}

/** Waits for a transaction and insists that it went through. */
export async function mined(sent: Promise<ContractTransactionResponse>): Promise<TransactionReceipt> {
  const response = await sent;
  await lookOften(response);

  const receipt = await response.wait();
  if (receipt === null) throw new Error("the transaction was not mined");
  return receipt;
}

const LOOK_EVERY_MS = 5;
const LOOKS = 100;

/**
 * Development chains mine at once, though anvil only a moment after it has answered; `wait` would look again after half a second,
 * and the demo waits a thousand times.
 */
async function lookOften({ provider, hash }: ContractTransactionResponse): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    if ((await provider.getTransactionReceipt(hash)) !== null) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** The time of the newest block, in seconds. */
export async function chainTime({ connection }: DemoWorld): Promise<bigint> {
  const block = await connection.ethers.provider.getBlock("latest");
  if (block === null) throw new Error("the chain has no block");
  return BigInt(block.timestamp);
}

/** Moves the development chain's clock forward and makes a block. */
export async function advanceTime({ connection }: DemoWorld, seconds: number): Promise<void> {
  await connection.provider.request({ method: "evm_increaseTime", params: [seconds] });
  await connection.provider.request({ method: "evm_mine" });
}

/** Gives wallets the ether that their own transactions need. */
export async function fundGas(
  { connection }: DemoWorld,
  wallets: readonly { readonly address: string }[],
): Promise<void> {
  const balance = `0x${(10n ** 19n).toString(16)}`;
  for (const { address } of wallets) {
    await connection.provider.request({ method: "hardhat_setBalance", params: [address, balance] });
  }
}
