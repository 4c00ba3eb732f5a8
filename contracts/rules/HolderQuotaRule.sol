// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {IRule, ITransferRule, Movement} from "./ITransferRule.sol";
import {ITransferRules} from "./ITransferRules.sol";
import {PairRule} from "./PairRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title At most so many holders from a country, or of a class
/// @notice Parameters: quotas of seven bytes each, ascending, at most 32: kind (1 a country, 2 a class bit), the country or the
/// class bit (2 bytes) and the most holders of that kind (4 bytes). A quota below the present count keeps newcomers out, also those
/// who would take a leaver's place, until enough have left.
/// @dev Holders count by the profile that `TransferRules` knows: after a change of country or class, `refreshKinds` brings it up to
/// date. A seller who leaves in the same movement makes room for a buyer of the same kind; should he have been counted as another
/// kind, the quota is exceeded by one, and never by more.
contract HolderQuotaRule is PairRule {
    uint256 private constant QUOTA_BYTES = 7;
    uint256 private constant MOST_QUOTAS = 32;
    uint8 private constant COUNTRY = 1;
    uint8 private constant CLASS = 2;

    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external pure {
        uint256 count = parameters.length / QUOTA_BYTES;
        bool isFit = parameters.length % QUOTA_BYTES == 0 && count != 0 && count <= MOST_QUOTAS;
        uint256 last = 0;
        for (uint256 i = 0; isFit && i < count; ++i) {
            (uint8 kind, uint16 key, ) = _quota(parameters, i);
            uint256 place = (uint256(kind) << 16) | key;
            isFit = place > last && _isKind(kind, key);
            last = place;
        }
        require(isFit, TransferRuleInvalidParameters(ReasonCodes.HOLDER_QUOTA_REACHED, parameters));
    }

    /// @inheritdoc ITransferRule
    function allows(
        bytes calldata parameters,
        Movement calldata movement,
        Party from,
        Party to
    ) external view returns (bool) {
        if (!_isNewcomer(movement, from, to)) return true;

        Party leaving = _leaves(movement, from) ? from : Party.wrap(0);
        for (uint256 i = 0; i < parameters.length / QUOTA_BYTES; ++i) {
            (uint8 kind, uint16 key, uint32 most) = _quota(parameters, i);
            if (!_isOf(to, kind, key)) continue;

            uint256 places = _isOf(leaving, kind, key) ? uint256(most) + 1 : most;
            if (_holders(movement.id, kind, key) >= places) return false;
        }
        return true;
    }

    /// @inheritdoc ITransferRule
    function code() external pure returns (uint8) {
        return ReasonCodes.HOLDER_QUOTA_REACHED;
    }

    /// @inheritdoc IRule
    function traits() external pure override returns (uint8) {
        return RuleTraits.COUNTS_HOLDERS | RuleTraits.COUNTS_TOTALS | RuleTraits.COUNTS_KINDS | RuleTraits.GROSS_ONLY;
    }

    /// @inheritdoc ITransferRule
    function sentence() external pure returns (string memory) {
        return
            "The asset has as many holders from the receiver's country, or of a class of the receiver, as it may have.";
    }

    /// @inheritdoc ITransferRule
    function nextStep() external pure returns (string memory) {
        return "Transfer to a present holder or to an investor of another kind, or wait until such a holder has left.";
    }

    function _isNewcomer(Movement calldata movement, Party from, Party to) private pure returns (bool) {
        if (movement.value == 0 || movement.to == address(0) || to.isProtocol()) return false;
        return movement.toTotal == 0 && !from.isSameInvestor(to);
    }

    function _leaves(Movement calldata movement, Party from) private pure returns (bool) {
        return movement.from != address(0) && !from.isProtocol() && movement.value == movement.fromTotal;
    }

    /// @dev Counted before the movement, like everything that a rule is told.
    function _holders(uint256 id, uint8 kind, uint16 key) private view returns (uint32) {
        (uint16 country, uint16 class) = kind == COUNTRY ? (key, uint16(0)) : (uint16(0), key);
        (uint32 inCountry, uint32 ofClass) = ITransferRules(msg.sender).holdersWith(id, country, class);
        return kind == COUNTRY ? inCountry : ofClass;
    }

    function _quota(bytes calldata parameters, uint256 i) private pure returns (uint8 kind, uint16 key, uint32 most) {
        uint56 quota = uint56(bytes7(parameters[i * QUOTA_BYTES:]));
        return (uint8(quota >> 48), uint16(quota >> 32), uint32(quota));
    }

    function _isOf(Party party, uint8 kind, uint16 key) private pure returns (bool) {
        return kind == COUNTRY ? party.country() == key : party.classes() & key != 0;
    }

    function _isKind(uint8 kind, uint16 key) private pure returns (bool) {
        if (kind == COUNTRY) return key != 0 && key < 1000;
        return kind == CLASS && key != 0 && key & (key - 1) == 0;
    }
}
