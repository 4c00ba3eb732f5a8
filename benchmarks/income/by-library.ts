import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { toHex } from "../../executor/formats/hex.ts";
import {
  allocate,
  hashIncomeTree,
  type IncomeRow,
  incomeRowAt,
  type ProofFile,
  type WorkerPool,
} from "../../executor/index.ts";
import { randomHolders } from "./holders.ts";

const LEAF = ["bytes32", "uint256", "address", "uint256", "uint256"];

type Value = [string, string, string, string, string];

const leafValue = (listKey: string, { holder, gross, withheld }: IncomeRow, index: number): Value => [
  listKey,
  String(index),
  holder,
  String(gross),
  String(withheld),
];

/** How many of the proofs at `places` OpenZeppelin's library finds right. */
export async function countVerified(proofs: ProofFile, places: readonly number[]): Promise<number> {
  const { listKey, root } = proofs.header;
  let right = 0;
  for (const place of places) {
    const { proof, ...row } = await proofs.proof(place);
    if (StandardMerkleTree.verify(root, LEAF, leafValue(listKey, row, place), [...proof])) right += 1;
  }
  return right;
}

/** The same tree by both. */
export interface TreeRace {
  readonly ownMs: number;
  readonly libraryMs: number;
  readonly sameRoot: boolean;
}

/** Hashes a tree of `leaves` by ourselves (the median of several, before and after) and by the library, once. */
export async function raceTrees(listKey: string, leaves: number, seed: number, pool: WorkerPool): Promise<TreeRace> {
  const terms = { deposit: 10n ** 12n, rounding: "carry" } as const;
  const { rows } = await allocate(randomHolders(leaves, seed), terms, { pool });
  const values = Array.from({ length: rows.count }, (_, index) => leafValue(listKey, incomeRowAt(rows, index), index));

  const times: number[] = [];
  let root = "";
  const hashOnce = async () => {
    const started = performance.now();
    root = toHex(await hashIncomeTree({ listKey, rows }, { pool }), 0, 32);
    times.push(performance.now() - started);
  };
  for (let i = 0; i < 4; i++) await hashOnce();

  const started = performance.now();
  const tree = StandardMerkleTree.of(values, LEAF, { sortLeaves: false });
  const libraryMs = performance.now() - started;

  for (let i = 0; i < 5; i++) await hashOnce();
  const ownMs = times.sort((a, b) => a - b)[4] ?? 0;
  return { ownMs, libraryMs, sameRoot: tree.root === root };
}
