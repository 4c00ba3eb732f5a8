// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IInvestorRegistry} from "../investors/IInvestorRegistry.sol";
import {Party} from "../investors/Party.sol";
import {StandingLib} from "../investors/StandingLib.sol";
import {NetContext, NetPosition} from "../rules/ITransferRule.sol";
import {Transfer} from "../rules/ITransferRules.sol";
import {NetTable} from "../rules/NetTable.sol";
import {ReasonCodes} from "../rules/ReasonCodes.sol";
import {AssetState, IShareToken} from "./IShareToken.sol";
import {PositionLib} from "./PositionLib.sol";
import {RecordLib} from "./RecordLib.sol";
import {Asset, Position, RegisterStorage, ShareState} from "./ShareState.sol";

/// @title Shares that a desk settles: a chunk's net deltas of one asset (debits, then credits, then the rules on the end state), or a pair's
/// @dev A library of its own for the size of the token's code only. What is written by hand here is on the path of every position of
/// every chunk.
library NetSettlement {
    /// @dev What is the same for all positions of a chunk; `positions` is the slot of the mapping in which they are.
    struct Run {
        uint256 id;
        uint32 due;
        uint256 positions;
    }

    /// @param accounts addresses, as the words that they are in a call; the registry refuses those that are none
    /// @param deltas signed numbers, likewise
    function settle(uint256 id, uint256[] calldata accounts, uint256[] calldata deltas) external {
        RegisterStorage storage $ = ShareState.get();
        Asset storage asset = ShareState.listed(id);
        require(asset.state == AssetState.Active, IShareToken.ShareTokenStateForbids(id, asset.state));
        ShareState.requireUnpaused(id, asset);
        require(
            accounts.length == deltas.length,
            IERC1155Errors.ERC1155InvalidArrayLength(accounts.length, deltas.length)
        );
        bytes memory table = NetTable.make(accounts.length);
        _askParties($.investors, accounts, NetTable.partiesOf(table));

        mapping(address => Position) storage positions = $.positions[id];
        Run memory run = Run(id, RecordLib.refreshDue(id, asset), 0);
        assembly ("memory-safe") {
            mstore(add(run, 0x40), positions.slot)
        }

        _moveAll(run, accounts, deltas, table);

        if (asset.flags & ShareState.RULED == 0) return;
        NetContext memory context = NetTable.contextOf(table);
        (context.id, context.supply) = (id, asset.supply);
        $.rules.moveNet(table);
    }

    function settlePair(uint256 id, address from, address to, uint256 value) external {
        RegisterStorage storage $ = ShareState.get();
        Asset storage asset = ShareState.listed(id);
        require(asset.state == AssetState.Active, IShareToken.ShareTokenStateForbids(id, asset.state));
        ShareState.requireUnpaused(id, asset);
        (Party sender, Party receiver) = $.investors.pairOf(from, to);
        _requireCode(id, from, StandingLib.sendCode(sender));
        _requireCode(id, to, StandingLib.receiveCode(receiver));
        uint32 due = RecordLib.refreshDue(id, asset);

        uint256 fromBalance = PositionLib.debit(id, due, from, value);
        uint256 toBalance = PositionLib.credit(id, due, to, value);

        emit IERC1155.TransferSingle(msg.sender, from, to, id, value);

        if (asset.flags & ShareState.RULED == 0) return;
        if (from == to) toBalance = fromBalance; // both are the balance before the movement
        Transfer memory transfer = Transfer(id, from, to, value, fromBalance, toBalance, asset.supply);
        uint8 code = $.rules.checkAndMove(transfer, sender, receiver);
        require(code == ReasonCodes.ACCEPTED, IShareToken.ShareTokenPairRefused(id, from, to, code));
    }

    /// @dev There are as many deltas and parties as accounts, so that the loop need not ask again for each.
    function _moveAll(
        Run memory run,
        uint256[] calldata accounts,
        uint256[] calldata deltas,
        bytes memory table
    ) private {
        NetPosition memory position = NetTable.first(table);
        Party[] memory parties = NetTable.partiesOf(table);
        int256 sum = 0;
        bool credits = false;

        for (uint256 i = 0; i < accounts.length; ++i) {
            int256 delta;
            Party party;
            assembly ("memory-safe") {
                let place := shl(5, i)
                delta := calldataload(add(deltas.offset, place))
                party := mload(add(add(parties, 0x20), place))
                mstore(position, calldataload(add(accounts.offset, place))) // its account
            }
            unchecked {
                if (delta > 0) {
                    credits = true;
                    _credit(run, position, uint256(delta), party);
                } else {
                    if (delta == 0 || credits) revert IShareToken.ShareTokenNetOutOfOrder(run.id, i);
                    _debit(run, position, uint256(-delta), party);
                }
                sum += delta; // each is within 64 bits by now
            }
            assembly ("memory-safe") {
                position := add(position, 0xc0)
            }
        }
        require(sum == 0, IShareToken.ShareTokenNetNotZero(run.id, sum));
    }

    function _requireCode(uint256 id, address account, uint8 code) private pure {
        require(code == ReasonCodes.ACCEPTED, IShareToken.ShareTokenPartyRefused(id, account, code));
    }

    function _debit(Run memory run, NetPosition memory position, uint256 value, Party party) private {
        address account = position.account;
        uint8 code = StandingLib.sendCode(party);
        if (code != ReasonCodes.ACCEPTED) _requireCode(run.id, account, code);
        Position storage slot;
        assembly ("memory-safe") {
            mstore(0x00, shr(96, shl(96, account)))
            mstore(0x20, mload(add(run, 0x40))) // the mapping
            slot.slot := keccak256(0x00, 0x40)
        }
        uint256 balance = PositionLib.debitAt(slot, run.id, run.due, account, value);
        position.balanceBefore = balance;
        unchecked {
            position.balanceAfter = balance - value; // value <= balance
        }
        bytes32 topic = IERC1155.TransferSingle.selector;
        assembly ("memory-safe") {
            mstore(0x00, mload(run)) // the id
            mstore(0x20, value)
            log4(0x00, 0x40, topic, caller(), account, caller())
        }
    }

    function _credit(Run memory run, NetPosition memory position, uint256 value, Party party) private {
        address account = position.account;
        uint8 code = StandingLib.receiveCode(party);
        if (code != ReasonCodes.ACCEPTED) _requireCode(run.id, account, code);
        if (value > type(uint64).max) revert IShareToken.ShareTokenTooLarge(value);
        Position storage slot;
        assembly ("memory-safe") {
            mstore(0x00, shr(96, shl(96, account)))
            mstore(0x20, mload(add(run, 0x40))) // the mapping
            slot.slot := keccak256(0x00, 0x40)
        }
        uint256 balance = PositionLib.creditAt(slot, run.id, run.due, account, value);
        position.balanceBefore = balance;
        unchecked {
            position.balanceAfter = balance + value; // at most the supply
        }
        bytes32 topic = IERC1155.TransferSingle.selector;
        assembly ("memory-safe") {
            mstore(0x00, mload(run)) // the id
            mstore(0x20, value)
            log4(0x00, 0x40, topic, caller(), caller(), account)
        }
    }

    /// @dev Who is behind the accounts, written where the table wants it: the list goes out, and the answer comes in, as it is.
    function _askParties(
        IInvestorRegistry investors,
        uint256[] calldata accounts,
        Party[] memory parties
    ) private view {
        bytes4 selector = IInvestorRegistry.partiesOf.selector;
        assembly ("memory-safe") {
            let call_ := mload(0x40)
            let size := shl(5, accounts.length)
            mstore(call_, selector)
            mstore(add(call_, 0x04), 0x20)
            mstore(add(call_, 0x24), accounts.length)
            calldatacopy(add(call_, 0x44), accounts.offset, size)
            if iszero(staticcall(gas(), investors, call_, add(size, 0x44), 0x00, 0x00)) {
                returndatacopy(call_, 0x00, returndatasize())
                revert(call_, returndatasize())
            }
            returndatacopy(add(parties, 0x20), 0x40, size) // reverts if there is less
        }
    }
}
