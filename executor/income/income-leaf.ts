import { writeHex } from "../formats/hex.ts";
import { copyBytes, viewOf } from "../formats/integers.ts";
import type { Keccak } from "../formats/keccak.ts";
import { HASH_BYTES } from "../formats/merkle.ts";
import { ADDRESS_BYTES } from "./addresses.ts";
import { ROW_AT } from "./income-rows.ts";

/** `abi.encode(bytes32 listKey, uint256 index, address holder, uint256 gross, uint256 withheld)`. */
export const LEAF_PREIMAGE_BYTES = 160;

/** Where the parts that are not always zero stand in the preimage. */
export const PREIMAGE_AT = { listKey: 0, index: 60, holder: 76, gross: 112, withheld: 144 } as const;

export const INCOME_BYTES = 16;

/** The leaf of the row that begins at `offset` of `bytes`, as row `index` of the list: the hash of the hash. */
export function createIncomeLeafHasher(keccak: Keccak, listKey: string) {
  const preimage = new Uint8Array(LEAF_PREIMAGE_BYTES);
  const view = viewOf(preimage);
  writeHex(preimage, PREIMAGE_AT.listKey, HASH_BYTES, listKey);

  return (bytes: Uint8Array, offset: number, index: number): Uint8Array => {
    view.setUint32(PREIMAGE_AT.index, index);
    copyBytes(bytes, offset + ROW_AT.holder, preimage, PREIMAGE_AT.holder, ADDRESS_BYTES);
    copyBytes(bytes, offset + ROW_AT.gross, preimage, PREIMAGE_AT.gross, INCOME_BYTES);
    copyBytes(bytes, offset + ROW_AT.withheld, preimage, PREIMAGE_AT.withheld, INCOME_BYTES);
    return keccak(keccak(preimage));
  };
}

/** The node above two nodes, whichever of them is the left one: the lower is hashed first. */
export function createPairHasher(keccak: Keccak) {
  const pair = new Uint8Array(2 * HASH_BYTES);

  return (a: Uint8Array, b: Uint8Array): Uint8Array => {
    const aFirst = Buffer.compare(a, b) <= 0;
    pair.set(aFirst ? a : b, 0);
    pair.set(aFirst ? b : a, HASH_BYTES);
    return keccak(pair);
  };
}
