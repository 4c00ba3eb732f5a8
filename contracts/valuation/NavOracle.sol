// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {INAVAggregation, INAVSnapshotOracle, NAV_PER_SHARE, NAV_PER_UNIT} from "../standards/IERC8330.sol";
import {INavOracle, PriceTerms} from "./INavOracle.sol";
import {IPriceGuard} from "./IPriceGuard.sol";
import {Aggregate, NavAggregation} from "./NavAggregation.sol";
import {NavMathLib} from "./NavMathLib.sol";
import {PriceToken, Stream} from "./NavStorage.sol";
import {PriceReasons} from "./PriceReasons.sol";

/// @title What the assets are worth, upgradeable (see `INavOracle`)
/// @dev History, aggregation and use as a price build on one another, in this order, a file each.
contract NavOracle is NavAggregation, UUPSUpgradeable {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets who decides about roles, and the register. Called once, while the proxy is made.
    function initialize(address authority_, IShareToken shares_) external initializer {
        __AccessManaged_init(authority_);
        _store().shares = shares_;
    }

    /// @inheritdoc INavOracle
    function setProvider(uint256 id, address provider, bool appointed) external restricted {
        bytes32 subjectId = _subjectOf(id);

        _store().providers[subjectId][provider] = appointed;

        emit ProviderSet(id, subjectId, provider, appointed);
    }

    /// @inheritdoc INavOracle
    function setPriceTerms(uint256 id, PriceTerms calldata terms) external restricted {
        require(
            terms.currency != 0 && terms.bandBps < NavMathLib.WHOLE_BPS,
            NavOracleInvalidPriceTerms(id, terms.currency, terms.bandBps)
        );
        bytes32 subjectId = _subjectOf(id);

        _store().terms[id] = terms;
        _stream(subjectId, terms.currency).jumpBps = terms.jumpBps;

        emit PriceTermsSet(id, subjectId, terms);
    }

    /// @inheritdoc INavOracle
    function setPriceToken(uint256 id, address token, bool accepted) external restricted {
        _subjectOf(id);
        require(token.code.length != 0, NavOracleInvalidToken(token));
        uint8 decimals = IERC20Metadata(token).decimals();
        require(decimals <= NavMathLib.MOST_DECIMALS, NavOracleInvalidToken(token));

        _store().tokens[id][token] = PriceToken(accepted, decimals);

        emit PriceTokenSet(id, token, accepted, decimals);
    }

    /// @inheritdoc INavOracle
    function confirmPrice(uint256 id, int256 nav) external restricted {
        (bool waiting, int256 present) = unconfirmedPrice(id);
        require(waiting && nav == present, NavOracleNothingToConfirm(id, nav, present));
        bytes32 subjectId = _subjectOf(id);

        _stream(subjectId, _store().terms[id].currency).accepted = nav;

        emit PriceConfirmed(id, subjectId, nav);
    }

    /// @inheritdoc INavOracle
    function isProvider(uint256 id, address account) external view returns (bool) {
        return _store().providers[_subjectOf(id)][account];
    }

    /// @inheritdoc INavOracle
    function priceTermsOf(uint256 id) external view returns (PriceTerms memory) {
        return _store().terms[id];
    }

    /// @inheritdoc INavOracle
    function priceTokenOf(uint256 id, address token) external view returns (bool accepted, uint8 decimals) {
        PriceToken storage kept = _store().tokens[id][token];
        return (kept.accepted, kept.decimals);
    }

    /// @inheritdoc INavOracle
    function unconfirmedPrice(uint256 id) public view returns (bool waiting, int256 nav) {
        Stream storage stream = _priceStream(id);
        if (!_isEnough(stream, stream.latestPriced)) return (false, 0);

        nav = _price(_aggregate(stream, stream.latestPriced));
        return (_hasJumped(stream, nav), nav);
    }

    /// @inheritdoc INavOracle
    function isPriceUsable(uint256 id) external view returns (bool usable, uint8 code, string memory reason) {
        (code, ) = _priceOf(id);
        return (code == PriceReasons.USABLE, code, PriceReasons.textOf(code));
    }

    /// @inheritdoc INavOracle
    function bandOf(
        uint256 id,
        address currency
    ) external view returns (uint256 low, uint256 high, uint8 code, string memory reason) {
        (code, low, high) = tradeBand(id, currency);
        reason = PriceReasons.textOf(code);
    }

    /// @inheritdoc INavOracle
    function isWithinBand(uint256 id, address currency, uint256 price) external view returns (bool) {
        (uint8 code, uint256 low, uint256 high) = tradeBand(id, currency);
        return code == PriceReasons.USABLE && price >= low && price <= high;
    }

    /// @inheritdoc INavOracle
    function latestPricedInstant(uint256 id) external view returns (uint64) {
        return _priceStream(id).latestPriced;
    }

    /// @inheritdoc INavOracle
    function navAt(
        uint256 id,
        uint64 valuationTimestamp
    ) external view returns (int256 nav, uint64 publishedAt, uint256 providers) {
        Stream storage stream = _priceStream(id);
        if (!_isEnough(stream, valuationTimestamp)) return (0, 0, 0);

        Aggregate memory all = _aggregate(stream, valuationTimestamp);
        return (_price(all), all.publishedAt, all.count);
    }

    /// @inheritdoc IPriceGuard
    function offerCode(uint256 id) external view returns (uint8 code) {
        if (_store().terms[id].required) (code, ) = _priceOf(id);
    }

    /// @inheritdoc IPriceGuard
    function tradeBand(uint256 id, address currency) public view returns (uint8 code, uint256 low, uint256 high) {
        PriceTerms memory terms = _store().terms[id];
        if (!terms.required && terms.bandBps == 0) return (PriceReasons.USABLE, 0, type(uint256).max);

        int256 nav;
        (code, nav) = _priceOf(id);
        if (code != PriceReasons.USABLE) return (code, 0, 0);
        if (terms.bandBps == 0) return (PriceReasons.USABLE, 0, type(uint256).max);

        PriceToken memory token = _store().tokens[id][currency];
        if (!token.accepted) return (PriceReasons.CURRENCY_UNKNOWN, 0, 0);
        uint256 parts = _shareCount(id);
        if (parts == 0) return (PriceReasons.NO_SHARE_PRICE, 0, 0);
        (low, high) = NavMathLib.band(nav, parts, terms.bandBps, token.decimals);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == type(INAVSnapshotOracle).interfaceId ||
            interfaceId == type(INAVAggregation).interfaceId ||
            interfaceId == type(IPriceGuard).interfaceId;
    }

    /// The first thing that is wrong, or 0 and the price with 18 decimals.
    function _priceOf(uint256 id) private view returns (uint8 code, int256 nav) {
        if (_store().terms[id].currency == 0) return (PriceReasons.NO_TERMS, 0);
        Stream storage stream = _priceStream(id);
        uint64 instant = stream.latestPriced;
        if (!_isEnough(stream, instant)) return (PriceReasons.NO_QUORUM, 0);

        Aggregate memory all = _aggregate(stream, instant);
        (bool isPublishStale, bool isValuationStale) = _staleness(stream, all.publishedAt, instant);
        // Without an age nobody has said that a value may be used at all.
        if (isPublishStale || stream.heartbeat == 0) return (PriceReasons.PUBLICATION_STALE, 0);
        if (isValuationStale) return (PriceReasons.VALUATION_STALE, 0);
        if (all.lowest <= 0) return (PriceReasons.NOT_POSITIVE, 0);
        if (_deviationOf(all) > stream.deviationBps) return (PriceReasons.PROVIDERS_DISAGREE, 0);
        nav = _price(all);
        if (_hasJumped(stream, nav)) return (PriceReasons.JUMP_UNCONFIRMED, 0);
    }

    /// Into how many parts the value is divided; 0 if it cannot be.
    function _shareCount(uint256 id) private view returns (uint256) {
        bytes32 basis = _priceStream(id).basis;
        if (basis == NAV_PER_SHARE) return 1;
        return basis == NAV_PER_UNIT ? 0 : _store().shares.totalSupply(id);
    }

    function _priceStream(uint256 id) private view returns (Stream storage) {
        return _stream(_subjectOf(id), _store().terms[id].currency);
    }

    function _subjectOf(uint256 id) private view returns (bytes32) {
        return _store().shares.anchorIdOf(id);
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
