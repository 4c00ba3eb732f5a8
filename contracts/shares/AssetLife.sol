// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssetState} from "./IShareToken.sol";

/// @title Which state of an asset may follow which, and what may move in it
library AssetLife {
    /// @notice Whether `next` may follow `state`. Retired is the end; it needs a supply of zero, which the register checks.
    function mayFollow(AssetState state, AssetState next) internal pure returns (bool) {
        if (state == AssetState.Listed) return next == AssetState.Offered || next == AssetState.Active;
        if (state == AssetState.Offered) return next == AssetState.Active || next == AssetState.Listed;
        if (state == AssetState.Active) return next == AssetState.Suspended || next == AssetState.Redeeming;
        if (state == AssetState.Suspended) return next == AssetState.Active || next == AssetState.Redeeming;
        if (state == AssetState.Redeeming) return next == AssetState.Suspended || next == AssetState.Retired;
        return false;
    }

    /// @notice Whether shares may be issued (zero `from`), redeemed (zero `to`) or transferred in `state`.
    function allows(AssetState state, address from, address to) internal pure returns (bool) {
        if (state == AssetState.Active) return true;
        if (from == address(0)) return state == AssetState.Offered;
        return to == address(0) && state == AssetState.Redeeming;
    }
}
