// Trees, net vectors, chunks and headers over such records.
import { AbiCoder, concat, id, keccak256, solidityPacked, toBeHex, ZeroHash } from "ethers";
import { asset } from "./messages.ts";
import { leafOf, sized, zeros } from "./records.ts";
import { addressOf, buyer, chainId, DESK, seller, USDC } from "./typed-data.ts";

/** The root and the proof of leaf `index`: zero words up to a power of two, level by level. */
function tree(leaves: string[], index: number) {
  const width = leaves.length === 0 ? 0 : 2 ** Math.ceil(Math.log2(leaves.length));
  let level = [...leaves, ...Array<string>(width - leaves.length).fill(ZeroHash)];
  const proof: string[] = [];
  for (let place = index; level.length > 1; place >>= 1) {
    proof.push(level[place ^ 1] ?? ZeroHash);
    level = Array.from({ length: level.length / 2 }, (_, i) => keccak256(concat(level.slice(2 * i, 2 * i + 2))));
  }
  return { leaves, root: level[0] ?? ZeroHash, index, leaf: leaves[index] ?? ZeroHash, proof };
}
const leaves = [1, 2, 3, 4, 5].map((n) => leafOf(toBeHex(n)));
export const merkle = {
  none: { leaves: [], root: ZeroHash },
  one: tree(leaves.slice(0, 1), 0),
  three: tree(leaves.slice(0, 3), 2),
  five: tree(leaves, 4),
};

// Two positions of shares and one of cash: the shares' tree on the left, that of cash on the right.
const positionFields = [
  { kind: 1, account: addressOf(buyer), unit: asset, balance: 1_400n, spendable: 1_150n },
  { kind: 1, account: addressOf(seller), unit: asset, balance: 600n, spendable: 600n },
  { kind: 2, account: addressOf(seller), unit: BigInt(USDC), balance: 40_000_000n, spendable: 40_000_000n },
];
export const positions = positionFields.map((fields) => {
  const types = ["uint24", "address", "uint256", "uint64", "uint64"];
  const bytes = sized(solidityPacked(types, Object.values(fields)), 71);
  return { fields, bytes, leaf: leafOf(bytes) };
});
const [sharesRoot, cashRoot] = [positions.slice(0, 2), positions.slice(2)].map(
  (half) =>
    tree(
      half.map(({ leaf }) => leaf),
      0,
    ).root,
);
export const positionsRoot = keccak256(concat([sharesRoot ?? ZeroHash, cashRoot ?? ZeroHash]));

// Three accounts; the first sells asset 7 to the other two, the third sells asset 9 to the first; cash the other way.
export const accounts = [
  { address: "0x1000000000000000000000000000000000000001", cash: 700n },
  { address: "0x2000000000000000000000000000000000000002", cash: -1_000n },
  { address: "0x3000000000000000000000000000000000000003", cash: 300n },
];
export const movements = [
  { asset: 0, account: 0, delta: -30n },
  { asset: 0, account: 1, delta: 20n },
  { asset: 0, account: 2, delta: 10n },
  { asset: 1, account: 2, delta: -5n },
  { asset: 1, account: 0, delta: 5n },
];
export const netVector = {
  currency: USDC.toLowerCase(),
  assets: [7n, 9n],
  accounts: accounts.map(({ address, cash }) =>
    solidityPacked(["address", "int64", "bytes4"], [address, cash, zeros(4)]),
  ),
  shares: movements.map(({ asset, account, delta }) =>
    solidityPacked(["uint16", "uint16", "int64", "bytes20"], [asset, account, delta, zeros(20)]),
  ),
};
export const encodedNet = AbiCoder.defaultAbiCoder().encode(
  ["address", "uint256[]", "uint256[]", "uint256[]"],
  [netVector.currency, netVector.assets, netVector.accounts, netVector.shares],
);
export const emptyNet = { currency: USDC.toLowerCase(), assets: [], accounts: [], shares: [] };
export const encodedEmpty = AbiCoder.defaultAbiCoder().encode(
  ["address", "uint256[]", "uint256[]", "uint256[]"],
  [emptyNet.currency, [], [], []],
);

// What instruction 2 and 4 move of the buyer's shares, and the first of them of the seller's cash; a sale's delta is negative.
const movementFields = [
  { kind: 1, account: addressOf(buyer), unit: asset, instruction: 2, delta: 400n, total: 400n },
  { kind: 1, account: addressOf(buyer), unit: asset, instruction: 4, delta: -150n, total: 250n },
  { kind: 2, account: addressOf(seller), unit: BigInt(USDC), instruction: 2, delta: 40_000_000n, total: 40_000_000n },
];
export const movementList = movementFields.map((fields) => {
  const types = ["uint24", "address", "uint256", "uint32", "int64", "int64"];
  const bytes = sized(solidityPacked(types, Object.values(fields)), 75);
  return { fields, bytes, leaf: leafOf(bytes) };
});
export const movementsRoot = tree(
  movementList.map(({ leaf }) => leaf),
  0,
).root;

export const chunkFields = {
  index: 1,
  firstInstruction: 2,
  instructionCount: 3,
  movementCount: movementList.length,
  instructionsRoot: merkle.three.root,
  receiptsRoot: merkle.five.root,
  movementsRoot,
  netHash: keccak256(encodedNet),
};
export const chunkBytes = sized(
  solidityPacked(
    ["uint32", "uint32", "uint32", "uint32", "bytes32", "bytes32", "bytes32", "bytes32"],
    Object.values(chunkFields),
  ),
  144,
);

export const header = {
  number: 1n,
  mode: 0,
  time: 1_795_000_000n,
  openingBlock: 123n,
  instructionCount: 5,
  chunkCount: 2,
  chunksRoot: tree([leaves[0] ?? "", leafOf(chunkBytes)], 1).root,
  positionsRoot,
  fileHash: id("a batch file"),
};
export const encodedHeader = AbiCoder.defaultAbiCoder().encode(
  ["uint256", "address", "uint64", "uint8", "uint64", "uint64", "uint32", "uint32", "bytes32", "bytes32", "bytes32"],
  [chainId, DESK.toLowerCase(), ...Object.values(header)],
);
