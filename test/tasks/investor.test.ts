import { expect } from "chai";
import { network } from "hardhat";
import { ExitCode } from "../../sdk/errors.ts";
import { investorIdOf } from "../../sdk/investor-file.ts";
import { onboardInvestors } from "../../tasks/investor/onboard.ts";
import { failureOf, SALT, silentSender, taskWorld, VERIFIED_UNTIL } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { deployed, listed } = taskWorld(connection);

function line(number: number, reference: string, address: string, country = 840) {
  return { line: number, row: { reference, address, country, class: 4, verifiedUntil: VERIFIED_UNTIL } };
}

describe("investor onboard", () => {
  const warnings: string[] = [];
  const options = { salt: SALT, batchSize: 2, warn: (text: string) => warnings.push(text) };
  beforeEach(() => {
    warnings.length = 0;
  });

  it("registers page by page, under ids that hide the references", async () => {
    const { suite, sender } = await networkHelpers.loadFixture(deployed);
    const wallets = (await ethers.getSigners()).slice(5, 10);
    const lines = wallets.map(({ address }, place) => line(place + 2, `N-${place}`, address));

    const result = await onboardInvestors(suite, sender, lines, options);

    expect(result).to.deep.include({ registered: 5, skipped: [] });
    expect(result.steps.map(({ title }) => title)).to.deep.equal([
      "register 2 investors, lines 2 to 3",
      "register 2 investors, lines 4 to 5",
      "register 1 investors, lines 6 to 6",
    ]);
    const profile = await suite.investorRegistry.profileOf(wallets[0]?.address ?? "");
    expect(profile.investor).to.equal(investorIdOf("N-0", SALT)).and.not.equal(investorIdOf("N-0", "another"));
    expect([profile.country, profile.classes, profile.verifiedUntil]).to.deep.equal([840n, 4n, VERIFIED_UNTIL]);
  });

  it("passes over who is registered, and says who", async () => {
    const { suite, sender, alice, stranger } = await networkHelpers.loadFixture(listed);

    const result = await onboardInvestors(
      suite,
      sender,
      [line(2, "A-1", alice.address), line(3, "N-1", stranger.address)],
      options,
    );

    expect(result).to.deep.include({ registered: 1, skipped: ["A-1"] });
    expect(result.steps).to.have.lengthOf(1);
    expect(warnings).to.deep.equal([]);
  });

  it("leaves who is registered as he is, and says where the file differs", async () => {
    const { suite, sender, alice } = await networkHelpers.loadFixture(listed);

    await onboardInvestors(suite, sender, [line(2, "A-1", alice.address, 250)], options);

    expect(warnings).to.deep.equal(["line 2: A-1 stays as registered, with country 840"]);
    expect((await suite.investorRegistry.profileOf(alice.address)).country).to.equal(840n);
  });

  it("refuses a wallet that belongs to somebody else, before anything is sent", async () => {
    const { suite, sender, alice, stranger } = await networkHelpers.loadFixture(listed);
    const lines = [line(2, "N-1", stranger.address), line(3, "N-2", alice.address)];

    const error = await failureOf(onboardInvestors(suite, sender, lines, options));

    expect(error).to.have.property("exitCode", ExitCode.badInput);
    expect(error)
      .to.have.nested.property("problem.details")
      .that.deep.equals([`line 3, address: ${alice.address}`]);
    expect((await suite.investorRegistry.profileOf(stranger.address)).country).to.equal(0n);
  });

  it("names the line of an investor who is registered with another wallet", async () => {
    const { suite, sender, stranger } = await networkHelpers.loadFixture(listed);

    const error = await failureOf(onboardInvestors(suite, sender, [line(9, "A-1", stranger.address)], options));

    expect(error).to.have.property("message", "A-1 is registered already, with another wallet");
    expect(error).to.have.nested.property("problem.where", "line 9, reference");
  });

  it("sends nothing in a dry run", async () => {
    const { suite, operator, stranger } = await networkHelpers.loadFixture(listed);

    await onboardInvestors(suite, silentSender(operator, true), [line(2, "N-1", stranger.address)], options);

    expect((await suite.investorRegistry.profileOf(stranger.address)).country).to.equal(0n);
  });
});
