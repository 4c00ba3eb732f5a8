import { join } from "node:path";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";
import { type AddressBook, noDeployment, readAddressBook, workFolder } from "../../sdk/addresses.ts";
import { connectSuite, type Suite } from "../../sdk/connect.ts";
import { badInput } from "../../sdk/errors.ts";
import { readChainInstance } from "../../sdk/journal/chain-instance.ts";
import { requireConfirmation } from "./confirm.ts";
import { investorSalt } from "./investor-salt.ts";
import { RunBook } from "./run-book.ts";
import { Sender, type SenderOptions } from "./sender.ts";
import type { Terminal } from "./terminal.ts";

export interface ContextOptions {
  readonly json: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly from?: string;
  /** `--run-id` and `--out` of tasks whose runs are written down. */
  readonly runId?: string;
  readonly out?: string;
  /** A node to ask instead of a network of the configuration. */
  readonly rpcUrl?: string;
}

interface Chain {
  readonly connection: NetworkConnection;
  readonly chainId: bigint;
}

/** What an action is given to work with: the chain, the suite on it, somebody who sends, and somewhere to speak. */
export class ActionContext {
  readonly hre: HardhatRuntimeEnvironment;
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly warnings: string[] = [];
  readonly #options: ContextOptions;
  #chain: Promise<Chain> | undefined;

  constructor(hre: HardhatRuntimeEnvironment, options: ContextOptions, terminal: Terminal) {
    this.hre = hre;
    this.terminal = terminal;
    this.json = options.json;
    this.dryRun = options.dryRun ?? false;
    this.#options = options;
  }

  /** Says something while the work goes on. */
  note(text: string): void {
    this.terminal.stderr.write(`${text}\n`);
  }

  /** Something the operator ought to know at the end, too. */
  warn(text: string): void {
    this.warnings.push(text);
  }

  /** The network of the command line; connects once. */
  connect(): Promise<Chain> {
    this.#chain ??= this.#open();
    return this.#chain;
  }

  /** Whether the chain lives in this process and vanishes with it. */
  async isEphemeral(): Promise<boolean> {
    return (await this.connect()).connection.networkConfig.type === "edr-simulated";
  }

  /** The suite deployed on this network; refuses in one sentence where there is none. */
  async suite(): Promise<{ suite: Suite; book: AddressBook }> {
    const { connection, chainId } = await this.connect();
    if (await this.isEphemeral()) throw noDeployment(connection.networkName, Number(chainId));

    const book = await readAddressBook(Number(chainId), connection.networkName);
    const suite = connectSuite(book, connection.ethers.provider);
    await this.#refuseStaleBook(book);
    return { suite, book };
  }

  /** The account that `--from` names; the network's first one by default. */
  async signer(from?: string): Promise<HardhatEthersSigner> {
    const { connection } = await this.connect();
    const named = this.#options.from ?? "0";
    const wanted = named === "0" && from !== undefined ? from : named;
    const signers = await connection.ethers.getSigners();
    const signer = /^[0-9]+$/.test(wanted)
      ? signers[Number(wanted)]
      : signers.find((each) => each.address.toLowerCase() === wanted.toLowerCase());
    if (signer !== undefined) return signer;

    const what = signers.length === 0 ? "this network has no accounts" : `this network has no account "${wanted}"`;
    throw badInput(what, { todo: "give the network a key in hardhat.config.ts, or another --from" });
  }

  /** `from` is who sends if the command line does not say; `confirm` asks in another way than step by step. */
  async sender(from?: string, confirm?: SenderOptions["confirm"]): Promise<Sender> {
    return new Sender({
      signer: await this.signer(from),
      dryRun: this.dryRun,
      runs: await this.runs(),
      note: (text) => this.note(text),
      confirm: confirm ?? ((plan) => this.confirm(plan)),
    });
  }

  /** The registrar's secret under which references become investor ids. */
  async investorSalt(): Promise<string> {
    return investorSalt((await this.connect()).chainId, this.hre.config.investorSalt);
  }

  /** Where runs have their folders. */
  get runsFolder(): string {
    const { out } = this.#options;
    return out === undefined || out === "" ? join(workFolder(), "runs") : out;
  }

  /** Which life of a development chain this is; null for chains that never forget. */
  async instance(): Promise<string | null> {
    const { connection } = await this.connect();
    return readChainInstance((method, params) => connection.provider.request({ method, params: [...params] }));
  }

  async runs(): Promise<RunBook> {
    const { runId } = this.#options;
    return new RunBook({
      folder: this.runsFolder,
      runId: runId === undefined || runId === "" ? undefined : runId,
      chainId: (await this.connect()).chainId,
      instance: await this.instance(),
      note: (text) => this.note(text),
    });
  }

  /** Asks before anything is sent, where somebody has to be asked. */
  async confirm(plan: readonly string[]): Promise<void> {
    const { connection, chainId } = await this.connect();
    const { networkName } = connection;
    await requireConfirmation(this.terminal, { networkName, chainId, plan, yes: this.#options.yes === true });
  }

  /** For `--json`: where all this happened, as far as it is known. */
  async whereabouts(): Promise<{ network: string | null; chainId: number | null; block: number | null }> {
    try {
      const { connection, chainId } = await this.connect();
      return {
        network: connection.networkName,
        chainId: Number(chainId),
        block: await connection.ethers.provider.getBlockNumber(),
      };
    } catch {
      return { network: this.hre.globalOptions.network ?? null, chainId: null, block: null };
    }
  }

  async #open(): Promise<Chain> {
    const wanted = this.hre.globalOptions.network;
    if (wanted !== undefined && this.hre.config.networks[wanted] === undefined) {
      throw badInput(`there is no network "${wanted}"`, {
        todo: `use one of ${Object.keys(this.hre.config.networks).join(", ")}`,
      });
    }

    const { rpcUrl } = this.#options;
    const connection =
      rpcUrl === undefined || rpcUrl === ""
        ? await this.hre.network.create()
        : await this.hre.network.create({ network: "localhost", override: { url: rpcUrl } });
    const { chainId } = await connection.ethers.provider.getNetwork();
    return { connection, chainId };
  }

  async #refuseStaleBook(book: AddressBook): Promise<void> {
    const { connection } = await this.connect();
    const manager = book.contracts["AccessManager"]?.address;
    if (manager !== undefined && (await connection.ethers.provider.getCode(manager)) !== "0x") return;

    throw badInput(
      "the address book is of another chain: the node was restarted, or it is not the one that was deployed to",
      {
        todo: `run \`npx hardhat system deploy --network ${connection.networkName}\` first`,
      },
    );
  }
}
