import { expect } from "chai";
import hre from "hardhat";
import { ExitCode } from "../../sdk/errors.ts";
import { investorSalt } from "../../tasks/lib/investor-salt.ts";
import { failureOf } from "../helpers/task-world.ts";

const PUBLIC_CHAIN = 11_155_111n;
const kept = { get: async () => "kept" };
const missing = { get: () => Promise.reject(new Error("no such variable")) };

describe("the registrar's secret (INVESTOR_SALT)", () => {
  const before = process.env["INVESTOR_SALT"];
  beforeEach(() => {
    delete process.env["INVESTOR_SALT"];
  });
  after(() => {
    if (before === undefined) delete process.env["INVESTOR_SALT"];
    else process.env["INVESTOR_SALT"] = before;
  });

  it("comes from the environment first, on every chain", async () => {
    process.env["INVESTOR_SALT"] = "of the environment";

    for (const chain of [31_337n, PUBLIC_CHAIN]) {
      expect(await investorSalt(chain, missing)).to.equal("of the environment");
    }
  });

  it("comes from the configuration variable, which the keystore keeps, on public chains only", async () => {
    expect(await investorSalt(PUBLIC_CHAIN, kept)).to.equal("kept");
    expect(await investorSalt(31_337n, missing)).to.equal("moiety local");
  });

  it("is demanded where it is missing or empty", async () => {
    process.env["INVESTOR_SALT"] = "";

    for (const secret of [undefined, missing, { get: async () => "" }]) {
      const error = await failureOf(investorSalt(PUBLIC_CHAIN, secret));
      expect(error).to.have.property("message", "INVESTOR_SALT is not set");
      expect(error).to.have.property("exitCode", ExitCode.badInput);
    }
  });

  it("is a configuration variable of the project, asked for only when it is needed", async () => {
    process.env["INVESTOR_SALT"] = "by way of the configuration";

    expect(await hre.config.investorSalt?.get()).to.equal("by way of the configuration");
  });
});
