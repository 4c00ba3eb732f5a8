// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice All that a chunk reads and writes of an account in one currency, in one word, engine units; from the low bits up:
/// deposited (64), cash out left (64), shortfall left (64), expiry (40), mandate (24).
type CashSlot is uint256;

using CashSlotLib for CashSlot global;

/// @title The word of an account's cash and mandate
/// @notice Words instead of structs, because gas limits a chunk, and the compiler would read and write the slot once per field.
/// @dev Taking is one subtraction. It may not be asked for more than is left: it would borrow from the field above.
library CashSlotLib {
    uint256 private constant CASH_OUT = 64;
    uint256 private constant SHORTFALL = 128;
    uint256 private constant EXPIRY = 192;
    uint256 private constant MANDATE = 232;

    /// @notice Cash that trades and chunks may use.
    function deposited(CashSlot slot) internal pure returns (uint64) {
        return uint64(CashSlot.unwrap(slot));
    }

    /// @notice Net cash that the live mandate still lets out.
    function cashOutLeft(CashSlot slot) internal pure returns (uint64) {
        return uint64(CashSlot.unwrap(slot) >> CASH_OUT);
    }

    /// @notice What is left of fee cap and loss allowance together.
    function shortfallLeft(CashSlot slot) internal pure returns (uint64) {
        return uint64(CashSlot.unwrap(slot) >> SHORTFALL);
    }

    /// @notice Last second of the live mandate; 0 if none is live.
    function expiry(CashSlot slot) internal pure returns (uint40) {
        return uint40(CashSlot.unwrap(slot) >> EXPIRY);
    }

    /// @notice How many mandates were registered, which is the number of the last.
    function mandate(CashSlot slot) internal pure returns (uint24) {
        return uint24(CashSlot.unwrap(slot) >> MANDATE);
    }

    function withDeposited(CashSlot slot, uint64 units) internal pure returns (CashSlot) {
        return CashSlot.wrap(CashSlot.unwrap(slot) - slot.deposited() + units);
    }

    /// @notice The same cash under another mandate.
    function withMandate(
        CashSlot slot,
        uint64 cashOut,
        uint64 shortfall,
        uint40 expiry_,
        uint24 number
    ) internal pure returns (CashSlot) {
        uint256 word = slot.deposited();
        word |= uint256(cashOut) << CASH_OUT;
        word |= uint256(shortfall) << SHORTFALL;
        word |= uint256(expiry_) << EXPIRY;
        return CashSlot.wrap(word | (uint256(number) << MANDATE));
    }

    /// @param units at most `cashOutLeft`
    function takeCashOut(CashSlot slot, uint256 units) internal pure returns (CashSlot) {
        return CashSlot.wrap(CashSlot.unwrap(slot) - (units << CASH_OUT));
    }

    /// @param units at most `shortfallLeft`
    function takeShortfall(CashSlot slot, uint256 units) internal pure returns (CashSlot) {
        return CashSlot.wrap(CashSlot.unwrap(slot) - (units << SHORTFALL));
    }
}
