import type { ContractTransaction } from "ethers";
import type { Dispute, Exhibit, PlacedMovement } from "../executor/index.ts";
import type { SettlementDisputes } from "../typechain-types/index.ts";

/** The call that proves a chunk wrong to the settlement desk's disputes, and pauses the desk. */
export function disputeCall(disputes: SettlementDisputes, dispute: Dispute): Promise<ContractTransaction> {
  const exhibit = exhibitOf(dispute.exhibit);

  switch (dispute.kind) {
    case "order":
      return disputes.disputeOrder.populateTransaction(exhibit, placedOf(dispute.neighbours));
    case "net": {
      const { vector, position, neighbours } = dispute;
      const { currency, assets, accounts, shares } = vector;
      const net = { currency, assets: [...assets], accounts: [...accounts], shares: [...shares] };
      return disputes.disputeNet.populateTransaction(exhibit, net, position, placedOf(neighbours));
    }
    case "receipt": {
      const { records, moved } = dispute;
      return disputes.disputeReceipt.populateTransaction(exhibit, recordsOf(records), placedOf(moved));
    }
    case "trade": {
      const { records, buy, sell, position, neighbours } = dispute;
      const placed = placedOf(neighbours);
      return disputes.disputeTrade.populateTransaction(exhibit, recordsOf(records), buy, sell, position, placed);
    }
    case "transfer": {
      const { records, transfer, position, neighbours } = dispute;
      const placed = placedOf(neighbours);
      return disputes.disputeTransfer.populateTransaction(exhibit, recordsOf(records), transfer, position, placed);
    }
    case "repeat": {
      const { first, firstRecords, records } = dispute;
      const before = [exhibitOf(first), recordsOf(firstRecords)] as const;
      return disputes.disputeRepeat.populateTransaction(...before, exhibit, recordsOf(records));
    }
  }
}

/** As the contract takes it. */
export function exhibitOf({ number, chunk, chunkProof }: Exhibit) {
  return { number, chunk, chunkProof: [...chunkProof] };
}

/** As the contract takes them. */
export function placedOf(neighbours: readonly PlacedMovement[]) {
  return neighbours.map(({ proof, ...placed }) => ({ ...placed, proof: [...proof] }));
}

function recordsOf({ instructionProof, receiptProof, ...records }: Extract<Dispute, { kind: "receipt" }>["records"]) {
  return { ...records, instructionProof: [...instructionProof], receiptProof: [...receiptProof] };
}
