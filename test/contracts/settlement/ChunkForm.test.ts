import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import { deployChunks } from "../../helpers/chunk-world.ts";
import { accountWord, type NetVector, sharesWord } from "../../helpers/net-vector.ts";
import { TOWER, VILLA } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { networkHelpers } = connection;

async function fourHolders() {
  return deployChunks(connection);
}

describe("SettlementDesk: chunks", () => {
  describe("the form of a net vector", () => {
    async function refused(change: (vector: NetVector) => Partial<NetVector>) {
      const suite = await networkHelpers.loadFixture(fourHolders);
      const settle = await suite.opened({ ...suite.vector, ...change(suite.vector) });
      return { ...suite, settlement: settle(0) };
    }

    it("has nothing behind the cash of an account", async () => {
      const word = (vector: NetVector) => (vector.accounts[0] ?? 0n) | 1n;
      const { desk, settlement, vector } = await refused((it) => ({ accounts: [word(it), ...it.accounts.slice(1)] }));

      await expect(settlement)
        .to.be.revertedWithCustomError(desk, "SettlementDeskMalformedWord")
        .withArgs(word(vector));
    });

    it("has nothing behind the delta of a share word", async () => {
      const word = (vector: NetVector) => (vector.shares[0] ?? 0n) | (1n << 159n);
      const { desk, settlement, vector } = await refused((it) => ({ shares: [word(it), ...it.shares.slice(1)] }));

      await expect(settlement)
        .to.be.revertedWithCustomError(desk, "SettlementDeskMalformedWord")
        .withArgs(word(vector));
    });

    it("names accounts in ascending order", async () => {
      const { desk, settlement } = await refused(({ accounts: [a = 0n, b = 0n, ...rest] }) => ({
        accounts: [b, a, ...rest],
      }));

      await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskAccountsOutOfOrder").withArgs(1n);
    });

    it("names an account once", async () => {
      const { desk, settlement } = await refused(({ accounts: [a = 0n, ...rest] }) => ({ accounts: [a, a, ...rest] }));

      await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskAccountsOutOfOrder").withArgs(1n);
    });

    it("does not name the zero address", async () => {
      const { desk, settlement } = await refused(({ accounts }) => ({
        accounts: [accountWord(ZeroAddress, 0n), ...accounts],
      }));

      await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskAccountsOutOfOrder").withArgs(0n);
    });

    it("names assets in ascending order, each once", async () => {
      for (const assets of [
        [VILLA, TOWER],
        [TOWER, TOWER],
      ]) {
        const { desk, settlement } = await refused(() => ({ assets }));

        await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskAssetsOutOfOrder").withArgs(1n);
      }
    });

    it("has the debits of an asset before its credits", async () => {
      const { desk, settlement } = await refused(({ shares: [debit = 0n, credit = 0n, ...rest] }) => ({
        shares: [credit, debit, ...rest],
      }));

      await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskSharesOutOfOrder").withArgs(1n);
    });

    it("has debits by account, each once, and credits too", async () => {
      for (const shares of [
        [sharesWord(0, 1, -1n), sharesWord(0, 0, -1n), sharesWord(0, 2, 2n)],
        [sharesWord(0, 1, -1n), sharesWord(0, 1, -1n), sharesWord(0, 2, 2n)],
      ]) {
        const { desk, settlement } = await refused(() => ({ shares }));

        await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskSharesOutOfOrder").withArgs(1n);
      }
      const { desk, settlement } = await refused(() => ({
        shares: [sharesWord(0, 0, -2n), sharesWord(0, 3, 1n), sharesWord(0, 2, 1n)],
      }));
      await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskSharesOutOfOrder").withArgs(2n);
    });

    it("has words by asset", async () => {
      const { desk, settlement } = await refused(({ shares: [a = 0n, b = 0n, c = 0n, d = 0n] }) => ({
        shares: [c, d, a, b],
      }));

      await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskSharesOutOfOrder").withArgs(2n);
    });

    it("points to assets and accounts that are there", async () => {
      const noAsset = await refused(({ shares }) => ({ shares: [...shares, sharesWord(2, 0, 1n)] }));
      await expect(noAsset.settlement)
        .to.be.revertedWithCustomError(noAsset.desk, "SettlementDeskSharesOutOfOrder")
        .withArgs(4n);

      const word = sharesWord(1, 4, 1n);
      const noAccount = await refused(({ shares }) => ({ shares: [...shares, word] }));
      await expect(noAccount.settlement)
        .to.be.revertedWithCustomError(noAccount.desk, "SettlementDeskNoSuchPlace")
        .withArgs(word);
    });

    it("has no zero deltas", async () => {
      const { desk, settlement } = await refused(() => ({ shares: [sharesWord(0, 0, 0n)] }));

      await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskSharesOutOfOrder").withArgs(0n);
    });

    it("has one delta per account and asset, not a debit and a credit", async () => {
      const { desk, settlement, bob } = await refused(() => ({
        shares: [sharesWord(0, 1, -5n), sharesWord(0, 1, 5n)],
      }));

      await expect(settlement)
        .to.be.revertedWithCustomError(desk, "SettlementDeskAccountTwice")
        .withArgs(bob.address, TOWER);
    });

    it("sums to zero in cash", async () => {
      for (const off of [-1n, 1n]) {
        const { desk, settlement } = await refused(({ accounts }) => ({
          accounts: accounts.map((word, i) => (i === 1 ? word + (off << 32n) : word)),
        }));

        await expect(settlement).to.be.revertedWithCustomError(desk, "SettlementDeskCashNotZero").withArgs(off);
      }
    });

    it("sums to zero in every asset", async () => {
      for (const [place, asset] of [
        [1, TOWER],
        [3, VILLA],
      ] as const) {
        const { shares, settlement } = await refused(({ shares }) => ({
          shares: shares.map((word, i) => (i === place ? word + (1n << 160n) : word)),
        }));

        await expect(settlement).to.be.revertedWithCustomError(shares, "ShareTokenNetNotZero").withArgs(asset, 1n);
      }
    });
  });
});
