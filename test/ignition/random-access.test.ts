import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";
import { ROLES } from "../../ignition/roles.ts";
import { roleNames } from "../../ignition/selectors.ts";
import { PUBLIC_ROLE } from "../../sdk/access/access-state.ts";
import { findPaths, keysOf } from "../../sdk/access/find-paths.ts";
import { readAccess } from "../../sdk/access/read-access.ts";
import { FACTORIES } from "../../sdk/contracts.ts";
import { deployedSuite } from "../helpers/suite.ts";
import { walkPath } from "../helpers/walk-path.ts";

const connection = await network.create({ override: { allowBlocksWithSameTimestamp: true } });
const { ethers, networkHelpers } = connection;

const SEED = Number(process.env["TEST_SEED"] ?? 41);
const RUNS = Number(process.env["RANDOM_ACCESS"] ?? 15);
const START = 1_000n;
const UPGRADE = "0x4f1ef286";
const DELAYS = [0n, 3_600n, 172_800n, 600_000n] as const;
const MANAGER = FACTORIES.AccessManager.createInterface();

const [deployer, one, two, three, accomplice] = await ethers.getSigners();
if (!deployer || !one || !two || !three || !accomplice) throw new Error("the chain has too few accounts");

const fresh = () => deployedSuite(connection);

/** What an admin may do to an AccessManager, and how much later he does the next thing. */
const anyRole = fc.constantFrom(
  ...roleNames()
    .slice(0, 8)
    .map((name) => ROLES[name]),
);
const anyGrantable = fc.oneof(anyRole, fc.constantFrom(ROLES.UPGRADER, ROLES.ADMIN));
const anyAccount = fc.constantFrom(one.address, two.address, three.address);
const anyDelay = fc.constantFrom(...DELAYS);
const anyAct = fc.oneof(
  fc.record({ name: fc.constant("grantRole" as const), role: anyGrantable, account: anyAccount, delay: anyDelay }),
  fc.record({ name: fc.constant("setRoleAdmin" as const), role: anyGrantable, other: anyRole }),
  fc.record({ name: fc.constant("setGrantDelay" as const), role: anyGrantable, delay: anyDelay }),
  fc.record({ name: fc.constant("setTargetAdminDelay" as const), delay: anyDelay }),
  fc.record({ name: fc.constant("setTargetClosed" as const), closed: fc.boolean() }),
  fc.record({
    name: fc.constant("setTargetFunctionRole" as const),
    role: fc.oneof({ weight: 9, arbitrary: anyRole }, { weight: 1, arbitrary: fc.constant(PUBLIC_ROLE) }),
  }),
);
type Act = typeof anyAct extends fc.Arbitrary<infer T> ? T : never;

/** Nothing where the AccessManager would not allow it to anybody. */
function encode(act: Act, token: string): string | undefined {
  switch (act.name) {
    case "grantRole":
      return MANAGER.encodeFunctionData("grantRole", [act.role, act.account, act.delay]);
    case "setRoleAdmin":
      return act.role === ROLES.ADMIN ? undefined : MANAGER.encodeFunctionData("setRoleAdmin", [act.role, act.other]);
    case "setGrantDelay":
      return MANAGER.encodeFunctionData("setGrantDelay", [act.role, act.delay]);
    case "setTargetAdminDelay":
      return MANAGER.encodeFunctionData("setTargetAdminDelay", [token, act.delay]);
    case "setTargetClosed":
      return MANAGER.encodeFunctionData("setTargetClosed", [token, act.closed]);
    case "setTargetFunctionRole":
      return MANAGER.encodeFunctionData("setTargetFunctionRole", [token, [UPGRADE], act.role]);
  }
}

describe(`paths through an AccessManager set up at random (seed ${SEED})`, () => {
  it("can all be walked, at their second and not one earlier", async function () {
    this.timeout(60_000 + RUNS * 10_000);
    let walked = 0;

    const run = async (acts: readonly { readonly act: Act; readonly pause: bigint }[]) => {
      const { suite, addresses } = await networkHelpers.loadFixture(fresh);
      const { accessManager, shareToken } = suite;
      const token = await shareToken.getAddress();
      const manager = await accessManager.getAddress();
      for (const { act, pause } of acts) {
        const data = encode(act, token);
        // Where the role's admin was changed, the first admin cannot grant it any more.
        if (data !== undefined) await deployer.sendTransaction({ to: manager, data }).catch(() => undefined);
        if (pause > 0n) await networkHelpers.time.increase(pause);
      }
      for (const role of ["ADMIN", "UPGRADER"] as const) {
        await accessManager.renounceRole(ROLES[role], deployer.address);
      }

      const state = await readAccess({ accessManager, addresses, provider: ethers.provider, fromBlock: 0 });
      const attack = {
        now: state.readAt + START,
        accomplice: accomplice.address,
        code: addresses["ShareTokenCode"] ?? "",
      };
      for (const key of keysOf(state)) {
        const [path] = findPaths(state, [key], attack).filter(({ goal }) => goal === "new code behind ShareToken");
        if (path === undefined) continue;
        walked += 1;
        const snapshot = await networkHelpers.takeSnapshot();
        const block = await ethers.provider.getBlockNumber();
        await walkPath(connection, accessManager, path);
        expect(await shareToken.queryFilter(shareToken.filters.Upgraded(), block + 1)).to.have.lengthOf(1);
        await snapshot.restore();
      }
    };
    const anyLife = fc.array(fc.record({ act: anyAct, pause: anyDelay }), { minLength: 8, maxLength: 20 });
    await fc.assert(fc.asyncProperty(anyLife, run), { seed: SEED, numRuns: RUNS });

    expect(walked).to.be.greaterThan(RUNS / 3);
  });
});
