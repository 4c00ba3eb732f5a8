import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type BatchResult,
  findInstructions,
  movementsOf,
  openCase,
  POSITION_KIND,
  runBatch,
} from "../../executor/index.ts";
import { parseAddress } from "../../sdk/address.ts";
import { badInput } from "../../sdk/errors.ts";
import {
  describeNet,
  describePosition,
  describeRecord,
  proveSettlement,
  type SettlementProof,
} from "../../sdk/settlement-proof.ts";
import { parseWhole } from "../../sdk/units.ts";
import type { CommonArguments } from "../lib/flags.ts";
import type { Outcome } from "../lib/outcome.ts";
import { runAction } from "../lib/run-action.ts";
import { toJson } from "../lib/to-json.ts";
import { readBatchAt } from "./read-batch.ts";

/** What is to be proved, as somebody wrote it; empty where it was left out. */
export interface ProveRequest {
  readonly batch: string;
  readonly instruction: string;
  readonly account: string;
  readonly asset: string;
  readonly currency: string;
  readonly chunk: string;
  readonly out: string;
}

export default runAction<ProveRequest & CommonArguments>("settle.prove", (_context, request) => proveAt(request));

/**
 * Writes one file that proves what became of an instruction, and what a batch's chunks moved of an account's shares or cash and what it
 * had afterwards. The batch is run again from its file; nothing else is asked.
 */
export async function proveAt(request: ProveRequest): Promise<Outcome> {
  const { path, input, folder } = await readBatchAt(request.batch);
  const result = await runBatch(input);
  const instructions = instructionsIn(result, request.instruction, path);
  const position = positionOf(request, input.snapshot.currencies[0]?.address ?? "");
  if (instructions.length === 0 && position === undefined) {
    const todo = "name an instruction, or an account with an asset or a currency";
    throw badInput("nothing is to be proved", { todo, notDone: "nothing was written" });
  }

  const positions = position === undefined ? [] : [position];
  const chunks = position === undefined ? [] : await chunksIn(result, request.chunk, position);
  const after = position !== undefined && hasPosition(input.snapshot, result, position);
  const proof = await proveSettlement(result, input.snapshot, { instructions, positions, chunks, after });
  const out = request.out || join(folder ?? ".", `proof-${proof.header.number}.json`);
  await writeFile(out, `${toJson(proof)}\n`);

  return { data: { path: out, proof }, text: [...describe(proof), `Proof file: ${out}`].join("\n") };
}

function instructionsIn(result: BatchResult, wanted: string, path: string): number[] {
  if (wanted === "") return [];
  const found = findInstructions(openCase(result), wanted);
  if (found.length > 0) return found;
  const todo = "name an id or its first 4 bytes, a place as #12, or a match number";
  throw badInput(`the batch has no instruction "${wanted}"`, { where: path, todo, notDone: "nothing was written" });
}

function positionOf({ account, asset, currency }: ProveRequest, first: string) {
  if (account === "") return undefined;
  const owner = parseAddress(account).toLowerCase();
  if (asset !== "") return { kind: POSITION_KIND.shares, account: owner, unit: parseWhole(asset, "asset") };
  return { kind: POSITION_KIND.cash, account: owner, unit: BigInt(currency === "" ? first : parseAddress(currency)) };
}

type Wanted = NonNullable<ReturnType<typeof positionOf>>;

/** The chunk that was named, or all that moved anything of the position. */
async function chunksIn(result: BatchResult, named: string, wanted: Wanted): Promise<number[]> {
  if (named !== "") {
    const chunk = Number(parseWhole(named, "chunk"));
    if (chunk < result.chunks.length) return [chunk];
    throw badInput(`the batch has no chunk ${named}`, { notDone: "nothing was written" });
  }
  const moved: number[] = [];
  for (const { index } of result.chunks) {
    const { movements } = await movementsOf(result, index);
    const isOf = ({ kind, account, unit }: Wanted) =>
      kind === wanted.kind && account === wanted.account && unit === wanted.unit;
    if (movements.some(isOf)) moved.push(index);
  }
  return moved;
}

/** Whether there is such a position after the batch: one that was listed, or cash of somebody who was paid. */
function hasPosition(
  { accounts, assets, currencies, shares, cash }: Parameters<typeof proveSettlement>[1] & BatchSnapshot,
  { chunks }: BatchResult,
  { kind, account, unit }: Wanted,
): boolean {
  const place = accounts.findIndex(({ address }) => address.toLowerCase() === account);
  if (kind === POSITION_KIND.shares) {
    return shares.some((position) => position.account === place && assets[position.asset]?.id === unit);
  }
  const isListed = cash.some(
    (position) => position.account === place && BigInt(currencies[position.currency]?.address ?? 0) === unit,
  );
  const paid = chunks
    .filter(({ net }) => BigInt(net.currency) === unit)
    .flatMap(({ net }) => net.accounts.filter((word) => word >> 96n === BigInt(account)))
    .reduce((sum, word) => sum + BigInt.asIntN(64, word >> 32n), 0n);
  return isListed || paid !== 0n;
}

type BatchSnapshot = Awaited<ReturnType<typeof readBatchAt>>["input"]["snapshot"];

function describe({ records, nets, positions }: SettlementProof): string[] {
  return [
    ...records.map((record) => describeRecord(record, record.chunk)),
    ...nets.map(describeNet),
    ...positions.map(({ record }) => describePosition(record)),
  ];
}
