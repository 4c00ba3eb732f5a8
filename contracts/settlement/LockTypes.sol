// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @notice What a holder signs to have shares kept for a beneficiary until an agent decides; docs/formats.md, section 1.
struct Hold {
    address holder;
    address beneficiary;
    address agent;
    uint256 asset;
    uint64 quantity;
    uint64 until;
    uint64 expiry;
    uint8 priority;
    uint256 salt;
}

/// @notice Of the shares that the register has locked of an account in an asset, those that this desk had locked; one slot.
/// @param leaving still covers chunks until `unlocksAt`, and is the owner's from then on
/// @param held the sum of the account's open holds
struct ShareLock {
    uint64 locked;
    uint64 leaving;
    uint48 unlocksAt;
    uint64 held;
}

/// @notice How far a hold has come.
/// @param held 0 once it is executed, released or reclaimed
/// @param isUsed whether it was created or cancelled; either happens once
struct HoldState {
    uint64 held;
    bool isUsed;
}

/// @notice All that the desk knows of shares that it has locked.
struct LockBook {
    mapping(uint256 asset => mapping(address account => ShareLock)) locks;
    mapping(bytes32 id => HoldState) holds;
}
