// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {IRule, ITransferRule, Movement, NetContext, NetPosition} from "./ITransferRule.sol";

/// @title What rules have in common: which side of a movement is judged
/// @dev A rule overrides what differs from "the receiver, if he is an investor, has to be
/// fit", which holds of shares between two wallets of one investor, too.
abstract contract TransferRule is ITransferRule {
    /// @inheritdoc IRule
    function traits() external pure virtual returns (uint8) {
        return 0;
    }

    /// @inheritdoc IRule
    function window(bytes calldata) external view virtual returns (uint32) {
        return 0;
    }

    /// @inheritdoc ITransferRule
    function allows(
        bytes calldata parameters,
        Movement calldata movement,
        Party,
        Party to
    ) external view virtual returns (bool) {
        return movement.to == address(0) || to.isProtocol() || _mayHold(parameters, movement.id, movement.to, to);
    }

    /// @inheritdoc ITransferRule
    function allowsNet(
        bytes calldata parameters,
        NetContext calldata context,
        NetPosition[] calldata positions,
        Party[] calldata parties
    ) external view virtual returns (bool) {
        for (uint256 i = 0; i < positions.length; ++i) {
            if (positions[i].balanceAfter <= positions[i].balanceBefore || parties[i].isProtocol()) continue;
            if (!_mayHold(parameters, context.id, positions[i].account, parties[i])) return false;
        }
        return true;
    }

    /// @dev Whether this investor, with this wallet, may come to hold (more of) the asset.
    function _mayHold(
        bytes calldata parameters,
        uint256 id,
        address wallet,
        Party party
    ) internal view virtual returns (bool);
}
