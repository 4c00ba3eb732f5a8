// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Party} from "../investors/Party.sol";
import {StandingLib} from "../investors/StandingLib.sol";
import {Transfer} from "../rules/ITransferRules.sol";
import {ReasonCodes} from "../rules/ReasonCodes.sol";
import {AssetLife} from "./AssetLife.sol";
import {AssetState, IShareToken} from "./IShareToken.sol";
import {PositionLib} from "./PositionLib.sol";
import {RecordLib} from "./RecordLib.sol";
import {Asset, RegisterStorage, ShareState} from "./ShareState.sol";

/// @title The funnel: every ordinary way in which shares come, go and move
/// @dev Beats: who is behind both sides; then of each item asset state, spendable shares, records, debit and credit, and the rules,
/// which judge and count. The rules come last because they are other contracts: whatever they call back into finds the register
/// final, and a refusal undoes everything. They judge by the balances that the movement carries, never by asking the register.
abstract contract ShareLedger is IShareToken, IERC1155Errors {
    using AssetLife for AssetState;

    /// @dev The two sides of a movement, both fit for it, while the register is not paused; zero `from` issues, zero `to` redeems.
    function _fitParties(address from, address to) private view returns (Party sender, Party receiver) {
        RegisterStorage storage $ = ShareState.get();
        if ($.paused) revert ShareTokenPaused();
        (sender, receiver) = $.investors.pairOf(from, to);
        if (from != address(0) && StandingLib.sendCode(sender) != ReasonCodes.ACCEPTED) revert ERC7943CannotSend(from);
        if (to != address(0) && StandingLib.receiveCode(receiver) != ReasonCodes.ACCEPTED) {
            revert ERC7943CannotReceive(to);
        }
    }

    /// @dev An ordinary movement of one item.
    function _moveOne(address from, address to, uint256 id, uint256 value) internal {
        (Party sender, Party receiver) = _fitParties(from, to);
        _move(from, to, id, value, sender, receiver);
    }

    function _move(address from, address to, uint256 id, uint256 value, Party sender, Party receiver) private {
        Asset storage asset = ShareState.get().assets[id];
        (AssetState state, uint8 flags, uint32 due, uint48 next) = (
            asset.state,
            asset.flags,
            asset.due,
            asset.nextInstant
        );
        if (!state.allows(from, to)) _refuse(id, state);
        if (flags & ShareState.PAUSED != 0) revert ShareTokenAssetPaused(id);
        if (next < block.timestamp) due = RecordLib.refreshDue(id, asset);
        uint256 fromBalance = 0;
        uint256 toBalance = 0;

        if (from == address(0)) _increaseSupply(id, due, asset, value);
        else fromBalance = PositionLib.debit(id, due, from, value);
        if (to == address(0)) _decreaseSupply(id, due, asset, value);
        else toBalance = PositionLib.credit(id, due, to, value);

        if (flags & ShareState.RULED == 0) return;
        if (from == to) toBalance = fromBalance; // both are the balance before the movement
        Transfer memory transfer = Transfer(id, from, to, value, fromBalance, toBalance, asset.supply);
        uint8 code = ShareState.get().rules.checkAndMove(transfer, sender, receiver);
        if (code != ReasonCodes.ACCEPTED) revert ERC7943CannotTransfer(from, to, id, value);
    }

    /// @dev An unknown asset, or one in a state that forbids the movement.
    function _refuse(uint256 id, AssetState state) private pure {
        require(state != AssetState.Unlisted, ShareTokenUnknownAsset(id));
        revert ShareTokenStateForbids(id, state);
    }

    /// @dev All items of a batch in order; none needs no fit parties.
    function _moveAll(address from, address to, uint256[] calldata ids, uint256[] calldata values) internal {
        require(ids.length == values.length, ERC1155InvalidArrayLength(ids.length, values.length));
        if (ids.length == 0) return;
        (Party sender, Party receiver) = _fitParties(from, to);
        for (uint256 i = 0; i < ids.length; ++i) _move(from, to, ids[i], values[i], sender, receiver);
    }

    function _increaseSupply(uint256 id, uint32 due, Asset storage asset, uint256 value) private {
        uint256 room = asset.cap - asset.supply;
        require(value <= room, ShareTokenCapExceeded(id, asset.supply, asset.cap));

        RecordLib.settleSupply(id, due, asset);
        asset.supply += uint64(value); // value <= room
    }

    function _decreaseSupply(uint256 id, uint32 due, Asset storage asset, uint256 value) private {
        RecordLib.settleSupply(id, due, asset);
        asset.supply -= uint64(value); // the debit before showed value <= balance <= supply
    }
}
