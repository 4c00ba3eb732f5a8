import { type SigningKey, type TypedDataDomain, TypedDataEncoder, type TypedDataField, ZeroAddress } from "ethers";

/** Orders in each tree: full, and with places left. */
const SHAPES = [
  { height: 1, count: 2 },
  { height: 1, count: 1 },
  { height: 2, count: 3 },
  { height: 3, count: 8 },
  { height: 4, count: 9 },
] as const;

/** A tree as EIP-712 has it: `[[o, o], [o, o]]`. */
type Tree = unknown[];

/** Bulk orders of `order`, which differ in the salt alone (0, 1, 2 …), as ethers hashes and `key` signs their real nested type. */
export function bulkOrderVectors(
  domain: TypedDataDomain,
  order: Record<string, unknown>,
  fields: TypedDataField[],
  key: SigningKey,
) {
  const nothing = Object.fromEntries(fields.map(({ name, type }) => [name, type === "address" ? ZeroAddress : 0]));

  return SHAPES.map(({ height, count }) => {
    const orders = Array.from({ length: 2 ** height }, (_, salt) => (salt < count ? { ...order, salt } : nothing));
    let tree: Tree = orders;
    while (tree.length > 2) {
      tree = Array.from({ length: tree.length / 2 }, (_, place) => tree.slice(2 * place, 2 * place + 2));
    }
    const types = { BulkOrder: [{ name: "tree", type: `Order${"[2]".repeat(height)}` }], Order: fields };
    const encoder = TypedDataEncoder.from(types);
    const digest = TypedDataEncoder.hash(domain, types, { tree });
    return {
      height,
      count,
      encodeType: encoder.encodeType("BulkOrder"),
      structHash: encoder.hash({ tree }),
      digest,
      signature: key.sign(digest).serialized,
    };
  });
}
