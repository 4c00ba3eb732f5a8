// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Profile} from "./IInvestorRegistry.sol";

/// @title One way to know an investor: what is accepted as a claim, and what it says
/// @notice The registry asks only verifiers that compliance has put on its list.
interface IClaimVerifier {
    /// @notice What the claim says about `wallet`. Reverts with a named error if it says nothing valid. For the registry, because
    /// nonces are used up.
    /// @return profile the flags are ignored: a claim neither suspends nor lifts a suspension
    /// @return claimId what its issuer takes it back by
    function verify(address wallet, bytes calldata claim) external returns (Profile memory profile, bytes32 claimId);

    /// @notice Whether a claim that was verified once has been taken back, or its source no longer stands behind it.
    function isRevoked(bytes32 claimId) external view returns (bool);
}
