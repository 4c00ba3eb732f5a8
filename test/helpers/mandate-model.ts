import type { Moves } from "./net-vector.ts";
import type { Mandate } from "./settlement-types.ts";

/** What the desk should hold, and what is left of everybody's mandate; engine units. */
export interface DeskModel {
  readonly cash: Map<string, bigint>;
  /** By `account/asset`. */
  readonly shares: Map<string, bigint>;
  readonly mandates: Map<string, Mandate>;
}

/**
 * The plain version of what a chunk does: the model afterwards, or why nobody's signature covers it. Fee cap and loss
 * allowance are two numbers here, fees used up first. Assumes moves that sum to zero.
 */
export function applyMoves(before: DeskModel, moves: Moves): DeskModel | string {
  const model: DeskModel = structuredClone(before);
  const cash = new Map(moves.cash);
  const accounts = new Set([...cash.keys(), ...moves.shares.map(([, account]) => account)]);

  for (const account of accounts) {
    const mandate = model.mandates.get(account);
    if (mandate === undefined) return `${account} has no mandate`;
    const net = cash.get(account) ?? 0n;
    let required = 0n;

    for (const [asset, , delta] of moves.shares.filter(([, party]) => party === account)) {
      const limit = mandate.limits.find((it) => it.asset === asset);
      if (limit === undefined) return `${account} has not named ${asset}`;
      limit.maxIn -= delta > 0n ? delta : 0n;
      limit.maxOut += delta < 0n ? delta : 0n;
      if (limit.maxIn < 0n || limit.maxOut < 0n) return `${account} moves too many of ${asset}`;
      required -= delta * (delta > 0n ? limit.maxBuyPrice : limit.minSellPrice);

      const shares = (model.shares.get(`${account}/${asset}`) ?? 0n) + delta;
      if (shares < 0n) return `${account} has too few of ${asset}`;
      model.shares.set(`${account}/${asset}`, shares);
    }

    mandate.maxCashOut += net < 0n ? net : 0n;
    if (mandate.maxCashOut < 0n) return `${account} pays too much`;
    const shortfall = required > net ? required - net : 0n;
    const fees = shortfall < mandate.feeCap ? shortfall : mandate.feeCap;
    mandate.feeCap -= fees;
    mandate.lossAllowance -= shortfall - fees;
    if (mandate.lossAllowance < 0n) return `${account} falls short of its prices`;

    const deposited = (model.cash.get(account) ?? 0n) + net;
    if (deposited < 0n) return `${account} has too little cash`;
    model.cash.set(account, deposited);
  }

  return model;
}
