import { expect } from "chai";
import { Interface } from "ethers";
import { network } from "hardhat";
import { deployBookCode } from "../helpers/books.ts";
import { ask, listReleases, readRelease, replay } from "../helpers/released-books.ts";

/** Questions that a later version answers otherwise on purpose, by "version function", each with the reason. */
const ANSWERED_OTHERWISE: Readonly<Record<string, string>> = {};

for (const version of listReleases()) {
  const { books, history, readings } = readRelease(version);
  const abis = new Map(Object.entries(books).map(([name, { abi }]) => [name, new Interface(abi)]));

  describe(`upgrade rehearsal from ${version}`, () => {
    /** A chain of its own, on which the release's own code was deployed and filled, as it happened then. */
    async function asReleased() {
      const initialDate = new Date(((history[0]?.time ?? 1) - 1) * 1000);
      const connection = await network.create({ override: { initialDate } });
      await replay(connection, history);
      return connection;
    }

    /** The same, with the present code behind every book. */
    async function upgraded() {
      const connection = await asReleased();
      for (const [name, { address }] of Object.entries(books)) {
        const code = await deployBookCode(connection, name);
        const book = await connection.ethers.getContractAt(name, address);
        await book.getFunction("upgradeToAndCall")(code, "0x");
      }
      return connection;
    }

    /** What is answered otherwise than it was. */
    async function differences(connection: Awaited<ReturnType<typeof asReleased>>): Promise<string[]> {
      const found: string[] = [];
      for (const { book, data, answer } of readings) {
        const call = abis.get(book)?.parseTransaction({ data });
        if (`${version} ${call?.name}` in ANSWERED_OTHERWISE) continue;
        const now = await ask(connection, books[book]?.address ?? "", data);
        if (now !== answer) found.push(`${book}.${call?.name}(${call?.args.join(", ")}): ${answer} became ${now}`);
      }
      return found;
    }

    it("begins with what the release left", async () => {
      expect(Object.keys(books)).to.have.members(["ShareToken", "InvestorRegistry", "TransferRules", "AnchorRegistry"]);
      expect(readings.filter(({ answer }) => !answer.startsWith("refused")).length).to.be.greaterThan(100);
      expect(await differences(await asReleased())).to.deep.equal([]);
    });

    it("keeps everything that can be read (I-16)", async () => {
      expect(await differences(await upgraded())).to.deep.equal([]);
    });

    it("would notice code that reads the storage otherwise", async () => {
      const connection = await asReleased();
      const { address = "" } = books["InvestorRegistry"] ?? {};
      const other = await deployBookCode(connection, "TransferRules");
      const registry = await connection.ethers.getContractAt("InvestorRegistry", address);
      await registry.upgradeToAndCall(other, "0x");

      expect((await differences(connection)).length).to.be.greaterThan(10);
    });

    it("leaves the present code at work: shares move, and the frozen stay", async () => {
      const connection = await upgraded();
      const [, alice, bob] = await connection.ethers.getSigners();
      if (alice === undefined || bob === undefined) throw new Error("the chain has too few accounts");
      const shares = await connection.ethers.getContractAt("ShareToken", books["ShareToken"]?.address ?? "");
      const [had, got] = [await shares.balanceOf(alice, 1n), await shares.balanceOf(bob, 1n)];

      await shares.connect(alice).safeTransferFrom(alice, bob, 1n, 10n, "0x");

      expect([await shares.balanceOf(alice, 1n), await shares.balanceOf(bob, 1n)]).to.deep.equal([
        had - 10n,
        got + 10n,
      ]);
      expect(await shares.getFrozenTokens(bob, 1n)).to.equal(50n);
    });

    it("leaves no book open to be initialised", async () => {
      const connection = await upgraded();
      for (const [name, { address }] of Object.entries(books)) {
        const book = await connection.ethers.getContractAt(name, address);
        const initialize = book.getFunction("initialize");
        const zeros = initialize.fragment.inputs.map(() => connection.ethers.ZeroAddress);
        await expect(initialize(...zeros), name).to.be.revertedWithCustomError(book, "InvalidInitialization");
      }
    });
  });
}

describe("upgrade rehearsal", () => {
  it("has a release to begin from", () => {
    expect(listReleases()).to.not.have.lengthOf(0);
  });
});
