import { expect } from "chai";
import { network } from "hardhat";
import { ExitCode } from "../../sdk/errors.ts";
import { explainTransfer } from "../../sdk/explain.ts";
import { answer } from "../../tasks/transfer/check.ts";
import { taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { networkHelpers } = connection;
const { sold } = taskWorld(connection);

describe("transfer check", () => {
  it("says yes where the transfer then goes through", async () => {
    const { suite, alice, bob } = await networkHelpers.loadFixture(sold);
    const question = { id: 1n, from: alice.address, to: bob.address, value: 10n };

    const { data, exitCode } = answer(question, await explainTransfer(suite, question));

    expect(exitCode).to.equal(undefined);
    expect(data).to.deep.include({ asset: 1n, shares: 10n, allowed: true, refusals: [] });
    await suite.shareToken.connect(alice).safeTransferFrom(alice.address, bob.address, 1n, 10n, "0x");
  });

  it("lists every reason with its code, sentence and next step", async () => {
    const { suite, alice, stranger } = await networkHelpers.loadFixture(sold);
    const question = { id: 1n, from: alice.address, to: stranger.address, value: 1_000_000n };

    const refusals = await explainTransfer(suite, question);
    const { exitCode, error } = answer(question, refusals);

    expect(refusals.map(({ code }) => code)).to.deep.equal([12, 20, 30, 31]);
    expect(refusals.every(({ sentence, nextStep }) => sentence.length > 10 && nextStep.length > 10)).to.equal(true);
    expect(refusals[0]?.rule).to.equal(null);
    expect(refusals[2]?.rule).to.equal(await suite.commonRules.getAddress());
    expect(exitCode).to.equal(ExitCode.refused);
    expect(error?.what).to.equal("the transfer would be refused for 4 reasons");
  });

  it("asks about an issue where nobody sends", async () => {
    const { suite, stranger } = await networkHelpers.loadFixture(sold);

    const refusals = await explainTransfer(suite, { id: 1n, to: stranger.address, value: 1n });

    expect(refusals.map(({ code }) => code)).to.deep.equal([5, 12, 30, 31]); // all shares are issued
  });
});
