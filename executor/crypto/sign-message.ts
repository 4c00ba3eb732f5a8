import secp256k1 from "secp256k1";
import { requireInput } from "../errors.ts";
import { createBatchTables, createWordTables } from "../formats/batch-tables.ts";
import { createDigester } from "../formats/digest.ts";
import { toHex } from "../formats/hex.ts";
import { viewOf } from "../formats/integers.ts";
import { loadKeccak } from "../formats/keccak.ts";
import { encodeMessage, type Message, type SignedMessage } from "../formats/message-record.ts";
import { isOrderWellFormed, ORDER_BYTES } from "../formats/order-record.ts";

/** Signs messages for one desk, and tells their ids. */
export interface MessageSigner {
  /** The message id: its EIP-712 digest. */
  messageId(message: Message): string;
  sign(message: Message, privateKey: Uint8Array, currency?: string): SignedMessage;
}

/** What takes the place of the currency, which is not signed. */
const ANY_CURRENCY = `0x${"00".repeat(20)}`;

/** A signer for tests and demonstrations. Quantities have to fit the executor's 63 bits. */
export async function createMessageSigner(chainId: bigint, desk: string): Promise<MessageSigner> {
  const keccak = await loadKeccak();

  function digest(message: Message): Uint8Array {
    const tables = createBatchTables({
      chainId,
      desk,
      assets: "asset" in message ? [{ id: message.asset }] : [],
      currencies: [{ address: ANY_CURRENCY, engineUnit: 1n }],
      accounts: accountsOf(message).map((address) => ({ address })),
    });
    const record = new Uint8Array(ORDER_BYTES);
    const view = viewOf(record);
    const id = new Uint8Array(32);
    encodeMessage(view, 0, { ...message, signature: "0x" }, tables);
    const { assetIds, accounts } = tables;
    requireInput(
      isOrderWellFormed(record, view, 0, assetIds.length, 1, accounts.length),
      "the message's values are not allowed",
    );
    createDigester(keccak, createWordTables(tables)).orderId(record, view, 0, id, 0);
    return id;
  }

  return {
    messageId: (message) => toHex(digest(message)),
    sign(message, privateKey, currency) {
      const { signature, recid } = secp256k1.ecdsaSign(digest(message), privateKey);
      const signed = { ...message, signature: `${toHex(signature)}${(27 + recid).toString(16)}` };
      return currency === undefined ? signed : { ...signed, currency };
    },
  };
}

/** Accounts that a message names besides its signer. */
function accountsOf(message: Message): string[] {
  switch (message.type) {
    case "transfer":
      return [message.to];
    case "hold":
      return [...new Set([message.beneficiary.toLowerCase(), message.agent.toLowerCase()])];
    case "freeze":
      return [message.account];
    default:
      return [];
  }
}
