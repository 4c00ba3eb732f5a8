// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {StandingLib} from "../investors/StandingLib.sol";
import {Transfer} from "../rules/ITransferRules.sol";
import {ReasonCodes} from "../rules/ReasonCodes.sol";
import {AssetLife} from "./AssetLife.sol";
import {AssetState} from "./IShareToken.sol";
import {PositionLib} from "./PositionLib.sol";
import {Asset, Position, RegisterStorage, ShareState} from "./ShareState.sol";

/// @title ERC-7943's answer to whether a transfer is permitted
/// @dev A library of its own for the size of the token's code only.
library TransferView {
    using AssetLife for AssetState;

    /// @notice As `canTransfer`; never reverts.
    function isPermitted(address from, address to, uint256 id, uint256 amount) external view returns (bool) {
        RegisterStorage storage $ = ShareState.get();
        Asset storage asset = $.assets[id];
        if (from == address(0) || to == address(0) || $.paused || asset.flags & ShareState.PAUSED != 0) return false;
        if (!asset.state.allows(from, to)) return false;
        Position memory position = $.positions[id][from];
        // A plain shortage is no missing permission (ERC-7943); shares that are there but held back are.
        if (amount <= position.balance && amount > PositionLib.spendable(position)) return false;
        (Party sender, Party receiver) = $.investors.pairOf(from, to);
        if (StandingLib.sendCode(sender) != 0 || StandingLib.receiveCode(receiver) != 0) return false;
        if (asset.flags & ShareState.RULED == 0) return true;

        uint256 toBalance = $.positions[id][to].balance;
        Transfer memory transfer = Transfer(id, from, to, amount, position.balance, toBalance, asset.supply);
        return $.rules.check(transfer, sender, receiver) == ReasonCodes.ACCEPTED;
    }
}
