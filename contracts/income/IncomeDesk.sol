// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {IIncomeBook} from "./IIncomeBook.sol";
import {IIncomeDesk} from "./IIncomeDesk.sol";
import {IncomeBook} from "./IncomeBook.sol";
import {ListDistributions} from "./ListDistributions.sol";
import {RecordDistributions} from "./RecordDistributions.sol";

/// @title Income of the assets (see `IIncomeDesk`)
contract IncomeDesk is RecordDistributions, ListDistributions, IIncomeDesk {
    constructor(address authority_, IShareToken shares_) AccessManaged(authority_) IncomeBook(shares_) {}

    /// @inheritdoc IIncomeBook
    function heldOf(
        uint256 distribution
    ) public view override(IIncomeBook, IncomeBook, ListDistributions) returns (uint256) {
        return super.heldOf(distribution);
    }
}
