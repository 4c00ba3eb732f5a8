import type { BatchInput } from "../batch-input.ts";
import { Judge } from "./judge.ts";
import { SimulatedChain } from "./simulated-chain.ts";
import { type Beginning, Surroundings } from "./surroundings.ts";

/** The surroundings of a journal: with a chain that settles its chunks. */
export class DeskWorld extends Surroundings {
  readonly chain: SimulatedChain;
  readonly judge = new Judge();
  /** The batch that was sent and may be in the log. */
  sent: BatchInput | undefined;
  /** What the executor has said: that a batch is decided, with this hash, and up to where batches are closed. */
  acknowledged = { decided: 0n, batchHash: "", closed: 0n };

  constructor(beginning: Beginning) {
    super(beginning);
    this.chain = new SimulatedChain(this.opening);
  }
}
