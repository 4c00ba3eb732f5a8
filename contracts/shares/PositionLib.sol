// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC7943MultiToken} from "../standards/IERC7943MultiToken.sol";
import {IShareToken} from "./IShareToken.sol";
import {RecordLib} from "./RecordLib.sol";
import {Position, ShareState} from "./ShareState.sol";

/// @title Debit and credit of one position, with its past settled first
library PositionLib {
    /// @notice What the holder may dispose of: balance less frozen less locked, not below zero.
    function spendable(Position memory position) internal pure returns (uint256) {
        uint256 held = uint256(position.frozen) + position.locked;
        return position.balance > held ? position.balance - held : 0;
    }

    /// @notice Takes spendable shares.
    /// @param due how many records have passed (RecordLib.refreshDue)
    /// @return balance what the account had before
    /// @dev The slot is read once: on the path of every transfer a copy in memory, or another read, would cost more.
    function debit(uint256 id, uint32 due, address account, uint256 value) internal returns (uint256 balance) {
        Position storage slot = ShareState.get().positions[id][account];
        uint64 frozen;
        uint64 locked;
        uint32 cursor;
        (balance, frozen, locked, cursor) = (slot.balance, slot.frozen, slot.locked, slot.cursor);
        unchecked {
            uint256 held = uint256(frozen) + locked;
            if (balance < held || value > balance - held) requireSpendable(id, account, slot, value);
        }
        if (cursor < due) RecordLib.settlePosition(id, due, account, slot);
        _lower(account, slot, balance, value);
    }

    /// @notice Takes shares that are there, held back or not.
    function take(uint256 id, uint32 due, address account, uint256 value) internal {
        Position storage slot = ShareState.get().positions[id][account];
        if (slot.cursor < due) RecordLib.settlePosition(id, due, account, slot);
        _lower(account, slot, slot.balance, value);
    }

    /// @notice Gives shares. An account that comes to hold an asset is counted; at its first time it joins the list of all that ever held.
    /// @return balance what the account had before
    function credit(uint256 id, uint32 due, address account, uint256 value) internal returns (uint256 balance) {
        Position storage slot = ShareState.get().positions[id][account];
        uint32 cursor;
        bool isListed;
        (balance, cursor, isListed) = (slot.balance, slot.cursor, slot.isListed);
        if (cursor < due) RecordLib.settlePosition(id, due, account, slot);

        unchecked {
            slot.balance = uint64(balance + value); // at most the supply, which is at most the cap, below 2^63
        }
        if (balance != 0 || value == 0) return balance;
        ++ShareState.get().heldAssets[account];
        if (isListed) return balance;
        slot.isListed = true;
        ShareState.get().holders[id].push(account);
    }

    function _lower(address account, Position storage slot, uint256 balance, uint256 value) private {
        unchecked {
            slot.balance = uint64(balance - value); // value <= balance
        }
        if (balance == value && value != 0) --ShareState.get().heldAssets[account];
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
