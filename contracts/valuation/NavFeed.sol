// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {INavOracle} from "./INavOracle.sol";
import {IAggregatorV3} from "./IAggregatorV3.sol";

/// @title One asset's value in the shape of AggregatorV3
/// @notice A round is an instant that was valued: its number is that instant, as Unix time. `startedAt` is the instant again,
/// `updatedAt` the last publication. The answer is the lower median on the stream's own basis (mostly the whole asset), with 18 decimals:
/// a value per share would make the past depend on the number of shares today.
/// @dev `latestRoundData` reverts while the price is not usable. Most readers of this shape never look at the dates, and a reader that
/// stops is safer than one that goes on with a stale, disputed or negative value. `getRoundData` tells the past as it is, stale or not,
/// corrected since or not, and reverts only for instants that too few have valued. Anybody may deploy one.
contract NavFeed is IAggregatorV3 {
    /// @notice The asset's price may not be used now; `reason` says why.
    /// @dev Do not use an older one instead.
    error NavFeedNotUsable(uint256 id, uint8 code, string reason);
    /// @notice Too few providers have valued this instant, or none.
    /// @dev Take a round that is there; `latestRoundData` tells the last.
    error NavFeedNoSuchRound(uint256 id, uint80 roundId);

    uint8 public constant decimals = 18;
    uint256 public constant version = 1;

    INavOracle public immutable oracle;
    uint256 public immutable id;

    string public description;

    constructor(INavOracle oracle_, uint256 id_, string memory description_) {
        oracle = oracle_;
        id = id_;
        description = description_;
    }

    /// @inheritdoc IAggregatorV3
    function getRoundData(
        uint80 roundId_
    )
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        return _round(roundId_);
    }

    /// @inheritdoc IAggregatorV3
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        (bool usable, uint8 code, string memory reason) = oracle.isPriceUsable(id);
        require(usable, NavFeedNotUsable(id, code, reason));

        return _round(oracle.latestPricedInstant(id));
    }

    function _round(
        uint80 roundId_
    )
        private
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        uint256 providers;
        if (roundId_ <= type(uint64).max) (answer, updatedAt, providers) = oracle.navAt(id, uint64(roundId_));
        require(providers != 0, NavFeedNoSuchRound(id, roundId_));

        return (roundId_, answer, roundId_, updatedAt, roundId_);
    }
}
