// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IInvestorRegistry} from "../investors/IInvestorRegistry.sol";
import {Party} from "../investors/Party.sol";
import {StandingLib} from "../investors/StandingLib.sol";
import {Transfer} from "../rules/ITransferRules.sol";
import {ReasonCodes} from "../rules/ReasonCodes.sol";
import {IERC7943MultiToken} from "../standards/IERC7943MultiToken.sol";
import {IShareToken} from "./IShareToken.sol";
import {PositionLib} from "./PositionLib.sol";
import {RecordLib} from "./RecordLib.sol";
import {Asset, Position, RegisterStorage, ShareState} from "./ShareState.sol";

/// @title Movements that nobody can block (D17): force, and the recovery of a lost wallet
/// @dev No rule and no receiver is asked; rules only count. A library of its own for the size of the token's code only.
library Enforcement {
    /// @notice Free shares go first, then frozen, then locked ones (D16).
    function force(address from, address to, uint256 id, uint256 value) external {
        require(from != address(0), IERC1155Errors.ERC1155InvalidSender(from));
        require(to != address(0), IERC1155Errors.ERC1155InvalidReceiver(to));
        require(from != to, IShareToken.ShareTokenForcedToSelf(from));
        Asset storage asset = ShareState.listed(id);
        (Party sender, Party receiver) = ShareState.get().investors.pairOf(from, to);
        require(StandingLib.receiveCode(receiver) == ReasonCodes.ACCEPTED, IERC7943MultiToken.ERC7943CannotReceive(to));
        Position memory position = ShareState.get().positions[id][from];
        require(
            value <= position.balance,
            IERC1155Errors.ERC1155InsufficientBalance(from, position.balance, value, id)
        );
        uint256 free = PositionLib.spendable(position);
        Transfer memory transfer = Transfer(id, from, to, value, position.balance, 0, asset.supply);

        RecordLib.settlePosition(id, asset, from, position);
        position.balance -= uint64(value); // value <= balance
        if (value > free) _consumeHeld(id, from, position, value - free);
        PositionLib.write(id, from, position, transfer.fromBalance);
        transfer.toBalance = PositionLib.credit(id, asset, to, value);

        emit IERC1155.TransferSingle(msg.sender, from, to, id, value);
        emit IERC7943MultiToken.ForcedTransfer(from, to, id, value);

        if (asset.flags & ShareState.RULED != 0) ShareState.get().rules.moveForced(transfer, sender, receiver);
    }

    /// @notice All that a lost wallet has of these assets goes to the wallet that stands for it.
    function recover(address lost, uint256[] calldata ids) external {
        IInvestorRegistry investors = ShareState.get().investors;
        address successor = investors.successorOf(lost);
        require(successor != lost, IShareToken.ShareTokenNotRetired(lost));
        (Party before, Party next) = investors.pairOf(lost, successor);

        for (uint256 i = 0; i < ids.length; ++i) _recover(lost, successor, ids[i], before, next);
    }

    function _recover(address lost, address successor, uint256 id, Party before, Party next) private {
        Asset storage asset = ShareState.listed(id);
        RegisterStorage storage $ = ShareState.get();
        Position memory old = $.positions[id][lost];
        Position memory merged = $.positions[id][successor];
        if (old.balance == 0 && old.frozen == 0) return; // nothing is locked without a balance
        Transfer memory transfer = Transfer(
            id,
            lost,
            successor,
            old.balance,
            old.balance,
            merged.balance,
            asset.supply
        );

        RecordLib.settlePosition(id, asset, lost, old);
        RecordLib.settlePosition(id, asset, successor, merged);
        merged.balance += old.balance; // at most the supply
        merged.locked += old.locked;
        uint256 frozen = uint256(merged.frozen) + old.frozen;
        merged.frozen = frozen > type(uint64).max ? type(uint64).max : uint64(frozen); // more than everything is everything
        Position memory emptied = Position(0, 0, 0, old.cursor, old.isListed);
        PositionLib.write(id, lost, emptied, transfer.fromBalance);
        PositionLib.write(id, successor, merged, transfer.toBalance);

        _tellRecovered(transfer, old, merged);
        if (asset.flags & ShareState.RULED != 0) $.rules.moveForced(transfer, before, next);
    }

    /// @dev What is frozen or locked says so before the transfer, where it goes, and after it, where it comes.
    function _tellRecovered(Transfer memory transfer, Position memory old, Position memory merged) private {
        (uint256 id, address lost, address successor) = (transfer.id, transfer.from, transfer.to);
        if (old.frozen != 0) emit IERC7943MultiToken.Frozen(lost, id, 0);
        if (old.locked != 0) emit IShareToken.Locked(lost, id, 0);
        emit IERC1155.TransferSingle(msg.sender, lost, successor, id, old.balance);
        if (old.frozen != 0) emit IERC7943MultiToken.Frozen(successor, id, merged.frozen);
        if (old.locked != 0) emit IShareToken.Locked(successor, id, merged.locked);
        emit IShareToken.PositionRecovered(lost, successor, id, old.balance, old.frozen, old.locked);
    }

    /// @dev Frozen shares are used up first and say so before the transfer event (ERC-7943); what is locked can then be at
    /// most what is left.
    function _consumeHeld(uint256 id, address account, Position memory position, uint256 needed) private {
        if (position.frozen != 0) {
            position.frozen = needed < position.frozen ? position.frozen - uint64(needed) : 0;
            emit IERC7943MultiToken.Frozen(account, id, position.frozen);
        }
        if (position.locked > position.balance) {
            position.locked = position.balance;
            emit IShareToken.Locked(account, id, position.locked);
        }
    }
}
