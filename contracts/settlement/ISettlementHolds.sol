// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Hold, HoldState} from "./LockTypes.sol";

/// @title Shares kept for somebody until an agent decides
/// @notice A holder keeps shares for a beneficiary, and an agent whom both trust says until a last second whether they go over: all, a
/// part, or none. Meanwhile they stay in the holder's wallet, locked. Once the time is over they are the holder's, needing nobody.
/// @dev A hold's id is the digest of what was signed, and used once. Wallets that stand for lost ones act and receive in their place.
interface ISettlementHolds {
    event HoldCreated(
        bytes32 indexed hold,
        address indexed holder,
        address indexed beneficiary,
        address agent,
        uint256 asset,
        uint64 quantity,
        uint64 until
    );
    /// @notice `quantity` shares went to the beneficiary, and the rest is the holder's again.
    event HoldExecuted(bytes32 indexed hold, uint64 quantity);
    /// @notice All the shares are the holder's again.
    event HoldReleased(bytes32 indexed hold, address indexed by);

    /// @notice The holder took his word back; nothing was held by it, and nothing will be.
    event HoldCancelled(bytes32 indexed hold, address indexed holder);

    /// @notice Holder and beneficiary are the same wallet.
    /// @dev Name another beneficiary.
    error SettlementDeskSameAccount(address account);
    /// @notice This hold was created or cancelled before.
    /// @dev Sign it with another salt.
    error SettlementDeskHoldUsed(bytes32 hold);
    /// @notice No such hold is open: it was never created, was cancelled, or is decided.
    /// @dev Send exactly what was signed; `holdOf` tells how far it has come.
    error SettlementDeskHoldUnknown(bytes32 hold);
    /// @notice Only its holder may cancel a hold.
    /// @dev Send it from the holder's own account.
    error SettlementDeskNotHolder(address caller, address holder);
    /// @notice Only the agent decides, and only he or the beneficiary gives up.
    /// @dev Send it from `agent`, or from the wallet that stands for it.
    error SettlementDeskNotHoldAgent(address caller, address agent);
    /// @notice The hold's time is over.
    /// @dev Have the holder sign a new one; anybody may reclaim the old one.
    error SettlementDeskHoldOver(bytes32 hold, uint64 until);
    /// @notice Until the end of `until` the agent may still decide.
    /// @dev Reclaim it from the next second on, or have the agent release it.
    error SettlementDeskHoldNotOver(bytes32 hold, uint64 until);
    /// @notice Only `left` shares are held.
    /// @dev Execute at most `left`; enforcement may have taken the others.
    error SettlementDeskHoldExceeded(bytes32 hold, uint64 quantity, uint256 left);

    /// @notice Locks the shares of a hold. The holder calls himself, without a signature, or anybody with his.
    function createHold(Hold calldata hold, bytes calldata signature) external;

    /// @notice Rules out a hold that the caller has signed and nobody has created.
    function cancelHold(Hold calldata hold) external;

    /// @notice Gives the beneficiary `quantity` of the held shares, judged like a net movement, and the holder the rest. For the agent, until `until`.
    function executeHold(Hold calldata hold, uint64 quantity) external;

    /// @notice Gives the holder all of the shares back. For agent or beneficiary.
    function releaseHold(Hold calldata hold) external;

    /// @notice Gives the holder all of the shares back once `until` is over. Open to anybody.
    function reclaimHold(Hold calldata hold) external;

    /// @notice How far the hold with this id has come.
    function holdOf(bytes32 id) external view returns (HoldState memory);

    /// @notice The id: the EIP-712 digest, domain included.
    function hashHold(Hold calldata hold) external view returns (bytes32);
}
