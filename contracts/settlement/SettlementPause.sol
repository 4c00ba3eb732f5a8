// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ISettlementDesk} from "./ISettlementDesk.sol";

/// @title The desk's brake
/// @notice While it is on, nothing settles; whatever takes an account out of the desk goes on: withdrawals, revocations, releases.
/// @dev The flag shares a slot with the authority, which whoever settles has read already.
abstract contract SettlementPause is ISettlementDesk, AccessManaged {
    bool private _paused;

    /// @dev Stands behind `restricted`, so that a stranger hears that he is one.
    modifier whenNotPaused() {
        _requireNotPaused();
        _;
    }

    /// @inheritdoc ISettlementDesk
    function pause() external restricted {
        _pause();
    }

    /// @inheritdoc ISettlementDesk
    function resume() external restricted {
        _paused = false;

        emit SettlementResumed(msg.sender);

        _dropOpenBatch();
    }

    /// @inheritdoc ISettlementDesk
    function isPaused() external view returns (bool) {
        return _paused;
    }

    function _pause() internal {
        _paused = true;

        emit SettlementPaused(msg.sender);
    }

    /// @dev What was under way when the desk stopped does not go on: nobody knows any more whether it is right.
    function _dropOpenBatch() internal virtual;

    function _requireNotPaused() private view {
        require(!_paused, SettlementDeskPaused());
    }
}
