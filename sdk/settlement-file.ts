import {
  ExecutorInputError,
  type PlainTrades,
  plainTradesOf,
  type ReadTrades,
  readTradeFile,
  type TradeFile,
  type TradeFormat,
} from "../executor/index.ts";
import { parseAddress } from "./address.ts";
import { badInput } from "./errors.ts";

/** Signed orders and the trades that match them, in the order of the file. */
export type SettlementFile = PlainTrades;

/** Reads what can be read of a settlement file, and says what cannot; addresses have to have the right checksum. */
export function readSettlementFile(bytes: Uint8Array, name: string, format?: TradeFormat): ReadTrades {
  try {
    return readTradeFile(bytes, { readAddress: parseAddress, ...(format === undefined ? {} : { format }) });
  } catch (error) {
    if (!(error instanceof ExecutorInputError) && !(error instanceof TypeError)) throw error;
    throw badInput("the file cannot be read", { where: name, why: error.message, notDone: "nothing was settled" });
  }
}

/**
 * Reads a settlement file: one JSON object per line, CSV, or binary records; orders and trades mixed as they come. Amounts are
 * decimal strings: prices in base units per share, quantities in shares. All bad lines are reported at once.
 */
export function parseSettlementFile(content: string | Uint8Array, name: string): SettlementFile {
  const plain = plainTradesOf(parseInstructionFile(content, name));
  if (plain === undefined) {
    const why =
      "it has bulk orders, messages that are no orders, linked or partial trades, or instructions that are no trades";
    const todo = "run it on a ledger of its own: `settle run <file> --ledger <folder>`";
    throw badInput("the desk settles whole trades of two orders", {
      where: name,
      why,
      todo,
      notDone: "nothing was settled",
    });
  }
  return plain;
}

/** Reads a file of all kinds, as {@link parseSettlementFile} does one of trades. */
export function parseInstructionFile(content: string | Uint8Array, name: string): Required<TradeFile> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const { orders, trades, bulks, rejects } = readSettlementFile(bytes, name);

  if (rejects.length > 0) {
    const details = rejects.map(({ line, field, reason }) => `line ${line}, ${field}: ${reason}`);
    const todo = "correct the lines, or let `settle import` sort them out";
    throw badInput(`${rejects.length} mistakes`, { where: name, details, todo, notDone: "nothing was settled" });
  }
  if (trades.length === 0) throw badInput("the file has no trades", { where: name });
  return { orders, trades, bulks };
}
