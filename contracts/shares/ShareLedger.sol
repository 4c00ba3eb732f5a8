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
import {Asset, Position, ShareState} from "./ShareState.sol";

/// @title The funnel: every ordinary way in which shares come, go and move
/// @dev Beats: who is behind both sides; then of each item asset state, spendable shares, records, debit and credit, and the rules,
/// which judge and count. The rules come last because they are other contracts: whatever they call back into finds the register
/// final, and a refusal undoes everything. They judge by the balances that the movement carries, never by asking the register.
abstract contract ShareLedger is IShareToken, IERC1155Errors {
    using AssetLife for AssetState;

    /// @dev The two sides of a movement, both fit for it; zero `from` issues, zero `to` redeems.
    function _fitParties(address from, address to) private view returns (Party sender, Party receiver) {
        (sender, receiver) = ShareState.get().investors.pairOf(from, to);
        require(from == address(0) || StandingLib.sendCode(sender) == ReasonCodes.ACCEPTED, ERC7943CannotSend(from));
        require(
            to == address(0) || StandingLib.receiveCode(receiver) == ReasonCodes.ACCEPTED,
            ERC7943CannotReceive(to)
        );
    }

    /// @dev An ordinary movement of one item.
    function _moveOne(address from, address to, uint256 id, uint256 value) internal {
        (Party sender, Party receiver) = _fitParties(from, to);
        _move(from, to, id, value, sender, receiver);
    }

    function _move(address from, address to, uint256 id, uint256 value, Party sender, Party receiver) private {
        Asset storage asset = ShareState.listed(id);
        require(asset.state.allows(from, to), ShareTokenStateForbids(id, asset.state));
        ShareState.requireUnpaused(id, asset);
        Transfer memory transfer = Transfer(id, from, to, value, 0, 0, 0);

        if (from == address(0)) _increaseSupply(id, asset, value);
        else transfer.fromBalance = PositionLib.debit(id, asset, from, value);
        if (to == address(0)) _decreaseSupply(id, asset, value);
        else transfer.toBalance = PositionLib.credit(id, asset, to, value);

        if (asset.flags & ShareState.RULED == 0) return;
        transfer.supply = asset.supply;
        if (from == to) transfer.toBalance = transfer.fromBalance; // both are the balance before the movement
        uint8 code = ShareState.get().rules.checkAndMove(transfer, sender, receiver);
        require(code == ReasonCodes.ACCEPTED, ERC7943CannotTransfer(from, to, id, value));
    }

    /// @dev All items of a batch in order; none needs no fit parties.
    function _moveAll(address from, address to, uint256[] calldata ids, uint256[] calldata values) internal {
        require(ids.length == values.length, ERC1155InvalidArrayLength(ids.length, values.length));
        if (ids.length == 0) return;
        (Party sender, Party receiver) = _fitParties(from, to);
        for (uint256 i = 0; i < ids.length; ++i) _move(from, to, ids[i], values[i], sender, receiver);
    }

    function _increaseSupply(uint256 id, Asset storage asset, uint256 value) private {
        uint256 room = asset.cap - asset.supply;
        require(value <= room, ShareTokenCapExceeded(id, asset.supply, asset.cap));

        RecordLib.settleSupply(id, asset);
        asset.supply += uint64(value); // value <= room
    }

    function _decreaseSupply(uint256 id, Asset storage asset, uint256 value) private {
        RecordLib.settleSupply(id, asset);
        asset.supply -= uint64(value); // the debit before showed value <= balance <= supply
    }
}
