// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Reading instruction records and receipts
/// @notice What of their bytes a dispute needs; docs/formats.md, 2.2 and 2.3, has where each field stands.
/// @dev The length of a record has been checked; big-endian, so that a field is the bytes as they stand.
library BatchRecordLib {
    uint256 internal constant INSTRUCTION_BYTES = 80;
    uint256 internal constant RECEIPT_BYTES = 64;

    uint8 internal constant TRADE = 1;
    uint8 internal constant TRANSFER = 2;

    /// @dev Bits of kinds 5 and 7 to 11: holds, voids, expiries, freezes, unfreezes and cancels.
    uint256 private constant MOVING_NOTHING = 0xfa0;
    uint8 private constant PARTIAL = 2;

    /// @notice What an instruction asks for.
    struct Instruction {
        uint8 kind;
        uint64 quantity;
        uint64 price;
        uint64 number;
        bool isPartial;
        bytes32 id;
    }

    /// @notice What became of it.
    struct Receipt {
        bytes32 id;
        uint32 index;
        bool isAccepted;
        uint64 quantity;
        uint64 cash;
        uint32 chunk;
    }

    function readInstruction(bytes calldata record) internal pure returns (Instruction memory) {
        return
            Instruction({
                kind: uint8(record[0]),
                quantity: uint64(bytes8(record[16:24])),
                price: uint64(bytes8(record[24:32])),
                number: uint64(bytes8(record[32:40])),
                isPartial: uint8(record[40]) & PARTIAL != 0,
                id: bytes32(record[48:80])
            });
    }

    function readReceipt(bytes calldata record) internal pure returns (Receipt memory) {
        return
            Receipt({
                id: bytes32(record[0:32]),
                index: uint32(bytes4(record[32:36])),
                isAccepted: bytes2(record[36:38]) == 0,
                quantity: uint64(bytes8(record[40:48])),
                cash: uint64(bytes8(record[48:56])),
                chunk: uint32(bytes4(record[56:60]))
            });
    }

    /// @notice Whether instructions of this kind never move shares or cash.
    function movesNothing(uint8 kind) internal pure returns (bool) {
        return (MOVING_NOTHING >> kind) & 1 == 1;
    }
}
