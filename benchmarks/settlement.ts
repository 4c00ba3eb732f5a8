// What settlement takes on chain: gas per trade by number and shape of the trades, beside the same trades one by one and the register's
// own transfer; gas per position. Everything is reconciled before it is told, and a line that falls short makes the exit code 6.
//
//   [SEED=20261122] node benchmarks/settlement.ts [--quick | --positions]     after `hardhat build`
//
// --quick leaves out 100,000 trades, --positions all trades: only the gas per position is told.
import { availableParallelism } from "node:os";
import { argv, env, exit, stderr } from "node:process";
import { cryptoKind, WorkerPool } from "../executor/index.ts";
import { EVM_VERSION, SOLC_SETTINGS } from "../tools/solc/settings.ts";
import { type Line, passes } from "./engine/line.ts";
import { describeLines } from "./engine/print-lines.ts";
import { printMachine } from "./machine.ts";
import { nettedLines, oneByOneLines, positionLines } from "./settlement/lines.ts";
import { warmUp } from "./settlement/net-chunk.ts";
import { settleNetted } from "./settlement/netted.ts";
import { settleOneByOne } from "./settlement/one-by-one.ts";
import { measurePositions } from "./settlement/positions.ts";
import { openSettlementWorld, type RuleCount, type SettlementWorld } from "./settlement/settlement-world.ts";

const FALLS_SHORT = 6;
const BAD_INPUT = 2;
const RULES: readonly RuleCount[] = [0, 3, 5];
const SHAPES = ["uniform", "dealer"] as const;
const COUNTS = [100, 1_000, 10_000, 100_000];
const MOST_IF_QUICK = 10_000;

const { isQuick, onlyPositions, seed } = readArguments();
const { optimizer } = SOLC_SETTINGS;
const flags = `${isQuick ? " --quick" : ""}${onlyPositions ? " --positions" : ""}`;
printMachine(`SEED=${seed} node benchmarks/settlement.ts${flags}`, `secp256k1 ${cryptoKind()}`);
console.log(
  `Compiler solc 0.8.37, optimizer ${optimizer.runs} runs, EVM ${EVM_VERSION}; contracts behind their proxies`,
);
console.log(
  "Load     32 accounts, 5 assets, one currency; steady: slots not zero, mandates registered, no shares young\n",
);

const lines: Line[] = [];
const pool = await WorkerPool.open(availableParallelism());
const started = performance.now();
for (const rules of RULES) {
  say(`a chain with ${rules} rules`);
  const world = await openSettlementWorld(seed, rules);
  await warmUp(world);

  if (!onlyPositions) await measureTrades(world, rules);
  say(`positions, ${rules} rules`);
  lines.push(...positionLines(await measurePositions(world), world));
}
await pool.close();
say("");

const short = lines.filter((line) => !passes(line));
console.log(describeLines(lines));
console.log(
  `\n${lines.length} lines in ${Math.round((performance.now() - started) / 1_000)} s; ${short.length} fell short. ` +
    (onlyPositions ? "" : "Engine, chain and the plain sum of the trades agreed about every position."),
);
exit(short.length === 0 ? 0 : FALLS_SHORT);

async function measureTrades(world: SettlementWorld, rules: RuleCount): Promise<void> {
  for (const shape of SHAPES) {
    for (const count of COUNTS.filter((each) => !isQuick || each <= MOST_IF_QUICK)) {
      say(`${count} trades, ${shape}, ${rules} rules`);
      lines.push(...nettedLines(await settleNetted(world, shape, count, pool), shape, rules));
    }
  }
  say(`one by one, ${rules} rules`);
  lines.push(...oneByOneLines(await settleOneByOne(world), rules));
}

function say(what: string): void {
  stderr.write(`\r\x1b[K${what}`);
}

function readArguments() {
  const words = argv.slice(2);
  const number = Number(env["SEED"] ?? "20261122");
  const [flag] = words;
  const isKnown = flag === undefined || flag === "--quick" || flag === "--positions";
  if (isKnown && words.length <= 1 && Number.isSafeInteger(number) && number > 0) {
    return { isQuick: flag === "--quick", onlyPositions: flag === "--positions", seed: number };
  }
  console.error("Usage: [SEED=20261122] node benchmarks/settlement.ts [--quick | --positions]");
  return exit(BAD_INPUT);
}
