import type { Keccak } from "../formats/keccak.ts";
import { encodePosition, type Position } from "../formats/position-leaf.ts";
import { plainRoot } from "./plain-merkle.ts";

/** The root over positions: the shares' tree on the left, the tree of cash on the right; zero if there are none at all. */
export function plainPositionsRoot(
  keccak: Keccak,
  { shares, cash }: { readonly shares: readonly Position[]; readonly cash: readonly Position[] },
): Uint8Array {
  if (shares.length + cash.length === 0) return new Uint8Array(32);

  const [left, right] = [shares, cash].map((positions) =>
    plainRoot(
      keccak,
      positions.map((position) => keccak(Buffer.concat([Uint8Array.of(0), encodePosition(position)]))),
    ),
  );
  return keccak(Buffer.concat([left ?? new Uint8Array(32), right ?? new Uint8Array(32)]));
}
