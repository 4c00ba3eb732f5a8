// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// @title Trees of income lists, made the plain way
/// @notice docs/formats.md, section 10: node n has the children 2n + 1 and 2n + 2; leaf i stands at place 2 × count − 2 − i.
library IncomeTree {
    /// @notice All nodes, the root first.
    function nodesOf(bytes32[] memory leaves) internal pure returns (bytes32[] memory nodes) {
        nodes = new bytes32[](2 * leaves.length - 1);
        for (uint256 i = 0; i < leaves.length; ++i) nodes[nodes.length - 1 - i] = leaves[i];
        for (uint256 n = leaves.length - 1; n > 0; --n) {
            nodes[n - 1] = Hashes.commutativeKeccak256(nodes[2 * n - 1], nodes[2 * n]);
        }
    }

    /// @notice The siblings from leaf `index` up to the root.
    function proofOf(bytes32[] memory nodes, uint256 index) internal pure returns (bytes32[] memory proof) {
        uint256 node = nodes.length - 1 - index;
        uint256 depth = 0;
        for (uint256 n = node; n > 0; n = (n - 1) / 2) ++depth;

        proof = new bytes32[](depth);
        for (uint256 d = 0; d < depth; ++d) {
            proof[d] = nodes[node % 2 == 0 ? node - 1 : node + 1];
            node = (node - 1) / 2;
        }
    }
}
