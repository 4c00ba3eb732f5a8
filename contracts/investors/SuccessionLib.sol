// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IShareToken} from "../shares/IShareToken.sol";
import {ISuccession} from "./ISuccession.sol";

/// @title Asking a register's book of investors who stands for a wallet
library SuccessionLib {
    /// @notice The wallet that stands for `wallet` now: itself, unless it was lost.
    function successorOf(IShareToken shares, address wallet) internal view returns (address) {
        return ISuccession(shares.investors()).successorOf(wallet);
    }
}
