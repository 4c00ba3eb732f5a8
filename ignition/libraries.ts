import type { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/**
 * Parts of a contract's code that live at addresses of their own, because all of it is more than one contract may have. They keep
 * nothing: each acts on the storage of the contract that is linked to it.
 */
export const LIBRARIES = {
  OfferingDesk: ["Opening", "Subscribing"],
  SettlementDesk: [
    "ChunkSettlement",
    "DeskSuccession",
    "ExchangeSettlement",
    "HeldForOthers",
    "LockedShares",
    "MandateBook",
    "TradeSettlement",
  ],
  TransferRules: ["RuleExplainer"],
  ShareToken: ["AssetListing", "Enforcement", "HeldShares", "NetSettlement", "PermitLib", "RecordBook", "TransferView"],
} as const;

export type LinkedContract = keyof typeof LIBRARIES;
type Builder = Parameters<Parameters<typeof buildModule>[1]>[0];

export function isLinked(contract: string): contract is LinkedContract {
  return contract in LIBRARIES;
}

/** The libraries of a contract, as futures: by their names for its code, and as a module returns them, for the address book. */
export function linkLibraries(m: Builder, contract: LinkedContract) {
  const deployed = LIBRARIES[contract].map((name) => [name, m.library(name)] as const);
  const results = deployed.map(([name, library]) => [name.charAt(0).toLowerCase() + name.slice(1), library] as const);
  return { libraries: Object.fromEntries(deployed), results: Object.fromEntries(results) };
}
