import { type ContractRunner, resolveAddress, type TransactionRequest, toQuantity } from "ethers";
import type { Relay } from "./relay.ts";

interface Open {
  readonly question: { readonly to: string; readonly data: string };
  readonly block: string;
  readonly resolve: (data: string) => void;
  readonly reject: (error: unknown) => void;
}

/** Contracts connected to it are asked together whatever is asked at the same moment. */
export class BatchedReader implements ContractRunner {
  readonly provider = null;
  readonly #relay: Relay;
  #open: Open[] = [];

  constructor(relay: Relay) {
    this.#relay = relay;
  }

  async call({ to, data, blockTag = "latest" }: TransactionRequest): Promise<string> {
    const question = { to: await resolveAddress(to ?? "", null), data: data ?? "0x" };
    const block = typeof blockTag === "string" ? blockTag : toQuantity(blockTag ?? 0);
    return new Promise((resolve, reject) => {
      if (this.#open.length === 0) setImmediate(() => void this.#askAll());
      this.#open.push({ question, block, resolve, reject });
    });
  }

  async #askAll(): Promise<void> {
    const open = this.#open;
    this.#open = [];
    for (const block of new Set(open.map((each) => each.block))) {
      const asked = open.filter((each) => each.block === block);
      try {
        const answers = await this.#relay.read(
          asked.map(({ question }) => question),
          block,
        );
        for (const [place, { resolve, reject }] of asked.entries()) {
          const answer = answers[place];
          if (answer?.succeeded) resolve(answer.data);
          else reject(new Error(`a view reverted with ${answer?.data}`));
        }
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
  }
}
