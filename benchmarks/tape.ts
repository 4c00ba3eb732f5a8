// Real blocks of recorded transfers through the executor, block by block: whether it comes to the same balances as a sequential
// replay, by the plain executor, on any number of threads and with the ledger split, and how parallel a block of that shape
// could be at all. Ends with 6 if a balance differs.
//
//   node benchmarks/tape.ts <folder>          (with transfers.csv and opening_balances.csv)
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { argv, exit } from "node:process";
import Table from "cli-table3";
import {
  type BatchOptions,
  type BatchResult,
  balancesIn,
  closePositions,
  conflictShapeOf,
  cryptoKind,
  isAccepted,
  readTape,
  receiptsOf,
  replayTape,
  runBatch,
  runSequential,
  tapeLoad,
} from "../executor/index.ts";
import { printMachine } from "./machine.ts";

const SEED = 20_261_122;
const TIME = 1_800_000_000n;
const DIFFERENT = 6;
/** Besides the plain executor. */
const WAYS: readonly BatchOptions[] = [{ workers: 0 }, { workers: 2 }, { workers: 2, ledger: "split" }];

const [folder] = argv.slice(2);
if (folder === undefined) {
  console.error("Usage: node benchmarks/tape.ts <folder>   with transfers.csv and opening_balances.csv in it");
  exit(2);
}
const [transfers = "", openings = ""] = await Promise.all(
  ["transfers.csv", "opening_balances.csv"].map((name) => readFile(join(folder, name), "utf8")),
);
printMachine(`node benchmarks/tape.ts ${folder}`, `secp256k1 ${cryptoKind()}`);
console.log(
  `Tape     each transfer signed by both sides with keys of seed ${SEED}; plain, 0 and 2 workers, split ledger\n`,
);

const table = new Table({
  head: ["block", "transfers", "accounts", "tokens", "rounded", "parallel", "commuting", "settled", "same"],
  style: { head: [], border: [] },
});
let differences = 0;

for (const block of readTape(transfers, openings)) {
  const { snapshot, orders, trades } = await tapeLoad(block, SEED);
  const input = { number: 1n, mode: "strict", time: TIME, snapshot, orders, trades } as const;
  const judge = replayTape(block).balances.join();
  const comesToIt = ({ chunks }: BatchResult) => balancesIn(closePositions(snapshot, chunks), block).join() === judge;

  const plain = await runSequential(input);
  const outcomes = [comesToIt(plain)];
  for (const options of WAYS) outcomes.push(comesToIt(await runBatch(input, options)));
  const same = outcomes.every((outcome) => outcome);
  if (!same) differences += 1;

  const { parallelism, parallelismCommuting } = conflictShapeOf(block.flows);
  table.push([
    block.block,
    block.flows.count,
    block.accounts.length,
    block.assets.length,
    block.scales.filter((scale) => scale > 1n).length,
    parallelism.toFixed(1),
    parallelismCommuting.toFixed(1),
    receiptsOf(plain).filter(({ code }) => isAccepted(code)).length,
    same ? "yes" : "NO",
  ]);
}

console.log(table.toString());
console.log(
  "rounded: tokens whose amounts were cut off to fit 63 bits, for judge and executor alike\n" +
    "parallel, commuting: transfers ÷ critical path, and the same if credits need not wait",
);
if (differences > 0) exit(DIFFERENT);
