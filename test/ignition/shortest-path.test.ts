import { expect } from "chai";
import { network } from "hardhat";
import { MATRIX, ROLES, UPGRADE_DELAY } from "../../ignition/roles.ts";
import { contractNames } from "../../ignition/selectors.ts";
import { PUBLIC_ROLE } from "../../sdk/access/access-state.ts";
import { findPaths, type Path } from "../../sdk/access/find-paths.ts";
import { readAccess } from "../../sdk/access/read-access.ts";
import { FACTORIES } from "../../sdk/contracts.ts";
import { deploySuite, type SuiteDeployment } from "../../sdk/deploy.ts";
import { judgeWay } from "../../tasks/system/doctor/check-accounts.ts";
import { deployedSuite } from "../helpers/suite.ts";
import { walkPath } from "../helpers/walk-path.ts";

// Several acts of a path may happen at the same second.
const connection = await network.create({ override: { allowBlocksWithSameTimestamp: true } });
const { ethers, networkHelpers } = connection;

const DAY = 86_400n;
const FIVE_DAYS = 5n * DAY;
/** Time for the chain to make the blocks that tests need before they begin. */
const START = 100n;

const MANAGER = FACTORIES.AccessManager.createInterface();
const { selector: MINT } = FACTORIES.ShareToken.createInterface().getFunction("mint");
const LAST = "ShareToken.upgradeToAndCall(new code)";
const HOUR = 3_600n;
/** Everything behind a proxy. */
const UPGRADEABLE = contractNames().filter((name) => "UPGRADER" in MATRIX[name]);
/** An account without any role. */
const NOBODY = "0x000000000000000000000000000000000000dEaD";

const [deployer, admin, issuer, registrar, guardian, upgrader, accomplice] = await ethers.getSigners();
if (!deployer || !admin || !issuer || !registrar || !guardian || !upgrader || !accomplice) {
  throw new Error("the chain has too few accounts");
}

const ACCOMPLICE = accomplice.address;

/** As on a public chain: a multisig is the admin, and every office has somebody else. */
const handedOver = () =>
  deploySuite(connection, {
    admin: admin.address,
    roles: {
      ISSUER: issuer.address,
      REGISTRAR: registrar.address,
      GUARDIAN: guardian.address,
      UPGRADER: upgrader.address,
    },
  });

const withoutHandOver = () => deployedSuite(connection);

async function pathsOf({ suite, addresses }: SuiteDeployment): Promise<Path[]> {
  const { accessManager } = suite;
  const state = await readAccess({ accessManager, addresses, provider: ethers.provider, fromBlock: 0 });
  const code = addresses["ShareTokenCode"] ?? "";
  return findPaths(state, undefined, { now: state.readAt + START, accomplice: ACCOMPLICE, code });
}

function titles(path: Path | undefined): string[] {
  return path?.steps.map(({ title }) => title) ?? [];
}

describe("the shortest path from any key to new code (P40, D8)", () => {
  describe("of a suite that was handed over", () => {
    for (const [age, name] of [
      [0n, "in its first days"],
      [FIVE_DAYS - 1n - START, "a second before the delays of grants begin"],
      [3n * FIVE_DAYS, "after its delays have begun"],
    ] as const) {
      it(`takes two days, to the second, ${name}`, async () => {
        const deployment = await networkHelpers.loadFixture(handedOver);
        if (age > 0n) await networkHelpers.time.increase(age);

        const paths = await pathsOf(deployment);
        const code = paths.filter(({ goal }) => goal.startsWith("new code"));
        expect(paths[0]?.seconds).to.equal(UPGRADE_DELAY);
        expect(new Set(code.map(({ key }) => key))).to.deep.equal(new Set([admin.address, upgrader.address]));
        expect(new Set(code.map(({ goal }) => goal.split(" ").at(-1)))).to.deep.equal(new Set(UPGRADEABLE));
      });
    }

    it("gives no key the power of a desk sooner, and none but the admin's at all", async () => {
      const desks = (await pathsOf(await networkHelpers.loadFixture(handedOver))).filter(
        ({ goal }) => !goal.startsWith("new code"),
      );

      expect(desks.map(({ goal }) => goal)).to.include.members(["the power of SETTLEMENT_DESK"]);
      expect(new Set(desks.map(({ key }) => key))).to.deep.equal(new Set([admin.address]));
      expect(desks[0]?.seconds).to.equal(UPGRADE_DELAY);
    });

    it("is as long as the model says: each can be walked, and none a second faster", async () => {
      const deployment = await networkHelpers.loadFixture(handedOver);
      const { accessManager, shareToken } = deployment.suite;
      const paths = (await pathsOf(deployment)).filter(({ goal }) => goal === "new code behind ShareToken");

      expect(paths).to.have.lengthOf(2);
      for (const path of paths) {
        const snapshot = await networkHelpers.takeSnapshot();
        const events = await ethers.provider.getBlockNumber();
        await walkPath(connection, accessManager, path);
        const upgraded = await shareToken.queryFilter(shareToken.filters.Upgraded(), events + 1);
        expect(upgraded, path.key).to.have.lengthOf(1);
        await snapshot.restore();
      }
    });
  });

  it("is what the doctor says of a public deployment", async () => {
    const [path] = await pathsOf(await networkHelpers.loadFixture(handedOver));
    if (path === undefined) throw new Error("there is always a way");

    const way = "ShareToken.upgradeToAndCall(new code)";
    expect(judgeWay({ ...path, key: "K", goal: "G" })).to.deep.include({
      level: "ok",
      said: `the shortest takes 172800 s: K gets G (${titles(path).join(", then ")})`,
    });
    expect(judgeWay({ ...path, seconds: UPGRADE_DELAY - 1n })).to.have.property("level", "problem");
    expect(judgeWay({ ...path, steps: [] }).said).to.contain("(it has it)");
    expect(judgeWay(undefined).level).to.equal("ok");
    expect(titles(path).at(-1)).to.equal(way);
  });

  describe("of a suite that was weakened", () => {
    const { encodeFunctionData } = MANAGER;
    const encode = encodeFunctionData.bind(MANAGER);
    const book = ({ addresses }: SuiteDeployment, name: string): string => addresses[name] ?? "";

    interface Weakness {
      readonly name: string;
      /** What the admin does. */
      readonly calls: (deployment: SuiteDeployment) => readonly string[];
      /** How long ago the suite was deployed when he does it, and how long ago he did it. */
      readonly age?: bigint;
      readonly later?: bigint;
      readonly goal?: string;
      readonly key: string;
      readonly seconds: bigint;
      readonly path: readonly string[];
    }

    const UPGRADE = "0x4f1ef286";
    const weaknesses: readonly Weakness[] = [
      {
        name: "an admin without delay, while the delays of grants have not begun",
        calls: () => [encode("grantRole", [ROLES.ADMIN, issuer.address, 0n])],
        key: issuer.address,
        seconds: 0n,
        path: ["grantRole(UPGRADER, a second account, 0)", LAST],
      },
      {
        name: "an admin without delay, whom the delays of grants still hold",
        calls: () => [encode("grantRole", [ROLES.ADMIN, issuer.address, 0n])],
        age: FIVE_DAYS,
        later: UPGRADE_DELAY,
        key: issuer.address,
        seconds: UPGRADE_DELAY,
        path: ["grantRole(UPGRADER, a second account, 0)", LAST],
      },
      {
        name: "an upgrader without delay",
        calls: () => [encode("grantRole", [ROLES.UPGRADER, issuer.address, 0n])],
        key: issuer.address,
        seconds: 0n,
        path: [LAST],
      },
      {
        name: "an upgrader whose delay was cut to an hour, before that takes effect",
        calls: () => [encode("grantRole", [ROLES.UPGRADER, upgrader.address, HOUR])],
        key: upgrader.address,
        seconds: UPGRADE_DELAY - START,
        path: [LAST],
      },
      {
        name: "an upgrader whose delay was cut to an hour",
        calls: () => [encode("grantRole", [ROLES.UPGRADER, upgrader.address, HOUR])],
        later: UPGRADE_DELAY,
        key: upgrader.address,
        seconds: HOUR,
        path: [LAST],
      },
      {
        name: "upgrades in the guardian's hands",
        calls: (deployment) => [
          encode("setTargetFunctionRole", [book(deployment, "ShareToken"), [UPGRADE], ROLES.GUARDIAN]),
        ],
        key: guardian.address,
        seconds: 0n,
        path: [LAST],
      },
      {
        name: "upgrades that everybody may make",
        calls: (deployment) => [
          encode("setTargetFunctionRole", [book(deployment, "AnchorRegistry"), [UPGRADE], PUBLIC_ROLE]),
        ],
        goal: "new code behind AnchorRegistry",
        key: NOBODY,
        seconds: 0n,
        path: ["AnchorRegistry.upgradeToAndCall(new code)"],
      },
      {
        name: "a registrar who may appoint upgraders, before the delay of grants begins",
        calls: () => [encode("setRoleAdmin", [ROLES.UPGRADER, ROLES.REGISTRAR])],
        key: registrar.address,
        seconds: 0n,
        path: ["grantRole(UPGRADER, a second account, 0)", LAST],
      },
      {
        name: "a registrar who may appoint upgraders, whom the delay of grants still holds",
        calls: () => [encode("setRoleAdmin", [ROLES.UPGRADER, ROLES.REGISTRAR])],
        age: FIVE_DAYS,
        key: registrar.address,
        seconds: UPGRADE_DELAY,
        path: ["grantRole(UPGRADER, a second account, 0)", LAST],
      },
      {
        name: "a registrar who may appoint upgraders, once the delay of grants was cut to an hour",
        calls: () => [
          encode("setRoleAdmin", [ROLES.UPGRADER, ROLES.REGISTRAR]),
          encode("setGrantDelay", [ROLES.UPGRADER, HOUR]),
        ],
        age: FIVE_DAYS,
        later: FIVE_DAYS,
        key: registrar.address,
        seconds: HOUR,
        path: ["grantRole(UPGRADER, a second account, 0)", LAST],
      },
      {
        name: "the same, an hour before the shorter delay takes effect: waiting for it is the shorter way",
        calls: () => [
          encode("setRoleAdmin", [ROLES.UPGRADER, ROLES.REGISTRAR]),
          encode("setGrantDelay", [ROLES.UPGRADER, HOUR]),
        ],
        age: FIVE_DAYS,
        later: FIVE_DAYS - HOUR,
        key: registrar.address,
        seconds: 2n * HOUR - START,
        path: ["grantRole(UPGRADER, a second account, 0)", LAST],
      },
      {
        name: "a registrar who appoints compliance, which appoints upgraders",
        calls: () => [
          encode("setRoleAdmin", [ROLES.COMPLIANCE, ROLES.REGISTRAR]),
          encode("setRoleAdmin", [ROLES.UPGRADER, ROLES.COMPLIANCE]),
        ],
        age: FIVE_DAYS,
        key: registrar.address,
        seconds: UPGRADE_DELAY,
        path: ["grantRole(COMPLIANCE, a second account, 0)", "grantRole(UPGRADER, a second account, 0)", LAST],
      },
      {
        name: "a closed book, which the admin can open again in time",
        calls: (deployment) => [
          encode("setTargetClosed", [book(deployment, "ShareToken"), true]),
          encode("revokeRole", [ROLES.UPGRADER, upgrader.address]),
        ],
        key: admin.address,
        seconds: UPGRADE_DELAY,
        path: ["grantRole(UPGRADER, a second account, 0)", "setTargetClosed(ShareToken, false)", LAST],
      },
      {
        name: "a desk's role in the hands of a registrar",
        calls: () => [encode("grantRole", [ROLES.SETTLEMENT_DESK, registrar.address, 0n])],
        goal: "the power of SETTLEMENT_DESK",
        key: registrar.address,
        seconds: 0n,
        path: [],
      },
      {
        name: "a desk's function in the hands of the issuer",
        calls: (deployment) => [
          encode("setTargetFunctionRole", [book(deployment, "ShareToken"), [MINT], ROLES.ISSUER]),
        ],
        goal: "ShareToken.mint, a function of OFFERING_DESK",
        key: issuer.address,
        seconds: 0n,
        path: ["ShareToken.mint"],
      },
    ];

    for (const { name, calls, age = 0n, later = 0n, goal = "new code behind ShareToken", ...expected } of weaknesses) {
      it(`finds ${name}`, async () => {
        const deployment = await networkHelpers.loadFixture(handedOver);
        const { accessManager, shareToken, anchorRegistry } = deployment.suite;
        if (age > 0n) await networkHelpers.time.increase(age);
        await actAsAdmin(deployment, calls(deployment));
        if (later > 0n) await networkHelpers.time.increase(later);

        const path = (await pathsOf(deployment)).find((each) => each.goal === goal);
        expect(path?.key).to.equal(expected.key);
        // The blocks of the test itself take a few seconds off what remains of a delay.
        expect(Number(path?.seconds), titles(path).join(", ")).to.be.closeTo(Number(expected.seconds), 10);
        expect(titles(path)).to.deep.equal(expected.path);

        if (path === undefined || !goal.startsWith("new code")) return;
        const block = await ethers.provider.getBlockNumber();
        await walkPath(connection, accessManager, path);
        const upgrades = [
          ...(await shareToken.queryFilter(shareToken.filters.Upgraded(), block + 1)),
          ...(await anchorRegistry.queryFilter(anchorRegistry.filters.Upgraded(), block + 1)),
        ];
        expect(upgrades).to.have.lengthOf(1);
      });
    }

    it("finds a book that asks somebody else than the AccessManager", async () => {
      const deployment = await networkHelpers.loadFixture(handedOver);
      const other = await ethers.deployContract("AccessManager", [registrar.address]);
      const at = await other.getAddress();
      await actAsAdmin(deployment, [encode("updateAuthority", [book(deployment, "TransferRules"), at])]);

      const [path] = await pathsOf(deployment);
      expect([path?.goal, path?.seconds]).to.deep.equal(["new code behind TransferRules", 0n]);
      expect(titles(path)).to.deep.equal([`TransferRules does not ask the AccessManager but ${at}`]);
    });

    /** What the admin announces together and does two days later. */
    async function actAsAdmin({ suite }: SuiteDeployment, calls: readonly string[]): Promise<void> {
      const manager = suite.accessManager.connect(admin);
      for (const call of calls) await manager.schedule(suite.accessManager, call, 0);
      await networkHelpers.time.increase(UPGRADE_DELAY);
      for (const call of calls) await manager.execute(suite.accessManager, call);
    }
  });

  it("takes no time where the deployer is still the admin without delay, as on a local chain", async () => {
    const [path] = await pathsOf(await networkHelpers.loadFixture(withoutHandOver));

    expect([path?.key, path?.seconds]).to.deep.equal([deployer.address, 0n]);
  });
});
