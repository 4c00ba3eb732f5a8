// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A list of rules with their parameters, kept as the code of a contract
/// @notice Reading code costs one cold access however long the list is, where storage would cost one per rule; and whoever wants
/// to know all rules of an asset reads one contract. The contract begins with a STOP, so that it cannot be called, and never changes.
/// @dev An entry is rule (20 bytes) ‖ code (1) ‖ traits (1) ‖ length of the parameters (2) ‖ parameters.
library RuleList {
    uint256 private constant HEAD = 24;
    /// @dev What a contract's code may be (EIP-170), less the STOP. Asked beforehand, because a creation that is too long takes all gas
    /// with it and says nothing.
    uint256 private constant LONGEST = 24_575;

    /// @notice One entry. The parameters are the `length` bytes of memory from `start`.
    struct Entry {
        address rule;
        uint8 code;
        uint8 traits;
        uint256 start;
        uint256 length;
    }

    /// @notice The list could not be written: there is too little gas, or it is too long.
    /// @dev Send more gas, or shorten the list.
    error RuleListNotWritten(uint256 length);

    function encode(
        address rule,
        uint8 code,
        uint8 traits,
        bytes calldata parameters
    ) internal pure returns (bytes memory) {
        return abi.encodePacked(rule, code, traits, uint16(parameters.length), parameters);
    }

    /// @notice Writes a list; the address is zero for an empty one.
    function write(bytes memory list) internal returns (address at_) {
        if (list.length == 0) return address(0);
        require(list.length <= LONGEST, RuleListNotWritten(list.length));
        // PUSH4 size, DUP1, PUSH1 12, PUSH0, CODECOPY, PUSH0, RETURN; from byte 12 on what stays: STOP and the list
        bytes memory creation = abi.encodePacked(hex"63", uint32(list.length + 1), hex"80600c5f395ff300", list);
        assembly ("memory-safe") {
            at_ := create(0, add(creation, 0x20), mload(creation))
        }
        require(at_ != address(0), RuleListNotWritten(list.length));
    }

    /// @notice Reads a list into memory; empty for the zero address.
    function read(address from) internal view returns (bytes memory list) {
        assembly ("memory-safe") {
            list := mload(0x40)
            let size := extcodesize(from)
            let length := sub(size, iszero(iszero(size)))
            mstore(list, length)
            extcodecopy(from, add(list, 0x20), 1, length)
            mstore(0x40, add(add(list, 0x20), and(add(length, 0x1f), not(0x1f))))
        }
    }

    /// @notice Where the first entry begins, as a place in memory, and where the list ends.
    function bounds(bytes memory list) internal pure returns (uint256 place, uint256 end) {
        assembly ("memory-safe") {
            place := add(list, 0x20)
            end := add(place, mload(list))
        }
    }

    /// @notice The entry at `place`, and the place of the one after it.
    function entryAt(uint256 place, Entry memory entry) internal pure returns (uint256 next) {
        uint256 head;
        assembly ("memory-safe") {
            head := mload(place)
        }
        entry.rule = address(uint160(head >> 96));
        entry.code = uint8(head >> 88);
        entry.traits = uint8(head >> 80);
        entry.length = uint16(head >> 64);
        entry.start = place + HEAD;
        return entry.start + entry.length;
    }

    /// @notice A copy of an entry's parameters.
    function parametersOf(Entry memory entry) internal pure returns (bytes memory parameters) {
        uint256 start = entry.start;
        uint256 length = entry.length;
        parameters = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(parameters, 0x20), start, length)
        }
    }
}
