import { randomInt } from "node:crypto";
import { AnvilNode, hasAnvil } from "../helpers/anvil-node.ts";
import { DeployedNode } from "../helpers/deployed-node.ts";
import { runWorlds } from "./run-worlds.ts";

const { WORLD_SEED, WORLDS } = process.env;
/** A tenth of what Hardhat's chain gets, which is quicker. */
const worlds = Math.max(1, Math.floor(Number(WORLDS ?? 30) / 10));
const first = Number(WORLD_SEED ?? randomInt(1, 2 ** 31));

describe("Engine, trades one by one, lists and netted chunks", () => {
  it(`end in the same positions and refuse for the same reasons on anvil (WORLD_SEED=${first})`, async function () {
    this.timeout(0);
    if (!hasAnvil()) {
      console.log("      Not run on anvil: there is no anvil package for this platform.");
      return;
    }
    // Ignition keeps a journal of this chain: in a folder of its own, for other tests may be at work in the repository's.
    const node = await DeployedNode.open(AnvilNode.start);
    try {
      const { addresses } = await node.deployed();
      await runWorlds(node.connection, first, worlds, addresses);
    } finally {
      await node.close();
    }
  });
});
