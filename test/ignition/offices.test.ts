import { expect } from "chai";
import type { ContractTransactionResponse, Signer } from "ethers";
import { network } from "hardhat";
import { OFFICES, ROLES, type RoleName, UPGRADE_DELAY } from "../../ignition/roles.ts";
import { roleNames } from "../../ignition/selectors.ts";
import { proposalId } from "../../sdk/proposal.ts";
import { taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { sold } = taskWorld(connection);

type World = Awaited<ReturnType<typeof proposed>>;

/** The role of an admin without delay and of an upgrader are tried by themselves. */
const OTHERS = roleNames().filter((name) => name !== "UPGRADER" && name !== "ADMIN" && name !== "INCOME_DESK");

const PROPOSAL = {
  legalHash: ethers.id("deed"),
  evidenceHash: ethers.id("photographs"),
  checklistHash: ethers.id("checklist"),
  metadata: ethers.AbiCoder.defaultAbiCoder().encode(
    ["bytes32", "bytes32", "uint64", "uint64", "bytes", "bytes"],
    [ethers.id("real-estate"), ethers.id("US-DE"), 1n, 4_000_000_000n, "0x75", "0x"],
  ),
};

/** All shares of asset 1 are sold, and the issuer has proposed another asset. */
async function proposed() {
  const world = await sold();
  await world.suite.selectionDesk.propose(PROPOSAL);
  return world;
}

/** Something that a member of the role can do, again and again. */
function use(world: World, role: RoleName, as: Signer): Promise<ContractTransactionResponse> {
  const { suite, alice, stranger } = world;
  const shares = suite.shareToken.connect(as);
  switch (role) {
    case "ISSUER":
      return suite.custodyDesk.connect(as).setInspector(1n, stranger.address, true);
    case "REGISTRAR":
      return shares.setFrozenTokens(alice.address, 1n, 5n);
    case "COMPLIANCE":
      return suite.settlementDesk.connect(as).allowCurrency(suite.testDollar, 1n);
    case "PAYING_AGENT":
      return shares.openRecord(1n, 4_000_000_000n);
    case "SETTLEMENT_OPERATOR":
      return suite.settlementDesk.connect(as).openBatch(HEADER);
    case "GUARDIAN":
      return shares.pause();
    case "REVIEWER":
      return suite.selectionDesk.connect(as).review(proposalId(PROPOSAL), true, ethers.id("report"));
    case "RECORDER":
      return recordFreeze(world, as);
    case "SELECTION_DESK":
      return suite.anchorRegistry
        .connect(as)
        .registerAnchor(PROPOSAL.legalHash, PROPOSAL.evidenceHash, PROPOSAL.metadata);
    case "OFFERING_DESK":
      // All shares are sold; the question who mints comes first even for none.
      return shares.mint(alice.address, 1n, 0n, "0x");
    case "ASSET_LIFE":
      return shares.setAssetState(1n, 4n);
    case "SETTLEMENT_DESK":
      return shares.settleNet(1n, [], []);
    case "LOCKER":
      return shares.lock(alice.address, 1n, 1n);
    default:
      return shares.burn(alice.address, 1n, 1n);
  }
}

async function recordFreeze({ suite }: World, as: Signer): Promise<ContractTransactionResponse> {
  const now = await networkHelpers.time.latest();
  return suite.complianceLog
    .connect(as)
    .recordEvent(
      ethers.id("asset 1"),
      ethers.id("SUBJECT_TYPE:ASSET"),
      ethers.id("EVENT:FREEZE"),
      ethers.id("OUTCOME:EXECUTED"),
      ethers.id("AUTHORITY:COURT_ORDER:V1"),
      [],
      ethers.id("order 12/2026"),
      "ipfs://order",
      ethers.ZeroHash,
      "0x",
      ethers.ZeroHash,
      now,
      ethers.MaxUint256,
    );
}

const HEADER = {
  number: 1n,
  mode: 0n,
  time: 1n,
  openingBlock: 1n,
  instructionCount: 1n,
  chunkCount: 1n,
  chunksRoot: ethers.id("chunks"),
  positionsRoot: ethers.id("positions"),
  fileHash: ethers.id("file"),
};

describe("an office (P41): granted, used, revoked, and of no more use", () => {
  for (const role of OTHERS) {
    it(`of ${role}`, async () => {
      const world = await networkHelpers.loadFixture(proposed);
      const { accessManager, shareToken } = world.suite;
      const { stranger } = world;
      const isRefused = async () => {
        const call = use(world, role, stranger);
        await expect(call).to.be.revertedWithCustomError(shareToken, "AccessManagedUnauthorized").withArgs(stranger);
      };

      await isRefused();
      await accessManager.grantRole(ROLES[role], stranger.address, 0n);
      const snapshot = await networkHelpers.takeSnapshot();
      await (await use(world, role, stranger)).wait();
      await snapshot.restore();
      await accessManager.revokeRole(ROLES[role], stranger.address);
      await isRefused();
    });
  }

  it("of ADMIN, who can grant nothing more, and whose announcements are worth nothing", async () => {
    const { suite, stranger } = await networkHelpers.loadFixture(sold);
    const { accessManager } = suite;
    const manager = await accessManager.getAddress();
    const asAdmin = accessManager.connect(stranger);
    const grant = accessManager.interface.encodeFunctionData("grantRole", [ROLES.ISSUER, stranger.address, 0n]);

    await accessManager.grantRole(ROLES.ADMIN, stranger.address, UPGRADE_DELAY);
    await asAdmin.schedule(manager, grant, 0);
    await networkHelpers.time.increase(UPGRADE_DELAY);
    const snapshot = await networkHelpers.takeSnapshot();
    await asAdmin.execute(manager, grant);
    await snapshot.restore();

    await accessManager.revokeRole(ROLES.ADMIN, stranger.address);
    for (const attempt of [() => asAdmin.execute(manager, grant), () => asAdmin.schedule(manager, grant, 0)]) {
      await expect(attempt())
        .to.be.revertedWithCustomError(accessManager, "AccessManagerUnauthorizedCall")
        .withArgs(stranger.address, manager, grant.slice(0, 10));
    }
    await expect(asAdmin.grantRole(ROLES.ISSUER, stranger.address, 0n))
      .to.be.revertedWithCustomError(accessManager, "AccessManagerUnauthorizedAccount")
      .withArgs(stranger.address, ROLES.ADMIN);
  });

  it("of UPGRADER, whose announced upgrade dies with it", async () => {
    const { suite, addresses, stranger } = await networkHelpers.loadFixture(sold);
    const { accessManager, shareToken } = suite;
    const token = await shareToken.getAddress();
    const asUpgrader = accessManager.connect(stranger);
    const code = addresses["ShareTokenCode"] ?? "";
    const upgrade = shareToken.interface.encodeFunctionData("upgradeToAndCall", [code, "0x"]);

    await accessManager.grantRole(ROLES.UPGRADER, stranger.address, UPGRADE_DELAY);
    await asUpgrader.schedule(token, upgrade, 0);
    await networkHelpers.time.increase(UPGRADE_DELAY);
    const snapshot = await networkHelpers.takeSnapshot();
    await asUpgrader.execute(token, upgrade);
    await snapshot.restore();

    await accessManager.revokeRole(ROLES.UPGRADER, stranger.address);
    for (const attempt of [() => asUpgrader.execute(token, upgrade), () => asUpgrader.schedule(token, upgrade, 0)]) {
      await expect(attempt())
        .to.be.revertedWithCustomError(accessManager, "AccessManagerUnauthorizedCall")
        .withArgs(stranger.address, token, upgrade.slice(0, 10));
    }
    await expect(shareToken.connect(stranger).upgradeToAndCall(code, "0x"))
      .to.be.revertedWithCustomError(shareToken, "AccessManagedUnauthorized")
      .withArgs(stranger);
  });

  it("of an admin with a delay, who yet calls off at once what others announced", async () => {
    const { suite, addresses, operator, stranger } = await networkHelpers.loadFixture(sold);
    const { accessManager, shareToken } = suite;
    const code = addresses["ShareTokenCode"] ?? "";
    const upgrade = shareToken.interface.encodeFunctionData("upgradeToAndCall", [code, "0x"]);
    await accessManager.schedule(shareToken, upgrade, 0);
    await accessManager.grantRole(ROLES.ADMIN, stranger.address, UPGRADE_DELAY);

    await expect(accessManager.connect(stranger).cancel(operator.address, shareToken, upgrade)).to.emit(
      accessManager,
      "OperationCanceled",
    );
  });

  it("of the issuer, with whom the life of assets has to be taken, too", async () => {
    const { suite, stranger } = await networkHelpers.loadFixture(sold);
    const { accessManager, shareToken } = suite;
    for (const role of [ROLES.ISSUER, ROLES.ASSET_LIFE]) await accessManager.grantRole(role, stranger.address, 0n);

    await accessManager.revokeRole(ROLES.ISSUER, stranger.address);
    await (await shareToken.connect(stranger).setAssetState(1n, 4n)).wait();
    await accessManager.revokeRole(ROLES.ASSET_LIFE, stranger.address);
    await expect(shareToken.connect(stranger).setAssetState(1n, 3n))
      .to.be.revertedWithCustomError(shareToken, "AccessManagedUnauthorized")
      .withArgs(stranger);
  });

  it("is tried for every office there is", () => {
    expect([...OTHERS, "ADMIN", "UPGRADER"]).to.include.members(["ADMIN", ...OFFICES]);
  });
});
