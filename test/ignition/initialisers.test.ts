import { globSync } from "node:fs";
import { expect } from "chai";
import { FunctionFragment, type ParamType, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { readSource } from "../../tools/solc/compile.ts";
import { namespaceSlot } from "../../tools/storage-layout/read-layouts.ts";
import { readSetups } from "../helpers/initialisers.ts";
import { deployedSuite } from "../helpers/suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const suite = () => deployedSuite(connection);
/** Where OpenZeppelin keeps the number of initialisations: the first 64 bits of this slot. */
const INITIALIZABLE = namespaceSlot("openzeppelin.storage.Initializable");
const CLOSED = 2n ** 64n - 1n;

const paths = globSync("contracts/**/*.sol").filter((path) => !path.includes("mocks/"));
const setups = readSetups(Object.fromEntries(paths.toSorted().map((path) => [path, readSource(path)])));

async function timesInitialised(address: string): Promise<bigint> {
  return BigInt(await ethers.provider.getStorage(address, INITIALIZABLE)) & CLOSED;
}

/** The simplest value of a type. */
function blank(type: ParamType): unknown {
  if (type.arrayChildren !== null) return [];
  if (type.components !== null) return type.components.map(blank);
  if (type.baseType === "address") return ZeroAddress;
  if (type.baseType === "bool") return false;
  if (type.baseType === "string") return "";
  if (type.baseType === "bytes") return "0x";
  return type.baseType.startsWith("bytes") ? `0x${"00".repeat(Number(type.baseType.slice(5)))}` : 0;
}

describe("Initialisers (P107)", () => {
  it("are known of every book that is deployed, and every book that could be deployed is", async () => {
    const { addresses } = await networkHelpers.loadFixture(suite);

    const deployed = Object.keys(addresses).filter((name) => `${name}Code` in addresses);
    expect(setups.map(({ contract }) => contract).toSorted()).to.deep.equal(deployed.toSorted());
  });

  for (const { contract, initialisers, forgotten, repeated, closes } of setups) {
    it(`set up every parent of ${contract} once, and close its implementation`, () => {
      expect(initialisers, "initialisers").to.deep.equal(["initialize"]);
      expect({ forgotten, repeated, closes }).to.deep.equal({ forgotten: [], repeated: [], closes: true });
    });

    it(`cannot be called on the implementation of ${contract}`, async () => {
      const { addresses } = await networkHelpers.loadFixture(suite);
      const code = await ethers.getContractAt(contract, addresses[`${contract}Code`] ?? "");

      expect(await timesInitialised(String(code.target))).to.equal(CLOSED);
      await expectClosed(contract, String(code.target));
    });

    it(`cannot be called again on the proxy of ${contract}`, async () => {
      const { addresses } = await networkHelpers.loadFixture(suite);
      const proxy = addresses[contract] ?? "";

      expect(await timesInitialised(proxy)).to.equal(1n);
      await expectClosed(contract, proxy);
    });
  }

  /** Every function that sets up says that this was done; also to the account that holds every office. */
  async function expectClosed(contract: string, address: string) {
    const [deployer] = await ethers.getSigners();
    const target = await ethers.getContractAt(contract, address);
    const names = /^(re)?init/i;
    const functions = target.interface.fragments
      .filter(FunctionFragment.isFragment)
      .filter(({ name }) => names.test(name));

    expect(functions).not.to.have.lengthOf(0);
    for (const fragment of functions) {
      const data = target.interface.encodeFunctionData(fragment, fragment.inputs.map(blank));
      await expect(deployer?.sendTransaction({ to: address, data }), fragment.name).to.be.revertedWithCustomError(
        target,
        "InvalidInitialization",
      );
    }
  }

  it("that forget a parent, or set it up twice, are found", () => {
    const read = (body: string) =>
      readSetups({
        "contracts/Book.sol": `// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
abstract contract UUPSUpgradeable {
    modifier initializer() { _; }
    function _disableInitializers() internal {}
}
abstract contract Owned {
    address internal owner;
    function __Owned_init(address first) internal { __Owned_init_unchained(first); }
    function __Owned_init_unchained(address first) internal { owner = first; }
}
abstract contract Paused {
    bool internal paused;
    function __Paused_init() internal { paused = true; }
}
abstract contract Plain {
    function __Plain_init() internal {}
}
contract Book is Owned, Paused, Plain, UUPSUpgradeable {
    ${body}
}`,
      });

    const closed = "constructor() { _disableInitializers(); }";
    const start = "function initialize() external initializer";
    expect(
      read(`${closed} ${start} { __Owned_init(msg.sender); _more(); } function _more() private { __Paused_init(); }`),
    ).to.deep.equal([{ contract: "Book", initialisers: ["initialize"], forgotten: [], repeated: [], closes: true }]);
    expect(read(`${start} { __Owned_init(msg.sender); __Owned_init(msg.sender); }`)).to.deep.equal([
      {
        contract: "Book",
        initialisers: ["initialize"],
        forgotten: ["__Paused_init"],
        repeated: ["__Owned_init_unchained"],
        closes: false,
      },
    ]);
  });
});
