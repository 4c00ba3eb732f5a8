// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IInvestorRegistry, Profile} from "../investors/IInvestorRegistry.sol";
import {StandingLib} from "../investors/StandingLib.sol";
import {AssetLife} from "../shares/AssetLife.sol";
import {AssetState, IShareToken} from "../shares/IShareToken.sol";
import {ITransferRule, Movement, NetMovement} from "./ITransferRule.sol";
import {ITransferRules, Refusal} from "./ITransferRules.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {ReasonTexts} from "./ReasonTexts.sol";

/// @title The rules of every asset, as ITransferRules describes
contract TransferRules is ITransferRules, AccessManagedUpgradeable, UUPSUpgradeable {
    using AssetLife for AssetState;

    uint256 private constant MOST_RULES = 25;
    /// @dev What one rule may use to answer or to count, so that a runaway rule cannot take a transfer, a view or an
    /// enforcement down with it.
    uint256 private constant RULE_GAS = 300_000;
    /// @dev More codes than register and rules have; one place each in `explain`.
    uint256 private constant MOST_REFUSALS = MOST_RULES + 7;

    /// @dev One slot. What a rule says of itself is asked once, when it is bound.
    struct BoundRule {
        address rule;
        uint8 code;
        bool tracks;
        bool nettable;
    }

    /// @custom:storage-location erc7201:moiety.storage.TransferRules
    struct RulesStorage {
        IInvestorRegistry investors;
        IShareToken shares;
        mapping(uint256 id => BoundRule[]) rulesOf;
        mapping(uint256 id => bool) isStale;
    }

    // keccak256(abi.encode(uint256(keccak256("moiety.storage.TransferRules")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0x34e0f2f789720cbe5522cbf5aafac5a3883513de3e7f8a850ba35e940e149a00;

    modifier onlyShares() {
        require(msg.sender == address(_storage().shares), TransferRulesNotShares(msg.sender));
        _;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets the authority and the investors; called once, by the proxy's constructor.
    function initialize(address authority_, address investors_) external initializer {
        __AccessManaged_init(authority_);
        _storage().investors = IInvestorRegistry(investors_);
    }

    /// @inheritdoc ITransferRules
    function setShares(address shares_) external restricted {
        RulesStorage storage $ = _storage();
        require(address($.shares) == address(0), TransferRulesSharesSet(address($.shares)));

        $.shares = IShareToken(shares_);

        emit SharesSet(shares_);
    }

    /// @inheritdoc ITransferRules
    function addRule(uint256 id, address rule) external restricted {
        RulesStorage storage $ = _storage();
        BoundRule[] storage rules = $.rulesOf[id];
        ITransferRule asked = ITransferRule(rule);
        BoundRule memory bound = BoundRule(rule, asked.code(), asked.tracks(), asked.nettable());
        require(rules.length < MOST_RULES, TransferRulesTooMany(id, MOST_RULES));
        for (uint256 i = 0; i < rules.length; ++i) {
            require(rules[i].code != bound.code, TransferRulesAlreadyBound(id, rules[i].rule, bound.code));
        }
        uint256 supply = $.shares.totalSupply(id);
        require(!bound.tracks || supply == 0, TransferRulesLiveAsset(id, rule, supply));

        rules.push(bound);

        emit RuleAdded(id, rule, bound.code);
    }

    /// @inheritdoc ITransferRules
    function removeRule(uint256 id, address rule) external restricted {
        RulesStorage storage $ = _storage();
        BoundRule[] storage rules = $.rulesOf[id];
        uint256 place = 0;
        while (place < rules.length && rules[place].rule != rule) ++place;
        require(place < rules.length, TransferRulesNotBound(id, rule));

        for (uint256 i = place + 1; i < rules.length; ++i) rules[i - 1] = rules[i];
        rules.pop();
        if (!_hasTrackingRule(rules)) $.isStale[id] = false; // no counters are left that could be wrong

        emit RuleRemoved(id, rule);
    }

    /// @inheritdoc ITransferRules
    function checkAndMove(Movement calldata movement) external onlyShares returns (uint8 code) {
        (Profile memory from, Profile memory to) = _parties(movement);
        code = _check(movement, from, to);
        if (code != ReasonCodes.ACCEPTED) return code;

        BoundRule[] storage rules = _storage().rulesOf[movement.id];
        for (uint256 i = 0; i < rules.length; ++i) {
            if (rules[i].tracks) ITransferRule(rules[i].rule).moved(movement, from, to);
        }
    }

    /// @inheritdoc ITransferRules
    function moveForced(Movement calldata movement) external onlyShares {
        (Profile memory from, Profile memory to) = _parties(movement);
        RulesStorage storage $ = _storage();
        BoundRule[] storage rules = $.rulesOf[movement.id];
        for (uint256 i = 0; i < rules.length; ++i) {
            if (!rules[i].tracks) continue;
            // A call gets at most 63/64 of the gas that is left: a caller who brings too little must not pass for a failing rule.
            if ((gasleft() * 63) / 64 < RULE_GAS) revert TransferRulesNotEnoughGas(gasleft(), RULE_GAS);
            try ITransferRule(rules[i].rule).moved{gas: RULE_GAS}(movement, from, to) {} catch {
                $.isStale[movement.id] = true;
                emit RulesMarkedStale(movement.id);
            }
        }
    }

    /// @inheritdoc ITransferRules
    function moveNet(uint256 id, NetMovement[] calldata movements) external onlyShares {
        RulesStorage storage $ = _storage();
        require(!$.isStale[id], TransferRulesNetRefused(id, address(0), ReasonCodes.RULES_STALE));
        Profile[] memory profiles = _checkedParties(id, movements);

        BoundRule[] storage rules = $.rulesOf[id];
        for (uint256 i = 0; i < rules.length; ++i) {
            BoundRule memory bound = rules[i];
            require(bound.nettable, TransferRulesNotNettable(id, bound.rule));
            require(
                ITransferRule(bound.rule).netted(id, movements, profiles),
                TransferRulesNetRefused(id, bound.rule, bound.code)
            );
        }
    }

    /// @inheritdoc ITransferRules
    function check(Movement calldata movement) external view returns (uint8) {
        (Profile memory from, Profile memory to) = _parties(movement);
        return _check(movement, from, to);
    }

    /// @inheritdoc ITransferRules
    function rulesOf(uint256 id) external view returns (address[] memory list) {
        BoundRule[] storage rules = _storage().rulesOf[id];
        list = new address[](rules.length);
        for (uint256 i = 0; i < rules.length; ++i) list[i] = rules[i].rule;
    }

    /// @inheritdoc ITransferRules
    function isNettable(uint256 id) external view returns (bool) {
        BoundRule[] storage rules = _storage().rulesOf[id];
        for (uint256 i = 0; i < rules.length; ++i) {
            if (!rules[i].nettable) return false;
        }
        return true;
    }

    /// @inheritdoc ITransferRules
    function detectTransferRestriction(
        address from,
        address to,
        uint256 id,
        uint256 value
    ) external view returns (uint8) {
        Refusal[] memory refusals = explain(from, to, id, value);
        return refusals.length == 0 ? ReasonCodes.ACCEPTED : refusals[0].code;
    }

    /// @inheritdoc ITransferRules
    function explain(
        address from,
        address to,
        uint256 id,
        uint256 value
    ) public view returns (Refusal[] memory refusals) {
        RulesStorage storage $ = _storage();
        refusals = new Refusal[](MOST_REFUSALS);
        uint256 count = 0;

        AssetState state = $.shares.stateOf(id);
        if (state == AssetState.Unlisted) {
            count = _note(refusals, count, ReasonCodes.ASSET_UNKNOWN);
        } else {
            if (!state.allows(from, to)) count = _note(refusals, count, ReasonCodes.ASSET_NOT_ACTIVE);
            if ($.shares.paused()) count = _note(refusals, count, ReasonCodes.REGISTER_PAUSED);

            Movement memory movement = _movement(from, to, id, value);
            (Profile memory sender, Profile memory receiver) = _parties(movement);
            if (from != address(0)) count = _note(refusals, count, StandingLib.sendCode(sender));
            if (to != address(0)) count = _note(refusals, count, StandingLib.receiveCode(receiver));
            if (from != address(0)) count = _note(refusals, count, _balanceCode(movement));
            if ($.isStale[id]) count = _note(refusals, count, ReasonCodes.RULES_STALE);
            count = _noteRules(refusals, count, movement, sender, receiver);
        }

        assembly ("memory-safe") {
            mstore(refusals, count) // the rest of the places stays unused
        }
    }

    /// @dev Parties first, stale counters next, then the rules in order; the first refusal counts.
    function _check(
        Movement memory movement,
        Profile memory from,
        Profile memory to
    ) private view returns (uint8 code) {
        RulesStorage storage $ = _storage();
        if (movement.from != address(0)) code = StandingLib.sendCode(from);
        if (code == ReasonCodes.ACCEPTED && movement.to != address(0)) code = StandingLib.receiveCode(to);
        if (code == ReasonCodes.ACCEPTED && $.isStale[movement.id]) code = ReasonCodes.RULES_STALE;

        BoundRule[] storage rules = $.rulesOf[movement.id];
        for (uint256 i = 0; i < rules.length && code == ReasonCodes.ACCEPTED; ++i) {
            code = _ask(rules[i], movement, from, to);
        }
    }

    /// @dev Asked at arm's length: with capped gas, and an answer that is not a clean bool is a refusal.
    function _ask(
        BoundRule memory bound,
        Movement memory movement,
        Profile memory from,
        Profile memory to
    ) private view returns (uint8) {
        bytes memory question = abi.encodeCall(ITransferRule.allows, (movement, from, to));
        address rule = bound.rule;
        bool answered;
        uint256 answer;
        assembly ("memory-safe") {
            // Only one word is copied, so that a huge answer costs nothing.
            answered := staticcall(RULE_GAS, rule, add(question, 0x20), mload(question), 0x00, 0x20)
            answered := and(answered, gt(returndatasize(), 0x1f))
            answer := mload(0x00)
        }
        if (!answered || answer > 1) return ReasonCodes.RULE_FAILED;
        return answer == 1 ? ReasonCodes.ACCEPTED : bound.code;
    }

    function _parties(Movement memory movement) private view returns (Profile memory from, Profile memory to) {
        IInvestorRegistry investors = _storage().investors;
        if (movement.from != address(0)) from = investors.profileOf(movement.from);
        if (movement.to != address(0)) to = investors.profileOf(movement.to);
    }

    /// @dev Who loses shares has to be allowed to send, who gains to receive.
    function _checkedParties(
        uint256 id,
        NetMovement[] calldata movements
    ) private view returns (Profile[] memory profiles) {
        address[] memory accounts = new address[](movements.length);
        for (uint256 i = 0; i < movements.length; ++i) accounts[i] = movements[i].account;
        profiles = _storage().investors.profilesOf(accounts);

        for (uint256 i = 0; i < movements.length; ++i) {
            bool gains = movements[i].balanceAfter > movements[i].balanceBefore;
            uint8 code = gains ? StandingLib.receiveCode(profiles[i]) : StandingLib.sendCode(profiles[i]);
            require(code == ReasonCodes.ACCEPTED, TransferRulesPartyRefused(id, accounts[i], code));
        }
    }

    function _balanceCode(Movement memory movement) private view returns (uint8) {
        if (movement.value > movement.fromBalance) return ReasonCodes.BALANCE_TOO_SMALL;
        IShareToken shares = _storage().shares;
        uint256 frozen = shares.getFrozenTokens(movement.from, movement.id);
        uint256 unfrozen = movement.fromBalance > frozen ? movement.fromBalance - frozen : 0;
        if (movement.value > unfrozen) return ReasonCodes.BALANCE_FROZEN;
        if (movement.value > shares.spendableOf(movement.from, movement.id)) return ReasonCodes.BALANCE_LOCKED;
        return ReasonCodes.ACCEPTED;
    }

    function _movement(address from, address to, uint256 id, uint256 value) private view returns (Movement memory) {
        IShareToken shares = _storage().shares;
        uint256 fromBalance = from == address(0) ? 0 : shares.balanceOf(from, id);
        uint256 toBalance = to == address(0) ? 0 : shares.balanceOf(to, id);
        return Movement(id, from, to, value, fromBalance, toBalance);
    }

    function _noteRules(
        Refusal[] memory refusals,
        uint256 count,
        Movement memory movement,
        Profile memory from,
        Profile memory to
    ) private view returns (uint256) {
        BoundRule[] storage rules = _storage().rulesOf[movement.id];
        for (uint256 i = 0; i < rules.length; ++i) {
            BoundRule memory bound = rules[i];
            uint8 code = _ask(bound, movement, from, to);
            if (code == ReasonCodes.ACCEPTED) continue;
            count = _note(refusals, count, code);
            refusals[count - 1].rule = bound.rule;
            if (code != bound.code) continue; // it failed to answer, and is not trusted to explain itself either
            refusals[count - 1].sentence = ITransferRule(bound.rule).sentence();
            refusals[count - 1].nextStep = ITransferRule(bound.rule).nextStep();
        }
        return count;
    }

    /// @dev Appends a refusal in the register's own words; 0 is none.
    function _note(Refusal[] memory refusals, uint256 count, uint8 code) private pure returns (uint256) {
        if (code == ReasonCodes.ACCEPTED) return count;
        (string memory sentence, string memory nextStep) = ReasonTexts.textOf(code);
        refusals[count] = Refusal(code, address(0), sentence, nextStep);
        return count + 1;
    }

    function _hasTrackingRule(BoundRule[] storage rules) private view returns (bool) {
        for (uint256 i = 0; i < rules.length; ++i) {
            if (rules[i].tracks) return true;
        }
        return false;
    }

    function _authorizeUpgrade(address) internal override restricted {}

    function _storage() private pure returns (RulesStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
