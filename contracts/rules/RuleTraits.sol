// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title What a rule needs of `TransferRules`, as bits of `IRule.traits`
library RuleTraits {
    /// @dev `Movement.holdersBefore` and `holdersAfter`.
    uint8 internal constant COUNTS_HOLDERS = 1;
    /// @dev `Movement.fromTotal` and `toTotal`.
    uint8 internal constant COUNTS_TOTALS = 2;
    /// @dev `Movement.fromYoung`; the rule says its window. Comes with COUNTS_TOTALS.
    uint8 internal constant KEEPS_LOTS = 4;
    /// @dev `ITransferRules.holdersWith`: holders per country and per class. Comes with COUNTS_HOLDERS.
    uint8 internal constant COUNTS_KINDS = 8;
    /// @dev It has a memory of its own and is told of every movement (`ITrackingRule`).
    uint8 internal constant TRACKS = 16;
    /// @dev It looks at pairs or single trades, so that an asset with it cannot be settled net (D18).
    uint8 internal constant GROSS_ONLY = 32;
    /// @dev Several rules in one contract, which its parameters choose (`ICompositeRule`).
    uint8 internal constant COMPOSITE = 64;
}
