import {
  createLoad,
  cutIntoBatches,
  judge,
  openEngine,
  parseShape,
  requireSame,
  runClosedLoop,
} from "../../executor/index.ts";
import type { Extent, Line, Measure } from "./line.ts";
import { measurePairs } from "./pairs.ts";
import { prepareTransfers } from "./peers/chain-transfers.ts";
import { openAnvil, openHardhat, type PeerChain } from "./peers/chains.ts";
import { createNaiveLedger } from "./peers/naive-ledger.ts";

const WORKERS = 1;
const BATCHES = 4;
const ACCOUNTS = 20;
const ASSETS = 2;
const FULL = { ours: 4_096, chain: 400, ledger: 100, verified: 200 };
const QUICK = { ours: 64, chain: 10, ledger: 2, verified: 2 };

/**
 * Others that do the same work, each on one thread: our trades with two signatures, receipts and roots against share transfers
 * with one signature, or against the same trades. Nothing here has to be reached; it says where we stand.
 */
export const measurePeers: Measure = async ({ full, pairs, seed }: Extent) => {
  const sizes = full ? FULL : QUICK;
  const options = { seed, accounts: ACCOUNTS, assets: ASSETS, shape: parseShape("uniform") };
  const load = await createLoad({ ...options, count: sizes.ours });
  const batches = cutIntoBatches(load, sizes.ours / BATCHES);
  const verdict = await judge(load.snapshot, batches);
  const runOurs = async () => {
    const target = await openEngine(load.snapshot, WORKERS);
    const { batchHashes, seconds } = await runClosedLoop(target, batches);
    await target.close?.();
    requireSame(verdict, batches, batchHashes);
    return 1_000 * seconds;
  };
  await runOurs();

  const lines: Line[] = [];
  /** `theirs` does `count` of `what`; `each` is how many of them one of our trades is worth. */
  async function compare(
    measure: string,
    what: string,
    count: number,
    each: number,
    theirs: () => number | Promise<number>,
  ) {
    const measured = await measurePairs(pairs, runOurs, theirs);
    const [ourRate, theirRate] = [(sizes.ours * each * 1_000) / measured.ours, (count * 1_000) / measured.theirs];
    lines.push({
      measure: `engine ÷ ${measure}`,
      workers: WORKERS,
      value: (measured.ratio * sizes.ours * each) / count,
      unit: "×",
      detail: `${Math.round(ourRate).toLocaleString("en")} against ${Math.round(theirRate).toLocaleString("en")} ${what} per second, seed ${seed}`,
    });
  }

  const naive = createNaiveLedger(load);
  await compare("naive ledger (ethers, Map of bigints)", "trades", sizes.ledger, 1, () => naive.run(sizes.ledger));
  const { verified } = sizes;
  await compare("ethers verifyTypedData", "signatures", verified, 2, () => naive.verifyByEthers(verified));
  await compare("viem recoverTypedDataAddress", "signatures", verified, 2, () => naive.verifyByViem(verified));

  const open: (() => Promise<PeerChain | undefined>)[] = [openHardhat, openAnvil];
  for (const openChain of open) {
    const chain = await openChain();
    if (chain === undefined) continue;
    try {
      const flows = (await createLoad({ ...options, count: sizes.chain * pairs })).flows;
      const transfers = await prepareTransfers(chain, flows);
      await compare(`${chain.name}, ERC-1155 transfers`, "trades or transfers", sizes.chain, 1, () =>
        transfers.run(sizes.chain),
      );
      await transfers.check();
    } finally {
      await chain.close();
    }
  }
  return lines;
};
