// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {INAVAggregation} from "../standards/IERC8330.sol";
import {NavMathLib} from "./NavMathLib.sol";
import {Instant, Kept, Stream} from "./NavStorage.sol";
import {NavStreams} from "./NavStreams.sol";

/// @notice What the providers make of one instant together; values with `decimals`, the most that any of them has.
struct Aggregate {
    int256 nav;
    int256 lowest;
    int256 highest;
    uint8 decimals;
    uint64 publishedAt;
    uint256 count;
}

/// @title Several providers, one value
/// @notice The lower median, how far apart the values are, and how far it is from the one before.
abstract contract NavAggregation is NavStreams {
    using NavMathLib for int256;
    using NavMathLib for int256[];

    /// @inheritdoc INAVAggregation
    function setAggregationConfig(
        bytes32 subjectId,
        bytes32 currency,
        uint256 quorum_,
        uint256 deviationThresholdBps
    ) external restricted {
        require(
            quorum_ != 0 && quorum_ <= MOST_PROVIDERS && deviationThresholdBps <= NavMathLib.WHOLE_BPS,
            NavOracleInvalidAggregation(quorum_, deviationThresholdBps)
        );
        Stream storage stream = _stream(subjectId, currency);

        (stream.quorum, stream.deviationBps) = (uint16(quorum_), uint16(deviationThresholdBps));
        stream.latestPriced = _search(stream, quorum_);

        emit AggregationConfigUpdated(subjectId, currency, quorum_, deviationThresholdBps);

        _refresh(subjectId, currency, stream);
    }

    /// @inheritdoc INAVAggregation
    function aggregatedNAV(
        bytes32 subjectId,
        bytes32 currency
    )
        external
        view
        returns (
            int256 nav,
            uint8 decimals,
            bytes32 navBasis,
            uint64 valuationTimestamp,
            uint256 providerCount,
            bool isPublishStale,
            bool isValuationStale
        )
    {
        Stream storage stream = _withAges(subjectId, currency);
        valuationTimestamp = _pricedInstant(subjectId, currency, stream);
        Aggregate memory all = _aggregate(stream, valuationTimestamp);
        nav = all.nav;
        decimals = all.decimals;
        navBasis = stream.basis;
        providerCount = all.count;
        (isPublishStale, isValuationStale) = _staleness(stream, all.publishedAt, valuationTimestamp);
    }

    /// @inheritdoc INAVAggregation
    function providerSubmissionCount(bytes32 subjectId, bytes32 currency) external view returns (uint256) {
        Stream storage stream = _stream(subjectId, currency);
        return stream.instants[_pricedInstant(subjectId, currency, stream)].count;
    }

    /// @inheritdoc INAVAggregation
    function providerSubmissionAt(
        bytes32 subjectId,
        bytes32 currency,
        uint256 index
    )
        external
        view
        returns (
            uint256 snapshotIndex,
            address provider,
            int256 nav,
            uint8 decimals,
            bytes32 navBasis,
            uint64 valuationTimestamp,
            uint64 publishedAt
        )
    {
        Stream storage stream = _stream(subjectId, currency);
        valuationTimestamp = _pricedInstant(subjectId, currency, stream);
        uint256[] memory indices = _eligible(stream, valuationTimestamp);
        require(index < indices.length, NavOracleUnknownSnapshot(subjectId, currency, index));

        snapshotIndex = indices[index];
        Kept storage kept = stream.snapshots[snapshotIndex];
        provider = kept.provider;
        nav = kept.nav;
        decimals = kept.decimals;
        navBasis = stream.basis;
        publishedAt = kept.publishedAt;
    }

    /// @inheritdoc INAVAggregation
    function latestAggregationTimestamp(bytes32 subjectId, bytes32 currency) external view returns (uint64) {
        return _pricedInstant(subjectId, currency, _stream(subjectId, currency));
    }

    /// @inheritdoc INAVAggregation
    function quorum(bytes32 subjectId, bytes32 currency) external view returns (uint256) {
        return _stream(subjectId, currency).quorum;
    }

    /// @inheritdoc INAVAggregation
    function deviationThreshold(bytes32 subjectId, bytes32 currency) external view returns (uint256) {
        return _stream(subjectId, currency).deviationBps;
    }

    /// @dev A price within the limit is accepted, and the next one is measured from it; one beyond stays unaccepted, and is measured
    /// again from the same one, so that many steps beyond do not add up to a way around.
    function _refresh(bytes32 subjectId, bytes32 currency, Stream storage stream) internal override {
        if (!_isEnough(stream, stream.latestPriced)) return;
        int256 nav = _price(_aggregate(stream, stream.latestPriced));

        if (_hasJumped(stream, nav)) {
            emit PriceJumped(
                subjectId,
                currency,
                stream.accepted,
                nav,
                nav.distanceBps(stream.accepted, stream.accepted)
            );
        } else {
            (stream.accepted, stream.hasAccepted) = (nav, true);
        }
    }

    function _reportDeviation(
        bytes32 subjectId,
        bytes32 currency,
        Stream storage stream,
        uint64 instant
    ) internal override {
        if (!_isEnough(stream, instant)) return;
        Aggregate memory all = _aggregate(stream, instant);
        uint256 deviation = _deviationOf(all);
        if (deviation <= stream.deviationBps) return;

        emit NAVDeviationDetected(subjectId, currency, instant, all.lowest, all.highest, deviation);
    }

    function _hasJumped(Stream storage stream, int256 nav) internal view returns (bool) {
        return
            stream.hasAccepted &&
            stream.jumpBps != 0 &&
            nav.distanceBps(stream.accepted, stream.accepted) > stream.jumpBps;
    }

    function _deviationOf(Aggregate memory all) internal pure returns (uint256) {
        return all.highest.distanceBps(all.lowest, all.nav);
    }

    /// @dev With 18 decimals.
    function _price(Aggregate memory all) internal pure returns (int256) {
        return all.nav.to18(all.decimals);
    }

    /// @param instant with at least one value
    function _aggregate(Stream storage stream, uint64 instant) internal view returns (Aggregate memory all) {
        uint256[] memory indices = _eligible(stream, instant);
        int256[] memory values = new int256[](indices.length);
        for (uint256 i = 0; i < indices.length; ++i) {
            Kept storage kept = stream.snapshots[indices[i]];
            values[i] = kept.nav.to18(kept.decimals);
            if (kept.decimals > all.decimals) all.decimals = kept.decimals;
            if (kept.publishedAt > all.publishedAt) all.publishedAt = kept.publishedAt;
        }
        values.sort();

        // Nobody has more decimals than these, so nothing is lost.
        int256 scale = int256(1).to18(all.decimals);
        all.count = values.length;
        all.nav = values[(values.length - 1) / 2] / scale;
        all.lowest = values[0] / scale;
        all.highest = values[values.length - 1] / scale;
    }

    /// The present values of an instant, in the order in which its providers first spoke.
    function _eligible(Stream storage stream, uint64 instant) private view returns (uint256[] memory indices) {
        Instant storage valued = stream.instants[instant];
        indices = new uint256[](valued.count);
        uint256 found;
        for (uint256 i = 0; i < valued.providers.length; ++i) {
            uint256 place = valued.places[valued.providers[i]];
            if (place != 0) indices[found++] = place - 1;
        }
    }

    function _pricedInstant(
        bytes32 subjectId,
        bytes32 currency,
        Stream storage stream
    ) private view returns (uint64 instant) {
        instant = stream.latestPriced;
        require(_isEnough(stream, instant), NavOracleNoQuorum(subjectId, currency));
    }
}
