// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IShareToken} from "../shares/IShareToken.sol";
import {PriceTerms} from "./INavOracle.sol";

/// @notice A value as it is kept; subject, currency and basis are its stream's.
struct Kept {
    int256 nav;
    uint64 valuationTimestamp;
    uint64 publishedAt;
    uint8 decimals;
    bool invalidated;
    address provider;
    bytes32 methodologyHash;
    string methodologyURI;
    uint256 correctsIndex;
    uint256 correctedByIndex;
}

/// @notice What the providers say of one instant.
/// @param providers whoever has ever valued it, in this order
/// @param count how many of them have a value now
/// @param places one more than the index of a provider's present value
struct Instant {
    address[] providers;
    uint256 count;
    mapping(address provider => uint256) places;
}

/// @notice All values of a subject in a currency.
/// @param latest the latest instant with a value, 0 if there is none
/// @param latestPriced the latest instant with as many values as the quorum says
/// @param accepted the price that was last accepted, 18 decimals: what a jump is measured from
/// @param valued every instant that was ever valued, in the order of first values
struct Stream {
    bytes32 basis;
    uint64 heartbeat;
    uint64 maxValuationAge;
    uint64 latest;
    uint64 latestPriced;
    uint16 quorum;
    uint16 deviationBps;
    uint32 jumpBps;
    bool hasAccepted;
    int256 accepted;
    Kept[] snapshots;
    uint64[] valued;
    mapping(uint64 instant => Instant) instants;
    mapping(address provider => uint256[]) histories;
    mapping(address provider => uint64) latestOf;
}

/// @notice Whether a token counts as the currency of a value.
struct PriceToken {
    bool accepted;
    uint8 decimals;
}

/// @custom:storage-location erc7201:moiety.storage.NavOracle
struct NavOracleStorage {
    IShareToken shares;
    mapping(bytes32 subjectId => mapping(bytes32 currency => Stream)) streams;
    mapping(bytes32 subjectId => mapping(address account => bool)) providers;
    mapping(uint256 id => PriceTerms) terms;
    mapping(uint256 id => mapping(address token => PriceToken)) tokens;
}

/// @title Where the oracle keeps what it knows
abstract contract NavStorage {
    // keccak256(abi.encode(uint256(keccak256("moiety.storage.NavOracle")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant NAV_ORACLE_STORAGE = 0x8133f4f6f0b73240fb9b1ae2000fcb9e24872d326b64c45a89948b6acc225300;

    function _stream(bytes32 subjectId, bytes32 currency) internal view returns (Stream storage) {
        return _store().streams[subjectId][currency];
    }

    function _store() internal pure returns (NavOracleStorage storage store) {
        assembly {
            store.slot := NAV_ORACLE_STORAGE
        }
    }
}
