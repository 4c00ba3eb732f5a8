import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { suiteInterfaces } from "../../sdk/contracts.ts";
import { mandateId } from "../../sdk/mandate.ts";
import { readLogs } from "../../sdk/read-logs.ts";
import { decodeRevert } from "../../sdk/revert.ts";
import { inspectSystem } from "../../tasks/system/status.ts";
import { deployBookCode } from "../helpers/books.ts";
import { failureOf, taskWorld } from "../helpers/task-world.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { deployed, sold } = taskWorld(connection);

describe("decodeRevert", () => {
  it("says an error of ours with its values", async () => {
    const { suite } = await networkHelpers.loadFixture(deployed);
    const error = await failureOf(suite.shareToken.listAsset(1n, `0x${"01".repeat(32)}`, 0n, ""));

    expect(decodeRevert(error, suiteInterfaces())).to.deep.include({
      name: "ShareTokenInvalidTerms",
      sentence: `share token invalid terms (id 1, anchorId 0x${"01".repeat(32)}, cap 0)`,
    });
  });

  it("has its own words for the errors that operators meet most", async () => {
    const { suite, alice, stranger } = await networkHelpers.loadFixture(sold);
    const error = await failureOf(
      suite.shareToken.connect(alice).safeTransferFrom.staticCall(alice.address, stranger.address, 1n, 1n, "0x"),
    );

    expect(decodeRevert(error, suiteInterfaces())?.sentence).to.contain("`transfer check` says why");
  });

  it("keeps the data of an error that it does not know", () => {
    const error = { data: "0xdeadbeef" };

    expect(decodeRevert(error, suiteInterfaces())).to.deep.include({ name: "unknown", args: { data: "0xdeadbeef" } });
  });

  it("finds the data however deep a provider hides it", () => {
    const data = suiteInterfaces()[0]?.encodeErrorResult("AccessManagerBadConfirmation") ?? "";

    expect(decodeRevert({ info: { error: { data: { data } } } }, suiteInterfaces())?.name).to.equal(
      "AccessManagerBadConfirmation",
    );
    expect(decodeRevert(new Error("x", { cause: { data } }), suiteInterfaces())?.name).to.equal(
      "AccessManagerBadConfirmation",
    );
    expect(decodeRevert(new Error("no data"), suiteInterfaces())).to.equal(undefined);
  });
});

describe("readLogs", () => {
  it("halves the span of blocks until the provider is content, and misses none", async () => {
    const asked: [number, number][] = [];
    const found = await readLogs(
      async (from, to) => {
        if (to - from >= 3) throw new Error("query returned more than 10000 results");
        asked.push([from, to]);
        return Array.from({ length: to - from + 1 }, (_, place) => from + place);
      },
      5,
      20,
    );

    expect(found).to.deep.equal(Array.from({ length: 16 }, (_, place) => place + 5));
    expect(asked.every(([from, to]) => to - from < 3)).to.equal(true);
  });

  it("gives up when a single block fails", async () => {
    const broken = () => Promise.reject(new Error("the node is gone"));

    expect(await failureOf(readLogs(broken, 0, 10))).to.have.property("message", "the node is gone");
  });
});

describe("mandateId", () => {
  it("is the id that the desk computes", async () => {
    const { suite, alice } = await networkHelpers.loadFixture(deployed);
    const mandate = {
      account: alice.address,
      currency: ZeroAddress,
      maxCashOut: 1n,
      lossAllowance: 2n,
      feeCap: 3n,
      expiry: 4n,
      nonce: 5n,
      limits: [{ asset: 6n, maxIn: 7n, maxOut: 8n, maxBuyPrice: 9n, minSellPrice: 10n }],
    };

    const place = { chainId: 31337n, desk: await suite.settlementDesk.getAddress() };
    expect(mandateId(place, mandate)).to.equal(await suite.settlementDesk.hashMandate(mandate));
  });
});

describe("system status", () => {
  const inspected = async () => {
    const { suite, addresses } = await networkHelpers.loadFixture(deployed);
    const entries = Object.entries(addresses).map(async ([name, address]) => {
      const runtimeCodeHash = ethers.keccak256(await ethers.provider.getCode(address));
      return [name, { address, deployedAtBlock: 0, runtimeCodeHash }] as const;
    });
    const contracts = Object.fromEntries(await Promise.all(entries));
    const book = { chainId: 31337, name: "default", deployer: ZeroAddress, deployedAtBlock: 0, contracts };
    return { suite, addresses, inspect: () => inspectSystem(suite, book, ethers.provider) };
  };

  it("finds nothing wrong after a deployment, and lists who has which role", async () => {
    const { suite, inspect } = await inspected();

    const { checks, roles, paused } = await inspect();

    expect(checks.filter(({ problem }) => problem !== null)).to.deep.equal([]);
    expect(paused).to.equal(false);
    expect(roles.find(({ role }) => role === "SETTLEMENT_DESK")?.account).to.equal(
      await suite.settlementDesk.getAddress(),
    );
    expect(roles.find(({ role }) => role === "UPGRADER")?.delaySeconds).to.equal(172_800n);
  });

  it("finds code that was replaced, removed or upgraded", async () => {
    const { suite, addresses, inspect } = await inspected();
    await networkHelpers.setCode(addresses["CountryRule"] ?? "", "0x");
    await networkHelpers.setCode(addresses["IncomeDesk"] ?? "", "0xfe");
    const other = await deployBookCode(connection, "ShareToken");
    const upgrade = suite.shareToken.interface.encodeFunctionData("upgradeToAndCall", [other, "0x"]);
    await suite.accessManager.schedule(await suite.shareToken.getAddress(), upgrade, 0);
    await networkHelpers.time.increase(2 * 86_400);
    await suite.accessManager.execute(await suite.shareToken.getAddress(), upgrade);

    const problems = (await inspect()).checks.flatMap(({ name, problem }) =>
      problem === null ? [] : [[name, problem]],
    );

    expect(problems).to.have.deep.members([
      ["CountryRule", "there is no code"],
      ["IncomeDesk", "the code is another"],
      ["ShareToken", `it runs the code at ${await other.getAddress()}, not that at ${addresses["ShareTokenCode"]}`],
    ]);
  });
});
