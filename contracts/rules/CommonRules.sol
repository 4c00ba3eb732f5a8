// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Party} from "../investors/Party.sol";
import {CodeSet} from "./CodeSet.sol";
import {CommonJudgements} from "./CommonJudgements.sol";
import {HoldingLib} from "./HoldingLib.sol";
import {ICompositeRule, IRule, Movement, NetContext, NetPosition} from "./ITransferRule.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title The five most common rules in one contract: country, class, holder count, balance cap, lock-up
/// @notice Parameters: one byte says which of the five are bound (1, 2, 4, 8, 16, in this order); behind it stand the parameters of
/// those, as the five rules by themselves take them: 125, 2, 4, 10 and 4 bytes.
/// @dev They say the same as CountryRule, InvestorClassRule, HolderCountRule, BalanceCapRule and LockUpRule one after the other, for
/// the price of one call. A pure function, like each of them.
contract CommonRules is ICompositeRule {
    uint256 private constant COUNTRY = 1;
    uint256 private constant CLASS = 2;
    uint256 private constant HOLDERS = 4;
    uint256 private constant CAP = 8;
    uint256 private constant LOCK_UP = 16;
    uint256 private constant ALL = 31;

    /// @param most shares that an investor may have who gets more
    struct Bounds {
        uint256 which;
        uint256 classes;
        uint256 most;
    }

    /// @inheritdoc IRule
    function validate(uint256, bytes calldata parameters) external pure {
        require(_isFit(parameters), TransferRuleInvalidParameters(0, parameters));
    }

    /// @inheritdoc ICompositeRule
    function codesOf(bytes calldata parameters) external pure returns (uint256 codes) {
        uint256 which = uint8(parameters[0]);
        if (which & COUNTRY != 0) codes |= 1 << ReasonCodes.COUNTRY_NOT_ALLOWED;
        if (which & CLASS != 0) codes |= 1 << ReasonCodes.INVESTOR_CLASS_NOT_ALLOWED;
        if (which & HOLDERS != 0) codes |= 1 << ReasonCodes.HOLDER_LIMIT_REACHED;
        if (which & CAP != 0) codes |= 1 << ReasonCodes.BALANCE_CAP_EXCEEDED;
        if (which & LOCK_UP != 0) codes |= 1 << ReasonCodes.SHARES_LOCKED_UP;
    }

    /// @inheritdoc ICompositeRule
    function traitsOf(bytes calldata parameters) external pure returns (uint8 needs) {
        uint256 which = uint8(parameters[0]);
        needs = RuleTraits.COMPOSITE;
        if (which & HOLDERS != 0) needs |= RuleTraits.COUNTS_HOLDERS;
        if (which & (CAP | LOCK_UP) != 0) needs |= RuleTraits.COUNTS_TOTALS;
        if (which & LOCK_UP != 0) needs |= RuleTraits.KEEPS_LOTS;
    }

    /// @inheritdoc IRule
    function window(bytes calldata parameters) external pure returns (uint32) {
        if (uint8(parameters[0]) & LOCK_UP == 0) return 0;
        return uint32(bytes4(parameters[parameters.length - 4:]));
    }

    /// @inheritdoc ICompositeRule
    function refusalOf(
        bytes calldata parameters,
        Movement calldata movement,
        Party from,
        Party to
    ) external pure returns (uint8) {
        return CodeSet.lowest(_refusals(parameters, movement, from, to, true));
    }

    /// @inheritdoc ICompositeRule
    function refusalsOf(
        bytes calldata parameters,
        Movement calldata movement,
        Party from,
        Party to
    ) external pure returns (uint256 codes) {
        return _refusals(parameters, movement, from, to, false);
    }

    /// @inheritdoc ICompositeRule
    function refusalOfNet(
        bytes calldata parameters,
        NetContext calldata context,
        NetPosition[] calldata positions,
        Party[] calldata parties
    ) external pure returns (uint8) {
        Bounds memory bounds = _boundsOf(parameters, context.supply);
        bool judgesTotals = bounds.which & (CAP | LOCK_UP) != 0;
        uint256 codes = 0;
        if (bounds.which & HOLDERS != 0) {
            uint256 at_ = _placeOf(bounds.which, HOLDERS);
            if (!CommonJudgements.isCountAllowed(parameters, at_, context.holdersBefore, context.holdersAfter)) {
                codes = 1 << ReasonCodes.HOLDER_LIMIT_REACHED;
            }
        }
        for (uint256 i = 0; i < positions.length; ++i) {
            Party party;
            NetPosition calldata position;
            // There are as many parties as positions, so that nobody need ask again for each.
            assembly ("memory-safe") {
                party := calldataload(add(parties.offset, shl(5, i)))
                position := add(positions.offset, mul(i, 0xc0))
            }
            if (party.isProtocol()) continue;
            if (position.balanceAfter > position.balanceBefore) codes |= _refusalsOfGain(parameters, bounds, party);
            if (!judgesTotals) continue;
            uint256 before = position.totalBefore;
            uint256 afterwards = position.totalAfter;
            if (afterwards > before) {
                if (afterwards > bounds.most) codes |= 1 << ReasonCodes.BALANCE_CAP_EXCEEDED;
            } else if (afterwards < position.young && afterwards < before && bounds.which & LOCK_UP != 0) {
                codes |= 1 << ReasonCodes.SHARES_LOCKED_UP;
            }
        }
        return CodeSet.lowest(codes);
    }

    /// @inheritdoc ICompositeRule
    function textOf(uint8 code) external pure returns (string memory, string memory) {
        if (code == ReasonCodes.COUNTRY_NOT_ALLOWED) {
            return (
                "The receiver's country is not among those in which this asset may be held.",
                "Choose a receiver from an allowed country, or ask compliance to add this one."
            );
        }
        if (code == ReasonCodes.INVESTOR_CLASS_NOT_ALLOWED) {
            return (
                "The receiver is not of an investor class that may hold this asset.",
                "Ask the registrar to verify the receiver for a required class, such as accredited investor."
            );
        }
        if (code == ReasonCodes.HOLDER_LIMIT_REACHED) {
            return (
                "The asset has as many holders as it may have, and the receiver is not one of them.",
                "Transfer to a present holder, or wait until a holder has sold all shares."
            );
        }
        if (code == ReasonCodes.BALANCE_CAP_EXCEEDED) {
            return (
                "The receiver would hold more of the asset than one investor may.",
                "Transfer less, or choose another receiver."
            );
        }
        if (code == ReasonCodes.SHARES_LOCKED_UP) {
            return (
                "Too many of the sender's shares were acquired too recently to be passed on.",
                "Transfer less, or wait until the lock-up of the shares has ended."
            );
        }
        return ("", "");
    }

    /// @inheritdoc IRule
    function traits() external pure returns (uint8) {
        return RuleTraits.COMPOSITE;
    }

    /// @dev All codes that refuse, or only the first.
    function _refusals(
        bytes calldata parameters,
        Movement calldata movement,
        Party from,
        Party to,
        bool isFirstOnly
    ) private pure returns (uint256 codes) {
        uint256 which = uint8(parameters[0]);
        uint256 at_ = 1;
        bool gains = movement.to != address(0) && !to.isProtocol();
        if (which & COUNTRY != 0) {
            if (gains && !CommonJudgements.isCountryAllowed(parameters, at_, to)) {
                codes = 1 << ReasonCodes.COUNTRY_NOT_ALLOWED;
                if (isFirstOnly) return codes;
            }
            at_ += 125;
        }
        if (which & CLASS != 0) {
            if (gains && !CommonJudgements.isClassAllowed(parameters, at_, to)) {
                codes |= 1 << ReasonCodes.INVESTOR_CLASS_NOT_ALLOWED;
                if (isFirstOnly) return codes;
            }
            at_ += 2;
        }
        if (which & HOLDERS != 0) {
            if (!CommonJudgements.isCountAllowed(parameters, at_, movement.holdersBefore, movement.holdersAfter)) {
                codes |= 1 << ReasonCodes.HOLDER_LIMIT_REACHED;
                if (isFirstOnly) return codes;
            }
            at_ += 4;
        }
        if (which & (CAP | LOCK_UP) == 0) return codes;
        return codes | _refusalsOfTotals(parameters, which, at_, movement, HoldingLib.changeOf(movement, from, to));
    }

    function _refusalsOfTotals(
        bytes calldata parameters,
        uint256 which,
        uint256 at_,
        Movement calldata movement,
        HoldingLib.Change memory change
    ) private pure returns (uint256 codes) {
        if (which & CAP != 0 && change.buys) {
            uint256 afterwards = movement.toTotal + change.value;
            if (!CommonJudgements.isTotalAllowed(parameters, at_, movement.toTotal, afterwards, change.supply)) {
                codes = 1 << ReasonCodes.BALANCE_CAP_EXCEEDED;
            }
        }
        if (which & LOCK_UP != 0 && change.sells) {
            if (!CommonJudgements.isRestAllowed(movement.fromTotal, change.rest, movement.fromYoung)) {
                codes |= 1 << ReasonCodes.SHARES_LOCKED_UP;
            }
        }
    }

    /// @dev What is the same for all positions of a chunk, read once. Rules that are not bound have bounds that nobody exceeds.
    function _boundsOf(bytes calldata parameters, uint256 supply) private pure returns (Bounds memory bounds) {
        uint256 which = uint8(parameters[0]);
        bounds.which = which;
        bounds.most = type(uint256).max;
        bounds.classes = type(uint16).max;
        if (which & CLASS != 0) bounds.classes = uint16(bytes2(parameters[_placeOf(which, CLASS):]));
        if (which & CAP != 0) bounds.most = CommonJudgements.mostOf(parameters, _placeOf(which, CAP), supply);
    }

    function _refusalsOfGain(
        bytes calldata parameters,
        Bounds memory bounds,
        Party party
    ) private pure returns (uint256 codes) {
        uint256 which = bounds.which;
        if (which & COUNTRY != 0 && !CommonJudgements.isCountryAllowed(parameters, 1, party)) {
            codes = 1 << ReasonCodes.COUNTRY_NOT_ALLOWED;
        }
        if (which & CLASS != 0 && party.classes() & bounds.classes == 0) {
            codes |= 1 << ReasonCodes.INVESTOR_CLASS_NOT_ALLOWED;
        }
    }

    /// @dev As each of the five by itself: lengths, something in every value, no country 0, no more than the whole.
    function _isFit(bytes calldata parameters) private pure returns (bool) {
        if (parameters.length == 0) return false;
        uint256 which = uint8(parameters[0]);
        if (which == 0 || which > ALL || parameters.length != _placeOf(which, ALL + 1)) return false;
        if (which & COUNTRY != 0) {
            uint256 anywhere = 0;
            for (uint256 i = 1; i <= 125; ++i) anywhere |= uint8(parameters[i]);
            if (anywhere == 0 || parameters[1] & 0x80 != 0) return false;
        }
        if (which & CLASS != 0 && bytes2(parameters[_placeOf(which, CLASS):]) == 0) return false;
        if (which & HOLDERS != 0 && bytes4(parameters[_placeOf(which, HOLDERS):]) == 0) return false;
        if (which & CAP != 0) {
            uint256 limits = uint80(bytes10(parameters[_placeOf(which, CAP):]));
            if (limits == 0 || uint16(limits) > CommonJudgements.WHOLE_BPS) return false;
        }
        return which & LOCK_UP == 0 || bytes4(parameters[_placeOf(which, LOCK_UP):]) != 0;
    }

    /// @dev Where the parameters of a rule begin, or would.
    function _placeOf(uint256 which, uint256 rule) private pure returns (uint256 place) {
        place = 1;
        if (rule > COUNTRY && which & COUNTRY != 0) place += 125;
        if (rule > CLASS && which & CLASS != 0) place += 2;
        if (rule > HOLDERS && which & HOLDERS != 0) place += 4;
        if (rule > CAP && which & CAP != 0) place += 10;
        if (rule > LOCK_UP && which & LOCK_UP != 0) place += 4;
    }
}
