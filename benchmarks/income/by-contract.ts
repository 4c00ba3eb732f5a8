import { ZeroAddress } from "ethers";
import { network } from "hardhat";
import type { IncomeList, ProofFile } from "../../executor/index.ts";
import { INCOME_ASSET, recordedIncomeAsset } from "../../test/helpers/income.ts";

/** An income desk on a chain in this process, which pays whoever proves that he is listed. */
export interface Desk {
  readonly listKey: string;
  /** Publishes the list and claims its rows at `places`; how many of them were paid, each its net amount. */
  pay(list: IncomeList, proofs: ProofFile, places: readonly number[]): Promise<number>;
}

export async function openDesk(): Promise<Desk> {
  const connection = await network.create();
  const { ethers } = connection;
  const { income, dollar, stranger } = await recordedIncomeAsset(connection);
  const currency = await dollar.getAddress();
  const salt = ethers.id("benchmark");

  return {
    listKey: await income.listKeyOf(INCOME_ASSET, 0n, currency, salt),

    async pay(list, proofs, places) {
      await income.announce({
        id: INCOME_ASSET,
        record: 0n,
        currency,
        salt,
        root: list.root,
        count: list.count,
        gross: list.totalGross,
        withheld: list.totalWithheld,
        taxAccount: list.totalWithheld === 0n ? ZeroAddress : stranger.address,
        expiresAt: 0n,
        reclaimTo: ZeroAddress,
        planHash: list.root,
      });
      const distribution = await income.distributionCount();
      await income.fund(distribution, list.totalGross);
      await income.publish(distribution);

      let paid = 0;
      for (const place of places) {
        const { proof, ...leaf } = await proofs.proof(place);
        await income.claimListed(distribution, leaf, [...proof]);
        if ((await dollar.balanceOf(leaf.holder)) === leaf.gross - leaf.withheld) paid += 1;
      }
      return paid;
    },
  };
}
