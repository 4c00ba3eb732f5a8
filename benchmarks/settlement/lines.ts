import type { Line } from "../engine/line.ts";
import type { Netted } from "./netted.ts";
import type { OneByOne } from "./one-by-one.ts";
import type { PositionGas } from "./positions.ts";
import type { RuleCount, SettlementWorld } from "./settlement-world.ts";

/** Fewer than 356. */
const MOST_NETTED = 355.99;
const MOST_DVP: Readonly<Partial<Record<RuleCount, number>>> = { 0: 190_000, 5: 240_000 };
const MOST_SHARE = 16_000;
const MOST_CASH = 8_000;

const RULED: Readonly<Record<RuleCount, string>> = { 0: "no rules", 3: "3 rules", 5: "5 rules" };

/** What trades took per trade when they were netted. */
export function nettedLines(
  { trades, gas, chunks, sharePositions, cashPositions }: Netted,
  shape: string,
  rules: RuleCount,
): Line[] {
  const isHeld = shape === "dealer" && trades === 10_000 && rules !== 5;
  return [
    {
      measure: `${trades.toLocaleString("en")} trades netted, ${shape}, ${RULED[rules]}`,
      value: gas / trades,
      unit: "gas each",
      ...(isHeld ? { atMost: MOST_NETTED } : {}),
      detail: `${gas.toLocaleString("en")} gas, ${chunks} chunk, ${sharePositions} share and ${cashPositions} cash positions`,
    },
  ];
}

export function oneByOneLines({ dvp, further, listed, plain }: OneByOne, rules: RuleCount): Line[] {
  const atMost = MOST_DVP[rules];
  return [
    {
      measure: `one DvP trade, ${RULED[rules]}`,
      value: dvp,
      unit: "gas",
      ...(atMost === undefined ? {} : { atMost }),
      detail: "two new orders: their slots, and the trade's, are written for the first time",
    },
    {
      measure: `one DvP trade of orders filled in part, ${RULED[rules]}`,
      value: further,
      unit: "gas",
      detail: "only what is new of the trade itself is written for the first time",
    },
    { measure: `DvP trades in a list of 10, ${RULED[rules]}`, value: listed, unit: "gas each", detail: "new orders" },
    { measure: `plain safeTransferFrom, ${RULED[rules]}`, value: plain, unit: "gas", detail: "shares against nothing" },
  ];
}

export function positionLines(gas: PositionGas, { rules, mandateGas, depositGas }: SettlementWorld): Line[] {
  const ruled = RULED[rules];
  const line = (measure: string, value: number, detail: string, atMost?: number): Line => {
    return { measure, value, unit: "gas", detail, ...(atMost === undefined ? {} : { atMost }) };
  };
  const positions = [
    line(`share position in the register, ${ruled}`, gas.register, "holder, balance, rules, counts, event"),
    line(
      `share position of a chunk, all in, ${ruled}`,
      gas.share,
      "the same, its word in the call data and its mandate",
      rules === 0 ? undefined : MOST_SHARE, // promised with nettable rules on
    ),
    line(
      `share position, one asset in a transaction, ${ruled}`,
      gas.alone,
      "register and call data; nobody looked up before",
    ),
    line(`each asset of a chunk, ${ruled}`, gas.asset, "without its positions"),
    line(`first use: receiver who never held the asset, ${ruled}`, gas.newcomer, "more than one who holds it"),
  ];
  if (rules !== 0) return positions;

  return [
    ...positions,
    line("cash position of a chunk, all in", gas.cash, "call data, deposit, mandate", MOST_CASH),
    line("chunk without positions", gas.fixed, "a new batch was opened before"),
    line("first use: a mandate over 6 assets", mandateGas, "a transaction of its own, once per mandate"),
    line("first use: an account's first deposit", depositGas, "a transaction of its own"),
  ];
}
