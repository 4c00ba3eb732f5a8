// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC7943MultiToken} from "../standards/IERC7943MultiToken.sol";
import {IShareToken} from "./IShareToken.sol";
import {RecordLib} from "./RecordLib.sol";
import {Position, ShareState} from "./ShareState.sol";

/// @title Debit and credit of one position, with its past settled first
library PositionLib {
    /// @dev Where the members of a position stand in its word; the balance has the lowest 64 bits.
    uint256 private constant FROZEN = 64;
    uint256 private constant LOCKED = 128;
    uint256 private constant CURSOR = 192;
    uint256 private constant IS_LISTED = 1 << 224;

    /// @notice What the holder may dispose of: balance less frozen less locked, not below zero.
    function spendable(Position memory position) internal pure returns (uint256) {
        uint256 held = uint256(position.frozen) + position.locked;
        return position.balance > held ? position.balance - held : 0;
    }

    /// @notice Takes spendable shares.
    /// @param due how many records have passed (RecordLib.refreshDue)
    /// @return balance what the account had before
    function debit(uint256 id, uint32 due, address account, uint256 value) internal returns (uint256 balance) {
        return debitAt(ShareState.get().positions[id][account], id, due, account, value);
    }

    /// @notice The same for whoever knows already where the position stands.
    function debitAt(
        Position storage slot,
        uint256 id,
        uint32 due,
        address account,
        uint256 value
    ) internal returns (uint256 balance) {
        uint256 word;
        assembly ("memory-safe") {
            word := sload(slot.slot)
        }
        balance = uint64(word);
        unchecked {
            uint256 held = uint256(uint64(word >> FROZEN)) + uint64(word >> LOCKED);
            if (balance < held || value > balance - held) requireSpendable(id, account, slot, value);
        }
        if (uint32(word >> CURSOR) < due) {
            RecordLib.settlePosition(id, due, account, slot);
            word = _read(slot);
        }
        assembly ("memory-safe") {
            sstore(slot.slot, sub(word, value)) // value <= balance
        }
        if (balance == value && value != 0) --ShareState.get().heldAssets[account];
    }

    /// @notice Takes shares that are there, held back or not.
    function take(uint256 id, uint32 due, address account, uint256 value) internal {
        Position storage slot = ShareState.get().positions[id][account];
        if (slot.cursor < due) RecordLib.settlePosition(id, due, account, slot);
        uint256 word = _read(slot);
        unchecked {
            _write(slot, word - value); // value <= balance
        }
        if (uint64(word) == value && value != 0) --ShareState.get().heldAssets[account];
    }

    /// @notice Gives shares. An account that comes to hold an asset is counted; at its first time it joins the list of all that ever held.
    /// @return balance what the account had before
    function credit(uint256 id, uint32 due, address account, uint256 value) internal returns (uint256 balance) {
        return creditAt(ShareState.get().positions[id][account], id, due, account, value);
    }

    /// @notice The same for whoever knows already where the position stands.
    function creditAt(
        Position storage slot,
        uint256 id,
        uint32 due,
        address account,
        uint256 value
    ) internal returns (uint256 balance) {
        uint256 word;
        assembly ("memory-safe") {
            word := sload(slot.slot)
        }
        if (uint32(word >> CURSOR) < due) {
            RecordLib.settlePosition(id, due, account, slot);
            word = _read(slot);
        }

        balance = uint64(word);
        unchecked {
            word += value; // the balance then is at most the supply, which is at most the cap, below 2^63
        }
        if (balance != 0 || value == 0) {
            assembly ("memory-safe") {
                sstore(slot.slot, word)
            }
            return balance;
        }
        ++ShareState.get().heldAssets[account];
        _write(slot, word | IS_LISTED);
        if (word & IS_LISTED == 0) ShareState.get().holders[id].push(account);
    }

    /// @dev A position as the word that it is: the compiler would read and write the slot once per member. Where every movement
    /// passes it stands in place, for a call takes more than what it does.
    function _read(Position storage slot) private view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(slot.slot)
        }
    }

    function _write(Position storage slot, uint256 word) private {
        assembly ("memory-safe") {
            sstore(slot.slot, word)
        }
    }

    /// @notice Each shortage has its own error: of shares, of unfrozen shares (ERC-7943), of unlocked ones.
    function requireSpendable(uint256 id, address account, Position memory position, uint256 value) internal pure {
        uint256 free = spendable(position);
        if (value <= free) return;
        uint256 balance = position.balance;
        require(value <= balance, IERC1155Errors.ERC1155InsufficientBalance(account, balance, value, id));
        uint256 unfrozen = balance > position.frozen ? balance - position.frozen : 0;
        require(value <= unfrozen, IERC7943MultiToken.ERC7943InsufficientUnfrozenBalance(account, id, value, unfrozen));
        revert IShareToken.ShareTokenInsufficientUnlocked(account, id, value, free, position.locked);
    }
}
