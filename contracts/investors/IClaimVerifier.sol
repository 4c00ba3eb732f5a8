// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Profile} from "./IInvestorRegistry.sol";

/// @title Somebody else's word about an investor
/// @notice Reads claims of one kind (signed by an attestor, or kept in another identity system) and says what they mean here.
/// The registry decides which verifiers it listens to, keeps the profile, and asks later whether the claim still stands.
/// @dev A verifier says what the claim says, and nothing of flags: suspension is the registrar's business.
interface IClaimVerifier {
    /// @notice What the claim says about `wallet`; reverts with a named error if it says nothing valid. Only the registry may
    /// call, because a claim may be used up by it.
    /// @return profile whose wallet it is, country, classes and the last second of the verification; no flags
    /// @return claimId identifies the claim for `isRevoked`
    function verify(address wallet, bytes calldata claim) external returns (Profile memory profile, bytes32 claimId);

    /// @notice Whether a claim that was verified once has been taken back by its issuer, or its source no longer stands behind it.
    /// False for a claim that was never verified. Expiry is not revocation; the profile carries it.
    function isRevoked(bytes32 claimId) external view returns (bool);
}
