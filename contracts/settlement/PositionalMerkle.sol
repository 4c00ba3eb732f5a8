// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Merkle trees in which a leaf has a place
/// @notice Leaf *i* stands at place *i*; zero words fill the tree up to the next power of two. A proof lists the siblings
/// from the leaf up, and bit *d* of the index says whether the running node is the right one at depth *d*.
/// @dev The length of a proof has to be that of the tree, so that neither an inner node nor a longer path passes for a leaf.
library PositionalMerkle {
    /// @notice Whether `leaf` is the one at `index` of the `count` leaves under `root`.
    function isProved(
        bytes32 root,
        uint256 count,
        bytes32 leaf,
        uint256 index,
        bytes32[] calldata proof
    ) internal pure returns (bool) {
        return index < count && proof.length == depthOf(count) && climb(leaf, index, proof) == root;
    }

    /// @notice The node to which `proof` leads from `leaf`.
    function climb(bytes32 leaf, uint256 index, bytes32[] calldata proof) internal pure returns (bytes32 node) {
        node = leaf;
        for (uint256 depth = 0; depth < proof.length; ++depth) {
            bool isRight = (index >> depth) & 1 == 1;
            node =
                isRight ? Hashes.efficientKeccak256(proof[depth], node) : Hashes.efficientKeccak256(node, proof[depth]);
        }
    }

    /// @notice The leaf of a record of any length but 63, with which it could be taken for a node.
    function leafOf(bytes calldata record) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(bytes1(0), record));
    }

    /// @notice Levels above the leaves of a tree of `count` leaves, at least one.
    function depthOf(uint256 count) internal pure returns (uint256) {
        return Math.log2(count, Math.Rounding.Ceil);
    }
}
