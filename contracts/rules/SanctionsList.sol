// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {YesNoLib} from "./YesNoLib.sol";
import {ISanctions} from "./ISanctions.sol";
import {ISanctionsList} from "./ISanctionsList.sol";

/// @title Wallets under sanctions, as ISanctionsList describes
contract SanctionsList is ISanctionsList, AccessManaged {
    using YesNoLib for address;

    address public oracle;
    mapping(address wallet => bool) public isListed;

    constructor(address authority_) AccessManaged(authority_) {}

    /// @inheritdoc ISanctionsList
    function setSanctioned(address[] calldata wallets, bool isSanctioned_) external restricted {
        for (uint256 i = 0; i < wallets.length; ++i) {
            isListed[wallets[i]] = isSanctioned_;
            emit WalletSanctioned(wallets[i], isSanctioned_);
        }
    }

    /// @inheritdoc ISanctionsList
    function setOracle(address oracle_) external restricted {
        bool isAnswered = oracle_.answers(abi.encodeCall(ISanctions.isSanctioned, (address(this))));
        require(oracle_ == address(0) || isAnswered, SanctionsListNotAnOracle(oracle_));

        oracle = oracle_;

        emit OracleSet(oracle_);
    }

    /// @inheritdoc ISanctions
    function isSanctioned(address wallet) external view returns (bool) {
        if (isListed[wallet]) return true;
        return oracle != address(0) && ISanctions(oracle).isSanctioned(wallet);
    }
}
