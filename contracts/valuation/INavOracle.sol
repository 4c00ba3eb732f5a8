// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {INAVAggregation, INAVSnapshotOracle} from "../standards/IERC8330.sol";
import {IPriceGuard} from "./IPriceGuard.sol";

/// @notice How an asset is priced.
/// @param currency the stream (ERC-8330 currency id) whose values are its price
/// @param required whether it may be offered and traded only while its price is usable
/// @param bandBps how far a trade's price may be from the value of a share, in 1/10,000; 0 for any distance
/// @param jumpBps how far a value may be from the one before without being confirmed, in 1/10,000; 0 for any distance
struct PriceTerms {
    bytes32 currency;
    bool required;
    uint16 bandBps;
    uint32 jumpBps;
}

/// @title What the assets are worth (ERC-8330, draft, with aggregation), and whether that may be used as a price
/// @notice Values are kept per asset (its anchor id is the subject) and currency, per provider, for good: a correction is a new
/// value that names the one it corrects, and an invalid value stays on record and counts no more. Nothing here is shared between
/// assets: providers, quorum, ages, limits and currencies are set for each (P106).
///
/// The price of an asset is the lower median of what its providers say of the same instant. It is *usable* while enough of them
/// have spoken, not too long ago, of not too long ago, not too far apart, of a value above zero, and the value has not jumped, or its jump was
/// confirmed. Desks ask `offerCode` and `tradeBand`; people ask `isPriceUsable`, which also says why not.
/// @dev Who does what: the issuer appoints providers and sets the basis; compliance sets ages, quorum, limits and currencies,
/// confirms jumps and invalidates. A provider corrects only himself. An appointment that is taken back takes no value back: that is
/// `invalidateSnapshot`. The methodology hash is keccak-256 of the document's bytes, and its address may not be empty.
/// WARNING: a value is somebody's opinion; quorum and limits keep out slips and single liars, not collusion. Whoever sees a new value in
/// the mempool can still trade at the old one; where that matters, stop trading first.
/// WARNING: when the latest value falls away by `invalidateSnapshot`, or the quorum changes, the next one is looked for among all
/// instants that were ever valued; everything else costs the same however long the history.
interface INavOracle is IERC165, INAVSnapshotOracle, INAVAggregation, IPriceGuard {
    event ProviderSet(uint256 indexed id, bytes32 indexed subjectId, address indexed provider, bool appointed);
    event PriceTermsSet(uint256 indexed id, bytes32 indexed subjectId, PriceTerms terms);
    /// @notice `token` counts, or counts no more, one to one as the currency in which the asset is valued.
    event PriceTokenSet(uint256 indexed id, address indexed token, bool accepted, uint8 decimals);
    /// @notice The price went from `before` to `nav` (18 decimals), which is further than it may without being confirmed.
    event PriceJumped(bytes32 indexed subjectId, bytes32 indexed currency, int256 before, int256 nav, uint256 jumpBps);
    event PriceConfirmed(uint256 indexed id, bytes32 indexed subjectId, int256 nav);

    /// @notice The caller does not value this subject.
    /// @dev Ask the issuer to appoint the provider for this asset.
    error NavOracleNotProvider(bytes32 subjectId, address caller);
    /// @notice The stream's basis is another one, or none yet.
    /// @dev Publish on the stream's basis; the issuer sets it before the first value.
    error NavOracleWrongBasis(bytes32 subjectId, bytes32 currency, bytes32 navBasis, bytes32 configured);
    /// @notice There is no such basis, or the stream has one already, and that is for good.
    /// @dev Use PER_UNIT, PER_SHARE or TOTAL, once per stream.
    error NavOracleBasisNotSettable(bytes32 subjectId, bytes32 currency, bytes32 navBasis, bytes32 configured);
    /// @notice More than 18 decimals, or a value that would not fit with 18.
    /// @dev Publish with fewer decimals.
    error NavOracleValueTooLarge(int256 nav, uint8 decimals);
    /// @notice A valuation cannot speak of the future.
    /// @dev Publish it when its instant has come.
    error NavOracleFutureValuation(uint64 valuationTimestamp, uint256 time);
    /// @notice A value needs the hash of its methodology, and where to get it.
    /// @dev Give both.
    error NavOracleNoMethodology(bytes32 methodologyHash, string methodologyURI);
    /// @notice The provider has valued this instant already.
    /// @dev Correct `snapshotIndex` instead.
    error NavOracleAlreadyValued(address provider, uint64 valuationTimestamp, uint256 snapshotIndex);
    /// @notice Only the provider's own present value of the same instant can be corrected.
    /// @dev Correct the value at the end of the chain; `currentSnapshotIndex` tells it.
    error NavOracleNotCorrectable(uint256 snapshotIndex, address provider, uint64 valuationTimestamp);
    /// @notice As many providers as there may be have valued this instant.
    /// @dev Have fewer providers, or value another instant.
    error NavOracleTooManyProviders(uint64 valuationTimestamp, uint256 most);
    /// @notice The stream has no such snapshot.
    /// @dev Check the index; `snapshotCount` says how many there are.
    error NavOracleUnknownSnapshot(bytes32 subjectId, bytes32 currency, uint256 snapshotIndex);
    /// @notice Only a value that nothing corrects, and that counts, can be invalidated, with a reason.
    /// @dev Invalidate the end of the chain first, and give the hash of a reason.
    error NavOracleNotInvalidable(uint256 snapshotIndex, bytes32 reasonHash);
    /// @notice Nothing of this chain of corrections counts any more.
    /// @dev Ask the provider to publish again.
    error NavOracleNoCurrentSnapshot(bytes32 subjectId, bytes32 currency);
    /// @notice Both ages have to be more than zero.
    /// @dev Name both in seconds.
    error NavOracleInvalidAges(uint64 heartbeat, uint64 maxValuationAge);
    /// @notice Nobody has said how old a value may be.
    /// @dev Ask compliance to set the ages.
    error NavOracleAgesNotSet(bytes32 subjectId, bytes32 currency);
    /// @notice A quorum is from 1 to the most providers, a threshold at most 10,000.
    /// @dev Correct them.
    error NavOracleInvalidAggregation(uint256 quorum, uint256 deviationThresholdBps);
    /// @notice There is no quorum set, or no instant of which enough providers speak.
    /// @dev Set a quorum, or ask the providers to value the same instant.
    error NavOracleNoQuorum(bytes32 subjectId, bytes32 currency);
    /// @notice The asset is priced in no currency, or the band is 10,000 or more.
    /// @dev Name the stream's currency and a band below 10,000.
    error NavOracleInvalidPriceTerms(uint256 id, bytes32 currency, uint16 bandBps);
    /// @notice The token says no decimals, or more than 18.
    /// @dev Use another token.
    error NavOracleInvalidToken(address token);
    /// @notice Nothing waits to be confirmed, or it is `nav` (18 decimals) by now.
    /// @dev Look at the value again, and confirm what it is.
    error NavOracleNothingToConfirm(uint256 id, int256 confirmed, int256 nav);

    /// @notice Appoints a provider for one asset, or takes the appointment back. For the issuer.
    function setProvider(uint256 id, address provider, bool appointed) external;

    /// @notice Says how an asset is priced. For compliance.
    function setPriceTerms(uint256 id, PriceTerms calldata terms) external;

    /// @notice Says that a token counts, one to one, as the currency in which the asset is valued. For compliance.
    function setPriceToken(uint256 id, address token, bool accepted) external;

    /// @notice Lets a value that jumped be used. `nav` (18 decimals) is the one that was looked at. For compliance.
    function confirmPrice(uint256 id, int256 nav) external;

    function isProvider(uint256 id, address account) external view returns (bool);

    function priceTermsOf(uint256 id) external view returns (PriceTerms memory);

    /// @notice Whether a token counts as the currency of the asset's value, and its decimals.
    function priceTokenOf(uint256 id, address token) external view returns (bool accepted, uint8 decimals);

    /// @notice Whether the present value (18 decimals) has jumped and waits to be confirmed.
    function unconfirmedPrice(uint256 id) external view returns (bool waiting, int256 nav);

    /// @notice Whether the asset's price may be used now; if not, the code and what to do.
    function isPriceUsable(uint256 id) external view returns (bool usable, uint8 code, string memory reason);

    /// @notice `tradeBand` with its reason in words.
    function bandOf(
        uint256 id,
        address currency
    ) external view returns (uint256 low, uint256 high, uint8 code, string memory reason);

    /// @notice Whether a share may be traded at `price` base units of `currency` now.
    function isWithinBand(uint256 id, address currency, uint256 price) external view returns (bool);

    /// @notice The latest instant that enough providers have valued; 0 if there is none.
    function latestPricedInstant(uint256 id) external view returns (uint64);

    /// @notice The asset's price as it was or is valued at an instant, on the stream's basis, with 18 decimals; providers 0 if
    /// too few have valued that instant.
    function navAt(
        uint256 id,
        uint64 valuationTimestamp
    ) external view returns (int256 nav, uint64 publishedAt, uint256 providers);
}
