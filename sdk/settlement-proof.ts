import { z } from "zod";
import { fromHex } from "../executor/formats/hex.ts";
import {
  type BatchHeader,
  type BatchResult,
  batchHash,
  type ChunkFields,
  decodeInstruction,
  decodeReceipt,
  loadKeccak,
  type MovementProof,
  type PositionKey,
  proveNet,
  provePosition,
  proveReceipt,
  verifyNet,
  verifyPosition,
  verifyRecords,
} from "../executor/index.ts";
import { chunkFieldsOf } from "../executor/prove.ts";

const hash = z.string().regex(/^0x[0-9a-f]{64}$/i);
const address = z.string().regex(/^0x[0-9a-f]{40}$/i);
const bytes = z.string().regex(/^0x([0-9a-f]{2})*$/i);
const whole = z
  .string()
  .regex(/^-?[0-9]{1,78}$/)
  .transform(BigInt);
const place = z.number().int().min(0).max(0xffffffff);
const kind = z.literal([1, 2]);

const header = z.strictObject({
  number: whole,
  mode: z.literal([0, 1]),
  time: whole,
  openingBlock: whole,
  instructionCount: place,
  chunkCount: place,
  chunksRoot: hash,
  positionsRoot: hash,
  fileHash: hash,
});

const chunk = z.strictObject({
  index: place,
  firstInstruction: place,
  instructionCount: place,
  movementCount: place,
  instructionsRoot: hash,
  receiptsRoot: hash,
  movementsRoot: hash,
  netHash: hash,
});

const position = z.strictObject({ kind, account: address, unit: whole });

/** What `settle prove` writes: a batch's header, and what is proved against it. */
export const settlementProofSchema = z.strictObject({
  schema: z.literal("moiety.settlement-proof/1"),
  chainId: whole,
  desk: address,
  header,
  /** Instructions with their receipts, as bytes (docs/formats.md, 2.2 and 2.3). */
  records: z.array(
    z.strictObject({
      chunk,
      chunkProof: z.array(hash),
      place,
      instruction: bytes,
      instructionProof: z.array(hash),
      receipt: bytes,
      receiptProof: z.array(hash),
    }),
  ),
  /** What chunks moved of positions on net. */
  nets: z.array(
    z.strictObject({
      chunk,
      chunkProof: z.array(hash),
      position,
      delta: whole,
      neighbours: z
        .array(
          z.strictObject({
            movement: position.extend({ instruction: place, delta: whole, total: whole }),
            place,
            proof: z.array(hash),
          }),
        )
        .max(2),
    }),
  ),
  /** Positions after the batch, if all of it settled: the 71 bytes of their leaves. */
  positions: z.array(z.strictObject({ record: bytes, path: whole, proof: z.array(hash) })),
});

export type SettlementProof = z.output<typeof settlementProofSchema>;

/** What is to be proved of a batch. */
export interface ProofRequest {
  /** Places in the batch. */
  readonly instructions: readonly number[];
  readonly positions: readonly PositionKey[];
  /** Of these chunks the net movements of the positions. */
  readonly chunks: readonly number[];
  /** Whether what the positions are after the batch is asked for, too. */
  readonly after: boolean;
}

/** Proves what is asked for, from a batch that was run again. */
export async function proveSettlement(
  result: BatchResult,
  { chainId, desk }: { readonly chainId: bigint; readonly desk: string },
  { instructions, positions, chunks, after }: ProofRequest,
): Promise<SettlementProof> {
  const records: SettlementProof["records"] = [];
  for (const index of instructions) {
    const { chunk: at, ...proof } = await proveReceipt(result, index);
    records.push({
      chunk: chunkOf(result, at),
      ...proof,
      chunkProof: [...proof.chunkProof],
      instructionProof: [...proof.instructionProof],
      receiptProof: [...proof.receiptProof],
    });
  }
  const nets: SettlementProof["nets"] = [];
  for (const wanted of positions) {
    for (const index of chunks) {
      const proof = await proveNet(result, index, wanted);
      const delta = (await verifyNet(result.header, proof)) ?? 0n;
      const { chunk: fields, chunkProof } = proof.exhibit;
      const neighbours = proof.neighbours.map((each) => ({ ...each, proof: [...each.proof] }));
      nets.push({ chunk: fields, chunkProof: [...chunkProof], position: proof.position, delta, neighbours });
    }
  }
  const closing: SettlementProof["positions"] = [];
  for (const wanted of after ? positions : []) {
    const { record, path, proof } = await provePosition(result, wanted);
    closing.push({ record, path, proof: [...proof] });
  }
  const { mode, ...rest } = result.header;
  const known = mode === 0 ? 0 : 1;
  return {
    schema: "moiety.settlement-proof/1",
    chainId,
    desk,
    header: { ...rest, mode: known },
    records,
    nets,
    positions: closing,
  };
}

/** One thing that a proof says, and whether it shows it. */
export interface ProvedThing {
  readonly what: string;
  readonly isProved: boolean;
}

/** Whether each thing in `proof` is what its header committed to. Needs no chain. */
export async function verifySettlementProof(proof: SettlementProof): Promise<ProvedThing[]> {
  const things: ProvedThing[] = [];
  for (const { chunk: fields, ...record } of proof.records) {
    const isProved = await verifyRecords(proof.header, fields, { chunk: fields.index, ...record });
    things.push({ what: describeRecord(record, fields), isProved });
  }
  for (const net of proof.nets) {
    const shown = await verifyNet(proof.header, movementProofOf(proof.header, net));
    things.push({ what: describeNet(net), isProved: shown === net.delta });
  }
  for (const closing of proof.positions) {
    const isProved = await verifyPosition(proof.header, closing);
    things.push({ what: describePosition(closing.record), isProved });
  }
  return things;
}

/** The hash under which the desk has to know the batch of `proof`. */
export async function batchHashOf({ chainId, desk, header: of }: SettlementProof): Promise<string> {
  return batchHash(await loadKeccak(), chainId, desk, of);
}

/** A net of the file as the executor has it. */
export function movementProofOf(
  { number }: Pick<BatchHeader, "number">,
  { chunk: fields, chunkProof, position: of, neighbours }: SettlementProof["nets"][number],
): MovementProof {
  const lower = <T extends PositionKey>(key: T): T => ({ ...key, account: key.account.toLowerCase() });
  return {
    exhibit: { number, chunk: fields, chunkProof },
    position: lower(of),
    neighbours: neighbours.map((each) => ({ ...each, movement: lower(each.movement) })),
  };
}

/** What a record of a proof says, as a sentence. */
export function describeRecord(
  { instruction, receipt }: Pick<SettlementProof["records"][number], "instruction" | "receipt">,
  { index }: Pick<ChunkFields, "index">,
): string {
  if (instruction.length !== 2 + 2 * 80 || receipt.length !== 2 + 2 * 64) return "records of a wrong length";
  const { matchNumber } = decodeInstruction(fromHex(instruction, 80), 0);
  const { index: at, code, quantity, cash } = decodeReceipt(fromHex(receipt, 64), 0);
  return `instruction #${at}, match ${matchNumber}, in chunk ${index}: code ${code}, ${quantity} shares, ${cash} units of cash`;
}

export function describeNet({ chunk: { index }, position: of, delta }: SettlementProof["nets"][number]): string {
  return `chunk ${index} moved ${delta} of ${describeKey(of)} on net`;
}

export function describePosition(record: string): string {
  if (record.length !== 2 + 2 * 71) return "a position of a wrong length";
  const data = fromHex(record, 71);
  const numberAt = (at: number, length: number) =>
    BigInt(`0x${Buffer.from(data.subarray(at, at + length)).toString("hex")}`);
  const of = {
    kind: Number(numberAt(0, 3)),
    account: `0x${Buffer.from(data.subarray(3, 23)).toString("hex")}`,
    unit: numberAt(23, 32),
  };
  return `after the batch ${numberAt(55, 8)} of ${describeKey(of)}, of which ${numberAt(63, 8)} may move`;
}

function describeKey({ kind: of, account, unit }: { kind: number; account: string; unit: bigint }): string {
  return of === 1
    ? `${account}'s shares of asset ${unit}`
    : `${account}'s cash in 0x${unit.toString(16).padStart(40, "0")}`;
}

function chunkOf({ chunks }: BatchResult, index: number): ChunkFields {
  const found = chunks[index];
  if (found === undefined) throw new RangeError(`the batch has no chunk ${index}`);
  return chunkFieldsOf(found);
}
