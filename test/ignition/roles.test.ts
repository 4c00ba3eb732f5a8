import { expect } from "chai";
import { FunctionFragment, type ParamType, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { OPEN, ROLES } from "../../ignition/roles.ts";
import { contractNames, INTERFACES, listGrants } from "../../ignition/selectors.ts";
import { deployedSuite } from "../helpers/suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const suite = () => deployedSuite(connection);

/** Every function of a contract that may change state. */
function changing(contract: (typeof INTERFACES)[keyof typeof INTERFACES]): FunctionFragment[] {
  return contract.fragments.filter(FunctionFragment.isFragment).filter(({ constant }) => !constant);
}

// `closeBatch` looks for an open batch before it asks who calls; the settlement desk's own test knows the stranger there.

/** The simplest value of a type: enough for a call to reach the question who calls. */
function blank(type: ParamType): unknown {
  if (type.arrayChildren !== null) return [];
  if (type.components !== null) return type.components.map(blank);
  if (type.baseType === "address") return ZeroAddress;
  if (type.baseType === "bool") return false;
  if (type.baseType === "string") return "";
  if (type.baseType === "bytes") return "0x";
  return type.baseType.startsWith("bytes") ? `0x${"00".repeat(Number(type.baseType.slice(5)))}` : 0;
}

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

  for (const { contract, functions, role } of listGrants()) {
    for (const name of functions.filter((each) => each !== "closeBatch")) {
      it(`let ${role} alone call ${contract}.${name}`, async () => {
        const { addresses, suite: contracts } = await networkHelpers.loadFixture(suite);
        const [, stranger] = await ethers.getSigners();
        if (stranger === undefined) throw new Error("the chain has too few accounts");
        const fragment = INTERFACES[contract].getFunction(name);
        if (fragment === null) throw new Error(`no ${name}`);
        const data = INTERFACES[contract].encodeFunctionData(fragment, fragment.inputs.map(blank));

        await expect(stranger.sendTransaction({ to: addresses[contract] ?? "", data }))
          .to.be.revertedWithCustomError(contracts.shareToken, "AccessManagedUnauthorized")
          .withArgs(stranger.address);
      });
    }
  }
});
