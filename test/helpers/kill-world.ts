import { readdir, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { NetworkConnection } from "hardhat/types/network";
import { readChainInstance } from "../../sdk/journal/chain-instance.ts";
import { readRun } from "../../sdk/journal/run-folder.ts";
import { runStateOf } from "../../sdk/journal/run-state.ts";
import { verifyRun } from "../../tasks/run/verify-run.ts";
import { DeployedNode } from "./deployed-node.ts";
import { MortalProcess, type Order } from "./mortal-process.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";
import type { DeployedSuite } from "./suite.ts";

/** Kills of each task; `npm run soak` asks for more. */
export const KILLS = Math.ceil(Number(process.env["KILLS"] ?? 52) / 2);
/** A run is killed within this part of the time that it takes undisturbed, so that it dies several times. */
const LIFETIME = 0.4;
/** And no more than so often, so that many runs are looked at. */
const KILLS_PER_RUN = 13;
/** When a run that is not to be killed is given up. */
const HANGS_AFTER_MS = 240_000;
/** The tail that a torn write loses at most; every second time it is any byte of the whole journal. */
const TAIL_BYTES = 400;

/** What is to be done, without what the world knows itself. */
type Task = Omit<Order, "url" | "instance" | "runsFolder">;

/** A node, a deployed suite and a supply of processes that can be killed. */
export class KillWorld {
  readonly random: SeededRandom;
  readonly instance: string | null;
  readonly #node: DeployedNode;
  #spare = new MortalProcess();

  private constructor(node: DeployedNode, random: SeededRandom, instance: string | null) {
    this.#node = node;
    this.random = random;
    this.instance = instance;
  }

  /** `name` stands for the seed that is printed. */
  static async open(name: string): Promise<KillWorld> {
    const random = seededRandom(name);
    const node = await DeployedNode.open();
    const instance = await readChainInstance((method, params) => node.request(method, ...params));
    return new KillWorld(node, random, instance);
  }

  async close(): Promise<void> {
    this.#spare.dismiss();
    await this.#node.close();
  }

  get connection(): NetworkConnection {
    return this.#node.connection;
  }

  get folder(): string {
    return this.#node.folder;
  }

  deployed(): Promise<DeployedSuite> {
    return this.#node.deployed();
  }

  request(method: string, ...params: unknown[]): Promise<unknown> {
    return this.#node.request(method, ...params);
  }

  /** Starts the work again and again from the same state of the chain, until it was killed often enough, and checks each time. */
  async killAndCheck(task: Task, mostKills: number, check: (runFolder: string) => Promise<void>): Promise<void> {
    let snapshot = await this.request("evm_snapshot");
    let kills = 0;
    let undisturbedMs = 0;
    let lives = 0;

    for (; kills < mostKills; lives += 1) {
      const runsFolder = join(this.folder, `${this.random.below(2 ** 30)}`);
      const order = { ...task, url: this.#node.url, instance: this.instance, runsFolder };
      if (lives === 0) undisturbedMs = (await this.#nextProcess().carryOut(order, HANGS_AFTER_MS)).tookMs;
      else
        kills += await this.#killUntilDone(order, undisturbedMs * LIFETIME, Math.min(mostKills - kills, KILLS_PER_RUN));

      const [id] = await readdir(runsFolder);
      await check(join(runsFolder, id ?? ""));
      await this.request("evm_revert", snapshot);
      snapshot = await this.request("evm_snapshot");
    }
    console.log(`      ${kills} kills in ${lives} runs; undisturbed one takes ${undisturbedMs.toFixed(0)} ms`);
  }

  /** The run is done, its transactions are the only ones, and a third party finds all of it on the chain. */
  async checkRun(runFolder: string, firstNonce: number, steps: number, operator: string): Promise<void> {
    const run = await readRun(runFolder);
    if (run === undefined) return expect.fail(`there is no run in ${runFolder}`);
    const { provider } = this.connection.ethers;
    const { seed } = this.random;
    expect(runStateOf(run.steps), seed).to.equal("done");
    expect(run.steps, seed).to.have.lengthOf(steps);
    expect((await provider.getTransactionCount(operator)) - firstNonce, seed).to.equal(steps);
    expect((await verifyRun(run, provider)).mismatches, seed).to.deep.equal([]);
  }

  #nextProcess(): MortalProcess {
    const process = this.#spare;
    this.#spare = new MortalProcess();
    return process;
  }

  /** Restarts a run until it is done, and returns how often it was killed. */
  async #killUntilDone(order: Order, killWithinMs: number, mostKills: number): Promise<number> {
    for (let kills = 0; ; kills += 1) {
      const killAfterMs = kills < mostKills ? this.random.below(Math.ceil(killWithinMs)) : HANGS_AFTER_MS;
      const { end } = await this.#nextProcess().carryOut(order, killAfterMs);
      if (end === "done") return kills;
      if (this.random.below(2) === 0) await this.#tearJournal(order.runsFolder);
    }
  }

  /** Cuts the journal at a random byte: near its end, or anywhere. */
  async #tearJournal(runsFolder: string): Promise<void> {
    const [id] = await readdir(runsFolder).catch(() => []);
    const files = await readdir(join(runsFolder, id ?? "")).catch((): string[] => []);
    const path = join(runsFolder, id ?? "", files.includes("settler.jsonl") ? "settler.jsonl" : "journal.jsonl");
    const size = (await stat(path).catch(() => undefined))?.size ?? 0;
    if (size === 0) return;
    const lost =
      this.random.below(2) === 0 ? this.random.below(Math.min(size, TAIL_BYTES)) : this.random.below(size + 1);
    await truncate(path, size - lost);
  }
}
