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
        Position storage position = ShareState.get().positions[id][from];
        Transfer memory transfer = Transfer(id, from, to, value, position.balance, 0, asset.supply);
        require(
            value <= transfer.fromBalance,
            IERC1155Errors.ERC1155InsufficientBalance(from, transfer.fromBalance, value, id)
        );

        _releaseHeld(id, from, position, value);
        uint32 due = RecordLib.refreshDue(id, asset);
        PositionLib.take(id, due, from, value);
        transfer.toBalance = PositionLib.credit(id, due, to, value);

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
        if (old.balance == 0 && old.frozen == 0) return; // nothing is locked without a balance

        _hold(id, lost, 0, 0);
        uint32 due = RecordLib.refreshDue(id, asset);
        PositionLib.take(id, due, lost, old.balance);
        uint256 toBalance = PositionLib.credit(id, due, successor, old.balance);
        Position memory merged = $.positions[id][successor];
        uint256 frozen = uint256(merged.frozen) + old.frozen;
        merged.frozen = frozen > type(uint64).max ? type(uint64).max : uint64(frozen); // more than everything is everything
        merged.locked += old.locked;
        _hold(id, successor, merged.frozen, merged.locked);

        Transfer memory transfer = Transfer(id, lost, successor, old.balance, old.balance, toBalance, asset.supply);
        _tellRecovered(transfer, old, merged);
        if (asset.flags & ShareState.RULED != 0) $.rules.moveForced(transfer, before, next);
    }

    function _hold(uint256 id, address account, uint64 frozen, uint64 locked) private {
        Position storage position = ShareState.get().positions[id][account];
        position.frozen = frozen;
        position.locked = locked;
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

    /// @dev Lets go of as much as the movement takes beyond what is free: of frozen shares first, which say so before the transfer event
    /// (ERC-7943), and of locked ones as far as more are locked than will be left.
    function _releaseHeld(uint256 id, address account, Position storage position, uint256 value) private {
        uint256 free = PositionLib.spendable(position);
        if (value <= free) return;
        uint256 frozen = position.frozen;
        if (frozen != 0) {
            frozen = value - free < frozen ? frozen - (value - free) : 0;
            position.frozen = uint64(frozen); // not above what it was
            emit IERC7943MultiToken.Frozen(account, id, frozen);
        }
        uint256 left = position.balance - value;
        if (position.locked > left) {
            position.locked = uint64(left); // below `locked`
            emit IShareToken.Locked(account, id, left);
        }
    }
}
