// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IIncomeBook} from "./IIncomeBook.sol";
import {IListDistributions} from "./IListDistributions.sol";
import {IRecordDistributions} from "./IRecordDistributions.sol";
import {IWithholding} from "./IWithholding.sol";

/// @title Income of the assets
/// @notice Pays rent, royalties or coupons to those who held an asset at a past record (D6), so that shares bought or sold
/// since change nothing: by the register, holder by holder, or by a published list where there are very many. Tax is withheld at the
/// source and waits for its account; what nobody claims in time goes back.
/// @dev Money leaves by pull (`claim`, `claimListed`). Push pages are a convenience in which one holder who cannot be paid
/// stops nobody (I-14) and stays payable.
interface IIncomeDesk is IIncomeBook, IWithholding, IRecordDistributions, IListDistributions {}
