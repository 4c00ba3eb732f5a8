import { randomInt } from "node:crypto";
import { expect } from "chai";
import { network } from "hardhat";
import { runWorlds } from "./run-worlds.ts";

const { WORLD_SEED, WORLDS } = process.env;
/** A stated sample; `npm run soak` asks for 2,000. */
const worlds = Number(WORLDS ?? 30);
const first = Number(WORLD_SEED ?? randomInt(1, 2 ** 31));
/** Some hundred instructions meet far more. */
const SURELY_MET = 10;

describe("Engine, trades one by one, lists and netted chunks", () => {
  it(`end in the same positions and refuse for the same reasons on Hardhat's chain (WORLD_SEED=${first})`, async function () {
    this.timeout(0);
    const { codes, accepted } = await runWorlds(await network.create(), first, worlds);

    if (worlds < 30) return;
    expect(accepted, "worlds in which nothing settles show little").to.be.greaterThan(0);
    expect(codes.size, "and so do those in which little is refused").to.be.greaterThan(SURELY_MET);
  });
});
