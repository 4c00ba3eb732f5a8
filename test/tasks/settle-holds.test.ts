import { expect } from "chai";
import { network } from "hardhat";
import { ExitCode } from "../../sdk/errors.ts";
import { holdFileSchema, holdOf } from "../../sdk/hold-file.ts";
import { cancelHold, createHold, executeHold, reclaimHold, releaseHold } from "../../tasks/settle/hold/hold.ts";
import { failureOf, silentSender, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { sold } = taskWorld(connection);
const { provider } = ethers;
const ASSET = 1n;

/** Alice has 50,000 shares of asset 1; a file says that 400 are kept for bob, and that carol decides. */
async function written() {
  const world = await sold();
  const { alice, bob, carol } = world;
  const file = (change: Record<string, unknown> = {}) =>
    holdOf(
      holdFileSchema.parse({
        schema: "moiety.hold/1",
        holder: alice.address,
        beneficiary: bob.address,
        agent: carol.address,
        asset: "1",
        shares: "400",
        until: "2090-12-31",
        ...change,
      }),
    );
  const signers = await ethers.getSigners();
  return { ...world, file, options: { provider, signers }, by: silentSender };
}

describe("settle hold", () => {
  it("creates a hold with the holder's key, once, and gives a part over", async () => {
    const { suite, file, options, by, bob, carol, alice } = await networkHelpers.loadFixture(written);
    const hold = file();

    const { id, steps } = await createHold(suite, by(carol), hold, options);
    expect(steps.map(({ title }) => title)).to.deep.equal([
      `hold 400 shares of asset 1 of ${alice.address} for ${bob.address}`,
    ]);
    expect(await createHold(suite, by(carol), hold, options)).to.deep.include({ id, steps: [] });
    expect((await suite.settlementDesk.locksOf(alice.address, ASSET)).held).to.equal(400n);

    expect(await failureOf(executeHold(suite, by(carol), hold, 401n))).to.have.property(
      "message",
      "400 shares are held, and 401 are to be given over",
    );
    await executeHold(suite, by(carol), hold, 150n);
    expect(await suite.shareToken.balanceOf(bob.address, ASSET)).to.equal(50_150n);
    expect(await failureOf(releaseHold(suite, by(bob), hold))).to.have.property("message", "no such hold is open");
    expect(await failureOf(createHold(suite, by(carol), hold, options))).to.have.property(
      "message",
      "this hold was decided or cancelled",
    );
  });

  it("gives all over where no number is named", async () => {
    const { suite, file, options, by, bob, carol } = await networkHelpers.loadFixture(written);
    await createHold(suite, by(carol), file(), options);

    await executeHold(suite, by(carol), file(), 0n);

    expect(await suite.shareToken.balanceOf(bob.address, ASSET)).to.equal(50_400n);
  });

  it("takes the holder's own call without a signature, and says what is to be signed where no key is at hand", async () => {
    const { suite, file, by, alice, carol } = await networkHelpers.loadFixture(written);
    const away = { provider, signers: [] };
    const id = await suite.settlementDesk.hashHold(file().hold);

    const error = await failureOf(createHold(suite, by(carol), file(), away));
    expect(error).to.have.property(
      "message",
      `the key of ${alice.address} is not at hand, and the file has no signature`,
    );
    expect(error).to.have.nested.property("problem.todo").that.contains(id);
    expect(await createHold(suite, by(alice), file(), away)).to.have.property("id", id);
  });

  it("gives all back: by the beneficiary, or by anybody after the time", async () => {
    const { suite, file, options, by, alice, bob, stranger } = await networkHelpers.loadFixture(written);
    const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
    const short = { ...file(), hold: { ...file().hold, until: now + 500n, expiry: now + 500n } };
    await createHold(suite, by(alice), file(), options);
    await createHold(suite, by(alice), short, options);

    await releaseHold(suite, by(bob), file());
    expect(await failureOf(reclaimHold(suite, by(stranger), short, provider))).to.have.property(
      "exitCode",
      ExitCode.refused,
    );
    await networkHelpers.time.increaseTo(now + 501n);
    await reclaimHold(suite, by(stranger), short, provider);
    expect(await suite.shareToken.lockedOf(alice.address, ASSET)).to.equal(0n);
  });

  it("rules out what was signed, but not what is open", async () => {
    const { suite, file, options, by, alice } = await networkHelpers.loadFixture(written);
    const second = file({ salt: "2" });
    await createHold(suite, by(alice), second, options);

    expect((await cancelHold(suite, by(alice), file())).steps).to.have.lengthOf(1);
    expect((await cancelHold(suite, by(alice), file())).steps).to.have.lengthOf(0);
    expect(await failureOf(createHold(suite, by(alice), file(), options))).to.have.property(
      "message",
      "this hold was decided or cancelled",
    );
    expect(await failureOf(cancelHold(suite, by(alice), second))).to.have.property(
      "message",
      "this hold is open, and binds the holder",
    );
  });
});
