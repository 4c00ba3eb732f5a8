import type { BatchResult } from "../batch-result.ts";
import type { ContractAnswers } from "../formats/contract-answers.ts";

/**
 * Where the engine writes down what it does. A batch is in it for good before anything of the batch is decided. What is added
 * becomes durable in the order of the calls: once one has failed, all later ones fail.
 */
export interface EngineLog {
  /** Adds a batch file, given in parts, which stay as they are, behind what contract accounts said of it. Returns when it is durable. */
  input(number: bigint, file: readonly Uint8Array[], answers?: ContractAnswers): Promise<void>;
  /** Adds what the batch came to. Returns when it is durable. */
  outcome(result: BatchResult): Promise<void>;
  close(): Promise<void>;
}

/** Writes nothing: for an engine that may forget. */
export const NO_LOG: EngineLog = {
  input: async () => undefined,
  outcome: async () => undefined,
  close: async () => undefined,
};
