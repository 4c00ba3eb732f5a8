// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IInvestorRegistry} from "../investors/IInvestorRegistry.sol";
import {Party} from "../investors/Party.sol";
import {IShareToken} from "../shares/IShareToken.sol";
import {HolderCounting} from "./HolderCounting.sol";
import {Movement, NetContext} from "./ITransferRule.sol";
import {ITransferRules, Refusal, RuleSetting, Transfer} from "./ITransferRules.sol";
import {NetTable} from "./NetTable.sol";
import {ReasonCodes} from "./ReasonCodes.sol";
import {RuleAsking} from "./RuleAsking.sol";
import {RuleExplainer} from "./RuleExplainer.sol";
import {RuleList} from "./RuleList.sol";
import {RuleTraits} from "./RuleTraits.sol";

/// @title The rules of every asset, as ITransferRules describes
contract TransferRules is HolderCounting, AccessManagedUpgradeable, UUPSUpgradeable {
    using RuleAsking for RuleList.Entry;

    modifier onlyShares() {
        require(msg.sender == address(_state().shares), TransferRulesNotShares(msg.sender));
        _;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets the authority and the investors; called once, by the proxy's constructor.
    function initialize(address authority_, address investors_) external initializer {
        __AccessManaged_init(authority_);
        _state().investors = IInvestorRegistry(investors_);
    }

    /// @inheritdoc ITransferRules
    function setShares(address shares_) external restricted {
        RulesState storage $ = _state();
        require(address($.shares) == address(0), TransferRulesSharesSet(address($.shares)));

        $.shares = IShareToken(shares_);

        emit SharesSet(shares_);
    }

    // Setting the rules of an asset

    /// @inheritdoc ITransferRules
    function setRules(uint256 id, RuleSetting[] calldata settings) external restricted {
        _setRules(id, settings);
    }

    /// @inheritdoc ITransferRules
    function recount(uint256 id) external restricted {
        _recount(id);
    }

    /// @inheritdoc ITransferRules
    function countHolders(uint256 id, address[] calldata wallets, uint48 acquired) external restricted {
        _countHolders(id, wallets, acquired);
    }

    /// @inheritdoc ITransferRules
    function refreshKinds(uint256 id, uint32[] calldata investors) external {
        AssetRules storage asset = _state().assets[id];
        if (asset.counts & RuleTraits.COUNTS_KINDS == 0) return;
        for (uint256 i = 0; i < investors.length; ++i) {
            _refreshKind(_bookOf(id, asset), _state().investors.partyByNumber(investors[i]));
        }
    }

    // Movements, told by the token

    /// @inheritdoc ITransferRules
    function checkAndMove(Transfer calldata transfer, Party from, Party to) external onlyShares returns (uint8 code) {
        (AssetRules memory rules, Book storage book, Movement memory movement) = _read(transfer, from, to);
        if (rules.isStale) return ReasonCodes.RULES_STALE;
        bytes memory list = RuleList.read(rules.list);
        code = RuleAsking.firstRefusal(list, RuleAsking.question(list, movement, from, to));
        if (code != ReasonCodes.ACCEPTED) return code;

        _count(movement, from, to, rules, book);

        if (rules.counts & RuleTraits.TRACKS != 0) RuleAsking.tellAll(list, movement, from, to, false);
    }

    /// @inheritdoc ITransferRules
    function moveForced(Transfer calldata transfer, Party from, Party to) external onlyShares {
        AssetRules storage asset = _state().assets[transfer.id];
        if (asset.isStale) return _beginCount(transfer.id, asset); // what was counted so far may be wrong now
        if (asset.counts == 0) return;
        // A call gets at most 63/64 of the gas that is left: who brings too little must not pass for a failing rule.
        uint256 needed = RuleAsking.RULE_GAS;
        if (asset.counts & RuleTraits.TRACKS != 0) needed *= 1 + MOST_RULES;
        if ((gasleft() * 62) / 64 < needed) revert TransferRulesNotEnoughGas(gasleft(), needed);
        try this.countForced(transfer, from, to) {} catch {
            _beginCount(transfer.id, asset);
        }
    }

    /// @inheritdoc ITransferRules
    function countForced(Transfer calldata transfer, Party from, Party to) external {
        require(msg.sender == address(this), TransferRulesNotShares(msg.sender));
        (AssetRules memory rules, Book storage book, Movement memory movement) = _read(transfer, from, to);

        _count(movement, from, to, rules, book);

        if (rules.counts & RuleTraits.TRACKS != 0)
            RuleAsking.tellAll(RuleList.read(rules.list), movement, from, to, true);
    }

    /// @inheritdoc ITransferRules
    function moveNet(bytes calldata given) external onlyShares {
        uint256 id = NetTable.assetOf(given);
        AssetRules memory rules = _state().assets[id];
        require(!rules.isStale, TransferRulesNetRefused(id, address(0), ReasonCodes.RULES_STALE));
        bytes memory list = RuleList.read(rules.list);
        bytes memory table = NetTable.copy(given, RuleAsking.roomFor(list));

        _countNet(id, table, rules);

        NetContext memory context = NetTable.contextOf(table);
        (context.holdersBefore, context.holdersAfter) = (rules.holders, _state().assets[id].holders);
        RuleAsking.Question memory asked = RuleAsking.netQuestion(table);
        RuleList.Entry memory entry;
        (uint256 place, uint256 end) = RuleList.bounds(list);
        while (place < end) {
            place = RuleList.entryAt(place, entry);
            require(entry.traits & RuleTraits.GROSS_ONLY == 0, TransferRulesNotNettable(id, entry.rule));
            uint8 code = entry.ask(asked);
            require(code == ReasonCodes.ACCEPTED, TransferRulesNetRefused(id, entry.rule, code));
        }
    }

    /// @inheritdoc ITransferRules
    function reassign(address wallet, Party from, Party to, uint256[] calldata ids) external {
        require(msg.sender == address(_state().investors), TransferRulesNotInvestors(msg.sender));
        _reassignAll(wallet, from, to, ids);
    }

    // Reading

    /// @inheritdoc ITransferRules
    function check(Transfer calldata transfer, Party from, Party to) public view returns (uint8) {
        (AssetRules memory rules, , Movement memory movement) = _read(transfer, from, to);
        if (rules.isStale) return ReasonCodes.RULES_STALE;
        bytes memory list = RuleList.read(rules.list);
        return RuleAsking.firstRefusal(list, RuleAsking.question(list, movement, from, to));
    }

    /// @inheritdoc ITransferRules
    function rulesOf(uint256 id) external view returns (RuleSetting[] memory settings) {
        bytes memory list = RuleList.read(_state().assets[id].list);
        settings = new RuleSetting[](MOST_RULES);
        RuleList.Entry memory entry;
        (uint256 place, uint256 end) = RuleList.bounds(list);
        uint256 count = 0;
        while (place < end) {
            place = RuleList.entryAt(place, entry);
            settings[count++] = RuleSetting(entry.rule, RuleList.parametersOf(entry));
        }
        assembly ("memory-safe") {
            mstore(settings, count) // the rest of the places stays unused
        }
    }

    /// @inheritdoc ITransferRules
    function isNettable(uint256 id) external view returns (bool) {
        RuleList.Entry memory entry;
        (uint256 place, uint256 end) = RuleList.bounds(RuleList.read(_state().assets[id].list));
        while (place < end) {
            place = RuleList.entryAt(place, entry);
            if (entry.traits & RuleTraits.GROSS_ONLY != 0) return false;
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
    function messageForTransferRestriction(uint256 id, uint8 code) external view returns (string memory) {
        return RuleExplainer.messageOf(_state().assets[id].list, code);
    }

    /// @inheritdoc ITransferRules
    function explain(address from, address to, uint256 id, uint256 value) public view returns (Refusal[] memory) {
        RulesState storage $ = _state();
        AssetRules memory rules = $.assets[id];
        (Party sender, Party receiver) = $.investors.pairOf(from, to);
        Movement memory movement = RuleExplainer.movementOf(address($.shares), from, to, id, value);
        _compose(movement, sender, receiver, rules, _bookAt(id, rules.generation));
        return
            RuleExplainer.explain(
                address($.shares),
                movement,
                Party.unwrap(sender),
                Party.unwrap(receiver),
                rules.isStale,
                rules.list
            );
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
