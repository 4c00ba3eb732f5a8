// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {
    INAVSnapshotOracle,
    NAVSnapshot,
    NAV_PER_SHARE,
    NAV_PER_UNIT,
    NAV_TOTAL,
    NO_CORRECTION
} from "../standards/IERC8330.sol";
import {INavOracle} from "./INavOracle.sol";
import {NavMathLib} from "./NavMathLib.sol";
import {Instant, Kept, NavStorage, Stream} from "./NavStorage.sol";

/// @title The history of values: publication, correction, invalidation
/// @dev Two pointers per stream (the latest instant that anybody, and that enough providers, have valued) and one per provider
/// answer the usual questions without a search. An instant's providers are few, and walked.
abstract contract NavStreams is INavOracle, NavStorage, AccessManagedUpgradeable {
    uint256 internal constant MOST_PROVIDERS = 16;

    /// @inheritdoc INAVSnapshotOracle
    function publishNAV(
        bytes32 subjectId,
        bytes32 currency,
        bytes32 navBasis,
        int256 nav,
        uint8 decimals,
        uint64 valuationTimestamp,
        bytes32 methodologyHash,
        string calldata methodologyURI,
        uint256 correctsIndex
    ) external returns (uint256 snapshotIndex) {
        Kept memory kept;
        kept.nav = nav;
        kept.decimals = decimals;
        kept.valuationTimestamp = valuationTimestamp;
        kept.publishedAt = SafeCast.toUint64(block.timestamp);
        kept.provider = msg.sender;
        kept.methodologyHash = methodologyHash;
        kept.methodologyURI = methodologyURI;
        kept.correctsIndex = correctsIndex;
        return _publish(subjectId, currency, navBasis, kept);
    }

    /// @inheritdoc INAVSnapshotOracle
    function setNAVBasis(bytes32 subjectId, bytes32 currency, bytes32 navBasis) external restricted {
        Stream storage stream = _stream(subjectId, currency);
        bool known = navBasis == NAV_PER_UNIT || navBasis == NAV_PER_SHARE || navBasis == NAV_TOTAL;
        // Nothing is published before there is a basis, so a stream without one has no snapshots.
        require(known && stream.basis == 0, NavOracleBasisNotSettable(subjectId, currency, navBasis, stream.basis));

        stream.basis = navBasis;

        emit NAVBasisConfigured(subjectId, currency, navBasis);
    }

    /// @inheritdoc INAVSnapshotOracle
    function invalidateSnapshot(
        bytes32 subjectId,
        bytes32 currency,
        uint256 snapshotIndex,
        bytes32 reasonHash
    ) external restricted {
        Stream storage stream = _stream(subjectId, currency);
        Kept storage kept = _kept(subjectId, currency, stream, snapshotIndex);
        require(_isCurrent(kept) && reasonHash != 0, NavOracleNotInvalidable(snapshotIndex, reasonHash));

        kept.invalidated = true;
        _detach(stream, kept);
        _refresh(subjectId, currency, stream);

        emit NAVSnapshotInvalidated(subjectId, currency, kept.provider, snapshotIndex, msg.sender, reasonHash);
    }

    /// @inheritdoc INAVSnapshotOracle
    function setStalenessConfig(
        bytes32 subjectId,
        bytes32 currency,
        uint64 heartbeat_,
        uint64 maxValuationAge_
    ) external restricted {
        require(heartbeat_ != 0 && maxValuationAge_ != 0, NavOracleInvalidAges(heartbeat_, maxValuationAge_));
        Stream storage stream = _stream(subjectId, currency);

        (stream.heartbeat, stream.maxValuationAge) = (heartbeat_, maxValuationAge_);

        emit StalenessConfigUpdated(subjectId, currency, heartbeat_, maxValuationAge_);
    }

    /// @inheritdoc INAVSnapshotOracle
    function isSnapshotInvalidated(
        bytes32 subjectId,
        bytes32 currency,
        uint256 snapshotIndex
    ) external view returns (bool) {
        return _kept(subjectId, currency, _stream(subjectId, currency), snapshotIndex).invalidated;
    }

    /// @inheritdoc INAVSnapshotOracle
    function streamNAVBasis(bytes32 subjectId, bytes32 currency) external view returns (bytes32) {
        return _stream(subjectId, currency).basis;
    }

    /// @inheritdoc INAVSnapshotOracle
    function latestNAV(
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
            uint64 publishedAt,
            address provider
        )
    {
        Kept storage kept = _latest(subjectId, currency);
        nav = kept.nav;
        decimals = kept.decimals;
        navBasis = _stream(subjectId, currency).basis;
        valuationTimestamp = kept.valuationTimestamp;
        publishedAt = kept.publishedAt;
        provider = kept.provider;
    }

    /// @inheritdoc INAVSnapshotOracle
    function latestNAVStatus(
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
            uint64 publishedAt,
            address provider,
            bool isPublishStale,
            bool isValuationStale
        )
    {
        Stream storage stream = _withAges(subjectId, currency);
        Kept storage kept = _latest(subjectId, currency);
        nav = kept.nav;
        decimals = kept.decimals;
        navBasis = stream.basis;
        valuationTimestamp = kept.valuationTimestamp;
        publishedAt = kept.publishedAt;
        provider = kept.provider;
        (isPublishStale, isValuationStale) = _staleness(stream, publishedAt, valuationTimestamp);
    }

    /// @inheritdoc INAVSnapshotOracle
    function getSnapshot(
        bytes32 subjectId,
        bytes32 currency,
        uint256 snapshotIndex
    ) external view returns (NAVSnapshot memory) {
        return _snapshot(subjectId, currency, snapshotIndex);
    }

    /// @inheritdoc INAVSnapshotOracle
    function currentSnapshotIndex(
        bytes32 subjectId,
        bytes32 currency,
        uint256 snapshotIndex
    ) external view returns (uint256 index) {
        Stream storage stream = _stream(subjectId, currency);
        Kept storage kept = _kept(subjectId, currency, stream, snapshotIndex);

        // Each step goes to a larger index, so this ends.
        for (index = snapshotIndex; kept.correctedByIndex != 0; kept = stream.snapshots[index]) {
            index = kept.correctedByIndex;
        }
        require(!kept.invalidated, NavOracleNoCurrentSnapshot(subjectId, currency));
    }

    /// @inheritdoc INAVSnapshotOracle
    function isSnapshotCurrent(
        bytes32 subjectId,
        bytes32 currency,
        uint256 snapshotIndex
    ) external view returns (bool) {
        return _isCurrent(_kept(subjectId, currency, _stream(subjectId, currency), snapshotIndex));
    }

    /// @inheritdoc INAVSnapshotOracle
    function snapshotCount(bytes32 subjectId, bytes32 currency) external view returns (uint256) {
        return _stream(subjectId, currency).snapshots.length;
    }

    /// @inheritdoc INAVSnapshotOracle
    function latestNAVByProvider(
        bytes32 subjectId,
        bytes32 currency,
        address provider
    ) external view returns (NAVSnapshot memory) {
        Stream storage stream = _stream(subjectId, currency);
        uint256 place = stream.instants[stream.latestOf[provider]].places[provider];
        require(place != 0, NavOracleNoCurrentSnapshot(subjectId, currency));
        return _snapshot(subjectId, currency, place - 1);
    }

    /// @inheritdoc INAVSnapshotOracle
    function providerSnapshotCount(
        bytes32 subjectId,
        bytes32 currency,
        address provider
    ) external view returns (uint256) {
        return _stream(subjectId, currency).histories[provider].length;
    }

    /// @inheritdoc INAVSnapshotOracle
    function providerSnapshotAt(
        bytes32 subjectId,
        bytes32 currency,
        address provider,
        uint256 ordinal
    ) external view returns (uint256 snapshotIndex) {
        uint256[] storage history = _stream(subjectId, currency).histories[provider];
        require(ordinal < history.length, NavOracleUnknownSnapshot(subjectId, currency, ordinal));
        return history[ordinal];
    }

    /// @inheritdoc INAVSnapshotOracle
    function heartbeat(bytes32 subjectId, bytes32 currency) external view returns (uint64) {
        return _stream(subjectId, currency).heartbeat;
    }

    /// @inheritdoc INAVSnapshotOracle
    function maxValuationAge(bytes32 subjectId, bytes32 currency) external view returns (uint64) {
        return _stream(subjectId, currency).maxValuationAge;
    }

    /// @dev Looks again at the price after anything that may have changed it.
    function _refresh(bytes32 subjectId, bytes32 currency, Stream storage stream) internal virtual;

    /// @dev After a publication.
    function _reportDeviation(
        bytes32 subjectId,
        bytes32 currency,
        Stream storage stream,
        uint64 instant
    ) internal virtual;

    /// @dev The latest instant with at least `least` values, 0 if there is none.
    function _search(Stream storage stream, uint256 least) internal view returns (uint64 latest) {
        uint64[] storage valued = stream.valued;
        for (uint256 i = 0; i < valued.length; ++i) {
            uint64 instant = valued[i];
            if (instant > latest && stream.instants[instant].count >= least) latest = instant;
        }
    }

    function _withAges(bytes32 subjectId, bytes32 currency) internal view returns (Stream storage stream) {
        stream = _stream(subjectId, currency);
        require(stream.heartbeat != 0, NavOracleAgesNotSet(subjectId, currency));
    }

    /// @dev The last second counts.
    function _staleness(
        Stream storage stream,
        uint64 publishedAt,
        uint64 instant
    ) internal view returns (bool isPublishStale, bool isValuationStale) {
        isPublishStale = block.timestamp > uint256(publishedAt) + stream.heartbeat;
        isValuationStale = block.timestamp > uint256(instant) + stream.maxValuationAge;
    }

    function _publish(
        bytes32 subjectId,
        bytes32 currency,
        bytes32 navBasis,
        Kept memory kept
    ) private returns (uint256 index) {
        Stream storage stream = _stream(subjectId, currency);
        _requirePublishable(subjectId, currency, navBasis, kept);
        uint64 instant = kept.valuationTimestamp;
        index = stream.snapshots.length;

        if (kept.correctsIndex == NO_CORRECTION) _takePlace(stream, kept);
        else _takeOver(stream, kept, index);
        stream.instants[instant].places[kept.provider] = index + 1;
        stream.snapshots.push(kept);
        stream.histories[kept.provider].push(index);
        _advance(stream, kept.provider, instant);

        _tell(subjectId, currency, navBasis, kept, index);

        _reportDeviation(subjectId, currency, stream, instant);
        _refresh(subjectId, currency, stream);
    }

    function _tell(bytes32 subjectId, bytes32 currency, bytes32 navBasis, Kept memory kept, uint256 index) private {
        emit NAVPublished(
            subjectId,
            currency,
            kept.provider,
            index,
            kept.nav,
            kept.decimals,
            navBasis,
            kept.valuationTimestamp,
            kept.methodologyHash,
            kept.correctsIndex
        );
    }

    /// An original takes a place among the instant's providers; an invalidated one had it before.
    function _takePlace(Stream storage stream, Kept memory kept) private {
        Instant storage valued = stream.instants[kept.valuationTimestamp];
        uint256 place = valued.places[kept.provider];
        // Not a `require`: it would work out the index, which there may be none, in any case.
        if (place != 0) revert NavOracleAlreadyValued(kept.provider, kept.valuationTimestamp, place - 1);

        valued.count += 1;
        for (uint256 i = 0; i < valued.providers.length; ++i) {
            if (valued.providers[i] == kept.provider) return;
        }

        require(
            valued.providers.length < MOST_PROVIDERS,
            NavOracleTooManyProviders(kept.valuationTimestamp, MOST_PROVIDERS)
        );
        if (valued.providers.length == 0) stream.valued.push(kept.valuationTimestamp);
        valued.providers.push(kept.provider);
    }

    /// The provider's present value of the instant is the only one that can be corrected: it is his, of the same instant, at the
    /// end of its chain and valid. So a value is corrected once, and chains neither fork nor loop.
    function _takeOver(Stream storage stream, Kept memory kept, uint256 index) private {
        uint256 target = kept.correctsIndex;
        uint256 place = stream.instants[kept.valuationTimestamp].places[kept.provider];
        require(
            place != 0 && target == place - 1,
            NavOracleNotCorrectable(target, kept.provider, kept.valuationTimestamp)
        );

        stream.snapshots[target].correctedByIndex = index;
    }

    function _advance(Stream storage stream, address provider, uint64 instant) private {
        if (instant > stream.latest) stream.latest = instant;
        if (instant > stream.latestOf[provider]) stream.latestOf[provider] = instant;
        if (instant > stream.latestPriced && _isEnough(stream, instant)) stream.latestPriced = instant;
    }

    function _isEnough(Stream storage stream, uint64 instant) internal view returns (bool) {
        return stream.quorum != 0 && stream.instants[instant].count >= stream.quorum;
    }

    /// An invalid correction gives the place back to what it corrected; an invalid original leaves it free.
    function _detach(Stream storage stream, Kept storage kept) private {
        (address provider, uint64 instant) = (kept.provider, kept.valuationTimestamp);
        Instant storage valued = stream.instants[instant];
        if (kept.correctsIndex != NO_CORRECTION) {
            stream.snapshots[kept.correctsIndex].correctedByIndex = 0;
            valued.places[provider] = kept.correctsIndex + 1;
            return;
        }

        valued.places[provider] = 0;
        valued.count -= 1;
        if (stream.latestOf[provider] == instant) stream.latestOf[provider] = _searchOf(stream, provider);
        if (stream.latest == instant && valued.count == 0) stream.latest = _search(stream, 1);
        if (stream.latestPriced == instant && !_isEnough(stream, instant)) {
            stream.latestPriced = _search(stream, stream.quorum);
        }
    }

    function _searchOf(Stream storage stream, address provider) private view returns (uint64 latest) {
        uint256[] storage history = stream.histories[provider];
        for (uint256 i = 0; i < history.length; ++i) {
            Kept storage kept = stream.snapshots[history[i]];
            if (_isCurrent(kept) && kept.valuationTimestamp > latest) latest = kept.valuationTimestamp;
        }
    }

    function _requirePublishable(bytes32 subjectId, bytes32 currency, bytes32 navBasis, Kept memory kept) private view {
        bytes32 configured = _stream(subjectId, currency).basis;
        require(_store().providers[subjectId][kept.provider], NavOracleNotProvider(subjectId, kept.provider));
        require(
            configured != 0 && navBasis == configured,
            NavOracleWrongBasis(subjectId, currency, navBasis, configured)
        );
        require(NavMathLib.fits(kept.nav, kept.decimals), NavOracleValueTooLarge(kept.nav, kept.decimals));
        require(
            kept.valuationTimestamp <= block.timestamp,
            NavOracleFutureValuation(kept.valuationTimestamp, block.timestamp)
        );
        require(
            kept.methodologyHash != 0 && bytes(kept.methodologyURI).length != 0,
            NavOracleNoMethodology(kept.methodologyHash, kept.methodologyURI)
        );
    }

    /// The greatest index among the latest instant's values is the one published last.
    function _latest(bytes32 subjectId, bytes32 currency) private view returns (Kept storage) {
        Stream storage stream = _stream(subjectId, currency);
        Instant storage valued = stream.instants[stream.latest];
        require(valued.count != 0, NavOracleNoCurrentSnapshot(subjectId, currency));

        uint256 last;
        for (uint256 i = 0; i < valued.providers.length; ++i) {
            uint256 place = valued.places[valued.providers[i]];
            if (place > last) last = place;
        }
        return stream.snapshots[last - 1];
    }

    function _snapshot(
        bytes32 subjectId,
        bytes32 currency,
        uint256 index
    ) private view returns (NAVSnapshot memory snapshot) {
        Stream storage stream = _stream(subjectId, currency);
        Kept storage kept = _kept(subjectId, currency, stream, index);
        snapshot.subjectId = subjectId;
        snapshot.currency = currency;
        snapshot.navBasis = stream.basis;
        snapshot.nav = kept.nav;
        snapshot.decimals = kept.decimals;
        snapshot.valuationTimestamp = kept.valuationTimestamp;
        snapshot.publishedAt = kept.publishedAt;
        snapshot.provider = kept.provider;
        snapshot.methodologyHash = kept.methodologyHash;
        snapshot.methodologyURI = kept.methodologyURI;
        snapshot.correctsIndex = kept.correctsIndex;
        snapshot.correctedByIndex = kept.correctedByIndex;
    }

    function _kept(
        bytes32 subjectId,
        bytes32 currency,
        Stream storage stream,
        uint256 index
    ) private view returns (Kept storage) {
        require(index < stream.snapshots.length, NavOracleUnknownSnapshot(subjectId, currency, index));
        return stream.snapshots[index];
    }

    function _isCurrent(Kept storage kept) private view returns (bool) {
        return kept.correctedByIndex == 0 && !kept.invalidated;
    }
}
