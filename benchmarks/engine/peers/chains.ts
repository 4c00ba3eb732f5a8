import { network } from "hardhat";
import { AnvilNode, hasAnvil } from "../../../test/helpers/anvil-node.ts";
import { freePort } from "../../../test/helpers/local-node.ts";

/** A chain that takes JSON-RPC requests, several at once if it can. */
export interface PeerChain {
  readonly name: string;
  request(method: string, ...params: readonly unknown[]): Promise<unknown>;
  /** Sends signed transactions; resolves when all were taken. */
  sendAll(transactions: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Transactions in one HTTP request: enough that the way there does not count. */
const PER_REQUEST = 200;

/** Hardhat's chain in this process. */
export async function openHardhat(): Promise<PeerChain> {
  const { provider, close } = await network.create();
  const request = (method: string, ...params: readonly unknown[]) => provider.request({ method, params: [...params] });

  return {
    name: "Hardhat's chain in this process",
    request,
    async sendAll(transactions) {
      for (const transaction of transactions) await request("eth_sendRawTransaction", transaction);
    },
    close,
  };
}

/** Anvil in a process of its own; undefined where its optional package is not installed. */
export async function openAnvil(): Promise<PeerChain | undefined> {
  if (!hasAnvil()) return undefined;
  const node = await AnvilNode.start(await freePort());
  const call = (method: string, params: readonly unknown[], id = 1) => ({ jsonrpc: "2.0", id, method, params });

  return {
    name: "anvil",
    request: async (method, ...params) => resultOf(await post(node.url, call(method, params))),
    async sendAll(transactions) {
      for (let first = 0; first < transactions.length; first += PER_REQUEST) {
        const part = transactions.slice(first, first + PER_REQUEST);
        const answers = await post(
          node.url,
          part.map((transaction, id) => call("eth_sendRawTransaction", [transaction], id)),
        );
        if (!Array.isArray(answers)) throw new Error("anvil does not answer as many requests as were sent");
        answers.forEach(resultOf);
      }
    },
    close: () => node.stop(),
  };
}

async function post(url: string, body: unknown): Promise<unknown> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.json();
}

function resultOf(answer: unknown): unknown {
  if (typeof answer === "object" && answer !== null && "result" in answer) return answer.result;
  throw new Error(`the chain refuses: ${JSON.stringify(answer)}`);
}
