import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { NetworkConnection } from "hardhat/types/network";
import { receiptsOf } from "../../executor/index.ts";
import { LOCAL_PACE, type Pace } from "../../sdk/settler/pace.ts";
import { readSettlerJournal } from "../../sdk/settler/settler-journal.ts";
import type { SettledFile, SettleTools } from "../../tasks/settle/settle-file.ts";
import { CASH, CHAIN_ID, type PlannedTrade, type SettlerWorld } from "./settler-world.ts";

/** Places among the traders. */
export const [ALICE, BOB, CAROL] = [0, 1, 2];

/** Bob buys of Alice, Carol of Bob, Alice of Carol: nobody owes anything in the end but who trades more. */
export const TRADES: readonly PlannedTrade[] = [
  { buyer: BOB, seller: ALICE, quantity: 30n },
  { buyer: CAROL, seller: BOB, quantity: 20n },
  { buyer: ALICE, seller: CAROL, quantity: 10n },
];

/** What a settler needs in a test, in a folder that is there for the length of one; a connection may come later. */
export function settlerRig(connection: NetworkConnection | (() => NetworkConnection)) {
  const connected = () => (typeof connection === "function" ? connection() : connection);
  const rig = {
    runsFolder: "",
    notes: [] as string[],

    /** In no hurry to give up, but in one to offer more. */
    toolsOf({ suite, sender }: Pick<SettlerWorld, "suite" | "sender">, pace: Partial<Pace> = {}): SettleTools {
      return {
        ...{
          suite,
          provider: connected().ethers.provider,
          sender,
          chainId: CHAIN_ID,
          fromBlock: 0,
          runsFolder: rig.runsFolder,
        },
        logsFolder: join(rig.runsFolder, "settlement"),
        chainInstance: null,
        workers: 0,
        note: (text: string) => rig.notes.push(text),
        pace: { ...LOCAL_PACE, bumpAfterMs: 300, pauseMs: 10, ...pace },
      };
    },
  };
  beforeEach(async () => {
    rig.notes.length = 0;
    rig.runsFolder = await mkdtemp(join(tmpdir(), "moiety-settler-"));
  });
  afterEach(() => rm(rig.runsFolder, { recursive: true }));
  return rig;
}

/** What became of the instructions of each batch. */
export const codesOf = ({ ended }: Pick<SettledFile, "ended">): number[][] =>
  ended.map(({ result }) => receiptsOf(result).map(({ code }) => code));

/** Everybody's shares of asset 1. */
export const sharesOf = ({ suite, traders }: SettlerWorld): Promise<bigint[]> =>
  Promise.all(traders.map(({ address }) => suite.shareToken.balanceOf(address, 1n)));

/** What the journal of a run says, in a word each. */
export const eventsOf = async ({ folder }: Pick<SettledFile, "folder">): Promise<string[]> =>
  (await readSettlerJournal(folder)).map(({ event }) => event);

/** The same of all runs of a folder, as far as they have come. */
export async function eventsSoFar(runsFolder: string): Promise<string[]> {
  const journals = (await readdir(runsFolder)).map((name) => readSettlerJournal(join(runsFolder, name)));
  return (await Promise.all(journals)).flat().map(({ event }) => event);
}

/** Everything of TRADES has settled, once. */
export async function expectAllSettled(world: SettlerWorld): Promise<void> {
  const { suite, traders, currency } = world;
  const cash = traders.map(async ({ address }) => (await suite.settlementDesk.cashOf(address, currency)).deposited);
  expect(await sharesOf(world)).to.deep.equal([49_980n, 50_010n, 25_010n]);
  expect(await Promise.all(cash)).to.deep.equal([CASH + 20_000_000n, CASH - 10_000_000n, CASH - 10_000_000n]);
}
