import { expect } from "chai";
import { network } from "hardhat";
import { ROLES, UPGRADE_DELAY } from "../../ignition/roles.ts";
import { deploySuite } from "../../sdk/deploy.ts";

// A public chain, as far as the deployment can tell: the deployer stays admin, with the delay.
const connection = await network.create({ override: { chainId: 11_155_111 } });
const { ethers, networkHelpers } = connection;

describe("handing over later (docs/guides/deploy.md)", () => {
  it("takes an announced grant, the multisig's own proof, and only then the deployer's renouncing", async () => {
    const { suite } = await deploySuite(connection);
    const { accessManager } = suite;
    const [deployer, multisig, registrar] = await ethers.getSigners();
    if (!deployer || !multisig || !registrar) throw new Error("too few accounts");
    const target = await accessManager.getAddress();
    const encode = accessManager.interface.encodeFunctionData.bind(accessManager.interface);
    // The delay of grants begins five days after the deployment; the longer way is the one to prove.
    await networkHelpers.time.increase(6n * 86_400n);

    const grant = encode("grantRole", [ROLES.ADMIN, multisig.address, UPGRADE_DELAY]);
    await expect(accessManager.grantRole(ROLES.ADMIN, multisig.address, UPGRADE_DELAY))
      .to.be.revertedWithCustomError(accessManager, "AccessManagerNotScheduled")
      .withArgs(await accessManager.hashOperation(deployer.address, target, grant));
    await accessManager.schedule(target, grant, 0);
    await networkHelpers.time.increase(UPGRADE_DELAY);
    await accessManager.execute(target, grant);
    expect((await accessManager.hasRole(ROLES.ADMIN, multisig.address)).isMember, "at once").to.equal(false);

    await networkHelpers.time.increase(UPGRADE_DELAY);
    expect(await accessManager.hasRole(ROLES.ADMIN, multisig.address)).to.deep.equal([true, UPGRADE_DELAY]);
    const step = encode("grantRole", [ROLES.REGISTRAR, registrar.address, 0n]);
    await accessManager.connect(multisig).schedule(target, step, 0);
    await networkHelpers.time.increase(UPGRADE_DELAY);
    await accessManager.connect(multisig).execute(target, step);
    expect((await accessManager.hasRole(ROLES.REGISTRAR, registrar.address)).isMember).to.equal(true);

    await accessManager.renounceRole(ROLES.ADMIN, deployer.address);
    expect((await accessManager.hasRole(ROLES.ADMIN, deployer.address)).isMember).to.equal(false);
    await expect(accessManager.schedule(target, grant, 0))
      .to.be.revertedWithCustomError(accessManager, "AccessManagerUnauthorizedCall")
      .withArgs(deployer.address, target, grant.slice(0, 10));
  });
});
