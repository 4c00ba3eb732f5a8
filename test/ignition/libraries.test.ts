import { expect } from "chai";
import { artifacts, network } from "hardhat";
import { isLinked, LIBRARIES } from "../../ignition/libraries.ts";
import { FACTORIES } from "../../sdk/contracts.ts";
import { librariesOf, readLinks } from "../../tasks/lib/compiled-code.ts";
import { deployedSuite } from "../helpers/suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const suite = () => deployedSuite(connection);

describe("Libraries", () => {
  it("are listed for every contract whose code needs some, and no others", async () => {
    for (const name of Object.keys(FACTORIES)) {
      const needed = librariesOf(await artifacts.readArtifact(name));
      expect(isLinked(name) ? [...LIBRARIES[name]] : [], name).to.deep.equal(needed.toSorted());
    }
  });

  it("stand in the address book, and are those that the code is linked to", async () => {
    const { addresses } = await networkHelpers.loadFixture(suite);

    for (const [name, libraries] of Object.entries(LIBRARIES)) {
      const code = await ethers.provider.getCode(addresses[`${name}Code`] ?? addresses[name] ?? "");
      const linked = readLinks(await artifacts.readArtifact(name), code);
      expect(linked).to.deep.equal(Object.fromEntries(libraries.map((library) => [library, addresses[library]])));
    }
  });
});
