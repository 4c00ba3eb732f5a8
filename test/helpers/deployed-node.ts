import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { readAddressBook } from "../../sdk/addresses.ts";
import { connectAddresses } from "../../sdk/connect.ts";
import { type CommandResult, freePort, LocalNode, runHardhat } from "./local-node.ts";
import { type DeployedSuite, withTestDollar } from "./suite.ts";

/** A node in another process. */
export interface RunningNode {
  readonly url: string;
  stop(): Promise<void>;
}

/** A node in another process with the suite on it, deployed as an operator does it, and a folder for all that commands write. */
export class DeployedNode {
  readonly connection: NetworkConnection;
  readonly folder: string;
  readonly url: string;
  readonly #node: RunningNode;

  private constructor(node: RunningNode, connection: NetworkConnection, folder: string) {
    this.#node = node;
    this.url = node.url;
    this.connection = connection;
    this.folder = folder;
  }

  static async open(start: (port: number) => Promise<RunningNode> = LocalNode.start): Promise<DeployedNode> {
    const port = await freePort();
    const [node, folder] = await Promise.all([start(port), mkdtemp(join(tmpdir(), "moiety-node-"))]);
    // A node in another process may answer before it has mined: what a test has sent is to be there when it goes on.
    const override = { url: node.url, ethers: { waitForTransactionReceipt: true } };
    const connection = await hre.network.create({ network: "localhost", override });
    const opened = new DeployedNode(node, connection, folder);
    const deployed = await opened.hardhat("run", "--no-compile", "scripts/deploy.ts");
    if (deployed.exitCode !== 0) throw new Error(deployed.stderr);
    return opened;
  }

  async close(): Promise<void> {
    await this.#node.stop();
    await rm(this.folder, { recursive: true });
  }

  /** A command in a process of its own. */
  hardhat(...words: string[]): Promise<CommandResult> {
    const env = { MOIETY_WORK_FOLDER: this.folder, LOCALHOST_RPC_URL: this.url };
    return runHardhat([...words, "--network", "localhost"], env);
  }

  /** The suite as the address book has it. */
  async deployed(): Promise<DeployedSuite> {
    const [operator] = await this.connection.ethers.getSigners();
    const { contracts } = await readAddressBook(31337, "localhost", join(this.folder, "deployments"));
    const addresses = Object.fromEntries(Object.entries(contracts).map(([name, { address }]) => [name, address]));
    if (operator === undefined) throw new Error("the node has no accounts");
    return { addresses, suite: withTestDollar(connectAddresses(addresses, operator)) };
  }

  request(method: string, ...params: unknown[]): Promise<unknown> {
    return this.connection.provider.request({ method, params });
  }
}
