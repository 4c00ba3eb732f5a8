import { expect } from "chai";
import { id, Wallet } from "ethers";
import { network } from "hardhat";
import { planBatch } from "../../helpers/batch.ts";
import { type Moves, netVector } from "../../helpers/net-vector.ts";
import { CASH_EACH, deploySettlementSuite, SHARES_EACH, TOWER, VILLA } from "../../helpers/settlement-suite.ts";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const MANY = 100;
/** EIP-7825: what one transaction may use. */
const GAS_CAP = 16_777_216n;

/** Holders who have shares of both assets, cash and mandates already: what a chunk finds on an ordinary day. */
async function manyHolders() {
  const suite = await deploySettlementSuite(connection);
  const accounts: string[] = [];
  for (let i = 0; i < MANY; ++i) {
    const holder = new Wallet(id(`holder ${i}`), ethers.provider);
    await networkHelpers.setBalance(holder.address, 10n ** 18n);
    await suite.verify(holder.address);
    await suite.giveShares(holder.address, TOWER, SHARES_EACH);
    await suite.giveShares(holder.address, VILLA, SHARES_EACH);
    await suite.giveCash(holder, CASH_EACH);
    await suite.giveMandate(holder, { lossAllowance: CASH_EACH });
    accounts.push(holder.address);
  }

  /** Gas of a chunk in which the first `count` accounts pay one another, and exchange shares of these assets. */
  async function gasOf(count: number, assets: readonly bigint[]): Promise<bigint> {
    const parties = accounts.slice(0, count);
    const sign = (place: number) => (place % 2 === 0 ? 1n : -1n);
    const moves: Moves = {
      cash: parties.map((account, i) => [account, -10_000_000n * sign(i)] as const),
      shares: assets.flatMap((asset) => parties.map((account, i) => [asset, account, sign(i)] as const)),
    };
    const batch = planBatch((await suite.desk.lastBatch()) + 1n, [netVector(suite.currency, moves)]);
    await suite.open(batch);
    const receipt = await (await suite.settle(batch.chunks[0])).wait();
    return receipt?.gasUsed ?? 0n;
  }

  // The first chunk of all writes slots that were zero.
  await gasOf(MANY, [TOWER, VILLA]);
  return { ...suite, gasOf };
}

describe("SettlementDesk: gas", () => {
  it("takes at most 8,000 for a cash position and 20,000 for a share position, calldata included", async () => {
    const { gasOf } = await networkHelpers.loadFixture(manyHolders);
    const count = BigInt(MANY);
    const none = await gasOf(2, []);
    const cash = await gasOf(MANY, []);
    const one = await gasOf(MANY, [TOWER]);
    const two = await gasOf(MANY, [TOWER, VILLA]);

    const perCash = (cash - none) / (count - 2n);
    const profile = 2n * one - cash - two;
    const perShare = (two - one) / count;
    const share = `share position ${perShare}, ${profile / count} more for an account's first`;
    console.log(`      cash position ${perCash}, ${share}, fixed ${none - 2n * perCash}`);

    expect(perCash).to.be.lessThan(8_000n);
    expect(perShare).to.be.lessThan(20_000n);
    expect(two).to.be.lessThan(GAS_CAP);
  });
});
