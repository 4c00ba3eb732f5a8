import { AbiCoder, concat, dataLength, hexlify, toBeHex } from "ethers";
import type { ContractQuestion, ContractReader } from "../executor/index.ts";
import { badInput } from "./errors.ts";

/** A connection to a node: ethers' JSON-RPC providers and Hardhat's have it. */
export interface JsonRpc {
  send(method: string, params: unknown[]): Promise<unknown>;
}

/** `isValidSignature(bytes32,bytes)`: what is called and, at the start of a word, the only answer that means yes. */
const SELECTOR = "0x1626ba7e";
const YES = `${SELECTOR}${"00".repeat(28)}`;

/** An account that needs more has said no. The call around it gets more than that, so that it never fails itself. */
const ANSWER_GAS = 5_000_000;
const CALL_GAS = 10_000_000;

/** More would not fit into the code that asks (EIP-3860 has room for 49,152 bytes); such a signature counts as no. */
const MAX_SIGNATURE_BYTES = 32_768;

/**
 * Reads accounts as they were at the end of one block, named by its hash: a node that has another block there says so instead of
 * answering. Throws whatever keeps the node from answering; what an account does, be it to revert or to burn its gas, is an answer.
 */
export async function openContractReader(rpc: JsonRpc, block: bigint): Promise<ContractReader> {
  const found = await rpc.send("eth_getBlockByNumber", [toQuantity(block), false]);
  const blockHash = hashOf(found);
  if (blockHash === undefined)
    throw badInput(`The node has no block ${block}.`, { todo: "Name a block that there is." });
  const at = { blockHash };

  return {
    block,
    blockHash,
    async hasCode(account) {
      return (await rpc.send("eth_getCode", [account, at])) !== "0x";
    },
    async isValidSignature(question) {
      if (dataLength(question.signature) > MAX_SIGNATURE_BYTES) return false;
      const call = { data: askingCode(question), gas: toQuantity(BigInt(CALL_GAS)) };
      return BigInt(String(await rpc.send("eth_call", [call, at]))) === 1n;
    },
  };
}

/**
 * Code of a contract that is never deployed: it asks the account as the contracts on chain do, a word of answer at most and a
 * bounded amount of gas, and returns 1 for yes and 0 for anything else.
 */
function askingCode({ account, digest, signature }: ContractQuestion): string {
  const question = concat([SELECTOR, AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes"], [digest, signature])]);
  const size = toBeHex(dataLength(question), 2);
  const code = (questionAt: number) =>
    concat([
      ...["0x61", size, "0x60", toBeHex(questionAt, 1), "0x600039"], // codecopy(0, questionAt, size)
      ...["0x6020600061", size, "0x600073", account], // … 32 bytes of answer at 0; the question is at 0, too
      ...["0x63", toBeHex(ANSWER_GAS, 4), "0xfa"], // staticcall(gas, account, 0, size, 0, 32)
      "0x3d601f1016", // … and returndatasize > 31
      ...["0x6000517f", YES, "0x1416"], // … and the answer is yes
      "0x60005260206000f3", // return it as a word
    ]);
  return concat([code(dataLength(code(0))), question]);
}

const toQuantity = (value: bigint): string => `0x${value.toString(16)}`;

function hashOf(block: unknown): string | undefined {
  if (typeof block !== "object" || block === null || !("hash" in block)) return undefined;
  return typeof block.hash === "string" ? hexlify(block.hash) : undefined;
}
