// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Why the register refuses: the register's part of the table in docs/formats.md, section 5
library ReasonCodes {
    uint8 internal constant ACCEPTED = 0;
    uint8 internal constant ASSET_UNKNOWN = 1;
    uint8 internal constant ASSET_NOT_ACTIVE = 2;
    uint8 internal constant REGISTER_PAUSED = 3;
    uint8 internal constant ASSET_PAUSED = 4;
    uint8 internal constant CAP_EXCEEDED = 5;
    uint8 internal constant SENDER_UNKNOWN = 10;
    uint8 internal constant SENDER_SUSPENDED = 11;
    uint8 internal constant RECEIVER_UNKNOWN = 12;
    uint8 internal constant RECEIVER_SUSPENDED = 13;
    uint8 internal constant RECEIVER_VERIFICATION_EXPIRED = 14;
    uint8 internal constant RECEIVER_LIQUIDATE_ONLY = 15;
    uint8 internal constant SENDER_FROZEN = 16;
    uint8 internal constant RECEIVER_FROZEN = 17;
    uint8 internal constant SENDER_RETIRED = 18;
    uint8 internal constant RECEIVER_RETIRED = 19;
    uint8 internal constant BALANCE_TOO_SMALL = 20;
    uint8 internal constant BALANCE_FROZEN = 21;
    uint8 internal constant BALANCE_LOCKED = 22;
    uint8 internal constant COUNTRY_NOT_ALLOWED = 30;
    uint8 internal constant INVESTOR_CLASS_NOT_ALLOWED = 31;
    uint8 internal constant HOLDER_LIMIT_REACHED = 32;
    uint8 internal constant TOO_FEW_HOLDERS = 33;
    uint8 internal constant BALANCE_CAP_EXCEEDED = 34;
    uint8 internal constant HOLDING_TOO_SMALL = 35;
    uint8 internal constant SHARES_LOCKED_UP = 36;
    uint8 internal constant VOLUME_EXCEEDED = 37;
    uint8 internal constant FLOWBACK_FORBIDDEN = 38;
    uint8 internal constant SANCTIONED = 39;
    uint8 internal constant DISCLOSURE_NOT_ACKNOWLEDGED = 40;
    uint8 internal constant CUSTODY_NOT_ATTESTED = 41;
    uint8 internal constant NOT_THE_WHOLE_HOLDING = 42;
    uint8 internal constant NOT_APPROVED = 43;
    uint8 internal constant ROUTE_NOT_PERMITTED = 44;
    uint8 internal constant ATTRIBUTES_NOT_MET = 45;
    uint8 internal constant HOLDER_QUOTA_REACHED = 46;
    uint8 internal constant RULE_FAILED = 90;
    uint8 internal constant RULES_STALE = 91;
}
