// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Profile} from "../investors/IInvestorRegistry.sol";

/// @notice A movement of shares as a rule sees it.
/// @param id the asset
/// @param from sender; zero address for an issue
/// @param to receiver; zero address for a redemption
/// @param value shares
/// @param fromBalance the sender's shares before the movement
/// @param toBalance the receiver's shares before the movement
struct Movement {
    uint256 id;
    address from;
    address to;
    uint256 value;
    uint256 fromBalance;
    uint256 toBalance;
}

/// @notice The change that one account sees from a netted chunk.
struct NetMovement {
    address account;
    uint256 balanceBefore;
    uint256 balanceAfter;
}

/// @title One rule about who may come to hold an asset
/// @notice Small, one idea, parameters per asset. `TransferRules` asks the rules bound to an asset, in order.
/// @dev A rule judges by the balances that the movement carries, never by asking the register, which has made the movement
/// already. Self and zero movements must change no counter (I-6).
interface ITransferRule {
    /// @notice Its reason code, unique in docs/formats.md section 5.
    function code() external view returns (uint8);

    /// @notice What it refuses, as a sentence for the person refused.
    function sentence() external view returns (string memory);

    /// @notice What that person, or the issuer, can do about it.
    function nextStep() external view returns (string memory);

    /// @notice Whether it keeps counters and has to be told of every movement.
    function tracks() external view returns (bool);

    /// @notice Whether it can be judged on the end state of a netted chunk (D18).
    function nettable() external view returns (bool);

    /// @notice Whether the movement is fine by this rule.
    function allows(
        Movement calldata movement,
        Profile calldata from,
        Profile calldata to
    ) external view returns (bool);

    /// @notice Brings its counters up to date after a movement. Called by TransferRules only.
    function moved(Movement calldata movement, Profile calldata from, Profile calldata to) external;

    /// @notice Brings its counters up to date after a netted chunk and says whether the end state is fine.
    /// Called by TransferRules only; a tracking rule writes, others only judge.
    function netted(uint256 id, NetMovement[] calldata movements, Profile[] calldata profiles) external returns (bool);
}
