import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NetworkConnection } from "hardhat/types/network";
import { readDistribution } from "../../sdk/income/distributions.ts";
import { makeIncomePlan, type PlanQuestion } from "../../sdk/income/make-plan.ts";
import type { WrittenPlan } from "../../sdk/income/plan-folder.ts";
import { NO_WITHHOLDING } from "../../sdk/income/withholding.ts";
import { announceList } from "../../tasks/income/announce.ts";
import { fundList } from "../../tasks/income/fund.ts";
import { publishList } from "../../tasks/income/publish.ts";
import { openRecord } from "../../tasks/income/record.ts";
import { taskWorld } from "./task-world.ts";

/** Three units that three holders cannot share, so that rounding shows. */
export const DEPOSIT = 2_500_000_003n;

type State = Awaited<ReturnType<ReturnType<typeof incomeWorld>["recorded"]>>;
export type PlanChange = Partial<Omit<PlanQuestion, "terms">> & { readonly terms?: Partial<PlanQuestion["terms"]> };

/** Named states of a world in which income is paid by lists: Alice holds 50,000 shares, Bob 50,000, Carol 25,000. */
export function incomeWorld(connection: NetworkConnection) {
  const { sold } = taskWorld(connection);
  const { networkHelpers, ethers } = connection;

  /** Record 0 can be read, and the operator has the deposit. */
  async function recorded() {
    const world = await sold();
    const { suite, sender, operator } = world;
    const instant = BigInt(await networkHelpers.time.latest()) + 1_000n;
    await openRecord(suite, sender, 1n, instant);
    await networkHelpers.time.increaseTo(instant + 1n);
    await suite.testDollar.mint(operator.address, 2n * DEPOSIT);
    const currency = await suite.testDollar.getAddress();
    const desk = await suite.incomeDesk.getAddress();
    return { ...world, instant, currency, desk, provider: ethers.provider };
  }

  return { recorded };
}

/** A plan of the deposit for everybody, with what is to be different. */
export function plan(state: State, runsFolder: string, change: PlanChange = {}): Promise<WrittenPlan> {
  const { suite, provider, currency, desk } = state;
  return makeIncomePlan(suite, provider, {
    place: { chainId: 31337n, instance: null, desk },
    excluded: [],
    lookThrough: [],
    decimals: 6,
    deployedAtBlock: 0,
    source: "register",
    runsFolder,
    workers: 0,
    warn: () => undefined,
    onProgress: () => undefined,
    ...change,
    terms: {
      ...{ asset: 1n, record: 0n, currency, amount: DEPOSIT, rounding: "largest-remainder" },
      ...{ reference: "", expiresAt: 0n, reclaimTo: null, withholding: NO_WITHHOLDING },
      ...change.terms,
    },
  });
}

/** Announces, funds and publishes a plan; its number. */
export async function publish({ suite, sender, provider }: State, written: WrittenPlan): Promise<bigint> {
  const { distribution } = await announceList(suite, sender, written, provider, { fromBlock: 0, again: true });
  const number = distribution ?? 0n;
  await fundList(suite, sender, provider, await readDistribution(suite, number), null);
  await publishList(suite, sender, await readDistribution(suite, number), written);
  return number;
}

/** A folder of a test's own. */
export class TestFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async open(): Promise<TestFolder> {
    return new TestFolder(await mkdtemp(join(tmpdir(), "moiety-income-")));
  }

  /** Writes a file, and returns its path. */
  async write(name: string, text: string): Promise<string> {
    const path = join(this.path, name);
    await writeFile(path, text);
    return path;
  }

  close(): Promise<void> {
    return rm(this.path, { recursive: true });
  }
}
