import { keccak256 } from "ethers";
import type { NetVector } from "../formats/net-vector.ts";
import type { Snapshot } from "../snapshot.ts";

const ZERO_ADDRESS = `0x${"00".repeat(20)}`;

/** The net vector of a chunk and its hash. */
export function plainNetVector(
  snapshot: Snapshot,
  currency: number | undefined,
  cash: ReadonlyMap<number, bigint>,
  shares: ReadonlyMap<string, bigint>,
): { net: NetVector; netHash: string } {
  const moved = [...shares].flatMap(([key, delta]) => {
    const [account = 0, asset = 0] = key.split("/").map(Number);
    return delta === 0n
      ? []
      : [{ address: snapshot.accounts[account]?.address ?? "", id: snapshot.assets[asset]?.id ?? 0n, delta }];
  });
  const paid = [...cash].flatMap(([account, delta]) =>
    delta === 0n ? [] : [{ address: snapshot.accounts[account]?.address ?? "", delta }],
  );

  const assets = unique(moved.map(({ id }) => id));
  const addresses = unique([...moved, ...paid].map(({ address }) => BigInt(address)));
  const rank = ({ id, address, delta }: (typeof moved)[number]) =>
    [assets.indexOf(id), delta < 0n ? 0 : 1, addresses.indexOf(BigInt(address))] as const;
  const sorted = moved
    .map((movement) => ({ ...movement, rank: rank(movement) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2]);

  const net: NetVector = {
    currency: snapshot.currencies[currency ?? 0]?.address ?? ZERO_ADDRESS,
    assets,
    accounts: addresses.map((address) => {
      const delta = paid.find((payment) => BigInt(payment.address) === address)?.delta ?? 0n;
      return address * 2n ** 96n + BigInt.asUintN(64, delta) * 2n ** 32n;
    }),
    shares: sorted.map(
      ({ rank: [asset, , account], delta }) =>
        BigInt(asset) * 2n ** 240n + BigInt(account) * 2n ** 224n + BigInt.asUintN(64, delta) * 2n ** 160n,
    ),
  };
  return { net, netHash: keccak256(encodeNet(net)) };
}

/** As the ABI has it, in hexadecimal: the currency, where each list begins, and the lists with their lengths. */
function encodeNet({ currency, assets, accounts, shares }: NetVector): string {
  let heads = wordText(BigInt(currency));
  let tails = "";
  for (const list of [assets, accounts, shares]) {
    heads += wordText(4 * 32 + tails.length / 2);
    tails += wordText(list.length) + list.map(wordText).join("");
  }
  return `0x${heads}${tails}`;
}

const wordText = (value: bigint | number): string => value.toString(16).padStart(64, "0");

function unique(values: readonly bigint[]): bigint[] {
  return [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
