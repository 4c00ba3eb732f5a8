import { randomInt } from "node:crypto";
import { network } from "hardhat";
import { runWorlds } from "./run-worlds.ts";

const { SEED, WORLDS } = process.env;

describe("Engine, trades one by one and netted chunks", () => {
  it("come to the same in random worlds on Hardhat's chain", async function () {
    this.timeout(0);
    await runWorlds(await network.create(), Number(SEED ?? randomInt(1, 2 ** 31)), Number(WORLDS ?? 40));
  });
});
