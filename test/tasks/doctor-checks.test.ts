import { expect } from "chai";
import { artifacts, network } from "hardhat";
import { ROLES } from "../../ignition/roles.ts";
import type { AddressBook } from "../../sdk/addresses.ts";
import { checkAccounts } from "../../tasks/system/doctor/check-accounts.ts";
import { checkCode } from "../../tasks/system/doctor/check-code.ts";
import { checkDates } from "../../tasks/system/doctor/check-dates.ts";
import type { Finding } from "../../tasks/system/doctor/finding.ts";
import { SettlementDisputes__factory } from "../../typechain-types/index.ts";
import { planBatch } from "../helpers/batch.ts";
import { taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;
const { deployed, backed } = taskWorld(connection);
const DAY = 86_400;

type World = Awaited<ReturnType<typeof deployed>>;

async function bookOf({ addresses, operator }: World, chainId = 31337): Promise<AddressBook> {
  const entries = Object.entries(addresses).map(async ([name, address]) => {
    const runtimeCodeHash = ethers.keccak256(await provider.getCode(address));
    return [name, { address, deployedAtBlock: 0, runtimeCodeHash }] as const;
  });
  const contracts = Object.fromEntries(await Promise.all(entries));
  return { chainId, name: "test", deployer: operator.address, deployedAtBlock: 0, contracts };
}

async function accountsOf(world: World, chainId?: number): Promise<Finding[]> {
  const book = await bookOf(world, chainId);
  return unhealthy(await checkAccounts({ suite: world.suite, book, provider, signers: [world.operator] }));
}

async function datesOf(world: World, days = 30n): Promise<Finding[]> {
  return unhealthy(await checkDates({ suite: world.suite, book: await bookOf(world), provider, days }));
}

function unhealthy(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ level }) => level !== "ok");
}

const linesOf = (findings: readonly Finding[]) =>
  findings.map(({ level, about, said }) => `${level} ${about}: ${said}`);

describe("system doctor", () => {
  describe("accounts", () => {
    it("finds nothing on a fresh deployment", async () => {
      expect(await accountsOf(await networkHelpers.loadFixture(deployed))).to.deep.equal([]);
    });

    it("warns of an office that nobody has", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      await world.suite.accessManager.revokeRole(ROLES.REGISTRAR, world.operator.address);

      expect(linesOf(await accountsOf(world))).to.deep.equal(["warning Roles: nobody is REGISTRAR"]);
    });

    it("warns of a deployer who is still the admin, where that matters, and says that he can do anything at once", async () => {
      const world = await networkHelpers.loadFixture(deployed);

      const [admin, way, ...others] = linesOf(await accountsOf(world, 1));
      expect([admin, others]).to.deep.equal(["warning Roles: the deployer is still the admin", []]);
      expect(way)
        .to.match(/^problem Ways to power: the shortest takes 0 s/)
        .and.to.contain(world.operator.address);
    });

    it("warns of a paused register and of a closed contract", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      await world.suite.shareToken.pause();
      await world.suite.accessManager.setTargetClosed(await world.suite.incomeDesk.getAddress(), true);

      expect(linesOf(await accountsOf(world))).to.deep.equal([
        "warning Pauses: the register is paused: no share moves",
        "warning Pauses: IncomeDesk is closed to every role",
      ]);
    });

    it("says when no proof stops the settlement desk any more, and when one has", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      const { accessManager, settlementDesk, settlementDisputes } = world.suite;
      const judge = await settlementDisputes.getAddress();

      await settlementDesk.pause();
      expect(linesOf(await accountsOf(world))).to.deep.equal([
        "warning Pauses: the settlement desk is paused: nothing settles there",
      ]);
      await settlementDesk.resume();
      const stopsNothing = [
        "problem Disputes: SettlementDisputes may not pause the settlement desk at once: whoever proves a chunk wrong stops nothing",
      ];
      await accessManager.revokeRole(ROLES.GUARDIAN, judge);
      expect(linesOf(await accountsOf(world))).to.deep.equal(stopsNothing);
      await accessManager.grantRole(ROLES.GUARDIAN, judge, 60n);
      expect(linesOf(await accountsOf(world))).to.deep.equal(stopsNothing);
      await accessManager.grantRole(ROLES.GUARDIAN, judge, 0n);
      await networkHelpers.time.increase(30 * DAY);
      expect(linesOf(await accountsOf(world))).to.deep.equal([]);
    });

    it("says when disputes are about another desk", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      const { suite, operator } = world;
      const incomeDesk = await suite.incomeDesk.getAddress();
      const another = await ethers.deployContract("SettlementDisputes", [incomeDesk]);
      await suite.accessManager.grantRole(ROLES.GUARDIAN, another, 0n);
      const settlementDisputes = SettlementDisputes__factory.connect(await another.getAddress(), operator);

      expect(linesOf(await accountsOf({ ...world, suite: { ...suite, settlementDisputes } }))).to.deep.equal([
        `problem Disputes: SettlementDisputes judges another desk, ${incomeDesk}: no proof stops this one`,
      ]);
    });

    it("warns of little ether, and finds that none is a problem", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      const before = await provider.getBalance(world.operator.address);
      await networkHelpers.setBalance(world.operator.address, 1n);
      const little = await accountsOf(world);
      await networkHelpers.setBalance(world.operator.address, 0n);
      const none = await accountsOf(world);
      await networkHelpers.setBalance(world.operator.address, before); // the next fixture is built on this state

      expect([little, none].map(([finding]) => finding?.level)).to.deep.equal(["warning", "problem"]);
    });
  });

  describe("dates", () => {
    it("knows the last second of an attestation from the first after it", async () => {
      const world = await networkHelpers.loadFixture(backed);
      const { expiresAt } = await world.suite.custodyDesk.attestationOf(1n, 0n);

      await networkHelpers.time.increaseTo(expiresAt);
      expect((await datesOf(world)).map(({ level }) => level)).to.deep.equal(["warning"]);
      await networkHelpers.time.increaseTo(expiresAt + 1n);
      expect((await datesOf(world)).map(({ level }) => level)).to.deep.equal(["problem"]);
    });

    it("warns exactly so many days before", async () => {
      const world = await networkHelpers.loadFixture(backed);
      const { expiresAt } = await world.suite.custodyDesk.attestationOf(1n, 0n);

      await networkHelpers.time.increaseTo(expiresAt - 30n * BigInt(DAY) - 1n);
      expect(await datesOf(world)).to.deep.equal([]);
      await networkHelpers.mine();
      expect((await datesOf(world)).map(({ level }) => level)).to.deep.equal(["warning"]);
    });

    it("finds an anchor that was ended, and one that has lapsed", async () => {
      const world = await networkHelpers.loadFixture(backed);
      const { anchorRegistry, shareToken } = world.suite;
      const anchorId = await shareToken.anchorIdOf(1n);
      const { expiresAt } = await anchorRegistry.getMetadata(anchorId);
      await networkHelpers.time.increaseTo(expiresAt + 1n);
      expect(linesOf(await datesOf(world)).filter((line) => line.includes("anchor"))).to.deep.equal([
        `problem Asset 1: its anchor ended with ${new Date(Number(expiresAt) * 1000).toISOString().replace(".000", "")}`,
      ]);

      const other = await networkHelpers.loadFixture(backed);
      await anchorRegistry.deactivateAnchor(anchorId, ethers.id("sold"));
      expect(linesOf(await datesOf(other))).to.deep.equal(["problem Asset 1: its anchor is not active"]);
    });

    it("finds a batch that is open for more than a day", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      const { settlementDesk } = world.suite;
      await openBatch(world);
      const { openedAt } = await settlementDesk.batchOf(1n);

      await networkHelpers.time.increaseTo(openedAt + BigInt(DAY));
      expect(await datesOf(world)).to.deep.equal([]);
      await networkHelpers.mine();
      const [finding] = await datesOf(world);
      expect([finding?.level, finding?.about]).to.deep.equal(["problem", "Batches"]);
      expect(finding?.said).to.contain("with 0 of 1 chunks settled");
    });
  });

  describe("code", () => {
    it("warns where the sources here are not those of the deployment, whatever the immutables", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      expect(unhealthy(await checkCode(await bookOf(world), provider, artifacts))).to.deep.equal([]);

      const other = await provider.getCode(world.addresses["CountryRule"] ?? "");
      await networkHelpers.setCode(world.addresses["InvestorClassRule"] ?? "", other);
      const found = unhealthy(await checkCode(await bookOf(world), provider, artifacts));
      expect(found.map(({ level, about }) => `${level} ${about}`)).to.deep.equal(["warning InvestorClassRule"]);
    });

    it("looks at the code of libraries as well, and warns of whatever is linked to another", async () => {
      const world = await networkHelpers.loadFixture(deployed);
      const other = await provider.getCode(world.addresses["CountryRule"] ?? "");
      await networkHelpers.setCode(world.addresses["PermitLib"] ?? "", other);

      const found = unhealthy(await checkCode(await bookOf(world), provider, artifacts));
      expect(found.map(({ level, about }) => `${level} ${about}`)).to.have.members([
        "warning PermitLib",
        "warning ShareTokenCode",
      ]);
    });
  });
});

/** A batch of one chunk that moves nothing. */
async function openBatch({ suite }: World): Promise<void> {
  const currency = await suite.testDollar.getAddress();
  const vector = { currency, assets: [], accounts: [], shares: [] };
  const { header } = planBatch(1n, [vector]);
  const block = await provider.getBlock("latest");
  await suite.settlementDesk.openBatch({ ...header, time: BigInt(block?.timestamp ?? 0), openingBlock: 1n });
}
