// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BundleHashLib, DocumentEntry} from "../documents/BundleHashLib.sol";

/// @notice Answers what Solidity makes of a bundle, for tests.
contract BundleHarness {
    function canonical(DocumentEntry[] memory entries) external pure returns (bytes32) {
        return BundleHashLib.computeCanonicalBundleHash(entries);
    }

    function sorted(DocumentEntry[] memory entries) external pure returns (bytes32) {
        return BundleHashLib.computeBundleHash(entries);
    }

    function leaf(DocumentEntry memory entry) external pure returns (bytes32) {
        return BundleHashLib.leafOf(entry);
    }
}
