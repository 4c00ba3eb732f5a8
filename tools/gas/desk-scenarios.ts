/** What is measured of the settlement desk beside its chunks and trades, which `npm run bench:settlement` tells. */
import type { NetworkConnection } from "hardhat/types/network";
import { HOLD_TYPES } from "../../executor/formats/typed-data.ts";
import { deployExchangeWorld } from "../../test/helpers/exchange-world.ts";
import { FAR_AWAY, TOWER } from "../../test/helpers/settlement-suite.ts";
import type { Hold } from "../../test/helpers/settlement-types.ts";
import { gasOf } from "./gas-of.ts";
import type { Row } from "./table.ts";

const DAY = 86_400;

export interface DeskScenario extends Omit<Row, "value"> {
  readonly measure: (world: DeskWorld) => Promise<number>;
}

/**
 * Four people with shares of three assets, two of them under two rules, and cash in two currencies. Some of alice's shares are locked at
 * the desk, some are held, and an exchange was settled before.
 */
export async function makeDeskWorld(connection: NetworkConnection) {
  const suite = await deployExchangeWorld(connection);
  const { desk, alice, bob, carol, domain, relayer, roundTrip, exchange } = suite;
  const until = BigInt(await connection.networkHelpers.time.latest()) + BigInt(DAY);

  /** Alice keeps shares for bob, and carol decides. */
  function holdOf(salt: bigint): Hold {
    const parties = { holder: alice.address, beneficiary: bob.address, agent: carol.address };
    return { ...parties, asset: TOWER, quantity: 20n, until, expiry: until, priority: 0n, salt };
  }
  async function createHold(hold: Hold) {
    return desk.connect(relayer).createHold(hold, await alice.signTypedData(domain, HOLD_TYPES, hold));
  }

  await desk.connect(alice).lockShares(TOWER, 100n);
  const open = holdOf(1n);
  for (const hold of [open, holdOf(2n)]) await createHold(hold);
  await exchange(await roundTrip({ expiry: FAR_AWAY, salt: 1n }));
  return { ...suite, connection, open, holdOf, createHold };
}

export type DeskWorld = Awaited<ReturnType<typeof makeDeskWorld>>;

export const DESK_SCENARIOS: readonly DeskScenario[] = [
  {
    name: "desk: lock further shares",
    measure: ({ desk, alice }) => gasOf(desk.connect(alice).lockShares(TOWER, 5n)),
  },
  {
    name: "desk: ask for shares to be unlocked",
    measure: ({ desk, alice }) => gasOf(desk.connect(alice).requestUnlock(TOWER, 5n)),
  },
  {
    name: "desk: unlock them when they are due",
    measure: async ({ desk, alice, connection: { networkHelpers } }) => {
      await desk.connect(alice).requestUnlock(TOWER, 5n);
      await networkHelpers.time.increase(DAY);
      return gasOf(desk.connect(alice).unlockShares(TOWER));
    },
  },
  { name: "desk: create a hold", measure: ({ holdOf, createHold }) => gasOf(createHold(holdOf(3n))) },
  {
    name: "desk: execute a hold, 2 rules",
    measure: ({ desk, carol, open }) => gasOf(desk.connect(carol).executeHold(open, open.quantity)),
  },
  { name: "desk: release a hold", measure: ({ desk, carol, open }) => gasOf(desk.connect(carol).releaseHold(open)) },
  {
    name: "desk: reclaim a hold that ran out",
    measure: async ({ desk, alice, open, connection: { networkHelpers } }) => {
      await networkHelpers.time.increase(2 * DAY);
      return gasOf(desk.connect(alice).reclaimHold(open));
    },
  },
  {
    name: "desk: exchange of 3 assets and 2 currencies among 3 parties",
    measure: async ({ roundTrip, exchange }) => gasOf(exchange(await roundTrip({ salt: 2n }))),
  },
];
