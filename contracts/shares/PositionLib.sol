// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC7943MultiToken} from "../standards/IERC7943MultiToken.sol";
import {IShareToken} from "./IShareToken.sol";
import {RecordLib} from "./RecordLib.sol";
import {Asset, Position, RegisterStorage, ShareState} from "./ShareState.sol";

/// @title Debit and credit of one position, with its past settled first
library PositionLib {
    /// @notice What the holder may dispose of: balance less frozen less locked, not below zero.
    function spendable(Position memory position) internal pure returns (uint256) {
        uint256 held = uint256(position.frozen) + position.locked;
        return position.balance > held ? position.balance - held : 0;
    }

    /// @notice Takes spendable shares.
    /// @return balance what the account had before
    function debit(uint256 id, Asset storage asset, address account, uint256 value) internal returns (uint256 balance) {
        Position memory position = ShareState.get().positions[id][account];
        requireSpendable(id, account, position, value);
        balance = position.balance;

        RecordLib.settlePosition(id, asset, account, position);
        position.balance = uint64(balance - value); // value <= balance
        write(id, account, position, balance);
    }

    /// @notice Gives shares.
    /// @return balance what the account had before
    function credit(
        uint256 id,
        Asset storage asset,
        address account,
        uint256 value
    ) internal returns (uint256 balance) {
        Position memory position = ShareState.get().positions[id][account];
        balance = position.balance;

        RecordLib.settlePosition(id, asset, account, position);
        position.balance = uint64(balance + value); // at most the supply, which is at most the cap, below 2^63
        write(id, account, position, balance);
    }

    /// @notice Writes a position. An account that comes to hold an asset or ceases to is counted; at its first time it joins the list of
    /// all that ever held.
    function write(uint256 id, address account, Position memory position, uint256 before) internal {
        RegisterStorage storage $ = ShareState.get();
        Position storage slot = $.positions[id][account];
        if (before == 0 && position.balance != 0) {
            ++$.heldAssets[account];
            if (!position.isListed) $.holders[id].push(account);
            position.isListed = true;
        } else if (before != 0 && position.balance == 0) {
            --$.heldAssets[account];
        }
        slot.balance = position.balance;
        slot.frozen = position.frozen;
        slot.locked = position.locked;
        slot.cursor = position.cursor;
        slot.isListed = position.isListed;
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
