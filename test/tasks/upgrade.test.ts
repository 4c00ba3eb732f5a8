import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { keccak256 } from "ethers";
import { artifacts, network } from "hardhat";
import type { Artifact } from "hardhat/types/artifacts";
import { ROLES, UPGRADE_DELAY } from "../../ignition/roles.ts";
import { readAccess } from "../../sdk/access/read-access.ts";
import { type AddressBook, readAddressBook } from "../../sdk/addresses.ts";
import { deploySuite } from "../../sdk/deploy.ts";
import { ExitCode } from "../../sdk/errors.ts";
import type { Actor } from "../../tasks/lib/governed-call.ts";
import { checkContract } from "../../tasks/system/status.ts";
import type { CheckLayout } from "../../tasks/system/upgrade/check-layout.ts";
import { recordUpgrade, type UpgradeRequest, upgradeBook } from "../../tasks/system/upgrade.ts";
import { failureOf, silentSender } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const [deployer, admin, upgrader, stranger] = await ethers.getSigners();
if (!deployer || !admin || !upgrader || !stranger) throw new Error("the chain has too few accounts");

const ACCOUNTS = { admin: admin.address, roles: { UPGRADER: upgrader.address } };
const DEPLOYER = deployer.address;
const UPGRADER = upgrader;

/** As on a public chain, with an address book. */
async function handedOver() {
  const { suite, addresses } = await deploySuite(connection, ACCOUNTS);
  const contracts = Object.entries(addresses).map(async ([name, address]) => {
    const runtimeCodeHash = keccak256(await ethers.provider.getCode(address));
    return [name, { address, deployedAtBlock: 0, runtimeCodeHash }] as const;
  });
  const book: AddressBook = {
    chainId: 31337,
    name: "default",
    deployer: DEPLOYER,
    deployedAtBlock: 0,
    contracts: Object.fromEntries(await Promise.all(contracts)),
  };
  return { suite, addresses, book };
}

const next = await artifacts.readArtifact("MockNextAnchorRegistry");
const NEXT: UpgradeRequest = { name: "AnchorRegistry", artifact: next };

const rules = await artifacts.readArtifact("TransferRules");
const NEXT_RULES: UpgradeRequest = { name: "TransferRules", artifact: ofNextCompiler(rules) };

/** The same contract as the next compiler makes it: the version stands in the code. */
function ofNextCompiler({ bytecode, deployedBytecode, ...rest }: Artifact): Artifact {
  const next = (code: string) => code.replace(/64736f6c6343000825(?=000a$)/, "64736f6c6343000826");
  return { ...rest, bytecode: next(bytecode), deployedBytecode: next(deployedBytecode) };
}

/** One run of the task. */
async function run(
  { suite, addresses, book }: Awaited<ReturnType<typeof handedOver>>,
  request = NEXT,
  {
    actor,
    dryRun = false,
    checkLayout = async () => [],
  }: {
    readonly actor?: Actor;
    readonly dryRun?: boolean;
    readonly checkLayout?: CheckLayout;
  } = {},
) {
  const warnings: string[] = [];
  const { accessManager } = suite;
  const sender = silentSender(UPGRADER, dryRun);
  const state = await readAccess({ accessManager, addresses, provider: ethers.provider, fromBlock: 0 });
  const readArtifact = (name: string) => artifacts.readArtifact(name);
  const tools = { suite, book, ethers, state, sender, actor: actor ?? { sender }, checkLayout, readArtifact };
  return { ...(await upgradeBook({ ...tools, warn: (text) => warnings.push(text) }, request)), warnings };
}

describe("system upgrade", () => {
  it("deploys and announces, waits two days to the second, and then puts the new code in place", async () => {
    const world = await networkHelpers.loadFixture(handedOver);
    const registry = await ethers.getContractAt("MockNextAnchorRegistry", world.addresses["AnchorRegistry"] ?? "");

    const first = await run(world);
    expect(first.steps.map(({ title }) => title)).to.deep.equal([
      "deploy the new code of AnchorRegistry",
      `announce: put the code at ${first.implementation} behind AnchorRegistry`,
    ]);
    const readyAt = BigInt(await networkHelpers.time.latest()) + UPGRADE_DELAY;
    await networkHelpers.time.increaseTo(readyAt - 1n);
    const second = await run(world);
    expect([second.standing.phase, second.standing.readyAt, second.steps]).to.deep.equal(["announced", readyAt, []]);
    expect([second.implementation, second.isDone]).to.deep.equal([first.implementation, false]);

    await networkHelpers.time.increaseTo(readyAt);
    const third = await run(world);
    expect([third.standing.phase, third.steps.length, third.isDone]).to.deep.equal(["ready", 1, true]);
    expect(await registry.getFunction("generation")()).to.equal(2n);
  });

  it("refuses to go on when the book runs the code already", async () => {
    const world = await networkHelpers.loadFixture(handedOver);

    const artifact = await artifacts.readArtifact("AnchorRegistry");
    const error = await failureOf(run(world, { name: "AnchorRegistry", artifact }));

    expect(error).to.have.property("exitCode", ExitCode.badInput);
    expect(error).to.have.property("message", "AnchorRegistry runs this code already");
  });

  it("uses code that is deployed already, if it is the right one", async () => {
    const world = await networkHelpers.loadFixture(handedOver);
    const code = await ethers.deployContract("MockNextAnchorRegistry");
    const implementation = await code.getAddress();

    const { steps } = await run(world, { ...NEXT, implementation });
    expect(steps.map(({ title }) => title)).to.deep.equal([
      `announce: put the code at ${implementation} behind AnchorRegistry`,
    ]);

    const other = { ...NEXT, implementation: world.addresses["ShareTokenCode"] };
    await networkHelpers.loadFixture(handedOver);
    expect(await failureOf(run(world, other))).to.have.property(
      "message",
      `the code at ${other.implementation} is not that of AnchorRegistry as compiled here`,
    );
  });

  it("goes on with no other announced upgrade of the same book", async () => {
    const world = await networkHelpers.loadFixture(handedOver);
    const other = world.addresses["ShareTokenCode"] ?? "";
    const { anchorRegistry, accessManager } = world.suite;
    const data = anchorRegistry.interface.encodeFunctionData("upgradeToAndCall", [other, "0x"]);
    await accessManager.connect(upgrader).schedule(anchorRegistry, data, 0);

    expect(await failureOf(run(world))).to.have.property(
      "message",
      `another upgrade of AnchorRegistry is announced, to the code at ${other}`,
    );
  });

  it("upgrades books only", async () => {
    const world = await networkHelpers.loadFixture(handedOver);

    const error = await failureOf(run(world, { ...NEXT, name: "IncomeDesk" }));
    expect(error).to.have.property("message", "IncomeDesk is no book");
    expect(error).to.have.nested.property(
      "problem.todo",
      "use one of AnchorRegistry, DocumentAnchor, ImpactLog, InvestorRegistry, NavOracle, ShareToken, TransferRules",
    );
  });

  it("refuses who is no upgrader, before it deploys anything", async () => {
    const world = await networkHelpers.loadFixture(handedOver);
    const before = await ethers.provider.getBlockNumber();

    const error = await failureOf(run(world, NEXT, { actor: { sender: silentSender(stranger) } }));

    expect(error).to.have.property("exitCode", ExitCode.refused);
    expect(error).to.have.nested.property("problem.why", "it needs the role UPGRADER");
    expect(await ethers.provider.getBlockNumber()).to.equal(before);
  });

  it("deploys for a multisig and prints what that has to send", async () => {
    const world = await networkHelpers.loadFixture(handedOver);
    const { accessManager } = world.suite;
    const manager = await accessManager.getAddress();
    const grant = accessManager.interface.encodeFunctionData("grantRole", [
      ROLES.UPGRADER,
      stranger.address,
      UPGRADE_DELAY,
    ]);
    await accessManager.connect(admin).schedule(manager, grant, 0);
    await networkHelpers.time.increase(UPGRADE_DELAY);
    await accessManager.connect(admin).execute(manager, grant);
    const actor = { by: stranger.address };

    const announcing = await run(world, NEXT, { actor });
    expect(announcing.steps.map(({ title }) => title)).to.deep.equal(["deploy the new code of AnchorRegistry"]);
    expect([announcing.standing.phase, announcing.standing.next?.to]).to.deep.equal(["to announce", manager]);
    await stranger.sendTransaction({ to: manager, data: announcing.standing.next?.data ?? "" });
    await networkHelpers.time.increase(UPGRADE_DELAY);

    const doing = await run(world, NEXT, { actor });
    expect([doing.standing.phase, doing.steps, doing.implementation]).to.deep.equal([
      "ready",
      [],
      announcing.implementation,
    ]);
    await expect(stranger.sendTransaction({ to: manager, data: doing.standing.next?.data ?? "" })).to.emit(
      world.suite.anchorRegistry,
      "Upgraded",
    );
  });

  it("changes nothing in a dry run", async () => {
    const world = await networkHelpers.loadFixture(handedOver);
    const before = await ethers.provider.getBlockNumber();

    const { steps, isDone } = await run(world, NEXT, { dryRun: true });

    expect(steps.map(({ status }) => status)).to.deep.equal(["simulated", "depends on an earlier step"]);
    expect([await ethers.provider.getBlockNumber(), isDone]).to.deep.equal([before, false]);
  });

  it("refuses code that would read the storage wrongly, and warns where nobody compared it", async () => {
    const world = await networkHelpers.loadFixture(handedOver);

    const checkLayout = async () => ["slot 3: uint256 became address"];
    const error = await failureOf(run(world, NEXT, { checkLayout }));
    expect(error).to.have.property("exitCode", ExitCode.checkFailed);
    expect(error).to.have.nested.property("problem.details").that.deep.equals(["slot 3: uint256 became address"]);

    const { warnings } = await run(world, NEXT, { checkLayout: async () => undefined });
    expect(warnings.join()).to.contain("nobody compared the storage");
  });

  describe("with libraries", () => {
    it("deploys the new code linked to those that did not change, and knows it again", async () => {
      const world = await networkHelpers.loadFixture(handedOver);
      const { RuleExplainer } = world.addresses;

      const first = await run(world, NEXT_RULES);
      expect(first.steps.map(({ title }) => title)).to.deep.equal([
        "deploy the new code of TransferRules",
        `announce: put the code at ${first.implementation} behind TransferRules`,
      ]);
      expect(first.libraries).to.deep.equal({ RuleExplainer });
      await networkHelpers.time.increase(UPGRADE_DELAY);
      const second = await run(world, NEXT_RULES);

      expect([second.steps.length, second.isDone]).to.deep.equal([1, true]);
      expect([second.implementation, second.libraries]).to.deep.equal([first.implementation, { RuleExplainer }]);
      expect(await world.suite.transferRules.messageForTransferRestriction(0n, 0n)).to.not.equal("");
    });

    it("deploys before it those that changed, and enters them in the address book", async () => {
      const folder = await mkdtemp(join(tmpdir(), "moiety-upgrade-"));
      const world = await networkHelpers.loadFixture(handedOver);
      const { RuleExplainer: _, ...others } = world.book.contracts;
      const before = { ...world, book: { ...world.book, contracts: others } };

      const first = await run(before, NEXT_RULES);
      expect(first.steps.map(({ title, status }) => [title, status])).to.deep.equal([
        ["deploy the library RuleExplainer", "sent"],
        ["deploy the new code of TransferRules", "sent"],
        [`announce: put the code at ${first.implementation} behind TransferRules`, "sent"],
      ]);
      await networkHelpers.time.increase(UPGRADE_DELAY);
      await recordUpgrade(before.book, "TransferRules", await run(before, NEXT_RULES), ethers.provider, folder);

      const book = await readAddressBook(31337, "default", folder);
      expect(book.contracts["RuleExplainer"]?.address).to.equal(first.libraries["RuleExplainer"]);
      expect(book.contracts["RuleExplainer"]?.address).to.not.equal(world.addresses["RuleExplainer"]);
      for (const name of ["TransferRules", "TransferRulesCode", "RuleExplainer"]) {
        expect((await checkContract(name, book, ethers.provider)).problem).to.equal(null);
      }
      await rm(folder, { recursive: true });
    });

    it("does not take the right code linked to the wrong library", async () => {
      const world = await networkHelpers.loadFixture(handedOver);
      const wrong = await ethers.deployContract("PermitLib");
      const libraries = { RuleExplainer: await wrong.getAddress() };
      const code = await (await ethers.getContractFactoryFromArtifact(NEXT_RULES.artifact, { libraries })).deploy();

      const request = { ...NEXT_RULES, implementation: await code.getAddress() };
      expect(await failureOf(run(world, request))).to.have.property(
        "message",
        `the code at ${request.implementation} is not that of TransferRules as compiled here`,
      );
    });
  });

  it("sends a call to the new code along", async () => {
    const world = await networkHelpers.loadFixture(handedOver);
    const call = ethers.id("generation()").slice(0, 10);

    const { standing } = await run(world, { ...NEXT, call });

    expect(standing.data).to.contain(call.slice(2));
  });

  it("keeps the address book in step", async () => {
    const folder = await mkdtemp(join(tmpdir(), "moiety-upgrade-"));
    const world = await networkHelpers.loadFixture(handedOver);
    await run(world);
    await networkHelpers.time.increase(UPGRADE_DELAY);
    const upgrade = await run(world);

    expect((await checkContract("AnchorRegistry", world.book, ethers.provider)).problem).to.contain(
      "it runs the code at",
    );
    await recordUpgrade(world.book, "AnchorRegistry", upgrade, ethers.provider, folder);
    const book = await readAddressBook(31337, "default", folder);
    for (const name of ["AnchorRegistry", "AnchorRegistryCode"]) {
      expect((await checkContract(name, book, ethers.provider)).problem).to.equal(null);
    }
    await rm(folder, { recursive: true });
  });
});
