import { expect } from "chai";
import { network } from "hardhat";
import { OPEN, ROLES, type RoleName, UPGRADE_DELAY } from "../../ignition/roles.ts";
import { contractNames, INTERFACES, listGrants, roleNames } from "../../ignition/selectors.ts";
import { blankCall, changing, everyRoleTaken, outcomeOf } from "../helpers/role-world.ts";
import { deployedSuite } from "../helpers/suite.ts";

const connection = await network.create();
const { networkHelpers } = connection;

const suite = () => deployedSuite(connection);
const everyRole = () => everyRoleTaken(connection);

/** Who has which roles besides his own: the issuer moves assets along their life, two offices write in the log, the registrar locks. */
const ALSO: Partial<Record<RoleName, readonly RoleName[]>> = {
  ISSUER: ["ASSET_LIFE", "RECORDER"],
  COMPLIANCE: ["RECORDER"],
  REGISTRAR: ["RECORDER", "LOCKER"],
};

describe("Roles", () => {
  it("cover every function that changes state, or say why it is open (I-15)", () => {
    const grants = listGrants();

    for (const contract of contractNames()) {
      const restricted = grants.filter((each) => each.contract === contract).flatMap((each) => each.functions);
      const open = Object.keys(OPEN[contract]);
      const names = changing(INTERFACES[contract]).map(({ name }) => name);
      expect([...restricted, ...open].toSorted(), contract).to.deep.equal([...new Set(names)].toSorted());
    }
  });

  it("open no function to two roles", () => {
    for (const contract of contractNames()) {
      const functions = listGrants()
        .filter((each) => each.contract === contract)
        .flatMap((each) => each.functions);
      expect(functions).to.have.lengthOf(new Set(functions).size);
    }
  });

  it("stand on the chain as they stand on the page", async () => {
    const { suite: contracts, addresses } = await networkHelpers.loadFixture(suite);

    for (const { contract, role, selectors } of listGrants()) {
      for (const selector of selectors) {
        const actual = await contracts.accessManager.getTargetFunctionRole(addresses[contract] ?? "", selector);
        expect(actual, `${contract} ${selector}`).to.equal(ROLES[role]);
      }
    }
  });

  it("open nothing else: a function without a role would be the admin's", async () => {
    const { suite: contracts, addresses } = await networkHelpers.loadFixture(suite);

    for (const contract of contractNames()) {
      for (const name of Object.keys(OPEN[contract])) {
        for (const { selector } of changing(INTERFACES[contract]).filter((each) => each.name === name)) {
          const actual = await contracts.accessManager.getTargetFunctionRole(addresses[contract] ?? "", selector);
          expect(actual, `${contract}.${name}`).to.equal(ROLES.ADMIN);
        }
      }
    }
  });

  describe("of restricted functions, each called by a member of every role and by nobody (I-15)", () => {
    for (const { contract, functions, role } of listGrants()) {
      for (const fragment of changing(INTERFACES[contract]).filter(({ name }) => functions.includes(name))) {
        it(`let ${role} alone call ${contract}.${fragment.name}`, async () => {
          const { addresses, holders, nobody, suite: contracts } = await networkHelpers.loadFixture(everyRole);
          const to = addresses[contract] ?? "";
          const data = blankCall(INTERFACES[contract], fragment);

          for (const [caller, from] of [...holders, ["nobody", nobody] as const]) {
            const outcome = await outcomeOf(connection, { from, to, data });
            const isRefused = outcome === `AccessManagedUnauthorized(${from})`;
            const mayCall = caller === role || (caller !== "nobody" && ALSO[caller]?.includes(role) === true);
            expect(isRefused, `I-15 ${caller} calls ${contract}.${fragment.name}: ${outcome}`).to.equal(!mayCall);
            const delay = mayCall && role === "UPGRADER" ? UPGRADE_DELAY : 0n;
            const answer = await contracts.accessManager.canCall(from, to, fragment.selector);
            expect([...answer], caller).to.deep.equal([mayCall && delay === 0n, delay]);
          }
        });
      }
    }
  });

  describe("of open functions, each called by a member of every role and by nobody (I-15)", () => {
    for (const contract of contractNames()) {
      for (const [name, reason] of Object.entries(OPEN[contract])) {
        const fragments = changing(INTERFACES[contract]).filter((each) => each.name === name);
        const refusesAll = reason.startsWith("refuses everybody") || name === "initialize";

        it(`give no role more than anybody has: ${contract}.${name} ${reason}`, async () => {
          const { addresses, holders, nobody } = await networkHelpers.loadFixture(everyRole);

          for (const fragment of fragments) {
            const call = { to: addresses[contract] ?? "", data: blankCall(INTERFACES[contract], fragment) };
            const mask = (outcome: string, from: string) => outcome.replaceAll(from, "the caller");
            const anybody = mask(await outcomeOf(connection, { ...call, from: nobody }), nobody);
            if (refusesAll)
              expect(anybody)
                .to.match(/^\w+\(/)
                .and.to.not.match(/^(Panic|Error|unknown)\(/);
            for (const [role, from] of holders) {
              expect(mask(await outcomeOf(connection, { ...call, from }), from), role).to.equal(anybody);
            }
          }
        });
      }
    }

    for (const contract of contractNames().filter((each) => "initialize" in OPEN[each])) {
      it(`leave neither ${contract} nor its code to be initialised`, async () => {
        const { addresses, holders } = await networkHelpers.loadFixture(everyRole);
        const [fragment] = changing(INTERFACES[contract]).filter(({ name }) => name === "initialize");
        if (fragment === undefined) throw new Error(`${contract} has no initializer`);
        const data = blankCall(INTERFACES[contract], fragment);

        for (const to of [addresses[contract] ?? "", addresses[`${contract}Code`] ?? ""]) {
          const outcome = await outcomeOf(connection, { from: holders.get("ADMIN") ?? "", to, data });
          expect(outcome).to.equal("InvalidInitialization()");
        }
      });
    }
  });

  it("are as many as this page knows: whoever has a role was tried", async () => {
    const { holders, suite: contracts } = await networkHelpers.loadFixture(everyRole);

    for (const name of roleNames()) {
      const { isMember } = await contracts.accessManager.hasRole(ROLES[name], holders.get(name) ?? "");
      expect(isMember, name).to.equal(true);
    }
    expect(new Set(holders.values()).size).to.equal(roleNames().length);
  });
});
