import { expect } from "chai";
import { network } from "hardhat";
import { ROLES, SLOW_ROLES, UPGRADE_DELAY } from "../../ignition/roles.ts";
import { contractNames } from "../../ignition/selectors.ts";
import { deploySuite } from "../../sdk/deploy.ts";
import { warningsOf } from "../../tasks/system/deploy.ts";
import { deployedSuite } from "../helpers/suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const FIVE_DAYS = 5n * 86_400n;
const [deployer, admin, registrar, stranger] = await ethers.getSigners();
if (deployer === undefined || admin === undefined || registrar === undefined || stranger === undefined) {
  throw new Error("the chain has too few accounts");
}

const suite = () => deployedSuite(connection);
const suiteOfMultisig = () =>
  deploySuite(connection, { admin: admin.address, roles: { REGISTRAR: registrar.address } });

describe("Suite", () => {
  describe("wiring", () => {
    it("tells the books and desks of each other", async () => {
      const { suite: contracts } = await networkHelpers.loadFixture(suite);
      const token = await contracts.shareToken.getAddress();

      expect(await contracts.shareToken.anchorRegistry()).to.equal(await contracts.anchorRegistry.getAddress());
      expect(await contracts.shareToken.investors()).to.equal(await contracts.investorRegistry.getAddress());
      expect(await contracts.shareToken.rules()).to.equal(await contracts.transferRules.getAddress());
      expect(await contracts.settlementDesk.shares()).to.equal(token);
      for (const desk of [contracts.offeringDesk, contracts.settlementDesk]) {
        expect(await desk.priceGuard()).to.equal(await contracts.navOracle.getAddress());
      }
    });

    it("sets the token of the rules for good", async () => {
      const { suite: contracts } = await networkHelpers.loadFixture(suite);

      await expect(contracts.transferRules.setShares(stranger.address))
        .to.be.revertedWithCustomError(contracts.transferRules, "TransferRulesSharesSet")
        .withArgs(await contracts.shareToken.getAddress());
    });

    it("marks the desks as protocol addresses", async () => {
      const { suite: contracts } = await networkHelpers.loadFixture(suite);

      for (const desk of [contracts.offeringDesk, contracts.incomeDesk, contracts.settlementDesk]) {
        expect((await contracts.investorRegistry.profileOf(await desk.getAddress())).flags).to.equal(8n);
      }
    });

    it("leaves no book open to be initialised again", async () => {
      const { suite: contracts } = await networkHelpers.loadFixture(suite);
      const { investorRegistry, navOracle, impactLog } = contracts;

      await expect(investorRegistry.initialize(stranger.address)).to.be.revertedWithCustomError(
        investorRegistry,
        "InvalidInitialization",
      );
      for (const book of [navOracle, impactLog]) {
        await expect(book.initialize(stranger.address, stranger.address)).to.be.revertedWithCustomError(
          book,
          "InvalidInitialization",
        );
      }
    });
  });

  describe("accounts", () => {
    it("gives every office to the deployer by default", async () => {
      const { suite: contracts, deployer: account } = await networkHelpers.loadFixture(suite);

      const { isMember } = await contracts.accessManager.hasRole(ROLES.REGISTRAR, account);
      expect(isMember).to.equal(true);
    });

    it("gives an office to the account that is named for it, and to nobody else", async () => {
      const { suite: contracts } = await networkHelpers.loadFixture(suiteOfMultisig);

      expect((await contracts.accessManager.hasRole(ROLES.REGISTRAR, registrar.address)).isMember).to.equal(true);
      expect((await contracts.accessManager.hasRole(ROLES.REGISTRAR, deployer.address)).isMember).to.equal(false);
    });

    it("leaves upgrades and pauses to the admin that takes over", async () => {
      const { suite: contracts } = await networkHelpers.loadFixture(suiteOfMultisig);

      expect((await contracts.accessManager.hasRole(ROLES.UPGRADER, admin.address)).isMember).to.equal(true);
      expect((await contracts.accessManager.hasRole(ROLES.GUARDIAN, admin.address)).isMember).to.equal(true);
      expect((await contracts.accessManager.hasRole(ROLES.UPGRADER, deployer.address)).isMember).to.equal(false);
    });
  });

  describe("the way to new code takes two days (D8)", () => {
    it("leaves the deployer without the admin role", async () => {
      const { suite: contracts } = await networkHelpers.loadFixture(suiteOfMultisig);

      expect((await contracts.accessManager.hasRole(ROLES.ADMIN, deployer.address)).isMember).to.equal(false);
      await expect(contracts.accessManager.grantRole(ROLES.UPGRADER, deployer.address, 0))
        .to.be.revertedWithCustomError(contracts.accessManager, "AccessManagerUnauthorizedAccount")
        .withArgs(deployer.address, ROLES.ADMIN);
    });

    it("makes the admin wait for everything he does", async () => {
      const { suite: contracts } = await networkHelpers.loadFixture(suiteOfMultisig);
      const { isMember, executionDelay } = await contracts.accessManager.hasRole(ROLES.ADMIN, admin.address);

      expect([isMember, executionDelay]).to.deep.equal([true, UPGRADE_DELAY]);
      const grant = contracts.accessManager.interface.encodeFunctionData("grantRole", [
        ROLES.UPGRADER,
        stranger.address,
        0,
      ]);
      const manager = await contracts.accessManager.getAddress();
      await expect(contracts.accessManager.connect(admin).grantRole(ROLES.UPGRADER, stranger.address, 0))
        .to.be.revertedWithCustomError(contracts.accessManager, "AccessManagerNotScheduled")
        .withArgs(await contracts.accessManager.hashOperation(admin.address, manager, grant));
    });

    it("lets the upgrader upgrade two days after he announced it, and not a second sooner", async () => {
      const { suite: contracts, addresses } = await networkHelpers.loadFixture(suite);
      const { accessManager, shareToken } = contracts;
      const upgrade = shareToken.interface.encodeFunctionData("upgradeToAndCall", [
        addresses["ShareTokenCode"] ?? "",
        "0x",
      ]);
      const token = await shareToken.getAddress();

      await accessManager.schedule(token, upgrade, 0);
      const announced = BigInt(await networkHelpers.time.latest());
      await networkHelpers.time.setNextBlockTimestamp(announced + UPGRADE_DELAY - 1n);
      await expect(accessManager.execute(token, upgrade))
        .to.be.revertedWithCustomError(accessManager, "AccessManagerNotReady")
        .withArgs(await accessManager.hashOperation(deployer.address, token, upgrade));
      await networkHelpers.time.setNextBlockTimestamp(announced + UPGRADE_DELAY);
      await expect(accessManager.execute(token, upgrade)).to.emit(shareToken, "Upgraded");
    });

    it("lets the guardian call off what the upgrader announced", async () => {
      const { suite: contracts, addresses } = await networkHelpers.loadFixture(suite);
      const { accessManager, shareToken } = contracts;
      await accessManager.grantRole(ROLES.GUARDIAN, stranger.address, 0);
      const upgrade = shareToken.interface.encodeFunctionData("upgradeToAndCall", [
        addresses["ShareTokenCode"] ?? "",
        "0x",
      ]);
      const token = await shareToken.getAddress();
      await accessManager.schedule(token, upgrade, 0);

      await expect(accessManager.connect(stranger).cancel(deployer.address, token, upgrade)).to.emit(
        accessManager,
        "OperationCanceled",
      );
    });

    it("delays new members of every role that runs code, and new rights over every contract", async () => {
      const { suite: contracts, addresses } = await networkHelpers.loadFixture(suite);
      await networkHelpers.time.increase(FIVE_DAYS);

      for (const role of SLOW_ROLES) {
        expect(await contracts.accessManager.getRoleGrantDelay(ROLES[role]), role).to.equal(UPGRADE_DELAY);
      }
      for (const contract of contractNames()) {
        const delay = await contracts.accessManager.getTargetAdminDelay(addresses[contract] ?? "");
        expect(delay, contract).to.equal(UPGRADE_DELAY);
      }
    });

    it("lets a new upgrader begin only two days after the grant", async () => {
      const { suite: contracts } = await networkHelpers.loadFixture(suite);
      await networkHelpers.time.increase(FIVE_DAYS);

      await contracts.accessManager.grantRole(ROLES.UPGRADER, stranger.address, 0);
      await networkHelpers.time.increase(UPGRADE_DELAY - 1n);
      expect((await contracts.accessManager.hasRole(ROLES.UPGRADER, stranger.address)).isMember).to.equal(false);
      await networkHelpers.time.increase(1n);
      expect((await contracts.accessManager.hasRole(ROLES.UPGRADER, stranger.address)).isMember).to.equal(true);
    });
  });
});

describe("Suite on a public chain", () => {
  it("leaves a deployer without a multisig as an admin who has to wait", async () => {
    const publicChain = await network.create({ override: { chainId: 11155111 } });
    const { suite: contracts, deployer: account, addresses } = await deploySuite(publicChain);

    const { isMember, executionDelay } = await contracts.accessManager.hasRole(ROLES.ADMIN, account);
    expect([isMember, executionDelay]).to.deep.equal([true, UPGRADE_DELAY]);
    expect(addresses).not.to.have.property("TestDollar");
  });

  it("hands the admin role, with its delay, to the multisig and takes it from the deployer", async () => {
    const publicChain = await network.create({ override: { chainId: 11155111 } });
    const {
      suite: contracts,
      deployer: account,
      admin: inCharge,
    } = await deploySuite(publicChain, { admin: admin.address });

    expect(inCharge).to.equal(admin.address);
    expect((await contracts.accessManager.hasRole(ROLES.ADMIN, account)).isMember).to.equal(false);
    expect((await contracts.accessManager.hasRole(ROLES.ADMIN, admin.address)).executionDelay).to.equal(UPGRADE_DELAY);
  });

  it("warns of the offices that the deployer keeps, because nobody else was named for them", async () => {
    const publicChain = await network.create({ override: { chainId: 11155111 } });
    const parameters = { admin: admin.address, roles: { ISSUER: registrar.address, REGISTRAR: registrar.address } };
    const deployment = await deploySuite(publicChain, parameters);

    expect(warningsOf(deployment, parameters)).to.deep.equal([
      "the deployer keeps COMPLIANCE, PAYING_AGENT, SETTLEMENT_OPERATOR: the parameters name nobody else for it",
    ]);
  });
});
