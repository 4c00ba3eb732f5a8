import secp256k1 from "secp256k1";
import { requireInput } from "../errors.ts";
import { createBatchTables, createWordTables } from "../formats/batch-tables.ts";
import { createDigester } from "../formats/digest.ts";
import { fromHex, toHex } from "../formats/hex.ts";
import { viewOf } from "../formats/integers.ts";
import { loadKeccak } from "../formats/keccak.ts";
import { encodeOrder, isOrderWellFormed, ORDER_BYTES, type Order, type SignedOrder } from "../formats/order-record.ts";

/** Signs orders for one desk, and tells their ids. */
export interface OrderSigner {
  /** The order id: its EIP-712 digest. */
  orderId(order: Order): string;
  sign(order: Order, privateKey: Uint8Array): SignedOrder;
}

/** The address of a private key. */
export async function addressOf(privateKey: Uint8Array): Promise<string> {
  const keccak = await loadKeccak();
  return toHex(keccak(secp256k1.publicKeyCreate(privateKey, false).subarray(1)), 12, 20);
}

/**
 * A signer for many orders (tests, demonstrations, market makers), on the native library instead of a wallet's
 * JavaScript. Quantities and prices have to fit the executor's 63 bits.
 */
export async function createOrderSigner(chainId: bigint, desk: string): Promise<OrderSigner> {
  const keccak = await loadKeccak();
  const digesters = new Map<string, (order: Order) => Uint8Array>();

  /** Digesters hold one asset and one currency each, in base units: the engine's unit does not enter a signature. */
  function digesterOf(asset: bigint, currency: string): (order: Order) => Uint8Array {
    const tables = createBatchTables({
      chainId,
      desk,
      assets: [{ id: asset }],
      currencies: [{ address: currency, engineUnit: 1n }],
    });
    const digester = createDigester(keccak, createWordTables(tables));
    const record = new Uint8Array(ORDER_BYTES);
    const view = viewOf(record);
    return (order) => {
      const id = new Uint8Array(32);
      encodeOrder(view, 0, { ...order, signature: "0x" }, tables);
      requireInput(isOrderWellFormed(record, view, 0, 1, 1, 0), "the order's values are not allowed");
      digester.orderId(record, view, 0, id, 0);
      return id;
    };
  }

  function digest(order: Order): Uint8Array {
    const key = `${order.asset}/${order.currency}`;
    const known = digesters.get(key) ?? digesterOf(order.asset, order.currency);
    digesters.set(key, known);
    return known(order);
  }

  return {
    orderId: (order) => toHex(digest(order)),
    sign(order, privateKey) {
      const { signature, recid } = secp256k1.ecdsaSign(digest(order), privateKey);
      return { ...order, signature: `${toHex(signature)}${(27 + recid).toString(16)}` };
    },
  };
}

/** A private key from 32 bytes in hexadecimal. */
export function privateKeyFrom(hex: string): Uint8Array {
  const key = fromHex(hex, 32);
  requireInput(secp256k1.privateKeyVerify(key), "the private key is zero or beyond the curve's order");
  return key;
}
