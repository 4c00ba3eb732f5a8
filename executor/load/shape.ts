import { requireInput } from "../errors.ts";

/** Who deals with whom. What a parallel ledger can gain is decided by this, not by how skewed the accounts are. */
export const SHAPES = {
  uniform: "everyone with everyone",
  zipf: "the parameter is the exponent: accounts are the more frequent the lower their number",
  hot: "the parameter is the part of the trades in which one account is the seller or the buyer",
  chain: "each trade sells on what the one before it bought",
  "half-chain": "every other trade is a link of a chain",
  "fan-in": "one account buys from all others",
  "fan-out": "one account sells to all others",
  dealer: "one house account is a party to every trade, now as buyer, now as seller",
  makers: "one party of each trade is a market maker, the other is anybody; there is one maker per 64 accounts",
  cohorts:
    "the parameter is the size of a group: its accounts trade among themselves, 64 orders each, then the next group",
  smallbank:
    "deposits, withdrawals, payments and closures in the proportions of SmallBank, nine of ten at a few hot customers",
} as const;

export type ShapeName = keyof typeof SHAPES;

/** A shape with its parameter, 0 where it has none. */
export interface Shape {
  readonly name: ShapeName;
  readonly parameter: number;
}

const PARAMETERS: Readonly<Partial<Record<ShapeName, { readonly usual: number; readonly greatest: number }>>> = {
  zipf: { usual: 0.9, greatest: 4 },
  hot: { usual: 0.3, greatest: 1 },
  cohorts: { usual: 256, greatest: 65_536 },
};

/** The shape that `text` names: `uniform`, `zipf:0.9`, `hot:0.3` … */
export function parseShape(text: string): Shape {
  const [name = "", parameter] = text.split(":", 2);
  requireInput(isShapeName(name), `"${name}" is no shape of a workload; there are ${Object.keys(SHAPES).join(", ")}`);
  const bounds = PARAMETERS[name];
  requireInput(bounds !== undefined || parameter === undefined, `the shape "${name}" has no parameter`);
  if (bounds === undefined) return { name, parameter: 0 };

  const value = parameter === undefined ? bounds.usual : Number(parameter);
  const fits = parameter !== "" && value >= 0 && value <= bounds.greatest;
  requireInput(fits, `the parameter of "${name}" is from 0 to ${bounds.greatest}, not "${parameter}"`);
  return { name, parameter: value };
}

/** The shape as it was named. */
export function formatShape({ name, parameter }: Shape): string {
  return PARAMETERS[name] === undefined ? name : `${name}:${parameter}`;
}

function isShapeName(name: string): name is ShapeName {
  return Object.hasOwn(SHAPES, name);
}
