import { type Message, requireInput, textOf } from "./errors.ts";
import { isHex } from "./formats/hex.ts";

/** Throws unless `address` is one. */
export function requireAddress(address: string, name: string): void {
  requireInput(isHex(address, 20), () => `${name} "${address}" is not an address`);
}

/** Throws unless `index` is a place in `list`. */
export function requireIndex(index: number, list: { readonly length: number }, name: Message): void {
  const isThere = Number.isInteger(index) && index >= 0 && index < list.length;
  requireInput(isThere, () => `${textOf(name)}: no entry ${index}`);
}

/** Throws if two items have the same key. */
export function requireUnique<T>(name: string, items: readonly T[], keyOf: (item: T) => string): void {
  const keys = new Set<string>();
  for (const item of items) {
    const key = keyOf(item);
    requireInput(!keys.has(key), () => `${name} ${key} is listed twice`);
    keys.add(key);
  }
}
