import type { ContractTransactionResponse } from "ethers";

/** What a transaction took that is being sent. */
export async function gasOf(sending: Promise<ContractTransactionResponse>): Promise<number> {
  const receipt = await (await sending).wait();
  if (receipt === null) throw new Error("a transaction was not mined");
  return Number(receipt.gasUsed);
}
