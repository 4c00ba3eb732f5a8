// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IClaimVerifier} from "../IClaimVerifier.sol";

/// @title What every verifier of this suite shares: who configures it and for whom it verifies
abstract contract ClaimVerifier is IClaimVerifier, AccessManaged {
    /// @notice The registry for which claims are verified.
    address public immutable investors;

    /// @notice Only the registry may have claims verified; another caller would use them up.
    /// @dev Present the claim to the registry.
    error ClaimVerifierNotRegistry(address caller);

    modifier onlyRegistry() {
        require(msg.sender == investors, ClaimVerifierNotRegistry(msg.sender));
        _;
    }

    constructor(address authority_, address investors_) AccessManaged(authority_) {
        investors = investors_;
    }
}
