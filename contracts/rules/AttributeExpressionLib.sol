// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";

/// @title Expressions over the attributes of an investor
/// @notice Written in postfix order: a test leaves its answer on a stack, a connective takes answers off and leaves one. In the
/// end one answer is left. A term is an opcode of one byte and its operand:
///
///     01 COUNTRY   n (1 byte), then n countries (2 bytes each, ascending): is the country one of them?
///     02 ANY_CLASS mask (2 bytes): is the investor of at least one of these classes?
///     03 ALL_CLASS mask (2 bytes): is he of all of them?
///     04 ANY_FLAG  mask (2 bytes): has he, or the wallet, at least one of these flags?
///     05 VERIFIED  seconds (4 bytes): does the verification hold for that long from now?
///     10 NOT       turns the last answer round
///     11 ALL       n (1 byte): are the last n answers all yes?
///     12 ANY       n (1 byte): is one of the last n answers yes?
library AttributeExpressionLib {
    uint256 private constant COUNTRY = 0x01;
    uint256 private constant ANY_CLASS = 0x02;
    uint256 private constant ALL_CLASS = 0x03;
    uint256 private constant ANY_FLAG = 0x04;
    uint256 private constant VERIFIED = 0x05;
    uint256 private constant NOT = 0x10;
    uint256 private constant ALL = 0x11;
    uint256 private constant ANY = 0x12;

    /// @dev So that the longest expression is judged with a fraction of the gas that a rule may use.
    uint256 private constant MOST_TERMS = 64;
    uint256 private constant MOST_ANSWERS = 32;

    /// @notice Whether the expression can be judged: known terms with sensible operands, no more answers taken than are there, at
    /// most 64 terms and 32 answers waiting, and one answer left in the end.
    function isWellFormed(bytes calldata expression) internal pure returns (bool) {
        uint256 terms = 0;
        uint256 waiting = 0;
        uint256 place = 0;
        while (place < expression.length) {
            bytes calldata term = expression[place:];
            (uint256 size, uint256 taken) = _shapeOf(term);
            if (++terms > MOST_TERMS || size == 0 || size > term.length || taken > waiting || !_isSensible(term))
                return false;

            waiting = waiting - taken + 1;
            if (waiting > MOST_ANSWERS) return false;
            place += size;
        }
        return waiting == 1;
    }

    /// @notice Whether the investor meets a well-formed expression.
    function isMetBy(bytes calldata expression, Party party) internal view returns (bool) {
        uint256 answers = 0; // one bit each, the last one lowest
        uint256 place = 0;
        while (place < expression.length) {
            bytes calldata term = expression[place:];
            (uint256 size, uint256 taken) = _shapeOf(term);
            uint256 mask = (1 << taken) - 1;
            answers = ((answers >> taken) << 1) | (_answer(term, answers & mask, mask, party) ? 1 : 0);
            place += size;
        }
        return answers == 1;
    }

    function _answer(bytes calldata term, uint256 taken, uint256 mask, Party party) private view returns (bool) {
        uint256 opcode = uint8(term[0]);
        if (opcode == COUNTRY) return _isListed(term, party.country());
        if (opcode == ANY_CLASS) return party.classes() & _mask(term) != 0;
        if (opcode == ALL_CLASS) return party.classes() & _mask(term) == _mask(term);
        if (opcode == ANY_FLAG) return party.flags() & _mask(term) != 0;
        if (opcode == VERIFIED) return party.verifiedUntil() >= block.timestamp + uint32(bytes4(term[1:]));
        if (opcode == NOT) return taken == 0;
        if (opcode == ALL) return taken == mask;
        return taken != 0;
    }

    /// @dev Bytes of a term and the answers that it takes; no bytes if it is unknown.
    function _shapeOf(bytes calldata term) private pure returns (uint256 size, uint256 taken) {
        uint256 opcode = uint8(term[0]);
        if (opcode == COUNTRY) return (2 + 2 * _count(term), 0);
        if (opcode == ANY_CLASS || opcode == ALL_CLASS || opcode == ANY_FLAG) return (3, 0);
        if (opcode == VERIFIED) return (5, 0);
        if (opcode == NOT) return (1, 1);
        if (opcode == ALL || opcode == ANY) return (2, _count(term));
    }

    /// @dev Whether the operand says something; asked of a whole term only.
    function _isSensible(bytes calldata term) private pure returns (bool) {
        uint256 opcode = uint8(term[0]);
        if (opcode == COUNTRY) return _count(term) != 0 && _isAscending(term);
        if (opcode == ANY_CLASS || opcode == ALL_CLASS || opcode == ANY_FLAG) return _mask(term) != 0;
        if (opcode == ALL || opcode == ANY) return _count(term) != 0;
        return true;
    }

    function _isAscending(bytes calldata term) private pure returns (bool) {
        uint256 last = 0;
        for (uint256 i = 0; i < _count(term); ++i) {
            uint256 country = _country(term, i);
            if (country <= last || country > 999) return false;
            last = country;
        }
        return true;
    }

    function _isListed(bytes calldata term, uint256 country) private pure returns (bool) {
        uint256 count = _count(term);
        for (uint256 i = 0; i < count; ++i) {
            if (_country(term, i) == country) return true;
        }
        return false;
    }

    function _country(bytes calldata term, uint256 i) private pure returns (uint256) {
        return uint16(bytes2(term[2 + 2 * i:]));
    }

    /// @dev Zero where the expression ends before it.
    function _count(bytes calldata term) private pure returns (uint256) {
        return uint8(bytes1(term[1:]));
    }

    function _mask(bytes calldata term) private pure returns (uint16) {
        return uint16(bytes2(term[1:]));
    }
}
