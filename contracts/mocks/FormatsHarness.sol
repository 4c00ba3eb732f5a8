// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PositionalMerkle} from "../settlement/PositionalMerkle.sol";
import {SettlementHashLib} from "../settlement/SettlementHashLib.sol";
import {BatchHeader, ChunkHeader, Movement, NetVector} from "../settlement/SettlementTypes.sol";

/// @notice An instruction record, docs/formats.md section 2.2, without its zeros.
struct InstructionRecord {
    uint8 kind;
    uint8 class;
    uint8 priority;
    uint8 attempt;
    uint32 sequence;
    uint32 buyOrder;
    uint32 sellOrder;
    uint64 quantity;
    uint64 price;
    uint64 matchNumber;
    bytes32 id;
}

/// @notice A receipt, docs/formats.md section 2.3, without its zeros.
struct ReceiptRecord {
    bytes32 id;
    uint32 index;
    uint16 code;
    uint16 attempt;
    uint64 quantity;
    uint64 cash;
    uint32 chunk;
}

/// @notice Answers what Solidity makes of the formats, for tests: that a record is what `abi.encodePacked` of its fields gives,
/// and that the libraries of the settlement desk agree with the vectors.
contract FormatsHarness {
    using SettlementHashLib for BatchHeader;
    using SettlementHashLib for ChunkHeader;
    using SettlementHashLib for Movement;
    using SettlementHashLib for NetVector;

    function instruction(InstructionRecord calldata record) external pure returns (bytes memory bytes_, bytes32 leaf) {
        bytes_ = abi.encodePacked(
            record.kind,
            record.class,
            record.priority,
            record.attempt,
            record.sequence,
            record.buyOrder,
            record.sellOrder,
            record.quantity,
            record.price,
            record.matchNumber,
            uint64(0),
            record.id
        );
        leaf = _leaf(bytes_);
    }

    function receipt(ReceiptRecord calldata record) external pure returns (bytes memory bytes_, bytes32 leaf) {
        bytes_ = abi.encodePacked(
            record.id,
            record.index,
            record.code,
            record.attempt,
            record.quantity,
            record.cash,
            record.chunk,
            uint32(0)
        );
        leaf = _leaf(bytes_);
    }

    function chunkLeaf(ChunkHeader calldata chunk) external pure returns (bytes32) {
        return chunk.leaf();
    }

    function movementLeaf(Movement calldata movement) external pure returns (bytes32) {
        return movement.leaf();
    }

    function netHash(NetVector calldata vector) external pure returns (bytes32) {
        return vector.netHash();
    }

    function batchHash(BatchHeader calldata header, uint256 chainId, address desk) external pure returns (bytes32) {
        return header.batchHash(chainId, desk);
    }

    function isProved(
        bytes32 root,
        uint256 count,
        bytes32 leaf,
        uint256 index,
        bytes32[] calldata proof
    ) external pure returns (bool) {
        return PositionalMerkle.isProved(root, count, leaf, index, proof);
    }

    function _leaf(bytes memory record) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(bytes1(0), record));
    }
}
