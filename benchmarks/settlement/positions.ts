import { settleExchange } from "./net-chunk.ts";
import { registerGas } from "./register-gas.ts";
import { ACCOUNTS, ASSETS, type SettlementWorld, SPARSE_ASSET } from "./settlement-world.ts";

/** What a chunk takes for each position more, everything included: call data, mandate, register, rules, event. */
export interface PositionGas {
  /** An account's cash, with its mandate. */
  readonly cash: number;
  /** A share position, with its part of what an account takes at its first asset. */
  readonly share: number;
  /** The part of it that the register takes: who is behind the account, balance, rules, counts, event. */
  readonly register: number;
  /** The same of an asset alone, which nobody in the chunk was looked up for before, with the lists as call data of a transaction. */
  readonly alone: number;
  /** A chunk and its batch without any position. */
  readonly fixed: number;
  /** What each asset takes more, without any position in it. */
  readonly asset: number;
  /** A receiver who never held the asset, more than one who does. */
  readonly newcomer: number;
}

const HALF = ACCOUNTS / 2;

/** Differences between chunks of different sizes on the same chain, each from the same state. */
export async function measurePositions(world: SettlementWorld): Promise<PositionGas> {
  const { assets, undoing } = world;
  const gas = (accounts: number, traded: readonly bigint[]) =>
    undoing(() => settleExchange(world, { accounts, assets: traded }));
  const inRegister = (accounts: number) =>
    undoing(async () => {
      await settleExchange(world, { accounts, assets });
      return registerGas(world);
    });

  const [noneOfHalf, noneOfAll] = [await gas(HALF, []), await gas(ACCOUNTS, [])];
  const cash = (noneOfAll - noneOfHalf) / HALF;
  const [allOfHalf, allOfAll] = [await gas(HALF, assets), await gas(ACCOUNTS, assets)];
  const share = (allOfAll - allOfHalf - (noneOfAll - noneOfHalf)) / (HALF * ASSETS);
  const asset = (allOfAll - noneOfAll) / ASSETS - ACCOUNTS * share;

  return {
    cash,
    share,
    register: ((await inRegister(ACCOUNTS)) - (await inRegister(HALF))) / (HALF * ASSETS),
    alone: await measureAlone(world),
    fixed: noneOfAll - ACCOUNTS * cash,
    asset,
    newcomer: await measureNewcomers(world),
  };
}

/** The register by itself, asked by whoever may: each further position of one asset, call data included. */
async function measureAlone({ admin, authority, shares, holders, assets, gasOf, undoing }: SettlementWorld) {
  const [asset = 0n] = assets;
  const gas = (accounts: number) =>
    undoing(async () => {
      const selector = shares.interface.getFunction("settleNet").selector;
      await authority.setTargetFunctionRole(shares.target, [selector], 0n);
      const deltas = Array.from({ length: accounts }, (_, place) => (place < accounts / 2 ? -1n : 1n));
      const addresses = holders.slice(0, accounts).map(({ address }) => address);
      return gasOf(shares.connect(admin).settleNet(asset, addresses, deltas));
    });
  return ((await gas(ACCOUNTS)) - (await gas(HALF))) / HALF;
}

/** Every other account never held this asset: what a chunk gives them the first time, against the second. */
async function measureNewcomers(world: SettlementWorld): Promise<number> {
  return world.undoing(async () => {
    const give = { accounts: ACCOUNTS, assets: [SPARSE_ASSET] };
    const first = await settleExchange(world, give);
    await world.passTime();
    const second = await settleExchange(world, give);
    return (first - second) / HALF;
  });
}
