import { isError } from "ethers";
import type { Suite } from "../../sdk/connect.ts";
import { exhibitOf, placedOf } from "../../sdk/dispute-call.ts";
import { ExitCode } from "../../sdk/errors.ts";
import { readInput } from "../../sdk/read-input.ts";
import {
  batchHashOf,
  movementProofOf,
  type SettlementProof,
  settlementProofSchema,
  verifySettlementProof,
} from "../../sdk/settlement-proof.ts";
import type { Outcome } from "../lib/outcome.ts";
import { table } from "../lib/table.ts";

/** The contracts that answer for a proof. */
export type ProofSuite = Pick<Suite, "settlementDesk" | "settlementDisputes">;

/** Holds a proof file against the header in it and, with a suite, against the chain. */
export async function checkProof(path: string, suite?: ProofSuite): Promise<Outcome> {
  const proof = await readInput(path, settlementProofSchema, "the proof");
  const own = await verifySettlementProof(proof);
  const asked = suite === undefined ? [] : await askChain(proof, suite);
  const checks = [...own.map(({ what, isProved }) => ({ name: what, isProved })), ...asked];

  const data = { path, number: proof.header.number, batchHash: await batchHashOf(proof), checks };
  const text = [
    `Batch ${proof.header.number} of desk ${proof.desk} on chain ${proof.chainId}, ${data.batchHash}:`,
    table(
      ["What the proof says", "Proved"],
      checks.map(({ name, isProved }) => [name, isProved ? "yes" : "NO"]),
    ),
    ...(suite === undefined ? ["Whether the desk knows this batch only the chain can tell: --on-chain."] : []),
  ].join("\n");
  const wrong = checks.filter(({ isProved }) => !isProved).map(({ name }) => name);
  if (wrong.length === 0) return { data, text };

  const exitCode = ExitCode.checkFailed;
  return { data, text, exitCode, error: { what: "the proof does not hold", where: path, details: wrong, exitCode } };
}

async function askChain(proof: SettlementProof, { settlementDesk, settlementDisputes }: ProofSuite) {
  const { header, records, nets, positions } = proof;
  const { number } = header;
  const known = (await settlementDesk.batchOf(number)).batchHash;
  const checks = [{ name: "the desk knows the batch by this hash", isProved: known === (await batchHashOf(proof)) }];
  const tell = (name: string, isProved: boolean) => void checks.push({ name, isProved });

  for (const { chunk, chunkProof, place, ...record } of records) {
    const index = chunk.firstInstruction + place;
    const ask = (bytes: string, siblings: string[]) =>
      settlementDesk.isRecordProved(number, chunk, chunkProof, bytes, index, siblings);
    tell(`the desk agrees on instruction #${index}`, await ask(record.instruction, record.instructionProof));
    tell(`the desk agrees on its receipt`, await ask(record.receipt, record.receiptProof));
    tell(`chunk ${chunk.index} has settled`, await settlementDesk.isChunkSettled(number, chunk.index));
  }
  for (const net of nets) {
    const { exhibit, position, neighbours } = movementProofOf(header, net);
    const isProved = await settlementDisputes
      .isNetProved(exhibitOf(exhibit), position, net.delta, placedOf(neighbours))
      .catch((error: unknown) => {
        if (isError(error, "CALL_EXCEPTION")) return false; // of what is no proof at all they say why
        throw error;
      });
    tell(`the disputes agree on the net of chunk ${net.chunk.index}`, isProved);
  }
  for (const { record, path, proof: siblings } of positions) {
    tell("the desk agrees on the position", await settlementDesk.isPositionProved(header, record, path, siblings));
  }
  return checks;
}
