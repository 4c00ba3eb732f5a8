import { AbiCoder, concat, id, keccak256, toBeHex } from "ethers";

const DESK = "0x19c03e0000000000000000000000000000000004";
const COIN = "0x0000000000000000000000000000000000a11ce5";
const LIST_TYPE =
  "MoietyIncomeList(uint256 chainId,address desk,uint256 id,uint32 record,address currency,bytes32 salt)";

const encode = (types: readonly string[], values: readonly unknown[]) =>
  AbiCoder.defaultAbiCoder().encode(types, values);

/** Lists of section 10 of docs/formats.md, with ethers alone: one leaf, two, and five, which do not fill a tree. */
export function incomeListVectors(chainId: bigint) {
  const terms = { id: 7n, record: 3, currency: COIN, salt: id("moiety vector: list") };
  const listKey = keccak256(
    encode(
      ["bytes32", "uint256", "address", "uint256", "uint32", "address", "bytes32"],
      [id(LIST_TYPE), chainId, DESK, ...Object.values(terms)],
    ),
  );
  const rows = [1n, 1_000_000n, 2n ** 64n, 10n ** 33n, 2n ** 256n - 1n].map((gross, index) => ({
    index,
    holder: toBeHex(0xa11ce0 + index, 20),
    gross,
    withheld: index === 0 ? 0n : gross / 7n,
  }));
  const leaves = rows.map((row) => ({ ...row, leaf: leafOf(listKey, row) }));
  const treeOf = (count: number) => makeTree(leaves.slice(0, count).map(({ leaf }) => leaf));
  return { desk: DESK, terms, listKey, leaves, one: treeOf(1), two: treeOf(2), five: treeOf(5) };
}

function leafOf(listKey: string, row: { index: number; holder: string; gross: bigint; withheld: bigint }): string {
  const { index, holder, gross, withheld } = row;
  const types = ["bytes32", "uint256", "address", "uint256", "uint256"];
  return keccak256(keccak256(encode(types, [listKey, index, holder, gross, withheld])));
}

/** The root, and the siblings of each leaf from the leaf up. */
function makeTree(leaves: readonly string[]) {
  const nodes = [...Array.from({ length: leaves.length - 1 }, () => ""), ...leaves.toReversed()];
  for (let n = leaves.length - 2; n >= 0; n--) {
    nodes[n] = keccak256(concat([nodes[2 * n + 1] ?? "", nodes[2 * n + 2] ?? ""].toSorted()));
  }
  const proofs = leaves.map((_, index) => {
    const proof: string[] = [];
    for (let n = nodes.length - 1 - index; n > 0; n = Math.floor((n - 1) / 2)) {
      proof.push(nodes[n % 2 === 0 ? n - 1 : n + 1] ?? "");
    }
    return proof;
  });
  return { root: nodes[0], proofs };
}
