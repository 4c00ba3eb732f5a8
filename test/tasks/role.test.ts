import { expect } from "chai";
import { network } from "hardhat";
import { ROLES, UPGRADE_DELAY } from "../../ignition/roles.ts";
import { readAccess } from "../../sdk/access/read-access.ts";
import { deploySuite, type SuiteDeployment } from "../../sdk/deploy.ts";
import { ExitCode } from "../../sdk/errors.ts";
import { describeStanding } from "../../tasks/lib/governed-call.ts";
import { parseRole } from "../../tasks/role/change-role.ts";
import { grantRole } from "../../tasks/role/grant.ts";
import { listAccess } from "../../tasks/role/list.ts";
import { revokeRole } from "../../tasks/role/revoke.ts";
import { failureOf, silentSender } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const [deployer, admin, issuer, registrar, stranger] = await ethers.getSigners();
if (!deployer || !admin || !issuer || !registrar || !stranger) throw new Error("the chain has too few accounts");

const handedOver = () => deploySuite(connection, { admin: admin.address, roles: { REGISTRAR: registrar.address } });
const local = () => deploySuite(connection);
const stateOf = ({ suite: { accessManager }, addresses }: SuiteDeployment) =>
  readAccess({ accessManager, addresses, provider: ethers.provider, fromBlock: 0 });
const isMember = async ({ suite }: SuiteDeployment, role: keyof typeof ROLES, account: string) =>
  (await suite.accessManager.hasRole(ROLES[role], account)).isMember;

describe("role grant", () => {
  it("gives an office at once where the admin has no delay, and finds nothing to do a second time", async () => {
    const deployment = await networkHelpers.loadFixture(local);
    const actor = { sender: silentSender(deployer) };
    const grant = { role: "REGISTRAR", account: stranger.address } as const;

    const { standings, steps } = await grantRole(deployment.suite, ethers.provider, actor, grant);

    expect(standings.map(({ phase }) => phase)).to.deep.equal(["at once", "at once"]);
    expect(steps.map(({ title }) => title)).to.deep.equal([
      `give REGISTRAR to ${stranger.address}`,
      `give LOCKER to ${stranger.address}`,
    ]);
    expect(await isMember(deployment, "REGISTRAR", stranger.address)).to.equal(true);
    expect(await grantRole(deployment.suite, ethers.provider, actor, grant)).to.deep.equal({
      standings: [],
      steps: [],
    });
  });

  it("announces first, says from when on it can be done, and then does it", async () => {
    const deployment = await networkHelpers.loadFixture(handedOver);
    const actor = { sender: silentSender(admin) };
    const run = () =>
      grantRole(deployment.suite, ethers.provider, actor, { role: "COMPLIANCE", account: stranger.address });

    const first = await run();
    expect(first.steps.map(({ title }) => title)).to.deep.equal([`announce: give COMPLIANCE to ${stranger.address}`]);
    const readyAt = BigInt(await networkHelpers.time.latest()) + UPGRADE_DELAY;

    await networkHelpers.time.increaseTo(readyAt - 1n);
    const second = await run();
    expect([second.standings[0]?.phase, second.standings[0]?.readyAt]).to.deep.equal(["announced", readyAt]);
    expect(second.steps).to.deep.equal([]);

    await networkHelpers.time.increaseTo(readyAt);
    const third = await run();
    expect([third.standings[0]?.phase, third.steps.length]).to.deep.equal(["ready", 1]);
    expect(await isMember(deployment, "COMPLIANCE", stranger.address)).to.equal(true);
    expect((await run()).standings).to.deep.equal([]);
  });

  it("announces anew what was not done within a week", async () => {
    const deployment = await networkHelpers.loadFixture(handedOver);
    const actor = { sender: silentSender(admin) };
    const grant = { role: "COMPLIANCE", account: stranger.address } as const;

    await grantRole(deployment.suite, ethers.provider, actor, grant);
    await networkHelpers.time.increase(UPGRADE_DELAY + 8n * 86_400n);
    const { standings } = await grantRole(deployment.suite, ethers.provider, actor, grant);

    expect(standings.map(({ phase }) => phase)).to.deep.equal(["to announce"]);
  });

  it("gives the life of assets with the office of the issuer", async () => {
    const deployment = await networkHelpers.loadFixture(local);

    const grant = { role: "ISSUER", account: issuer.address } as const;
    const { steps } = await grantRole(deployment.suite, ethers.provider, { sender: silentSender(deployer) }, grant);

    expect(steps).to.have.lengthOf(2);
    expect(await isMember(deployment, "ASSET_LIFE", issuer.address)).to.equal(true);
  });

  it("gives an upgrader two days of delay, and refuses a second less", async () => {
    const deployment = await networkHelpers.loadFixture(local);
    const actor = { sender: silentSender(deployer) };
    const grant = { role: "UPGRADER", account: stranger.address } as const;

    await grantRole(deployment.suite, ethers.provider, actor, grant);
    const { executionDelay } = await deployment.suite.accessManager.hasRole(ROLES.UPGRADER, stranger.address);
    expect(executionDelay).to.equal(UPGRADE_DELAY);

    const hasty = { ...grant, delaySeconds: UPGRADE_DELAY - 1n };
    const error = await failureOf(grantRole(deployment.suite, ethers.provider, actor, hasty));
    expect(error).to.have.property("exitCode", ExitCode.badInput);
    expect(error).to.have.property(
      "message",
      "UPGRADER with a delay of 172799 seconds could put new code in place without two days' notice",
    );
  });

  it("changes the delay of whoever has the role", async () => {
    const deployment = await networkHelpers.loadFixture(local);
    const actor = { sender: silentSender(deployer) };

    const grant = { role: "REGISTRAR", account: deployer.address, delaySeconds: 3_600n } as const;
    const { steps } = await grantRole(deployment.suite, ethers.provider, actor, grant);

    expect(steps.map(({ title }) => title)).to.deep.equal([
      `give REGISTRAR to ${deployer.address} with a delay of 3600 seconds`,
      `give LOCKER to ${deployer.address} with a delay of 3600 seconds`,
    ]);
  });

  it("gives the role of a desk to no account without code", async () => {
    const deployment = await networkHelpers.loadFixture(local);
    const actor = { sender: silentSender(deployer) };
    const grant = { role: "SETTLEMENT_DESK", account: stranger.address } as const;

    expect(await failureOf(grantRole(deployment.suite, ethers.provider, actor, grant))).to.have.property(
      "message",
      `SETTLEMENT_DESK is for a contract, and there is no code at ${stranger.address}`,
    );
  });

  it("refuses whoever is not the role's admin, and says what to do", async () => {
    const deployment = await networkHelpers.loadFixture(handedOver);
    const grant = { role: "ISSUER", account: stranger.address } as const;

    const error = await failureOf(
      grantRole(deployment.suite, ethers.provider, { sender: silentSender(stranger) }, grant),
    );

    expect(error).to.have.property("exitCode", ExitCode.refused);
    expect(error).to.have.nested.property("problem.why", "it needs the role ADMIN");
    expect(error).to.have.nested.property("problem.todo").that.contains("--for <address>");
  });

  it("prints for a multisig what it has to send: announce, then do", async () => {
    const deployment = await networkHelpers.loadFixture(handedOver);
    const { accessManager } = deployment.suite;
    const manager = await accessManager.getAddress();
    const run = () =>
      grantRole(
        deployment.suite,
        ethers.provider,
        { by: admin.address },
        { role: "COMPLIANCE", account: stranger.address },
      );

    for (const phase of ["to announce", "ready"]) {
      const { standings, steps } = await run();
      const [standing] = standings;
      expect([standing?.phase, standing?.next?.to, steps]).to.deep.equal([phase, manager, []]);
      expect(describeStandingOf(standing))
        .to.contain(`${admin.address} is to send`)
        .and.to.contain(standing?.next?.data);
      await admin.sendTransaction({ to: manager, data: standing?.next?.data ?? "" });
      await networkHelpers.time.increase(UPGRADE_DELAY);
    }
    expect(await isMember(deployment, "COMPLIANCE", stranger.address)).to.equal(true);
  });

  it("simulates and sends nothing in a dry run", async () => {
    const deployment = await networkHelpers.loadFixture(local);
    const sender = silentSender(deployer, true);
    const grant = { role: "REGISTRAR", account: stranger.address } as const;

    const { steps } = await grantRole(deployment.suite, ethers.provider, { sender }, grant);

    expect(steps.map(({ status }) => status)).to.deep.equal(["simulated", "simulated"]);
    expect(await isMember(deployment, "REGISTRAR", stranger.address)).to.equal(false);
  });

  it("knows roles by their names only", () => {
    expect(parseRole("issuer")).to.equal("ISSUER");
    expect(() => parseRole("king")).to.throw('there is no role "king"');
  });
});

describe("role revoke", () => {
  it("takes an office and what goes with it", async () => {
    const deployment = await networkHelpers.loadFixture(local);
    const actor = { sender: silentSender(deployer) };
    const revocation = { role: "ISSUER", account: deployer.address } as const;

    const { steps } = await revokeRole(deployment.suite, await stateOf(deployment), actor, revocation);

    expect(steps.map(({ title }) => title)).to.deep.equal([
      `take ISSUER from ${deployer.address}`,
      `take ASSET_LIFE from ${deployer.address}`,
    ]);
    expect(await isMember(deployment, "ASSET_LIFE", deployer.address)).to.equal(false);
    const again = await revokeRole(deployment.suite, await stateOf(deployment), actor, revocation);
    expect(again).to.deep.equal({ standings: [], steps: [] });
  });

  it("announces first where the admin has a delay", async () => {
    const deployment = await networkHelpers.loadFixture(handedOver);
    const actor = { sender: silentSender(admin) };
    const revocation = { role: "REGISTRAR", account: registrar.address } as const;
    const run = async () => revokeRole(deployment.suite, await stateOf(deployment), actor, revocation);

    expect((await run()).standings.map(({ phase }) => phase)).to.deep.equal(["to announce", "to announce"]);
    await networkHelpers.time.increase(UPGRADE_DELAY);
    expect((await run()).standings.map(({ phase }) => phase)).to.deep.equal(["ready", "ready"]);
    expect(await isMember(deployment, "REGISTRAR", registrar.address)).to.equal(false);
  });

  it("does not dismiss the last admin", async () => {
    const deployment = await networkHelpers.loadFixture(handedOver);
    const revocation = { role: "ADMIN", account: admin.address } as const;

    const error = await failureOf(
      revokeRole(deployment.suite, await stateOf(deployment), { sender: silentSender(admin) }, revocation),
    );
    expect(error).to.have.property("exitCode", ExitCode.badInput);
    expect(error).to.have.property("message").that.contains("the last admin cannot be dismissed");
  });
});

describe("role list", () => {
  it("shows members with their delays, grants that have not begun, and what is announced", async () => {
    const deployment = await networkHelpers.loadFixture(handedOver);
    const { suite } = deployment;
    await networkHelpers.time.increase(5n * 86_400n);
    const actor = { sender: silentSender(admin) };
    const upgrader = { role: "UPGRADER", account: stranger.address } as const;
    await grantRole(suite, ethers.provider, actor, upgrader);
    await networkHelpers.time.increase(UPGRADE_DELAY);
    await grantRole(suite, ethers.provider, actor, upgrader);
    const since = BigInt(await networkHelpers.time.latest()) + UPGRADE_DELAY;
    await grantRole(suite, ethers.provider, actor, { role: "COMPLIANCE", account: stranger.address });

    const { members, roles, announced } = listAccess(await stateOf(deployment));
    const pending = members.filter((each) => each.isPending);
    expect(pending).to.deep.equal([
      {
        role: "UPGRADER",
        account: stranger.address,
        since,
        isPending: true,
        delaySeconds: UPGRADE_DELAY,
        pendingDelay: null,
      },
    ]);
    expect(members.find(({ role }) => role === "ADMIN")).to.deep.include({
      account: admin.address,
      delaySeconds: UPGRADE_DELAY,
      isPending: false,
    });
    expect(roles.find(({ role }) => role === "UPGRADER")).to.deep.equal({
      role: "UPGRADER",
      admin: "ADMIN",
      guardian: "GUARDIAN",
      grantDelaySeconds: UPGRADE_DELAY,
      pendingGrantDelay: null,
    });
    expect(announced.map(({ call, caller, isReady }) => [call, caller, isReady])).to.deep.equal([
      [`grantRole(COMPLIANCE, ${stranger.address}, 0)`, admin.address, false],
    ]);
  });

  it("shows a delay of grants before it begins", async () => {
    const { roles } = listAccess(await stateOf(await networkHelpers.loadFixture(handedOver)));

    const upgrader = roles.find(({ role }) => role === "UPGRADER");
    expect([upgrader?.grantDelaySeconds, upgrader?.pendingGrantDelay?.seconds]).to.deep.equal([0n, UPGRADE_DELAY]);
  });
});

function describeStandingOf(standing: Parameters<typeof describeStanding>[0] | undefined): string {
  if (standing === undefined) throw new Error("nothing is to be done");
  return describeStanding(standing, "for another");
}
