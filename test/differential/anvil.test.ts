import { randomInt } from "node:crypto";
import hre from "hardhat";
import { AnvilNode, hasAnvil } from "../helpers/anvil-node.ts";
import { freePort } from "../helpers/local-node.ts";
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
    const node = await AnvilNode.start(await freePort());
    try {
      const connection = await hre.network.create({ network: "localhost", override: { url: node.url } });
      await runWorlds(connection, first, worlds);
    } finally {
      await node.stop();
    }
  });
});
