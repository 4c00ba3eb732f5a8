import { concat, id, keccak256, type TypedDataDomain, TypedDataEncoder, ZeroAddress } from "ethers";
import { BULK_HEIGHTS, bulkType } from "../executor/formats/bulk.ts";
import { ORDER_TYPES } from "../executor/formats/typed-data.ts";
import type { OrderStruct, SignedOrderStruct } from "../typechain-types/contracts/settlement/ISettlementDesk.ts";
import { badInput } from "./errors.ts";

const EMPTY_ORDER: OrderStruct = {
  ...{ trader: ZeroAddress, side: 0n, asset: 0n, currency: ZeroAddress, quantity: 0n, limitPrice: 0n },
  ...{ expiry: 0n, priority: 0n, salt: 0n },
};

/** Orders of one trader that one signature covers (docs/formats.md, 2.4). */
export interface BulkOrder {
  /** The tree has `2^height` places. */
  readonly height: number;
  /** What the trader signs. */
  digest(domain: TypedDataDomain): string;
  /** The siblings of the order at `place`, from its leaf up. */
  pathOf(place: number): string[];
  /** The order at `place` with what proves it, as the settlement desk wants it. */
  signed(place: number, signature: string): SignedOrderStruct;
}

/** The bulk order of `orders`, in the lowest tree that holds them unless `height` says otherwise. */
export function bulkOrder(orders: readonly OrderStruct[], height = lowestHeight(orders.length)): BulkOrder {
  const fits = Number.isInteger(height) && height >= 1 && height <= BULK_HEIGHTS && orders.length <= 2 ** height;
  if (!fits || orders.length === 0) throw badInput(`${orders.length} orders do not fit a tree of height ${height}`);
  const encoder = TypedDataEncoder.from(ORDER_TYPES);
  const levels = levelsOf(
    orders.map((order) => encoder.hash(order)),
    encoder.hash(EMPTY_ORDER),
    height,
  );

  function pathOf(place: number): string[] {
    if (orders[place] === undefined) throw badInput(`the bulk order has no order ${place}`);
    return levels.slice(0, height).map(({ nodes, filler }, depth) => nodes[(place >> depth) ^ 1] ?? filler);
  }

  return {
    height,
    digest(domain) {
      const { nodes, filler } = levels[height] ?? { nodes: [], filler: "" };
      const structHash = keccak256(concat([id(bulkType(height)), nodes[0] ?? filler]));
      return keccak256(concat(["0x1901", TypedDataEncoder.hashDomain(domain), structHash]));
    },
    pathOf,
    signed(place, signature) {
      const [order, path] = [orders[place], pathOf(place)];
      return { order: order ?? EMPTY_ORDER, signature, place: BigInt(place), path };
    },
  };
}

/** One level of the tree: the nodes above orders, and what stands at all places behind them. */
interface Level {
  readonly nodes: readonly string[];
  readonly filler: string;
}

function levelsOf(leaves: readonly string[], empty: string, height: number): Level[] {
  const levels: Level[] = [{ nodes: leaves, filler: empty }];
  for (let depth = 0; depth < height; depth++) {
    const { nodes, filler } = levels[depth] ?? { nodes: [], filler: empty };
    const parents = Array.from({ length: Math.ceil(nodes.length / 2) }, (_, place) =>
      keccak256(concat([nodes[2 * place] ?? filler, nodes[2 * place + 1] ?? filler])),
    );
    levels.push({ nodes: parents, filler: keccak256(concat([filler, filler])) });
  }
  return levels;
}

/** One order already needs two places. */
function lowestHeight(count: number): number {
  return Math.max(1, Math.ceil(Math.log2(count)));
}
