// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7943MultiToken} from "../standards/IERC7943MultiToken.sol";
import {AssetLife} from "./AssetLife.sol";
import {AssetState, IShareToken} from "./IShareToken.sol";
import {PositionLib} from "./PositionLib.sol";
import {Asset, Position, ShareState} from "./ShareState.sol";

/// @title Shares that are held back: frozen by the registrar, locked by a desk (D16)
/// @dev A library of its own for the size of the token's code only.
library HeldShares {
    using AssetLife for AssetState;

    function lock(address account, uint256 id, uint256 value) external {
        Asset storage asset = ShareState.listed(id);
        Position storage slot = ShareState.get().positions[id][account];
        require(asset.state.allows(account, account), IShareToken.ShareTokenStateForbids(id, asset.state));
        PositionLib.requireSpendable(id, account, slot, value);

        slot.locked += uint64(value); // value <= balance

        emit IShareToken.Locked(account, id, slot.locked);
    }

    function unlock(address account, uint256 id, uint256 value) external {
        uint256 locked = ShareState.get().positions[id][account].locked;
        if (locked == 0) {
            account = ShareState.get().investors.successorOf(account); // itself, unless it was lost
            locked = ShareState.get().positions[id][account].locked;
        }
        require(value <= locked, IShareToken.ShareTokenInsufficientLocked(account, id, value, locked));

        ShareState.get().positions[id][account].locked = uint64(locked - value); // value <= locked

        emit IShareToken.Locked(account, id, locked - value);
    }

    function setFrozen(address account, uint256 id, uint256 amount) external {
        ShareState.listed(id);
        require(amount <= type(uint64).max, IShareToken.ShareTokenTooLarge(amount));

        ShareState.get().positions[id][account].frozen = uint64(amount);

        emit IERC7943MultiToken.Frozen(account, id, amount);
    }
}
