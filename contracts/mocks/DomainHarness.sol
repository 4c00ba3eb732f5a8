// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TransferDomainLib} from "../compliance/TransferDomainLib.sol";

/// @notice Answers how Solidity names domains and classes, for tests.
contract DomainHarness {
    function ofCountry(uint16 country) external pure returns (bytes32) {
        return TransferDomainLib.ofCountry(country);
    }

    function ofClass(bytes32 label) external pure returns (bytes32) {
        return TransferDomainLib.ofClass(label);
    }

    function ofAsset(uint256 id) external pure returns (bytes32) {
        return TransferDomainLib.ofAsset(id);
    }
}
