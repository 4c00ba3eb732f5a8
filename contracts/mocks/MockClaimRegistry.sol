// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimVerifier} from "../investors/IClaimVerifier.sol";
import {Profile} from "../investors/IInvestorRegistry.sol";

/// @notice Stands for the registry where only verifiers are tested: hands claims on and remembers the last profile.
contract MockClaimRegistry {
    bytes32 public claimId;
    Profile private _profile;

    function present(IClaimVerifier verifier, address wallet, bytes calldata claim) external {
        (_profile, claimId) = verifier.verify(wallet, claim);
    }

    function profile() external view returns (Profile memory) {
        return _profile;
    }
}
